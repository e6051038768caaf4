/*
 * outcome.c - from what a zone has for a question to the sections of its response; see reader.h.
 *
 *   answer     set; with NS: addresses; with an expanded wildcard: proof that no closer name is
 *              there
 *   NODATA     SOA, proof
 *   NXDOMAIN   SOA, proof
 *   referral   NS, DS or the proof that there is none, addresses
 *
 * RFC 1034 4.3.2, RFC 2308 2, RFC 4035 3.1, RFC 4592 2.2, RFC 5155 7.2; nothing else is added
 * (minimal responses). Which records are proof says denial/denial.h.
 */
#include "core/dns/rr.h"
#include "host/answer/reader.h"
#include "host/answer/wire/proof.h"

/* All proofs but `shown`, which is there already; NULL for none. */
static bool put_proofs(struct response *response, const struct outcome *outcome,
                       const struct proofs *proofs, const struct keyed *shown)
{
    for (unsigned i = 0; i < proofs->count; i++) {
        if (proofs->item[i] != shown && !response_proof(response, outcome->zone, proofs->item[i])) {
            return false;
        }
    }
    return true;
}

static bool answer(struct response *response, const struct outcome *outcome,
                   const struct proofs *proofs)
{
    const struct node *node = outcome->node;
    size_t at = response->used;

    response->authoritative = true;
    if (outcome->set != NULL &&
        !response_fragment(response, SECTION_ANSWER, outcome->set, OWNER_IN_QUESTION)) {
        return false;
    }
    /* Without a set RRSIG were asked for: those of all. */
    for (unsigned i = 0; outcome->set == NULL && i < node->set_count; i++) {
        if (!response_signatures(response, SECTION_ANSWER, node->set[i], OWNER_IN_QUESTION)) {
            return false;
        }
    }
    if (!put_proofs(response, outcome, proofs, NULL)) {
        return false;
    }
    if (outcome->set != NULL && outcome->set->type == RR_NS && node == outcome->zone->apex &&
        node->glue != NULL) {
        response_glue(response, node->glue, at); /* RFC 9609 4.2 */
    }
    return true;
}

/* Whether a response with these proofs begins with `soa_nsec`: a denial that shows the apex. */
static bool begins_joined(const struct zone *zone, const struct proofs *proofs)
{
    for (unsigned i = 0; zone->soa_nsec != NULL && i < proofs->count; i++) {
        if (proofs->item[i] == &zone->apex->keyed) {
            return true;
        }
    }
    return false;
}

static bool negative(struct response *response, const struct outcome *outcome,
                     const struct proofs *proofs)
{
    const struct zone *zone = outcome->zone;
    bool joined = begins_joined(zone, proofs);
    const struct fragment *soa = joined ? zone->soa_nsec : zone->soa_denial;

    response->authoritative = true;
    if (outcome->kind == OUTCOME_NXDOMAIN) {
        response->rcode = RCODE_NXDOMAIN;
    }
    if (soa != NULL && !response_fragment(response, SECTION_AUTHORITY, soa,
                                          response_pointer(response, zone->labels))) {
        return false;
    }
    return put_proofs(response, outcome, proofs, joined ? &zone->apex->keyed : NULL);
}

static bool referral(struct response *response, const struct outcome *outcome,
                     const struct proofs *proofs)
{
    const struct fragment *ds = node_set(outcome->node, RR_DS);
    uint16_t owner = response_pointer(response, outcome->depth);
    size_t ns_at = response->used;

    if (!response_fragment(response, SECTION_AUTHORITY, outcome->set, owner)) {
        return false;
    }
    if (response->dnssec && ds != NULL &&
        !response_fragment(response, SECTION_AUTHORITY, ds, owner)) {
        return false;
    }
    if (!put_proofs(response, outcome, proofs, NULL)) {
        return false;
    }
    if (outcome->node->glue != NULL) {
        response_glue(response, outcome->node->glue, ns_at);
    }
    return true;
}

bool answer_outcome(struct answer_reader *reader, struct response *response,
                    const struct outcome *outcome, const struct proofs *proofs)
{
    switch (outcome->kind) {
    case OUTCOME_ANSWER:
        return answer(response, outcome, proofs);
    case OUTCOME_NODATA:
    case OUTCOME_NXDOMAIN:
        return negative(response, outcome, proofs);
    case OUTCOME_REFERRAL:
        return referral(response, outcome, proofs);
    case OUTCOME_CNAME:
    case OUTCOME_DNAME:
        break;
    }
    return answer_chain(reader, response, outcome);
}
