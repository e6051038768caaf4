/*
 * octets.h - a run of octets that somebody else owns, and a SHA-256 value.
 */
#ifndef SWORN_CORE_CURSOR_OCTETS_H
#define SWORN_CORE_CURSOR_OCTETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * Borrowed octets: valid as long as the region or buffer they point into. `data` may be NULL when
 * size is 0.
 */
struct octets {
    const uint8_t *data;
    size_t size;
};

#define HASH_SIZE 32

/** A SHA-256 value, a zone id, a log id. */
struct hash {
    uint8_t octets[HASH_SIZE];
};

static inline struct octets octets_of(const void *data, size_t size)
{
    return (struct octets){.data = data, .size = size};
}

static inline struct octets octets_of_text(const char *text)
{
    return octets_of(text, strlen(text));
}

static inline struct octets octets_of_hash(const struct hash *hash)
{
    return octets_of(hash->octets, HASH_SIZE);
}

static inline bool octets_equal(struct octets a, struct octets b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/** As unsigned octets, left to right; a prefix sorts before what it begins (RFC 4034 6.3). */
static inline int octets_compare(struct octets a, struct octets b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common == 0 ? 0 : memcmp(a.data, b.data, common);

    if (order != 0) {
        return order;
    }
    return (a.size > b.size) - (a.size < b.size);
}

static inline bool hash_equal(const struct hash *a, const struct hash *b)
{
    return memcmp(a->octets, b->octets, HASH_SIZE) == 0;
}

static inline bool hash_is_zero(const struct hash *hash)
{
    static const struct hash zero;

    return hash_equal(hash, &zero);
}

#endif
