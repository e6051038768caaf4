/*
 * keyed.h - what the index holds: a structure that begins with where its key is.
 *
 *   key = of a name, core/dns/name.h: labels from the root on, lower case, each ended by 00
 *
 * The key of an ancestor is the beginning of a name's key, so one key of a question serves for all
 * the lookups on the way down from the apex, and its hash is made label by label.
 */
#ifndef SWORN_HOST_ANSWER_INDEX_KEYED_H
#define SWORN_HOST_ANSWER_INDEX_KEYED_H

#include <endian.h>

#include "core/cursor/octets.h"

struct keyed {
    uint16_t key_size;
    uint16_t key_at; /* from the structure's beginning */
};

static inline const uint8_t *keyed_key(const struct keyed *keyed)
{
    return (const uint8_t *)keyed + keyed->key_at;
}

static inline bool keyed_is(const struct keyed *keyed, const uint8_t *key, size_t size)
{
    return keyed->key_size == size && (size == 0 || memcmp(keyed_key(keyed), key, size) == 0);
}

static inline int keyed_compare(const struct keyed *keyed, const uint8_t *key, size_t size)
{
    return octets_compare(octets_of(keyed_key(keyed), keyed->key_size), octets_of(key, size));
}

/** Random per server: who owns a zone must not be able to choose names that collide. */
struct hash_seed {
    uint64_t start;
    uint64_t factor;
};

static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/** Go on with eight octets of a label, the first one lowest; after its end 00. */
static inline uint64_t hash_word(const struct hash_seed *seed, uint64_t hash, uint64_t word)
{
    return hash_fold(hash ^ word, seed->factor) + seed->start;
}

/** The hash of a name from its parent's: `label` is that part of the key, less the final 00. */
static inline uint64_t hash_label(const struct hash_seed *seed, uint64_t parent,
                                  const uint8_t *label, size_t size)
{
    uint64_t hash = parent ^ size;

    for (size_t at = 0; at < size; at += 8) {
        uint64_t word = 0;

        memcpy(&word, label + at, size - at < 8 ? size - at : 8);
        hash = hash_word(seed, hash, le64toh(word));
    }
    return hash;
}

/** The hash of a whole key. */
static inline uint64_t hash_key(const struct hash_seed *seed, const uint8_t *key, size_t size)
{
    uint64_t hash = seed->start;

    for (size_t at = 0; at < size;) {
        const uint8_t *end = memchr(key + at, 0, size - at);
        size_t label = end == NULL ? size - at : (size_t)(end - (key + at));

        hash = hash_label(seed, hash, key + at, label);
        at += label + 1;
    }
    return hash;
}

#endif
