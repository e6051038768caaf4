/*
 * end.c - what stands at the end of a chain, and what denies on the way; see chain.h.
 */
#include "core/dns/rr.h"
#include "host/answer/chain/chain.h"
#include "host/answer/denial/hashed.h"

void chain_show(struct chain *chain, const struct outcome *outcome)
{
    struct proofs proofs;

    if (!chain->response->dnssec) {
        return;
    }
    denial_of(chain->at, outcome, &proofs);
    for (unsigned i = 0; i < proofs.count; i++) {
        unsigned n = 0;

        while (n < chain->proofs && chain->proof[n] != proofs.item[i]) {
            n++;
        }
        if (n == chain->proofs && n < CHAIN_PROOFS_MAX) {
            chain->proof[chain->proofs++] = proofs.item[i];
        }
    }
}

static bool put_hashed(struct chain *chain, const struct hashed *hashed)
{
    const uint8_t *octets = hashed->octets + hashed->owner_size;
    struct name owner;

    chain_node_name(chain->zone->apex, &owner);
    memmove(owner.wire + HASHED_LABEL, owner.wire, owner.size);
    memcpy(owner.wire, hashed->octets, HASHED_LABEL);
    owner.size = (uint8_t)(owner.size + HASHED_LABEL);
    for (unsigned i = 0; i < hashed->count; i++) {
        struct octets rdata = octets_of(octets + 10, get_u16(octets + 8));

        if (!chain_record(chain, SECTION_AUTHORITY, &owner, octets, rdata)) {
            return false;
        }
        octets = rdata.data + rdata.size + 2;
    }
    return true;
}

bool chain_proofs(struct chain *chain)
{
    for (unsigned i = 0; i < chain->proofs; i++) {
        const struct node *node = node_of(chain->proof[i]);
        struct name owner;

        if (zone_is_hashed(chain->zone)) {
            if (!put_hashed(chain, (const struct hashed *)chain->proof[i])) {
                return false;
            }
            continue;
        }
        chain_node_name(node, &owner);
        if (!chain_set(chain, SECTION_AUTHORITY, node_set(node, RR_NSEC), &owner, &owner)) {
            return false;
        }
    }
    chain->proofs = 0;
    return true;
}

/* A DNAME that was asked for may be in the answer already, having led to itself. */
static bool is_there(const struct chain *chain, const struct outcome *outcome)
{
    for (unsigned i = 0; i < chain->dnames; i++) {
        if (chain->dname[i] == outcome->node && outcome->set->type == RR_DNAME) {
            return true;
        }
    }
    return false;
}

bool chain_answer(struct chain *chain, const struct outcome *outcome)
{
    struct name owner;
    struct name name;

    if (is_there(chain, outcome)) {
        return true;
    }
    chain_name_at(chain, &owner);
    chain_node_name(outcome->node, &name);
    chain_show(chain, outcome);
    return chain_set(chain, SECTION_ANSWER, outcome->set, &owner, &name);
}

static bool put_soa(struct chain *chain)
{
    struct name apex;

    if (chain->zone->soa_denial == NULL) {
        return true;
    }
    chain_node_name(chain->zone->apex, &apex);
    return chain_set(chain, SECTION_AUTHORITY, chain->zone->soa_denial, &apex, &apex);
}

static bool put_negative(struct chain *chain, const struct outcome *outcome)
{
    if (outcome->kind == OUTCOME_NXDOMAIN) {
        chain->response->rcode = RCODE_NXDOMAIN; /* RFC 6604 3: of the last name */
    }
    chain_show(chain, outcome);
    return put_soa(chain);
}

/* Signatures of all sets, for RRSIG at the end of a chain. */
static bool put_signatures(struct chain *chain, const struct outcome *outcome)
{
    struct name owner;

    chain_name_at(chain, &owner);
    for (unsigned i = 0; i < outcome->node->set_count; i++) {
        const struct fragment *set = outcome->node->set[i];

        for (size_t at = set->plain_size; at < set->size;) {
            struct fragment_record record = fragment_record(set, at);
            const uint8_t *octets = fragment_octets(set);

            if (!chain_record(chain, SECTION_ANSWER, &owner, octets + at + set->owner_size,
                              octets_of(octets + record.rdata_at, record.rdata_size))) {
                return false;
            }
            at = record.next;
        }
    }
    chain_show(chain, outcome);
    return true;
}

