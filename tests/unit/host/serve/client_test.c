/*
 * client_test.c - who a client is: PROXY headers, listed proxies, and how many connections it has.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "host/serve/client/census.h"
#include "host/serve/client/proxy.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"

static struct client_address address(const char *text)
{
    struct client_address client = {.port = 0};
    uint8_t octets[16];

    if (inet_pton(AF_INET, text, octets) == 1) {
        client_set_ipv4(&client, octets, 53);
        return client;
    }
    assert_int_equal(inet_pton(AF_INET6, text, octets), 1);
    client_set_ipv6(&client, octets, 53);
    return client;
}

static bool same(const struct client_address *a, const struct client_address *b)
{
    return memcmp(a->octets, b->octets, sizeof(a->octets)) == 0;
}

static enum sworn_result read_text(const char *octets, size_t size, struct client_address *client)
{
    struct reader reader = reader_of(octets_of(octets, size));

    *client = address("203.0.113.9");
    SWORN_TRY(proxy_read(&reader, client));
    return read_end(&reader);
}

#define READ(text, client) read_text(SIGNATURE text, sizeof(SIGNATURE text) - 1, client)

static void header_names_the_client(void **state)
{
    struct client_address client;
    struct client_address wanted = address("192.0.2.77");

    (void)state;
    assert_int_equal(READ("\x21\x11\0\x0c\xc0\0\2\x4d\x7f\0\0\1\x12\x67\0\x35", &client), SWORN_OK);
    assert_true(same(&client, &wanted));
    assert_int_equal(client.port, 0x1267);
    wanted = address("2001:db8::1");
    assert_int_equal(READ("\x21\x22\0\x24\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
                          "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\x35\0\x35",
                          &client),
                     SWORN_OK);
    assert_true(same(&client, &wanted));
}

static void extensions_are_skipped(void **state)
{
    struct client_address client;
    struct client_address wanted = address("192.0.2.77");

    (void)state;
    assert_int_equal(READ("\x21\x11\0\x12\xc0\0\2\x4d\x7f\0\0\1\x12\x67\0\x35\x04\0\3abc", &client),
                     SWORN_OK);
    assert_true(same(&client, &wanted));
}

static void local_and_unknown_families_leave_the_proxy(void **state)
{
    struct client_address client;
    struct client_address proxy = address("203.0.113.9");

    (void)state;
    assert_int_equal(READ("\x20\0\0\0", &client), SWORN_OK);
    assert_true(same(&client, &proxy));
    assert_int_equal(READ("\x20\x11\0\x0c\xc0\0\2\x4d\x7f\0\0\1\x12\x67\0\x35", &client), SWORN_OK);
    assert_true(same(&client, &proxy));
    assert_int_equal(READ("\x21\0\0\2ab", &client), SWORN_OK);
    assert_true(same(&client, &proxy));
}

static void broken_headers_are_malformed(void **state)
{
    struct client_address client;

    (void)state;
    assert_int_equal(READ("\x11\x11\0\x0c\xc0\0\2\x4d\x7f\0\0\1\x12\x67\0\x35", &client),
                     SWORN_MALFORMED);
    assert_int_equal(READ("\x22\x11\0\x0c\xc0\0\2\x4d\x7f\0\0\1\x12\x67\0\x35", &client),
                     SWORN_MALFORMED);
    assert_int_equal(READ("\x21\x41\0\0", &client), SWORN_MALFORMED);
    assert_int_equal(READ("\x21\x13\0\0", &client), SWORN_MALFORMED);
    assert_int_equal(READ("\x21\x11\0\x0b\xc0\0\2\x4d\x7f\0\0\1\x12\x67\0", &client),
                     SWORN_MALFORMED);
    assert_int_equal(READ("\x21\x21\0\x0c\xc0\0\2\x4d\x7f\0\0\1\x12\x67\0\x35", &client),
                     SWORN_MALFORMED);
    assert_int_equal(READ("\x21\x11\0\x0c\xc0\0", &client), SWORN_MALFORMED);
    assert_int_equal(READ("\x21\x11\xff\xff", &client), SWORN_LIMIT);
    assert_int_equal(read_text("\r\n\r\n", 4, &client), SWORN_MALFORMED);
}

static void only_listed_proxies_are_believed(void **state)
{
    static const char *const texts[] = {"192.0.2.0/25", "2001:db8::/33", "10.1.2.3"};
    static const struct {
        const char *text;
        bool listed;
    } cases[] = {
        {"192.0.2.1", true},       {"192.0.2.127", true},      {"192.0.2.128", false},
        {"2001:db8:7fff::", true}, {"2001:db8:8000::", false}, {"10.1.2.3", true},
        {"10.1.2.4", false},
    };
    struct proxies *proxies;
    struct reason reason;

    (void)state;
    assert_int_equal(proxies_new(texts, 3, &proxies, &reason), SWORN_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct client_address client = address(cases[i].text);

        assert_int_equal(proxies_have(proxies, &client), cases[i].listed);
        assert_false(proxies_have(NULL, &client));
    }
    proxies_free(proxies);
}

static void networks_of_ipv6_hold_no_ipv4(void **state)
{
    static const char *const text = "::/0";
    struct client_address four = address("192.0.2.1");
    struct client_address six = address("2001:db8::1");
    struct proxies *proxies;
    struct reason reason;

    (void)state;
    assert_int_equal(proxies_new(&text, 1, &proxies, &reason), SWORN_OK);
    assert_false(proxies_have(proxies, &four));
    assert_true(proxies_have(proxies, &six));
    proxies_free(proxies);
}

static void networks_that_are_none_are_named(void **state)
{
    static const char *const wrong[] = {
        "", "x", "192.0.2.1/33", "192.0.2.1/", "::1/129", "192.0.2.1/-1", "192.0.2/24", "::1/1x"};
    struct proxies *proxies;
    struct reason reason;

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(proxies_new(&wrong[i], 1, &proxies, &reason), SWORN_MALFORMED);
        assert_non_null(strstr(reason.text, wrong[i]));
    }
}

static void connections_of_one_client_are_bounded(void **state)
{
    struct client_address one = address("192.0.2.1");
    struct client_address two = address("192.0.2.2");
    struct client_address six = address("2001:db8::1");
    struct client_address same_network = address("2001:db8::ffff:1");
    struct census *census;

    (void)state;
    assert_int_equal(census_new(5, 2, &census), SWORN_OK);
    assert_int_equal(census_enter(census, &one, false), CENSUS_WELCOME);
    assert_int_equal(census_enter(census, &one, false), CENSUS_WELCOME);
    assert_int_equal(census_enter(census, &one, false), CENSUS_CLIENT_FULL);
    assert_int_equal(census_enter(census, &six, false), CENSUS_WELCOME);
    assert_int_equal(census_enter(census, &same_network, false), CENSUS_WELCOME);
    assert_int_equal(census_enter(census, &six, false), CENSUS_CLIENT_FULL);
    assert_int_equal(census_enter(census, &one, true), CENSUS_WELCOME);
    assert_int_equal(census_enter(census, &two, false), CENSUS_FULL);
    assert_int_equal(census_pressure(census), 256);
    census_leave(census, &one);
    assert_int_equal(census_enter(census, &two, false), CENSUS_WELCOME);
    census_free(census);
}

/* Clients that come and go leave no place behind, whatever was displaced by whom. */
static void census_forgets_who_has_left(void **state)
{
    struct census *census;

    (void)state;
    assert_int_equal(census_new(500, 1, &census), SWORN_OK);
    for (uint32_t round = 0; round < 50; round++) {
        for (uint32_t i = 0; i < 500; i++) {
            uint32_t octets = htonl(round * 1000 + i);
            struct client_address client;

            client_set_ipv4(&client, &octets, 0);
            assert_int_equal(census_enter(census, &client, false), CENSUS_WELCOME);
        }
        /* In another order than they came. */
        for (uint32_t i = 0; i < 500; i++) {
            uint32_t octets = htonl(round * 1000 + i * 7 % 500);
            struct client_address client;

            client_set_ipv4(&client, &octets, 0);
            assert_int_equal(census_enter(census, &client, false), CENSUS_CLIENT_FULL);
            census_leave(census, &client);
        }
        assert_int_equal(census_pressure(census), 0);
    }
    census_free(census);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_names_the_client),
        cmocka_unit_test(extensions_are_skipped),
        cmocka_unit_test(local_and_unknown_families_leave_the_proxy),
        cmocka_unit_test(broken_headers_are_malformed),
        cmocka_unit_test(only_listed_proxies_are_believed),
        cmocka_unit_test(networks_of_ipv6_hold_no_ipv4),
        cmocka_unit_test(networks_that_are_none_are_named),
        cmocka_unit_test(connections_of_one_client_are_bounded),
        cmocka_unit_test(census_forgets_who_has_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
