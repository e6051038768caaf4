/*
 * order.h - items in order of their keys: a tree of pages, for the neighbour of an absent name.
 *
 *   page  = u32 number of the change that made it ‖ u16 count ‖ u16 level ‖ 32 heads, those that
 *           are not there ff.. ‖ 32 pointers to items (level 0) or to pages, whose first entry has
 *           that head
 *   head  = the eight octets of the key that follow the first `skip` ones, which all keys share
 *
 * Most comparisons end at the head, without a look at the item. Pages are split when full and go
 * when empty; half-empty ones are not joined. Never edited once it is visible: see txn.h.
 */
#ifndef SWORN_HOST_ANSWER_INDEX_ORDER_H
#define SWORN_HOST_ANSWER_INDEX_ORDER_H

#include "host/answer/index/keyed.h"
#include "host/answer/index/txn.h"

struct order_page;

struct order {
    struct order_page *root;
    size_t skip; /* octets at the beginning of every key: the apex's */
};

/** The item with the greatest key that is not greater than `key`, or NULL. */
const struct keyed *order_find(const struct order *order, const uint8_t *key, size_t size);

/** What is looked for, and its head. */
struct order_sought {
    const uint8_t *key;
    size_t size;
    uint64_t head;
};

/** One of several searches. */
struct order_search {
    struct order_sought sought;
    const struct order_page *page; /* where it is; NULL: at its end */
    const struct keyed *item;      /* at its end: what order_find() finds */
};

/** The key stays where it is until the end. */
void order_search_begin(struct order_search *search, const struct order *order, const uint8_t *key,
                        size_t size);

/** All searches to their ends, in step, so that they wait for memory together. */
void order_search_all(struct order_search *searches, unsigned count);

/** The item with the greatest key, or NULL. */
const struct keyed *order_last(const struct order *order);

/** Put an item in, in place of the one with its key. */
SWORN_CHECK enum sworn_result order_put(struct txn *txn, struct order *order,
                                        const struct keyed *item);

/** Take the item with the key out, if it is there. */
SWORN_CHECK enum sworn_result order_remove(struct txn *txn, struct order *order, const uint8_t *key,
                                           size_t size);

/** Free the pages, calling `each` for every item; NULL leaves the items alone. */
void order_free(struct order *order, void (*each)(struct keyed *item));

#endif
