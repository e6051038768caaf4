/*
 * query.c - one DNS message in, one out; see zone.h.
 *
 *   query = header ‖ one question ‖ additional records: OPT at most once, others ignored
 *
 * Whatever cannot be answered gets the response code that RFC 8906 3 asks for: a header alone where
 * not even the question could be read.
 */
#include <stdlib.h>

#include "core/dns/rr.h"
#include "host/answer/grace.h"
#include "host/answer/reader.h"

#define UDP_SIZE     1232 /* what we announce and never pass (DNS flag day 2020) */
#define UDP_SIZE_MIN 512  /* RFC 1035 2.3.4; RFC 6891 6.2.3 */

#define FLAG_QR 0x80
#define FLAG_AA 0x04
#define FLAG_TC 0x02
#define FLAG_RD 0x01
#define FLAG_CD 0x10 /* of the second octet */
#define OPCODE  0x78
#define EDNS_DO 0x8000

#define TYPE_NXNAME 128 /* RFC 9824 */
#define TYPE_MAILB  253
#define TYPE_MAILA  254

struct query {
    struct octets message;
    struct octets question; /* name, type, class: copied back octet for octet (RFC 4343 4.1) */
    bool edns;
    bool dnssec;
    uint8_t version;
    uint16_t udp_size;
};

/* The options of an OPT record have to fill it exactly; which ones they are does not matter. */
static bool options_whole(struct octets options)
{
    struct reader reader = reader_of(options);
    struct octets data;
    uint16_t code;

    while (reader_left(&reader) > 0) {
        if (read_u16(&reader, &code) != SWORN_OK || read_slice_u16(&reader, &data) != SWORN_OK) {
            return false;
        }
    }
    return true;
}

static enum rcode read_opt(struct query *query, bool is_root, uint16_t size, uint32_t ttl,
                           struct octets options)
{
    /* RFC 6891 6.1.1: one, owned by the root. */
    if (query->edns || !is_root || !options_whole(options)) {
        return RCODE_FORMERR;
    }
    query->edns = true;
    query->udp_size = size;
    query->version = (uint8_t)(ttl >> 16);
    query->dnssec = (ttl & EDNS_DO) != 0;
    return RCODE_NOERROR;
}

static enum sworn_result skip_name(struct reader *reader, bool *is_root)
{
    uint8_t length;
    struct octets skipped;

    *is_root = reader_left(reader) > 0 && *reader->at == 0;
    for (;;) {
        SWORN_TRY(read_u8(reader, &length));
        if (length == 0) {
            return SWORN_OK;
        }
        if (length >= 0xc0) {
            return read_slice(reader, 1, &skipped);
        }
        SWORN_ENSURE(length < 0x40, SWORN_MALFORMED);
        SWORN_TRY(read_slice(reader, length, &skipped));
    }
}

static enum rcode read_additional(struct query *query, struct reader *reader)
{
    struct octets rdata;
    uint16_t type;
    uint16_t class;
    uint32_t ttl;
    bool is_root;

    if (skip_name(reader, &is_root) != SWORN_OK || read_u16(reader, &type) != SWORN_OK ||
        read_u16(reader, &class) != SWORN_OK || read_u32(reader, &ttl) != SWORN_OK ||
        read_slice_u16(reader, &rdata) != SWORN_OK) {
        return RCODE_FORMERR;
    }
    if (type == RR_OPT) {
        return read_opt(query, is_root, class, ttl, rdata);
    }
    if (type == RR_TSIG) {
        return RCODE_NOTAUTH; /* no key is known here (RFC 8945 5.2.1) */
    }
    return RCODE_NOERROR;
}

/* Types that are no question, or one that is not answered here (RFC 6895 3.1). */
static enum rcode check_type(uint16_t type)
{
    switch (type) {
    case RR_OPT:
    case RR_TKEY:
    case RR_TSIG:
    case TYPE_NXNAME:
        return RCODE_FORMERR;
    case RR_IXFR:
    case RR_AXFR:
        return RCODE_REFUSED;
    case TYPE_MAILA:
    case TYPE_MAILB:
        return RCODE_NOTIMP;
    default:
        return RCODE_NOERROR;
    }
}

static enum rcode read_question(struct answer_reader *reader, struct query *query,
                                struct reader *message)
{
    struct question *question = &reader->question;
    struct octets skipped;

    if (question_name(question, &reader->server->seed,
                      octets_of(message->at, reader_left(message))) != SWORN_OK ||
        read_slice(message, question->size, &skipped) != SWORN_OK ||
        read_u16(message, &question->type) != SWORN_OK ||
        read_u16(message, &question->class) != SWORN_OK) {
        return RCODE_FORMERR;
    }
    query->question = octets_of(skipped.data, skipped.size + QUESTION_TAIL);
    return RCODE_NOERROR;
}

