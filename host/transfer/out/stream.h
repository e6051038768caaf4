/*
 * stream.h - records of a transfer put into messages (RFC 5936 2.2): as many as fit some 16 KiB,
 * names compressed, each message signed if the request was.
 *
 *   message = header ‖ question (in the first) ‖ records ‖ OPT if the request had one ‖ TSIG
 */
#ifndef SWORN_HOST_TRANSFER_OUT_STREAM_H
#define SWORN_HOST_TRANSFER_OUT_STREAM_H

#include "host/serve/exchange.h"
#include "host/store/signed_set.h"
#include "host/transfer/out/names.h"
#include "net/message.h"
#include "net/tsig.h"

struct stream_options {
    struct exchange *exchange;
    struct tsig_chain *chain; /* NULL: not signed */
    const struct dns_question *question;
    uint16_t id;
    bool edns;
    size_t only; /* one message of at most this size (UDP); 0: any number */
};

struct stream {
    struct stream_options options;
    size_t used; /* of the message in the making */
    size_t limit;
    uint16_t records;
    bool first;
    uint64_t messages, octets; /* sent */
    struct names names;
    uint8_t message[DNS_MESSAGE_MAX + 1];
};

struct stream_record {
    const struct name *owner;
    uint16_t type;
    uint32_t ttl;
    struct octets rdata;
};

void stream_begin(struct stream *stream, const struct stream_options *options);

/**
 * Put a record; sends what is full.
 *
 * \return SWORN_OK; SWORN_LIMIT when there is only one message and it is full: nothing was sent;
 *         SWORN_UNAVAILABLE when the client is gone; SWORN_MALFORMED
 */
SWORN_CHECK enum sworn_result stream_put(struct stream *stream, const struct stream_record *record);

/** Send the last message. */
SWORN_CHECK enum sworn_result stream_end(struct stream *stream);

#endif
