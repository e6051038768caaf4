/*
 * connection.h - one connection over TCP, whatever is spoken on it.
 *
 *   socket → PROXY header, from listed proxies → TLS, where the protocol has it → in → protocol
 *   protocol → out → TLS → socket
 *
 * A protocol takes octets from `in` and puts others into `out`, each time either has room. While
 * `out` is not taken nothing is read, so that what a client does not read it cannot ask for.
 */
#ifndef SWORN_HOST_SERVE_STREAM_CONNECTION_H
#define SWORN_HOST_SERVE_STREAM_CONNECTION_H

#include "host/serve/service.h"
#include "host/serve/stream/wire.h"
#include "host/serve/tls/session.h"

#define CONNECTION_MESSAGE (2 + (size_t)65535)
#define CONNECTION_OUT     (2 * CONNECTION_MESSAGE)

struct connection;

struct protocol {
    enum transport transport;
    bool secure;
    struct tls_purpose purpose; /* where it is */
    /** Begin, once octets can flow; false: it cannot be served. May be NULL. */
    bool (*open)(struct connection *connection);
    /**
     * Take what is in `in`, put what there is to say into `out` while it has room; sets `unread`
     * when more could be done with room. false: close.
     */
    bool (*work)(struct connection *connection);
    void (*close)(struct connection *connection); /* May be NULL. */
};

enum connection_stage { STAGE_GREETING, STAGE_HANDSHAKE, STAGE_OPEN };

/** What an event of epoll is about. */
enum source_kind { SOURCE_STOP, SOURCE_WAKE, SOURCE_LISTENER, SOURCE_CONNECTION };

struct source {
    enum source_kind kind;
    int fd;
};

struct connection {
    struct source source; /* first */
    struct desk *desk;
    const struct protocol *protocol;
    void *state; /* the protocol's */
    struct connection *older;
    struct connection *newer;
    struct client_address peer;   /* whose connection it counts as */
    struct client_address client; /* who asks: the same, or what a proxy says */
    enum connection_stage stage;
    struct wire wire;
    struct greeting *greeting;
    struct tls_session *tls;
    uint32_t watched; /* epoll events */
    int64_t since;    /* the last progress */
    bool counted;     /* in the census */
    bool moved;       /* there was progress */
    bool ended;       /* the other side sends no more */
    bool unread;      /* more can be done with what is in `in` */
    struct reply *replies;
    unsigned reply_count;
    size_t in_used;
    size_t out_at;
    size_t out_used;
    uint8_t in[CONNECTION_MESSAGE];
    uint8_t out[CONNECTION_OUT];
};

/** Let octets flow as far as they do; the events to wait for, 0 for the end. */
uint32_t connection_serve(struct connection *connection);

/** Let go of all it has but its memory and its socket. */
void connection_end(struct connection *connection);

/** An exchange that began for it; and one that is over. */
void connection_add_reply(struct connection *connection, struct reply *reply);
void connection_drop_reply(struct connection *connection, struct reply *reply);

/** Octets that `out` has room for. */
static inline size_t connection_room(const struct connection *connection)
{
    return CONNECTION_OUT - connection->out_used;
}

/** Forget the first octets of `in`. */
static inline void connection_took(struct connection *connection, size_t size)
{
    memmove(connection->in, connection->in + size, connection->in_used - size);
    connection->in_used -= size;
}

#endif
