/*
 * signed.h - a message that may be signed with TSIG, verified against the configured keys, and what
 * is sent back to it.
 */
#ifndef SWORN_HOST_EXCHANGE_SIGNED_H
#define SWORN_HOST_EXCHANGE_SIGNED_H

#include "host/answer/zone.h"
#include "host/config/config.h"
#include "host/serve/exchange.h"
#include "net/message.h"
#include "net/tsig.h"

/** One exchange while it is handled; large, so on the heap. */
struct signed_exchange {
    struct exchange *exchange;
    struct octets message;        /* without TSIG; points into `copy` */
    const struct config_key *key; /* that it was signed with; NULL: not signed */
    struct tsig_chain *chain;     /* the same */
    struct tsig_key tsig_key;
    struct tsig_chain memory; /* chain points here */
    struct tsig tsig;         /* borrows from the exchange's message */
    enum tsig_error error;    /* that is to be told */
    size_t room;              /* for a response before it is signed */
    size_t limit;             /* of the whole */
    uint8_t copy[DNS_MESSAGE_MAX];
    uint8_t response[DNS_MESSAGE_MAX];
};

/**
 * Copy and verify the message of `exchange`.
 *
 * \param rcode  out: 0, or what is to be answered, by signed_refuse()
 */
void signed_begin(struct signed_exchange *signed_exchange, struct exchange *exchange,
                  const struct config *config, unsigned *rcode);

/** Sign and send the first `size` octets of the response; over UDP what is too long is cut. */
void signed_send(struct signed_exchange *signed_exchange, size_t size);

/** Answer with nothing but a code, and with the TSIG error if there is one. */
void signed_refuse(struct signed_exchange *signed_exchange, unsigned rcode);

#endif
