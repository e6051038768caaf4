/*
 * query.c - queries are read, headers written; see query.h.
 *
 * Whatever cannot be answered gets the response code that RFC 8906 3 asks for: a header alone where
 * not even the question could be read.
 */
#include "host/answer/message/query.h"

#include "core/dns/rr.h"

#define TYPE_NXNAME 128 /* RFC 9824 */
#define TYPE_MAILB  253
#define TYPE_MAILA  254

enum opcode { OPCODE_QUERY = 0, OPCODE_NOTIFY = 4, OPCODE_UPDATE = 5 };

enum { COUNT_QUESTION = 4, COUNT_ANSWER = 6, COUNT_AUTHORITY = 8, COUNT_ADDITIONAL = 10 };

bool query_is_one(struct octets message)
{
    return message.size >= MESSAGE_HEADER && (message.data[2] & FLAG_QR) == 0;
}

static enum rcode read_opt(struct query *query, bool is_root, const uint8_t *head,
                           struct octets options, enum transport transport)
{
    /* RFC 6891 6.1.1: one, owned by the root. */
    if (query->edns || !is_root) {
        return RCODE_FORMERR;
    }
    query->edns = true;
    query->udp_size = (uint16_t)get_u16(head + 2);
    query->version = head[5];
    query->dnssec = (get_u16(head + 6) & EDNS_DO) != 0;
    /* What options of another version look like nobody knows. */
    if (query->version > 0 || options.size == 0 ||
        options_read(options, transport, &query->asked)) {
        return RCODE_NOERROR;
    }
    query->asked = (struct options_asked){.any = false};
    return RCODE_FORMERR;
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

/* One additional record; `last` of them or not. */
static enum rcode read_additional(struct query *query, struct reader *reader, bool last,
                                  enum transport transport)
{
    struct octets head; /* type, class, TTL */
    struct octets rdata;
    bool is_root;
    unsigned type;

    if (skip_name(reader, &is_root) != SWORN_OK || read_slice(reader, 8, &head) != SWORN_OK ||
        read_slice_u16(reader, &rdata) != SWORN_OK) {
        return RCODE_FORMERR;
    }
    type = get_u16(head.data);
    if (type == RR_OPT) {
        return read_opt(query, is_root, head.data, rdata, transport);
    }
    if (type == RR_TSIG) {
        query->elsewhere = last;
        return last ? RCODE_NOERROR : RCODE_FORMERR; /* RFC 8945 5.2 */
    }
    return RCODE_NOERROR;
}

/* Nearly every query has nothing but an OPT record without options: the whole of what is left. */
static bool read_plain_opt(struct query *query, const struct reader *reader)
{
    static const uint8_t begins[] = {0, 0, RR_OPT};
    const uint8_t *at = reader->at;

    if (reader_left(reader) != OPT_SIZE || memcmp(at, begins, sizeof(begins)) != 0 ||
        get_u16(at + 9) != 0) {
        return false;
    }
    return read_opt(query, true, at + 1, octets_of(NULL, 0), TRANSPORT_UDP) == RCODE_NOERROR;
}

static enum rcode read_additionals(struct query *query, struct reader *reader,
                                   enum transport transport)
{
    unsigned count = get_u16(query->message.data + COUNT_ADDITIONAL);
    enum rcode rcode = RCODE_NOERROR;

