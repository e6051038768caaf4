/*
 * fuzz_readable.c - arbitrary messages as text for people.
 *
 *   input = u8 what it is ‖ octets: 0 a message, 1 the JSON of one operation, 2 a key set and an
 *           argument
 *
 * A text that there is says what the message does when the enclave reads it, so no two messages
 * that do different things share one; it is the same each time, and as long as counted.
 */
#include "tests/unit/guards/meaning.h"

#include <stdlib.h>

#define ENSURE(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_digests(const struct fdns_message *message, struct fdns_octets text)
{
    void *room = malloc(fdns_eth_room(text)); /* exactly: the sanitizer sees what passes it */
    uint8_t personal[32], typed[32];

    ENSURE(room != NULL);
    fdns_eth_personal(personal, text, hash_keccak256, room);
    fdns_eth_typed(typed, message, text, hash_keccak256, room);
    ENSURE(memcmp(personal, typed, 32) != 0);
    free(room);
}

static void check_message(const struct fdns_message *message)
{
    struct fdns_text counted = {NULL, 0, 0}, text, small;
    const char *error = NULL;

    if (!fdns_readable(message, hash_sha256, &counted, &error)) {
        ENSURE(error != NULL);
        return;
    }
    text = (struct fdns_text){malloc(counted.used + 1), 0, counted.used + 1};
    ENSURE(text.start != NULL);
    ENSURE(fdns_readable(message, hash_sha256, &text, &error));
    ENSURE(text.used == counted.used);
    ENSURE(meaning_differs(fdns_text_octets(&text), message) == NULL);
    check_digests(message, fdns_text_octets(&text));
    small = (struct fdns_text){text.start, 0, counted.used};
    ENSURE(!fdns_readable(message, hash_sha256, &small, &error));
    free(text.start);
}

static void check_octets(struct fdns_octets octets)
{
    struct fdns_message message;
    const char *error = NULL;

    if (!fdns_message_parse(octets, &message, &error)) {
        ENSURE(error != NULL);
        return;
    }
    check_message(&message);
}

static void check_json(struct fdns_octets json)
{
    static const uint8_t id[32];
    uint8_t *octets = malloc(5 + json.size);

    ENSURE(octets != NULL);
    octets[0] = FDNS_KIND_RECORD;
    for (size_t i = 0; i < 4; i++) {
        octets[1 + i] = (uint8_t)(json.size >> (24 - 8 * i));
    }
    if (json.size > 0) {
        memcpy(octets + 5, json.data, json.size);
    }
    check_message(&(struct fdns_message){.apex = fdns_text_of("demo.test."),
                                         .zone_id = fdns_octets_of(id, sizeof(id)),
                                         .sequence = 1,
                                         .operations = fdns_octets_of(octets, 5 + json.size)});
    free(octets);
}

static void check_keys(struct fdns_octets octets)
{
    struct fdns_key_set *set = malloc(sizeof(*set));
    struct fdns_signatures *signatures = malloc(sizeof(*signatures));
    const char *error = NULL;

    ENSURE(set != NULL && signatures != NULL);
    if (!fdns_key_set_parse(&octets, set, &error)) {
        ENSURE(error != NULL);
    } else {
        ENSURE(set->count > 0 && set->count <= FDNS_KEYS_MAX);
        if (fdns_signatures_parse(&octets, set, signatures, &error)) {
            ENSURE(signatures->count <= set->count);
        }
    }
    free(set);
    free(signatures);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const checks[])(struct fdns_octets) = {check_octets, check_json, check_keys};

    if (size > 0) {
        checks[data[0] % 3](fdns_octets_of(data + 1, size - 1));
    }
    return 0;
}
