/*
 * tree.c - opening a tree and walking it; see tree.h.
 *
 * A key leads to exactly one leaf: at each branch its bit says where. The leaf found has all bits
 * that the branches on the way test, so the first bit d in which it differs from the key lies
 * between two of those branches:
 *
 *   root ── crit < d ── … ── crit < d ──┬── crit > d ── … ── leaf
 *                                       └ here the key would be put; all leaves below differ from
 *                                         it in bit d first: they are all greater, or all smaller
 */
#include "core/merkle/tree.h"

#include "core/merkle/node.h"

/*
 * What a source says is not there is still in the tree: only hashes can say that a key is absent.
 */
static enum sworn_result not_absent(enum sworn_result result)
{
    return result == SWORN_ABSENT ? SWORN_UNAVAILABLE : result;
}

enum sworn_result tree_open(struct tree *tree, enum merkle_kind kind, const struct hash *root,
                            struct region *region, const struct tree_source *source)
{
    void *memory;

    *tree = (struct tree){.kind = kind, .region = region, .source = source};
    if (hash_is_zero(root)) {
        return SWORN_OK;
    }
    SWORN_TRY(region_alloc(region, sizeof(*tree->root), &memory));
    tree->root = memory;
    *tree->root =
        (struct tree_node){.hash = *root, .form = NODE_STUB, .hashed = true, .page_top = true};
    return SWORN_OK;
}

enum sworn_result node_fetch(struct tree *tree, struct tree_node *node, struct octets key,
                             size_t floor)
{
    struct octets page;
    struct tree_node *top;
    enum sworn_result result;

    SWORN_ENSURE(tree->source != NULL, SWORN_UNAVAILABLE);
    SWORN_TRY(not_absent(
        tree->source->page(tree->source->context, &node->hash, key, tree->region, &page)));
    result = page_read(tree->kind, page, floor, tree->region, &top);
    /* No page of another form has the hash that was asked for. */
    SWORN_ENSURE(result != SWORN_MALFORMED, SWORN_PROOF);
    SWORN_TRY(result);
    SWORN_ENSURE(hash_equal(&top->hash, &node->hash), SWORN_PROOF);
    *node = *top;
    node->page_top = true;
    return SWORN_OK;
}

size_t key_difference(struct octets a, struct octets b)
{
    size_t size = a.size > b.size ? a.size : b.size;

    for (size_t i = 0; i < size; i++) {
        unsigned octet_a = i < a.size ? a.data[i] : 0;
        unsigned octet_b = i < b.size ? b.data[i] : 0;

        if (octet_a != octet_b) {
            return i * 8 + (size_t)__builtin_clz(octet_a ^ octet_b) - (sizeof(unsigned) - 1) * 8;
        }
    }
    return NO_BIT;
}

enum sworn_result tree_descend(struct tree *tree, struct octets key, struct tree_path *path)
{
    struct tree_node *node = tree->root;
    size_t floor = 0;

    path->depth = 0;
    SWORN_ENSURE(key.size <= MERKLE_KEY_MAX, SWORN_LIMIT);
    SWORN_ENSURE(node != NULL, SWORN_ABSENT);
    SWORN_TRY(node_expand(tree, node, key, floor));
    while (node->form == NODE_BRANCH) {
        SWORN_ENSURE(path->depth < MERKLE_BITS_MAX, SWORN_PROOF);
        path->branches[path->depth++] = node;
        floor = node->crit_bit + (size_t)1;
        node = node->child[merkle_bit(key, node->crit_bit)];
        SWORN_TRY(node_expand(tree, node, key, floor));
    }
    path->leaf = node;
    return SWORN_OK;
}

/** The leaf at exactly `key`. */
static enum sworn_result leaf_at(struct tree *tree, struct octets key, struct node_leaf **leaf)
{
    struct tree_path path;

    SWORN_TRY(tree_descend(tree, key, &path));
    SWORN_ENSURE(octets_equal(path.leaf->leaf->key, key), SWORN_ABSENT);
    *leaf = path.leaf->leaf;
    return SWORN_OK;
}

static struct tree_leaf leaf_shown(const struct node_leaf *leaf)
{
    return (struct tree_leaf){.key = leaf->key, .value_hash = leaf->value_hash};
}

enum sworn_result tree_find(struct tree *tree, struct octets key, struct tree_leaf *leaf)
{
    struct node_leaf *found;

