/*
 * query.h - a query, taken apart.
 *
 *   query = header ‖ one question ‖ additional records: OPT at most once, TSIG last, others ignored
 */
#ifndef SWORN_HOST_ANSWER_QUERY_H
#define SWORN_HOST_ANSWER_QUERY_H

#include "host/answer/message/options.h"

#define FLAG_QR     0x80 /* of the first octet of flags */
#define FLAG_OPCODE 0x78
#define FLAG_AA     0x04
#define FLAG_TC     0x02
#define FLAG_RD     0x01
#define FLAG_CD     0x10 /* of the second */

#define CLASS_CH  3
#define CLASS_ANY 255

struct query {
    struct octets message;
    struct octets question; /* name, type, class: copied back octet for octet (RFC 4343 4.1) */
    bool elsewhere;         /* a transfer, update, NOTIFY, or signed with TSIG */
    bool edns;
    bool dnssec;
    uint8_t version;
    uint16_t udp_size;
    enum ede ede; /* why it gets another code than NOERROR */
    struct options_asked asked;
};

/** Whether there is a header and it is not a response's: those would be answered for ever. */
bool query_is_one(struct octets message);

/**
 * Take `query->message` apart, the name into `question`.
 *
 * \return RCODE_NOERROR when it is to be looked up; else the code to answer with, unless
 *         `query->elsewhere`
 */
enum rcode query_read(struct query *query, struct question *question, const struct hash_seed *seed,
                      enum transport transport);

/** Header of the response, when all that follows is there. */
void header_put(const struct response *response, const struct query *query);

/** The largest response: of UDP what the client takes, within what everybody takes. */
size_t query_limit(const struct query *query, const struct answer_request *request);

#endif
