/*
 * txn.c - memory of one change; see txn.h.
 */
#include "host/answer/index/txn.h"

#include <stdlib.h>

static enum sworn_result pointers_room(struct pointers *pointers)
{
    size_t room = pointers->room == 0 ? 64 : pointers->room * 2;
    void *items;

    if (pointers->count < pointers->room) {
        return SWORN_OK;
    }
    items = realloc(pointers->items, room * sizeof(void *));
    SWORN_ENSURE(items != NULL, SWORN_NO_MEMORY);
    pointers->items = items;
    pointers->room = room;
    return SWORN_OK;
}

enum sworn_result txn_alloc(struct txn *txn, size_t size, void **memory)
{
    if (!txn->is_private) {
        SWORN_TRY(pointers_room(&txn->fresh));
    }
    *memory = malloc(size);
    SWORN_ENSURE(*memory != NULL, SWORN_NO_MEMORY);
    if (!txn->is_private) {
        txn->fresh.items[txn->fresh.count++] = *memory;
    }
    return SWORN_OK;
}

enum sworn_result txn_retire(struct txn *txn, void *memory)
{
    if (memory == NULL) {
        return SWORN_OK;
    }
    if (txn->is_private) {
        free(memory);
        return SWORN_OK;
    }
    SWORN_TRY(pointers_room(&txn->retired));
    txn->retired.items[txn->retired.count++] = memory;
    return SWORN_OK;
}

static void txn_end(struct txn *txn, const struct pointers *free_these)
{
    for (size_t i = 0; i < free_these->count; i++) {
        free(free_these->items[i]);
    }
    free((void *)txn->fresh.items);
    free((void *)txn->retired.items);
    txn->fresh = txn->retired = (struct pointers){.count = 0};
}

void txn_finish(struct txn *txn)
{
    txn_end(txn, &txn->retired);
}

void txn_abandon(struct txn *txn)
{
    txn_end(txn, &txn->fresh);
}
