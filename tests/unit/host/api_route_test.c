/*
 * api_route_test.c - which requests are about what, who may create, and what a body must hold.
 */
#include "host/api/access.h"
#include "host/api/body.h"
#include "host/api/document.h"
#include "host/api/route.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define HEX_16 "00112233445566778899aabbccddeeff"
#define HEX_64 HEX_16 HEX_16 HEX_16 HEX_16

static unsigned route_status(const char *method, const char *path, struct route *route)
{
    struct problem problem = {0};

    if (!route_read(octets_of_text(method), octets_of_text(path), route, &problem)) {
        assert_int_not_equal(problem.status, 0);
        assert_string_not_equal(problem.reason.text, "");
    }
    return problem.status;
}

static void every_resource_is_found_by_its_path_and_method(void **state)
{
    static const struct {
        const char *method, *path;
        enum route_kind kind;
    } known[] = {
        {"POST", "/v1/zones", ROUTE_CREATE},
        {"GET", "/v1/zones", ROUTE_ZONES},
        {"HEAD", "/v1/zones", ROUTE_ZONES},
        {"GET", "/v1/zones/demo.test", ROUTE_ZONE},
        {"GET", "/v1/zones/=2E", ROUTE_ZONE},
        {"POST", "/v1/zones/demo.test/updates", ROUTE_UPDATE},
        {"GET", "/v1/zones/updates/records", ROUTE_RECORDS},
        {"GET", "/v1/zones/demo.test/guard", ROUTE_GUARD},
        {"GET", "/v1/zones/demo.test/environment", ROUTE_ENVIRONMENT},
        {"GET", "/v1/zones/demo.test/state", ROUTE_STATE},
        {"GET", "/v1/checkpoint", ROUTE_CHECKPOINT},
        {"GET", "/v1/evidence", ROUTE_EVIDENCE},
        {"POST", "/v1/zones/demo.test/serve", ROUTE_SERVE},
        {"GET", "/metrics", ROUTE_METRICS},
        {"GET", "/healthz", ROUTE_HEALTH},
    };
    struct route route;

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        assert_int_equal(route_status(known[i].method, known[i].path, &route), 0);
        assert_int_equal(route.kind, known[i].kind);
    }
}

static void other_paths_and_methods_are_refused(void **state)
{
    static const struct {
        const char *method, *path;
        unsigned status;
    } bad[] = {
        {"GET", "/", 404},
        {"GET", "", 404},
        {"GET", "/v1", 404},
        {"GET", "/v1/zones/", 404},
        {"GET", "/v1/zones//records", 404},
        {"GET", "/v1/zones/demo.test/", 404},
        {"GET", "/v1/zones/demo.test/log", 404},
        {"GET", "/v1/zones/demo.test/proof", 404},
        {"POST", "/v1/evidence", 405},
        {"GET", "/v1/evidence/", 404},
        {"GET", "/metric", 404},
        {"GET", "/v1/zones/demo.test/records/x", 404},
        {"GET", "/healthzz", 404},
        {"PUT", "/v1/zones", 405},
        {"DELETE", "/v1/zones/demo.test", 405},
        {"GET", "/v1/zones/demo.test/updates", 405},
        {"POST", "/healthz", 405},
        {"get", "/healthz", 405},
        {"GET", "/v1/zones/Demo.test", 400},
        {"GET", "/v1/zones/demo.test.", 400},
        {"GET", "/v1/zones/a=2e", 400},
    };
    struct route route;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(route_status(bad[i].method, bad[i].path, &route), bad[i].status);
    }
}

static void a_405_names_the_methods_there_are(void **state)
{
    struct problem problem = {0};
    struct route route;

    (void)state;
    assert_false(
        route_read(octets_of_text("PATCH"), octets_of_text("/v1/zones"), &route, &problem));
    assert_string_equal(problem.allow, "POST, GET, HEAD");
}

