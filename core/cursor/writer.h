/*
 * writer.h - the only way in which octets for outside are put together.
 *
 * Two kinds behind one interface: over a caller's array (never grows: SWORN_LIMIT when full), or
 * over a region (doubles when full, up to `limit`; SWORN_LIMIT past it, SWORN_NO_MEMORY when the
 * region has no room). Integers are big-endian.
 */
#ifndef SWORN_CORE_CURSOR_WRITER_H
#define SWORN_CORE_CURSOR_WRITER_H

#include "core/cursor/octets.h"
#include "core/cursor/region.h"
#include "core/cursor/result.h"

struct writer {
    uint8_t *start;
    size_t used;
    size_t capacity;
    size_t limit;          /* capacity never passes this */
    struct region *region; /* NULL: over an array, does not grow */
};

/** A writer over `capacity` octets of the caller's. */
struct writer writer_over(void *array, size_t capacity);

/** A writer that grows inside `region` up to `limit` octets. */
struct writer writer_in(struct region *region, size_t limit);

SWORN_CHECK enum sworn_result write_u8(struct writer *writer, uint8_t value);
SWORN_CHECK enum sworn_result write_u16(struct writer *writer, uint16_t value);
SWORN_CHECK enum sworn_result write_u32(struct writer *writer, uint32_t value);
SWORN_CHECK enum sworn_result write_u64(struct writer *writer, uint64_t value);
SWORN_CHECK enum sworn_result write_hash(struct writer *writer, const struct hash *hash);
SWORN_CHECK enum sworn_result write_octets(struct writer *writer, struct octets octets);
SWORN_CHECK enum sworn_result write_text(struct writer *writer, const char *text);

/** printf into the writer, without the final NUL. */
SWORN_CHECK enum sworn_result write_format(struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** u8, u16 or u32 length (SWORN_LIMIT when it does not fit), then the octets. */
SWORN_CHECK enum sworn_result write_slice_u8(struct writer *writer, struct octets octets);
SWORN_CHECK enum sworn_result write_slice_u16(struct writer *writer, struct octets octets);
SWORN_CHECK enum sworn_result write_slice_u32(struct writer *writer, struct octets octets);

/**
 * Room for `size` octets, set to zero, for the caller to fill; the pointer is good until the next
 * write.
 */
SWORN_CHECK enum sworn_result write_room(struct writer *writer, size_t size, uint8_t **room);

/** Overwrite the u16 at `position`, which has been written before. */
SWORN_CHECK enum sworn_result write_u16_at(struct writer *writer, size_t position, uint16_t value);

/** What has been written, borrowed: good until the next write. */
static inline struct octets written(const struct writer *writer)
{
    return octets_of(writer->start, writer->used);
}

#endif
