/*
 * readable.c - see readable.h.
 */
#include "cli/argument/readable.h"

#include <sodium.h>
#include <stdio.h>

#include "engine/engine.h"
#include "guards/sdk/fdns/eth.h"
#include "net/text.h"

#define SHOWN_MAX ((size_t)1 << 30)

static void keccak256_of(uint8_t digest[32], const void *data, size_t size)
{
    engine_keccak256(data, size, digest);
}

static void sha256_of(uint8_t digest[32], const void *data, size_t size)
{
    (void)crypto_hash_sha256(digest, data, size); /* never fails */
}

static enum sworn_result parse(struct octets octets, struct fdns_message *message,
                               struct reason *reason)
{
    const char *error;

    SWORN_SAY(fdns_message_parse(fdns_octets_of(octets.data, octets.size), message, &error), reason,
              SWORN_MALFORMED, "%s", error);
    return SWORN_OK;
}

static enum sworn_result text_of(const struct fdns_message *message, struct region *region,
                                 struct octets *text, struct reason *reason)
{
    struct fdns_text room = {NULL, 0, 0};
    const char *error;
    void *memory;

    SWORN_SAY(fdns_readable(message, sha256_of, &room, &error), reason, SWORN_INVALID,
              "a wallet cannot show this message: %s", error);
    room.room = room.used + 1;
    room.used = 0;
    SWORN_TRY(region_alloc(region, room.room, &memory));
    room.start = memory;
    SWORN_SAY(fdns_readable(message, sha256_of, &room, &error), reason, SWORN_INVALID,
              "a wallet cannot show this message: %s", error);
    *text = octets_of(room.start, room.used);
    return SWORN_OK;
}

enum sworn_result message_readable(struct octets octets, struct region *region, struct octets *text,
                                   struct reason *reason)
{
    struct fdns_message message;

    SWORN_TRY(parse(octets, &message, reason));
    return text_of(&message, region, text, reason);
}

/* An operation without a text: why, and of a record operation what it says. */
static enum sworn_result wordless_show(const struct fdns_operation *operation, const char *why,
                                       struct writer *lines)
{
    SWORN_TRY(write_format(lines, "(%zu octets of kind %u, which a wallet cannot show: %s",
                           operation->octets.size, operation->kind, why));
    SWORN_TRY(write_text(lines, operation->kind == FDNS_KIND_RECORD ? ": " : ""));
    for (size_t i = 0; operation->kind == FDNS_KIND_RECORD && i < operation->octets.size; i++) {
        uint8_t octet = operation->octets.data[i];

        SWORN_TRY(octet >= 0x20 && octet <= 0x7E ? write_u8(lines, octet)
                                                 : write_format(lines, "\\x%02X", octet));
    }
    return write_text(lines, ")");
}

/* The line of an operation of kind 1 to 4 or 18; `octets` are all of it. */
static enum sworn_result operation_show(const struct fdns_operation *operation,
                                        struct fdns_octets octets, struct region *region,
                                        struct writer *lines)
{
    static const uint8_t nowhere[32];
    const struct fdns_message alone = {.apex = fdns_text_of("."),
                                       .zone_id = fdns_octets_of(nowhere, sizeof(nowhere)),
                                       .operations = octets};
    struct fdns_text none = {NULL, 0, 0};
    struct fdns_octets line;
    struct octets text;
    const char *error;

    if (!fdns_readable(&alone, sha256_of, &none, &error)) {
        return wordless_show(operation, error, lines);
    }
    SWORN_TRY(text_of(&alone, region, &text, NULL));
    line = fdns_readable_changes(fdns_octets_of(text.data, text.size));
    return write_octets(lines, octets_of(line.data, line.size));
}

static bool holds_others(const struct fdns_operation *operation)
{
    return operation->kind == FDNS_KIND_ANNOUNCE || operation->kind == FDNS_KIND_EXECUTE;
}

/* Those within another have an indent. */
static enum sworn_result operations_show(struct fdns_octets left, const char *indent,
                                         struct region *region, struct writer *lines)
{
    struct fdns_operation operation;
    const char *error;

