/*
 * settings_test.c - settings and limits are swapped while another thread answers by them.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <cmocka.h>

#include "host/limit/limit.h"
#include "tests/unit/answer/asking.h"

#define BATCH   20
#define BATCHES 500

/* The apex's SOA, asked for with NSID (RFC 5001). */
static const char question[] = "1234 0000 0001 0000 0000 0001 076578616d706c6500 0006 0001"
                               "00 0029 04d0 0000 0000 0004 0003 0000";

static const char *const names[] = {"one", "another-one"};

struct under_way {
    struct answer_server *server;
    struct limit_rules *rules;
    atomic_bool stop;
    atomic_uint batches;
    unsigned broken;
};

static bool ends_with(const uint8_t *response, size_t size, const char *name)
{
    size_t length = strlen(name);

    return size > length && memcmp(response + size - length, name, length) == 0 &&
           get_u16(response + size - length - 2) == length;
}

/* All of one batch name the same server. */
static bool batch_is_of_one(uint8_t responses[BATCH][512], const size_t *sizes)
{
    const char *name = names[ends_with(responses[0], sizes[0], names[1])];

    for (unsigned i = 0; i < BATCH; i++) {
        if (!ends_with(responses[i], sizes[i], name)) {
            return false;
        }
    }
    return true;
}

static void *answer_until_stopped(void *argument)
{
    struct under_way *under_way = argument;
    struct answer_reader *reader;
    struct limit *limit;
    struct answer_request requests[BATCH];
    struct answer_facts facts[BATCH];
    uint8_t responses[BATCH][512];
    size_t sizes[BATCH];
    uint8_t query[64];
    size_t size = octets_from_hex(question, query);

    if (answer_reader_new(under_way->server, &reader) != SWORN_OK ||
        limit_new(under_way->rules, &limit) != SWORN_OK) {
        abort();
    }
    for (unsigned i = 0; i < BATCH; i++) {
        requests[i] = (struct answer_request){.query = octets_of(query, size),
                                              .response = responses[i],
                                              .room = 512,
                                              .transport = TRANSPORT_UDP};
    }
    while (!atomic_load(&under_way->stop)) {
        answer_batch(reader, requests, BATCH, facts, sizes);
        under_way->broken += !batch_is_of_one(responses, sizes);
        for (unsigned i = 0; i < BATCH; i++) {
            (void)limit_response(limit, &requests[i].client, &facts[i], i);
        }
        atomic_fetch_add(&under_way->batches, 1);
    }
    limit_free(limit);
    answer_reader_free(reader);
    return NULL;
}

static void a_batch_is_answered_by_one_set_of_settings(void **state)
{
    struct asking *asking = *state;
    struct under_way under_way = {.server = asking->server};
    struct answer_settings settings = {.nsid = names[0]};
    struct limit_settings limits = {.slip = 2};
    struct reason reason;
    pthread_t thread;

    assert_int_equal(limit_rules_new(&under_way.rules), SWORN_OK);
    assert_int_equal(answer_configure(asking->server, &settings, &reason), SWORN_OK);
    assert_int_equal(pthread_create(&thread, NULL, answer_until_stopped, &under_way), 0);
    for (unsigned i = 1; atomic_load(&under_way.batches) < BATCHES || i < BATCHES; i++) {
        settings.nsid = names[i % 2];
        limits.responses = i % 3 * 10;
        assert_int_equal(answer_configure(asking->server, &settings, &reason), SWORN_OK);
        assert_int_equal(limit_configure(under_way.rules, &limits, &reason), SWORN_OK);
    }
    atomic_store(&under_way.stop, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(under_way.broken, 0);
    limit_rules_free(under_way.rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_batch_is_answered_by_one_set_of_settings, asking_set_up,
                                        asking_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