static void arguments_are_known_single_and_of_a_known_value(void **state)
{
    static const struct {
        enum route_kind kind;
        const char *name, *value;
        bool good;
    } arguments[] = {
        {ROUTE_UPDATE, "more", "1", true},
        {ROUTE_CREATE, "more", "0", true},
        {ROUTE_RECORDS, "signed", "1", true},
        {ROUTE_RECORDS, "format", "zone", true},
        {ROUTE_RECORDS, "format", "json", true},
        {ROUTE_UPDATE, "more", "yes", false},
        {ROUTE_UPDATE, "more", "", false},
        {ROUTE_UPDATE, "signed", "1", false},
        {ROUTE_RECORDS, "more", "1", false},
        {ROUTE_RECORDS, "format", "xml", false},
        {ROUTE_ZONE, "signed", "1", false},
        {ROUTE_UPDATE, "More", "1", false},
        {ROUTE_UPDATE, "", "1", false},
        {ROUTE_EVIDENCE, "nonce", "", true},
        {ROUTE_EVIDENCE, "nonce", "00fF", true},
        {ROUTE_EVIDENCE, "nonce", "0", false},
        {ROUTE_EVIDENCE, "nonce", "0x", false},
        {ROUTE_EVIDENCE, "nonce", HEX_64, true},
        {ROUTE_EVIDENCE, "nonce", HEX_64 "00", false},
        {ROUTE_ZONE, "nonce", "00", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
        struct route route = {.kind = arguments[i].kind};
        struct problem problem = {0};
        unsigned seen = 0;

        assert_int_equal(route_argument(&route, octets_of_text(arguments[i].name),
                                        octets_of_text(arguments[i].value), &seen, &problem),
                         arguments[i].good);
        assert_int_equal(problem.status, arguments[i].good ? 0 : 400);
    }
}

static void an_argument_given_twice_is_refused(void **state)
{
    struct route route = {.kind = ROUTE_UPDATE};
    struct problem problem = {0};
    unsigned seen = 0;

    (void)state;
    assert_true(
        route_argument(&route, octets_of_text("more"), octets_of_text("0"), &seen, &problem));
    assert_false(route.more);
    assert_false(
        route_argument(&route, octets_of_text("more"), octets_of_text("1"), &seen, &problem));
    assert_int_equal(problem.status, 400);
}

static void results_become_statuses_and_codes(void **state)
{
    static const struct {
        enum sworn_result result;
        unsigned status;
        const char *code;
    } known[] = {
        {SWORN_ABSENT, 404, "absent"},
        {SWORN_MALFORMED, 400, "malformed"},
        {SWORN_LIMIT, 413, "limit"},
        {SWORN_REFUSED, 403, "refused"},
        {SWORN_INVALID, 422, "invalid"},
        {SWORN_CONFLICT, 409, "conflict"},
        {SWORN_UNAVAILABLE, 503, "enclave_restarted"},
        {SWORN_IO, 500, "storage_failed"},
        {SWORN_PROOF, 500, "proof"},
        {SWORN_CRYPTO, 500, "crypto"},
        {SWORN_NO_MEMORY, 500, "no_memory"},
    };
    const struct reason reason = {"the guard's own words"};

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct problem problem = {0};

        problem_of(known[i].result, &reason, &problem);
        assert_int_equal(problem.status, known[i].status);
        assert_string_equal(problem.code, known[i].code);
        assert_string_equal(problem.reason.text, reason.text);
    }
}

static bool allows(const struct access *access, const char *peer, const char *authorization)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, peer, &v4.sin_addr) == 1) {
        return access_allows(access, (struct sockaddr *)&v4, authorization, false);
    }
    assert_int_equal(inet_pton(AF_INET6, peer, &v6.sin6_addr), 1);
    return access_allows(access, (struct sockaddr *)&v6, authorization, false);
}

