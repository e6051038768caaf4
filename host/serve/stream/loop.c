/*
 * loop.c - accepting, waiting, closing; see loop.h.
 */
#include "host/serve/stream/loop.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define ACCEPTS 64  /* at one event */
#define REPLIES 64  /* the same */
#define REST_MS 100 /* that nobody is accepted when there are no descriptors */

struct loop {
    struct desk desk;
    struct listener *listeners;
    size_t listener_count;
    int epoll;
    bool started;
    pthread_t thread;
    struct source stop;
    struct source wake;
    int64_t rest_end;          /* until then listeners are not watched; 0: they are */
    struct connection *oldest; /* least progress first */
    struct connection *newest;
    struct serve_counters counters;
    struct serve_counts counts;
};

static void unlink_connection(struct loop *loop, struct connection *connection)
{
    *(connection->older != NULL ? &connection->older->newer : &loop->oldest) = connection->newer;
    *(connection->newer != NULL ? &connection->newer->older : &loop->newest) = connection->older;
}

static void link_newest(struct loop *loop, struct connection *connection)
{
    connection->since = service_now();
    connection->newer = NULL;
    connection->older = loop->newest;
    *(loop->newest != NULL ? &loop->newest->newer : &loop->oldest) = connection;
    loop->newest = connection;
}

static void close_connection(struct loop *loop, struct connection *connection)
{
    unlink_connection(loop, connection);
    connection_end(connection);
    close(connection->wire.fd);
    free(connection);
}

/* --- accepting ------------------------------------------------------------------------------- */

static bool is_of(const struct connection *connection, const struct client_address *client)
{
    uint8_t a[CLIENT_BLOCK];
    uint8_t b[CLIENT_BLOCK];

    client_block(&connection->peer, a);
    client_block(client, b);
    return memcmp(a, b, CLIENT_BLOCK) == 0;
}

/* Nothing is under way on it. */
static bool is_idle(const struct connection *connection)
{
    return connection->reply_count == 0 && connection->out_used == 0;
}

/* Close the idle connection that waited longest, of this client or (NULL) of any. */
static bool make_room(struct loop *loop, const struct client_address *client)
{
    for (struct connection *at = loop->oldest; at != NULL; at = at->newer) {
        if (is_idle(at) && (client == NULL || is_of(at, client))) {
            close_connection(loop, at);
            return true;
        }
    }
    return false;
}

static bool admit(struct loop *loop, const struct client_address *peer)
{
    struct census *census = loop->desk.service->census;
    bool proxy = proxies_have(loop->desk.service->proxies, peer);
    enum census_verdict verdict = census_enter(census, peer, proxy);

    if (verdict == CENSUS_CLIENT_FULL && make_room(loop, peer)) {
        verdict = census_enter(census, peer, proxy);
    }
    if (verdict == CENSUS_FULL && make_room(loop, NULL)) {
        verdict = census_enter(census, peer, proxy);
    }
    return verdict == CENSUS_WELCOME;
}

/* Its buffers' pages are taken from the system only as they are used: no calloc. */
static struct connection *connection_new(struct loop *loop, const struct protocol *protocol, int fd,
                                         const struct client_address *peer)
{
    bool proxied = proxies_have(loop->desk.service->proxies, peer);
    struct connection *connection = malloc(sizeof(*connection));

    if (connection == NULL) {
        return NULL;
    }
    memset(connection, 0, offsetof(struct connection, in));
    if (proxied) {
        connection->greeting = calloc(1, sizeof(*connection->greeting));
        if (connection->greeting == NULL) {
            free(connection);
            return NULL;
        }
    }
    connection->source = (struct source){.kind = SOURCE_CONNECTION, .fd = fd};
    connection->desk = &loop->desk;
    connection->protocol = protocol;
    connection->peer = connection->client = *peer;
    connection->wire.fd = fd;
    connection->watched = EPOLLIN;
    connection->counted = true;
    return connection;
}

