/*
 * text.c - hex, base64 and apexes in paths; see text.h.
 */
#include "net/text.h"

#define ROOT_PATH "=2E"

static const char lower_digits[] = "0123456789abcdef";
static const char upper_digits[] = "0123456789ABCDEF";
static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* 0..15, or 16 for what is no digit. */
static uint8_t hex_digit(uint8_t character)
{
    if (character >= '0' && character <= '9') {
        return (uint8_t)(character - '0');
    }
    if (character >= 'a' && character <= 'f') {
        return (uint8_t)(character - 'a' + 10);
    }
    if (character >= 'A' && character <= 'F') {
        return (uint8_t)(character - 'A' + 10);
    }
    return 16;
}

enum sworn_result hex_write(struct writer *text, struct octets octets)
{
    uint8_t *room;

    SWORN_ENSURE(octets.size <= SIZE_MAX / 2, SWORN_LIMIT);
    SWORN_TRY(write_room(text, octets.size * 2, &room));
    for (size_t i = 0; i < octets.size; i++) {
        room[2 * i] = (uint8_t)lower_digits[octets.data[i] >> 4];
        room[2 * i + 1] = (uint8_t)lower_digits[octets.data[i] & 15];
    }
    return SWORN_OK;
}

enum sworn_result hex_read(struct octets text, struct writer *octets)
{
    uint8_t *room;

    SWORN_ENSURE(text.size % 2 == 0, SWORN_MALFORMED);
    SWORN_TRY(write_room(octets, text.size / 2, &room));
    for (size_t i = 0; i < text.size / 2; i++) {
        uint8_t high = hex_digit(text.data[2 * i]);
        uint8_t low = hex_digit(text.data[2 * i + 1]);

        SWORN_ENSURE(high < 16 && low < 16, SWORN_MALFORMED);
        room[i] = (uint8_t)(high << 4 | low);
    }
    return SWORN_OK;
}

enum sworn_result base64_write(struct writer *text, struct octets octets)
{
    uint8_t *room;

    SWORN_ENSURE(octets.size <= SIZE_MAX / 4, SWORN_LIMIT);
    SWORN_TRY(write_room(text, (octets.size + 2) / 3 * 4, &room));
    for (size_t i = 0; i < octets.size; i += 3) {
        size_t left = octets.size - i;
        uint32_t group = (uint32_t)octets.data[i] << 16;

        group |= left > 1 ? (uint32_t)octets.data[i + 1] << 8 : 0;
        group |= left > 2 ? (uint32_t)octets.data[i + 2] : 0;
        *room++ = (uint8_t)base64_digits[group >> 18];
        *room++ = (uint8_t)base64_digits[group >> 12 & 63];
        *room++ = (uint8_t)(left > 1 ? base64_digits[group >> 6 & 63] : '=');
        *room++ = (uint8_t)(left > 2 ? base64_digits[group & 63] : '=');
    }
    return SWORN_OK;
}

/* 0..63, or 64 for what is no digit. */
static uint8_t base64_digit(uint8_t character)
{
    if (character >= 'A' && character <= 'Z') {
        return (uint8_t)(character - 'A');
    }
    if (character >= 'a' && character <= 'z') {
        return (uint8_t)(character - 'a' + 26);
    }
    if (character >= '0' && character <= '9') {
        return (uint8_t)(character - '0' + 52);
    }
    if (character == '+') {
        return 62;
    }
    return character == '/' ? 63 : 64;
}

/* Four characters, of which `padding` at the end are "=", to 3 - padding octets. */
static enum sworn_result base64_group(const uint8_t *text, size_t padding, uint8_t *octets)
{
    uint32_t group = 0;

    for (size_t i = 0; i < 4; i++) {
        uint8_t digit = i < 4 - padding ? base64_digit(text[i]) : 0;

        SWORN_ENSURE(digit < 64, SWORN_MALFORMED);
        group = group << 6 | digit;
    }
    /* RFC 4648 3.5: unused bits must be zero, or one value would have several spellings. */
    SWORN_ENSURE((group & ((1U << (8 * padding)) - 1)) == 0, SWORN_MALFORMED);
    for (size_t i = 0; i < 3 - padding; i++) {
        octets[i] = (uint8_t)(group >> (16 - 8 * i));
    }
    return SWORN_OK;
}

enum sworn_result base64_read(struct octets text, struct writer *octets)
{
    size_t groups = text.size / 4;
    size_t padding = 0;
    uint8_t *room;

