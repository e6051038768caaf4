/*
 * notify.c - telling secondaries that a zone has changed; see notify.h.
 */
#include "host/transfer/tell/notify.h"

#include "core/dns/rr.h"
#include "net/client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define FLIGHTS       64
#define FLIGHTS_EACH  16 /* of one remote */
#define TRIES         5
#define SECOND        ((uint64_t)1000)
#define LONGEST_WAIT  60000
#define SOA_SIZE_MAX  (12 + 2 * NAME_MAX_SIZE + 20) /* with its owner a pointer */
#define QUERY_SIZE    (DNS_HEADER_SIZE + NAME_MAX_SIZE + 4 + SOA_SIZE_MAX + TSIG_SIZE_MAX)
#define CATALOG_PAUSE 50 /* milliseconds: zones come in swarms */

/* One notification under way. */
struct flight {
    struct target *target; /* NULL: free */
    int fd;
    uint64_t deadline;
    uint32_t serial;
    bool is_signed;
    struct tsig_key key; /* a copy: the configuration may go */
    char algorithm[32];
    uint8_t secret[256];
    struct tsig_chain chain;
    size_t size;
    uint8_t query[QUERY_SIZE];
};

struct notifier {
    struct transfer_server *server;
    pthread_t thread;
    bool started;
    bool stopping; /* under the server's lock */
    int wake;
    uint64_t catalogs_due; /* not before, whatever changes */
    struct flight flight[FLIGHTS];
};

enum sworn_result notify_message(const struct name *name, uint16_t type, uint16_t id,
                                 const struct rrset *news, struct writer *message)
{
    const struct dns_header header = {
        .id = id,
        .flags = DNS_NOTIFY << 11 | DNS_FLAG_AA,
        .count = {[DNS_QUESTION] = 1, [DNS_ANSWER] = news == NULL ? 0 : 1}};
    const struct dns_question question = {.name = *name, .type = type, .class = DNS_CLASS_IN};

    SWORN_TRY(dns_write_header(message, &header));
    SWORN_TRY(dns_write_question(message, &question));
    if (news == NULL) {
        return SWORN_OK;
    }
    SWORN_TRY(write_u16(message, 0xC000 | DNS_HEADER_SIZE)); /* RFC 1035 4.1.4: the question's */
    SWORN_TRY(write_u16(message, type));
    SWORN_TRY(write_u16(message, DNS_CLASS_IN));
    SWORN_TRY(write_u32(message, news->ttl));
    return write_slice_u16(message, news->rdata[0]);
}

enum sworn_result notifier_new(struct transfer_server *server, struct notifier **notifier)
{
    struct notifier *made = calloc(1, sizeof(*made));

    SWORN_ENSURE(made != NULL, SWORN_NO_MEMORY);
    made->server = server;
    made->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (made->wake < 0) {
        free(made);
        return SWORN_IO;
    }
    *notifier = made;
    return SWORN_OK;
}

void notifier_wake(struct notifier *notifier)
{
    uint64_t one = 1;

    (void)!write(notifier->wake, &one, sizeof(one));
}

static void land(struct flight *flight)
{
    if (flight->target != NULL) {
        flight->target->flying = false;
        flight->target = NULL;
        (void)close(flight->fd);
    }
}

void notifier_forget(struct notifier *notifier, const struct target *target)
{
    for (size_t i = 0; notifier != NULL && i < FLIGHTS; i++) {
        if (notifier->flight[i].target == target) {
            land(&notifier->flight[i]);
        }
    }
}

/* Once more later, or never again. */
static void failed(struct transfer_server *server, struct target *target)
{
    if (target->again) {
        target->again = false;
        target->tries = 0;
        transfer_queue(server, target, transfer_clock());
        return;
    }
    target->tries++;
    if (target->tries >= TRIES) {
        target->state.failures++;
        return;
    }
    transfer_queue(server, target, transfer_clock() + (SECOND << (target->tries - 1)));
}

