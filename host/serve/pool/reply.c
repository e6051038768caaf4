/*
 * reply.c - letters from the pool to connections; see reply.h.
 */
#include "host/serve/pool/reply.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define QUEUED_MAX     ((size_t)128 * 1024)
#define WAIT_MS        10000
#define MS_IN_A_SECOND 1000
#define SLOWEST        ((size_t)16 * 1024) /* octets a second, over all of an exchange */

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
    struct replies *home = reply->home;
    const uint64_t one = 1;

    if (reply->posted) {
        return;
    }
    reply->posted = true;
    reply->next_ready = NULL;
    *(home->ready != NULL ? &home->ready_last->next_ready : &home->ready) = reply;
    home->ready_last = reply;
    (void)!write(home->wake, &one, sizeof(one));
}

/* With the lock held: true when both holders have let go and nobody will meet it in the list. */
static bool is_free(const struct reply *reply)
{
    return reply->closed && reply->ended && !reply->posted;
}

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Milliseconds to wait for room now: who takes much may take its time over all. */
static int64_t patience(const struct reply *reply)
{
    int64_t left = WAIT_MS + (int64_t)(reply->taken / SLOWEST) * MS_IN_A_SECOND - reply->waited;

    return left < WAIT_MS ? left : WAIT_MS;
}

/* With the lock held; false: the time is over. */
static bool wait_once(struct reply *reply)
{
    int64_t begin = now_ms();
    int64_t end = begin + patience(reply);
    struct timespec limit = {.tv_sec = end / MS_IN_A_SECOND,
                             .tv_nsec = end % MS_IN_A_SECOND * 1000000};
    bool woken =
        end > begin && pthread_cond_timedwait(&reply->room, &reply->home->lock, &limit) == 0;

    reply->waited += now_ms() - begin;
    return woken;
}

static bool wait_for_room(struct reply *reply, size_t size)
{
    while (!reply->closed && reply->queued > 0 && reply->queued + size > QUEUED_MAX) {
        if (!wait_once(reply)) {
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
        found = reply->closed ? NULL : reply;
        if (is_free(reply)) {
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
