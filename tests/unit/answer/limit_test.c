/*
 * limit_test.c - who gets how many responses and updates a second.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "host/limit/limit.h"
#include "tests/unit/answer/asking.h"

#define RATE 10

struct limiting {
    struct answer_server *server; /* its reader registers this thread with liburcu */
    struct answer_reader *reader;
    struct limit_rules *rules;
    struct limit *limit;
};

static const char *const exempt[] = {"192.0.2.128/25", "2001:db8:1::/48"};
static const struct limit_settings ten_a_second = {
    .responses = RATE, .slip = 3, .updates = 2, .exempt = exempt, .exempt_count = 2};

static int set_up(void **state)
{
    struct limiting *limiting = calloc(1, sizeof(*limiting));
    struct reason reason;

    assert_non_null(limiting);
    assert_int_equal(answer_server_new(&limiting->server), SWORN_OK);
    assert_int_equal(answer_reader_new(limiting->server, &limiting->reader), SWORN_OK);
    assert_int_equal(limit_rules_new(&limiting->rules), SWORN_OK);
    assert_int_equal(limit_configure(limiting->rules, &ten_a_second, &reason), SWORN_OK);
    assert_int_equal(limit_new(limiting->rules, &limiting->limit), SWORN_OK);
    *state = limiting;
    return 0;
}

static int tear_down(void **state)
{
    struct limiting *limiting = *state;

    limit_free(limiting->limit);
    limit_rules_free(limiting->rules);
    answer_reader_free(limiting->reader);
    answer_server_free(limiting->server);
    free(limiting);
    return 0;
}

static struct client_address client_of(const char *hex)
{
    struct client_address client = {.port = 1};

    octets_from_hex(hex, client.octets);
    return client;
}

#define IPV4(hex) client_of("00000000000000000000ffff" hex)

struct tally {
    unsigned sent, dropped, slipped;
};

/* `count` responses at once. */
static struct tally burst(struct limiting *limiting, struct client_address client, uint64_t family,
                          uint64_t now, unsigned count)
{
    struct answer_facts facts = {.family = family};
    struct tally tally = {.sent = 0};

    for (unsigned i = 0; i < count; i++) {
        enum limit_verdict verdict = limit_response(limiting->limit, &client, &facts, now);

        tally.sent += verdict == LIMIT_SEND;
        tally.dropped += verdict == LIMIT_DROP;
        tally.slipped += verdict == LIMIT_SLIP;
    }
    return tally;
}

static void beyond_the_rate_each_third_slips_and_others_are_dropped(void **state)
{
    struct tally tally = burst(*state, IPV4("c0000201"), 7, 1000, RATE + 30);

    assert_int_equal(tally.sent, RATE);
    assert_int_equal(tally.slipped, 10);
    assert_int_equal(tally.dropped, 20);
}

static void tokens_come_back_with_time(void **state)
{
    struct limiting *limiting = *state;
    struct client_address client = IPV4("c0000201");

    assert_int_equal(burst(limiting, client, 7, 1000, 50).sent, RATE);
    assert_int_equal(burst(limiting, client, 7, 1099, 50).sent, 0);
    assert_int_equal(burst(limiting, client, 7, 1100, 50).sent, 1);
    assert_int_equal(burst(limiting, client, 7, 1400, 50).sent, 3);
    assert_int_equal(burst(limiting, client, 7, 60000, 50).sent,
                     RATE); /* no more than a second's */
}

/* A bucket is found by the low 32 bits of a millisecond clock: they wrap after 49 days. */
static void clock_may_wrap(void **state)
{
    struct limiting *limiting = *state;
    struct client_address client = IPV4("c0000201");

    assert_int_equal(burst(limiting, client, 7, 0xffffff00, 50).sent, RATE);
    assert_int_equal(burst(limiting, client, 7, 0x100000000 + 44, 50).sent, 3);
}

static void networks_share_and_neighbours_do_not(void **state)
{
    struct limiting *limiting = *state;

    assert_int_equal(burst(limiting, IPV4("c6336401"), 7, 1000, 50).sent, RATE);
    assert_int_equal(burst(limiting, IPV4("c63364ff"), 7, 1000, 50).sent, 0);
    assert_int_equal(burst(limiting, IPV4("c6336501"), 7, 1000, 50).sent, RATE);
    assert_int_equal(
        burst(limiting, client_of("20010db8000000000000000000000001"), 7, 1000, 50).sent, RATE);
    assert_int_equal(
        burst(limiting, client_of("20010db8000000ff1000000000000001"), 7, 1000, 50).sent, 0);
    assert_int_equal(
        burst(limiting, client_of("20010db8000001000000000000000001"), 7, 1000, 50).sent, RATE);
}

