/*
 * reference.h - what trees are tested against: a sorted array with the root computed from the
 * definition, and a store of pages and values as a hash map.
 */
#ifndef SWORN_TESTS_UNIT_MERKLE_REFERENCE_H
#define SWORN_TESTS_UNIT_MERKLE_REFERENCE_H

#include "core/merkle/tree.h"

/** SplitMix64: the same numbers on every machine. */
uint64_t random_next(uint64_t *seed);

static inline size_t random_below(uint64_t *seed, size_t bound)
{
    return (size_t)(random_next(seed) % bound);
}

#define TEST_KEY_MAX 64

struct reference_entry {
    uint8_t key[TEST_KEY_MAX];
    size_t key_size;
    uint64_t value; /* its eight octets are the leaf's value */
};

/** Sorted by key as octets. */
struct reference {
    struct reference_entry *entries;
    size_t count;
    size_t capacity;
};

struct octets reference_key(const struct reference_entry *entry);
struct octets reference_value(const struct reference_entry *entry);

/** The first entry with a key >= `key`; `count` past the last. */
size_t reference_lower(const struct reference *reference, struct octets key);
bool reference_has(const struct reference *reference, struct octets key);
void reference_put(struct reference *reference, struct octets key, uint64_t value);
void reference_remove(struct reference *reference, struct octets key);
void reference_free(struct reference *reference);

/** The root from the definition: split where first and last key part, recursively. */
struct hash reference_root(enum merkle_kind kind, const struct reference *reference);

/** A key that ends in no zero octet, of few letters so that prefixes and neighbours abound. */
struct octets random_key(uint64_t *seed, uint8_t key[TEST_KEY_MAX]);

/** Assert that the tree holds what the reference holds, and nothing else, by walks alone. */
void assert_same_leaves(struct tree *tree, const struct reference *reference);

#define STORE_BUCKETS 4096

struct stored {
    struct stored *next;
    struct hash hash;
    uint8_t *octets;
    size_t size;
    size_t reached; /* by the walk that looks for orphans */
};

/** Pages by the hash of their top node, values by their own. */
struct store {
    struct stored *pages[STORE_BUCKETS];
    struct stored *values[STORE_BUCKETS];
    size_t page_count;
    size_t page_octets;
    size_t fetched; /* pages handed out */
};

struct stored *store_page(struct store *store, const struct hash *hash);
void store_put_value(struct store *store, struct octets value);
void store_free(struct store *store);

/** To read from and to write to `store`; storing one twice or dropping what is not there fails. */
struct tree_source store_source(struct store *store);
struct tree_page_sink store_sink(struct store *store);

/** Every page is reached from the root exactly once, and none is missing. */
void assert_no_orphans(struct store *store, const struct hash *root);

/** Write what `tree` (a changed copy of `old`) needs to be opened again. */
void store_commit(struct store *store, struct tree *old, struct tree *tree, size_t page_size);

#endif
