/*
 * authority.c - see authority.h.
 */
#include "cli/zone/authority.h"

#include "cli/zone/hashed.h"
#include "core/dns/soa.h"
#include "core/dnssec/dnssec.h"

static void owner_name_add(struct authority *authority, const struct record_list *list, size_t i)
{
    struct octets key = record_name_key(&list->sets[i]);
    struct owner_name *last =
        authority->count == 0 ? NULL : &authority->names[authority->count - 1];

    if (last != NULL && octets_equal(last->key, key)) {
        last->count++;
        last->denial_only = last->denial_only && list->sets[i].rrset.type == RR_NSEC3;
        return;
    }
    authority->names[authority->count++] = (struct owner_name){
        .first = i, .count = 1, .key = key, .denial_only = list->sets[i].rrset.type == RR_NSEC3};
}

enum sworn_result authority_of(const struct record_list *list, const struct name *apex,
                               struct region *region, struct authority *authority)
{
    const struct owner_name *above = NULL; /* the highest cut or DNAME above */
    void *memory;

    SWORN_TRY(region_array(region, list->count, sizeof(struct owner_name), &memory));
    *authority = (struct authority){.names = memory};
    for (size_t i = 0; i < list->count; i++) {
        owner_name_add(authority, list, i);
    }
    for (size_t i = 0; i < authority->count; i++) {
        struct owner_name *name = &authority->names[i];
        bool is_apex = name_equal(&list->sets[name->first].rrset.owner, apex);

        for (size_t j = name->first; j < name->first + name->count; j++) {
            uint16_t type = list->sets[j].rrset.type;

            name->cut = name->cut || (type == RR_NS && !is_apex);
            name->covers = name->covers || (type == RR_NS && !is_apex) || type == RR_DNAME;
        }
        name->hidden = above != NULL && key_within(name->key, above->key);
        if (!name->hidden) {
            above = name->covers ? name : NULL;
        }
    }
    return SWORN_OK;
}

bool set_is_signed(const struct owner_name *name, uint16_t type)
{
    /* An NSEC3's owner is a hash: where it stands among the names means nothing. */
    return type == RR_NSEC3 || (!name->hidden && (!name->cut || type == RR_DS || type == RR_NSEC));
}

static enum sworn_result wrong(const struct record_set *set, struct reason *reason,
                               const char *cause)
{
    char owner[NAME_TEXT_SIZE], type[16];

    name_to_text(&set->rrset.owner, owner);
    rr_code_to_text(set->rrset.type, type);
    return because(reason, SWORN_PROOF, "signatures: %.300s %s: %s", owner, type, cause);
}

static enum sworn_result rrsig_check(const struct record_set *set, struct octets rdata,
                                     const struct name *apex, struct octets dnskey, uint32_t now,
                                     struct reason *reason)
{
    struct region scratch;
    struct rrsig rrsig;
    enum sworn_result result;

    if (rrsig_read(rdata, &rrsig) != SWORN_OK) {
        return wrong(set, reason, "its RRSIG is malformed");
    }
    if (!name_equal(&rrsig.signer, apex) || rrsig.type_covered != set->rrset.type ||
        rrsig.labels != rrsig_labels(&set->rrset.owner) || rrsig.original_ttl != set->rrset.ttl) {
        return wrong(set, reason, "its RRSIG is about something else");
    }
    if (serial_ahead(rrsig.inception, now)) {
        return wrong(set, reason, "its RRSIG is not valid yet");
    }
    if (!serial_ahead(rrsig.expiration, now)) {
        return wrong(set, reason, "its RRSIG has expired");
    }
    region_init(&scratch, SIZE_MAX / 2);
    result = rrsig_verify(rdata, &set->rrset, dnskey, &scratch);
    region_clear(&scratch);
    return result == SWORN_OK ? SWORN_OK : wrong(set, reason, "its RRSIG is not the proven key's");
}

enum sworn_result signed_set_check(const struct record_set *set, const struct name *apex,
                                   struct octets dnskey, uint32_t now, struct reason *reason)
{
    if (set->rrsig_count == 0) {
        return wrong(set, reason, "it has no RRSIG");
    }
    for (uint16_t i = 0; i < set->rrsig_count; i++) {
        SWORN_TRY(rrsig_check(set, set->rrsig[i], apex, dnskey, now, reason));
    }
    return SWORN_OK;
}

/* The RDATA that the NSEC of `name` must have. */
static enum sworn_result nsec_expected(const struct signed_zone *zone,
                                       const struct owner_name *name, const struct owner_name *next,
                                       struct region *scratch, struct writer *rdata)
{
    size_t count = 0;
    uint16_t *types;
    void *memory;

