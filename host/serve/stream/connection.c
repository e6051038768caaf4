/*
 * connection.c - octets between a socket and what is spoken on it; see connection.h.
 */
#include "host/serve/stream/connection.h"

#include <stdlib.h>
#include <sys/epoll.h>

#define ROUNDS 64 /* before other connections have their turn */

static ssize_t receive(struct connection *connection, void *octets, size_t size)
{
    return connection->tls != NULL ? tls_session_read(connection->tls, octets, size)
                                   : wire_read(&connection->wire, octets, size);
}

static ssize_t transmit(struct connection *connection, const void *octets, size_t size)
{
    return connection->tls != NULL ? tls_session_write(connection->tls, octets, size)
                                   : wire_write(&connection->wire, octets, size);
}

/* false: the connection is broken. */
static bool read_some(struct connection *connection, size_t most)
{
    size_t room = sizeof(connection->in) - connection->in_used;
    ssize_t size;

    room = room < most ? room : most;
    if (connection->ended || room == 0) {
        return true;
    }
    size = receive(connection, connection->in + connection->in_used, room);
    if (size < 0) {
        return size == WIRE_WAITS;
    }
    connection->ended = size == 0;
    connection->in_used += (size_t)size;
    return true;
}

static bool write_all(struct connection *connection)
{
    while (connection->out_at < connection->out_used) {
        ssize_t size = transmit(connection, connection->out + connection->out_at,
                                connection->out_used - connection->out_at);

        if (size < 0) {
            return size == WIRE_WAITS;
        }
        connection->out_at += (size_t)size;
    }
    if (connection->out_used > 0) {
        connection->out_at = connection->out_used = 0;
        connection->moved = true;
    }
    return true;
}

/* What a record of TLS brought beyond the room there was: no event will tell of it. */
static size_t pending(const struct connection *connection)
{
    bool room = connection->in_used < sizeof(connection->in) && connection->out_used == 0;

    return room && connection->tls != NULL ? tls_session_pending(connection->tls) : 0;
}

static uint32_t serve_open(struct connection *connection)
{
    unsigned rounds = 0;
    bool again = true;
    bool waits;

    if (connection->out_used == 0 && !read_some(connection, sizeof(connection->in))) {
        return 0;
    }
    /* Answers that are taken at once make room for those of the queries behind them. */
    while (again) {
        if (rounds++ == ROUNDS) {
            return EPOLLOUT; /* at once, but after the others */
        }
        connection->unread = false;
        if (!connection->protocol->work(connection) || !write_all(connection)) {
            return 0;
        }
        again = connection->out_used == 0 && connection->unread;
        if (!again && pending(connection) > 0) {
            if (!read_some(connection, pending(connection))) {
                return 0;
            }
            again = true;
        }
    }
    waits = connection->out_used > 0;
    if (connection->ended && !waits && connection->reply_count == 0) {
        return 0;
    }
    if (waits) {
        return EPOLLOUT;
    }
    if (connection->ended || connection->in_used == sizeof(connection->in)) {
        return EPOLLHUP;
    }
    return EPOLLIN;
}

static bool open_protocol(struct connection *connection)
{
    connection->stage = STAGE_OPEN;
    connection->moved = true;
    return connection->protocol->open == NULL || connection->protocol->open(connection);
}

static uint32_t serve_handshake(struct connection *connection)
{
    switch (tls_session_handshake(connection->tls)) {
    case TLS_READS:
        return EPOLLIN;
    case TLS_WRITES:
        return EPOLLOUT;
    case TLS_DONE:
        return open_protocol(connection) ? serve_open(connection) : 0;
    default:
        return 0;
    }
}

/* Past the PROXY header, if there is one. */
static uint32_t serve_begun(struct connection *connection)
{
    if (!connection->protocol->secure) {
        return open_protocol(connection) ? serve_open(connection) : 0;
    }
    if (tls_session_new(connection->desk->service->tls, &connection->protocol->purpose,
                        &connection->wire, &connection->tls) != SWORN_OK) {
        return 0;
    }
    connection->stage = STAGE_HANDSHAKE;
    return serve_handshake(connection);
}

/* From here on the connection counts as the client's, not as the proxy's. */
static bool becomes_the_clients(struct connection *connection)
{
    struct census *census = connection->desk->service->census;

    free(connection->greeting);
    connection->greeting = NULL;
    if (memcmp(&connection->client, &connection->peer, sizeof(connection->peer)) == 0) {
        return true;
    }
    census_leave(census, &connection->peer);
    connection->peer = connection->client;
    connection->counted = census_enter(census, &connection->peer, false) == CENSUS_WELCOME;
    return connection->counted;
}

static uint32_t serve_greeting(struct connection *connection)
{
    if (connection->greeting != NULL) {
        switch (wire_greet(&connection->wire, connection->greeting, &connection->client)) {
        case GREETING_WAITS:
            return EPOLLIN;
        case GREETING_BROKEN:
            return 0;
        default:
            if (!becomes_the_clients(connection)) {
                return 0;
            }
        }
    }
    return serve_begun(connection);
}

uint32_t connection_serve(struct connection *connection)
{
    switch (connection->stage) {
    case STAGE_GREETING:
        return serve_greeting(connection);
    case STAGE_HANDSHAKE:
        return serve_handshake(connection);
    default:
        return serve_open(connection);
    }
}

void connection_end(struct connection *connection)
{
    while (connection->replies != NULL) {
        connection_drop_reply(connection, connection->replies);
    }
    if (connection->stage == STAGE_OPEN && connection->protocol->close != NULL) {
        connection->protocol->close(connection);
    }
    if (connection->counted) {
        census_leave(connection->desk->service->census, &connection->peer);
    }
    tls_session_free(connection->tls);
    free(connection->greeting);
}

void connection_add_reply(struct connection *connection, struct reply *reply)
{
    reply->next = connection->replies;
    connection->replies = reply;
    connection->reply_count++;
}

void connection_drop_reply(struct connection *connection, struct reply *reply)
{
    struct reply **at = &connection->replies;

    while (*at != reply) {
        at = &(*at)->next;
    }
    *at = reply->next;
    connection->reply_count--;
    reply_close(reply);
}
