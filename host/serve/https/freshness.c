/*
 * freshness.c - the smallest TTL of a message; see freshness.h.
 */
#include "host/serve/https/freshness.h"

#include "core/cursor/reader.h"

#define TYPE_SOA       6
#define RCODE_MASK     0x0f
#define RCODE_NXDOMAIN 3
#define POINTER        0xc0
#define LABEL_MAX      63

struct record {
    uint16_t type;
    uint32_t ttl;
    struct octets rdata;
};

static enum sworn_result skip_name(struct reader *reader)
{
    struct octets skipped;
    uint8_t length;

    SWORN_TRY(read_u8(reader, &length));
    while (length != 0) {
        if (length >= POINTER) {
            return read_slice(reader, 1, &skipped);
        }
        SWORN_ENSURE(length <= LABEL_MAX, SWORN_MALFORMED);
        SWORN_TRY(read_slice(reader, length, &skipped));
        SWORN_TRY(read_u8(reader, &length));
    }
    return SWORN_OK;
}

static enum sworn_result read_record(struct reader *reader, struct record *record)
{
    uint16_t class;

    SWORN_TRY(skip_name(reader));
    SWORN_TRY(read_u16(reader, &record->type));
    SWORN_TRY(read_u16(reader, &class));
    SWORN_TRY(read_u32(reader, &record->ttl));
    return read_slice_u16(reader, &record->rdata);
}

/* MINIMUM is the last field. */
static uint32_t ttl_of(const struct record *record)
{
    struct reader minimum;
    uint32_t value;

    if (record->type != TYPE_SOA || record->rdata.size < 4) {
        return record->ttl;
    }
    minimum = reader_of(octets_of(record->rdata.data + record->rdata.size - 4, 4));
    if (read_u32(&minimum, &value) != SWORN_OK) {
        return 0;
    }
    return value < record->ttl ? value : record->ttl;
}

static enum sworn_result smallest(struct reader *reader, unsigned count, bool negative,
                                  uint32_t *ttl)
{
    struct record record;

    *ttl = UINT32_MAX;
    for (unsigned i = 0; i < count; i++) {
        uint32_t one;

        SWORN_TRY(read_record(reader, &record));
        one = negative ? ttl_of(&record) : record.ttl;
        *ttl = one < *ttl ? one : *ttl;
    }
    return SWORN_OK;
}

static enum sworn_result read_message(struct octets message, uint32_t *ttl)
{
    struct reader reader = reader_of(message);
    struct octets skipped;
    uint16_t flags;
    uint16_t count[4];

    SWORN_TRY(read_slice(&reader, 2, &skipped));
    SWORN_TRY(read_u16(&reader, &flags));
    for (unsigned i = 0; i < 4; i++) {
        SWORN_TRY(read_u16(&reader, &count[i]));
    }
    SWORN_ENSURE((flags & RCODE_MASK) == 0 || (flags & RCODE_MASK) == RCODE_NXDOMAIN,
                 SWORN_REFUSED);
    for (unsigned i = 0; i < count[0]; i++) {
        SWORN_TRY(skip_name(&reader));
        SWORN_TRY(read_slice(&reader, 4, &skipped));
    }
    SWORN_TRY(smallest(&reader, count[1], false, ttl));
    if (count[1] == 0) {
        SWORN_TRY(smallest(&reader, count[2], true, ttl));
    }
    /* Neither an answer nor a reason to go elsewhere: nothing to keep. */
    SWORN_ENSURE(count[1] + count[2] > 0, SWORN_ABSENT);
    return SWORN_OK;
}

uint32_t freshness_of(struct octets message)
{
    uint32_t ttl;

    /* RFC 2181 8: the high bit makes it zero. */
    return read_message(message, &ttl) == SWORN_OK && ttl <= INT32_MAX ? ttl : 0;
}