    if (count == 1 && read_plain_opt(query, reader)) {
        return RCODE_NOERROR;
    }
    for (; count > 0 && rcode == RCODE_NOERROR; count--) {
        rcode = read_additional(query, reader, count == 1, transport);
    }
    if (rcode == RCODE_NOERROR && reader_left(reader) > 0) {
        rcode = RCODE_FORMERR;
    }
    query->elsewhere = query->elsewhere && rcode == RCODE_NOERROR;
    return rcode;
}

/* Types that are no question, or one that is not answered here (RFC 6895 3.1). */
static enum rcode check_type(struct query *query, uint16_t type)
{
    switch (type) {
    case RR_OPT:
    case RR_TKEY:
    case RR_TSIG:
    case TYPE_NXNAME:
        query->ede = EDE_INVALID_QUERY_TYPE; /* RFC 9824 3.5 */
        return RCODE_FORMERR;
    case TYPE_MAILA:
    case TYPE_MAILB:
        query->ede = EDE_NOT_SUPPORTED;
        return RCODE_NOTIMP;
    default:
        return RCODE_NOERROR;
    }
}

static enum rcode read_question(struct query *query, struct question *question,
                                const struct hash_seed *seed, struct reader *message)
{
    const uint8_t *tail;

    if (question_name(question, seed, octets_of(message->at, reader_left(message))) != SWORN_OK ||
        reader_left(message) < question->size + (size_t)QUESTION_TAIL) {
        return RCODE_FORMERR;
    }
    tail = message->at + question->size;
    question->type = (uint16_t)get_u16(tail);
    question->class = (uint16_t)get_u16(tail + 2);
    query->question = octets_of(message->at, question->size + (size_t)QUESTION_TAIL);
    message->at = tail + QUESTION_TAIL;
    return RCODE_NOERROR;
}

/* The part of a message with one question, or with none but a cookie (RFC 7873 5.4). */
static enum rcode read_body(struct query *query, struct question *question,
                            const struct hash_seed *seed, enum transport transport)
{
    const uint8_t *header = query->message.data;
    struct reader message = reader_of(query->message);
    unsigned questions = get_u16(header + COUNT_QUESTION);
    enum rcode rcode = RCODE_NOERROR;

    message.at += MESSAGE_HEADER;
    question->type = 0;
    if (questions == 1) {
        rcode = read_question(query, question, seed, &message);
    }
    if (questions > 1 || rcode != RCODE_NOERROR) {
        return RCODE_FORMERR; /* RFC 9619 4 */
    }
    if (question->type == RR_AXFR || question->type == RR_IXFR) {
        query->elsewhere = true;
        return RCODE_REFUSED;
    }
    if (get_u16(header + COUNT_ANSWER) != 0 || get_u16(header + COUNT_AUTHORITY) != 0) {
        return RCODE_FORMERR;
    }
    rcode = read_additionals(query, &message, transport);
    if (rcode == RCODE_NOERROR && questions == 0 && query->asked.cookie.size == 0 &&
        query->version == 0) {
        return RCODE_FORMERR;
    }
    return rcode;
}

enum rcode query_read(struct query *query, struct question *question, const struct hash_seed *seed,
                      enum transport transport)
{
    unsigned opcode = (query->message.data[2] & FLAG_OPCODE) >> 3;
    enum rcode rcode;

    if (opcode != OPCODE_QUERY) {
        query->elsewhere = opcode == OPCODE_NOTIFY || opcode == OPCODE_UPDATE;
        return RCODE_NOTIMP;
    }
    rcode = read_body(query, question, seed, transport);
    if (rcode != RCODE_NOERROR) {
        return rcode;
    }
    if (query->edns && query->version > 0) {
        return RCODE_BADVERS; /* RFC 6891 6.1.3 */
    }
    return check_type(query, question->type);
}

void header_put(const struct response *response, const struct query *query)
{
    const uint8_t *asked = query->message.data;
    uint8_t *header = response->octets;

    memcpy(header, asked, 2);
    header[2] =
        (uint8_t)(FLAG_QR | (asked[2] & (FLAG_OPCODE | FLAG_RD)) |
                  (response->authoritative ? FLAG_AA : 0) | (response->truncated ? FLAG_TC : 0));
    header[3] = (uint8_t)((asked[3] & FLAG_CD) | (response->rcode & 0x0f));
    put_u16(header + COUNT_QUESTION, query->question.size > 0);
    for (unsigned i = 0; i < SECTIONS; i++) {
        put_u16(header + COUNT_ANSWER + 2 * i, response->count[i]);
    }
}

size_t query_limit(const struct query *query, const struct answer_request *request)
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
