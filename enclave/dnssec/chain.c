/*
 * chain.c - the NSEC or NSEC3 of one owner; see chain.h.
 */
#include "enclave/dnssec/chain.h"

#include "core/dns/rr.h"
#include "core/dns/soa.h"
#include "core/dnssec/dnssec.h"

#define NSEC_MAX (NAME_MAX_SIZE + 256 * 34) /* next name ‖ at most 256 windows */

/* Put `type` into its place in an increasing list that has room for it. */
static void type_insert(struct type_list *list, uint16_t type)
{
    size_t at = list->count;

    while (at > 0 && list->types[at - 1] > type) {
        list->types[at] = list->types[at - 1];
        at--;
    }
    list->types[at] = type;
    list->count++;
}

/*
 * What the bitmap shows of a name's own: at a zone cut only NS and DS are this zone's (RFC 4035
 * 2.3). Room is left for two more. `any_signed`: whether one of them has an RRSIG.
 */
static enum sworn_result types_shown(const struct view *view, const struct name_key *owner,
                                     enum standing standing, struct region *region,
                                     struct type_list *shown, bool *any_signed)
{
    struct type_list owned;
    void *memory;

    SWORN_TRY(view_types(view, owner, region, &owned));
    SWORN_TRY(region_array(region, owned.count + 3, sizeof(uint16_t), &memory));
    *shown = (struct type_list){.types = memory};
    *any_signed = false;
    for (size_t i = 0; i < owned.count; i++) {
        uint16_t type = owned.types[i];

        if (standing == STANDING_CUT && type != RR_NS && type != RR_DS) {
            continue;
        }
        shown->types[shown->count++] = type;
        *any_signed = *any_signed || is_signed(standing, type);
    }
    if (view->zonemd && owner->size == view->apex.size) {
        type_insert(shown, RR_ZONEMD); /* RFC 8976 3.1: the bitmap lists it */
    }
    return SWORN_OK;
}

enum sworn_result chain_nsec(const struct view *view, const struct name_key *owner,
                             enum standing standing, struct region *region, struct octets *rdata)
{
    struct writer writer = writer_in(region, NSEC_MAX);
    struct type_list types;
    struct name_key next_key;
    struct name next;
    bool any_signed;

    SWORN_TRY(types_shown(view, owner, standing, region, &types, &any_signed));
    type_insert(&types, RR_RRSIG); /* the NSEC itself has one */
    type_insert(&types, RR_NSEC);
    SWORN_TRY(view_next_owner(view, owner, &next_key));
    SWORN_TRY(name_from_key(name_key_octets(&next_key), &next));
    SWORN_TRY(nsec_write(&next, types.types, types.count, &writer));
    *rdata = written(&writer);
    return SWORN_OK;
}

enum sworn_result chain_nsec3(const struct view *view, const struct name_key *owner,
                              enum standing standing, const struct nsec3_hash *hash,
                              struct region *region, struct octets *rdata)
{
    struct writer writer = writer_in(region, NSEC_MAX);
    struct type_list types;
    struct nsec3_hash next;
    bool any_signed;

    SWORN_TRY(types_shown(view, owner, standing, region, &types, &any_signed));
    /* An insecure delegation and an empty non-terminal own nothing that is signed (RFC 5155 7.1).
     */
    if (any_signed) {
        type_insert(&types, RR_RRSIG);
    }
    SWORN_TRY(hashed_next(view, hash, &next));
    SWORN_TRY(nsec3_write(&next, types.types, types.count, &writer));
    *rdata = written(&writer);
    return SWORN_OK;
}

enum sworn_result chain_ttl(const struct view *view, uint32_t *ttl)
{
    struct rrset_key key;
    struct name apex;
    struct octets value;
    struct reader reader;
    uint32_t minimum;

    SWORN_TRY(name_from_key(name_key_octets(&view->apex), &apex));
    rrset_key(&apex, RR_SOA, &key);
    SWORN_TRY(tree_get(view->tree, octets_of(key.octets, key.size), &value));
    reader = reader_of(value);
    SWORN_TRY(read_u32(&reader, ttl));
    SWORN_ENSURE(value.size > SOA_NUMBERS, SWORN_MALFORMED);
    minimum = soa_minimum(value); /* the only record of the set: its end is the value's */
    if (minimum < *ttl) {
        *ttl = minimum;
    }
    return SWORN_OK;
}
