/*
 * due.h - what is due when: a binary heap of times.
 */
#ifndef SWORN_HOST_SERVE_QUIC_INDEX_DUE_H
#define SWORN_HOST_SERVE_QUIC_INDEX_DUE_H

#include <stddef.h>
#include <stdint.h>

#include "core/cursor/result.h"

#define DUE_NEVER UINT64_MAX

/** Embedded in what is due. */
struct due {
    uint64_t time;
    size_t place; /* its place in the heap plus one; 0: in none */
};

struct due_heap {
    struct due **heap;
    size_t count;
    size_t room;
};

/** Put in, or move; fails only where it puts in. */
SWORN_CHECK enum sworn_result due_set(struct due_heap *heap, struct due *due, uint64_t time);
void due_remove(struct due_heap *heap, struct due *due);

/** The first one, or NULL. */
static inline struct due *due_first(const struct due_heap *heap)
{
    return heap->count == 0 ? NULL : heap->heap[0];
}

void due_clear(struct due_heap *heap);

#endif
