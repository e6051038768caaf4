/*
 * order.c - a tree of sorted pages that is copied where it changes; see order.h.
 */
#include "host/answer/index/order.h"

#include <endian.h>
#include <stdlib.h>

#define FANOUT    32
#define LINE      64 /* of the processor's cache */
#define DEPTH_MAX 16 /* far more than memory holds items for */

struct order_page {
    uint32_t txn;
    uint16_t count;
    uint16_t level;
    uint64_t head[FANOUT];
    void *to[FANOUT];
};

struct entry {
    uint64_t head;
    void *to;
};

static uint64_t head_of(const uint8_t *key, size_t size, size_t skip)
{
    uint64_t head = 0;

    if (size >= skip + 8) {
        memcpy(&head, key + skip, 8);
    } else if (size > skip) {
        memcpy(&head, key + skip, size - skip);
    }
    return be64toh(head);
}

static struct order_sought sought_of(const struct order *order, const uint8_t *key, size_t size)
{
    return (struct order_sought){.key = key, .size = size, .head = head_of(key, size, order->skip)};
}

static const struct keyed *first_item(const struct order_page *page, unsigned index)
{
    const void *to = page->to[index];

    for (unsigned level = page->level; level > 0; level--) {
        to = ((const struct order_page *)to)->to[0];
    }
    return to;
}

/* Whether the entry's key is greater than the one sought. */
static bool is_after(const struct order_page *page, unsigned index,
                     const struct order_sought *sought)
{
    if (page->head[index] != sought->head) {
        return page->head[index] > sought->head;
    }
    return keyed_compare(first_item(page, index), sought->key, sought->size) > 0;
}

/*
 * How many heads are not greater than this one. Without a branch that depends on them: one that is
 * guessed wrong costs as much as all these comparisons.
 */
static unsigned heads_up_to(const struct order_page *page, uint64_t head)
{
    unsigned count = 0;

    for (unsigned half = FANOUT / 2; half > 0; half /= 2) {
        count += (unsigned)(page->head[count + half - 1] <= head) * half;
    }
    count += page->head[count] <= head;
    return count < page->count ? count : page->count;
}

