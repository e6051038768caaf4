/*
 * rrset.c - record sets as leaves of the zone tree; see rrset.h.
 */
#include "core/dns/rrset.h"

#include "core/dns/rdata.h"

void rrset_key(const struct name *owner, uint16_t type, struct rrset_key *key)
{
    size_t size = name_to_key(owner, key->octets);

    key->octets[size] = 0;
    key->octets[size + 1] = (uint8_t)(type >> 8);
    key->octets[size + 2] = (uint8_t)type;
    key->size = (uint16_t)(size + 3);
}

enum sworn_result rrset_key_read(struct octets key, struct name *owner, uint16_t *type)
{
    SWORN_ENSURE(key.size >= 3 && key.size <= RRSET_KEY_MAX, SWORN_MALFORMED);
    const uint8_t *end = key.data + key.size - 3;
    SWORN_ENSURE(end[0] == 0, SWORN_MALFORMED);
    SWORN_TRY(name_from_key(octets_of(key.data, key.size - 3), owner));
    *type = (uint16_t)(end[1] << 8 | end[2]);
    return SWORN_OK;
}

/* The fewest octets that a record takes in a value: its length. */
#define RECORD_MIN 2

enum sworn_result rrset_read(struct octets value, const struct name *owner, uint16_t type,
                             struct region *region, struct rrset *rrset)
{
    struct reader reader = reader_of(value);
    struct octets *rdata;
    void *memory;
    uint32_t ttl;
    uint16_t count;

    SWORN_TRY(read_u32(&reader, &ttl));
    SWORN_TRY(read_u16(&reader, &count));
    SWORN_ENSURE(ttl <= TTL_MAX && count > 0, SWORN_MALFORMED);
    /* Memory is asked for what is there, not for what is claimed. */
    SWORN_ENSURE(count <= reader_left(&reader) / RECORD_MIN, SWORN_MALFORMED);
    SWORN_TRY(region_array(region, count, sizeof(*rdata), &memory));
    rdata = memory;
    for (size_t i = 0; i < count; i++) {
        SWORN_TRY(read_slice_u16(&reader, &rdata[i]));
        SWORN_TRY(rdata_check(type, rdata[i]));
        SWORN_ENSURE(i == 0 || rdata_compare(type, rdata[i - 1], rdata[i]) < 0, SWORN_MALFORMED);
    }
    SWORN_TRY(read_end(&reader));
    rrset->owner = *owner;
    rrset->type = type;
    rrset->ttl = ttl;
    rrset->count = count;
    rrset->rdata = rdata;
    return SWORN_OK;
}

enum sworn_result rrset_write(const struct rrset *rrset, struct writer *writer)
{
    SWORN_ENSURE(rrset->count > 0 && rrset->ttl <= TTL_MAX, SWORN_MALFORMED);
    SWORN_TRY(write_u32(writer, rrset->ttl));
    SWORN_TRY(write_u16(writer, rrset->count));
    for (size_t i = 0; i < rrset->count; i++) {
        SWORN_TRY(write_slice_u16(writer, rrset->rdata[i]));
    }
    return SWORN_OK;
}

/* [from, middle) and [middle, to), each sorted, into `target`; of equals the left one first. */
static void merge(uint16_t type, const struct octets *source, struct octets *target, size_t from,
                  size_t middle, size_t to)
{
    size_t left = from;
    size_t right = middle;

    for (size_t at = from; at < to; at++) {
        bool take_left =
            left < middle && (right == to || rdata_compare(type, source[left], source[right]) <= 0);
        target[at] = take_left ? source[left] : source[right];
        left += take_left ? 1 : 0;
        right += take_left ? 0 : 1;
    }
}

static bool is_sorted(const struct rrset *rrset)
{
    for (size_t i = 1; i < rrset->count; i++) {
        if (rdata_compare(rrset->type, rrset->rdata[i - 1], rrset->rdata[i]) >= 0) {
            return false;
        }
    }
    return true;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Runs of 1, 2, 4 ... are merged back and forth between the array and a second one. */
enum sworn_result rrset_sort(struct rrset *rrset, struct region *scratch)
{
    size_t count = rrset->count;
    struct octets *source = rrset->rdata;
    void *memory;

    for (size_t i = 0; i < count; i++) {
        SWORN_TRY(rdata_check(rrset->type, rrset->rdata[i]));
    }
    if (is_sorted(rrset)) {
        return SWORN_OK;
    }
    SWORN_TRY(region_array(scratch, count, sizeof(*source), &memory));
    struct octets *target = memory;
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t from = 0; from < count; from += 2 * run) {
            merge(rrset->type, source, target, from, least(from + run, count),
                  least(from + 2 * run, count));
        }
        struct octets *other = source;
        source = target;
        target = other;
    }
    size_t kept = 1;
    struct octets last = source[0];
    rrset->rdata[0] = last;
    for (size_t i = 1; i < count; i++) {
        struct octets next = source[i];
        if (rdata_compare(rrset->type, last, next) != 0) {
            rrset->rdata[kept] = next;
            kept++;
        }
        last = next;
    }
    rrset->count = (uint16_t)kept;
    return SWORN_OK;
}
