/*
 * operation_test.c - what each record operation does, and what is refused with which words.
 */
#include "tests/unit/change/fixture.h"

static void set_replaces_the_set_and_its_ttl(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "www", "A", "300", "192.0.2.1");
    append(&f, "www", "A", NULL, "192.0.2.2");
    assert_string_equal(contents(&f, "www.demo.test.", RR_A), "300: 192.0.2.1 | 192.0.2.2");

    set(&f, "www", "A", "60", "192.0.2.9");

    assert_string_equal(contents(&f, "www.demo.test.", RR_A), "60: 192.0.2.9");
    set(&f, "www", "A", "auto", "192.0.2.9");
    assert_string_equal(contents(&f, "www.demo.test.", RR_A), "3600: 192.0.2.9");
    fixture_end(&f);
}

static void append_keeps_canonical_order_and_the_draft_spelling_works(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    append(&f, "www", "A", NULL, "192.0.2.30");
    append(&f, "www", "A", NULL, "192.0.2.4");
    assert_applied(&f, "{\"UpdateRecord\":{\"mode\":\"Appened\",\"record\":\"A\",\"name\":\"www\","
                       "\"content\":\"192.0.2.17\",\"ttl\":null}}");

    assert_string_equal(contents(&f, "www.demo.test.", RR_A),
                        "3600: 192.0.2.4 | 192.0.2.17 | 192.0.2.30");
    fixture_end(&f);
}

static void append_takes_the_ttl_of_the_set_or_gives_it_another(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "www", "A", "300", "192.0.2.1");
    append(&f, "www", "A", "auto", "192.0.2.2");
    assert_string_equal(contents(&f, "www.demo.test.", RR_A), "300: 192.0.2.1 | 192.0.2.2");
    append(&f, "www", "A", "77", "192.0.2.3");
    assert_string_equal(contents(&f, "www.demo.test.", RR_A),
                        "77: 192.0.2.1 | 192.0.2.2 | 192.0.2.3");
    fixture_end(&f);
}

static void appending_a_duplicate_does_nothing_whatever_its_case(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "@", "MX", "300", "10 Mail.Demo.Test.");
    append(&f, "@", "MX", NULL, "10 mail");
    append(&f, "@", "MX", "5", "10 MAIL");

    assert_string_equal(contents(&f, "demo.test.", RR_MX), "300: 10 Mail.Demo.Test.");
    fixture_end(&f);
}

static void ttl_spans_its_range_and_no_more(void **state)
{
    static const char *const bad[] = {"2147483648", "4294967296", "99999999999", "-1",  "1h",
                                      "",           " 5",         "5 ",          "0x10"};
    struct fixture f;
    char json[2048];

    (void)state;
    fixture_zone(&f);
    set(&f, "www", "A", "0", "192.0.2.1");
    assert_string_equal(contents(&f, "www.demo.test.", RR_A), "0: 192.0.2.1");
    set(&f, "www", "A", "2147483647", "192.0.2.1");
    assert_string_equal(contents(&f, "www.demo.test.", RR_A), "2147483647: 192.0.2.1");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_refused(&f, update(json, "Set", "www", "A", bad[i], "192.0.2.1"), SWORN_MALFORMED,
                       "TTL");
    }
    assert_refused(&f,
                   "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"www\","
                   "\"content\":\"192.0.2.1\",\"ttl\":300}}",
                   SWORN_MALFORMED, "\"ttl\" is not a string");
    fixture_end(&f);
}

static void names_are_relative_to_the_apex(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "", "TXT", NULL, "empty");
    assert_string_equal(contents(&f, "demo.test.", RR_TXT), "3600: \"empty\"");
    set(&f, "@", "TXT", NULL, "at");
    assert_string_equal(contents(&f, "demo.test.", RR_TXT), "3600: \"at\"");
    set(&f, "*", "TXT", NULL, "wild");
    assert_string_equal(contents(&f, "*.demo.test.", RR_TXT), "3600: \"wild\"");
    set(&f, "A.b", "TXT", NULL, "deep");
    assert_string_equal(contents(&f, "a.B.demo.test.", RR_TXT), "3600: \"deep\"");
    set(&f, "full.demo.test.", "TXT", NULL, "absolute");
    assert_string_equal(contents(&f, "full.demo.test.", RR_TXT), "3600: \"absolute\"");
    set(&f, "alias", "CNAME", NULL, "www");
    assert_string_equal(contents(&f, "alias.demo.test.", RR_CNAME), "3600: www.demo.test.");
    fixture_end(&f);
}

