/*
 * trie.h - from key to item by hash: a trie over the hash's bits, six a level.
 *
 *   trie = u64 bitmap of the slots that are there ‖ u32 number of the change that made it
 *          ‖ slots, each another trie or, with bit 0 set, an item
 *
 * Items whose hashes agree in 60 bits are told apart below by hashes with other seeds.
 * Never edited once it is visible: see txn.h.
 */
#ifndef SWORN_HOST_ANSWER_INDEX_TRIE_H
#define SWORN_HOST_ANSWER_INDEX_TRIE_H

#include "host/answer/index/keyed.h"
#include "host/answer/index/txn.h"

struct trie;

/** The item with that key, or NULL; `hash` is hash_key() of it. */
const struct keyed *trie_find(const struct trie *trie, const struct hash_seed *seed,
                              const uint8_t *key, size_t size, uint64_t hash);

/** One of several walks through tries. */
struct trie_walk {
    const struct trie *from;
    const struct trie *trie; /* where it is; NULL: at its end */
    uint64_t hash;
    const uintptr_t *slot;
    const struct keyed *item; /* at its end: what has the hash's first bits, if anything */
};

/**
 * Walk from `trie` towards the item of `hash`, all walks in step, so that they wait for memory
 * together. What they find is on its way into the cache, and not compared with anything.
 */
void trie_walk_all(struct trie_walk *walks, unsigned count);

/** After that: the item with that key, or NULL. */
static inline const struct keyed *trie_walked(const struct trie_walk *walk,
                                              const struct hash_seed *seed, const uint8_t *key,
                                              size_t size)
{
    if (walk->trie != NULL) {
        return trie_find(walk->from, seed, key, size, walk->hash);
    }
    return walk->item != NULL && keyed_is(walk->item, key, size) ? walk->item : NULL;
}

/** Put an item in, in place of the one with its key. The caller retires that one. */
SWORN_CHECK enum sworn_result trie_put(struct txn *txn, struct trie **trie,
                                       const struct hash_seed *seed, const struct keyed *item,
                                       uint64_t hash);

/** Take the item with the key out, if it is there. */
SWORN_CHECK enum sworn_result trie_remove(struct txn *txn, struct trie **trie,
                                          const struct hash_seed *seed, const uint8_t *key,
                                          size_t size, uint64_t hash);

/** Call `each` for every item whose whole hash is `hash` (others may come too). */
void trie_with_hash(const struct trie *trie, uint64_t hash, void *context,
                    void (*each)(void *context, const struct keyed *item));

/** Call `each` for every item. */
void trie_each(const struct trie *trie, void *context,
               void (*each)(void *context, const struct keyed *item));

/** Free the trie, calling `each` for every item. */
void trie_free(struct trie *trie, void (*each)(struct keyed *item));

#endif
