/*
 * chain.c - answers that begin with an alias: CNAME, or DNAME with the CNAME that follows from it.
 *
 * Owners are not in the question from the second name on, so fragments are taken apart and written
 * record by record with all names compressed. The chain is followed inside the zone until it leaves
 * it, ends, comes back to an alias that was there, or gets too long.
 */
#include "core/dns/rr.h"
#include "host/answer/reader.h"

#define STEPS_MAX 16

struct chain {
    struct answer_reader *reader;
    struct response *response;
    const struct zone *zone;
    const struct question *at;   /* the name that the chain has come to */
    struct name target;          /* its wire form, and the next one's */
    struct name been[STEPS_MAX]; /* names that were aliases */
    unsigned steps;
    const struct node *dname[STEPS_MAX]; /* whose DNAME are in the answer */
    unsigned dnames;
    const struct node *denier[2 * STEPS_MAX]; /* whose NSEC are to be shown */
    unsigned deniers;
};

static bool put(struct response *response, struct octets octets)
{
    if (octets.size > response->limit - response->used) {
        return false;
    }
    if (octets.size > 0) {
        memcpy(response->octets + response->used, octets.data, octets.size);
    }
    response->used += octets.size;
    return true;
}

static bool put_name(struct chain *chain, const uint8_t *wire)
{
    struct response *response = chain->response;
    size_t pointer;
    size_t size = compress_name(&chain->reader->compressor, wire, response->used,
                                response->limit - response->used, &pointer);

    response->used += size;
    return size > 0;
}

static bool put_rdata(struct chain *chain, uint16_t type, struct octets rdata)
{
    struct rdata_part parts[RDATA_PARTS_MAX];
    size_t count;

    if (type == RR_RRSIG || rdata_parts(type, rdata, parts, &count) != SWORN_OK) {
        return put(chain->response, rdata);
    }
    for (size_t i = 0; i < count; i++) {
        bool done = parts[i].is_name && parts[i].may_compress
                        ? put_name(chain, parts[i].octets.data)
                        : put(chain->response, parts[i].octets);

        if (!done) {
            return false;
        }
    }
    return true;
}

/* `head` is type, class and TTL. */
static bool put_record(struct chain *chain, enum section section, const struct name *owner,
                       const uint8_t *head, struct octets rdata)
{
    struct response *response = chain->response;
    static const uint8_t no_size[2];
    size_t size_at;

    if (!put_name(chain, owner->wire) || !put(response, octets_of(head, 8)) ||
        !put(response, octets_of(no_size, 2))) {
        return false;
    }
    size_at = response->used - 2;
    if (!put_rdata(chain, (uint16_t)get_u16(head), rdata)) {
        return false;
    }
    put_u16(response->octets + size_at, (unsigned)(response->used - size_at - 2));
    response->count[section]++;
    return true;
}

/* All records of a set: `owner` is their owner here, `name` the one the set is stored under. */
static bool put_set(struct chain *chain, enum section section, const struct fragment *set,
                    const struct name *owner, const struct name *name)
{
    unsigned count = set->count + (chain->response->dnssec ? (unsigned)set->rrsig_count : 0U);
    size_t at = 0;

    for (unsigned i = 0; i < count; i++) {
        struct fragment_record record = fragment_record(set, at);
        size_t size = fragment_rdata(set, &record, name, chain->reader->rdata);

        if (!put_record(chain, section, owner, fragment_octets(set) + at + set->owner_size,
                        octets_of(chain->reader->rdata, size))) {
            return false;
        }
        at = record.next;
    }
    return true;
}

static void node_name(const struct node *node, struct name *name)
{
    if (name_from_key(octets_of(keyed_key(&node->keyed), node->keyed.key_size), name) != SWORN_OK) {
        name_root(name); /* no node has such a key */
    }
}

/* The name that the chain has come to, as a name. */
static void name_at(const struct chain *chain, struct name *name)
{
    name->size = chain->at->size;
    memcpy(name->wire, chain->at->wire, chain->at->size);
}

static void show_nsec(struct chain *chain, const struct node *node)
{
    if (node == NULL || !chain->response->dnssec || node_set(node, RR_NSEC) == NULL) {
        return;
    }
    for (unsigned i = 0; i < chain->deniers; i++) {
        if (chain->denier[i] == node) {
            return;
        }
    }
    if (chain->deniers < 2 * STEPS_MAX) {
        chain->denier[chain->deniers++] = node;
    }
}

/* The set that answers the name the chain has come to. */
static bool put_answer(struct chain *chain, const struct outcome *outcome)
{
    struct name owner;
    struct name name;

    name_at(chain, &owner);
    node_name(outcome->node, &name);
    if (outcome->wildcard) {
        show_nsec(chain, question_denier(chain->at, chain->zone));
    }
    return put_set(chain, SECTION_ANSWER, outcome->set, &owner, &name);
}

