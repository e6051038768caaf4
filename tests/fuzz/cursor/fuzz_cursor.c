/*
 * fuzz_cursor.c - a program of reads over the rest of the input.
 *
 *   input = u8 size ‖ program ‖ data
 *
 * Whatever is read is written again: the copy is what was consumed. A read that fails consumes
 * nothing.
 */
#include <stdlib.h>

#include "core/cursor/reader.h"
#include "core/cursor/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static enum sworn_result integer(uint8_t operation, struct reader *reader, struct writer *copy)
{
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;

    switch (operation % 4) {
    case 0:
        SWORN_TRY(read_u8(reader, &u8));
        return write_u8(copy, u8);
    case 1:
        SWORN_TRY(read_u16(reader, &u16));
        return write_u16(copy, u16);
    case 2:
        SWORN_TRY(read_u32(reader, &u32));
        return write_u32(copy, u32);
    default:
        SWORN_TRY(read_u64(reader, &u64));
        return write_u64(copy, u64);
    }
}

static enum sworn_result run(uint8_t operation, struct reader *reader, struct writer *copy)
{
    struct octets slice;
    struct hash hash;

    switch (operation % 10) {
    case 4:
        SWORN_TRY(read_hash(reader, &hash));
        return write_hash(copy, &hash);
    case 5:
        SWORN_TRY(read_slice_u8(reader, &slice));
        return write_slice_u8(copy, slice);
    case 6:
        SWORN_TRY(read_slice_u16(reader, &slice));
        return write_slice_u16(copy, slice);
    case 7:
        SWORN_TRY(read_slice_u32(reader, &slice));
        return write_slice_u32(copy, slice);
    case 8:
        SWORN_TRY(read_slice(reader, operation, &slice));
        return write_octets(copy, slice);
    case 9:
        slice = read_rest(reader);
        must(read_end(reader) == SWORN_OK);
        return write_octets(copy, slice);
    default:
        return integer(operation, reader, copy);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader input = reader_of(octets_of(data, size));
    struct octets program, rest;
    struct region region;
    struct reader reader;
    struct writer copy;

    if (read_slice_u8(&input, &program) != SWORN_OK) {
        return 0;
    }
    rest = read_rest(&input);
    region_init(&region, 1 << 22);
    reader = reader_of(rest);
    copy = writer_in(&region, rest.size);
    for (size_t i = 0; i < program.size; i++) {
        const uint8_t *before = reader.at;
        enum sworn_result result = run(program.data[i], &reader, &copy);

        must(result == SWORN_OK || (result == SWORN_MALFORMED && reader.at == before));
        must(reader.at >= reader.start && reader.at <= reader.end);
    }
    must(octets_equal(written(&copy), octets_of(rest.data, (size_t)(reader.at - reader.start))));
    region_clear(&region);
    return 0;
}
