/*
 * own.c - see own.h.
 */
#include "cli/zone/own.h"

#include "core/change/zone.h"
#include "core/dnssec/dnssec.h"

enum { CDS_OFF = 0, CDS_DELETE = 2 }; /* of the policy */

static enum sworn_result own_add(struct record_list *own, const struct name *apex, uint16_t type,
                                 const struct octets *rdata, uint16_t count, uint32_t ttl)
{
    struct record_set set = {.rrset = {.owner = *apex, .type = type, .ttl = ttl, .count = count}};
    void *memory;

    SWORN_TRY(region_array(own->region, count, sizeof(struct octets), &memory));
    memcpy(memory, rdata, count * sizeof(struct octets));
    set.rrset.rdata = memory;
    return records_add(own, &set);
}

/* RFC 8078 4: the order to delete the DS. */
static enum sworn_result delete_sets(const struct name *apex, struct record_list *own)
{
    static const uint8_t cds[] = {0, 0, 0, 0, 0}, cdnskey[] = {0, 0, 3, 0, 0};
    struct octets rdata = octets_of(cds, sizeof(cds));

    SWORN_TRY(own_add(own, apex, RR_CDS, &rdata, 1, DEFAULT_TTL));
    rdata = octets_of(cdnskey, sizeof(cdnskey));
    return own_add(own, apex, RR_CDNSKEY, &rdata, 1, DEFAULT_TTL);
}

enum sworn_result own_sets_of_view(const struct view *view, const struct name *apex,
                                   struct region *region, struct record_list *own)
{
    static const uint8_t digests[] = {DIGEST_SHA256, DIGEST_SHA384};
    struct octets key = view_dnskey(view), cds[sizeof(digests)];

    records_init(own, region);
    SWORN_TRY(
        own_add(own, apex, RR_DNSKEY, view->dnskey.rdata, view->dnskey.count, view->dnskey.ttl));
    if (view->policy.cds == CDS_OFF) {
        return SWORN_OK;
    }
    if (view->policy.cds == CDS_DELETE) {
        return delete_sets(apex, own);
    }
    for (size_t i = 0; i < sizeof(digests); i++) {
        struct writer rdata = writer_in(region, 256);

        SWORN_TRY(ds_write(apex, key, digests[i], &rdata));
        cds[i] = written(&rdata);
    }
    SWORN_TRY(own_add(own, apex, RR_CDS, cds, sizeof(digests), DEFAULT_TTL));
    return own_add(own, apex, RR_CDNSKEY, &key, 1, DEFAULT_TTL);
}

enum sworn_result own_parameters(const struct zone_leaf *leaf, const struct name *apex,
                                 struct record_list *own)
{
    struct octets rdata = nsec3param_rdata();

    return leaf->denial != DENIAL_NSEC3
               ? SWORN_OK
               : own_add(own, apex, RR_NSEC3PARAM, &rdata, 1, NSEC3PARAM_TTL);
}

enum sworn_result own_sets_of_list(const struct record_list *list, struct record_list *own)
{
    for (size_t i = 0; i < list->count; i++) {
        uint16_t type = list->sets[i].rrset.type;

        /* NSEC3PARAM follows from the leaf, and may have changed in the meantime. */
        if (type_is_enclaves(type) && !type_is_outside_tree(type) && type != RR_NSEC3PARAM) {
            SWORN_TRY(records_add(own, &list->sets[i]));
        }
    }
    return SWORN_OK;
}
