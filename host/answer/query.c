/*
 * query.c - DNS messages in and out; see zone.h.
 *
 * Queries are read (message/query.h), what they ask for is found (find.c), answers get OPT and
 * header around them; each step for a group of queries before the next one.
 */
#include <stdlib.h>

#include "core/dns/rr.h"
#include "host/answer/grace.h"
#include "host/answer/message/chaos.h"
#include "host/answer/reader.h"

/*
 * Responses that say the same are of one family, as a limit wants it: answers and referrals by the
 * name that was found (all expansions of a wildcard are one), denials by their zone, the rest are
 * one. The hashes have a secret seed.
 */
static uint64_t family_of(const struct question *question, const struct outcome *outcome)
{
    bool denial = outcome->kind == OUTCOME_NODATA || outcome->kind == OUTCOME_NXDOMAIN;
    unsigned depth = denial ? outcome->zone->labels : outcome->depth;
    unsigned type = outcome->kind == OUTCOME_ANSWER ? question->type : 0U;

    return question->hash[depth] +
           (((uint64_t)type << 4 | outcome->kind) + 1) *
               (outcome->wildcard ? 0x9e3779b97f4a7c17 : 0x9e3779b97f4a7c15);
}

/* Put what the zone has into the response. */
static void answer_from_zone(struct answer_reader *reader, struct passage *passage)
{
    struct response *response = &passage->response;
    bool udp = passage->request->transport == TRANSPORT_UDP;

    passage->opt.zone = passage->outcome.zone;
    if (passage->outcome.zone == NULL) {
        response->rcode = RCODE_REFUSED;
        passage->opt.ede = EDE_NOT_AUTHORITATIVE;
        return;
    }
    if (answer_outcome(reader, response, &passage->outcome, &passage->proofs)) {
        return;
    }
    /* What is needed does not fit: nothing but TC, and the question again over TCP (RFC 2181 9). */
    response_reset(response);
    response->truncated = udp;
    if (!udp) {
        response->rcode = RCODE_SERVFAIL;
        response->authoritative = false;
    }
}

/* No question, but a cookie that is to be renewed or confirmed (RFC 7873 5.4). */
static void answer_cookie(struct passage *passage)
{
    struct response *response = &passage->response;

    if (passage->opt.profile->secrets.count == 0) {
        response->rcode = RCODE_FORMERR;
        return;
    }
    if (passage->query.asked.cookie.size > COOKIE_CLIENT_SIZE && !passage->opt.cookie_valid) {
        response->rcode = RCODE_BADCOOKIE;
    }
}

static void answer(struct answer_reader *reader, struct passage *passage)
{
    struct response *response = &passage->response;

    if (passage->query.question.size == 0) {
        answer_cookie(passage);
        return;
    }
    switch (passage->question.class) {
    case CLASS_IN:
        answer_from_zone(reader, passage);
        return;
    case CLASS_ANY:
        answer_from_zone(reader, passage);
        response->authoritative = false; /* RFC 1035 6.2: not of all classes */
        return;
    case CLASS_CH:
        chaos_answer(response, passage->opt.profile);
        return;
    default:
        response->rcode = RCODE_REFUSED;
        passage->opt.ede = EDE_NOT_SUPPORTED;
    }
}

static void begin(struct passage *passage, const struct profile *profile)
{
    const struct query *query = &passage->query;
    struct response *response = &passage->response;

    response->octets = passage->request->response;
    response->used = MESSAGE_HEADER + query->question.size;
    response->question = &passage->question;
    response->dnssec = query->dnssec;
    if (query->question.size > 0) {
        memcpy(response->octets + MESSAGE_HEADER, query->question.data, query->question.size);
    }
    passage->opt = (struct opt){
        .profile = profile,
        .asked = &query->asked,
        .transport = passage->request->transport,
        .dnssec = query->dnssec,
        .ede = query->ede,
    };
}

/* All of a response: between header and OPT what `put` puts there. */
static void respond(struct answer_reader *reader, struct passage *passage,
                    const struct profile *profile,
                    void (*put)(struct answer_reader *reader, struct passage *passage))
{
    struct response *response = &passage->response;
    size_t limit = query_limit(&passage->query, passage->request);

    begin(passage, profile);
    response->limit = limit;
    if (passage->query.edns) {
        response->limit -= opt_prepare(&passage->opt, &passage->request->client);
    }
    if (response->rcode == RCODE_NOERROR) {
        put(reader, passage);
    }
    response->limit = limit;
    if (passage->query.edns) {
        opt_put(response, &passage->opt);
    }
    header_put(response, &passage->query);
    passage->size = response->used;
}

