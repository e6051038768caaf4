/*
 * tcp.c - the thread that answers over TCP (RFC 7766); see worker.h.
 *
 *   stream = (u16 size ‖ message)...
 *
 * Queries may come one behind the other and are answered in order. A connection that brings no
 * whole query and takes no answer for ten seconds is closed, whatever trickles in between; so is
 * the one that waited longest when there are too many. While answers are not taken no query is
 * read.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "host/answer/message/rcode.h"
#include "host/serve/worker.h"

#define CONNECTIONS_MAX 1024
#define CLIENT_MAX      64 /* of one address; of one /64 in IPv6 */
#define IDLE_SECONDS    10
#define MESSAGE_ROOM    (2 + (size_t)65535)
#define EVENTS          64

struct connection {
    struct connection *older;
    struct connection *newer;
    int fd;
    uint32_t watched; /* epoll events */
    uint8_t client[16];
    int64_t since; /* the last progress */
    bool ended;    /* the other side sends no more */
    size_t in_used;
    size_t out_at;
    size_t out_used;
    uint8_t in[MESSAGE_ROOM];
    uint8_t out[2 * MESSAGE_ROOM];
};

struct tcp {
    struct worker *worker;
    struct answer_reader *reader;
    int epoll;
    struct connection *oldest; /* least progress first */
    struct connection *newest;
    size_t count;
};

static int64_t now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void unlink_connection(struct tcp *tcp, struct connection *connection)
{
    *(connection->older != NULL ? &connection->older->newer : &tcp->oldest) = connection->newer;
    *(connection->newer != NULL ? &connection->newer->older : &tcp->newest) = connection->older;
}

static void link_newest(struct tcp *tcp, struct connection *connection)
{
    connection->since = now();
    connection->newer = NULL;
    connection->older = tcp->newest;
    *(tcp->newest != NULL ? &tcp->newest->newer : &tcp->oldest) = connection;
    tcp->newest = connection;
}

static void progress(struct tcp *tcp, struct connection *connection)
{
    unlink_connection(tcp, connection);
    link_newest(tcp, connection);
}

static void close_connection(struct tcp *tcp, struct connection *connection)
{
    unlink_connection(tcp, connection);
    close(connection->fd);
    free(connection);
    tcp->count--;
}

/* --- accepting ------------------------------------------------------------------------------- */

static void client_of(const struct sockaddr_storage *address, uint8_t client[16])
{
    memset(client, 0, 16);
    if (address->ss_family == AF_INET6) {
        memcpy(client, &((const struct sockaddr_in6 *)address)->sin6_addr, 8);
        return;
    }
    memcpy(client + 12, &((const struct sockaddr_in *)address)->sin_addr, 4);
}

static size_t connections_of(const struct tcp *tcp, const uint8_t client[16])
{
    size_t count = 0;

    for (const struct connection *other = tcp->oldest; other != NULL; other = other->newer) {
        count += memcmp(other->client, client, 16) == 0;
    }
    return count;
}