static bool connection_add(struct loop *loop, const struct protocol *protocol, int fd,
                           const struct client_address *peer)
{
    struct epoll_event event = {.events = EPOLLIN};
    struct connection *connection = connection_new(loop, protocol, fd, peer);
    int on = 1;

    event.data.ptr = connection;
    if (connection == NULL) {
        return false;
    }
    if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        free(connection->greeting);
        free(connection);
        return false;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    link_newest(loop, connection);
    count_more(&loop->counters.connections[protocol->transport], 1);
    return true;
}

static void accepted(struct loop *loop, const struct protocol *protocol, int fd,
                     const struct sockaddr_storage *address)
{
    struct client_address peer;

    client_of(address, &peer);
    if (!admit(loop, &peer)) {
        close(fd);
        return;
    }
    if (!connection_add(loop, protocol, fd, &peer)) {
        census_leave(loop->desk.service->census, &peer);
        close(fd);
    }
}

/*
 * A listener that we have no descriptors for stays readable, and would wake us for nothing. What
 * is watched exclusively cannot be changed, but taken out.
 */
static void rest(struct loop *loop)
{
    for (size_t i = 0; i < loop->listener_count; i++) {
        (void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, loop->listeners[i].source.fd, NULL);
    }
    loop->rest_end = service_now() + REST_MS;
}

static void accept_all(struct loop *loop, const struct listener *listener)
{
    for (int i = 0; i < ACCEPTS; i++) {
        struct sockaddr_storage address;
        socklen_t size = sizeof(address);
        int fd = accept4(listener->source.fd, (struct sockaddr *)&address, &size,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd >= 0) {
            accepted(loop, listener->protocol, fd, &address);
            continue;
        }
        if (errno == ECONNABORTED || errno == EINTR) {
            continue;
        }
        if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) {
            return;
        }
        if (!make_room(loop, NULL)) {
            rest(loop);
            return;
        }
    }
}

/* --- connections ----------------------------------------------------------------------------- */

static void serve(struct loop *loop, struct connection *connection)
{
    struct epoll_event event = {.data.ptr = connection};

    connection->moved = false;
    event.events = connection_serve(connection);
    if (event.events == 0) {
        close_connection(loop, connection);
        return;
    }
    if (connection->moved) {
        unlink_connection(loop, connection);
        link_newest(loop, connection);
    }
    if (event.events == connection->watched) {
        return;
    }
    connection->watched = event.events;
    if (epoll_ctl(loop->epoll, EPOLL_CTL_MOD, connection->wire.fd, &event) != 0) {
        close_connection(loop, connection);
    }
}

/*
 * Close what has waited too long; milliseconds until the next one is due, -1 for none. What waits
 * for an exchange waits for us, unless it does not take what it is given.
 */
static int close_idle(struct loop *loop)
{
    while (loop->oldest != NULL) {
        struct connection *connection = loop->oldest;
        int64_t left = connection->since + service_idle(loop->desk.service) - service_now();

        if (left > 0) {
            return (int)left;
        }
        if (connection->reply_count > 0 && connection->out_used == 0) {
            unlink_connection(loop, connection);
            link_newest(loop, connection);
            continue;
        }
        close_connection(loop, connection);
    }
    return -1;
}

/* Those that are left wake us again. */
static void serve_replies(struct loop *loop)
{
    struct reply *reply = replies_next(&loop->desk.replies);

    for (int i = 1; reply != NULL; i++) {
        serve(loop, reply->owner);
        reply = i < REPLIES ? replies_next(&loop->desk.replies) : NULL;
    }
}

/* --- the thread ------------------------------------------------------------------------------ */