    SWORN_TRY(leaf_at(tree, key, &found));
    *leaf = leaf_shown(found);
    return SWORN_OK;
}

enum sworn_result tree_get(struct tree *tree, struct octets key, struct octets *value)
{
    struct node_leaf *leaf;
    struct octets fetched;
    struct hash hash;

    SWORN_TRY(leaf_at(tree, key, &leaf));
    if (leaf->value.data == NULL) {
        SWORN_ENSURE(tree->source != NULL, SWORN_UNAVAILABLE);
        SWORN_TRY(not_absent(tree->source->value(tree->source->context, leaf->key,
                                                 &leaf->value_hash, tree->region, &fetched)));
        SWORN_TRY(sha256_one(fetched, &hash));
        SWORN_ENSURE(hash_equal(&hash, &leaf->value_hash), SWORN_PROOF);
        /* The leaf may outlive what the source lent: a request's own octets, a row of a store. */
        SWORN_TRY(region_copy(tree->region, fetched, &leaf->value));
    }
    *value = leaf->value;
    return SWORN_OK;
}

/** The outermost leaf below `node` on `side`. */
static enum sworn_result leaf_outermost(struct tree *tree, struct tree_node *node, unsigned side,
                                        struct octets key, size_t floor, struct tree_leaf *leaf)
{
    SWORN_TRY(node_expand(tree, node, key, floor));
    while (node->form == NODE_BRANCH) {
        floor = node->crit_bit + (size_t)1;
        node = node->child[side];
        SWORN_TRY(node_expand(tree, node, key, floor));
    }
    *leaf = leaf_shown(node->leaf);
    return SWORN_OK;
}

/**
 * From the branches above `depth`, the innermost one that the key leaves on the other side: the
 * neighbour is the nearest leaf there.
 */
static enum sworn_result leaf_across(struct tree *tree, const struct tree_path *path, size_t depth,
                                     unsigned side, struct octets key, struct tree_leaf *leaf)
{
    for (size_t i = depth; i > 0; i--) {
        const struct tree_node *branch = path->branches[i - 1];

        if (merkle_bit(key, branch->crit_bit) != side) {
            return leaf_outermost(tree, branch->child[side], !side, key,
                                  branch->crit_bit + (size_t)1, leaf);
        }
    }
    return SWORN_ABSENT;
}

/** The nearest leaf past `key` on `side`: 1 greater, 0 smaller. */
static enum sworn_result leaf_past(struct tree *tree, struct octets key, unsigned side,
                                   struct tree_leaf *leaf)
{
    struct tree_path path;
    size_t difference;
    size_t depth;
    int order;

    SWORN_TRY(tree_descend(tree, key, &path));
    difference = key_difference(key, path.leaf->leaf->key);
    if (difference == NO_BIT) {
        /* The same, or the one is the other and zeros: then the longer one is the greater. */
        order = octets_compare(path.leaf->leaf->key, key);
        if (side == 1 ? order > 0 : order < 0) {
            *leaf = leaf_shown(path.leaf->leaf);
            return SWORN_OK;
        }
        return leaf_across(tree, &path, path.depth, side, key, leaf);
    }
    for (depth = 0; depth < path.depth && path.branches[depth]->crit_bit < difference; depth++) {
    }
    if (merkle_bit(key, difference) != side) {
        return leaf_outermost(tree, depth < path.depth ? path.branches[depth] : path.leaf, !side,
                              key, 0, leaf);
    }
    return leaf_across(tree, &path, depth, side, key, leaf);
}

enum sworn_result tree_after(struct tree *tree, struct octets key, struct tree_leaf *leaf)
{
    SWORN_TRY(leaf_past(tree, key, 1, leaf));
    SWORN_ENSURE(octets_compare(leaf->key, key) > 0, SWORN_PROOF);
    return SWORN_OK;
}

enum sworn_result tree_before(struct tree *tree, struct octets key, struct tree_leaf *leaf)
{
    SWORN_TRY(leaf_past(tree, key, 0, leaf));
    SWORN_ENSURE(octets_compare(leaf->key, key) < 0, SWORN_PROOF);
    return SWORN_OK;
}

enum sworn_result tree_at_or_after(struct tree *tree, struct octets key, struct tree_leaf *leaf)
{
    enum sworn_result result = tree_find(tree, key, leaf);

    return result == SWORN_ABSENT ? tree_after(tree, key, leaf) : result;
}
