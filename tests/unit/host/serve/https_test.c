/*
 * https_test.c - what a request over HTTPS says, and how long a response may be kept.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "host/serve/https/freshness.h"
#include "host/serve/https/request.h"

static void one_path_is_served(void **state)
{
    (void)state;
    assert_true(request_path_is_ours(octets_of_text("/dns-query")));
    assert_true(request_path_is_ours(octets_of_text("/dns-query?")));
    assert_true(request_path_is_ours(octets_of_text("/dns-query?dns=AA")));
    assert_false(request_path_is_ours(octets_of_text("/dns-query/")));
    assert_false(request_path_is_ours(octets_of_text("/dns-quer")));
    assert_false(request_path_is_ours(octets_of_text("/Dns-query")));
    assert_false(request_path_is_ours(octets_of_text("")));
}

static void first_parameter_counts(void **state)
{
    struct octets text;

    (void)state;
    assert_true(request_parameter(octets_of_text("/dns-query?dns=AAA"), &text));
    assert_true(octets_equal(text, octets_of_text("AAA")));
    assert_true(request_parameter(octets_of_text("/dns-query?a&xdns=1&dns=BB&dns=C"), &text));
    assert_true(octets_equal(text, octets_of_text("BB")));
    assert_true(request_parameter(octets_of_text("/dns-query?dns="), &text));
    assert_int_equal(text.size, 0);
    assert_false(request_parameter(octets_of_text("/dns-query?"), &text));
    assert_false(request_parameter(octets_of_text("/dns-query?dn=s"), &text));
    assert_false(request_parameter(octets_of_text("/dns=AAA"), &text));
}

static void base64url_has_one_spelling(void **state)
{
    static const char *const wrong[] = {
        "A", "AAAAA", "AB", "AAB", "AA==", "A+AA", "A/AA", "AA A", "AA\n"};
    uint8_t octets[16];
    size_t size;

    (void)state;
    assert_true(request_decode(octets_of_text("AAECA_8-"), octets, &size));
    assert_int_equal(size, 6);
    assert_memory_equal(octets, "\x00\x01\x02\x03\xff\x3e", 6);
    assert_true(request_decode(octets_of_text("AQ"), octets, &size));
    assert_int_equal(size, 1);
    assert_true(request_decode(octets_of_text(""), octets, &size));
    assert_int_equal(size, 0);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(request_decode(octets_of_text(wrong[i]), octets, &size));
    }
}

static void media_type_may_have_parameters(void **state)
{
    (void)state;
    assert_true(request_type_is_dns(octets_of_text("application/dns-message")));
    assert_true(request_type_is_dns(octets_of_text("Application/DNS-Message; a=b")));
    assert_false(request_type_is_dns(octets_of_text("application/dns-messages")));
    assert_false(request_type_is_dns(octets_of_text("application/dns")));
    assert_false(request_type_is_dns(octets_of_text("")));
}

/* A root question; then records: owner "." ‖ type ‖ IN ‖ TTL ‖ RDATA. */
#define HEAD(flags, an, ns) "\0\0\x80" flags "\0\1\0" an "\0" ns "\0\0"
#define QUESTION            "\0\0\1\0\1"
#define A(ttl)              "\0\0\1\0\1" ttl "\0\4\1\2\3\4"
#define NS(ttl)             "\0\0\2\0\1" ttl "\0\1\0"
#define SOA(ttl, minimum)   "\0\0\6\0\1" ttl "\0\x16\0\0\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1" minimum
#define OF(text)            freshness_of(octets_of(text, sizeof(text) - 1))

static void smallest_ttl_of_the_answer_counts(void **state)
{
    (void)state;
    assert_int_equal(
        OF(HEAD("\0", "\2", "\1") QUESTION A("\0\0\1\0") A("\0\0\0\x3c") NS("\0\0\0\1")), 60);
    assert_int_equal(OF(HEAD("\0", "\1", "\0") QUESTION A("\xff\0\1\0")), 0);
}

static void negative_answer_counts_as_its_soa_says(void **state)
{
    (void)state;
    assert_int_equal(OF(HEAD("\3", "\0", "\1") QUESTION SOA("\0\0\1\0", "\0\0\0\x0a")), 10);
    assert_int_equal(OF(HEAD("\3", "\0", "\1") QUESTION SOA("\0\0\0\5", "\0\0\0\x0a")), 5);
    assert_int_equal(OF(HEAD("\0", "\0", "\1") QUESTION NS("\0\0\0\7")), 7);
}

static void errors_and_broken_messages_are_not_kept(void **state)
{
    (void)state;
    assert_int_equal(OF(HEAD("\5", "\0", "\0") QUESTION), 0);
    assert_int_equal(OF(HEAD("\2", "\1", "\0") QUESTION A("\0\0\1\0")), 0);
    assert_int_equal(OF(HEAD("\0", "\0", "\0") QUESTION), 0);
    assert_int_equal(OF(HEAD("\0", "\2", "\0") QUESTION A("\0\0\1\0")), 0);
    assert_int_equal(OF("\0\0\x80"), 0);
    assert_int_equal(OF(""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_path_is_served),
        cmocka_unit_test(first_parameter_counts),
        cmocka_unit_test(base64url_has_one_spelling),
        cmocka_unit_test(media_type_may_have_parameters),
        cmocka_unit_test(smallest_ttl_of_the_answer_counts),
        cmocka_unit_test(negative_answer_counts_as_its_soa_says),
        cmocka_unit_test(errors_and_broken_messages_are_not_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
