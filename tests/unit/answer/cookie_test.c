/*
 * cookie_test.c - server cookies: the vectors of RFC 9018 appendix A, and what is not accepted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/answer/asking.h"

#define SECRET  "e5e973e5a6b2a43f48e7dc849e37bfcf"
#define OLD     "dd3bdf9344b678b185a6f5cb60fca715"
#define NEW     "445536bcd2513298075a5d379663c962"
#define CLIENT1 "00000000000000000000ffff c6336464"
#define CLIENT2 "00000000000000000000ffff cb0071cb"
#define CLIENT6 "20010db80220000159ded0f4876982b8"

struct vector {
    const char *client;
    const char *sent;
    uint32_t now;
    bool valid;
    const char *answered;
};

static void secrets_of(struct cookie_secrets *secrets, const char *first, const char *second)
{
    octets_from_hex(first, secrets->secret[0]);
    octets_from_hex(second, secrets->secret[1]);
    secrets->count = second[0] == 0 ? 1 : 2;
}

static void check(const struct cookie_secrets *secrets, const struct vector *vector)
{
    struct client_address client = {.port = 0};
    uint8_t sent[COOKIE_MAX];
    uint8_t expected[COOKIE_SIZE];
    uint8_t answer[COOKIE_SIZE];
    size_t size = octets_from_hex(vector->sent, sent);

    octets_from_hex(vector->client, client.octets);
    octets_from_hex(vector->answered, expected);
    assert_int_equal(cookie_answer(secrets, octets_of(sent, size), &client, vector->now, answer),
                     vector->valid);
    assert_memory_equal(answer, expected, COOKIE_SIZE);
}

static void cookies_are_those_of_rfc_9018(void **state)
{
    static const struct vector vectors[] = {
        /* A.1: learning a new server cookie */
        {CLIENT1, "2464c4abcf10c957", 1559731985, false,
         "2464c4abcf10c957 010000005cf79f111f8130c3eee29480"},
        /* A.2: forty minutes later it is renewed */
        {CLIENT1, "2464c4abcf10c957 010000005cf79f111f8130c3eee29480", 1559734385, true,
         "2464c4abcf10c957 010000005cf7a871d4a564a1442aca77"},
        /* A.3: reserved octets are part of the hash; fresh, it goes back as it came */
        {CLIENT2, "fc93fc62807ddb86 01abcdef5cf78f71a314227b6679ebf5", 1559728000, true,
         "fc93fc62807ddb86 01abcdef5cf78f71a314227b6679ebf5"},
        /* and nearly two hours later it is too old */
        {CLIENT2, "fc93fc62807ddb86 01abcdef5cf78f71a314227b6679ebf5", 1559734700, false,
         "fc93fc62807ddb86 010000005cf7a9acf73a7810aca2381e"},
    };
    struct cookie_secrets secrets;

    (void)state;
    secrets_of(&secrets, SECRET, "");
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        check(&secrets, &vectors[i]);
    }
}

/* A.4: the first secret makes cookies, all are accepted. */
static void secrets_are_rolled_over(void **state)
{
    static const struct vector rolled = {
        CLIENT6, "22681ab97d52c298 010000005cf7c57926556bd0934c72f8", 1559741961, true,
        "22681ab97d52c298 010000005cf7c609a6bb79d16625507a"};
    struct vector forgotten = rolled;
    struct cookie_secrets secrets;

    (void)state;
    secrets_of(&secrets, NEW, OLD);
    check(&secrets, &rolled);
    secrets_of(&secrets, NEW, "");
    forgotten.valid = false;
    check(&secrets, &forgotten);
}

static bool valid_at(uint32_t now, const char *client_hex, unsigned flipped)
{
    struct client_address client = {.port = 53};
    struct cookie_secrets secrets;
    uint8_t sent[COOKIE_SIZE];
    uint8_t answer[COOKIE_SIZE];

    secrets_of(&secrets, SECRET, "");
    octets_from_hex(client_hex, client.octets);
    octets_from_hex("2464c4abcf10c957 010000005cf79f111f8130c3eee29480", sent);
    if (flipped < 8 * COOKIE_SIZE) {
        sent[flipped / 8] ^= (uint8_t)(1 << flipped % 8);
    }
    return cookie_answer(&secrets, octets_of(sent, sizeof(sent)), &client, now, answer);
}

