/*
 * page.c - pages of a tree to nodes and back; the format is drawn in tree.h.
 *
 * Pages come from a store that is not trusted. Nothing of a page is used before its top hash has
 * been compared (node_expand), and every hash below is computed here, from the leaves up. The
 * checks of form besides keep what walks rely on true by construction and not only by the honesty
 * of whoever made the root: crit bits grow from top to bottom, which bounds every path, and a leaf
 * has the bits that its place claims.
 */
#include "core/merkle/node.h"

#include "core/cursor/reader.h"

/** Branches that still wait for a child, outermost first. */
struct pending {
    size_t depth;
    struct tree_node *branches[MERKLE_BITS_MAX];
};

static enum sworn_result branch_read(struct reader *reader, size_t floor, struct pending *pending,
                                     struct tree_node *node)
{
    size_t depth = pending->depth;

    SWORN_TRY(read_u16(reader, &node->crit_bit));
    SWORN_ENSURE(node->crit_bit >= floor && node->crit_bit < MERKLE_BITS_MAX, SWORN_MALFORMED);
    SWORN_ENSURE(depth == 0 || node->crit_bit > pending->branches[depth - 1]->crit_bit,
                 SWORN_MALFORMED);
    SWORN_ENSURE(depth < MERKLE_BITS_MAX, SWORN_MALFORMED);
    pending->branches[pending->depth++] = node;
    return SWORN_OK;
}

/** Whether the key has the bits that the branches above claim. */
static bool key_belongs(const struct pending *pending, struct octets key)
{
    for (size_t i = 0; i < pending->depth; i++) {
        const struct tree_node *branch = pending->branches[i];

        if (merkle_bit(key, branch->crit_bit) != (branch->child[0] != NULL)) {
            return false;
        }
    }
    return true;
}

static enum sworn_result leaf_read(struct reader *reader, enum merkle_kind kind,
                                   const struct pending *pending, struct region *region,
                                   struct tree_node *node)
{
    void *memory;

    SWORN_TRY(region_alloc(region, sizeof(*node->leaf), &memory));
    node->leaf = memory;
    SWORN_TRY(read_slice_u16(reader, &node->leaf->key));
    SWORN_TRY(read_hash(reader, &node->leaf->value_hash));
    SWORN_ENSURE(node->leaf->key.size <= MERKLE_KEY_MAX, SWORN_MALFORMED);
    SWORN_ENSURE(key_belongs(pending, node->leaf->key), SWORN_MALFORMED);
    SWORN_TRY(merkle_leaf_hash(kind, node->leaf->key, &node->leaf->value_hash, &node->hash));
    node->hashed = true;
    return SWORN_OK;
}

static enum sworn_result stub_read(struct reader *reader, const struct pending *pending,
                                   struct tree_node *node)
{
    /* A page that is nothing but the hash that was asked for would be asked for again, for ever. */
    SWORN_ENSURE(pending->depth > 0, SWORN_MALFORMED);
    SWORN_TRY(read_hash(reader, &node->hash));
    node->hashed = true;
    node->page_top = true;
    return SWORN_OK;
}

/** Hang a whole subtree where it belongs; what becomes whole by it goes up in turn. */
static enum sworn_result attach(enum merkle_kind kind, struct pending *pending,
                                struct tree_node **node)
{
    while (pending->depth > 0) {
        struct tree_node *branch = pending->branches[pending->depth - 1];

        if (branch->child[0] == NULL) {
            branch->child[0] = *node;
            return SWORN_OK;
        }
        branch->child[1] = *node;
        SWORN_TRY(merkle_node_hash(kind, branch->crit_bit, &branch->child[0]->hash,
                                   &branch->child[1]->hash, &branch->hash));
        branch->hashed = true;
        pending->depth--;
        *node = branch;
    }
    return SWORN_OK;
}

static enum sworn_result node_read(struct reader *reader, enum merkle_kind kind, size_t floor,
                                   struct region *region, struct pending *pending,
                                   struct tree_node **node)
{
    void *memory;

    SWORN_TRY(region_alloc(region, sizeof(**node), &memory));
    *node = memory;
    SWORN_TRY(read_u8(reader, &(*node)->form));
    if ((*node)->form == NODE_BRANCH) {
        return branch_read(reader, floor, pending, *node);
    }
    if ((*node)->form == NODE_LEAF) {
        SWORN_TRY(leaf_read(reader, kind, pending, region, *node));
        return attach(kind, pending, node);
    }
    SWORN_ENSURE((*node)->form == NODE_STUB, SWORN_MALFORMED);
    SWORN_TRY(stub_read(reader, pending, *node));
    return attach(kind, pending, node);
}

enum sworn_result page_read(enum merkle_kind kind, struct octets page, size_t floor,
                            struct region *region, struct tree_node **top)
{
    struct reader reader = reader_of(page);
    struct pending pending;

    pending.depth = 0;
    do {
        SWORN_TRY(node_read(&reader, kind, floor, region, &pending, top));
    } while (pending.depth > 0);
    return read_end(&reader);
}

size_t page_node_size(const struct tree_node *node)
{
    if (node->form == NODE_BRANCH) {
        return 1 + 2;
    }
    return node->form == NODE_STUB ? PAGE_STUB_SIZE : 1 + 2 + node->leaf->key.size + HASH_SIZE;
}

enum sworn_result page_write_stub(const struct tree_node *node, struct writer *page)
{
    SWORN_TRY(write_u8(page, NODE_STUB));
    return write_hash(page, &node->hash);
}

enum sworn_result page_write_node(const struct tree_node *node, struct writer *page)
{
    SWORN_TRY(write_u8(page, node->form));
    if (node->form == NODE_BRANCH) {
        return write_u16(page, node->crit_bit);
    }
    SWORN_TRY(write_slice_u16(page, node->leaf->key));
    return write_hash(page, &node->leaf->value_hash);
}