    SWORN_TRY(region_array(scratch, name->count + 2, sizeof(uint16_t), &memory));
    types = memory;
    for (size_t i = name->first; i < name->first + name->count; i++) {
        uint16_t type = zone->list->sets[i].rrset.type;

        /* RRSIG comes before NSEC, which each of these names has; at a cut only NS and DS count. */
        if (type >= RR_NSEC && (count == 0 || types[count - 1] < RR_RRSIG)) {
            types[count++] = RR_RRSIG;
        }
        if (!name->cut || type == RR_NS || type == RR_DS || type == RR_NSEC) {
            types[count++] = type;
        }
    }
    return nsec_write(&zone->list->sets[next->first].rrset.owner, types, count, rdata);
}

static enum sworn_result nsec_check(const struct signed_zone *zone, const struct owner_name *name,
                                    const struct owner_name *next, uint32_t ttl,
                                    struct reason *reason)
{
    const struct record_set *nsec = NULL;
    struct region scratch;
    struct writer rdata;
    enum sworn_result result;
    bool right;

    for (size_t i = name->first; i < name->first + name->count; i++) {
        nsec = zone->list->sets[i].rrset.type == RR_NSEC ? &zone->list->sets[i] : nsec;
    }
    if (nsec == NULL) {
        return wrong(&zone->list->sets[name->first], reason, "the name has no NSEC");
    }
    region_init(&scratch, SIZE_MAX / 2);
    rdata = writer_in(&scratch, RDATA_MAX);
    result = nsec_expected(zone, name, next, &scratch, &rdata);
    right = result == SWORN_OK && nsec->rrset.count == 1 &&
            octets_equal(nsec->rrset.rdata[0], written(&rdata));
    region_clear(&scratch);
    SWORN_TRY(result);
    if (!right) {
        return wrong(nsec, reason, "it does not name the next name and the types that are there");
    }
    if (nsec->rrset.ttl != ttl && !zone->denial_ttl_owed) {
        return wrong(nsec, reason, "its TTL is not the lesser of the SOA's TTL and MINIMUM");
    }
    return SWORN_OK;
}

static enum sworn_result chain_check(const struct signed_zone *zone,
                                     const struct authority *authority, struct reason *reason)
{
    const struct record_set *soa = records_find(zone->list, zone->apex, RR_SOA);
    const struct owner_name *last = NULL;
    uint32_t ttl;

    SWORN_SAY(soa != NULL && soa->rrset.count == 1, reason, SWORN_PROOF, "the zone has no SOA");
    ttl = soa_minimum(soa->rrset.rdata[0]);
    ttl = soa->rrset.ttl < ttl ? soa->rrset.ttl : ttl; /* RFC 9077 3 */
    if (zone->hashed) {
        return hashed_chain_check(zone, authority, ttl, reason);
    }
    for (size_t i = 0; i < authority->count; i++) {
        const struct owner_name *name = &authority->names[i];

        if (name->hidden) {
            continue;
        }
        if (last != NULL) {
            SWORN_TRY(nsec_check(zone, last, name, ttl, reason));
        }
        last = name;
    }
    /* The last one points to the apex, which is the first of all (RFC 4034 4.1.1). */
    return last == NULL ? SWORN_OK : nsec_check(zone, last, &authority->names[0], ttl, reason);
}

static enum sworn_result name_signatures_check(const struct signed_zone *zone,
                                               const struct owner_name *name, struct reason *reason)
{
    for (size_t i = name->first; i < name->first + name->count; i++) {
        const struct record_set *set = &zone->list->sets[i];

        if (set->rrset.type == (zone->hashed ? RR_NSEC : RR_NSEC3)) {
            return wrong(set, reason, "it is of the denial chain that this zone does not serve");
        }
        if (set_is_signed(name, set->rrset.type)) {
            SWORN_TRY(signed_set_check(set, zone->apex, zone->dnskey, zone->now, reason));
        } else if (set->rrsig_count > 0 || set->rrset.type == RR_NSEC) {
            return wrong(set, reason, "it is signed though the zone has no authority for it");
        }
    }
    return SWORN_OK;
}

enum sworn_result signed_zone_check(const struct signed_zone *zone, struct reason *reason)
{
    struct region region;
    struct authority authority;
    enum sworn_result result;

    region_init(&region, SIZE_MAX / 2);
    result = authority_of(zone->list, zone->apex, &region, &authority);
    for (size_t i = 0; i < authority.count && result == SWORN_OK; i++) {
        result = name_signatures_check(zone, &authority.names[i], reason);
        if (zone->progress != NULL) {
            zone->progress(zone->context, i + 1, authority.count);
        }
    }
    if (result == SWORN_OK) {
        result = chain_check(zone, &authority, reason);
    }
    region_clear(&region);
    return result;
}