static void cookies_are_good_for_an_hour_and_five_minutes_ahead(void **state)
{
    const uint32_t made = 1559731985;

    (void)state;
    assert_true(valid_at(made, CLIENT1, UINT32_MAX));
    assert_true(valid_at(made + 3600, CLIENT1, UINT32_MAX));
    assert_false(valid_at(made + 3601, CLIENT1, UINT32_MAX));
    assert_true(valid_at(made - 300, CLIENT1, UINT32_MAX));
    assert_false(valid_at(made - 301, CLIENT1, UINT32_MAX));
    assert_false(valid_at(made + 0x80000000, CLIENT1, UINT32_MAX));
}

static void cookies_of_others_are_not_accepted(void **state)
{
    (void)state;
    assert_false(valid_at(1559731985, CLIENT2, UINT32_MAX));
    assert_false(valid_at(1559731985, CLIENT6, UINT32_MAX));
    for (unsigned bit = 0; bit < 8 * COOKIE_SIZE; bit++) {
        if (valid_at(1559731985, CLIENT1, bit)) {
            fail_msg("bit %u does not matter", bit);
        }
    }
}

/* --- in messages ----------------------------------------------------------------------------- */

static const char *const secret_list[] = {SECRET};

static void cookie_of_any_wrong_size_is_malformed(void **state)
{
    struct asking *asking = *state;

    for (unsigned size = 0; size <= 41; size++) {
        char hex[200];
        bool right = size == 8 || (size >= 16 && size <= 40);
        int used = snprintf(hex, sizeof(hex), "000a %04x ", size);

        for (unsigned i = 0; i < size; i++) {
            used += snprintf(hex + used, sizeof(hex) - (size_t)used, "%02x", i + 1);
        }
        assert_int_equal(asking_ask(asking, "example.", 6, hex), right ? 0 : 1);
        assert_true(asking->has_opt);
        assert_int_equal(asking_option(asking, OPTION_COOKIE).size, right ? COOKIE_SIZE : 0);
        assert_false(asking->facts.cookie);
    }
}

static void cookie_that_came_back_is_known(void **state)
{
    struct asking *asking = *state;
    char hex[80] = "000a 0018 ";
    struct octets cookie;

    assert_int_equal(asking_ask(asking, "example.", 6, "000a 0008 2464c4abcf10c957"), 0);
    assert_false(asking->facts.cookie);
    cookie = asking_option(asking, OPTION_COOKIE);
    assert_int_equal(cookie.size, COOKIE_SIZE);
    for (size_t i = 0; i < cookie.size; i++) {
        snprintf(hex + 10 + 2 * i, 3, "%02x", cookie.data[i]);
    }
    assert_int_equal(asking_ask(asking, "example.", 6, hex), 0);
    assert_true(asking->facts.cookie);
    asking->request.client.octets[15] ^= 1;
    assert_int_equal(asking_ask(asking, "example.", 6, hex), 0);
    assert_false(asking->facts.cookie);
    assert_int_equal(asking_option(asking, OPTION_COOKIE).size, COOKIE_SIZE);
}

static void only_the_first_cookie_counts(void **state)
{
    struct asking *asking = *state;

    assert_int_equal(
        asking_ask(asking, "example.", 6, "000a 0008 0102030405060708 000a 0003 010203 000a 0000"),
        0);
    assert_memory_equal(asking_option(asking, OPTION_COOKIE).data, "\1\2\3\4\5\6\7\10", 8);
}

static void cookies_can_be_off(void **state)
{
    struct asking *asking = *state;

    asking_configure(asking, &(struct answer_settings){.cookies = false});
    assert_int_equal(asking_ask(asking, "example.", 6, "000a 0008 2464c4abcf10c957"), 0);
    assert_null(asking_option(asking, OPTION_COOKIE).data);
    assert_int_equal(asking_send_hex(asking, "1234 0000 0000 0000 0000 0001"
                                             "00 0029 04d0 00000000 000c 000a 0008"
                                             "2464c4abcf10c957"),
                     1);
}

