/*
 * outcome.c - from what a zone has for a question to the sections of its response; see reader.h.
 *
 *   answer     set (with an expanded wildcard: NSEC that no closer name is there; with NS:
 *              addresses)
 *   NODATA     SOA, NSEC of the name (with an expanded wildcard: of both)
 *   NXDOMAIN   SOA, NSEC over the name, NSEC over the wildcard at the closest encloser
 *   referral   NS, DS or the NSEC that denies it, addresses
 *
 * RFC 1034 4.3.2, RFC 2308 2, RFC 4035 3.1, RFC 4592 2.2; nothing else is added (minimal
 * responses).
 */
#include "core/dns/rr.h"
#include "host/answer/reader.h"

/* NSEC of `node`, unless it is there already or there is none; `before` may be NULL. */
static bool put_nsec(struct response *response, const struct node *node, const struct node *before)
{
    if (node == NULL || node == before || node_set(node, RR_NSEC) == NULL) {
        return true;
    }
    return response_nsec(response, node);
}

static bool put_soa(struct response *response, const struct zone *zone)
{
    if (zone->soa_denial == NULL) {
        return true;
    }
    return response_fragment(response, SECTION_AUTHORITY, zone->soa_denial,
                             response_pointer(response, zone->labels));
}

static bool answer(const struct question *question, struct response *response,
                   const struct outcome *outcome)
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
    if (outcome->set != NULL && outcome->set->type == RR_NS && node->glue != NULL) {
        response_glue(response, node->glue, at); /* the apex: RFC 9609 4.2 */
    }
    if (!outcome->wildcard || !response->dnssec) {
        return true;
    }
    return put_nsec(response, question_denier(question, outcome->zone), NULL);
}

static bool nodata(const struct question *question, struct response *response,
                   const struct outcome *outcome)
{
    const struct node *node = outcome->node;
    const struct node *denier;

    response->authoritative = true;
    if (!put_soa(response, outcome->zone)) {
        return false;
    }
    if (!response->dnssec) {
        return true;
    }
    if (!outcome->wildcard) {
        /* An empty non-terminal has no NSEC: the one before it says that names are below. */
        return put_nsec(response,
                        node_set(node, RR_NSEC) != NULL ? node
                                                        : question_denier(question, outcome->zone),
                        NULL);
    }
    denier = question_denier(question, outcome->zone);
    if (node_set(node, RR_NSEC) == NULL) {
        node = question_wildcard_denier(question, outcome->zone, outcome->depth);
    }
    return put_nsec(response, denier, NULL) && put_nsec(response, node, denier);
}

static bool nxdomain(const struct question *question, struct response *response,
                     const struct outcome *outcome)
{
    const struct node *denier;

    response->authoritative = true;
    response->rcode = RCODE_NXDOMAIN;
    if (!put_soa(response, outcome->zone)) {
        return false;
    }
    if (!response->dnssec) {
        return true;
    }
    denier = question_denier(question, outcome->zone);
    return put_nsec(response, denier, NULL) &&
           put_nsec(response, question_wildcard_denier(question, outcome->zone, outcome->depth),
                    denier);
}

static bool referral(struct response *response, const struct outcome *outcome)
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
    if (response->dnssec && ds == NULL && !put_nsec(response, outcome->node, NULL)) {
        return false;
    }
    if (outcome->node->glue != NULL) {
        response_glue(response, outcome->node->glue, ns_at);
    }
    return true;
}

bool answer_outcome(struct answer_reader *reader, struct response *response,
                    const struct outcome *outcome)
{
    switch (outcome->kind) {
    case OUTCOME_ANSWER:
        return answer(&reader->question, response, outcome);
    case OUTCOME_NODATA:
        return nodata(&reader->question, response, outcome);
    case OUTCOME_NXDOMAIN:
        return nxdomain(&reader->question, response, outcome);
    case OUTCOME_REFERRAL:
        return referral(response, outcome);
    case OUTCOME_CNAME:
    case OUTCOME_DNAME:
        break;
    }
    return answer_chain(reader, response, outcome);
}