static void acknowledged(struct transfer_server *server, struct target *target, uint32_t serial)
{
    target->state.serial_acknowledged = serial;
    target->state.acknowledged = (uint64_t)time(NULL);
    target->tries = 0;
    if (target->again) {
        target->again = false;
        transfer_queue(server, target, transfer_clock());
    }
}

static const struct config_remote *remote_of(const struct config *config,
                                             const struct target *target)
{
    const struct config_remote *remotes[REMOTES_MAX];
    size_t count = transfer_remotes(config, target->zone, remotes);

    for (size_t i = 0; i < count; i++) {
        if (strncmp(remotes[i]->id, target->id, ID_SIZE - 1) == 0) {
            return remotes[i];
        }
    }
    return NULL; /* the configuration has it no more */
}

static enum sworn_result flight_sign(struct flight *flight, const struct config_key *key,
                                     struct writer *message)
{
    flight->is_signed = key != NULL;
    if (key == NULL) {
        return SWORN_OK;
    }
    SWORN_ENSURE(key->secret.size <= sizeof(flight->secret), SWORN_LIMIT);
    memcpy(flight->secret, key->secret.data, key->secret.size);
    flight->key.name = key->name;
    (void)strncpy(flight->algorithm, key->algorithm, sizeof(flight->algorithm) - 1);
    flight->key.algorithm = flight->algorithm;
    flight->key.secret = octets_of(flight->secret, key->secret.size);
    flight->chain = (struct tsig_chain){.key = &flight->key};
    return tsig_sign(&flight->chain, (uint64_t)time(NULL), message);
}

/*
 * The message, with the SOA when there is one at hand. NSD forgets a NOTIFY without one that comes
 * while it is still transferring what was new before.
 */
static enum sworn_result compose(struct transfer_server *server, const struct transfer_zone *zone,
                                 struct writer *message)
{
    const struct name *apex = &zone->published.apex;
    struct snapshot snapshot;
    struct signed_set soa;
    enum sworn_result result;
    uint16_t id;

    SWORN_TRY(dns_random_id(&id));
    if (zone->is_catalog) {
        return notify_message(apex, RR_SOA, id, NULL, message);
    }
    result = snapshot_open(server->store, &zone->published, &snapshot);
    if (result == SWORN_OK) {
        result = snapshot_apex(&snapshot, RR_SOA, &snapshot.region, &soa);
    }
    result = notify_message(
        apex, RR_SOA, id, result == SWORN_OK && soa.rrset.count == 1 ? &soa.rrset : NULL, message);
    snapshot_close(&snapshot);
    return result;
}

static enum sworn_result flight_begin(struct transfer_server *server, struct flight *flight,
                                      const struct config_remote *remote,
                                      const struct transfer_zone *zone)
{
    struct writer message = writer_over(flight->query, sizeof(flight->query));
    struct endpoint endpoint;

    SWORN_TRY(compose(server, zone, &message));
    SWORN_TRY(flight_sign(flight, remote->key, &message));
    flight->size = message.used;
    flight->serial = zone->published.serial;
    SWORN_TRY(endpoint_read(remote->address, &endpoint));
    SWORN_TRY(endpoint_socket(&endpoint, SOCK_DGRAM, remote->via, &flight->fd));
    /* What does not get out now is not worth waiting for: it is as if it were lost. */
    (void)!send(flight->fd, flight->query, flight->size, MSG_NOSIGNAL);
    return SWORN_OK;
}

static void launch(struct notifier *notifier, const struct config *config, struct target *target,
                   struct flight *flight)
{
    const struct config_remote *remote = remote_of(config, target);

    if (remote == NULL) {
        return;
    }
    target->state.serial_notified = target->zone->published.serial;
    target->state.notified = (uint64_t)time(NULL);
    target->again = false;
    if (flight_begin(notifier->server, flight, remote, target->zone) != SWORN_OK) {
        failed(notifier->server, target);
        return;
    }
    flight->target = target;
    flight->deadline = transfer_clock() + (SECOND << target->tries);
    target->flying = true;
}