/* RFC 7873 5.4: a message without a question asks for a cookie, or whether one is still good. */
static void cookie_alone_is_a_question(void **state)
{
    struct asking *asking = *state;
    uint8_t query[64];
    size_t size =
        octets_from_hex("1234 0000 0000 0000 0000 0001 00 0029 04d0 00000000 001c 000a 0018"
                        "2464c4abcf10c957 010000005cf79f111f8130c3eee29480",
                        query);

    assert_int_equal(asking_send(asking, octets_of(query, size)), RCODE_BADCOOKIE);
    assert_int_equal(asking_option(asking, OPTION_COOKIE).size, COOKIE_SIZE);
    memcpy(query + size - COOKIE_SIZE, asking_option(asking, OPTION_COOKIE).data, COOKIE_SIZE);
    assert_int_equal(asking_send(asking, octets_of(query, size)), 0);
    assert_true(asking->facts.cookie);
    assert_int_equal(asking_send_hex(asking, "1234 0000 0000 0000 0000 0001"
                                             "00 0029 04d0 00000000 000c 000a 0008"
                                             "2464c4abcf10c957"),
                     0);
    assert_int_equal(asking_send_hex(asking, "1234 0000 0000 0000 0000 0001" PLAIN_OPT), 1);
}

static void slip_is_badcookie_for_those_who_know_cookies(void **state)
{
    struct asking *asking = *state;

    assert_int_equal(asking_ask(asking, "mail.example.", 1, "000a 0008 2464c4abcf10c957"), 0);
    asking->size = answer_slip(asking->reader, &asking->request);
    assert_int_equal(asking->size, 12 + 14 + 4 + 11 + 28);
    assert_int_equal(asking->response[3] & 15, RCODE_BADCOOKIE & 15);
    assert_int_equal(asking->response[12 + 18 + 5], RCODE_BADCOOKIE >> 4);
    assert_int_equal(asking->response[2] & 0x06, 0); /* neither AA nor TC */

    assert_int_equal(asking_ask(asking, "mail.example.", 1, ""), 0);
    asking->size = answer_slip(asking->reader, &asking->request);
    assert_int_equal(asking->size, 12 + 14 + 4 + 11);
    assert_int_equal(asking->response[3] & 15, 0);
    assert_int_equal(asking->response[2] & 0x06, 0x02);
    assert_int_equal(get_u16(asking->response + 6), 0);
}

static void two_servers_with_one_secret_know_each_others_cookies(void **state)
{
    static const struct answer_settings settings = {
        .cookies = true, .cookie_secrets = secret_list, .cookie_secret_count = 1};
    struct asking *asking = *state;
    uint8_t query[512];
    size_t size;

    asking_configure(asking, &settings);
    asking_ask(asking, "example.", 6,
               "000a 0018 2464c4abcf10c957 00000000000000000000000000000000");
    assert_false(asking->facts.cookie);
    size = asking->request.query.size;
    memcpy(query, asking->query, size);
    memcpy(query + size - COOKIE_SIZE, asking_option(asking, OPTION_COOKIE).data, COOKIE_SIZE);
    asking_tear_down(state);
    asking_set_up(state);
    asking = *state;
    asking_send(asking, octets_of(query, size));
    assert_false(asking->facts.cookie); /* it has a secret of its own */
    asking_configure(asking, &settings);
    asking_send(asking, octets_of(query, size));
    assert_true(asking->facts.cookie);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, asking_set_up, asking_tear_down)
        cmocka_unit_test(cookies_are_those_of_rfc_9018),
        cmocka_unit_test(secrets_are_rolled_over),
        cmocka_unit_test(cookies_are_good_for_an_hour_and_five_minutes_ahead),
        cmocka_unit_test(cookies_of_others_are_not_accepted),
        TEST(cookie_of_any_wrong_size_is_malformed),
        TEST(cookie_that_came_back_is_known),
        TEST(only_the_first_cookie_counts),
        TEST(cookies_can_be_off),
        TEST(cookie_alone_is_a_question),
        TEST(slip_is_badcookie_for_those_who_know_cookies),
        TEST(two_servers_with_one_secret_know_each_others_cookies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