static void this_machine_the_token_and_the_list_may_create(void **state)
{
    static const char *const list[] = {"192.0.2.7", "198.51.100.128/25", "2001:db8::/33"};
    const struct sockaddr_in local = {.sin_family = AF_INET,
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct region region;
    struct access access;
    struct reason reason;

    (void)state;
    region_init(&region, 100000);
    assert_int_equal(access_open(&access, "s3cret", list, 3, &region, &reason), SWORN_OK);
    assert_true(allows(&access, "127.0.0.1", NULL));
    assert_true(allows(&access, "127.9.9.9", NULL));
    assert_true(allows(&access, "::1", NULL));
    assert_true(allows(&access, "::ffff:127.0.0.1", NULL));
    assert_false(allows(&access, "128.0.0.1", NULL));
    assert_false(allows(&access, "::2", NULL));
    assert_true(allows(&access, "192.0.2.7", NULL));
    assert_true(allows(&access, "::ffff:192.0.2.7", NULL));
    assert_false(allows(&access, "192.0.2.8", NULL));
    assert_true(allows(&access, "198.51.100.129", NULL));
    assert_false(allows(&access, "198.51.100.127", NULL));
    assert_true(allows(&access, "2001:db8:7fff::1", NULL));
    assert_false(allows(&access, "2001:db8:8000::1", NULL));
    assert_true(allows(&access, "203.0.113.1", "Bearer s3cret"));
    assert_false(allows(&access, "203.0.113.1", "Bearer s3cre"));
    assert_false(allows(&access, "203.0.113.1", "Bearer s3cret "));
    assert_false(allows(&access, "203.0.113.1", "bearer:s3cret"));
    assert_false(allows(&access, "203.0.113.1", "Bearer "));
    /* What came through a proxy or a web page needs the token. */
    assert_false(access_allows(&access, (const struct sockaddr *)&local, NULL, true));
    assert_true(access_allows(&access, (const struct sockaddr *)&local, "Bearer s3cret", true));
    assert_int_equal(access_open(&access, NULL, NULL, 0, &region, &reason), SWORN_OK);
    assert_false(allows(&access, "203.0.113.1", "Bearer "));
    region_clear(&region);
}

static void a_list_entry_that_is_no_address_is_named(void **state)
{
    static const char *const bad[] = {"host",         "192.0.2.0/33", "192.0.2.0/", "::/129",
                                      "192.0.2.0/-1", "192.0.2.0/8x", "",           "/8"};
    struct region region;
    struct access access;
    struct reason reason;

    (void)state;
    region_init(&region, 100000);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(access_open(&access, NULL, &bad[i], 1, &region, &reason), SWORN_MALFORMED);
        assert_non_null(strstr(reason.text, bad[i]));
    }
    assert_int_equal(access_open(&access, "", NULL, 0, &region, &reason), SWORN_MALFORMED);
    region_clear(&region);
}

static void addresses_to_listen_on_are_strict(void **state)
{
    static const char *const bad[] = {
        "",         "127.0.0.1",      "127.0.0.1:",      ":8053",
        "[::1]",    "::1:80",         "127.0.0.1:65536", "localhost:1",
        "[::1]:1x", "127.0.0.1:80 x", "[::1:80"};
    struct reason reason;
    uint16_t port;
    int fd;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(listen_on(bad[i], 1, &fd, &port, &reason), SWORN_MALFORMED);
    }
}

static void a_creation_holds_five_members(void **state)
{
    const char *body = "{\"apex\":\"Demo.test.\",\"guard\":\"AGFzbQ==\",\"environment\":\"\","
                       "\"policy\":\"AAE=\",\"argument\":\"YXJn\"}";
    struct commit_creation creation;
    struct region region;
    struct reason reason;

    (void)state;
    region_init(&region, 1000000);
    assert_int_equal(creation_read(octets_of_text(body), 1000, &region, &creation, &reason),
                     SWORN_OK);
    assert_memory_equal(creation.apex.wire, "\4Demo\4test", 11);
    assert_true(octets_equal(creation.guard, octets_of("\0asm", 4)));
    assert_int_equal(creation.environment.size, 0);
    assert_true(octets_equal(creation.policy, octets_of("\0\1", 2)));
    assert_true(octets_equal(creation.argument, octets_of_text("arg")));
    assert_int_equal(creation_read(octets_of_text(body), 20, &region, &creation, &reason),
                     SWORN_LIMIT);
    region_clear(&region);
}

