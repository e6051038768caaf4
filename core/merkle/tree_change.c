/*
 * tree_change.c - putting and removing leaves, and the root's hash; see tree.h.
 *
 * Only the branches above a change are made anew; all else is shared with the tree as it was. New
 * branches have no hash until somebody asks for the root: of many changes each branch is hashed
 * once.
 */
#include "core/merkle/node.h"

static enum sworn_result node_new(struct region *region, enum node_form form,
                                  struct tree_node **node)
{
    void *memory;

    SWORN_TRY(region_alloc(region, sizeof(**node), &memory));
    *node = memory;
    (*node)->form = (uint8_t)form;
    return SWORN_OK;
}

static enum sworn_result leaf_new(struct tree *tree, struct octets key, struct octets value,
                                  const struct hash *value_hash, struct tree_node **node)
{
    void *memory;

    SWORN_TRY(node_new(tree->region, NODE_LEAF, node));
    SWORN_TRY(region_alloc(tree->region, sizeof(*(*node)->leaf), &memory));
    (*node)->leaf = memory;
    SWORN_TRY(region_copy(tree->region, key, &(*node)->leaf->key));
    SWORN_TRY(region_copy(tree->region, value, &(*node)->leaf->value));
    (*node)->leaf->value_hash = *value_hash;
    return SWORN_OK;
}

/** Make the branches of the path above `depth` anew, with `node` below them. */
static enum sworn_result replant(struct tree *tree, const struct tree_path *path, size_t depth,
                                 struct octets key, struct tree_node *node)
{
    for (size_t i = depth; i > 0; i--) {
        const struct tree_node *old = path->branches[i - 1];
        unsigned side = merkle_bit(key, old->crit_bit);
        struct tree_node *branch;

        SWORN_TRY(node_new(tree->region, NODE_BRANCH, &branch));
        branch->crit_bit = old->crit_bit;
        branch->child[side] = node;
        branch->child[!side] = old->child[!side];
        node = branch;
    }
    tree->root = node;
    return SWORN_OK;
}

/** Put a new leaf beside all that differs from its key in bit `difference` first. */
static enum sworn_result graft(struct tree *tree, const struct tree_path *path, size_t difference,
                               struct octets key, struct tree_node *leaf)
{
    unsigned side = merkle_bit(key, difference);
    struct tree_node *branch;
    size_t depth;

    for (depth = 0; depth < path->depth && path->branches[depth]->crit_bit < difference; depth++) {
    }
    SWORN_TRY(node_new(tree->region, NODE_BRANCH, &branch));
    branch->crit_bit = (uint16_t)difference;
    branch->child[side] = leaf;
    branch->child[!side] = depth < path->depth ? path->branches[depth] : path->leaf;
    return replant(tree, path, depth, key, branch);
}

enum sworn_result tree_put(struct tree *tree, struct octets key, struct octets value)
{
    struct tree_path path;
    struct hash value_hash;
    struct tree_node *leaf;
    size_t difference;

    SWORN_ENSURE(key.size <= MERKLE_KEY_MAX, SWORN_LIMIT);
    SWORN_TRY(sha256_one(value, &value_hash));
    if (tree->root == NULL) {
        SWORN_TRY(leaf_new(tree, key, value, &value_hash, &leaf));
        tree->root = leaf;
        return SWORN_OK;
    }
    SWORN_TRY(tree_descend(tree, key, &path));
    difference = key_difference(key, path.leaf->leaf->key);
    if (difference != NO_BIT) {
        SWORN_TRY(leaf_new(tree, key, value, &value_hash, &leaf));
        return graft(tree, &path, difference, key, leaf);
    }
    /* No branch can stand between keys that differ in nothing but zeros at the end. */
    SWORN_ENSURE(key.size == path.leaf->leaf->key.size, SWORN_MALFORMED);
    if (hash_equal(&value_hash, &path.leaf->leaf->value_hash)) {
        return SWORN_OK;
    }
    SWORN_TRY(leaf_new(tree, key, value, &value_hash, &leaf));
    return replant(tree, &path, path.depth, key, leaf);
}

enum sworn_result tree_remove(struct tree *tree, struct octets key)
{
    struct tree_path path;
    const struct tree_node *parent;

    SWORN_TRY(tree_descend(tree, key, &path));
    SWORN_ENSURE(octets_equal(path.leaf->leaf->key, key), SWORN_ABSENT);
    if (path.depth == 0) {
        tree->root = NULL;
        return SWORN_OK;
    }
    parent = path.branches[path.depth - 1];
    return replant(tree, &path, path.depth - 1, key,
                   parent->child[!merkle_bit(key, parent->crit_bit)]);
}

/** Hash a node whose children are hashed. */
static enum sworn_result node_hash(enum merkle_kind kind, struct tree_node *node)
{
    node->hashed = true;
    if (node->form == NODE_LEAF) {
        return merkle_leaf_hash(kind, node->leaf->key, &node->leaf->value_hash, &node->hash);
    }
    return merkle_node_hash(kind, node->crit_bit, &node->child[0]->hash, &node->child[1]->hash,
                            &node->hash);
}

/** A child without a hash, or NULL when all that the node's hash needs is there. */
static struct tree_node *child_unhashed(const struct tree_node *node)
{
    if (node->form != NODE_BRANCH) {
        return NULL;
    }
    if (!node->child[0]->hashed) {
        return node->child[0];
    }
    return node->child[1]->hashed ? NULL : node->child[1];
}

enum sworn_result tree_root(struct tree *tree, struct hash *root)
{
    struct tree_node *waiting[MERKLE_BITS_MAX + 1]; /* for the hash of the one after it */
    struct tree_node *node = tree->root;
    size_t depth = 0;

    *root = (struct hash){0};
    if (node == NULL) {
        return SWORN_OK;
    }
    while (!tree->root->hashed) {
        struct tree_node *child = child_unhashed(node);

        if (child != NULL) {
            SWORN_ENSURE(depth < MERKLE_BITS_MAX + 1, SWORN_LIMIT);
            waiting[depth++] = node;
            node = child;
            continue;
        }
        SWORN_TRY(node_hash(tree->kind, node));
        node = depth > 0 ? waiting[--depth] : node;
    }
    *root = tree->root->hash;
    return SWORN_OK;
}
