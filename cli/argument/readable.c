/*
 * readable.c - see readable.h.
 */
#include "cli/argument/readable.h"

#include <sodium.h>
#include <stdio.h>

#include "engine/engine.h"
#include "guards/sdk/fdns/eth.h"
#include "net/text.h"

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

enum sworn_result message_readable(struct octets octets, struct region *region, struct octets *text,
                                   struct reason *reason)
{
    struct fdns_text room = {NULL, 0, 0};
    struct fdns_message message;
    const char *error;
    void *memory;

    SWORN_TRY(parse(octets, &message, reason));
    SWORN_SAY(fdns_readable(&message, sha256_of, &room, &error), reason, SWORN_INVALID,
              "a wallet cannot show this message: %s", error);
    room.room = room.used + 1;
    room.used = 0;
    SWORN_TRY(region_alloc(region, room.room, &memory));
    room.start = memory;
    SWORN_SAY(fdns_readable(&message, sha256_of, &room, &error), reason, SWORN_INVALID,
              "a wallet cannot show this message: %s", error);
    *text = octets_of(room.start, room.used);
    return SWORN_OK;
}

void message_print(struct octets message, struct region *region)
{
    struct reason reason = {{0}};
    struct octets text;

    if (message_readable(message, region, &text, &reason) == SWORN_OK) {
        (void)fwrite(text.data, 1, text.size, stdout);
        (void)putchar('\n');
        return;
    }
    (void)printf("%zu octets of message; %s\n", message.size, reason.text);
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
