/*
 * trie.c - a hash trie that is copied where it changes; see trie.h.
 */
#include "host/answer/index/trie.h"

#include <stdlib.h>

#define BITS_A_LEVEL 6
#define SLOTS        64
#define LEVELS       10  /* of the hash itself */
#define DEPTH_MAX    128 /* no keys agree in so many seeded hashes */

struct trie {
    uint64_t bitmap;
    uint32_t txn;
    uintptr_t slot[];
};

static bool is_item(uintptr_t slot)
{
    return (slot & 1) != 0;
}

static const struct keyed *item_of(uintptr_t slot)
{
    return (const struct keyed *)(slot - 1);
}

/* Written out: without an instruction for it the compiler calls a function. */
static unsigned count_bits(uint64_t bits)
{
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    bits = (bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (unsigned)(bits * UINT64_C(0x0101010101010101) >> 56);
}

static unsigned slot_count(const struct trie *trie)
{
    return count_bits(trie->bitmap);
}

static size_t trie_size(unsigned count)
{
    return sizeof(struct trie) + count * sizeof(uintptr_t);
}

/* Which of 64 slots the key takes at `depth`. */
static unsigned slot_number(const struct hash_seed *seed, const uint8_t *key, size_t size,
                            uint64_t hash, unsigned depth)
{
    if (depth >= LEVELS) {
        struct hash_seed other = {.start = seed->start + depth, .factor = seed->factor ^ depth};

        hash = hash_key(&other, key, size);
        depth = 0;
    }
    return (unsigned)(hash >> (64 - BITS_A_LEVEL * (depth + 1))) % SLOTS;
}

/* Where in the array a slot is, or would be. */
static unsigned slot_index(const struct trie *trie, unsigned number)
{
    return count_bits(trie->bitmap & ((UINT64_C(1) << number) - 1));
}

const struct keyed *trie_find(const struct trie *trie, const struct hash_seed *seed,
                              const uint8_t *key, size_t size, uint64_t hash)
{
    for (unsigned depth = 0; trie != NULL; depth++) {
        unsigned number = slot_number(seed, key, size, hash, depth);
        uintptr_t slot;

        if ((trie->bitmap >> number & 1) == 0) {
            return NULL;
        }
        slot = trie->slot[slot_index(trie, number)];
        if (is_item(slot)) {
            return keyed_is(item_of(slot), key, size) ? item_of(slot) : NULL;
        }
        trie = (const struct trie *)slot;
    }
    return NULL;
}

/* Find the slot at this depth; false when the walk is at its end. */
static bool walk_to_slot(struct trie_walk *walk, unsigned depth)
{
    unsigned number = (unsigned)(walk->hash >> (64 - BITS_A_LEVEL * (depth + 1))) % SLOTS;

    if (walk->trie == NULL) {
        return false;
    }
    if ((walk->trie->bitmap >> number & 1) == 0) {
        walk->trie = NULL;
        return false;
    }
    walk->slot = &walk->trie->slot[slot_index(walk->trie, number)];
    __builtin_prefetch(walk->slot);
    return true;
}

/* From the slot to what is in it. */
static void walk_on(struct trie_walk *walk)
{
    uintptr_t slot = *walk->slot;

    if (is_item(slot)) {
        walk->item = item_of(slot);
        walk->trie = NULL;
        __builtin_prefetch(walk->item);
        return;
    }
    walk->trie = (const struct trie *)slot;
    __builtin_prefetch(walk->trie);
}

void trie_walk_all(struct trie_walk *walks, unsigned count)
{
    bool on = true;

    for (unsigned depth = 0; on && depth < LEVELS; depth++) {
        on = false;
        for (unsigned i = 0; i < count; i++) {
            on |= walk_to_slot(&walks[i], depth);
        }
        for (unsigned i = 0; i < count; i++) {
            if (walks[i].trie != NULL) {
                walk_on(&walks[i]);
            }
        }
    }
}

/* A trie that this change may edit, in place of the one at `link`. */
static enum sworn_result trie_own(struct txn *txn, struct trie **link)
{
    struct trie *old = *link;
    void *memory;

    if (old->txn == txn->number) {
        return SWORN_OK;
    }
    SWORN_TRY(txn_alloc(txn, trie_size(slot_count(old)), &memory));
    memcpy(memory, old, trie_size(slot_count(old)));
    ((struct trie *)memory)->txn = txn->number;
    SWORN_TRY(txn_retire(txn, old));
    *link = memory;
    return SWORN_OK;
}

/* The same with one slot more. */
static enum sworn_result trie_widen(struct txn *txn, struct trie **link, unsigned number,
                                    uintptr_t slot)
{
    struct trie *old = *link;
    unsigned count = slot_count(old);
    unsigned index = slot_index(old, number);
    struct trie *wide;
    void *memory;

    SWORN_TRY(txn_alloc(txn, trie_size(count + 1), &memory));
    wide = memory;
    wide->bitmap = old->bitmap | UINT64_C(1) << number;
    wide->txn = txn->number;
    memcpy(wide->slot, old->slot, index * sizeof(uintptr_t));
    wide->slot[index] = slot;
    memcpy(wide->slot + index + 1, old->slot + index, (count - index) * sizeof(uintptr_t));
    SWORN_TRY(txn_retire(txn, old));
    *link = wide;
    return SWORN_OK;
}

static enum sworn_result trie_with_one(struct txn *txn, unsigned number, uintptr_t slot,
                                       struct trie **one)
{
    void *memory;

    SWORN_TRY(txn_alloc(txn, trie_size(1), &memory));
    *one = memory;
    (*one)->bitmap = UINT64_C(1) << number;
    (*one)->txn = txn->number;
    (*one)->slot[0] = slot;
    return SWORN_OK;
}

enum sworn_result trie_put(struct txn *txn, struct trie **trie, const struct hash_seed *seed,
                           const struct keyed *item, uint64_t hash)
{
    const uint8_t *key = keyed_key(item);
    uintptr_t tagged = (uintptr_t)item | 1;
    struct trie **link = trie;

    if (*link == NULL) {
        return trie_with_one(txn, slot_number(seed, key, item->key_size, hash, 0), tagged, link);
    }
    for (unsigned depth = 0; depth < DEPTH_MAX; depth++) {
        unsigned number = slot_number(seed, key, item->key_size, hash, depth);
        const struct keyed *there;
        struct trie *below;
        uintptr_t *slot;

        if (((*link)->bitmap >> number & 1) == 0) {
            return trie_widen(txn, link, number, tagged);
        }
        SWORN_TRY(trie_own(txn, link));
        slot = &(*link)->slot[slot_index(*link, number)];
        if (!is_item(*slot)) {
            link = (struct trie **)slot;
            continue;
        }
        there = item_of(*slot);
        if (keyed_is(there, key, item->key_size)) {
            *slot = tagged;
            return SWORN_OK;
        }
        SWORN_TRY(
            trie_with_one(txn,
                          slot_number(seed, keyed_key(there), there->key_size,
                                      hash_key(seed, keyed_key(there), there->key_size), depth + 1),
                          *slot, &below));
        *slot = (uintptr_t)below;
        link = (struct trie **)slot;
    }
    return SWORN_LIMIT;
}

/* The same with one slot less; NULL when it was the last. */
static enum sworn_result trie_narrow(struct txn *txn, struct trie **link, unsigned number)
{
    struct trie *old = *link;
    unsigned count = slot_count(old);
    unsigned index = slot_index(old, number);
    struct trie *narrow = NULL;
    void *memory;

    if (count > 1) {
        SWORN_TRY(txn_alloc(txn, trie_size(count - 1), &memory));
        narrow = memory;
        narrow->bitmap = old->bitmap & ~(UINT64_C(1) << number);
        narrow->txn = txn->number;
        memcpy(narrow->slot, old->slot, index * sizeof(uintptr_t));
        memcpy(narrow->slot + index, old->slot + index + 1,
               (count - 1 - index) * sizeof(uintptr_t));
    }
    SWORN_TRY(txn_retire(txn, old));
    *link = narrow;
    return SWORN_OK;
}

enum sworn_result trie_remove(struct txn *txn, struct trie **trie, const struct hash_seed *seed,
                              const uint8_t *key, size_t size, uint64_t hash)
{
    struct trie **path[DEPTH_MAX];
    unsigned depth = 0;

    if (trie_find(*trie, seed, key, size, hash) == NULL) {
        return SWORN_OK;
    }
    path[0] = trie;
    for (;;) {
        uintptr_t *slot;

        SWORN_TRY(trie_own(txn, path[depth]));
        slot = &(*path[depth])
                    ->slot[slot_index(*path[depth], slot_number(seed, key, size, hash, depth))];
        if (is_item(*slot)) {
            break;
        }
        path[++depth] = (struct trie **)slot;
    }
    /* An empty trie goes from the one above it, and so on. */
    for (;; depth--) {
        SWORN_TRY(trie_narrow(txn, path[depth], slot_number(seed, key, size, hash, depth)));
        if (*path[depth] != NULL || depth == 0) {
            return SWORN_OK;
        }
    }
}

void trie_each(const struct trie *trie, void *context,
               void (*each)(void *context, const struct keyed *item))
{
    /* Depth is bounded by the hash's length, save for colliding items. */
    for (unsigned i = 0; trie != NULL && i < slot_count(trie); i++) {
        if (is_item(trie->slot[i])) {
            each(context, item_of(trie->slot[i]));
            continue;
        }
        trie_each((const struct trie *)trie->slot[i], context, each);
    }
}

void trie_with_hash(const struct trie *trie, uint64_t hash, void *context,
                    void (*each)(void *context, const struct keyed *item))
{
    for (unsigned depth = 0; trie != NULL && depth < LEVELS; depth++) {
        unsigned number = slot_number(NULL, NULL, 0, hash, depth);
        uintptr_t slot;

        if ((trie->bitmap >> number & 1) == 0) {
            return;
        }
        slot = trie->slot[slot_index(trie, number)];
        if (is_item(slot)) {
            each(context, item_of(slot));
            return;
        }
        trie = (const struct trie *)slot;
    }
    trie_each(trie, context, each);
}

void trie_free(struct trie *trie, void (*each)(struct keyed *item))
{
    if (trie == NULL) {
        return;
    }
    /* Depth is bounded by the hash's length, save for colliding items. */
    for (unsigned i = 0; i < slot_count(trie); i++) {
        if (is_item(trie->slot[i])) {
            each((struct keyed *)(trie->slot[i] - 1));
            continue;
        }
        trie_free((struct trie *)trie->slot[i], each);
    }
    free(trie);
}