static void bodies_that_are_no_creation_name_the_member(void **state)
{
#define REST ",\"environment\":\"\",\"policy\":\"\",\"argument\":\"\""
    static const char *const bad[][2] = {
        {"", "empty"},
        {"x", "JSON"},
        {"[]", "not an object"},
        {"{\"apex\":\"demo.test.\"}", "\"guard\""},
        {"{\"apex\":\"demo.test\",\"guard\":\"\"" REST "}", "\"apex\""},
        {"{\"apex\":5,\"guard\":\"\"" REST "}", "\"apex\""},
        {"{\"apex\":\".\",\"guard\":\"A\"" REST "}", "\"guard\" is not base64"},
        {"{\"apex\":\".\",\"guard\":\"AB==\"" REST "}", "\"guard\" is not base64"},
        {"{\"apex\":\".\",\"guard\":\"\",\"more\":1" REST "}", "unknown member \"more\""},
        {"{\"apex\":\".\",\"apex\":\".\",\"guard\":\"\"" REST "}", "duplicate"},
        {"{\"apex\":\".\",\"guard\":[[[[[[[[[]]]]]]]]]" REST "}", "nested"},
        {"{\"apex\":\".\",\"guard\":\"\"" REST "}}", "JSON"},
    };
    struct commit_creation creation;
    struct region region;
    struct reason reason;

    (void)state;
    region_init(&region, 1000000);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(
            creation_read(octets_of_text(bad[i][0]), 10000, &region, &creation, &reason),
            SWORN_MALFORMED);
        if (strstr(reason.text, bad[i][1]) == NULL) {
            fail_msg("%s: \"%s\" does not say \"%s\"", bad[i][0], reason.text, bad[i][1]);
        }
    }
    region_clear(&region);
}

static void messages_stay_json_whatever_a_guard_says(void **state)
{
    static const char *const pairs[][2] = {
        {"plain \xc3\xbc \xe2\x80\x94 \xf0\x9f\x98\x80",
         "\"plain \xc3\xbc \xe2\x80\x94 \xf0\x9f\x98\x80\""},
        {"\"\\\n\x7f", "\"\\\"\\\\\\u000a\\u007f\""},
        {"\xff\xc3", "\"\\ufffd\\ufffd\""},
        {"\xc0\x80", "\"\\ufffd\\ufffd\""},
        {"\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""},
        {"\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""},
        {"\xe2\x80", "\"\\ufffd\\ufffd\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        char text[256] = "";
        struct writer json = writer_over(text, sizeof(text) - 1);

        assert_int_equal(json_string_write(&json, octets_of_text(pairs[i][0])), SWORN_OK);
        assert_string_equal(text, pairs[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_resource_is_found_by_its_path_and_method),
        cmocka_unit_test(other_paths_and_methods_are_refused),
        cmocka_unit_test(a_405_names_the_methods_there_are),
        cmocka_unit_test(arguments_are_known_single_and_of_a_known_value),
        cmocka_unit_test(an_argument_given_twice_is_refused),
        cmocka_unit_test(results_become_statuses_and_codes),
        cmocka_unit_test(this_machine_the_token_and_the_list_may_create),
        cmocka_unit_test(a_list_entry_that_is_no_address_is_named),
        cmocka_unit_test(addresses_to_listen_on_are_strict),
        cmocka_unit_test(a_creation_holds_five_members),
        cmocka_unit_test(bodies_that_are_no_creation_name_the_member),
        cmocka_unit_test(messages_stay_json_whatever_a_guard_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
