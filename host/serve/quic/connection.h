/*
 * connection.h - one connection over QUIC: ngtcp2 between datagrams and streams.
 */
#ifndef SWORN_HOST_SERVE_QUIC_CONNECTION_H
#define SWORN_HOST_SERVE_QUIC_CONNECTION_H

#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/ngtcp2_crypto_gnutls.h>

#include "host/serve/quic/index/due.h"
#include "host/serve/quic/index/table.h"
#include "host/serve/quic/packet.h"
#include "host/serve/quic/stream.h"
#include "host/serve/tls/keeper.h"

/** What all connections of the thread share. */
struct quic_home {
    struct desk *desk;
    struct cid_table *table;
    struct due_heap due;
    gnutls_priority_t priority;
    uint8_t secret[QUIC_SECRET];    /* of tokens: valid as long as the thread lives */
    struct quic_connection *oldest; /* by the last query */
    struct quic_connection *newest;
    size_t handshaking;
    uint8_t scratch[65535];
};

struct quic_connection {
    struct due due; /* first */
    struct quic_home *home;
    struct quic_connection *older;
    struct quic_connection *newer;
    struct quic_socket *socket;
    struct client_address client;
    ngtcp2_conn *conn;
    ngtcp2_crypto_conn_ref reference;
    gnutls_session_t tls;
    struct tls_identity *identity;
    struct cid_place *ids;
    struct quic_stream *streams;
    bool handshaken;
    bool failed;    /* by the rules of DNS over QUIC */
    uint64_t error; /* the code to close with then */
};

/** How a connection begins. */
struct quic_beginning {
    const ngtcp2_pkt_hd *header;
    const ngtcp2_cid *original; /* the ID that the client began with, before a retry */
    bool retried;
};

SWORN_CHECK enum sworn_result quic_connection_new(struct quic_home *home,
                                                  struct quic_datagram *datagram,
                                                  const struct quic_beginning *beginning,
                                                  struct quic_connection **connection);

/** Let go of all it has; nothing is sent. */
void quic_connection_free(struct quic_connection *connection);

/** Tell the other side, then the same. */
void quic_connection_close(struct quic_connection *connection, uint64_t error);

/** Each of these may free the connection, which is what false says. */
bool quic_connection_receive(struct quic_connection *connection, struct quic_datagram *datagram);
bool quic_connection_expire(struct quic_connection *connection);
bool quic_connection_continue(struct quic_connection *connection);

/** Nothing is under way on it but what the client itself has not finished. */
static inline bool quic_connection_is_idle(const struct quic_connection *connection)
{
    const struct quic_stream *stream = connection->streams;

    while (stream != NULL && !stream->whole) {
        stream = stream->next;
    }
    return stream == NULL;
}

#endif
