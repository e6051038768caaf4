/*
 * reader.c - bounds-checked reading; see reader.h.
 */
#include "core/cursor/reader.h"

struct reader reader_of(struct octets octets)
{
    static const uint8_t nothing;
    const uint8_t *start = octets.data == NULL ? &nothing : octets.data;

    return (struct reader){.start = start, .at = start, .end = start + octets.size};
}

static enum sworn_result read_integer(struct reader *reader, size_t size, uint64_t *value)
{
    uint64_t sum = 0;

    SWORN_ENSURE(reader_left(reader) >= size, SWORN_MALFORMED);
    for (size_t i = 0; i < size; i++) {
        sum = (sum << 8) | reader->at[i];
    }
    reader->at += size;
    *value = sum;
    return SWORN_OK;
}

enum sworn_result read_u8(struct reader *reader, uint8_t *value)
{
    uint64_t wide;

    SWORN_TRY(read_integer(reader, 1, &wide));
    *value = (uint8_t)wide;
    return SWORN_OK;
}

enum sworn_result read_u16(struct reader *reader, uint16_t *value)
{
    uint64_t wide;

    SWORN_TRY(read_integer(reader, 2, &wide));
    *value = (uint16_t)wide;
    return SWORN_OK;
}

enum sworn_result read_u32(struct reader *reader, uint32_t *value)
{
    uint64_t wide;

    SWORN_TRY(read_integer(reader, 4, &wide));
    *value = (uint32_t)wide;
    return SWORN_OK;
}

enum sworn_result read_u64(struct reader *reader, uint64_t *value)
{
    return read_integer(reader, 8, value);
}

enum sworn_result read_slice(struct reader *reader, size_t size, struct octets *slice)
{
    SWORN_ENSURE(reader_left(reader) >= size, SWORN_MALFORMED);
    *slice = octets_of(reader->at, size);
    reader->at += size;
    return SWORN_OK;
}

enum sworn_result read_hash(struct reader *reader, struct hash *hash)
{
    struct octets slice;

    SWORN_TRY(read_slice(reader, HASH_SIZE, &slice));
    memcpy(hash->octets, slice.data, HASH_SIZE);
    return SWORN_OK;
}

/*
 * A length of `width` octets, then so many octets; the reader stays where it was when they are not
 * all there.
 */
static enum sworn_result read_prefixed(struct reader *reader, size_t width, struct octets *slice)
{
    struct reader ahead = *reader;
    uint64_t size;

    SWORN_TRY(read_integer(&ahead, width, &size));
    SWORN_TRY(read_slice(&ahead, (size_t)size, slice));
    *reader = ahead;
    return SWORN_OK;
}

enum sworn_result read_slice_u8(struct reader *reader, struct octets *slice)
{
    return read_prefixed(reader, 1, slice);
}

enum sworn_result read_slice_u16(struct reader *reader, struct octets *slice)
{
    return read_prefixed(reader, 2, slice);
}

enum sworn_result read_slice_u32(struct reader *reader, struct octets *slice)
{
    return read_prefixed(reader, 4, slice);
}

struct octets read_rest(struct reader *reader)
{
    struct octets rest = octets_of(reader->at, reader_left(reader));

    reader->at = reader->end;
    return rest;
}

enum sworn_result read_end(const struct reader *reader)
{
    SWORN_ENSURE(reader->at == reader->end, SWORN_MALFORMED);
    return SWORN_OK;
}