/* Whether the chain has come back to a name. If not, it is there now. */
static bool been_there(struct chain *chain)
{
    struct name *name = &chain->been[chain->steps];

    name_at(chain, name);
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

    node_name(outcome->node, &name);
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

    name_at(chain, &at);
    node_name(outcome->node, &owner);
    if (dname_new(chain, outcome->node) &&
        !put_set(chain, SECTION_ANSWER, outcome->set, &owner, &owner)) {
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
    return put_record(chain, SECTION_ANSWER, &at, cname, name_octets(target));
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
        if (!put_answer(chain, outcome)) {
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

static bool put_soa(struct chain *chain)
{
    struct name apex;

    if (chain->zone->soa_denial == NULL) {
        return true;
    }
    node_name(chain->zone->apex, &apex);
    return put_set(chain, SECTION_AUTHORITY, chain->zone->soa_denial, &apex, &apex);
}

static bool put_negative(struct chain *chain, const struct outcome *outcome)
{
    const struct node *node = outcome->node;

    if (outcome->kind == OUTCOME_NXDOMAIN) {
        chain->response->rcode = RCODE_NXDOMAIN; /* RFC 6604 3: of the last name */
        show_nsec(chain, question_denier(chain->at, chain->zone));
        show_nsec(chain, question_wildcard_denier(chain->at, chain->zone, outcome->depth));
        return put_soa(chain);
    }
    if (outcome->wildcard || node_set(node, RR_NSEC) == NULL) {
        show_nsec(chain, question_denier(chain->at, chain->zone));
    }
    show_nsec(chain, node_set(node, RR_NSEC) != NULL || !outcome->wildcard
                         ? node
                         : question_wildcard_denier(chain->at, chain->zone, outcome->depth));
    return put_soa(chain);
}

/* Signatures of all sets, for RRSIG at the end of a chain. */
static bool put_signatures(struct chain *chain, const struct outcome *outcome)
{
    struct name owner;

    name_at(chain, &owner);
    for (unsigned i = 0; i < outcome->node->set_count; i++) {
        const struct fragment *set = outcome->node->set[i];

        for (size_t at = set->plain_size; at < set->size;) {
            struct fragment_record record = fragment_record(set, at);
            const uint8_t *octets = fragment_octets(set);

            if (!put_record(chain, SECTION_ANSWER, &owner, octets + at + set->owner_size,
                            octets_of(octets + record.rdata_at, record.rdata_size))) {
                return false;
            }
            at = record.next;
        }
    }
    if (outcome->wildcard) {
        show_nsec(chain, question_denier(chain->at, chain->zone));
    }
    return true;
}

static bool put_deniers(struct chain *chain)
{
    for (unsigned i = 0; i < chain->deniers; i++) {
        struct name owner;

        node_name(chain->denier[i], &owner);
        if (!put_set(chain, SECTION_AUTHORITY, node_set(chain->denier[i], RR_NSEC), &owner,
                     &owner)) {
            return false;
        }
    }
    chain->deniers = 0;
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
        if (!put_record(chain, SECTION_ADDITIONAL, &owner, octets, rdata)) {
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
    const uint8_t *octets = glue->octets;

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

    node_name(outcome->node, &cut);
    if (!put_set(chain, SECTION_AUTHORITY, outcome->set, &cut, &cut)) {
        return false;
    }
    if (ds == NULL) {
        show_nsec(chain, outcome->node);
    } else if (chain->response->dnssec && !put_set(chain, SECTION_AUTHORITY, ds, &cut, &cut)) {
        return false;
    }
    if (!put_deniers(chain)) {
        return false;
    }
    if (outcome->node->glue != NULL) {
        put_addresses(chain, outcome, &cut);
    }
    return true;
}

static bool put_end(struct chain *chain, const struct outcome *outcome)
{
    switch (outcome->kind) {
    case OUTCOME_ANSWER:
        return outcome->set == NULL ? put_signatures(chain, outcome) : put_answer(chain, outcome);
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

bool answer_chain(struct answer_reader *reader, struct response *response,
                  const struct outcome *first)
{
    struct chain chain;
    struct outcome outcome = *first;
    bool on = true;

    chain.reader = reader;
    chain.response = response;
    chain.zone = first->zone;
    chain.at = &reader->question;
    chain.steps = chain.dnames = chain.deniers = 0; /* the arrays are only as full as this says */
    response->authoritative = true;
    compress_begin(&reader->compressor, response->octets, POINTER_REACH);
    compress_note(&reader->compressor, MESSAGE_HEADER);
    while (on) {
        if (outcome.kind != OUTCOME_CNAME && outcome.kind != OUTCOME_DNAME) {
            if (!put_end(&chain, &outcome)) {
                return false;
            }
            break;
        }
        if (chain.steps == STEPS_MAX) {
            break;
        }
        if (!step(&chain, &outcome, &on)) {
            return false;
        }
        if (on) {
            question_resolve(chain.at, chain.zone, &reader->server->seed, &outcome);
        }
    }
    return put_deniers(&chain);
}
