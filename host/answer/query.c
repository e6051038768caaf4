/*
 * query.c - one DNS message in, one out; see zone.h.
 *
 * Reads the query (message/query.h), finds the zone and what it has, puts OPT and header around it.
 */
#include <stdlib.h>

#include "core/dns/rr.h"
#include "host/answer/grace.h"
#include "host/answer/message/chaos.h"
#include "host/answer/message/query.h"
#include "host/answer/reader.h"

/* One query on its way through. */
struct passage {
    struct answer_reader *reader;
    const struct answer_request *request;
    struct answer_facts *facts;
    struct query query;
    struct response response;
    struct opt opt;
};

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

/* Find the zone and put what it has into the response. */
static void look_up(struct passage *passage)
{
    struct answer_reader *reader = passage->reader;
    struct answer_server *server = reader->server;
    struct response *response = &passage->response;
    bool udp = passage->request->transport == TRANSPORT_UDP;
    const struct zone *zone;
    struct outcome outcome;

    zone = question_zone(&reader->question, __atomic_load_n(&server->zones, __ATOMIC_ACQUIRE),
                         &server->seed, __atomic_load_n(&server->longest, __ATOMIC_RELAXED));
    if (zone == NULL) {
        response->rcode = RCODE_REFUSED;
        passage->opt.ede = EDE_NOT_AUTHORITATIVE;
        return;
    }
    passage->opt.zone = zone;
    question_resolve(&reader->question, zone, &server->seed, &outcome);
    passage->facts->family = family_of(&reader->question, &outcome);
    if (answer_outcome(reader, response, &outcome)) {
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

static void answer(struct passage *passage)
{
    const struct question *question = &passage->reader->question;
    struct response *response = &passage->response;

    if (passage->query.question.size == 0) {
        answer_cookie(passage);
        return;
    }
    switch (question->class) {
    case CLASS_IN:
        look_up(passage);
        return;
    case CLASS_ANY:
        look_up(passage);
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

static void begin(struct passage *passage)
{
    struct query *query = &passage->query;
    struct response *response = &passage->response;

    response->octets = passage->request->response;
    response->used = MESSAGE_HEADER + query->question.size;
    response->question = &passage->reader->question;
    response->dnssec = query->dnssec;
    if (query->question.size > 0) {
        memcpy(response->octets + MESSAGE_HEADER, query->question.data, query->question.size);
    }
    passage->opt.asked = &query->asked;
    passage->opt.transport = passage->request->transport;
    passage->opt.dnssec = query->dnssec;
    passage->opt.ede = query->ede;
}

/* All but the header, by `put`. The settings stay what they are meanwhile. */
static void respond(struct passage *passage, void (*put)(struct passage *))
{
    struct answer_server *server = passage->reader->server;
    struct response *response = &passage->response;
    size_t limit = query_limit(&passage->query, passage->request);

    begin(passage);
    grace_enter();
    passage->opt.profile = __atomic_load_n(&server->profile, __ATOMIC_ACQUIRE);
    response->limit = limit;
    if (passage->query.edns) {
        response->limit -= opt_prepare(&passage->opt, &passage->request->client);
    }
    if (response->rcode == RCODE_NOERROR) {
        put(passage);
    }
    response->limit = limit;
    if (passage->query.edns) {
        opt_put(response, &passage->opt);
    }
    grace_leave(server);
    header_put(response, &passage->query);
}

static void passage_read(struct passage *passage)
{
    struct answer_reader *reader = passage->reader;

    passage->query.message = passage->request->query;
    passage->query.ede = EDE_NONE;
    passage->response.rcode = query_read(&passage->query, &reader->question, &reader->server->seed,
                                         passage->request->transport);
}

size_t answer_query(struct answer_reader *reader, const struct answer_request *request,
                    struct answer_facts *facts)
{
    struct passage passage = {.reader = reader, .request = request, .facts = facts};

    *facts = (struct answer_facts){.type = 0};
    if (!query_is_one(request->query) || request->room < UDP_SIZE_MIN) {
        return 0;
    }
    passage_read(&passage);
    facts->type = passage.query.question.size > 0 ? reader->question.type : 0;
    if (passage.query.elsewhere) {
        return ANSWER_ELSEWHERE;
    }
    respond(&passage, answer);
    facts->rcode = (uint16_t)passage.response.rcode;
    facts->cookie = passage.opt.cookie_valid;
    facts->keepalive = passage.query.asked.keepalive;
    return passage.response.used;
}

/* RFC 7873 5.2.3: who knows cookies is told to come back with one, others over TCP. */
static void slip(struct passage *passage)
{
    if (passage->query.asked.cookie.size > 0 && passage->opt.profile->secrets.count > 0) {
        passage->response.rcode = RCODE_BADCOOKIE;
        return;
    }
    passage->response.truncated = true;
}

size_t answer_slip(struct answer_reader *reader, const struct answer_request *request)
{
    struct answer_facts facts;
    struct passage passage = {.reader = reader, .request = request, .facts = &facts};

    if (!query_is_one(request->query) || request->room < UDP_SIZE_MIN) {
        return 0;
    }
    passage_read(&passage);
    passage.response.rcode = RCODE_NOERROR;
    passage.query.ede = EDE_NONE;
    respond(&passage, slip);
    return passage.response.used;
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