/* False when it is time to end. */
static bool on_event(struct loop *loop, struct source *source, uint32_t events)
{
    if (source->kind == SOURCE_CONNECTION && (events & (EPOLLHUP | EPOLLERR)) != 0) {
        /* Nobody reads any more, whatever was asked. */
        close_connection(loop, (struct connection *)source);
        return true;
    }
    switch (source->kind) {
    case SOURCE_STOP:
        return false;
    case SOURCE_WAKE:
        serve_replies(loop);
        return true;
    case SOURCE_LISTENER:
        accept_all(loop, (struct listener *)source);
        return true;
    default:
        serve(loop, (struct connection *)source);
        return true;
    }
}

static bool watch(struct loop *loop, struct source *source, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = source};

    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, source->fd, &event) == 0;
}

/* Those that are watched already stay so. */
static bool watch_listeners(struct loop *loop)
{
    bool done = true;

    for (size_t i = 0; done && i < loop->listener_count; i++) {
        done = watch(loop, &loop->listeners[i].source, EPOLLIN | EPOLLEXCLUSIVE) || errno == EEXIST;
    }
    return done;
}

static bool watch_all(struct loop *loop)
{
    return watch(loop, &loop->stop, EPOLLIN) && watch(loop, &loop->wake, EPOLLIN) &&
           watch_listeners(loop);
}

/* Milliseconds until there is something to do without an event, -1 for never. */
static int patience(struct loop *loop)
{
    int idle = close_idle(loop);
    int64_t left = loop->rest_end - service_now();

    if (loop->rest_end > 0 && left <= 0) {
        left = watch_listeners(loop) ? 0 : REST_MS;
        loop->rest_end = left > 0 ? service_now() + left : 0;
    }
    return loop->rest_end > 0 && (idle < 0 || left < idle) ? (int)left : idle;
}

static void *loop_thread(void *argument)
{
    struct loop *loop = argument;
    bool going = answer_reader_new(loop->desk.service->answers, &loop->desk.reader) == SWORN_OK;

    while (going) {
        struct epoll_event event;

        /* One at a time: an event may close the connection that another one is for. */
        if (epoll_wait(loop->epoll, &event, 1, patience(loop)) == 1) {
            going = on_event(loop, event.data.ptr, event.events);
        }
    }
    while (loop->oldest != NULL) {
        close_connection(loop, loop->oldest);
    }
    answer_reader_free(loop->desk.reader);
    return NULL;
}

enum sworn_result loop_start(const struct service *service, struct listener *listeners,
                             size_t count, struct loop **made)
{
    struct loop *loop = calloc(1, sizeof(*loop));

    SWORN_ENSURE(loop != NULL, SWORN_NO_MEMORY);
    loop->desk = (struct desk){.service = service,
                               .replies.wake = -1,
                               .counters = &loop->counters,
                               .counts = &loop->counts};
    loop->listeners = listeners;
    loop->listener_count = count;
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->stop = (struct source){.kind = SOURCE_STOP, .fd = service->stop};
    if (loop->epoll < 0 || replies_init(&loop->desk.replies) != SWORN_OK) {
        loop_free(loop);
        return SWORN_IO;
    }
    loop->wake = (struct source){.kind = SOURCE_WAKE, .fd = loop->desk.replies.wake};
    loop->started = watch_all(loop) && pthread_create(&loop->thread, NULL, loop_thread, loop) == 0;
    if (!loop->started) {
        loop_free(loop);
        return SWORN_IO;
    }
    *made = loop;
    return SWORN_OK;
}

void loop_join(struct loop *loop)
{
    if (loop != NULL && loop->started) {
        (void)pthread_join(loop->thread, NULL);
        loop->started = false;
    }
}

void loop_free(struct loop *loop)
{
    if (loop == NULL) {
        return;
    }
    replies_clear(&loop->desk.replies);
    if (loop->epoll >= 0) {
        close(loop->epoll);
    }
    free(loop);
}

const struct serve_counters *loop_counters(const struct loop *loop)
{
    return &loop->counters;
}

const struct serve_counts *loop_counts(const struct loop *loop)
{
    return &loop->counts;
}
