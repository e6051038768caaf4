/*
 * pool_test.c - who gets a thread, who a place in the queue, and whose answer goes first.
 */
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "host/serve/pool/reply.h"

#define WAIT_MS     20000
#define THREADS     8
#define WAITING_MAX 1024
#define TRANSFERS   12

static const uint8_t axfr[] = {0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 252, 0, 1};
static const uint8_t ixfr[] = {0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 251, 0, 1};
static const uint8_t soa[] = {0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 1};
static const uint8_t update[] = {0, 1, 0x28, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 252, 0, 1};

struct fixture {
    struct pool *pool;
    sem_t begun;
    sem_t go; /* for each that has begun */
    sem_t other;
};

struct work {
    struct pool_job job; /* first */
    sem_t *begun;        /* told so */
};

static void handle_work(void *context, struct exchange *exchange)
{
    struct fixture *fixture = context;

    (void)sem_post(((struct work *)exchange)->begun);
    (void)sem_wait(&fixture->go);
}

static void work_over(struct pool_job *job)
{
    (void)job;
}

/* Answers with what it was asked. */
static void handle_reply(void *context, struct exchange *exchange)
{
    struct fixture *fixture = context;

    (void)exchange->send(exchange, exchange->message);
    (void)sem_post(&fixture->other);
}

static void start(struct fixture *fixture, void (*handle)(void *, struct exchange *))
{
    const struct exchange_handler handler = {.context = fixture, .handle = handle};

    assert_int_equal(sem_init(&fixture->begun, 0, 0), 0);
    assert_int_equal(sem_init(&fixture->go, 0, 0), 0);
    assert_int_equal(sem_init(&fixture->other, 0, 0), 0);
    assert_int_equal(pool_new(&handler, &fixture->pool), SWORN_OK);
}

/* As many as are waited for, and those that begin as they end. */
static void stop(struct fixture *fixture)
{
    for (unsigned i = 0; i < 2 * WAITING_MAX; i++) {
        (void)sem_post(&fixture->go);
    }
    pool_free(fixture->pool);
    (void)sem_destroy(&fixture->begun);
    (void)sem_destroy(&fixture->go);
    (void)sem_destroy(&fixture->other);
}

static void wait_for(sem_t *event)
{
    struct timespec limit;

    (void)clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += WAIT_MS / 1000;
    assert_int_equal(sem_timedwait(event, &limit), 0);
}

static struct client_address numbered(unsigned number)
{
    const uint8_t octets[] = {192, 0, (uint8_t)(number >> 8), (uint8_t)number};
    struct client_address client;

    client_set_ipv4(&client, octets, 1);
    return client;
}

static enum sworn_result take(struct fixture *fixture, struct work *work, enum transport transport,
                              unsigned client, struct octets message)
{
    work->begun = work->begun == NULL ? &fixture->begun : work->begun;
    work->job.over = work_over;
    work->job.exchange =
        (struct exchange){.transport = transport, .client = numbered(client), .message = message};
    return pool_take(fixture->pool, &work->job);
}

static void transfers_leave_two_threads_to_others(void **state)
{
    const struct octets transfer[] = {octets_of(axfr, sizeof(axfr)), octets_of(ixfr, sizeof(ixfr))};
    const struct octets other[] = {octets_of(soa, sizeof(soa)), octets_of(update, sizeof(update))};
    struct fixture fixture;
    struct work slow[TRANSFERS] = {{.begun = NULL}};
    struct work busy[2] = {{.begun = &fixture.other}, {.begun = &fixture.other}};
    int begun;

    (void)state;
    start(&fixture, handle_work);
    for (unsigned i = 0; i < TRANSFERS; i++) {
        assert_int_equal(take(&fixture, &slow[i], i % 3 == 0 ? TRANSPORT_TLS : TRANSPORT_TCP, i / 4,
                              transfer[i % 2]),
                         SWORN_OK);
    }
    for (unsigned i = 0; i < THREADS - 2; i++) {
        wait_for(&fixture.begun);
    }
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(take(&fixture, &busy[i], TRANSPORT_TCP, 9, other[i]), SWORN_OK);
    }
    /* Both at once, before any transfer is over; and no more transfers than before. */
    wait_for(&fixture.other);
    wait_for(&fixture.other);
    (void)sem_getvalue(&fixture.begun, &begun);
    assert_int_equal(begun, 0);
    /* When they end, the rest has its turn. */
    for (unsigned i = 0; i < TRANSFERS + 2; i++) {
        (void)sem_post(&fixture.go);
    }
    for (unsigned i = THREADS - 2; i < TRANSFERS; i++) {
        wait_for(&fixture.begun);
    }
    stop(&fixture);
}

static void datagrams_leave_half_of_the_queue_to_streams(void **state)
{
    struct work *work = calloc(THREADS + WAITING_MAX + 1, sizeof(*work));
    const struct octets message = octets_of(update, sizeof(update));
    struct fixture fixture;
    unsigned used = 0;
    unsigned datagrams = 0;
    unsigned streams = 0;

    (void)state;
    assert_non_null(work);
    start(&fixture, handle_work);
    for (; used < THREADS; used++) {
        assert_int_equal(take(&fixture, &work[used], TRANSPORT_UDP, used, message), SWORN_OK);
        wait_for(&fixture.begun);
    }
    while (take(&fixture, &work[used], TRANSPORT_UDP, used, message) == SWORN_OK) {
        used++;
        datagrams++;
    }
    while (take(&fixture, &work[used], TRANSPORT_TCP, used, message) == SWORN_OK) {
        used++;
        streams++;
    }
    stop(&fixture);
    free(work);
    assert_int_equal(datagrams, WAITING_MAX / 2);
    assert_int_equal(streams, WAITING_MAX / 2);
}

static void who_has_news_first_is_served_first(void **state)
{
    struct reply *reply[3];
    struct replies replies;
    struct fixture fixture;

    (void)state;
    assert_int_equal(replies_init(&replies), SWORN_OK);
    start(&fixture, handle_reply);
    for (int round = 0; round < 2; round++) {
        for (unsigned i = 0; i < 3; i++) {
            const struct reply_request request = {.transport = TRANSPORT_TCP,
                                                  .client = numbered(i),
                                                  .message = octets_of(soa, sizeof(soa)),
                                                  .stream = i};

            assert_int_equal(reply_begin(&replies, fixture.pool, &request, &reply[i]), SWORN_OK);
            wait_for(&fixture.other);
        }
        for (unsigned i = 0; i < 3; i++) {
            struct reply *served = replies_next(&replies);
            bool over;

            assert_non_null(served);
            assert_int_equal(served->stream, i);
            free(reply_next(served, &over));
        }
        for (unsigned i = 0; i < 3; i++) {
            reply_close(reply[i]);
        }
        assert_null(replies_next(&replies));
    }
    stop(&fixture);
    replies_clear(&replies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transfers_leave_two_threads_to_others),
        cmocka_unit_test(datagrams_leave_half_of_the_queue_to_streams),
        cmocka_unit_test(who_has_news_first_is_served_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