static void families_are_counted_apart(void **state)
{
    struct limiting *limiting = *state;

    assert_int_equal(burst(limiting, IPV4("c0000201"), 7, 1000, 50).sent, RATE);
    assert_int_equal(burst(limiting, IPV4("c0000201"), 8, 1000, 50).sent, RATE);
}

static void exempt_networks_and_valid_cookies_are_not_limited(void **state)
{
    struct limiting *limiting = *state;
    struct client_address client = IPV4("c0000201");
    struct answer_facts facts = {.family = 7, .cookie = true};

    assert_int_equal(burst(limiting, IPV4("c0000280"), 7, 1000, 50).sent, 50);
    assert_int_equal(burst(limiting, IPV4("c000027f"), 9, 1000, 50).sent, RATE);
    assert_int_equal(
        burst(limiting, client_of("20010db8000100000000000000000001"), 7, 1000, 50).sent, 50);
    for (unsigned i = 0; i < 50; i++) {
        assert_int_equal(limit_response(limiting->limit, &client, &facts, 1000), LIMIT_SEND);
    }
}

static void rules_change_while_they_are_used(void **state)
{
    struct limiting *limiting = *state;
    struct limit_settings settings = ten_a_second;
    struct client_address client = IPV4("c0000201");
    const char *const wrong[] = {"192.0.2.0/33"};
    struct reason reason = {.text = ""};

    assert_int_equal(burst(limiting, client, 7, 1000, 50).sent, RATE);
    settings.exempt = wrong;
    settings.exempt_count = 1;
    assert_int_equal(limit_configure(limiting->rules, &settings, &reason), SWORN_MALFORMED);
    assert_non_null(strstr(reason.text, "192.0.2.0/33"));
    assert_int_equal(burst(limiting, client, 7, 1000, 50).sent, 0);
    settings.exempt_count = 0;
    settings.responses = 1;
    settings.slip = 0;
    assert_int_equal(limit_configure(limiting->rules, &settings, &reason), SWORN_OK);
    assert_int_equal(burst(limiting, client, 7, 5000, 50).sent, 1);
    assert_int_equal(burst(limiting, client, 7, 5000, 50).dropped, 50);
    settings.responses = 0;
    assert_int_equal(limit_configure(limiting->rules, &settings, &reason), SWORN_OK);
    assert_int_equal(burst(limiting, client, 7, 5000, 50).sent, 50);
}

/* A flood of one-time questions must not make the table forget who is being limited. */
static void flood_does_not_free_who_is_limited(void **state)
{
    struct limiting *limiting = *state;
    struct client_address client = IPV4("c0000201");
    unsigned sent = burst(limiting, client, 7, 1000, 50).sent;

    for (uint64_t family = 0; family < 400000; family++) {
        (void)burst(limiting, IPV4("c6336401"), family * 0x9e3779b97f4a7c15 + 1, 1000, 1);
        if (family % 1000 == 0) {
            sent += burst(limiting, client, 7, 1000, 1).sent;
        }
    }
    assert_int_equal(sent, RATE);
}

static void updates_are_limited_by_address(void **state)
{
    struct limiting *limiting = *state;
    struct client_address one = IPV4("c6336402");
    struct client_address other = IPV4("c6336403");
    struct client_address free_one = IPV4("c0000281");

    assert_true(limit_update(limiting->rules, &one, 1000));
    assert_true(limit_update(limiting->rules, &one, 1000));
    assert_false(limit_update(limiting->rules, &one, 1000));
    assert_true(limit_update(limiting->rules, &other, 1000));
    assert_true(limit_update(limiting->rules, &one, 1500));
    assert_false(limit_update(limiting->rules, &one, 1500));
    for (int i = 0; i < 10; i++) {
        assert_true(limit_update(limiting->rules, &free_one, 1500));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(beyond_the_rate_each_third_slips_and_others_are_dropped),
        TEST(tokens_come_back_with_time),
        TEST(clock_may_wrap),
        TEST(networks_share_and_neighbours_do_not),
        TEST(families_are_counted_apart),
        TEST(exempt_networks_and_valid_cookies_are_not_limited),
        TEST(rules_change_while_they_are_used),
        TEST(flood_does_not_free_who_is_limited),
        TEST(updates_are_limited_by_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