static struct flight *free_flight(struct notifier *notifier)
{
    for (size_t i = 0; i < FLIGHTS; i++) {
        if (notifier->flight[i].target == NULL) {
            return &notifier->flight[i];
        }
    }
    return NULL;
}

/* Remotes that have their share of what is under way: one that is silent holds up no other. */
struct busy {
    const char *id[FLIGHTS / FLIGHTS_EACH];
    size_t count;
};

static void busy_find(const struct notifier *notifier, struct busy *busy)
{
    busy->count = 0;
    for (size_t i = 0; i < FLIGHTS; i++) {
        const struct target *target = notifier->flight[i].target;
        size_t before = 0, all = 0;

        for (size_t j = 0; target != NULL && j < FLIGHTS; j++) {
            const struct target *other = notifier->flight[j].target;
            bool same = other != NULL && strcmp(other->id, target->id) == 0;

            before += same && j < i;
            all += same;
        }
        if (target != NULL && before == 0 && all >= FLIGHTS_EACH) {
            busy->id[busy->count++] = target->id;
        }
    }
}

static bool is_busy(const struct busy *busy, const struct target *target)
{
    for (size_t i = 0; i < busy->count; i++) {
        if (strcmp(busy->id[i], target->id) == 0) {
            return true;
        }
    }
    return false;
}

static struct target *take_due(const struct notifier *notifier, uint64_t now)
{
    struct transfer_server *server = notifier->server;
    struct target **place = &server->queue;
    struct target *target;
    struct busy busy;

    busy_find(notifier, &busy);
    while (*place != NULL && ((*place)->due > now || is_busy(&busy, *place))) {
        place = &(*place)->next_queued;
    }
    target = *place;
    if (target != NULL) {
        *place = target->next_queued;
        if (*place == NULL) {
            server->queue_end = place;
        }
        target->queued = false;
    }
    return target;
}

static void launch_due(struct notifier *notifier, const struct config *config)
{
    uint64_t now = transfer_clock();
    struct flight *flight = free_flight(notifier);
    struct target *target = flight == NULL ? NULL : take_due(notifier, now);

    while (target != NULL) {
        launch(notifier, config, target, flight);
        flight = free_flight(notifier);
        target = flight == NULL ? NULL : take_due(notifier, now);
    }
}

/* RFC 8945 5.4.1: an answer that is not signed as the question was is none. */
static bool is_signed_right(const struct flight *flight, struct octets reply)
{
    struct tsig_chain chain = flight->chain;
    enum tsig_error error;
    struct tsig tsig;

    if (!flight->is_signed) {
        return true;
    }
    return tsig_find(reply, &tsig) == SWORN_OK &&
           tsig_verify(reply, &tsig, &chain, (uint64_t)time(NULL), &error) == SWORN_OK &&
           error == TSIG_NOERROR && tsig.error == TSIG_NOERROR;
}

static void receive(struct notifier *notifier, struct flight *flight)
{
    struct target *target = flight->target;
    uint32_t serial = flight->serial;
    uint8_t room[4096];
    ssize_t got = recv(flight->fd, room, sizeof(room), 0);
    struct octets reply = octets_of(room, got > 0 ? (size_t)got : 0);

    if (got < 0 && errno != EAGAIN) {
        land(flight); /* nobody listens there */
        failed(notifier->server, target);
        return;
    }
    if (!dns_is_reply(octets_of(flight->query, flight->size), reply)) {
        return;
    }
    if ((room[3] & 15) != 0) {
        land(flight); /* it may know the zone a little later */
        failed(notifier->server, target);
        return;
    }
    if (is_signed_right(flight, reply)) {
        land(flight);
        acknowledged(notifier->server, target, serial);
    }
}

static void expire(struct notifier *notifier, uint64_t now)
{
    for (size_t i = 0; i < FLIGHTS; i++) {
        struct target *target = notifier->flight[i].target;

        if (target != NULL && notifier->flight[i].deadline <= now) {
            land(&notifier->flight[i]);
            /* The wait is over already. */
            failed(notifier->server, target);
            if (target->queued) {
                target->due = now;
            }
        }
    }
}

