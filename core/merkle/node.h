/*
 * node.h - what a tree is made of; for the files of this folder only.
 *
 * A node never changes what it stands for: its hash, once known, is for ever. What is filled in
 * later is what was known already by hash: a stub becomes the leaf or branch that it stood for, a
 * leaf gets the value that it names. All trees that share the node profit.
 */
#ifndef SWORN_CORE_MERKLE_NODE_H
#define SWORN_CORE_MERKLE_NODE_H

#include "core/merkle/tree.h"

/** The octet that begins a node in a page. */
enum node_form { NODE_STUB = 0, NODE_LEAF = 2, NODE_BRANCH = 3 };

struct node_leaf {
    struct octets key;
    struct hash value_hash;
    struct octets value; /* data is NULL: not here */
};

struct tree_node {
    struct hash hash;
    uint8_t form;
    bool hashed;       /* `hash` is known */
    bool page_top;     /* came from the source as the first node of a page, or is a stub */
    uint16_t crit_bit; /* of a branch */
    union {
        struct tree_node *child[2]; /* of a branch: bit 0, bit 1 */
        struct node_leaf *leaf;
    };
};

/** The branches from the root to a leaf, and where they lead. */
struct tree_path {
    size_t depth;
    struct tree_node *branches[MERKLE_BITS_MAX];
    struct tree_node *leaf;
};

/** No bit: keys that are equal when the shorter is filled up with zero bits. */
#define NO_BIT SIZE_MAX

/** The first bit in which two keys differ, bits past the end being 0; NO_BIT. */
size_t key_difference(struct octets a, struct octets b);

/**
 * Fill in a stub from the tree's source; nothing to do for other nodes.
 *
 * \param key    where the walk is headed
 * \param floor  the least crit bit that may stand here: the parent's and one
 */
SWORN_CHECK enum sworn_result node_fetch(struct tree *tree, struct tree_node *node,
                                         struct octets key, size_t floor);

/* Once a node, and nearly always for nothing. */
SWORN_CHECK static inline enum sworn_result node_expand(struct tree *tree, struct tree_node *node,
                                                        struct octets key, size_t floor)
{
    return node->form == NODE_STUB ? node_fetch(tree, node, key, floor) : SWORN_OK;
}

/** Walk from the root to the leaf that `key` leads to; SWORN_ABSENT for the empty tree. */
SWORN_CHECK enum sworn_result tree_descend(struct tree *tree, struct octets key,
                                           struct tree_path *path);

/** A page's octets to nodes, all hashes computed, the top one first. Strict; does not recurse. */
SWORN_CHECK enum sworn_result page_read(enum merkle_kind kind, struct octets page, size_t floor,
                                        struct region *region, struct tree_node **top);

/** Octets of a node in a page, those of a branch without its children. */
size_t page_node_size(const struct tree_node *node);
#define PAGE_STUB_SIZE ((size_t)1 + HASH_SIZE)

SWORN_CHECK enum sworn_result page_write_stub(const struct tree_node *node, struct writer *page);

/** A leaf, or a branch without its children. */
SWORN_CHECK enum sworn_result page_write_node(const struct tree_node *node, struct writer *page);

#endif
