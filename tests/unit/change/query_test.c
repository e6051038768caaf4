/*
 * query_test.c - what a guard reads of its zone, and that it can write back what it reads.
 */
#include "tests/unit/change/fixture.h"

#include <jansson.h>

static void one_set_is_written_record_by_record(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    assert_string_equal(
        query(&f, "{\"name\":\"@\",\"record\":\"NS\"}"),
        "[{\"name\":\"@\",\"record\":\"NS\",\"ttl\":\"7200\",\"content\":\"ns1.demo.test.\","
        "\"rdata\":\"036e73310464656d6f047465737400\",\"index\":0},"
        "{\"name\":\"@\",\"record\":\"NS\",\"ttl\":\"7200\",\"content\":\"ns2.other.example.\","
        "\"rdata\":\"036e7332056f74686572076578616d706c6500\",\"index\":1}]");
    assert_string_equal(query(&f, "{\"name\":\"NS1\",\"record\":\"A\"}"),
                        "[{\"name\":\"ns1\",\"record\":\"A\",\"ttl\":\"300\",\"content\":"
                        "\"192.0.2.53\",\"rdata\":\"c0000235\",\"index\":0}]");
    assert_string_equal(query(&f, "{\"name\":\"none\",\"record\":\"A\"}"), "[]");
    assert_string_equal(query(&f, "{\"name\":\"@\",\"record\":\"RRSIG\"}"), "[]");
    fixture_end(&f);
}

/* "name/type name/type ..." of an answer. */
static void summary(struct fixture *f, const char *json, char *line)
{
    json_t *answer = json_loads(query(f, json), JSON_REJECT_DUPLICATES, NULL);
    const json_t *record;
    size_t i;

    assert_non_null(answer);
    *line = 0;
    json_array_foreach(answer, i, record)
    {
        line += sprintf(line, "%s%s/%s", i > 0 ? " " : "",
                        json_string_value(json_object_get(record, "name")),
                        json_string_value(json_object_get(record, "record")));
        assert_int_equal(json_object_size(record), 6);
    }
    json_decref(answer);
}

static void answers_are_in_canonical_order_and_show_earlier_operations(void **state)
{
    struct fixture f;
    char line[1024];

    (void)state;
    fixture_zone(&f);
    set(&f, "z", "A", NULL, "192.0.2.1");
    set(&f, "a.z", "TXT", NULL, "x");
    set(&f, "*.z", "TXT", NULL, "x");
    set(&f, "Z", "TXT", NULL, "x");
    assert_applied(&f, "{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"ns1\",\"index\":0}}");

    summary(&f, "{\"name\":null,\"record\":null}", line);
    assert_string_equal(line, "@/NS @/NS @/SOA @/DNSKEY z/A z/TXT *.z/TXT a.z/TXT");
    summary(&f, "{\"name\":null,\"record\":\"TXT\"}", line);
    assert_string_equal(line, "z/TXT *.z/TXT a.z/TXT");
    summary(&f, "{\"name\":\"z\",\"record\":null}", line);
    assert_string_equal(line, "z/A z/TXT");
    summary(&f, "{\"name\":\"\",\"record\":null}", line);
    assert_string_equal(line, "@/NS @/NS @/SOA @/DNSKEY");
    fixture_end(&f);
}

static void queries_are_strict(void **state)
{
    static const struct {
        const char *json;
        const char *cause;
    } bad[] = {
        {"", "empty"},
        {"null", "not an object"},
        {"{\"name\":null}", "lacks the member \"record\""},
        {"{\"name\":null,\"record\":null,\"more\":1}", "unknown member"},
        {"{\"name\":null,\"record\":null,\"name\":null}", "duplicate"},
        {"{\"name\":1,\"record\":null}", "\"name\" is not a string"},
        {"{\"name\":null,\"record\":[]}", "\"record\" is not a string"},
        {"{\"name\":null,\"record\":\"ANY\"}", "ANY is not a type"},
        {"{\"name\":\"www.example.\",\"record\":null}", "outside the zone"},
    };
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct writer result = writer_in(&f.region, 10000);

        assert_int_equal(
            operation_query(&f.change, octets_of_text(bad[i].json), &result, &f.reason),
            SWORN_MALFORMED);
        assert_non_null(strstr(f.reason.text, bad[i].cause));
    }
    fixture_end(&f);
}