/* Take the query apart; RCODE_NOERROR when it is one to be looked up. */
static enum rcode read_query(struct answer_reader *reader, struct query *query)
{
    const uint8_t *header = query->message.data;
    struct reader message = reader_of(query->message);
    struct octets skipped;
    enum rcode rcode = RCODE_NOERROR;

    if ((header[2] & OPCODE) != 0) {
        return RCODE_NOTIMP;
    }
    if (get_u16(header + 4) != 1 || get_u16(header + 6) != 0 || get_u16(header + 8) != 0 ||
        read_slice(&message, MESSAGE_HEADER, &skipped) != SWORN_OK) {
        return RCODE_FORMERR;
    }
    rcode = read_question(reader, query, &message);
    for (unsigned left = get_u16(header + 10); left > 0 && rcode == RCODE_NOERROR; left--) {
        rcode = read_additional(query, &message);
    }
    if (rcode != RCODE_NOERROR) {
        return rcode;
    }
    if (reader_left(&message) > 0) {
        return RCODE_FORMERR;
    }
    if (query->edns && query->version > 0) {
        return RCODE_BADVERS; /* RFC 6891 6.1.3 */
    }
    if (reader->question.class != CLASS_IN) {
        return RCODE_REFUSED;
    }
    return check_type(reader->question.type);
}

static size_t message_limit(const struct query *query, const struct answer_request *request)
{
    size_t limit = UDP_SIZE_MIN;

    if (request->transport != TRANSPORT_UDP) {
        return request->room < MESSAGE_MAX ? request->room : MESSAGE_MAX;
    }
    if (query->edns && query->udp_size > limit) {
        limit = query->udp_size < UDP_SIZE ? query->udp_size : UDP_SIZE;
    }
    return request->room < limit ? request->room : limit;
}

/* Find the zone and put what it has into the response. */
static void look_up(struct answer_reader *reader, struct response *response, bool udp)
{
    struct answer_server *server = reader->server;
    const struct zone *zone;
    struct outcome outcome;

    zone = question_zone(&reader->question, __atomic_load_n(&server->zones, __ATOMIC_ACQUIRE),
                         &server->seed, __atomic_load_n(&server->longest, __ATOMIC_RELAXED));
    if (zone == NULL) {
        response->rcode = RCODE_REFUSED;
        return;
    }
    question_resolve(&reader->question, zone, &server->seed, &outcome);
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

static void put_opt(struct response *response, bool dnssec)
{
    uint8_t *opt = response->octets + response->used;

    memset(opt, 0, OPT_SIZE);
    put_u16(opt + 1, RR_OPT);
    put_u16(opt + 3, UDP_SIZE);
    opt[5] = (uint8_t)(response->rcode >> 4);
    put_u16(opt + 7, dnssec ? EDNS_DO : 0);
    response->used += OPT_SIZE;
    response->count[SECTION_ADDITIONAL]++;
}

static void put_header(const struct response *response, const struct query *query)
{
    const uint8_t *asked = query->message.data;
    uint8_t *header = response->octets;

    memcpy(header, asked, 2);
    header[2] =
        (uint8_t)(FLAG_QR | (asked[2] & (OPCODE | FLAG_RD)) |
                  (response->authoritative ? FLAG_AA : 0) | (response->truncated ? FLAG_TC : 0));
    header[3] = (uint8_t)((asked[3] & FLAG_CD) | (response->rcode & 0x0f));
    put_u16(header + 4, query->question.size > 0);
    for (unsigned i = 0; i < SECTIONS; i++) {
        put_u16(header + 6 + 2 * i, response->count[i]);
    }
}

size_t answer_query(struct answer_reader *reader, const struct answer_request *request,
                    struct answer_facts *facts)
{
    struct query query = {.message = request->query};
    struct response response = {
        .octets = request->response, .used = MESSAGE_HEADER, .question = &reader->question};

    /* Responses are not answered, or two servers would talk for ever. */
    if (request->query.size < MESSAGE_HEADER || (request->query.data[2] & FLAG_QR) != 0 ||
        request->room < UDP_SIZE_MIN) {
        return 0;
    }
    response.rcode = read_query(reader, &query);
    if (query.question.size > 0) {
        memcpy(response.octets + response.used, query.question.data, query.question.size);
        response.used += query.question.size;
    }
    if (response.rcode == RCODE_NOERROR) {
        response.limit = message_limit(&query, request) - (query.edns ? OPT_SIZE : 0);
        response.dnssec = query.dnssec;
        grace_enter();
        look_up(reader, &response, request->transport == TRANSPORT_UDP);
        grace_leave(reader->server);
    }
    if (query.edns) {
        put_opt(&response, query.dnssec);
    }
    put_header(&response, &query);
    *facts =
        (struct answer_facts){.type = reader->question.type, .rcode = (uint16_t)response.rcode};
    return response.used;
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
