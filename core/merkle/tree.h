/*
 * tree.h - a crit-bit tree of which only a part is here: what is not here is a hash, fetched and
 * verified when a walk needs it.
 *
 *   page = node                                   one page is the encoding of a subtree, in
 *   preorder
 *   node = 00 ‖ 32 hash                           stub: a subtree that is in another page
 *        | 02 ‖ u16 size ‖ key ‖ 32 value hash    leaf
 *        | 03 ‖ u16 crit bit ‖ node ‖ node        (the same for both kinds of tree; the prefix
 *        hashed is the tree's kind)
 *
 * The same code serves three: the enclave (source = the host, everything verified), the host
 * (source = its own store), the owner's tool (no source: the whole tree is here). Trees are
 * persistent: put and remove make new nodes and leave the old ones alone, so a copy of the
 * structure is a snapshot, and going back is keeping the copy. Copies share their region: a stub is
 * filled in where it stands, in the region of the tree that walked there, and all copies see it.
 *
 * History-independent: the same set of (key, value) has the same root, however it came about.
 */
#ifndef SWORN_CORE_MERKLE_TREE_H
#define SWORN_CORE_MERKLE_TREE_H

#include "core/cursor/region.h"
#include "core/cursor/writer.h"
#include "core/merkle/merkle.h"

struct tree_node;

struct tree_source {
    void *context;
    /**
     * The page of the node with this hash, octets alive until the region is cleared. `key` is where
     * the walk is headed: a source may return more of the tree along it. Verified by the caller: a
     * page that does not hash to `node` is SWORN_PROOF. SWORN_ABSENT from a source reaches nobody
     * as such: what a root commits to is not absent because it is withheld (SWORN_UNAVAILABLE).
     */
    enum sworn_result (*page)(void *context, const struct hash *node, struct octets key,
                              struct region *region, struct octets *page);
    /**
     * The value of the leaf at `key`; verified against its hash by the caller, who copies it: it
     * need not live any longer than the call.
     */
    enum sworn_result (*value)(void *context, struct octets key, const struct hash *value_hash,
                               struct region *region, struct octets *value);
};

struct tree {
    enum merkle_kind kind;
    struct region *region; /* nodes, keys and values live here; it must outlive the tree */
    const struct tree_source *source; /* NULL: nothing is ever missing */
    struct tree_node *root;           /* NULL: the empty tree */
};

/** A leaf as the caller sees it; borrowed from the tree's region. */
struct tree_leaf {
    struct octets key;
    struct hash value_hash;
};

/** A tree of which only the root's hash is known (zero: the empty tree). */
SWORN_CHECK enum sworn_result tree_open(struct tree *tree, enum merkle_kind kind,
                                        const struct hash *root, struct region *region,
                                        const struct tree_source *source);

/** The leaf at `key`; SWORN_ABSENT when a verified path ends elsewhere. */
SWORN_CHECK enum sworn_result tree_find(struct tree *tree, struct octets key,
                                        struct tree_leaf *leaf);

/** The value at `key`, fetched and verified when it is not here; SWORN_ABSENT. */
SWORN_CHECK enum sworn_result tree_get(struct tree *tree, struct octets key, struct octets *value);

/** First leaf whose key is >= `key` (as octets); SWORN_ABSENT past the last. */
SWORN_CHECK enum sworn_result tree_at_or_after(struct tree *tree, struct octets key,
                                               struct tree_leaf *leaf);

/** First leaf whose key is > `key`. */
SWORN_CHECK enum sworn_result tree_after(struct tree *tree, struct octets key,
                                         struct tree_leaf *leaf);

/** Last leaf whose key is < `key`; SWORN_ABSENT before the first. */
SWORN_CHECK enum sworn_result tree_before(struct tree *tree, struct octets key,
                                          struct tree_leaf *leaf);

/** Put (key, value); key and value are copied. A value equal to the present one changes nothing. */
SWORN_CHECK enum sworn_result tree_put(struct tree *tree, struct octets key, struct octets value);

/** Remove `key`; SWORN_ABSENT when it is not there. */
SWORN_CHECK enum sworn_result tree_remove(struct tree *tree, struct octets key);

/** The root's hash; new nodes are hashed now. Zero for the empty tree. */
SWORN_CHECK enum sworn_result tree_root(struct tree *tree, struct hash *root);

/**
 * The proof of presence or absence of `key` (proof.h): the path a lookup takes, and the leaf it
 * ends at when that is another.
 */
SWORN_CHECK enum sworn_result tree_prove(struct tree *tree, struct octets key,
                                         struct writer *proof);

/**
 * For a store: what has to be written so that the tree can be opened again from its root.
 *
 * `dropped` gets the hashes of the pages of `old` that `tree` no longer uses, then `stored` the new
 * pages (top hash, octets); a hash may be among both, so the order is to be kept. `old` was opened
 * from the store (or is empty), `tree` is a changed copy of it; neither is changed, so the next
 * commit opens its tree anew. No page passes `page_size` unless it is a single node. tree_root()
 * must have been called (SWORN_CONFLICT).
 */
struct tree_page_sink {
    void *context;
    enum sworn_result (*dropped)(void *context, const struct hash *top);
    enum sworn_result (*stored)(void *context, const struct hash *top, struct octets page);
};
SWORN_CHECK enum sworn_result tree_pages(struct tree *old, struct tree *tree, size_t page_size,
                                         struct region *scratch, const struct tree_page_sink *sink);

#endif