static void connection_add(struct tcp *tcp, int fd, const struct sockaddr_storage *address)
{
    struct epoll_event event = {.events = EPOLLIN};
    struct connection *connection;
    uint8_t client[16];
    int on = 1;

    client_of(address, client);
    if (connections_of(tcp, client) >= CLIENT_MAX) {
        close(fd);
        return;
    }
    if (tcp->count >= CONNECTIONS_MAX) {
        close_connection(tcp, tcp->oldest);
    }
    /* Its pages are taken from the system only as they are used: no calloc. */
    connection = malloc(sizeof(*connection));
    event.data.ptr = connection;
    if (connection == NULL || epoll_ctl(tcp->epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        free(connection);
        close(fd);
        return;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    connection->fd = fd;
    connection->watched = EPOLLIN;
    connection->ended = false;
    connection->in_used = connection->out_at = connection->out_used = 0;
    memcpy(connection->client, client, sizeof(client));
    link_newest(tcp, connection);
    tcp->count++;
    worker_count(&tcp->worker->counters.tcp_connections, 1);
}

static void accept_all(struct tcp *tcp, int listener)
{
    for (int i = 0; i < EVENTS; i++) {
        struct sockaddr_storage address;
        socklen_t size = sizeof(address);
        int fd =
            accept4(listener, (struct sockaddr *)&address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd >= 0) {
            connection_add(tcp, fd, &address);
            continue;
        }
        if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) {
            return;
        }
        if (tcp->oldest == NULL) {
            return;
        }
        close_connection(tcp, tcp->oldest);
    }
}

/* --- one connection -------------------------------------------------------------------------- */

static bool room_for_answer(const struct connection *connection)
{
    return sizeof(connection->out) - connection->out_used >= MESSAGE_ROOM;
}

/* Answer the whole queries that are there; false: this is not DNS. */
static bool answer_all(struct tcp *tcp, struct connection *connection)
{
    size_t at = 0;

    while (room_for_answer(connection) && connection->in_used - at >= 2) {
        size_t size = (size_t)connection->in[at] << 8 | connection->in[at + 1];
        uint8_t *out = connection->out + connection->out_used;
        struct answer_request request = {.query = octets_of(connection->in + at + 2, size),
                                         .response = out + 2,
                                         .room = MESSAGE_ROOM - 2,
                                         .transport = TRANSPORT_TCP};
        struct answer_facts facts;
        size_t answered;

        if (connection->in_used - at - 2 < size) {
            break;
        }
        answered = answer_query(tcp->reader, &request, &facts);
        if (answered == ANSWER_ELSEWHERE) {
            answered = answer_refusal(&request, (request.query.data[2] & 0x78) == 0 ? RCODE_REFUSED
                                                                                    : RCODE_NOTIMP);
        }
        worker_count(&tcp->worker->counters.tcp_queries, 1);
        if (answered == 0) {
            return false;
        }
        counts_add(&tcp->worker->counts, TRANSPORT_TCP, &facts, 0);
        out[0] = (uint8_t)(answered >> 8);
        out[1] = (uint8_t)answered;
        connection->out_used += 2 + answered;
        at += 2 + size;
    }
    if (at > 0) {
        memmove(connection->in, connection->in + at, connection->in_used - at);
        connection->in_used -= at;
        progress(tcp, connection);
    }
    return true;
}

/* false: the connection is broken. */
static bool write_some(struct tcp *tcp, struct connection *connection)
{
    while (connection->out_at < connection->out_used) {
        ssize_t size = send(connection->fd, connection->out + connection->out_at,
                            connection->out_used - connection->out_at, MSG_NOSIGNAL);

        if (size < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        connection->out_at += (size_t)size;
    }
    if (connection->out_used > 0) {
        connection->out_at = connection->out_used = 0;
        progress(tcp, connection);
    }
    return true;
}

static bool read_some(struct connection *connection)
{
    size_t room = sizeof(connection->in) - connection->in_used;
    ssize_t size;

    if (connection->ended || room == 0) {
        return true;
    }
    size = recv(connection->fd, connection->in + connection->in_used, room, 0);
    if (size < 0) {
        return errno == EAGAIN || errno == EINTR;
    }
    connection->ended = size == 0;
    connection->in_used += (size_t)size;
    return true;
}

static bool watch_connection(const struct tcp *tcp, struct connection *connection)
{
    bool full = connection->in_used == sizeof(connection->in) || connection->ended;
    bool waits = connection->out_at < connection->out_used;
    struct epoll_event event = {
        .events = (full || waits ? 0U : EPOLLIN) | (waits ? EPOLLOUT : 0U),
        .data.ptr = connection,
    };

    if (event.events == connection->watched) {
        return true;
    }
    connection->watched = event.events;
    return epoll_ctl(tcp->epoll, EPOLL_CTL_MOD, connection->fd, &event) == 0;
}

/* Whether a whole query waits in what was read. */
static bool query_waits(const struct connection *connection)
{
    return connection->in_used >= 2 &&
           connection->in_used - 2 >= ((size_t)connection->in[0] << 8 | connection->in[1]);
}

static bool serve_connection(struct tcp *tcp, struct connection *connection)
{
    if (!read_some(connection)) {
        return false;
    }
    /* Answers that are taken at once make room for those of the queries behind them. */
    do {
        if (!answer_all(tcp, connection) || !write_some(tcp, connection)) {
            return false;
        }
    } while (connection->out_used == 0 && query_waits(connection));
    if (connection->ended && connection->out_used == 0) {
        return false;
    }
    return watch_connection(tcp, connection);
}

/* --- the thread ------------------------------------------------------------------------------ */

/* Close what has waited too long; milliseconds until the next one is due, -1 for none. */
static int close_idle(struct tcp *tcp)
{
    while (tcp->oldest != NULL) {
        int64_t left = tcp->oldest->since + IDLE_SECONDS * 1000 - now();

        if (left > 0) {
            return (int)left;
        }
        close_connection(tcp, tcp->oldest);
    }
    return -1;
}

/*
 * Listeners and the end are told from connections by their pointers: into the worker. False when it
 * is time to end.
 */
static bool on_event(struct tcp *tcp, const struct epoll_event *event)
{
    struct worker *worker = tcp->worker;
    int *fd = event->data.ptr;

    if (fd == &worker->stop) {
        return false;
    }
    if (fd >= worker->socket && fd < worker->socket + worker->socket_count) {
        accept_all(tcp, *fd);
        return true;
    }
    if (!serve_connection(tcp, event->data.ptr)) {
        close_connection(tcp, event->data.ptr);
    }
    return true;
}

static bool watch_worker(struct tcp *tcp)
{
    struct worker *worker = tcp->worker;
    struct epoll_event stop = {.events = EPOLLIN, .data.ptr = &worker->stop};
    bool done = epoll_ctl(tcp->epoll, EPOLL_CTL_ADD, worker->stop, &stop) == 0;

    for (size_t i = 0; done && i < worker->socket_count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &worker->socket[i]};

        done = epoll_ctl(tcp->epoll, EPOLL_CTL_ADD, worker->socket[i], &event) == 0;
    }
    return done;
}

static void tcp_loop(struct tcp *tcp)
{
    for (;;) {
        struct epoll_event event;

        /* One at a time: an event may close the connection that another one is for. */
        if (epoll_wait(tcp->epoll, &event, 1, close_idle(tcp)) == 1 && !on_event(tcp, &event)) {
            return;
        }
    }
}

void *tcp_worker(void *argument)
{
    struct tcp tcp = {.worker = argument, .epoll = epoll_create1(EPOLL_CLOEXEC)};

    if (answer_reader_new(tcp.worker->server, &tcp.reader) == SWORN_OK) {
        if (tcp.epoll >= 0 && watch_worker(&tcp)) {
            tcp_loop(&tcp);
        }
        answer_reader_free(tcp.reader);
    }
    while (tcp.oldest != NULL) {
        close_connection(&tcp, tcp.oldest);
    }
    if (tcp.epoll >= 0) {
        close(tcp.epoll);
    }
    return NULL;
}
