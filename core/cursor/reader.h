/*
 * reader.h - the only way in which octets from outside are taken apart.
 *
 * A reader never passes its end: each function takes what it needs or returns SWORN_MALFORMED and
 * leaves the reader where it was. Integers are big-endian. A message is read completely: its
 * decoder ends with read_end().
 */
#ifndef SWORN_CORE_CURSOR_READER_H
#define SWORN_CORE_CURSOR_READER_H

#include "core/cursor/octets.h"
#include "core/cursor/result.h"

struct reader {
    const uint8_t *start; /* where reading began, for compression pointers and error positions */
    const uint8_t *at;
    const uint8_t *end;
};

/** A reader over borrowed octets; they must outlive it and every slice read from it. */
struct reader reader_of(struct octets octets);

static inline size_t reader_left(const struct reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

SWORN_CHECK enum sworn_result read_u8(struct reader *reader, uint8_t *value);
SWORN_CHECK enum sworn_result read_u16(struct reader *reader, uint16_t *value);
SWORN_CHECK enum sworn_result read_u32(struct reader *reader, uint32_t *value);
SWORN_CHECK enum sworn_result read_u64(struct reader *reader, uint64_t *value);
SWORN_CHECK enum sworn_result read_hash(struct reader *reader, struct hash *hash);

/** The next `size` octets, borrowed. */
SWORN_CHECK enum sworn_result read_slice(struct reader *reader, size_t size, struct octets *slice);

/** u8, u16 or u32 length, then that many octets, borrowed. */
SWORN_CHECK enum sworn_result read_slice_u8(struct reader *reader, struct octets *slice);
SWORN_CHECK enum sworn_result read_slice_u16(struct reader *reader, struct octets *slice);
SWORN_CHECK enum sworn_result read_slice_u32(struct reader *reader, struct octets *slice);

/** Everything that is left, borrowed. */
struct octets read_rest(struct reader *reader);

/** SWORN_MALFORMED unless all has been read. */
SWORN_CHECK enum sworn_result read_end(const struct reader *reader);

#endif
