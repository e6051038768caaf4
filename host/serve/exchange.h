/*
 * exchange.h - a message that is not answered on the spot: transfers, updates, whatever is signed
 * with TSIG.
 *
 * The transports answer questions themselves (answer_query()). What that leaves to others
 * (ANSWER_ELSEWHERE) becomes an exchange: the message is copied and handed to a thread of a small
 * pool, which sends any number of messages back and ends it. Meanwhile the transport goes on with
 * the next query of the same client, so answers leave out of order (RFC 7766 6.2.1.1).
 */
#ifndef SWORN_HOST_SERVE_EXCHANGE_H
#define SWORN_HOST_SERVE_EXCHANGE_H

#include "core/cursor/octets.h"
#include "net/address.h"

enum transport {
    TRANSPORT_UDP,
    TRANSPORT_TCP,
    TRANSPORT_TLS,
    TRANSPORT_HTTPS,
    TRANSPORT_QUIC,
    TRANSPORTS,
};

static inline bool transport_is_encrypted(enum transport transport)
{
    return transport >= TRANSPORT_TLS;
}

struct exchange {
    enum transport transport;
    struct client_address client;
    struct octets message; /* lives until the handler returns */
    /**
     * Send one DNS message. Waits while the client's queue is full, in bounded time.
     *
     * \return false when the client is gone or does not read: nothing more need be sent
     */
    bool (*send)(struct exchange *exchange, struct octets message);
};

/** Answers one exchange, from a thread of the pool; the exchange ends when it returns. */
struct exchange_handler {
    void *context;
    void (*handle)(void *context, struct exchange *exchange);
};

#endif
