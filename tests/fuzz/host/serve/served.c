/*
 * served.c - see served.h.
 */
#include "tests/fuzz/host/serve/served.h"

#include <stdlib.h>

#include "tests/unit/host/fake_sign.h"

#define PIECE_MAX 4096

struct served {
    struct service service;
    struct serve_counters counters;
    struct serve_counts counts;
    struct desk desk;
    struct connection connection;
};

struct served *served_new(void)
{
    static const char text[] = "@ SOA ns m 1 1 1 1 1\n@ NS ns\nns A 192.0.2.1\n*.w TXT wild\n";
    const struct exchange_handler nobody = {.handle = NULL};
    struct served *served = calloc(1, sizeof(*served));
    struct zone_sets sets;
    struct reason reason;

    if (served == NULL || answer_server_new(&served->service.answers) != SWORN_OK ||
        !zone_sets_read(&sets, octets_of_text(text), "example.", &reason)) {
        abort();
    }
    fake_sign(&sets);
    if (zone_sets_load(&sets, served->service.answers) != SWORN_OK ||
        pool_new(&nobody, &served->service.pool) != SWORN_OK ||
        census_new(16, 16, &served->service.census) != SWORN_OK ||
        replies_init(&served->desk.replies) != SWORN_OK ||
        answer_reader_new(served->service.answers, &served->desk.reader) != SWORN_OK) {
        abort();
    }
    zone_sets_free(&sets);
    served->service.idle_seconds = 10;
    served->desk.service = &served->service;
    served->desk.counters = &served->counters;
    served->desk.counts = &served->counts;
    return served;
}

struct desk *served_desk(struct served *served, struct tls_keeper *tls)
{
    served->service.tls = tls;
    return &served->desk;
}

/* As the loop does: work, and take all that is said. false: the protocol is done with it. */
static bool work(struct connection *connection, void (*taken)(void *, struct octets), void *context)
{
    do {
        connection->unread = false;
        if (!connection->protocol->work(connection)) {
            return false;
        }
        taken(context, octets_of(connection->out, connection->out_used));
        connection->out_used = 0;
    } while (connection->unread);
    return true;
}

void served_run(struct served *served, const struct protocol *protocol, struct octets input,
                void (*taken)(void *, struct octets), void *context)
{
    struct connection *connection = &served->connection;
    size_t at = 0;
    bool going = true;

    memset(connection, 0, offsetof(struct connection, in));
    connection->desk = &served->desk;
    connection->protocol = protocol;
    connection->stage = STAGE_OPEN;
    if (protocol->open != NULL && !protocol->open(connection)) {
        abort();
    }
    while (going && at < input.size) {
        size_t room = sizeof(connection->in) - connection->in_used;
        size_t piece = 1 + (size_t)input.data[at] * 16 % PIECE_MAX;

        piece = piece < input.size - at ? piece : input.size - at;
        piece = piece < room ? piece : room;
        memcpy(connection->in + connection->in_used, input.data + at, piece);
        connection->in_used += piece;
        at += piece;
        going = work(connection, taken, context);
        if (connection->in_used > sizeof(connection->in) ||
            connection->out_used > sizeof(connection->out)) {
            abort();
        }
    }
    connection_end(connection);
}
