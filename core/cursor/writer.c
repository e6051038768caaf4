/*
 * writer.c - bounds-checked writing; see writer.h.
 */
#include "core/cursor/writer.h"

#include <stdarg.h>
#include <stdio.h>

#define FIRST_CAPACITY ((size_t)256)

struct writer writer_over(void *array, size_t capacity)
{
    return (struct writer){.start = array, .capacity = capacity, .limit = capacity};
}

struct writer writer_in(struct region *region, size_t limit)
{
    return (struct writer){.limit = limit, .region = region};
}

static enum sworn_result writer_grow(struct writer *writer, size_t more)
{
    size_t first = writer->limit < FIRST_CAPACITY ? writer->limit : FIRST_CAPACITY;
    size_t capacity = writer->capacity == 0 ? first : writer->capacity;
    void *memory;

    SWORN_ENSURE(writer->region != NULL && more <= writer->limit - writer->used, SWORN_LIMIT);
    while (capacity - writer->used < more) {
        capacity = capacity > writer->limit / 2 ? writer->limit : capacity * 2;
    }
    SWORN_TRY(region_alloc(writer->region, capacity, &memory));
    if (writer->used > 0) {
        memcpy(memory, writer->start, writer->used);
    }
    writer->start = memory;
    writer->capacity = capacity;
    return SWORN_OK;
}

/* Room that the caller fills at once. */
static inline enum sworn_result take_room(struct writer *writer, size_t size, uint8_t **room)
{
    /* Also for no octets: what is handed out points to something. */
    if (writer->capacity - writer->used < size ||
        (writer->start == NULL && writer->region != NULL)) {
        SWORN_TRY(writer_grow(writer, size));
    }
    *room = writer->start + writer->used;
    writer->used += size;
    return SWORN_OK;
}

enum sworn_result write_room(struct writer *writer, size_t size, uint8_t **room)
{
    SWORN_TRY(take_room(writer, size, room));
    if (size > 0) {
        memset(*room, 0, size);
    }
    return SWORN_OK;
}

static enum sworn_result write_integer(struct writer *writer, size_t size, uint64_t value)
{
    uint8_t *room;

    SWORN_TRY(take_room(writer, size, &room));
    for (size_t i = 0; i < size; i++) {
        room[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
    }
    return SWORN_OK;
}

enum sworn_result write_u8(struct writer *writer, uint8_t value)
{
    return write_integer(writer, 1, value);
}

enum sworn_result write_u16(struct writer *writer, uint16_t value)
{
    return write_integer(writer, 2, value);
}

enum sworn_result write_u32(struct writer *writer, uint32_t value)
{
    return write_integer(writer, 4, value);
}

enum sworn_result write_u64(struct writer *writer, uint64_t value)
{
    return write_integer(writer, 8, value);
}

enum sworn_result write_octets(struct writer *writer, struct octets octets)
{
    uint8_t *room;

    SWORN_TRY(take_room(writer, octets.size, &room));
    if (octets.size > 0) {
        memcpy(room, octets.data, octets.size);
    }
    return SWORN_OK;
}

enum sworn_result write_hash(struct writer *writer, const struct hash *hash)
{
    return write_octets(writer, octets_of_hash(hash));
}

enum sworn_result write_text(struct writer *writer, const char *text)
{
    return write_octets(writer, octets_of_text(text));
}

enum sworn_result write_format(struct writer *writer, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    int size;

    va_start(arguments, format);
    size = vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    SWORN_ENSURE(size >= 0 && (size_t)size < sizeof(line), SWORN_LIMIT);
    return write_octets(writer, octets_of(line, (size_t)size));
}

static enum sworn_result write_prefixed(struct writer *writer, size_t width, struct octets octets)
{
    SWORN_ENSURE((uint64_t)octets.size >> (8 * width) == 0, SWORN_LIMIT);
    SWORN_TRY(write_integer(writer, width, octets.size));
    return write_octets(writer, octets);
}

enum sworn_result write_slice_u8(struct writer *writer, struct octets octets)
{
    return write_prefixed(writer, 1, octets);
}

enum sworn_result write_slice_u16(struct writer *writer, struct octets octets)
{
    return write_prefixed(writer, 2, octets);
}

enum sworn_result write_slice_u32(struct writer *writer, struct octets octets)
{
    return write_prefixed(writer, 4, octets);
}

enum sworn_result write_u16_at(struct writer *writer, size_t position, uint16_t value)
{
    SWORN_ENSURE(position <= writer->used && writer->used - position >= 2, SWORN_LIMIT);
    writer->start[position] = (uint8_t)(value >> 8);
    writer->start[position + 1] = (uint8_t)value;
    return SWORN_OK;
}
