/*
 * hashed.c - NSEC3 sets to wire; see hashed.h.
 */
#include "host/answer/denial/hashed.h"

#include "core/dns/rr.h"

#define HEAD 10 /* type, class, TTL, size */

static enum sworn_result put_record(struct writer *writer, const struct signed_set *set,
                                    uint16_t type, struct octets rdata)
{
    SWORN_TRY(write_u16(writer, type));
    SWORN_TRY(write_u16(writer, CLASS_IN));
    SWORN_TRY(write_u32(writer, set->rrset.ttl));
    SWORN_TRY(write_u16(writer, (uint16_t)rdata.size));
    return write_octets(writer, rdata);
}

static enum sworn_result put_records(struct writer *writer, const struct signed_set *set,
                                     size_t owner_size)
{
    uint8_t owner[HASHED_LABEL + 2] = {0};

    memcpy(owner, set->rrset.owner.wire, HASHED_LABEL);
    SWORN_TRY(write_octets(writer, octets_of(owner, owner_size)));
    SWORN_TRY(put_record(writer, set, RR_NSEC3, set->rrset.rdata[0]));
    for (unsigned i = 0; i < set->rrsig_count; i++) {
        SWORN_TRY(write_u16(writer, 0));
        SWORN_TRY(put_record(writer, set, RR_RRSIG, set->rrsig[i]));
    }
    return SWORN_OK;
}

static size_t records_size(const struct signed_set *set, size_t owner_size)
{
    size_t size = owner_size + HEAD + set->rrset.rdata[0].size;

    for (unsigned i = 0; i < set->rrsig_count; i++) {
        size += 2 + HEAD + set->rrsig[i].size;
    }
    return size;
}

enum sworn_result hashed_render(struct txn *txn, const struct signed_set *set,
                                const struct name *apex, struct hashed **made)
{
    size_t owner_size = HASHED_LABEL + (apex->size == 1 ? 1 : 2);
    struct nsec3_hash hash;
    struct hashed *hashed;
    struct writer writer;
    void *memory;
    size_t size;

    SWORN_ENSURE(nsec3_owner_read(&set->rrset.owner, apex, &hash) == SWORN_OK, SWORN_INVALID);
    SWORN_ENSURE(set->rrset.count == 1, SWORN_INVALID);
    size = records_size(set, owner_size);
    SWORN_ENSURE(size <= UINT16_MAX, SWORN_LIMIT);
    SWORN_TRY(txn_alloc(txn, sizeof(*hashed) + size, &memory));
    hashed = memory;
    *hashed = (struct hashed){
        .keyed = {.key_size = DENIAL_HASH_SIZE, .key_at = offsetof(struct hashed, hash)},
        .count = (uint16_t)(1 + set->rrsig_count),
        .size = (uint16_t)size,
        .owner_size = (uint8_t)owner_size,
    };
    memcpy(hashed->hash, hash.octets, DENIAL_HASH_SIZE);
    writer = writer_over(hashed->octets, size);
    SWORN_TRY(put_records(&writer, set, owner_size));
    *made = hashed;
    return SWORN_OK;
}