static void names_outside_the_zone_are_refused(void **state)
{
    static const char *const bad[] = {"www.other.test.", "test.", ".", "xdemo.test."};
    struct fixture f;
    char json[2048];

    (void)state;
    fixture_zone(&f);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_refused(&f, update(json, "Set", bad[i], "A", NULL, "192.0.2.1"), SWORN_MALFORMED,
                       "outside the zone");
    }
    assert_refused(&f, update(json, "Set", "a..b", "A", NULL, "192.0.2.1"), SWORN_MALFORMED,
                   "is not a name");
    fixture_end(&f);
}

static void content_is_exactly_one_record(void **state)
{
    static const char *const bad[] = {
        "192.0.2.1 192.0.2.2",
        "192.0.2.1\\nwww 300 IN A 192.0.2.2",
        "192.0.2.1\\n",
        "192.0.2.1\\r",
        "(192.0.2.1\\n)",
        "192.0.2.1 ; comment",
        "$ORIGIN other.test.",
        "$include /etc/passwd",
        "192.0.2",
        "192.0.2.256",
        "",
        "(192.0.2.1",
        "192.0.2.1)",
        "300 IN A 192.0.2.1",
        "\\\\# 4 C00002",
        "\\\\# 3 C00002",
    };
    struct fixture f;
    char json[2048];

    (void)state;
    fixture_zone(&f);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_refused(&f, update(json, "Set", "www", "A", NULL, bad[i]), SWORN_MALFORMED,
                       "www.demo.test. A: ");
    }
    assert_refused(&f, update(json, "Set", "www", "TXT", NULL, "$TTL 5"), SWORN_MALFORMED,
                   "directive");
    assert_string_equal(contents(&f, "www.demo.test.", RR_A), "none");
    fixture_end(&f);
}

static void content_may_be_generic_or_quoted(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "www", "A", NULL, "\\\\# 4 C0000201");
    assert_string_equal(contents(&f, "www.demo.test.", RR_A), "3600: 192.0.2.1");
    set(&f, "www", "TYPE65400", NULL, "\\\\# 2 abcd");
    assert_string_equal(contents(&f, "www.demo.test.", 65400), "3600: \\# 2 abcd");
    set(&f, "www", "TXT", NULL, "\\\"a; b\\\" \\\"(\\\"");
    assert_string_equal(contents(&f, "www.demo.test.", RR_TXT), "3600: \"a; b\" \"(\"");
    fixture_end(&f);
}

static void types_of_the_enclave_are_never_input(void **state)
{
    static const char *const types[] = {"DNSKEY",     "CDS",   "CDNSKEY", "NSEC",   "NSEC3",
                                        "NSEC3PARAM", "RRSIG", "ZONEMD",  "TYPE48", "rrsig"};
    struct fixture f;
    char json[2048];

    (void)state;
    fixture_zone(&f);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        assert_refused(&f, update(json, "Append", "@", types[i], NULL, "\\\\# 1 00"),
                       SWORN_MALFORMED, "made by the enclave");
        (void)sprintf(json, "{\"RemoveRecords\":{\"record\":\"%s\",\"name\":null,\"index\":null}}",
                      types[i]);
        assert_refused(&f, json, SWORN_MALFORMED, "made by the enclave");
    }
    assert_string_not_equal(contents(&f, "demo.test.", RR_DNSKEY), "none");
    fixture_end(&f);
}

static void meta_types_and_unknown_mnemonics_are_refused(void **state)
{
    static const char *const types[] = {"ANY",     "AXFR",   "IXFR",    "TSIG",  "OPT",    "TKEY",
                                        "TYPE255", "TYPE41", "TYPE128", "TYPE0", "TYPE250"};
    struct fixture f;
    char json[2048];

    (void)state;
    fixture_zone(&f);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        assert_refused(&f, update(json, "Set", "@", types[i], NULL, "\\\\# 0"), SWORN_MALFORMED,
                       "type");
    }
    assert_refused(&f, update(json, "Set", "@", "NONSENSE", NULL, "1"), SWORN_MALFORMED,
                   "is not a record type");
    assert_refused(&f, update(json, "Set", "@", "TYPE65536", NULL, "1"), SWORN_MALFORMED,
                   "is not a record type");
    set(&f, "@", "KEY", NULL, "256 3 13 AAAA");
    fixture_end(&f);
}

