/*
 * order.c - a tree of sorted pages that is copied where it changes; see order.h.
 */
#include "host/answer/index/order.h"

#include <stdlib.h>

#define FANOUT    32
#define DEPTH_MAX 16 /* far more than memory holds items for */

struct entry {
    uint64_t head;
    void *to;
};

struct order_page {
    uint32_t txn;
    uint16_t count;
    uint16_t level;
    struct entry entry[FANOUT];
};

/* What is looked for. */
struct sought {
    const uint8_t *key;
    size_t size;
    uint64_t head;
};

static uint64_t head_of(const uint8_t *key, size_t size, size_t skip)
{
    uint8_t octets[8] = {0};
    uint64_t head = 0;

    if (size > skip) {
        memcpy(octets, key + skip, size - skip < 8 ? size - skip : 8);
    }
    for (size_t i = 0; i < 8; i++) {
        head = head << 8 | octets[i];
    }
    return head;
}

static struct sought sought_of(const struct order *order, const uint8_t *key, size_t size)
{
    return (struct sought){.key = key, .size = size, .head = head_of(key, size, order->skip)};
}

static const struct keyed *first_item(const struct entry *entry, unsigned level)
{
    for (; level > 0; level--) {
        entry = &((const struct order_page *)entry->to)->entry[0];
    }
    return entry->to;
}

/* Whether the entry's key is greater than the one sought. */
static bool is_after(const struct order_page *page, unsigned index, const struct sought *sought)
{
    const struct entry *entry = &page->entry[index];

    if (entry->head != sought->head) {
        return entry->head > sought->head;
    }
    return keyed_compare(first_item(entry, page->level), sought->key, sought->size) > 0;
}

/* How many entries have keys that are not greater than the one sought. */
static unsigned count_up_to(const struct order_page *page, const struct sought *sought)
{
    unsigned low = 0;
    unsigned high = page->count;

    while (low < high) {
        unsigned middle = (low + high) / 2;

        if (is_after(page, middle, sought)) {
            high = middle;
            continue;
        }
        low = middle + 1;
    }
    return low;
}

const struct keyed *order_find(const struct order *order, const uint8_t *key, size_t size)
{
    const struct sought sought = sought_of(order, key, size);
    const struct order_page *page = order->root;

    while (page != NULL) {
        unsigned count = count_up_to(page, &sought);

        if (count == 0) {
            return NULL;
        }
        if (page->level == 0) {
            return page->entry[count - 1].to;
        }
        page = page->entry[count - 1].to;
    }
    return NULL;
}

const struct keyed *order_last(const struct order *order)
{
    const struct order_page *page = order->root;

    while (page != NULL && page->level > 0) {
        page = page->entry[page->count - 1].to;
    }
    return page == NULL ? NULL : page->entry[page->count - 1].to;
}

static enum sworn_result page_new(struct txn *txn, unsigned level, struct order_page **page)
{
    void *memory;

    SWORN_TRY(txn_alloc(txn, sizeof(**page), &memory));
    *page = memory;
    (*page)->txn = txn->number;
    (*page)->count = 0;
    (*page)->level = (uint16_t)level;
    return SWORN_OK;
}

/* A page that this change may edit, in place of the one at `link`. */
static enum sworn_result page_own(struct txn *txn, void **link)
{
    struct order_page *old = *link;
    struct order_page *page;

    if (old->txn == txn->number) {
        return SWORN_OK;
    }
    SWORN_TRY(page_new(txn, old->level, &page));
    page->count = old->count;
    memcpy(page->entry, old->entry, old->count * sizeof(struct entry));
    SWORN_TRY(txn_retire(txn, old));
    *link = page;
    return SWORN_OK;
}

static void entry_insert(struct order_page *page, unsigned index, struct entry entry)
{
    memmove(page->entry + index + 1, page->entry + index,
            (page->count - index) * sizeof(struct entry));
    page->entry[index] = entry;
    page->count++;
}

static void entry_remove(struct order_page *page, unsigned index)
{
    page->count--;
    memmove(page->entry + index, page->entry + index + 1,
            (page->count - index) * sizeof(struct entry));
}

/*
 * Split the full page below `parent`'s entry `index`. A key that goes to the end takes a new page,
 * so that pages of a zone that is loaded in order are full.
 */
