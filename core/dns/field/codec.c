/*
 * codec.c - values in text; see codec.h.
 */
#include "core/dns/field/codec.h"

int hex_digit(uint8_t character)
{
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    character |= 0x20;
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

enum sworn_result hex_feed(struct hex_decoder *decoder, struct octets text, struct writer *octets)
{
    for (size_t i = 0; i < text.size; i++) {
        int digit = hex_digit(text.data[i]);
        SWORN_ENSURE(digit >= 0, SWORN_MALFORMED);
        if (decoder->half) {
            SWORN_TRY(write_u8(octets, (uint8_t)(decoder->high << 4 | digit)));
        }
        decoder->high = (uint8_t)digit;
        decoder->half = !decoder->half;
    }
    return SWORN_OK;
}

enum sworn_result hex_end(const struct hex_decoder *decoder)
{
    SWORN_ENSURE(!decoder->half, SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result hex_print(struct writer *text, struct octets octets)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t *room;

    SWORN_TRY(write_room(text, octets.size * 2, &room));
    for (size_t i = 0; i < octets.size; i++) {
        room[2 * i] = (uint8_t)digits[octets.data[i] >> 4];
        room[2 * i + 1] = (uint8_t)digits[octets.data[i] & 15];
    }
    return SWORN_OK;
}

static int base64_digit(uint8_t character)
{
    if (character >= 'A' && character <= 'Z') {
        return character - 'A';
    }
    if (character >= 'a' && character <= 'z') {
        return character - 'a' + 26;
    }
    if (character >= '0' && character <= '9') {
        return character - '0' + 52;
    }
    if (character == '+') {
        return 62;
    }
    return character == '/' ? 63 : -1;
}

/* Four characters are here: three octets, less one for each "=". */
static enum sworn_result base64_group(struct base64_decoder *decoder, struct writer *octets)
{
    uint32_t bits = decoder->bits;
    uint8_t group[3] = {(uint8_t)(bits >> 16), (uint8_t)(bits >> 8), (uint8_t)bits};
    size_t size = 3U - decoder->padded;

    /* RFC 4648 3.5: what does not make a whole octet is zero, so a value has one spelling. */
    SWORN_ENSURE(decoder->padded == 0 || group[size] == 0, SWORN_MALFORMED);
    SWORN_TRY(write_octets(octets, octets_of(group, size)));
    decoder->ended = decoder->padded > 0;
    decoder->bits = 0;
    decoder->count = 0;
    decoder->padded = 0;
    return SWORN_OK;
}

enum sworn_result base64_feed(struct base64_decoder *decoder, struct octets text,
                              struct writer *octets)
{
    for (size_t i = 0; i < text.size; i++) {
        int digit = base64_digit(text.data[i]);
        SWORN_ENSURE(!decoder->ended, SWORN_MALFORMED);
        if (text.data[i] == '=') {
            SWORN_ENSURE(decoder->count >= 2, SWORN_MALFORMED);
            decoder->padded++;
            digit = 0;
        }
        SWORN_ENSURE(digit >= 0 && (decoder->padded == 0 || text.data[i] == '='), SWORN_MALFORMED);
        decoder->bits = decoder->bits << 6 | (uint32_t)digit;
        decoder->count++;
        if (decoder->count == 4) {
            SWORN_TRY(base64_group(decoder, octets));
        }
    }
    return SWORN_OK;
}

enum sworn_result base64_end(const struct base64_decoder *decoder)
{
    SWORN_ENSURE(decoder->count == 0, SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result base64_print(struct writer *text, struct octets octets)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t *room;

    SWORN_TRY(write_room(text, (octets.size + 2) / 3 * 4, &room));
    for (size_t i = 0; i < octets.size; i += 3) {
        size_t left = octets.size - i;
        uint32_t bits = (uint32_t)octets.data[i] << 16;
        bits |= left > 1 ? (uint32_t)octets.data[i + 1] << 8 : 0;
        bits |= left > 2 ? octets.data[i + 2] : 0;
        room[0] = (uint8_t)digits[bits >> 18];
        room[1] = (uint8_t)digits[bits >> 12 & 63];
        room[2] = left > 1 ? (uint8_t)digits[bits >> 6 & 63] : '=';
        room[3] = left > 2 ? (uint8_t)digits[bits & 63] : '=';
        room += 4;
    }
    return SWORN_OK;
}

static int base32_digit(uint8_t character)
{
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    character |= 0x20;
    return character >= 'a' && character <= 'v' ? character - 'a' + 10 : -1;
}

enum sworn_result base32_parse(struct octets text, struct writer *octets)
{
    uint32_t bits = 0;
    unsigned have = 0;

    for (size_t i = 0; i < text.size; i++) {
        int digit = base32_digit(text.data[i]);
        SWORN_ENSURE(digit >= 0, SWORN_MALFORMED);
        bits = (bits << 5 | (uint32_t)digit) & 0xFFF;
        have += 5;
        if (have >= 8) {
            have -= 8;
            SWORN_TRY(write_u8(octets, (uint8_t)(bits >> have)));
        }
    }
    /* No more digits than the octets need, and nothing in the bits that are left. */
    SWORN_ENSURE(have < 5 && (bits & ((1U << have) - 1)) == 0, SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result base32_print(struct writer *text, struct octets octets)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
    uint32_t bits = 0;
    unsigned have = 0;

    for (size_t i = 0; i < octets.size; i++) {
        bits = (bits << 8 | octets.data[i]) & 0xFFFF;
        have += 8;
        while (have >= 5) {
            have -= 5;
            SWORN_TRY(write_u8(text, (uint8_t)digits[bits >> have & 31]));
        }
    }
    if (have > 0) {
        SWORN_TRY(write_u8(text, (uint8_t)digits[bits << (5 - have) & 31]));
    }
    return SWORN_OK;
}

enum sworn_result escaped_print(struct writer *text, uint8_t octet, const char *special)
{
    uint8_t *room;

    if (octet < ' ' || octet >= 0x7F) {
        SWORN_TRY(write_room(text, 4, &room));
        room[0] = '\\';
        room[1] = (uint8_t)('0' + octet / 100);
        room[2] = (uint8_t)('0' + octet / 10 % 10);
        room[3] = (uint8_t)('0' + octet % 10);
        return SWORN_OK;
    }
    if (strchr(special, octet) != NULL) {
        SWORN_TRY(write_u8(text, '\\'));
    }
    return write_u8(text, octet);
}