static void json_is_strict(void **state)
{
    static const struct {
        const char *json;
        const char *cause;
    } bad[] = {
        {"", "empty"},
        {"\"clear\"", "an operation is"},
        {"\"Clear\" \"Clear\"", "JSON"},
        {"null", "an operation is"},
        {"[]", "an operation is"},
        {"{}", "an operation is"},
        {"{\"Clear\":null}", "an operation is"},
        {"{\"RemoveRecords\":1}", "not an object"},
        {"{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"a\"}}", "lacks the member \"index\""},
        {"{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"a\",\"name\":\"b\",\"index\":null}}",
         "duplicate"},
        {"{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"a\",\"index\":null,\"x\":1}}",
         "unknown member \"x\""},
        {"{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"a\",\"index\":null},\"Clear\":1}",
         "an operation is"},
        {"{\"RemoveRecords\":{\"record\":null,\"name\":\"a\",\"index\":null}}", "\"record\""},
        {"{\"RemoveRecords\":{\"record\":\"A\",\"name\":5,\"index\":null}}", "\"name\""},
        {"{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"a\",\"index\":-1}}", "\"index\""},
        {"{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"a\",\"index\":1.0}}", "\"index\""},
        {"{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"a\",\"index\":99999999999999999999}}",
         "JSON"},
        {"{\"RemoveRecords\":{\"record\":\"A\",\"name\":null,\"index\":0}}", "without \"name\""},
        {"{\"UpdateRecord\":{\"mode\":\"set\",\"record\":\"A\",\"name\":\"a\","
         "\"content\":\"192.0.2.1\",\"ttl\":null}}",
         "\"mode\""},
        {"{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"a\\u0000\","
         "\"content\":\"192.0.2.1\",\"ttl\":null}}",
         "JSON"},
        {"{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"\xff\","
         "\"content\":\"192.0.2.1\",\"ttl\":null}}",
         "JSON"},
        {"[[[[[[[[[1]]]]]]]]]", "nested deeper"},
        {"{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}", "nested"},
        {"\"Clear\"x", "JSON"},
        {"\"Cle", "JSON"},
    };
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_refused(&f, bad[i].json, SWORN_MALFORMED, bad[i].cause);
    }
    assert_int_equal(operation_apply(&f.change, octets_of("\"Clear\"\0", 8), &f.reason),
                     SWORN_MALFORMED);
    assert_non_null(strstr(f.reason.text, "NUL"));
    fixture_end(&f);
}

static void brackets_in_strings_are_no_nesting(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "www", "TXT", NULL, "\\\"[[[[[[[[[[{{{{{{{{{{\\\\\\\"[[[[[[[[[[\\\"");
    assert_string_equal(contents(&f, "www.demo.test.", RR_TXT),
                        "3600: \"[[[[[[[[[[{{{{{{{{{{\\\"[[[[[[[[[[\"");
    fixture_end(&f);
}

static void oversized_json_is_refused_before_it_is_parsed(void **state)
{
    size_t size = (size_t)600 * 1024;
    uint8_t *text = malloc(size);
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    memset(text, '[', size);
    assert_int_equal(operation_apply(&f.change, octets_of(text, size), &f.reason), SWORN_LIMIT);
    assert_non_null(strstr(f.reason.text, "614400 octets"));
    free(text);
    fixture_end(&f);
}

static void removal_takes_the_set_or_the_record_at_its_index(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "www", "A", "60", "192.0.2.3");
    append(&f, "www", "A", NULL, "192.0.2.1");
    append(&f, "www", "A", NULL, "192.0.2.2");

    assert_applied(&f, "{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"www\",\"index\":1}}");
    assert_string_equal(contents(&f, "www.demo.test.", RR_A), "60: 192.0.2.1 | 192.0.2.3");
    assert_applied(&f, "{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"WWW\",\"index\":1}}");
    assert_applied(&f, "{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"www\",\"index\":0}}");
    assert_string_equal(contents(&f, "www.demo.test.", RR_A), "none");

    assert_refused(&f, "{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"www\",\"index\":0}}",
                   SWORN_MALFORMED, "no record at index 0 of 0");
    assert_applied(&f, "{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"www\",\"index\":null}}");
    assert_applied(&f, "{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"ns1\",\"index\":null}}");
    assert_string_equal(contents(&f, "ns1.demo.test.", RR_A), "none");
    fixture_end(&f);
}