static void passage_read(struct answer_reader *reader, struct passage *passage,
                         const struct answer_request *request)
{
    passage->request = request;
    passage->size = 0;
    passage->open = query_is_one(request->query) && request->room >= UDP_SIZE_MIN;
    if (!passage->open) {
        return;
    }
    passage->query = (struct query){.message = request->query, .ede = EDE_NONE};
    passage->response = (struct response){.rcode = RCODE_NOERROR};
    passage->response.rcode =
        query_read(&passage->query, &passage->question, &reader->server->seed, request->transport);
    if (passage->query.elsewhere) {
        passage->size = ANSWER_ELSEWHERE;
        passage->open = false;
    }
}

static struct answer_facts facts_of(const struct passage *passage)
{
    struct answer_facts facts = {.type = 0};

    if (!passage->open && passage->size == 0) {
        return facts;
    }
    facts.type = passage->query.question.size > 0 ? passage->question.type : 0;
    if (!passage->open) {
        return facts;
    }
    facts.rcode = (uint16_t)passage->response.rcode;
    facts.cookie = passage->opt.cookie_valid;
    facts.keepalive = passage->query.asked.keepalive;
    if (passage->opt.zone != NULL) {
        facts.family = family_of(&passage->question, &passage->outcome);
    }
    return facts;
}

/* No more than READER_GROUP; the settings stay what they are meanwhile. */
static void answer_group(struct answer_reader *reader, const struct profile *profile,
                         const struct answer_request *requests, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        passage_read(reader, &reader->passage[i], &requests[i]);
    }
    reader_find(reader, count);
    for (unsigned i = 0; i < count; i++) {
        if (reader->passage[i].open) {
            respond(reader, &reader->passage[i], profile, answer);
        }
    }
}

void answer_batch(struct answer_reader *reader, const struct answer_request *requests,
                  unsigned count, struct answer_facts *facts, size_t *sizes)
{
    struct answer_server *server = reader->server;
    const struct profile *profile;

    grace_enter();
    profile = __atomic_load_n(&server->profile, __ATOMIC_ACQUIRE);
    for (unsigned at = 0; at < count; at += READER_GROUP) {
        unsigned group = count - at < READER_GROUP ? count - at : READER_GROUP;

        answer_group(reader, profile, requests + at, group);
        for (unsigned i = 0; i < group; i++) {
            facts[at + i] = facts_of(&reader->passage[i]);
            sizes[at + i] = reader->passage[i].size;
        }
    }
    grace_leave(server);
}

size_t answer_query(struct answer_reader *reader, const struct answer_request *request,
                    struct answer_facts *facts)
{
    size_t size;

    answer_batch(reader, request, 1, facts, &size);
    return size;
}

/* RFC 7873 5.2.3: who knows cookies is told to come back with one, others over TCP. */
static void slip(struct answer_reader *reader, struct passage *passage)
{
    (void)reader;
    if (passage->query.asked.cookie.size > 0 && passage->opt.profile->secrets.count > 0) {
        passage->response.rcode = RCODE_BADCOOKIE;
        return;
    }
    passage->response.truncated = true;
}

size_t answer_slip(struct answer_reader *reader, const struct answer_request *request)
{
    struct answer_server *server = reader->server;
    struct passage *passage = &reader->passage[0];

    passage_read(reader, passage, request);
    if (!passage->open && passage->size == 0) {
        return 0;
    }
    passage->response.rcode = RCODE_NOERROR;
    passage->query.ede = EDE_NONE;
    grace_enter();
    respond(reader, passage, __atomic_load_n(&server->profile, __ATOMIC_ACQUIRE), slip);
    grace_leave(server);
    return passage->size;
}

enum sworn_result answer_reader_new(struct answer_server *server, struct answer_reader **made)
{
    struct answer_reader *reader = calloc(1, sizeof(*reader));

    SWORN_ENSURE(reader != NULL, SWORN_NO_MEMORY);
    reader->server = server;
    urcu_memb_register_thread();
    *made = reader;
    return SWORN_OK;
}

void answer_reader_free(struct answer_reader *reader)
{
    if (reader != NULL) {
        urcu_memb_unregister_thread();
        free(reader);
    }
}