    while (left.size > 0) {
        struct fdns_octets all = left;

        SWORN_TRY(write_text(lines, "\n"));
        SWORN_TRY(write_text(lines, indent));
        if (!fdns_operation_next(&left, &operation, &error)) {
            return write_format(lines, "(%zu octets: %s)", all.size, error);
        }
        if (!holds_others(&operation)) {
            all.size -= left.size;
            SWORN_TRY(operation_show(&operation, all, region, lines));
        } else if (indent[0] != '\0') {
            SWORN_TRY(wordless_show(&operation, "it is in another already", lines));
        } else {
            SWORN_TRY(
                write_text(lines, operation.kind == FDNS_KIND_ANNOUNCE ? "announce:" : "execute:"));
            SWORN_TRY(operations_show(operation.octets, "  ", region, lines));
        }
    }
    return SWORN_OK;
}

enum sworn_result message_describe(struct octets octets, struct region *region,
                                   struct writer *lines)
{
    struct fdns_message message, head;
    struct octets text;

    SWORN_TRY(parse(octets, &message, NULL));
    head = message;
    head.operations.size = 0;
    if (text_of(&head, region, &text, NULL) != SWORN_OK) {
        return write_format(lines, "%zu octets of message, for a zone whose name no zone has",
                            octets.size);
    }
    SWORN_TRY(write_octets(lines, text));
    SWORN_TRY(write_text(lines, message.operations.size > 0 ? "\n" : ""));
    return operations_show(message.operations, "", region, lines);
}

void message_print(struct octets message, struct region *region)
{
    struct writer lines = writer_in(region, SHOWN_MAX);

    if (message_describe(message, region, &lines) != SWORN_OK) {
        (void)printf("%zu octets that are no message\n", message.size);
        return;
    }
    (void)fwrite(lines.start, 1, lines.used, stdout);
    (void)putchar('\n');
}

/* Printable ASCII as a JSON string. */
static enum sworn_result json_string_write(struct writer *json, struct fdns_octets text)
{
    SWORN_TRY(write_u8(json, '"'));
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\') {
            SWORN_TRY(write_u8(json, '\\'));
        }
        SWORN_TRY(write_u8(json, text.data[i]));
    }
    return write_u8(json, '"');
}

enum sworn_result message_typed(struct octets octets, struct octets text, struct writer *json)
{
    struct fdns_octets changes = fdns_readable_changes(fdns_octets_of(text.data, text.size));
    struct fdns_octets line;
    struct fdns_message message;
    const char *comma = "";

    SWORN_TRY(parse(octets, &message, NULL));
    SWORN_TRY(write_text(
        json, "{\"types\":{\"EIP712Domain\":[{\"name\":\"name\",\"type\":\"string\"},"
              "{\"name\":\"version\",\"type\":\"string\"}],"
              "\"Update\":[{\"name\":\"zone\",\"type\":\"string\"},"
              "{\"name\":\"zoneId\",\"type\":\"bytes32\"},"
              "{\"name\":\"sequence\",\"type\":\"uint64\"},"
              "{\"name\":\"changes\",\"type\":\"string[]\"}]},"
              "\"primaryType\":\"Update\",\"domain\":{\"name\":\"sworn\",\"version\":\"1\"},"
              "\"message\":{\"zone\":"));
    SWORN_TRY(json_string_write(json, message.apex));
    SWORN_TRY(write_text(json, ",\"zoneId\":\"0x"));
    SWORN_TRY(hex_write(json, octets_of(message.zone_id.data, message.zone_id.size)));
    SWORN_TRY(write_format(json, "\",\"sequence\":\"%llu\",\"changes\":[",
                           (unsigned long long)message.sequence));
    while (fdns_read_word(&changes, '\n', &line)) {
        SWORN_TRY(write_text(json, comma));
        SWORN_TRY(json_string_write(json, line));
        comma = ",";
    }
    return write_text(json, "]}}");
}

enum sworn_result message_digest(struct octets octets, struct octets text,
                                 enum wallet_scheme scheme, struct region *region,
                                 uint8_t digest[32])
{
    struct fdns_octets words = fdns_octets_of(text.data, text.size);
    struct fdns_message message;
    void *room;

    SWORN_TRY(parse(octets, &message, NULL));
    SWORN_TRY(region_alloc(region, fdns_eth_room(words), &room));
    if (scheme == WALLET_TEXT) {
        fdns_eth_personal(digest, words, keccak256_of, room);
    } else {
        fdns_eth_typed(digest, &message, words, keccak256_of, room);
    }
    return SWORN_OK;
}
