/*
 * quic.c - the thread of QUIC: waits for datagrams, replies and what is due; see quic.h.
 */
#include "host/serve/quic/quic.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "host/serve/quic/arrival.h"

#define DATAGRAMS  64 /* of one socket before the next one's */
#define REPLIES    64 /* at one event */
#define NS_IN_A_MS 1000000

struct quic {
    struct desk desk;
    struct quic_home home;
    size_t socket_count;
    struct quic_socket socket[SERVE_LISTEN_MAX];
    int epoll;
    bool started;
    pthread_t thread;
    struct serve_counters counters;
    struct serve_counts counts;
    struct quic_datagram datagram;
};

/* --- what happens ---------------------------------------------------------------------------- */

static void drain(struct quic *quic, struct quic_socket *socket)
{
    for (int i = 0; i < DATAGRAMS && quic_receive(socket, &quic->datagram); i++) {
        quic_arrive(&quic->home, &quic->datagram);
    }
}

static void expire(struct quic *quic)
{
    /* Each but once: what is due again at once waits for the next turn. */
    for (size_t left = quic->home.due.count; left > 0; left--) {
        struct due *due = due_first(&quic->home.due);

        if (due == NULL || due->time > quic_now()) {
            return;
        }
        (void)quic_connection_expire((struct quic_connection *)due);
    }
}

/* Milliseconds until something is due; -1: nothing. */
static int patience(const struct quic *quic)
{
    const struct due *due = due_first(&quic->home.due);
    uint64_t now = quic_now();
    uint64_t wait;

    if (due == NULL || due->time == DUE_NEVER) {
        return -1;
    }
    wait = due->time <= now ? 0 : (due->time - now) / NS_IN_A_MS + 1;
    return wait < INT32_MAX ? (int)wait : INT32_MAX;
}

/* Those that are left wake us again. */
static void serve_replies(struct quic *quic)
{
    struct reply *reply = replies_next(&quic->desk.replies);

    for (int i = 1; reply != NULL; i++) {
        (void)quic_connection_continue(reply->owner);
        reply = i < REPLIES ? replies_next(&quic->desk.replies) : NULL;
    }
}

/* --- the thread ------------------------------------------------------------------------------ */

/* Sockets by their number, then the replies, then the end. */
#define WAKE SERVE_LISTEN_MAX
#define STOP (SERVE_LISTEN_MAX + 1)

static bool on_event(struct quic *quic, uint64_t what)
{
    if (what == STOP) {
        return false;
    }
    if (what == WAKE) {
        serve_replies(quic);
        return true;
    }
    drain(quic, &quic->socket[what]);
    return true;
}

static void *quic_thread(void *argument)
{
    struct quic *quic = argument;
    bool going = answer_reader_new(quic->desk.service->answers, &quic->desk.reader) == SWORN_OK;

    while (going) {
        struct epoll_event events[SERVE_LISTEN_MAX + 2];
        int count = epoll_wait(quic->epoll, events, SERVE_LISTEN_MAX + 2, patience(quic));

        for (int i = 0; going && i < count; i++) {
            going = on_event(quic, events[i].data.u64);
        }
        expire(quic);
    }
    quic_home_close(&quic->home);
    answer_reader_free(quic->desk.reader);
    return NULL;
}

static bool watch(const struct quic *quic, int fd, uint64_t what)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = what};

    return epoll_ctl(quic->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool watch_all(struct quic *quic)
{
    bool done =
        watch(quic, quic->desk.service->stop, STOP) && watch(quic, quic->desk.replies.wake, WAKE);

    for (size_t i = 0; done && i < quic->socket_count; i++) {
        done = watch(quic, quic->socket[i].fd, i);
    }
    return done;
}

static enum sworn_result quic_open(struct quic *quic)
{
    SWORN_ENSURE(quic->epoll >= 0, SWORN_IO);
    SWORN_TRY(replies_init(&quic->desk.replies));
    SWORN_TRY(quic_home_init(&quic->home, &quic->desk));
    SWORN_ENSURE(watch_all(quic), SWORN_IO);
    quic->started = pthread_create(&quic->thread, NULL, quic_thread, quic) == 0;
    return quic->started ? SWORN_OK : SWORN_IO;
}

enum sworn_result quic_start(const struct service *service, const struct listen_address *addresses,
                             const int *sockets, size_t count, struct quic **made)
{
    struct quic *quic = calloc(1, sizeof(*quic));
    enum sworn_result result;

    SWORN_ENSURE(quic != NULL, SWORN_NO_MEMORY);
    quic->desk = (struct desk){.service = service,
                               .replies.wake = -1,
                               .counters = &quic->counters,
                               .counts = &quic->counts};
    for (size_t i = 0; i < count; i++) {
        quic->socket[i] = (struct quic_socket){.address = &addresses[i], .fd = sockets[i]};
    }
    quic->socket_count = count;
    quic->epoll = epoll_create1(EPOLL_CLOEXEC);
    result = quic_open(quic);
    if (result != SWORN_OK) {
        quic_free(quic);
        return result;
    }
    *made = quic;
    return SWORN_OK;
}

void quic_join(struct quic *quic)
{
    if (quic != NULL && quic->started) {
        (void)pthread_join(quic->thread, NULL);
        quic->started = false;
    }
}

void quic_free(struct quic *quic)
{
    if (quic == NULL) {
        return;
    }
    replies_clear(&quic->desk.replies);
    quic_home_clear(&quic->home);
    if (quic->epoll >= 0) {
        close(quic->epoll);
    }
    free(quic);
}

const struct serve_counters *quic_counters(const struct quic *quic)
{
    return &quic->counters;
}

const struct serve_counts *quic_counts(const struct quic *quic)
{
    return &quic->counts;
}
