/*
 * signed_set.c - rows of the store; see signed_set.h.
 */
#include "host/store/signed_set.h"

enum sworn_result signed_set_read(struct octets row, const struct name *owner, uint16_t type,
                                  struct region *region, struct signed_set *set)
{
    struct reader reader = reader_of(row);
    struct octets value;
    void *memory;

    SWORN_TRY(read_slice_u32(&reader, &value));
    SWORN_TRY(rrset_read(value, owner, type, region, &set->rrset));
    SWORN_TRY(read_u16(&reader, &set->rrsig_count));
    /* Each has at least its size: a count that cannot be takes no memory. */
    SWORN_ENSURE(set->rrsig_count <= reader_left(&reader) / 2, SWORN_MALFORMED);
    SWORN_TRY(region_array(region, set->rrsig_count, sizeof(struct octets), &memory));
    set->rrsig = memory;
    for (uint16_t i = 0; i < set->rrsig_count; i++) {
        SWORN_TRY(read_slice_u16(&reader, &set->rrsig[i]));
    }
    return read_end(&reader);
}

enum sworn_result signed_set_write(const struct signed_set *set, struct writer *row)
{
    size_t size_at = row->used;
    size_t size;

    SWORN_TRY(write_u32(row, 0));
    SWORN_TRY(rrset_write(&set->rrset, row));
    size = row->used - size_at - 4;
    SWORN_ENSURE(size <= UINT32_MAX, SWORN_LIMIT);
    SWORN_TRY(write_u16_at(row, size_at, (uint16_t)(size >> 16)));
    SWORN_TRY(write_u16_at(row, size_at + 2, (uint16_t)size));
    SWORN_TRY(write_u16(row, set->rrsig_count));
    for (uint16_t i = 0; i < set->rrsig_count; i++) {
        SWORN_TRY(write_slice_u16(row, set->rrsig[i]));
    }
    return SWORN_OK;
}