static int pause_until_next(const struct notifier *notifier)
{
    uint64_t now = transfer_clock();
    uint64_t next = now + LONGEST_WAIT;
    struct busy busy;
    bool room = false;

    busy_find(notifier, &busy);
    for (size_t i = 0; i < FLIGHTS; i++) {
        const struct flight *flight = &notifier->flight[i];

        room = room || flight->target == NULL;
        if (flight->target != NULL && flight->deadline < next) {
            next = flight->deadline;
        }
    }
    for (const struct target *target = notifier->server->queue; room && target != NULL;
         target = target->next_queued) {
        next = target->due < next && !is_busy(&busy, target) ? target->due : next;
    }
    if (notifier->server->members_changed && notifier->catalogs_due < next) {
        next = notifier->catalogs_due;
    }
    return next > now ? (int)(next - now) : 0;
}

/* Wait for answers, or for something to do; the lock is let go meanwhile. */
static void wait_for_news(struct notifier *notifier)
{
    struct pollfd polled[FLIGHTS + 1] = {{.fd = notifier->wake, .events = POLLIN}};
    pthread_mutex_t *lock = &notifier->server->lock;
    int pause = pause_until_next(notifier);
    uint64_t woken;

    for (size_t i = 0; i < FLIGHTS; i++) {
        polled[i + 1].fd = notifier->flight[i].target == NULL ? -1 : notifier->flight[i].fd;
        polled[i + 1].events = POLLIN;
    }
    (void)pthread_mutex_unlock(lock);
    (void)poll(polled, FLIGHTS + 1, pause);
    (void)!read(notifier->wake, &woken, sizeof(woken));
    (void)pthread_mutex_lock(lock);
    for (size_t i = 0; i < FLIGHTS; i++) {
        struct flight *flight = &notifier->flight[i];

        /* A target may have gone meanwhile; sockets do not block. */
        if (flight->target != NULL && flight->fd == polled[i + 1].fd &&
            polled[i + 1].revents != 0) {
            receive(notifier, flight);
        }
    }
    expire(notifier, transfer_clock());
}

/* Zones come in swarms: the lists are not made anew for each, nor for most of the time. */
static void make_catalogs(struct notifier *notifier)
{
    struct transfer_server *server = notifier->server;
    uint64_t begun = transfer_clock();
    uint64_t ended;

    if (!server->members_changed || notifier->stopping || begun < notifier->catalogs_due) {
        return;
    }
    (void)pthread_mutex_unlock(&server->lock);
    transfer_catalogs(server);
    (void)pthread_mutex_lock(&server->lock);
    ended = transfer_clock();
    notifier->catalogs_due = ended + CATALOG_PAUSE + 10 * (ended - begun);
}

static void *run(void *context)
{
    struct notifier *notifier = context;
    struct transfer_server *server = notifier->server;

    (void)pthread_mutex_lock(&server->lock);
    while (!notifier->stopping) {
        struct config_held *held = config_hold(server->config);

        launch_due(notifier, config_of(held));
        config_let_go(held);
        wait_for_news(notifier);
        make_catalogs(notifier);
    }
    (void)pthread_mutex_unlock(&server->lock);
    return NULL;
}

enum sworn_result notifier_start(struct notifier *notifier)
{
    notifier->started = pthread_create(&notifier->thread, NULL, run, notifier) == 0;
    return notifier->started ? SWORN_OK : SWORN_NO_MEMORY;
}

void notifier_stop(struct notifier *notifier)
{
    if (notifier == NULL || !notifier->started) {
        return;
    }
    (void)pthread_mutex_lock(&notifier->server->lock);
    notifier->stopping = true;
    (void)pthread_mutex_unlock(&notifier->server->lock);
    notifier_wake(notifier);
    (void)pthread_join(notifier->thread, NULL);
    notifier->started = false;
}

void notifier_free(struct notifier *notifier)
{
    if (notifier == NULL) {
        return;
    }
    for (size_t i = 0; i < FLIGHTS; i++) {
        land(&notifier->flight[i]);
    }
    (void)close(notifier->wake);
    free(notifier);
}