/* The same of keys, of which the first `high` have no greater head; some have the one sought. */
__attribute__((noinline)) static unsigned
count_equal(const struct order_page *page, const struct order_sought *sought, unsigned high)
{
    unsigned low = sought->head == 0 ? 0 : heads_up_to(page, sought->head - 1);

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

/* How many entries have keys that are not greater than the one sought. */
static unsigned count_up_to(const struct order_page *page, const struct order_sought *sought)
{
    unsigned count = heads_up_to(page, sought->head);

    if (count == 0 || page->head[count - 1] != sought->head) {
        return count;
    }
    return count_equal(page, sought, count); /* seldom */
}

void order_search_begin(struct order_search *search, const struct order *order, const uint8_t *key,
                        size_t size)
{
    *search = (struct order_search){.sought = sought_of(order, key, size), .page = order->root};
}

/* One level down; false at the end. */
static bool search_on(struct order_search *search)
{
    const struct order_page *page = search->page;
    unsigned count = count_up_to(page, &search->sought);

    search->page = NULL;
    if (count == 0) {
        return false;
    }
    if (page->level == 0) {
        search->item = page->to[count - 1];
        __builtin_prefetch(search->item);
        return false;
    }
    search->page = page->to[count - 1];
    for (size_t at = 0; at < offsetof(struct order_page, to); at += LINE) {
        __builtin_prefetch((const uint8_t *)search->page + at);
    }
    return true;
}

void order_search_all(struct order_search *searches, unsigned count)
{
    for (bool on = true; on;) {
        on = false;
        for (unsigned i = 0; i < count; i++) {
            on |= searches[i].page != NULL && search_on(&searches[i]);
        }
    }
}

const struct keyed *order_find(const struct order *order, const uint8_t *key, size_t size)
{
    struct order_search search;

    order_search_begin(&search, order, key, size);
    order_search_all(&search, 1);
    return search.item;
}

const struct keyed *order_last(const struct order *order)
{
    const struct order_page *page = order->root;

    while (page != NULL && page->level > 0) {
        page = page->to[page->count - 1];
    }
    return page == NULL ? NULL : page->to[page->count - 1];
}

static enum sworn_result page_new(struct txn *txn, unsigned level, struct order_page **page)
{
    void *memory;

    SWORN_TRY(txn_alloc(txn, sizeof(**page), &memory));
    *page = memory;
    (*page)->txn = txn->number;
    (*page)->count = 0;
    (*page)->level = (uint16_t)level;
    memset((*page)->head, 0xff, sizeof((*page)->head));
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
    memcpy(page->head, old->head, sizeof(page->head));
    memcpy(page->to, old->to, old->count * sizeof(void *));
    SWORN_TRY(txn_retire(txn, old));
    *link = page;
    return SWORN_OK;
}

static void entry_insert(struct order_page *page, unsigned index, struct entry entry)
{
    size_t after = page->count - index;

    memmove(page->head + index + 1, page->head + index, after * sizeof(uint64_t));
    memmove(page->to + index + 1, page->to + index, after * sizeof(void *));
    page->head[index] = entry.head;
    page->to[index] = entry.to;
    page->count++;
}

static void entry_remove(struct order_page *page, unsigned index)
{
    size_t after = page->count - index - 1U;

    memmove(page->head + index, page->head + index + 1, after * sizeof(uint64_t));
    memmove(page->to + index, page->to + index + 1, after * sizeof(void *));
    page->count--;
    page->head[page->count] = UINT64_MAX;
}

/*
 * Split the full page below `parent`'s entry `index`. A key that goes to the end takes a new page,
 * so that pages of a zone that is loaded in order are full.
 */
static enum sworn_result page_split(struct txn *txn, struct order_page *parent, unsigned index,
                                    const struct order_sought *sought)
{
    struct order_page *left = parent->to[index];
    bool at_end = !is_after(left, left->count - 1U, sought);
    unsigned keep = at_end ? left->count - 1U : left->count / 2U;
    struct order_page *right;

    SWORN_TRY(page_new(txn, left->level, &right));
    right->count = (uint16_t)(left->count - keep);
    memcpy(right->head, left->head + keep, right->count * sizeof(uint64_t));
    memcpy(right->to, left->to + keep, right->count * sizeof(void *));
    memset(left->head + keep, 0xff, right->count * sizeof(uint64_t));
    left->count = (uint16_t)keep;
    entry_insert(parent, index + 1, (struct entry){.head = right->head[0], .to = right});
    return SWORN_OK;
}

/* A root with room, one level higher than the full one. */
static enum sworn_result root_raise(struct txn *txn, struct order *order,
                                    const struct order_sought *sought)
{
    struct order_page *root;

    SWORN_TRY(page_new(txn, order->root->level + 1U, &root));
    entry_insert(root, 0, (struct entry){.head = order->root->head[0], .to = order->root});
    order->root = root;
    return page_split(txn, root, 0, sought);
}

static enum sworn_result leaf_put(struct order_page *leaf, const struct order_sought *sought,
                                  const struct keyed *item)
{
    unsigned count = count_up_to(leaf, sought);

    if (count > 0 && keyed_is(leaf->to[count - 1], sought->key, sought->size)) {
        leaf->to[count - 1] = (void *)item;
        return SWORN_OK;
    }
    entry_insert(leaf, count, (struct entry){.head = sought->head, .to = (void *)item});
    return SWORN_OK;
}

enum sworn_result order_put(struct txn *txn, struct order *order, const struct keyed *item)
{
    const struct order_sought sought = sought_of(order, keyed_key(item), item->key_size);
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

        SWORN_TRY(page_own(txn, &page->to[index]));
        below = page->to[index];
        if (below->count == FANOUT) {
            SWORN_TRY(page_split(txn, page, index, &sought));
            count = count_up_to(page, &sought);
            index = count == 0 ? 0 : count - 1;
        }
        if (count == 0) {
            page->head[0] = sought.head; /* it becomes the first of all */
        }
        page = page->to[index];
    }
    return leaf_put(page, &sought, item);
}

enum sworn_result order_remove(struct txn *txn, struct order *order, const uint8_t *key,
                               size_t size)
{
    const struct order_sought sought = sought_of(order, key, size);
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
        link = &path[depth]->to[index[depth]];
    }
    entry_remove(path[depth], index[depth]);
    for (; depth > 0; depth--) {
        struct order_page *above = path[depth - 1];

        if (path[depth]->count == 0) {
            SWORN_TRY(txn_retire(txn, path[depth]));
            entry_remove(above, index[depth - 1]);
            continue;
        }
        above->head[index[depth - 1]] = path[depth]->head[0];
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
            page_free(page->to[i], each);
        } else if (each != NULL) {
            each(page->to[i]);
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