static enum sworn_result page_split(struct txn *txn, struct order_page *parent, unsigned index,
                                    const struct sought *sought)
{
    struct order_page *left = parent->entry[index].to;
    bool at_end = !is_after(left, left->count - 1U, sought);
    unsigned keep = at_end ? left->count - 1U : left->count / 2U;
    struct order_page *right;

    SWORN_TRY(page_new(txn, left->level, &right));
    right->count = (uint16_t)(left->count - keep);
    memcpy(right->entry, left->entry + keep, right->count * sizeof(struct entry));
    left->count = (uint16_t)keep;
    entry_insert(parent, index + 1, (struct entry){.head = right->entry[0].head, .to = right});
    return SWORN_OK;
}

/* A root with room, one level higher than the full one. */
static enum sworn_result root_raise(struct txn *txn, struct order *order,
                                    const struct sought *sought)
{
    struct order_page *root;

    SWORN_TRY(page_new(txn, order->root->level + 1U, &root));
    root->count = 1;
    root->entry[0] = (struct entry){.head = order->root->entry[0].head, .to = order->root};
    order->root = root;
    return page_split(txn, root, 0, sought);
}

static enum sworn_result leaf_put(struct order_page *leaf, const struct sought *sought,
                                  const struct keyed *item)
{
    unsigned count = count_up_to(leaf, sought);

    if (count > 0 && keyed_is(leaf->entry[count - 1].to, sought->key, sought->size)) {
        leaf->entry[count - 1].to = (void *)item;
        return SWORN_OK;
    }
    entry_insert(leaf, count, (struct entry){.head = sought->head, .to = (void *)item});
    return SWORN_OK;
}

enum sworn_result order_put(struct txn *txn, struct order *order, const struct keyed *item)
{
    const struct sought sought = sought_of(order, keyed_key(item), item->key_size);
    struct order_page *page;

    if (order->root == NULL) {
        SWORN_TRY(page_new(txn, 0, &order->root));
    }
    SWORN_TRY(page_own(txn, (void **)&order->root));
    if (order->root->count == FANOUT) {
        SWORN_TRY(root_raise(txn, order, &sought));
    }
    page = order->root;
    while (page->level > 0) {
        unsigned count = count_up_to(page, &sought);
        unsigned index = count == 0 ? 0 : count - 1;
        struct order_page *below;

        SWORN_TRY(page_own(txn, &page->entry[index].to));
        below = page->entry[index].to;
        if (below->count == FANOUT) {
            SWORN_TRY(page_split(txn, page, index, &sought));
            count = count_up_to(page, &sought);
            index = count == 0 ? 0 : count - 1;
        }
        if (count == 0) {
            page->entry[0].head = sought.head; /* it becomes the first of all */
        }
        page = page->entry[index].to;
    }
    return leaf_put(page, &sought, item);
}

enum sworn_result order_remove(struct txn *txn, struct order *order, const uint8_t *key,
                               size_t size)
{
    const struct sought sought = sought_of(order, key, size);
    const struct keyed *there = order_find(order, key, size);
    struct order_page *path[DEPTH_MAX];
    unsigned index[DEPTH_MAX];
    unsigned depth = 0;
    void **link = (void **)&order->root;

    if (there == NULL || !keyed_is(there, key, size)) {
        return SWORN_OK;
    }
    for (;; depth++) {
        SWORN_ENSURE(depth < DEPTH_MAX, SWORN_LIMIT);
        SWORN_TRY(page_own(txn, link));
        path[depth] = *link;
        index[depth] = count_up_to(path[depth], &sought) - 1;
        if (path[depth]->level == 0) {
            break;
        }
        link = &path[depth]->entry[index[depth]].to;
    }
    entry_remove(path[depth], index[depth]);
    for (; depth > 0; depth--) {
        struct order_page *above = path[depth - 1];

        if (path[depth]->count == 0) {
            SWORN_TRY(txn_retire(txn, path[depth]));
            entry_remove(above, index[depth - 1]);
            continue;
        }
        above->entry[index[depth - 1]].head = path[depth]->entry[0].head;
    }
    if (order->root->count == 0) {
        SWORN_TRY(txn_retire(txn, order->root));
        order->root = NULL;
    }
    return SWORN_OK;
}

static void page_free(struct order_page *page, void (*each)(struct keyed *item))
{
    /* As deep as the tree is high. */
    for (unsigned i = 0; i < page->count; i++) {
        if (page->level > 0) {
            page_free(page->entry[i].to, each);
        } else if (each != NULL) {
            each(page->entry[i].to);
        }
    }
    free(page);
}

void order_free(struct order *order, void (*each)(struct keyed *item))
{
    if (order->root != NULL) {
        page_free(order->root, each);
    }
    order->root = NULL;
}