    SWORN_ENSURE(text.size % 4 == 0, SWORN_MALFORMED);
    if (groups == 0) {
        return SWORN_OK;
    }
    padding += text.data[text.size - 1] == '=';
    padding += padding == 1 && text.data[text.size - 2] == '=';
    SWORN_TRY(write_room(octets, groups * 3 - padding, &room));
    for (size_t i = 0; i < groups; i++) {
        SWORN_TRY(base64_group(text.data + 4 * i, i + 1 == groups ? padding : 0, room + 3 * i));
    }
    return SWORN_OK;
}

static bool is_plain(uint8_t octet)
{
    return (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9') || octet == '-' ||
           octet == '_';
}

static enum sworn_result label_write(const uint8_t *label, size_t size, struct writer *text)
{
    for (size_t i = 0; i < size; i++) {
        if (is_plain(label[i])) {
            SWORN_TRY(write_u8(text, label[i]));
            continue;
        }
        SWORN_TRY(write_u8(text, '='));
        SWORN_TRY(write_u8(text, (uint8_t)upper_digits[label[i] >> 4]));
        SWORN_TRY(write_u8(text, (uint8_t)upper_digits[label[i] & 15]));
    }
    return SWORN_OK;
}

enum sworn_result apex_path_write(const struct name *apex, struct writer *text)
{
    struct name lower = *apex;

    name_lower(&lower);
    if (lower.size == 1) {
        return write_text(text, ROOT_PATH);
    }
    SWORN_ENSURE(!(lower.size == 3 && lower.wire[1] == '.'), SWORN_INVALID);
    for (size_t at = 0; lower.wire[at] != 0; at += (size_t)lower.wire[at] + 1) {
        if (at > 0) {
            SWORN_TRY(write_u8(text, '.'));
        }
        SWORN_TRY(label_write(lower.wire + at + 1, lower.wire[at], text));
    }
    return SWORN_OK;
}

/* The next octet of a label: itself when plain, or =XX of one that is not plain. */
static enum sworn_result label_octet_read(struct reader *text, uint8_t *octet)
{
    uint8_t high, low;

    SWORN_TRY(read_u8(text, octet));
    if (*octet != '=') {
        SWORN_ENSURE(is_plain(*octet), SWORN_MALFORMED);
        return SWORN_OK;
    }
    SWORN_TRY(read_u8(text, &high));
    SWORN_TRY(read_u8(text, &low));
    SWORN_ENSURE(!(high >= 'a' && high <= 'f') && !(low >= 'a' && low <= 'f'), SWORN_MALFORMED);
    high = hex_digit(high);
    low = hex_digit(low);
    SWORN_ENSURE(high < 16 && low < 16, SWORN_MALFORMED);
    *octet = (uint8_t)(high << 4 | low);
    SWORN_ENSURE(!is_plain(*octet) && !(*octet >= 'A' && *octet <= 'Z'), SWORN_MALFORMED);
    return SWORN_OK;
}

/* One label up to "." or the end, as length and octets of a wire name. */
static enum sworn_result label_read(struct reader *text, struct writer *wire)
{
    uint8_t label[63];
    size_t size = 0;

    while (reader_left(text) > 0 && *text->at != '.') {
        SWORN_ENSURE(size < sizeof(label), SWORN_MALFORMED);
        SWORN_TRY(label_octet_read(text, &label[size]));
        size++;
    }
    SWORN_ENSURE(size > 0, SWORN_MALFORMED);
    return write_slice_u8(wire, octets_of(label, size));
}

enum sworn_result apex_path_read(struct octets text, struct name *apex)
{
    struct reader reader = reader_of(text);
    uint8_t array[NAME_MAX_SIZE + 64];
    struct writer wire = writer_over(array, sizeof(array));
    struct reader written_wire;
    uint8_t dot;

    if (octets_equal(text, octets_of_text(ROOT_PATH))) {
        name_root(apex);
        return SWORN_OK;
    }
    SWORN_ENSURE(text.size <= APEX_PATH_SIZE, SWORN_MALFORMED);
    SWORN_TRY(label_read(&reader, &wire));
    while (reader_left(&reader) > 0) {
        SWORN_TRY(read_u8(&reader, &dot));
        SWORN_ENSURE(wire.used < NAME_MAX_SIZE, SWORN_MALFORMED);
        SWORN_TRY(label_read(&reader, &wire));
    }
    SWORN_TRY(write_u8(&wire, 0));
    written_wire = reader_of(written(&wire));
    SWORN_TRY(name_read(&written_wire, apex));
    return read_end(&written_wire);
}
