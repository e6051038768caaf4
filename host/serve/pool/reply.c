/*
 * reply.c - letters from the pool to connections; see reply.h.
 */
#include "host/serve/pool/reply.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define QUEUED_MAX   ((size_t)128 * 1024)
#define WAIT_SECONDS 10
#define SLOWEST      ((size_t)16 * 1024) /* octets a second, over all of an exchange */

enum sworn_result replies_init(struct replies *replies)
{
    *replies = (struct replies){.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    SWORN_ENSURE(replies->wake >= 0, SWORN_IO);
    (void)pthread_mutex_init(&replies->lock, NULL);
    return SWORN_OK;
}

static void reply_free(struct reply *reply)
{
    while (reply->first != NULL) {
        struct letter *letter = reply->first;

        reply->first = letter->next;
        free(letter);
    }
    (void)pthread_cond_destroy(&reply->room);
    free(reply);
}

void replies_clear(struct replies *replies)
{
    while (replies->ready != NULL) {
        struct reply *reply = replies->ready;

        replies->ready = reply->next_ready;
        reply_free(reply);
    }
    if (replies->wake >= 0) {
        close(replies->wake);
        (void)pthread_mutex_destroy(&replies->lock);
    }
}

/* With the lock held. */
static void post(struct reply *reply)
{
    const uint64_t one = 1;

    if (reply->posted) {
        return;
    }
    reply->posted = true;
    reply->next_ready = reply->home->ready;
    reply->home->ready = reply;
    (void)!write(reply->home->wake, &one, sizeof(one));
}

/* With the lock held: true when both holders have let go and nobody will meet it in the list. */
static bool is_free(const struct reply *reply)
{
    return reply->closed && reply->ended && !reply->posted;
}

/* Until when to wait for room: a client that takes much may take its time. */
static struct timespec deadline(const struct reply *reply)
{
    struct timespec now;
    struct timespec end = reply->begun;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    end.tv_sec += WAIT_SECONDS + (time_t)(reply->taken / SLOWEST);
    now.tv_sec += WAIT_SECONDS;
    return end.tv_sec < now.tv_sec ? end : now;
}

static bool wait_for_room(struct reply *reply, size_t size)
{
    struct timespec end = deadline(reply);

    while (!reply->closed && reply->queued > 0 && reply->queued + size > QUEUED_MAX) {
        if (pthread_cond_timedwait(&reply->room, &reply->home->lock, &end) != 0) {
            return false;
        }
    }
    return !reply->closed;
}

static bool reply_send(struct exchange *exchange, struct octets message)
{
    struct reply *reply = (struct reply *)exchange;
    struct letter *letter = malloc(sizeof(*letter) + message.size);
    bool sent;

    if (letter == NULL || message.size == 0 || message.size > UINT16_MAX) {
        free(letter);
        return false;
    }
    letter->next = NULL;
    letter->size = message.size;
    memcpy(letter->octets, message.data, message.size);
    (void)pthread_mutex_lock(&reply->home->lock);
    sent = wait_for_room(reply, message.size);
    if (sent) {
        *(reply->last != NULL ? &reply->last->next : &reply->first) = letter;
        reply->last = letter;
        reply->queued += letter->size;
        post(reply);
    }
    (void)pthread_mutex_unlock(&reply->home->lock);
    if (!sent) {
        free(letter);
    }
    return sent;
}

static void reply_over(struct pool_job *job)
{
    struct reply *reply = (struct reply *)job;
    struct replies *home = reply->home;
    bool last;

    (void)pthread_mutex_lock(&home->lock);
    reply->ended = true;
    if (!reply->closed) {
        post(reply);
    }
    last = is_free(reply);
    (void)pthread_mutex_unlock(&home->lock);
    if (last) {
        reply_free(reply);
    }
}

static struct reply *reply_new(struct replies *replies, const struct reply_request *request)
{
    struct reply *reply = calloc(1, sizeof(*reply) + request->message.size);
    pthread_condattr_t attributes;

    if (reply == NULL) {
        return NULL;
    }
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&reply->room, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    (void)clock_gettime(CLOCK_MONOTONIC, &reply->begun);
    memcpy(reply->message, request->message.data, request->message.size);
    reply->job.over = reply_over;
    reply->job.exchange =
        (struct exchange){.transport = request->transport,
                          .client = request->client,
                          .message = octets_of(reply->message, request->message.size),
                          .send = reply_send};
    reply->home = replies;
    reply->owner = request->owner;
    reply->stream = request->stream;
    return reply;
}

enum sworn_result reply_begin(struct replies *replies, struct pool *pool,
                              const struct reply_request *request, struct reply **made)
{
    struct reply *reply = reply_new(replies, request);
    enum sworn_result result;

    SWORN_ENSURE(reply != NULL, SWORN_NO_MEMORY);
    result = pool_take(pool, &reply->job);
    if (result != SWORN_OK) {
        reply_free(reply);
        return result;
    }
    *made = reply;
    return SWORN_OK;
}

struct reply *replies_next(struct replies *replies)
{
    struct reply *found = NULL;
    uint64_t count;

    (void)pthread_mutex_lock(&replies->lock);
    while (found == NULL && replies->ready != NULL) {
        struct reply *reply = replies->ready;

        replies->ready = reply->next_ready;
        reply->posted = false;
        if (!reply->closed) {
            found = reply;
        } else if (is_free(reply)) {
            reply_free(reply);
        }
    }
    if (found == NULL) {
        (void)!read(replies->wake, &count, sizeof(count));
    }
    (void)pthread_mutex_unlock(&replies->lock);
    return found;
}

struct letter *reply_next(struct reply *reply, bool *over)
{
    struct letter *letter;

    (void)pthread_mutex_lock(&reply->home->lock);
    letter = reply->first;
    if (letter != NULL) {
        reply->first = letter->next;
        reply->last = reply->first == NULL ? NULL : reply->last;
        reply->queued -= letter->size;
        reply->taken += letter->size;
        (void)pthread_cond_signal(&reply->room);
    }
    *over = reply->ended && reply->first == NULL;
    (void)pthread_mutex_unlock(&reply->home->lock);
    return letter;
}

void reply_close(struct reply *reply)
{
    struct replies *home = reply->home;
    bool last;

    (void)pthread_mutex_lock(&home->lock);
    reply->closed = true;
    (void)pthread_cond_signal(&reply->room);
    last = is_free(reply);
    (void)pthread_mutex_unlock(&home->lock);
    if (last) {
        reply_free(reply);
    }
}