static void an_answer_past_the_writers_limit_is_refused(void **state)
{
    struct fixture f;
    struct writer result;

    (void)state;
    fixture_zone(&f);
    result = writer_in(&f.region, 300);
    assert_int_equal(operation_query(&f.change, octets_of_text("{\"name\":null,\"record\":null}"),
                                     &result, &f.reason),
                     SWORN_LIMIT);
    fixture_end(&f);
}

/* Clear, then append every record exactly as the answer has it. */
static void write_back(struct fixture *f, const char *answer)
{
    json_t *records = json_loads(answer, JSON_REJECT_DUPLICATES, NULL);
    json_t *record;
    size_t i;

    assert_non_null(records);
    assert_applied(f, "\"Clear\"");
    json_array_foreach(records, i, record)
    {
        json_t *operation;
        char *json;
        const char *type = json_string_value(json_object_get(record, "record"));

        if (strcmp(type, "DNSKEY") == 0) {
            continue;
        }
        operation = json_pack(
            "{s:{s:s,s:O,s:O,s:O,s:O}}", "UpdateRecord", "mode", "Append", "record",
            json_object_get(record, "record"), "name", json_object_get(record, "name"), "content",
            json_object_get(record, "content"), "ttl", json_object_get(record, "ttl"));
        json = json_dumps(operation, JSON_ENCODE_ANY);
        assert_applied(f, json);
        free(json);
        json_decref(operation);
    }
    json_decref(records);
}

static void what_is_read_can_be_written_back_octet_for_octet(void **state)
{
    static const char *const names[] = {
        "a\\\\.b",           "\\\\@",      "\\\\000\\\\001", "sp\\\\032ace",   "q\\\\\\\"uote",
        "back\\\\\\\\slash", "*",          "x.\\\\*.y",      "\\\\255\\\\195", "semi\\\\;colon",
        "paren\\\\(s\\\\)",  "\\\\$ORIGIN"};
    static const char *const apexes[] = {"demo.test.", ".", "a\\.b.\\000.test.", "UPPER.Test."};

    (void)state;
    for (size_t a = 0; a < sizeof(apexes) / sizeof(apexes[0]); a++) {
        struct fixture f;
        struct hash before, after;

        fixture_empty(&f, apexes[a]);
        set(&f, "@", "SOA", NULL, "\\\\@.example. a\\\\.b.Example. 1 2 3 4 5");
        set(&f, "@", "NS", "1", "Ns1.Example.");
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            set(&f, names[i], "TXT", "5",
                "\\\"\\\\000\\\\255 \\\\\\\"\\\\\\\\ ;()\\\" plain \\\"\\\"");
            set(&f, names[i], "MX", "6", names[i][0] == '*' ? "5 ." : "5 \\\\001\\\\..Example.");
            set(&f, names[i], "TYPE65300", "7", "\\\\# 3 00ff22");
        }
        fixture_commit(&f);
        assert_int_equal(tree_root(&f.change.before, &before), SWORN_OK);

        write_back(&f, query(&f, "{\"name\":null,\"record\":null}"));

        assert_int_equal(tree_root(&f.change.after, &after), SWORN_OK);
        assert_memory_equal(&before, &after, sizeof(before));
        fixture_end(&f);
    }
}

static void a_query_that_finds_nothing_counts_as_one_visit(void **state)
{
    static const char *const queries[] = {
        "{\"name\":\"none\",\"record\":null}",
        "{\"name\":\"none\",\"record\":\"A\"}",
        "{\"name\":null,\"record\":null}",
        "{\"name\":null,\"record\":\"A\"}",
    };
    const size_t count = sizeof(queries) / sizeof(queries[0]);
    struct writer result;
    struct fixture f;

    (void)state;
    fixture_empty(&f, "demo.test.");
    f.change.limits.visited = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(query(&f, queries[i]), "[]");
        assert_int_equal(f.change.visited, i + 1);
    }
    result = writer_in(&f.region, 100000);
    assert_int_equal(operation_query(&f.change, octets_of_text(queries[0]), &result, &f.reason),
                     SWORN_LIMIT);
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_set_is_written_record_by_record),
        cmocka_unit_test(answers_are_in_canonical_order_and_show_earlier_operations),
        cmocka_unit_test(queries_are_strict),
        cmocka_unit_test(an_answer_past_the_writers_limit_is_refused),
        cmocka_unit_test(a_query_that_finds_nothing_counts_as_one_visit),
        cmocka_unit_test(what_is_read_can_be_written_back_octet_for_octet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
