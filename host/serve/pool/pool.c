/*
 * pool.c - threads and their queue; see pool.h.
 */
#include "host/serve/pool/pool.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/dns/rr.h"
#include "net/message.h"

#define THREADS        8
#define TRANSFERS_MAX  (THREADS - 2) /* at once: they take as long as their clients do */
#define WAITING_MAX    1024
#define DATAGRAMS_MAX  (WAITING_MAX / 2) /* waiting: whom they are from anybody may forge */
#define CLIENT_WAITING 64
#define CLIENT_RUNNING 4

struct pool {
    struct exchange_handler handler;
    pthread_mutex_t lock;
    pthread_cond_t work;
    bool stopping;
    size_t waiting;
    size_t datagrams; /* of those that wait */
    struct pool_job *first;
    struct pool_job *last;
    const struct pool_job *running[THREADS];
    size_t thread_count;
    pthread_t thread[THREADS];
};

static bool same_client(const struct pool_job *a, const struct pool_job *b)
{
    return memcmp(a->block, b->block, CLIENT_BLOCK) == 0;
}

static unsigned running_of(const struct pool *pool, const struct pool_job *job)
{
    unsigned count = 0;

    for (size_t i = 0; i < THREADS; i++) {
        count += pool->running[i] != NULL && same_client(pool->running[i], job);
    }
    return count;
}

static bool is_datagram(const struct pool_job *job)
{
    return job->exchange.transport == TRANSPORT_UDP;
}

/* Over UDP it is one datagram, which waits for nobody. */
static bool is_transfer(const struct exchange *exchange)
{
    struct octets message = exchange->message;
    struct dns_question question = {.type = 0};
    struct dns_reader reader;

    if (exchange->transport == TRANSPORT_UDP || dns_read(message, &reader) != SWORN_OK ||
        DNS_OPCODE((unsigned)message.data[2] << 8) != DNS_QUERY ||
        dns_read_question(&reader, &question) != SWORN_OK) {
        return false;
    }
    return question.type == RR_AXFR || question.type == RR_IXFR;
}

static unsigned transfers_of(const struct pool *pool)
{
    unsigned count = 0;

    for (size_t i = 0; i < THREADS; i++) {
        count += pool->running[i] != NULL && pool->running[i]->transfer;
    }
    return count;
}

/* The first job in the queue that may have a thread: its client, and transfers, hold no more. */
static struct pool_job *next_job(struct pool *pool)
{
    bool transfers_full = transfers_of(pool) >= TRANSFERS_MAX;
    struct pool_job *before = NULL;

    for (struct pool_job *job = pool->first; job != NULL; before = job, job = job->next) {
        if ((job->transfer && transfers_full) || running_of(pool, job) >= CLIENT_RUNNING) {
            continue;
        }
        *(before != NULL ? &before->next : &pool->first) = job->next;
        if (pool->last == job) {
            pool->last = before;
        }
        pool->waiting--;
        pool->datagrams -= is_datagram(job);
        return job;
    }
    return NULL;
}

static size_t free_slot(const struct pool *pool)
{
    size_t slot = 0;

    while (pool->running[slot] != NULL) {
        slot++;
    }
    return slot;
}

static void *pool_thread(void *argument)
{
    struct pool *pool = argument;

    (void)pthread_mutex_lock(&pool->lock);
    while (!pool->stopping) {
        struct pool_job *job = next_job(pool);
        size_t slot;

        if (job == NULL) {
            (void)pthread_cond_wait(&pool->work, &pool->lock);
            continue;
        }
        slot = free_slot(pool);
        pool->running[slot] = job;
        (void)pthread_mutex_unlock(&pool->lock);
        pool->handler.handle(pool->handler.context, &job->exchange);
        (void)pthread_mutex_lock(&pool->lock);
        pool->running[slot] = NULL;
        /* Another of this client may have waited for just this. */
        (void)pthread_cond_signal(&pool->work);
        (void)pthread_mutex_unlock(&pool->lock);
        job->over(job);
        (void)pthread_mutex_lock(&pool->lock);
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return NULL;
}

enum sworn_result pool_new(const struct exchange_handler *handler, struct pool **made)
{
    struct pool *pool = calloc(1, sizeof(*pool));

    SWORN_ENSURE(pool != NULL, SWORN_NO_MEMORY);
    pool->handler = *handler;
    (void)pthread_mutex_init(&pool->lock, NULL);
    (void)pthread_cond_init(&pool->work, NULL);
    while (handler->handle != NULL && pool->thread_count < THREADS) {
        if (pthread_create(&pool->thread[pool->thread_count], NULL, pool_thread, pool) != 0) {
            pool_free(pool);
            return SWORN_NO_MEMORY;
        }
        pool->thread_count++;
    }
    *made = pool;
    return SWORN_OK;
}

void pool_free(struct pool *pool)
{
    if (pool == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    (void)pthread_cond_broadcast(&pool->work);
    (void)pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->thread_count; i++) {
        (void)pthread_join(pool->thread[i], NULL);
    }
    while (pool->first != NULL) {
        struct pool_job *job = pool->first;

        pool->first = job->next;
        job->over(job);
    }
    (void)pthread_cond_destroy(&pool->work);
    (void)pthread_mutex_destroy(&pool->lock);
    free(pool);
}

/* With the lock held. */
static bool has_room(const struct pool *pool, const struct pool_job *job)
{
    unsigned waiting = 0;

    if (pool->stopping || pool->waiting >= WAITING_MAX ||
        (is_datagram(job) && pool->datagrams >= DATAGRAMS_MAX)) {
        return false;
    }
    for (const struct pool_job *other = pool->first; other != NULL; other = other->next) {
        waiting += same_client(other, job);
    }
    return waiting < CLIENT_WAITING;
}

enum sworn_result pool_take(struct pool *pool, struct pool_job *job)
{
    bool room;

    SWORN_ENSURE(pool->handler.handle != NULL, SWORN_UNAVAILABLE);
    client_block(&job->exchange.client, job->block);
    job->transfer = is_transfer(&job->exchange);
    job->next = NULL;
    (void)pthread_mutex_lock(&pool->lock);
    room = has_room(pool, job);
    if (room) {
        *(pool->last != NULL ? &pool->last->next : &pool->first) = job;
        pool->last = job;
        pool->waiting++;
        pool->datagrams += is_datagram(job);
        (void)pthread_cond_signal(&pool->work);
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return room ? SWORN_OK : SWORN_LIMIT;
}
