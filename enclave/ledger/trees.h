/*
 * trees.h - the bounded cache of verified pages: trees of the zones that changed last, and the top
 * tree.
 *
 * A slot is dropped as a whole when it has grown past TREE_KEEP at the end of a request, or when
 * another zone needs it.
 */
#ifndef SWORN_ENCLAVE_LEDGER_TREES_H
#define SWORN_ENCLAVE_LEDGER_TREES_H

#include "enclave/ledger/source.h"

#define TREE_SLOTS 8
#define TREE_KEEP  ((size_t)24 * 1024 * 1024)
#define TREE_CAP   ((size_t)512 * 1024 * 1024) /* within one request */

struct tree_slot {
    bool used;
    uint64_t last_use;
    struct hash root; /* of `tree` */
    struct tree tree;
    struct region region;
    struct ledger_source source;
};

struct trees {
    struct channel *channel;
    uint64_t uses;
    struct ledger_fetched last; /* in the request at work */
    struct tree_slot slots[TREE_SLOTS];
};

void trees_init(struct trees *trees, struct channel *channel);

/** The tree with this root, from the cache or to be fetched. The slot stays until trees_end(). */
SWORN_CHECK enum sworn_result trees_get(struct trees *trees, enum merkle_kind kind,
                                        const struct hash *zone_id, const struct hash *root,
                                        struct reason *reason, struct tree_slot **slot);

/** The tree of a slot as it is from now on. */
void trees_advance(struct tree_slot *slot, const struct tree *tree, const struct hash *root);

/** A request is over: nothing of it is referred to any more, and slots that grew too large go. */
void trees_end(struct trees *trees);

#endif
