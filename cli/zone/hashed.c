/*
 * hashed.c - see hashed.h.
 */
#include "cli/zone/hashed.h"

#include <stdlib.h>

#include "core/dnssec/dnssec.h"

struct making {
    const struct name *apex;
    struct region *region;
    struct hashed_owners *owners;
};

static enum sworn_result owner_add(const struct making *making, const struct name *name,
                                   const struct owner_name *from)
{
    struct hashed_owners *owners = making->owners;
    struct hashed_owner *owner;

    SWORN_TRY(region_grow(making->region, &owners->items, owners->count, &owners->capacity,
                          sizeof(*owners->items)));
    owner = &owners->items[owners->count++];
    owner->name = from;
    SWORN_TRY(nsec3_hash_of(name, &owner->hash));
    return region_copy(making->region, name_octets(name), &owner->wire);
}

/* The empty non-terminals on the way down to a name, less those that the name before it has too. */
static enum sworn_result add_between(const struct making *making, const struct name *name,
                                     const struct name *previous)
{
    struct name ancestor = *name;

    while (name_labels(&ancestor) > name_labels(making->apex) + 1) {
        struct name parent;

        SWORN_TRY(name_parent(&ancestor, &parent));
        ancestor = parent;
        if (name_within(previous, &ancestor)) {
            return SWORN_OK;
        }
        SWORN_TRY(owner_add(making, &ancestor, NULL));
    }
    return SWORN_OK;
}

enum sworn_result hashed_owners_of(const struct record_list *list,
                                   const struct authority *authority, const struct name *apex,
                                   struct region *region, struct hashed_owners *owners)
{
    struct making making = {.apex = apex, .region = region, .owners = owners};
    const struct name *previous = apex;

    *owners = (struct hashed_owners){0};
    for (size_t i = 0; i < authority->count; i++) {
        const struct owner_name *name = &authority->names[i];
        const struct name *owner = &list->sets[name->first].rrset.owner;

        if (name->hidden || name->denial_only) {
            continue;
        }
        SWORN_TRY(add_between(&making, owner, previous));
        SWORN_TRY(owner_add(&making, owner, name));
        previous = owner;
    }
    return SWORN_OK;
}

enum sworn_result hashed_leaves_add(struct record_list *list, const struct name *apex)
{
    struct authority authority;
    struct hashed_owners owners;
    void *memory;

    SWORN_TRY(authority_of(list, apex, list->region, &authority));
    SWORN_TRY(hashed_owners_of(list, &authority, apex, list->region, &owners));
    SWORN_TRY(region_array(list->region, owners.count, sizeof(struct octets), &memory));
    list->hashed = memory;
    list->hashed_count = owners.count;
    for (size_t i = 0; i < owners.count; i++) {
        list->hashed[i] = owners.items[i].wire;
    }
    return SWORN_OK;
}

static int by_hash(const void *a, const void *b)
{
    return memcmp(a, b, NSEC3_HASH_SIZE);
}

/* The types of a name's own: none of an empty non-terminal; at a cut only NS and DS count. */
static enum sworn_result types_of(const struct signed_zone *zone, const struct owner_name *name,
                                  struct region *scratch, uint16_t **types, size_t *count)
{
    bool rrsig = false; /* is in place */
    void *memory;

    SWORN_TRY(
        region_array(scratch, (name == NULL ? 0 : name->count) + 1, sizeof(**types), &memory));
    *types = memory;
    *count = 0;
    for (size_t i = 0; name != NULL && i < name->count; i++) {
        uint16_t type = zone->list->sets[name->first + i].rrset.type;

        if (type == RR_NSEC3 || (name->cut && type != RR_NS && type != RR_DS)) {
            continue;
        }
        if (type > RR_RRSIG && !rrsig) {
            (*types)[(*count)++] = RR_RRSIG; /* nothing of a cut's comes behind it */
            rrsig = true;
        }
        (*types)[(*count)++] = type;
    }
    /* What is below RRSIG alone: signed, but for the NS of a cut. */
    if (!rrsig && *count > 0 && (!name->cut || (*types)[*count - 1] == RR_DS)) {
        (*types)[(*count)++] = RR_RRSIG;
    }
    return SWORN_OK;
}

static enum sworn_result expected(const struct signed_zone *zone, const struct hashed_owner *owner,
                                  const struct hashed_owner *next, struct region *scratch,
                                  struct octets *rdata)
{
    struct writer writer = writer_in(scratch, RDATA_MAX);
    uint16_t *types;
    size_t count;

    SWORN_TRY(types_of(zone, owner->name, scratch, &types, &count));
    SWORN_TRY(nsec3_write(&next->hash, types, count, &writer));
    *rdata = written(&writer);
    return SWORN_OK;
}

static enum sworn_result record_check(const struct signed_zone *zone,
                                      const struct hashed_owner *owner,
                                      const struct hashed_owner *next, uint32_t ttl,
                                      struct region *scratch, struct reason *reason)
{
    struct reader reader = reader_of(owner->wire);
    char text[NAME_TEXT_SIZE];
    const struct record_set *set;
    struct octets rdata;
    struct name name;

    SWORN_TRY(name_read(&reader, &name));
    name_to_text(&name, text);
    SWORN_TRY(nsec3_owner(&owner->hash, zone->apex, &name));
    set = records_find(zone->list, &name, RR_NSEC3);
    SWORN_SAY(set != NULL, reason, SWORN_PROOF, "signatures: %.400s has no NSEC3", text);
    SWORN_TRY(expected(zone, owner, next, scratch, &rdata));
    SWORN_SAY(set->rrset.count == 1 && octets_equal(set->rrset.rdata[0], rdata), reason,
              SWORN_PROOF,
              "signatures: the NSEC3 of %.400s does not name the next hash and the types that are "
              "there",
              text);
    SWORN_SAY(set->rrset.ttl == ttl || zone->denial_ttl_owed, reason, SWORN_PROOF,
              "signatures: the TTL of the NSEC3 of %.400s is not the lesser of the SOA's TTL and "
              "MINIMUM",
              text);
    return SWORN_OK;
}

static size_t count_nsec3(const struct record_list *list)
{
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        count += list->sets[i].rrset.type == RR_NSEC3;
    }
    return count;
}

enum sworn_result hashed_chain_check(const struct signed_zone *zone,
                                     const struct authority *authority, uint32_t ttl,
                                     struct reason *reason)
{
    struct hashed_owners owners;
    struct region region, scratch;
    enum sworn_result result;

    region_init(&region, SIZE_MAX / 2);
    region_init(&scratch, SIZE_MAX / 2);
    result = hashed_owners_of(zone->list, authority, zone->apex, &region, &owners);
    if (result == SWORN_OK && owners.count != count_nsec3(zone->list)) {
        result = because(reason, SWORN_PROOF, "signatures: %zu NSEC3 where %zu names own one",
                         count_nsec3(zone->list), owners.count);
    }
    if (result == SWORN_OK && owners.count > 1) {
        qsort(owners.items, owners.count, sizeof(*owners.items), by_hash);
    }
    for (size_t i = 0; result == SWORN_OK && i < owners.count; i++) {
        result = record_check(zone, &owners.items[i], &owners.items[(i + 1) % owners.count], ttl,
                              &scratch, reason);
        region_clear(&scratch);
    }
    region_clear(&scratch);
    region_clear(&region);
    return result;
}
