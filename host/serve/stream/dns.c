/*
 * dns.c - messages in a stream; see dns.h.
 *
 *   stream = (u16 size ‖ message)...
 *
 * Questions are answered in their order; what becomes an exchange is overtaken by those behind it
 * (RFC 7766 6.2.1.1).
 */
#include "host/serve/stream/dns.h"

#include <stdlib.h>

#define SIZE_OCTETS   2
#define EXCHANGES_MAX 32 /* of one connection; further messages wait */

static void put_size(uint8_t *octets, size_t size)
{
    octets[0] = (uint8_t)(size >> 8);
    octets[1] = (uint8_t)size;
}

/* What exchanges have to say, message by message in turn. */
static void put_replies(struct connection *connection)
{
    struct reply *reply = connection->replies;

    while (reply != NULL && connection_room(connection) >= CONNECTION_MESSAGE) {
        struct reply *next = reply->next;
        bool over;
        struct letter *letter = reply_next(reply, &over);

        if (letter != NULL) {
            uint8_t *out = connection->out + connection->out_used;

            put_size(out, letter->size);
            memcpy(out + SIZE_OCTETS, letter->octets, letter->size);
            connection->out_used += SIZE_OCTETS + letter->size;
            connection->unread = true;
            free(letter);
        }
        if (over) {
            connection->moved = true;
            connection_drop_reply(connection, reply);
        }
        reply = next;
    }
    connection->unread = connection->unread || reply != NULL;
}

/* The message at `at`; false: this is not DNS. */
static bool take_message(struct connection *connection, size_t at, size_t size)
{
    uint8_t *out = connection->out + connection->out_used;
    struct desk_question question = {
        .transport = connection->protocol->transport,
        .client = &connection->client,
        .query = octets_of(connection->in + at + SIZE_OCTETS, size),
        .response = out + SIZE_OCTETS,
        .owner = connection,
    };
    struct desk_outcome outcome;
    size_t answered = desk_answer(connection->desk, &question, &outcome);

    if (outcome.later != NULL) {
        connection_add_reply(connection, outcome.later);
        return true;
    }
    if (answered == 0) {
        return false;
    }
    put_size(out, answered);
    connection->out_used += SIZE_OCTETS + answered;
    return true;
}

static bool dns_work(struct connection *connection)
{
    size_t at = 0;

    put_replies(connection);
    while (connection->in_used - at >= SIZE_OCTETS) {
        size_t size = (size_t)connection->in[at] << 8 | connection->in[at + 1];

        if (connection->in_used - at - SIZE_OCTETS < size) {
            break;
        }
        if (connection_room(connection) < CONNECTION_MESSAGE) {
            connection->unread = true;
            break;
        }
        if (connection->reply_count >= EXCHANGES_MAX) {
            break;
        }
        if (!take_message(connection, at, size)) {
            return false;
        }
        at += SIZE_OCTETS + size;
    }
    if (at > 0) {
        connection_took(connection, at);
        connection->moved = true;
    }
    return true;
}

const struct protocol dns_over_tcp = {.transport = TRANSPORT_TCP, .work = dns_work};

const struct protocol dns_over_tls = {
    .transport = TRANSPORT_TLS, .secure = true, .purpose = {.alpn = "dot"}, .work = dns_work};