static void removal_without_a_name_takes_that_type_everywhere(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "a", "TXT", NULL, "x");
    set(&f, "b.c", "TXT", NULL, "y");
    set(&f, "@", "TXT", NULL, "z");
    set(&f, "a", "A", NULL, "192.0.2.1");

    assert_applied(&f, "{\"RemoveRecords\":{\"record\":\"TXT\",\"name\":null,\"index\":null}}");

    assert_string_equal(contents(&f, "a.demo.test.", RR_TXT), "none");
    assert_string_equal(contents(&f, "b.c.demo.test.", RR_TXT), "none");
    assert_string_equal(contents(&f, "demo.test.", RR_TXT), "none");
    assert_string_equal(contents(&f, "a.demo.test.", RR_A), "3600: 192.0.2.1");
    assert_valid(&f);
    fixture_end(&f);
}

static void a_wildcard_is_a_name_and_no_pattern(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "*", "A", NULL, "192.0.2.1");
    assert_applied(&f, "{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"*\",\"index\":null}}");
    assert_string_equal(contents(&f, "*.demo.test.", RR_A), "none");
    assert_string_equal(contents(&f, "ns1.demo.test.", RR_A), "300: 192.0.2.53");
    fixture_end(&f);
}

static void clear_leaves_what_the_enclave_made_and_nothing_else(void **state)
{
    struct fixture f;
    struct rrset_key *keys;
    size_t count;

    (void)state;
    fixture_zone(&f);
    assert_applied(&f, "\"Clear\"");

    assert_string_equal(contents(&f, "demo.test.", RR_SOA), "none");
    assert_string_equal(contents(&f, "demo.test.", RR_NS), "none");
    assert_string_equal(contents(&f, "ns1.demo.test.", RR_A), "none");
    assert_string_not_equal(contents(&f, "demo.test.", RR_DNSKEY), "none");
    assert_int_equal(change_differences(&f.change, &keys, &count), SWORN_OK);
    assert_int_equal(count, 3);
    assert_not_valid(&f, "demo.test. SOA: the apex has none");
    fixture_end(&f);
}

static void clear_and_the_same_records_again_differ_in_nothing(void **state)
{
    struct fixture f;
    struct rrset_key *keys;
    size_t count;
    struct hash before, after;

    (void)state;
    fixture_zone(&f);
    assert_applied(&f, "\"Clear\"");
    append(&f, "ns1", "A", "300", "192.0.2.53");
    append(&f, "@", "NS", "7200", "ns2.other.example.");
    append(&f, "@", "NS", NULL, "ns1");
    append(&f, "@", "SOA", NULL, SOA_CONTENT);

    assert_int_equal(change_differences(&f.change, &keys, &count), SWORN_OK);
    assert_int_equal(count, 0);
    assert_int_equal(tree_root(&f.change.before, &before), SWORN_OK);
    assert_int_equal(tree_root(&f.change.after, &after), SWORN_OK);
    assert_memory_equal(&before, &after, sizeof(before));
    assert_valid(&f);
    fixture_end(&f);
}

static void clear_of_a_root_zone_passes_over_hashed_leaves(void **state)
{
    uint8_t hashed[22] = {1, 0, 7};
    struct octets value;
    struct fixture f;

    (void)state;
    fixture_empty(&f, ".");
    set(&f, "@", "SOA", NULL, "a. b. 1 2 3 4 5");
    set(&f, "@", "NS", NULL, "ns.example.");
    set(&f, "\\\\001x", "A", NULL, "192.0.2.1");
    set(&f, "zz", "A", NULL, "192.0.2.2");
    assert_int_equal(tree_put(&f.change.after, octets_of(hashed, 22), octets_of_text("owner")),
                     SWORN_OK);
    fixture_commit(&f);
    assert_int_equal(
        strncmp(query(&f, "{\"name\":null,\"record\":\"A\"}"), "[{\"name\":\"\\\\001x\"", 17), 0);

    assert_applied(&f, "\"Clear\"");

    assert_string_equal(query(&f, "{\"name\":null,\"record\":null}"), "[]");
    assert_int_equal(tree_get(&f.change.after, octets_of(hashed, 22), &value), SWORN_OK);
    fixture_end(&f);
}

static void acme_records_are_the_enclaves_once_switched_on(void **state)
{
    struct fixture f;
    char json[2048];

    (void)state;
    fixture_zone(&f);
    set(&f, "_acme-challenge", "TXT", NULL, "token");
    set(&f, "@", "CAA", NULL, "0 issue ca.example");
    f.change.acme = true;

    assert_refused(&f, update(json, "Set", "_acme-CHALLENGE.www", "TXT", NULL, "x"),
                   SWORN_MALFORMED, "made by the enclave");
    assert_refused(&f, update(json, "Set", "www", "CAA", NULL, "0 issue x"), SWORN_MALFORMED,
                   "made by the enclave");
    set(&f, "_acme-challengex", "TXT", NULL, "mine");
    assert_applied(&f, "\"Clear\"");
    assert_string_not_equal(contents(&f, "_acme-challenge.demo.test.", RR_TXT), "none");
    assert_string_not_equal(contents(&f, "demo.test.", RR_CAA), "none");
    assert_string_equal(contents(&f, "_acme-challengex.demo.test.", RR_TXT), "none");
    fixture_end(&f);
}

