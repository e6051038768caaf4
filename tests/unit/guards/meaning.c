/*
 * meaning.c - a text for people against the message that it is of; see meaning.h.
 */
#include "tests/unit/guards/meaning.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>

#include "engine/engine.h"

void hash_sha256(uint8_t digest[32], const void *data, size_t size)
{
    (void)crypto_hash_sha256(digest, data, size);
}

void hash_keccak256(uint8_t digest[32], const void *data, size_t size)
{
    engine_keccak256(data, size, digest);
}

/* Take `expected` from the front. */
static bool took(struct fdns_octets *text, const char *expected)
{
    struct fdns_octets taken;

    return fdns_begins(*text, fdns_text_of(expected)) &&
           fdns_read_octets(text, strlen(expected), &taken);
}

static bool took_hex(struct fdns_octets *text, struct fdns_octets expected)
{
    struct fdns_octets digits;
    uint8_t *octets;
    bool same;

    if (!took(text, "0x") || !fdns_read_octets(text, 2 * expected.size, &digits)) {
        return false;
    }
    octets = malloc(expected.size + 1);
    same = octets != NULL && fdns_hex(digits, octets) &&
           fdns_equal(fdns_octets_of(octets, expected.size), expected);
    free(octets);
    return same;
}

static bool took_hash(struct fdns_octets *text, struct fdns_octets octets)
{
    uint8_t digest[32];
    char size[32];

    hash_sha256(digest, octets.data, octets.size);
    (void)snprintf(size, sizeof(size), " (%zu octets)", octets.size);
    return took(text, "sha256 ") && took_hex(text, fdns_octets_of(digest, 32)) && took(text, size);
}

static struct fdns_octets text_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    return fdns_octets_of(json_string_value(value), json_string_length(value));
}

/* The next word is the member, or `instead` where that is null or a text that means it. */
static bool word_is(struct fdns_octets *line, const json_t *object, const char *name,
                    const char *instead, const char *same)
{
    const json_t *value = json_object_get(object, name);
    struct fdns_octets word = {0};

    if (!fdns_read_word(line, ' ', &word)) {
        return false;
    }
    if (json_is_null(value)) {
        return instead != NULL && fdns_is(word, instead);
    }
    if (same != NULL && fdns_is(text_of(object, name), same)) {
        return instead != NULL && fdns_is(word, instead);
    }
    return json_is_string(value) && fdns_equal(word, text_of(object, name)) &&
           (instead == NULL || !fdns_is(word, instead) || strcmp(instead, "@") == 0);
}

static bool is_update(struct fdns_octets line, const json_t *update)
{
    bool set = took(&line, "set ");
    struct fdns_octets mode = text_of(update, "mode");

    if (json_object_size(update) != 5 || (!set && !took(&line, "add "))) {
        return false;
    }
    return (set ? fdns_is(mode, "Set") : fdns_is(mode, "Append") || fdns_is(mode, "Appened")) &&
           word_is(&line, update, "name", "@", "") &&
           word_is(&line, update, "ttl", "auto", "auto") &&
           word_is(&line, update, "record", NULL, NULL) &&
           fdns_equal(line, text_of(update, "content"));
}

static bool is_removal(struct fdns_octets line, const json_t *removal)
{
    const json_t *index = json_object_get(removal, "index");
    char tail[32];

    if (json_object_size(removal) != 3) {
        return false;
    }
    if (json_is_null(json_object_get(removal, "name"))) {
        if (!took(&line, "remove-everywhere ")) {
            return false;
        }
    } else if (!took(&line, "remove ") || !word_is(&line, removal, "name", "@", "")) {
        return false;
    }
    if (!word_is(&line, removal, "record", "*", NULL)) {
        return false;
    }
    if (json_is_null(index)) {
        return line.size == 0;
    }
    (void)snprintf(tail, sizeof(tail), "#%lld", (long long)json_integer_value(index));
    return json_is_integer(index) && fdns_is(line, tail);
}

