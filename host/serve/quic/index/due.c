/*
 * due.c - the heap; see due.h.
 */
#include "host/serve/quic/index/due.h"

#include <stdlib.h>

static void put(struct due_heap *heap, size_t at, struct due *due)
{
    heap->heap[at] = due;
    due->place = at + 1;
}

static size_t rise(struct due_heap *heap, size_t at, const struct due *due)
{
    while (at > 0 && heap->heap[(at - 1) / 2]->time > due->time) {
        put(heap, at, heap->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    return at;
}

static size_t sink(struct due_heap *heap, size_t at, const struct due *due)
{
    for (;;) {
        size_t child = 2 * at + 1;

        if (child >= heap->count) {
            return at;
        }
        if (child + 1 < heap->count && heap->heap[child + 1]->time < heap->heap[child]->time) {
            child++;
        }
        if (heap->heap[child]->time >= due->time) {
            return at;
        }
        put(heap, at, heap->heap[child]);
        at = child;
    }
}

static void settle(struct due_heap *heap, size_t at, struct due *due)
{
    put(heap, sink(heap, rise(heap, at, due), due), due);
}

enum sworn_result due_set(struct due_heap *heap, struct due *due, uint64_t time)
{
    due->time = time;
    if (due->place > 0) {
        settle(heap, due->place - 1, due);
        return SWORN_OK;
    }
    if (heap->count == heap->room) {
        size_t room = heap->room == 0 ? 64 : heap->room * 2;
        struct due **grown = realloc(heap->heap, room * sizeof(struct due *));

        SWORN_ENSURE(grown != NULL, SWORN_NO_MEMORY);
        heap->heap = grown;
        heap->room = room;
    }
    heap->count++;
    settle(heap, heap->count - 1, due);
    return SWORN_OK;
}

void due_remove(struct due_heap *heap, struct due *due)
{
    size_t at = due->place;
    struct due *last;

    if (at == 0) {
        return;
    }
    due->place = 0;
    last = heap->heap[--heap->count];
    if (last != due) {
        settle(heap, at - 1, last);
    }
}

void due_clear(struct due_heap *heap)
{
    free(heap->heap);
    *heap = (struct due_heap){.count = 0};
}