static void operations_are_counted(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    f.change.limits.operations = 2;
    set(&f, "a", "A", NULL, "192.0.2.1");
    set(&f, "b", "A", NULL, "192.0.2.1");
    assert_refused(&f, "\"Clear\"", SWORN_LIMIT, "3 record operations, at most 2");
    assert_string_not_equal(contents(&f, "demo.test.", RR_SOA), "none");
    fixture_end(&f);
}

static void visited_sets_are_counted_over_the_whole_request(void **state)
{
    struct writer result;
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    f.change.limits.visited = 6;
    /* One set, then all four. */
    assert_applied(&f, "{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"x\",\"index\":null}}");
    (void)query(&f, "{\"name\":null,\"record\":\"TXT\"}");
    assert_int_equal(f.change.visited, 5);

    result = writer_in(&f.region, 100000);
    assert_int_equal(operation_query(&f.change,
                                     octets_of_text("{\"name\":null,\"record\":\"TXT\"}"), &result,
                                     &f.reason),
                     SWORN_LIMIT);
    assert_string_equal(f.reason.text, "7 record sets visited, at most 6");
    assert_refused(&f, "\"Clear\"", SWORN_LIMIT, "record sets visited");
    assert_refused(&f, "{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"x\",\"index\":null}}",
                   SWORN_LIMIT, "record sets visited");
    fixture_end(&f);
}

static void a_set_cannot_outgrow_a_message(void **state)
{
    char json[4096], content[1024];
    enum sworn_result result = SWORN_OK;
    struct fixture f;
    unsigned i;

    (void)state;
    fixture_zone(&f);
    for (i = 0; i < 300 && result == SWORN_OK; i++) {
        (void)snprintf(content, sizeof(content), "\\\"%0250u\\\" \\\"%0250u\\\"", i, i);
        result = apply(&f, update(json, "Append", "big", "TXT", NULL, content));
    }
    assert_int_equal(result, SWORN_INVALID);
    assert_non_null(strstr(f.reason.text, "big.demo.test. TXT: the set with its signature"));
    /* 15 + 10 of owner and header, 502 of RDATA: 123 of them and an RRSIG fit 65,023 octets. */
    assert_int_equal(i - 1, 123);
    assert_valid(&f);
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_replaces_the_set_and_its_ttl),
        cmocka_unit_test(append_keeps_canonical_order_and_the_draft_spelling_works),
        cmocka_unit_test(append_takes_the_ttl_of_the_set_or_gives_it_another),
        cmocka_unit_test(appending_a_duplicate_does_nothing_whatever_its_case),
        cmocka_unit_test(ttl_spans_its_range_and_no_more),
        cmocka_unit_test(names_are_relative_to_the_apex),
        cmocka_unit_test(names_outside_the_zone_are_refused),
        cmocka_unit_test(content_is_exactly_one_record),
        cmocka_unit_test(content_may_be_generic_or_quoted),
        cmocka_unit_test(types_of_the_enclave_are_never_input),
        cmocka_unit_test(meta_types_and_unknown_mnemonics_are_refused),
        cmocka_unit_test(json_is_strict),
        cmocka_unit_test(brackets_in_strings_are_no_nesting),
        cmocka_unit_test(oversized_json_is_refused_before_it_is_parsed),
        cmocka_unit_test(removal_takes_the_set_or_the_record_at_its_index),
        cmocka_unit_test(removal_without_a_name_takes_that_type_everywhere),
        cmocka_unit_test(a_wildcard_is_a_name_and_no_pattern),
        cmocka_unit_test(clear_leaves_what_the_enclave_made_and_nothing_else),
        cmocka_unit_test(clear_and_the_same_records_again_differ_in_nothing),
        cmocka_unit_test(clear_of_a_root_zone_passes_over_hashed_leaves),
        cmocka_unit_test(acme_records_are_the_enclaves_once_switched_on),
        cmocka_unit_test(operations_are_counted),
        cmocka_unit_test(visited_sets_are_counted_over_the_whole_request),
        cmocka_unit_test(a_set_cannot_outgrow_a_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
