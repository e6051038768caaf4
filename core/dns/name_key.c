/*
 * name_key.c - names as keys of the zone tree; see name.h.
 *
 *   www.Ex-ample.  ->  ex-ample 00 www 00
 *
 *   label octet 00 -> 01 01      label octet 01 -> 01 02      end of a label -> 00
 *
 * An end sorts before every octet that a label can continue with, and escaping keeps the order of
 * octets, so comparing keys as octets is comparing names canonically (RFC 4034 6.1).
 */
#include "core/dns/name.h"

#define ESCAPE    0x01
#define ESCAPED_0 0x01
#define ESCAPED_1 0x02

static size_t put_label(const uint8_t *label, uint8_t *key)
{
    size_t size = 0;

    for (size_t i = 1; i <= label[0]; i++) {
        uint8_t octet = label[i];
        if (octet <= 1) {
            key[size++] = ESCAPE;
            octet = octet == 0 ? ESCAPED_0 : ESCAPED_1;
        }
        key[size++] = octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet | 0x20) : octet;
    }
    key[size++] = 0;
    return size;
}

size_t name_to_key(const struct name *name, uint8_t key[NAME_KEY_MAX])
{
    uint8_t offsets[NAME_MAX_SIZE / 2];
    size_t count = 0;
    size_t size = 0;

    for (size_t at = 0; name->wire[at] != 0; at += 1U + name->wire[at]) {
        offsets[count] = (uint8_t)at;
        count++;
    }
    while (count > 0) {
        count--;
        size += put_label(name->wire + offsets[count], key + size);
    }
    return size;
}

/* One label of a key, unescaped; stands behind its 00 afterwards. */
static enum sworn_result take_label(struct reader *key, uint8_t label[63], uint8_t *size)
{
    uint8_t octet;

    *size = 0;
    for (;;) {
        SWORN_TRY(read_u8(key, &octet));
        if (octet == 0) {
            break;
        }
        if (octet == ESCAPE) {
            SWORN_TRY(read_u8(key, &octet));
            SWORN_ENSURE(octet == ESCAPED_0 || octet == ESCAPED_1, SWORN_MALFORMED);
            octet = octet == ESCAPED_0 ? 0 : 1;
        }
        /* Keys are lower case: an upper-case one would be a second key of the same name. */
        SWORN_ENSURE(*size < 63 && !(octet >= 'A' && octet <= 'Z'), SWORN_MALFORMED);
        label[*size] = octet;
        (*size)++;
    }
    SWORN_ENSURE(*size > 0, SWORN_MALFORMED);
    return SWORN_OK;
}

/* Labels come last one first, so the name is built from the end of a buffer backwards. */
enum sworn_result name_from_key(struct octets key, struct name *name)
{
    struct reader reader = reader_of(key);
    uint8_t wire[NAME_MAX_SIZE];
    uint8_t label[63];
    uint8_t size;
    size_t at = NAME_MAX_SIZE - 1;

    wire[at] = 0;
    while (reader_left(&reader) > 0) {
        SWORN_TRY(take_label(&reader, label, &size));
        SWORN_ENSURE(at >= 1U + size, SWORN_MALFORMED);
        at -= 1U + size;
        wire[at] = size;
        memcpy(wire + at + 1, label, size);
    }
    name->size = (uint8_t)(NAME_MAX_SIZE - at);
    memcpy(name->wire, wire + at, name->size);
    return SWORN_OK;
}
