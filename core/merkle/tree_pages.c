/*
 * tree_pages.c - cutting a tree into pages for a store; see tree.h.
 *
 *        ●                 a page is a connected piece of the tree; what hangs below it is in pages
 *      ┌─┴─┐               of its own, stubs here. A change makes the branches above it new, so
 *      ●   ○               all pages on the way to it are dropped: what was in them and is in the
 *    ┌─┴─┐  stub: kept     tree still, and what is new, is one connected piece from the root down
 *    ●   ● new             to the pages that are kept. It is cut again:
 *
 * From the leaves up a piece grows until it passes the size of a page; then its larger half is cut
 * off, and the smaller one too when it is worth a page: left where it is, it would crowd out the
 * stubs that make the pages above branch widely. What is cut off fills a third of a page at least,
 * whatever the history of changes; small rests go up with the piece above.
 */
#include "core/merkle/node.h"

/**
 * A node of the piece that is to be cut, in preorder: a left child comes right after its parent.
 */
struct piece_node {
    const struct tree_node *node;
    size_t right; /* of a branch: where its right child is */
    size_t end;   /* where the subtree ends */
    size_t size;  /* octets of what is in the same page from here down */
    bool stub;    /* in a page of its own: kept, or cut off here */
};

struct piece {
    struct piece_node *nodes;
    size_t count;
};

/** Right children that a walk in preorder comes back to. */
struct later {
    const struct tree_node *node;
    size_t parent;
};

/**
 * Walk the piece in preorder; with `piece->nodes` NULL only count. Ends at leaves and at the tops
 * of kept pages.
 */
static void piece_walk(const struct tree_node *root, struct later *waiting, struct piece *piece)
{
    const struct tree_node *node = root;
    size_t parent = 0;
    size_t depth = 0;
    bool from_right = false;

    piece->count = 0;
    while (node != NULL) {
        size_t index = piece->count++;

        if (piece->nodes != NULL) {
            piece->nodes[index].node = node;
            piece->nodes[index].stub = node->page_top;
            if (from_right) {
                piece->nodes[parent].right = index;
            }
        }
        if (node->form == NODE_BRANCH && !node->page_top) {
            waiting[depth++] = (struct later){.node = node->child[1], .parent = index};
            node = node->child[0];
            from_right = false;
            continue;
        }
        node = NULL;
        if (depth > 0) {
            depth--;
            node = waiting[depth].node;
            parent = waiting[depth].parent;
            from_right = true;
        }
    }
}

static enum sworn_result piece_gather(const struct tree *tree, struct region *scratch,
                                      struct piece *piece)
{
    void *waiting;
    void *nodes;

    *piece = (struct piece){0};
    if (tree->root == NULL) {
        return SWORN_OK;
    }
    SWORN_TRY(region_array(scratch, MERKLE_BITS_MAX + 1, sizeof(struct later), &waiting));
    piece_walk(tree->root, waiting, piece);
    SWORN_TRY(region_array(scratch, piece->count, sizeof(struct piece_node), &nodes));
    piece->nodes = nodes;
    piece_walk(tree->root, waiting, piece);
    return SWORN_OK;
}

/** What a child takes in its parent's page as things are. */
static size_t size_inside(const struct piece *piece, size_t index)
{
    return piece->nodes[index].stub ? PAGE_STUB_SIZE : piece->nodes[index].size;
}

/** Make room in the page of a branch that has grown too large with its two children. */
static void children_cut(struct piece *piece, size_t left, size_t right, size_t page_size)
{
    size_t larger = size_inside(piece, right) > size_inside(piece, left) ? right : left;
    size_t smaller = larger == left ? right : left;

    piece->nodes[larger].stub = true;
    if (size_inside(piece, smaller) > page_size / 3) {
        piece->nodes[smaller].stub = true;
    }
}

/** Decide for each branch, the lowest first, what is in its page. */
static void piece_cut(struct piece *piece, size_t page_size)
{
    for (size_t i = piece->count; i > 0; i--) {
        struct piece_node *top = &piece->nodes[i - 1];
        size_t left = i;

        top->size = page_node_size(top->node);
        top->end = i;
        if (top->stub || top->node->form != NODE_BRANCH) {
            continue;
        }
        if (top->size + size_inside(piece, left) + size_inside(piece, top->right) > page_size) {
            children_cut(piece, left, top->right, page_size);
        }
        top->size += size_inside(piece, left) + size_inside(piece, top->right);
        top->end = piece->nodes[top->right].end;
    }
}

static enum sworn_result page_write(const struct piece *piece, size_t top, struct writer *page)
{
    SWORN_TRY(page_write_node(piece->nodes[top].node, page));
    for (size_t i = top + 1; i < piece->nodes[top].end;) {
        const struct piece_node *next = &piece->nodes[i];

        if (next->stub) {
            SWORN_TRY(page_write_stub(next->node, page));
            i = next->end;
            continue;
        }
        SWORN_TRY(page_write_node(next->node, page));
        i++;
    }
    return SWORN_OK;
}

/** New pages: the root's own, and what was cut off. */
static enum sworn_result pages_store(const struct piece *piece, struct region *scratch,
                                     const struct tree_page_sink *sink)
{
    struct writer page = writer_in(scratch, SIZE_MAX / 2);

    for (size_t i = 0; i < piece->count; i++) {
        const struct piece_node *top = &piece->nodes[i];

        if (top->node->page_top || (i > 0 && !top->stub)) {
            continue;
        }
        page.used = 0;
        SWORN_TRY(page_write(piece, i, &page));
        SWORN_TRY(sink->stored(sink->context, &top->node->hash, written(&page)));
    }
    return SWORN_OK;
}

/**
 * Pages of the old tree that are not kept. Old pages are met in the order of their keys, and so are
 * the kept ones in the piece: the next page top that both have in common is always the next kept
 * one. A dropped page that was never looked into is fetched, for the pages below it.
 */
static enum sworn_result pages_drop(struct tree *old, const struct piece *piece,
                                    struct region *scratch, const struct tree_page_sink *sink)
{
    struct tree_node *node = old->root;
    struct tree_node **waiting;
    void *memory;
    size_t depth = 0;
    size_t next = 0;

    SWORN_TRY(region_array(scratch, MERKLE_BITS_MAX + 1, sizeof(*waiting), &memory));
    waiting = memory;
    while (node != NULL) {
        bool kept;

        for (; next < piece->count && !piece->nodes[next].node->page_top; next++) {
        }
        kept = next < piece->count && piece->nodes[next].node == node;
        next += kept ? 1 : 0;
        if (!kept && node->page_top) {
            SWORN_TRY(node_expand(old, node, octets_of(NULL, 0), 0));
            SWORN_TRY(sink->dropped(sink->context, &node->hash));
        }
        if (!kept && node->form == NODE_BRANCH) {
            waiting[depth++] = node->child[1];
            node = node->child[0];
            continue;
        }
        node = depth > 0 ? waiting[--depth] : NULL;
    }
    return SWORN_OK;
}

enum sworn_result tree_pages(struct tree *old, struct tree *tree, size_t page_size,
                             struct region *scratch, const struct tree_page_sink *sink)
{
    struct piece piece;

    SWORN_ENSURE(tree->root == NULL || tree->root->hashed, SWORN_CONFLICT);
    SWORN_TRY(piece_gather(tree, scratch, &piece));
    piece_cut(&piece, page_size);
    SWORN_TRY(pages_drop(old, &piece, scratch, sink));
    return pages_store(&piece, scratch, sink);
}
