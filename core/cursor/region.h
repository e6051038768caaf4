/*
 * region.h - memory that is freed all at once.
 *
 * A region is capped: what does not fit under the cap is refused, so a request cannot take more
 * than its share.
 * Objects that a library allocates are tied to the region by region_defer() and released, newest
 * first, when the region is cleared; code that leaves early therefore never leaks.
 */
#ifndef SWORN_CORE_CURSOR_REGION_H
#define SWORN_CORE_CURSOR_REGION_H

#include "core/cursor/octets.h"
#include "core/cursor/result.h"

struct region_chunk;
struct region_cleanup;

struct region {
    size_t cap;  /* octets that may be taken from the system */
    size_t used; /* octets taken from the system */
    struct region_chunk *chunks;
    struct region_cleanup *cleanups;
};

/** An empty region; nothing is allocated before the first use. */
void region_init(struct region *region, size_t cap);

/** Run what was deferred, newest first, and free all memory; the region can be used again. */
void region_clear(struct region *region);

/**
 * `size` octets, set to zero, aligned for any object; never NULL on success, also for size 0.
 *
 * \return SWORN_OK; SWORN_NO_MEMORY at the cap or when the system has none
 */
SWORN_CHECK enum sworn_result region_alloc(struct region *region, size_t size, void **memory);

/** An array of `count` elements of `size` octets, the product checked. */
SWORN_CHECK enum sworn_result region_array(struct region *region, size_t count, size_t size,
                                           void **memory);

/**
 * Make room for one more element behind the `count` of an array that grows.
 *
 * \param array     where the pointer to the array is; NULL with a capacity of 0 before the first
 * \param capacity  elements that it has room for
 * \param size      of an element
 */
SWORN_CHECK enum sworn_result region_grow(struct region *region, void *array, size_t count,
                                          size_t *capacity, size_t size);

/** A copy of `octets` that lives in the region. */
SWORN_CHECK enum sworn_result region_copy(struct region *region, struct octets octets,
                                          struct octets *copy);

/** A terminated copy of `octets` as text. */
SWORN_CHECK enum sworn_result region_text(struct region *region, struct octets octets, char **text);

/**
 * Call `release(object)` when the region is cleared; if this fails, `release` is called at once.
 */
SWORN_CHECK enum sworn_result region_defer(struct region *region, void (*release)(void *object),
                                           void *object);

#endif