/* The owner of a record of glue, whole; returns what follows it. */
static const uint8_t *glue_owner(const struct outcome *outcome, const struct name *cut,
                                 const uint8_t *octets, struct name *owner)
{
    size_t size = 0;

    while (*octets != 0 && *octets < 0x40) {
        size_t label = *octets + 1U;

        memcpy(owner->wire + size, octets, label);
        size += label;
        octets += label;
    }
    if (*octets == 0) {
        owner->wire[size] = 0;
        owner->size = (uint8_t)(size + 1);
        return octets + 1;
    }
    owner->size =
        (uint8_t)(size + fragment_suffix(outcome->set, get_u16(octets), cut, owner->wire + size));
    return octets + 2;
}

/* Records of one kind of glue, all or none. */
static bool put_glue(struct chain *chain, const struct outcome *outcome, const struct name *cut,
                     const uint8_t *octets, struct glue_part part)
{
    struct response *response = chain->response;
    struct response before = *response;
    uint16_t entries = chain->reader->compressor.count;

    for (uint16_t i = 0; i < part.count; i++) {
        struct name owner;
        struct octets rdata;

        octets = glue_owner(outcome, cut, octets, &owner);
        rdata = octets_of(octets + 10, get_u16(octets + 8));
        if (!chain_record(chain, SECTION_ADDITIONAL, &owner, octets, rdata)) {
            *response = before;
            chain->reader->compressor.count = entries;
            return false;
        }
        octets = rdata.data + rdata.size;
    }
    return true;
}

/* Addresses of the name servers of `owner`, whose NS set is in the message. */
static void put_addresses(struct chain *chain, const struct outcome *outcome,
                          const struct name *owner)
{
    const struct glue *glue = outcome->node->glue;
    const uint8_t *octets = glue_octets(glue);

    if (!put_glue(chain, outcome, owner, octets, glue->part[GLUE_IN_DOMAIN])) {
        chain->response->truncated = true; /* RFC 9471 3.1 */
        return;
    }
    octets += glue->part[GLUE_IN_DOMAIN].size;
    if (!put_glue(chain, outcome, owner, octets, glue->part[GLUE_OTHER])) {
        return;
    }
    octets += glue->part[GLUE_OTHER].size;
    if (chain->response->dnssec) {
        (void)put_glue(chain, outcome, owner, octets, glue->part[GLUE_RRSIG]);
    }
}

static bool put_referral(struct chain *chain, const struct outcome *outcome)
{
    const struct fragment *ds = node_set(outcome->node, RR_DS);
    struct name cut;

    chain_node_name(outcome->node, &cut);
    if (!chain_set(chain, SECTION_AUTHORITY, outcome->set, &cut, &cut)) {
        return false;
    }
    if (ds == NULL) {
        chain_show(chain, outcome);
    } else if (chain->response->dnssec && !chain_set(chain, SECTION_AUTHORITY, ds, &cut, &cut)) {
        return false;
    }
    if (!chain_proofs(chain)) {
        return false;
    }
    if (outcome->node->glue != NULL) {
        put_addresses(chain, outcome, &cut);
    }
    return true;
}

static bool put_last(struct chain *chain, const struct outcome *outcome)
{
    struct name owner;

    if (outcome->set == NULL) {
        return put_signatures(chain, outcome);
    }
    if (!chain_answer(chain, outcome)) {
        return false;
    }
    if (outcome->set->type != RR_NS || outcome->node != chain->zone->apex ||
        outcome->node->glue == NULL) {
        return true;
    }
    chain_node_name(outcome->node, &owner);
    if (!chain_proofs(chain)) {
        return false;
    }
    put_addresses(chain, outcome, &owner);
    return true;
}

bool chain_end(struct chain *chain, const struct outcome *outcome)
{
    switch (outcome->kind) {
    case OUTCOME_ANSWER:
        return put_last(chain, outcome);
    case OUTCOME_NODATA:
    case OUTCOME_NXDOMAIN:
        return put_negative(chain, outcome);
    case OUTCOME_REFERRAL:
        return put_referral(chain, outcome);
    case OUTCOME_CNAME:
    case OUTCOME_DNAME:
        break;
    }
    return true;
}
