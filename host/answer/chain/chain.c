/*
 * chain.c - answers that begin with an alias: CNAME, or DNAME with the CNAME that follows from it.
 *
 * The chain is followed inside the zone until it leaves it, ends, comes back to an alias that was
 * there, or gets too long.
 */
#include "host/answer/chain/chain.h"
#include "core/dns/rr.h"

/* Whether the chain has come back to a name. If not, it is there now. */
static bool been_there(struct chain *chain)
{
    struct name *name = &chain->been[chain->steps];

    chain_name_at(chain, name);
    for (unsigned i = 0; i < chain->steps; i++) {
        if (name_equal(&chain->been[i], name)) {
            return true;
        }
    }
    chain->steps++;
    return false;
}

/* Whether the DNAME is new in this answer: two names may go through the same. */
static bool dname_new(struct chain *chain, const struct node *node)
{
    for (unsigned i = 0; i < chain->dnames; i++) {
        if (chain->dname[i] == node) {
            return false;
        }
    }
    chain->dname[chain->dnames++] = node;
    return true;
}

/* The only name in the RDATA of a set's first record. */
static void target_of(struct chain *chain, const struct outcome *outcome, struct name *target)
{
    struct fragment_record record = fragment_record(outcome->set, 0);
    struct name name;
    struct reader reader;

    chain_node_name(outcome->node, &name);
    reader = reader_of(octets_of(
        chain->reader->rdata, fragment_rdata(outcome->set, &record, &name, chain->reader->rdata)));
    if (name_read(&reader, target) != SWORN_OK) {
        name_root(target); /* the set would not have been rendered */
    }
}

/* DNAME, unless it is there, and the CNAME that follows from it (RFC 6672 3.1). */
static bool put_dname(struct chain *chain, const struct outcome *outcome, struct name *target)
{
    const uint8_t *head = fragment_octets(outcome->set) + outcome->set->owner_size;
    size_t prefix = chain->at->at[outcome->depth];
    uint8_t cname[8];
    struct name owner;
    struct name at;

    chain_name_at(chain, &at);
    chain_node_name(outcome->node, &owner);
    if (dname_new(chain, outcome->node) &&
        !chain_set(chain, SECTION_ANSWER, outcome->set, &owner, &owner)) {
        return false;
    }
    target_of(chain, outcome, target);
    if (prefix + target->size > NAME_MAX_SIZE) {
        chain->response->rcode = RCODE_YXDOMAIN;
        return true;
    }
    memmove(target->wire + prefix, target->wire, target->size);
    memcpy(target->wire, at.wire, prefix);
    target->size = (uint8_t)(target->size + prefix);
    memcpy(cname, head, 8);
    put_u16(cname, RR_CNAME);
    return chain_record(chain, SECTION_ANSWER, &at, cname, name_octets(target));
}

/*
 * One alias: its records, and where it leads to. `on` becomes false when the chain is not to be
 * followed any further.
 */
static bool step(struct chain *chain, const struct outcome *outcome, bool *on)
{
    struct name target;
    struct question *next = &chain->reader->chained;

    *on = false;
    if (been_there(chain)) {
        return true;
    }
    if (outcome->kind == OUTCOME_CNAME) {
        if (!chain_answer(chain, outcome)) {
            return false;
        }
        target_of(chain, outcome, &target);
    } else if (!put_dname(chain, outcome, &target)) {
        return false;
    }
    if (chain->response->rcode != RCODE_NOERROR || chain->at->type == RR_CNAME) {
        return true;
    }
    chain->target = target;
    next->type = chain->at->type;
    if (question_name(next, &chain->reader->server->seed, name_octets(&chain->target)) !=
        SWORN_OK) {
        return true;
    }
    chain->at = next;
    *on = next->labels >= chain->zone->labels &&
          keyed_is(&chain->zone->keyed, next->key, next->key_at[chain->zone->labels]);
    return true;
}

bool answer_chain(struct answer_reader *reader, struct response *response,
                  const struct outcome *first)
{
    struct chain chain;
    struct outcome outcome = *first;
    bool on = true;

    chain.reader = reader;
    chain.response = response;
    chain.zone = first->zone;
    chain.at = response->question;
    chain.steps = chain.dnames = chain.proofs = 0; /* the arrays are only as full as this says */
    response->authoritative = true;
    compress_begin(&reader->compressor, response->octets, POINTER_REACH);
    compress_note(&reader->compressor, MESSAGE_HEADER);
    while (on) {
        if (outcome.kind != OUTCOME_CNAME && outcome.kind != OUTCOME_DNAME) {
            if (!chain_end(&chain, &outcome)) {
                return false;
            }
            break;
        }
        if (chain.steps == CHAIN_STEPS_MAX) {
            break;
        }
        if (!step(&chain, &outcome, &on)) {
            return false;
        }
        if (on) {
            question_resolve(chain.at, chain.zone, &reader->server->seed, NULL, &outcome);
        }
    }
    return chain_proofs(&chain);
}