static bool is_record(struct fdns_octets line, struct fdns_octets json)
{
    json_t *value = json_loadb((const char *)json.data, json.size,
                               JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    bool same = false;

    if (json_is_string(value)) {
        same = strcmp(json_string_value(value), "Clear") == 0 && fdns_is(line, "clear");
    } else if (json_object_size(value) == 1) {
        same = json_object_get(value, "UpdateRecord") != NULL
                   ? is_update(line, json_object_get(value, "UpdateRecord"))
                   : is_removal(line, json_object_get(value, "RemoveRecords"));
    }
    json_decref(value);
    return same;
}

static bool is_owner(struct fdns_octets line, struct fdns_octets octets)
{
    struct fdns_owner owner;
    const char *error;

    if (!fdns_owner_parse(octets, &owner, &error) || !took(&line, "owner ")) {
        return false;
    }
    if (owner.code.size == 0 ? !took(&line, "same code")
                             : !took(&line, "code ") || !took_hash(&line, owner.code)) {
        return false;
    }
    return took(&line, ", environment ") &&
           (owner.environment.size > 256 ? took_hash(&line, owner.environment)
                                         : took_hex(&line, owner.environment)) &&
           line.size == 0;
}

static bool is_simple(struct fdns_octets line, const struct fdns_operation *operation)
{
    switch (operation->kind) {
    case FDNS_KIND_RECORD:
        return is_record(line, operation->octets);
    case FDNS_KIND_OWNER:
        return is_owner(line, operation->octets);
    case FDNS_KIND_POLICY:
        return took(&line, "policy ") && took_hex(&line, operation->octets) && line.size == 0;
    case FDNS_KIND_REMOVE:
        return operation->octets.size == 0 && fdns_is(line, "remove this zone");
    case FDNS_KIND_CANCEL:
        return operation->octets.size == 32 && took(&line, "cancel ") &&
               took_hex(&line, operation->octets) && line.size == 0;
    default:
        return false;
    }
}

static bool are_nested(struct fdns_octets *text, struct fdns_octets operations)
{
    struct fdns_operation operation;
    struct fdns_octets line;
    const char *error;

    while (operations.size > 0) {
        if (!fdns_operation_next(&operations, &operation, &error) ||
            operation.kind > FDNS_KIND_REMOVE || !fdns_read_word(text, '\n', &line) ||
            !took(&line, "  ") || !is_simple(line, &operation)) {
            return false;
        }
    }
    return true;
}

static bool are_operations(struct fdns_octets text, struct fdns_octets operations)
{
    struct fdns_operation operation;
    struct fdns_octets line;
    const char *error;

    while (operations.size > 0) {
        if (!fdns_operation_next(&operations, &operation, &error) ||
            !fdns_read_word(&text, '\n', &line)) {
            return false;
        }
        if (operation.kind == FDNS_KIND_ANNOUNCE || operation.kind == FDNS_KIND_EXECUTE) {
            const char *head = operation.kind == FDNS_KIND_ANNOUNCE ? "announce:" : "execute:";

            if (!fdns_is(line, head) || !are_nested(&text, operation.octets)) {
                return false;
            }
        } else if (!is_simple(line, &operation)) {
            return false;
        }
    }
    return text.size == 0;
}

const char *meaning_differs(struct fdns_octets text, const struct fdns_message *message)
{
    char sequence[64];
    struct fdns_octets zone;

    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] != '\n' && (text.data[i] < 0x20 || text.data[i] > 0x7E)) {
            return "octets that are not to be seen";
        }
    }
    if (!took(&text, "sworn update\nzone: ") || !fdns_read_word(&text, '\n', &zone) ||
        !fdns_equal(zone, message->apex)) {
        return "the zone";
    }
    if (!took(&text, "zone id: ") || !took_hex(&text, message->zone_id)) {
        return "the zone id";
    }
    (void)snprintf(sequence, sizeof(sequence), "\nsequence: %llu",
                   (unsigned long long)message->sequence);
    if (!took(&text, sequence)) {
        return "the sequence";
    }
    if (message->operations.size == 0) {
        return text.size == 0 ? NULL : "operations where there are none";
    }
    return took(&text, "\n\n") && are_operations(text, message->operations) ? NULL
                                                                            : "the operations";
}
