/*
 * region.c - memory that is freed all at once; see region.h.
 *
 *   chunk = header ‖ payload, a list, newest first; small requests share a chunk, large ones have
 *   their own
 *
 * Chunks grow with the region: most regions are scratch for one record set, and clearing kilobytes
 * for each would cost more than the work done in them.
 */
#include "core/cursor/region.h"

#include <stdalign.h>
#include <stdlib.h>

#define GROW_FIRST    16 /* elements of an array that grows */
#define CHUNK_FIRST   ((size_t)1024)
#define CHUNK_LARGEST ((size_t)16 * 1024)

struct region_chunk {
    struct region_chunk *next;
    size_t size; /* of the payload */
    size_t used;
    alignas(max_align_t) uint8_t payload[];
};

struct region_cleanup {
    struct region_cleanup *next;
    void (*release)(void *object);
    void *object;
};

void region_init(struct region *region, size_t cap)
{
    *region = (struct region){.cap = cap};
}

void region_clear(struct region *region)
{
    /* The list lives in the chunks: run all of it before the first chunk goes. */
    for (struct region_cleanup *cleanup = region->cleanups; cleanup != NULL;
         cleanup = cleanup->next) {
        cleanup->release(cleanup->object);
    }
    while (region->chunks != NULL) {
        struct region_chunk *chunk = region->chunks;

        region->chunks = chunk->next;
        free(chunk);
    }
    region_init(region, region->cap);
}

static enum sworn_result chunk_add(struct region *region, size_t payload,
                                   struct region_chunk **added)
{
    size_t size = sizeof(struct region_chunk) + payload;
    struct region_chunk *chunk;

    SWORN_ENSURE(size > payload && size <= region->cap - region->used, SWORN_NO_MEMORY);
    chunk = malloc(size);
    SWORN_ENSURE(chunk != NULL, SWORN_NO_MEMORY);
    *chunk = (struct region_chunk){.size = payload};
    region->used += size;
    *added = chunk;
    return SWORN_OK;
}

/* Payload of the next chunk that small requests share. */
static size_t next_payload(const struct region *region)
{
    size_t payload = region->used < CHUNK_FIRST ? CHUNK_FIRST : region->used;

    return payload < CHUNK_LARGEST ? payload : CHUNK_LARGEST;
}

/* A chunk with room for `size` octets at its end. */
static enum sworn_result chunk_with_room(struct region *region, size_t size,
                                         struct region_chunk **found)
{
    struct region_chunk *head = region->chunks;
    size_t payload = next_payload(region);

    if (head != NULL && head->size - head->used >= size) {
        *found = head;
        return SWORN_OK;
    }
    if (size > payload / 4 && head != NULL) {
        /* Behind the head, which keeps its room for small ones. */
        SWORN_TRY(chunk_add(region, size, found));
        (*found)->next = head->next;
        head->next = *found;
        return SWORN_OK;
    }
    SWORN_TRY(chunk_add(region, size > payload ? size : payload, found));
    (*found)->next = head;
    region->chunks = *found;
    return SWORN_OK;
}

enum sworn_result region_alloc(struct region *region, size_t size, void **memory)
{
    const size_t unit = alignof(max_align_t);
    struct region_chunk *chunk;

    SWORN_ENSURE(size <= region->cap, SWORN_NO_MEMORY);
    size = (size + unit - 1) / unit * unit;
    SWORN_TRY(chunk_with_room(region, size, &chunk));
    *memory = chunk->payload + chunk->used;
    /* Here and not for the whole chunk: most regions use little of theirs. */
    memset(*memory, 0, size);
    chunk->used += size;
    return SWORN_OK;
}

enum sworn_result region_array(struct region *region, size_t count, size_t size, void **memory)
{
    SWORN_ENSURE(size == 0 || count <= SIZE_MAX / 2 / size, SWORN_NO_MEMORY);
    return region_alloc(region, count * size, memory);
}

enum sworn_result region_grow(struct region *region, void *array, size_t count, size_t *capacity,
                              size_t size)
{
    size_t wanted = *capacity == 0 ? GROW_FIRST : *capacity * 2;
    void *memory;
    const void *old;

    if (count < *capacity) {
        return SWORN_OK;
    }
    SWORN_TRY(region_array(region, wanted, size, &memory));
    memcpy(&old, array, sizeof(old));
    if (count > 0) {
        memcpy(memory, old, count * size);
    }
    memcpy(array, &memory, sizeof(memory));
    *capacity = wanted;
    return SWORN_OK;
}

enum sworn_result region_copy(struct region *region, struct octets octets, struct octets *copy)
{
    void *memory;

    SWORN_TRY(region_alloc(region, octets.size, &memory));
    if (octets.size > 0) {
        memcpy(memory, octets.data, octets.size);
    }
    *copy = octets_of(memory, octets.size);
    return SWORN_OK;
}

enum sworn_result region_text(struct region *region, struct octets octets, char **text)
{
    void *memory;

    SWORN_TRY(region_alloc(region, octets.size + 1, &memory));
    if (octets.size > 0) {
        memcpy(memory, octets.data, octets.size);
    }
    *text = memory;
    return SWORN_OK;
}

enum sworn_result region_defer(struct region *region, void (*release)(void *object), void *object)
{
    void *memory;
    struct region_cleanup *cleanup;
    enum sworn_result result = region_alloc(region, sizeof(*cleanup), &memory);

    if (result != SWORN_OK) {
        release(object);
        return result;
    }
    cleanup = memory;
    *cleanup =
        (struct region_cleanup){.next = region->cleanups, .release = release, .object = object};
    region->cleanups = cleanup;
    return SWORN_OK;
}
