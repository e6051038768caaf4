/*
 * octets.h - octets, text that grows, and reading both. No imports: guards and tools share it.
 */
#ifndef FDNS_OCTETS_H
#define FDNS_OCTETS_H

#include "memory.h"

struct fdns_octets {
    const uint8_t *data;
    size_t size;
};

static inline struct fdns_octets fdns_octets_of(const void *data, size_t size)
{
    return (struct fdns_octets){.data = (const uint8_t *)data, .size = size};
}

static inline struct fdns_octets fdns_text_of(const char *text)
{
    return fdns_octets_of(text, strlen(text));
}

static inline bool fdns_equal(struct fdns_octets a, struct fdns_octets b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool fdns_is(struct fdns_octets octets, const char *text)
{
    return fdns_equal(octets, fdns_text_of(text));
}

/** Below, at or above zero as `a` sorts before, with or behind `b`, octet by octet. */
static inline int fdns_compare(struct fdns_octets a, struct fdns_octets b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int difference = size == 0 ? 0 : memcmp(a.data, b.data, size);

    return difference != 0 ? difference : (a.size > b.size) - (a.size < b.size);
}

static inline bool fdns_begins(struct fdns_octets octets, struct fdns_octets with)
{
    return octets.size >= with.size && fdns_equal(fdns_octets_of(octets.data, with.size), with);
}

static inline bool fdns_ends(struct fdns_octets octets, struct fdns_octets with)
{
    return octets.size >= with.size &&
           (with.size == 0 ||
            memcmp(octets.data + (octets.size - with.size), with.data, with.size) == 0);
}

/** Where `what` begins in `octets` for the first time: its place in `at`. */
static inline bool fdns_find(struct fdns_octets octets, struct fdns_octets what, size_t *at)
{
    for (size_t i = 0; what.size <= octets.size && i <= octets.size - what.size; i++) {
        if (what.size == 0 || memcmp(octets.data + i, what.data, what.size) == 0) {
            *at = i;
            return true;
        }
    }
    return false;
}

/*
 * Text that grows in place: messages, JSON, record content. It is not terminated; what does not fit
 * any more is left out. Without memory (start is NULL) it only counts: `used` is the size.
 */

struct fdns_text {
    char *start;
    size_t used;
    size_t room;
};

#define FDNS_TEXT(name, octets)                                                                    \
    char name##_room[octets];                                                                      \
    struct fdns_text name = {name##_room, 0, sizeof(name##_room)}

static inline struct fdns_octets fdns_text_octets(const struct fdns_text *text)
{
    return fdns_octets_of(text->start, text->used);
}

FDNS_ONCE void fdns_put_octets(struct fdns_text *text, struct fdns_octets octets)
{
    size_t left = text->room - text->used;
    size_t size = octets.size < left ? octets.size : left;

    if (text->start == NULL) {
        text->used += octets.size;
        return;
    }
    if (size > 0) {
        memcpy(text->start + text->used, octets.data, size);
        text->used += size;
    }
}

FDNS_ONCE void fdns_put(struct fdns_text *text, const char *more)
{
    fdns_put_octets(text, fdns_text_of(more));
}

static inline void fdns_put_character(struct fdns_text *text, char character)
{
    fdns_put_octets(text, fdns_octets_of(&character, 1));
}

FDNS_ONCE void fdns_put_number(struct fdns_text *text, uint64_t number)
{
    char digits[20];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    fdns_put_octets(text, fdns_octets_of(digits + at, sizeof(digits) - at));
}

/** Two digits an octet, lower case. */
FDNS_ONCE void fdns_put_hex(struct fdns_text *text, struct fdns_octets octets)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < octets.size; i++) {
        char pair[2] = {digits[octets.data[i] >> 4], digits[octets.data[i] & 15]};

        fdns_put_octets(text, fdns_octets_of(pair, sizeof(pair)));
    }
}

/** A quoted string of a master file (RFC 1035 5.1), as TXT content takes: at most 255 octets. */
static inline void fdns_put_quoted(struct fdns_text *text, struct fdns_octets octets)
{
    fdns_put(text, "\"");
    for (size_t i = 0; i < octets.size && i < 255; i++) {
        uint8_t octet = octets.data[i];
        char escaped[] = {'\\', (char)('0' + octet / 100), (char)('0' + octet / 10 % 10),
                          (char)('0' + octet % 10), '\0'};

        if (octet < 0x20 || octet > 0x7E || octet == '"' || octet == '\\') {
            fdns_put(text, escaped);
        } else {
            fdns_put_character(text, (char)octet);
        }
    }
    fdns_put(text, "\"");
}

/* Reading octets: each function takes what it needs, or says false. Integers are big-endian. */

static inline bool fdns_read_octets(struct fdns_octets *reader, size_t size,
                                    struct fdns_octets *octets)
{
    if (size > reader->size) {
        return false;
    }
    *octets = fdns_octets_of(reader->data, size);
    if (size > 0) {
        *reader = fdns_octets_of(reader->data + size, reader->size - size);
    }
    return true;
}

/** A number of `size` octets, at most 8. */
static inline bool fdns_read_number(struct fdns_octets *reader, size_t size, uint64_t *number)
{
    struct fdns_octets octets;

    if (!fdns_read_octets(reader, size, &octets)) {
        return false;
    }
    *number = 0;
    for (size_t i = 0; i < size; i++) {
        *number = *number << 8 | octets.data[i];
    }
    return true;
}

/** A length of `length_size` octets, then that many. */
static inline bool fdns_read_slice(struct fdns_octets *reader, size_t length_size,
                                   struct fdns_octets *octets)
{
    uint64_t size;

    return fdns_read_number(reader, length_size, &size) && size <= reader->size &&
           fdns_read_octets(reader, (size_t)size, octets);
}

/* Reading text. */

/** What stands before the next `separator`, which is taken too, or all that is left. */
static inline bool fdns_read_word(struct fdns_octets *text, char separator,
                                  struct fdns_octets *word)
{
    size_t size = 0;

    if (text->size == 0) {
        return false;
    }
    while (size < text->size && text->data[size] != (uint8_t)separator) {
        size++;
    }
    *word = fdns_octets_of(text->data, size);
    size += size < text->size;
    *text = fdns_octets_of(text->data + size, text->size - size);
    return true;
}

/** A whole text of decimal digits, at least one, below 2^64. */
static inline bool fdns_decimal(struct fdns_octets text, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < text.size; i++) {
        uint64_t digit = (uint64_t)text.data[i] - '0';

        if (text.data[i] < '0' || digit > 9 || *number > (UINT64_MAX - digit) / 10) {
            return false;
        }
        *number = *number * 10 + digit;
    }
    return text.size > 0;
}

static inline bool fdns_hex_digit(uint8_t character, uint8_t *digit)
{
    if (character >= '0' && character <= '9') {
        *digit = (uint8_t)(character - '0');
        return true;
    }
    character |= 0x20;
    *digit = (uint8_t)(character - 'a' + 10);
    return character >= 'a' && character <= 'f';
}

/** A whole text of hex digits, either case, two for each octet of `target`. */
FDNS_ONCE bool fdns_hex(struct fdns_octets text, uint8_t *target)
{
    for (size_t i = 0; i + 1 < text.size; i += 2) {
        uint8_t high, low;

        if (!fdns_hex_digit(text.data[i], &high) || !fdns_hex_digit(text.data[i + 1], &low)) {
            return false;
        }
        target[i / 2] = (uint8_t)(high << 4 | low);
    }
    return text.size % 2 == 0;
}

#endif
