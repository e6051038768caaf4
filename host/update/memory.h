/*
 * memory.h - answers that were given to updates, by the octets that were asked with.
 *
 * A client repeats a message when its reply was lost or is late. The same octets get the first
 * answer, also when that is still being worked out: then whoever asks again waits for it. Bounded:
 * what was accepted pushes out only what was accepted, so that nobody without a key can make it
 * forgotten.
 */
#ifndef SWORN_HOST_UPDATE_MEMORY_H
#define SWORN_HOST_UPDATE_MEMORY_H

#include "core/cursor/octets.h"
#include "core/cursor/result.h"

#define VERDICT_TEXT 200

struct verdict {
    uint16_t rcode;
    bool lasting; /* the guard's; not one that another attempt could find otherwise */
    char text[VERDICT_TEXT];
};

/** A verdict that is not lasting; of a longer text what fits, not cut within a character. */
struct verdict verdict_of(uint16_t rcode, const char *text);

struct update_memory;

SWORN_CHECK enum sworn_result update_memory_new(struct update_memory **memory);
void update_memory_free(struct update_memory *memory);

/**
 * Whether the answer is known: true with `verdict`. Else the caller works it out and must call
 * update_memory_end(). `now` in seconds, of a clock that does not go back.
 */
bool update_memory_begin(struct update_memory *memory, const struct hash *octets, uint64_t now,
                         struct verdict *verdict);
void update_memory_end(struct update_memory *memory, const struct hash *octets, uint64_t now,
                       const struct verdict *verdict);

#endif
