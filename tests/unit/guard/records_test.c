/*
 * records_test.c - a guard's way to the records of its zone: operations, queries, their limits, and
 * whose fault it is when they fail.
 */
#include "tests/unit/guard/fixture.h"

#include <stdio.h>
#include <stdlib.h>

#define NAMES_SET                                                                                  \
    "{\\\"UpdateRecord\\\":{\\\"mode\\\":\\\"Set\\\",\\\"record\\\":\\\"A\\\","                    \
    "\\\"name\\\":\\\"www\\\",\\\"content\\\":\\\"192.0.2.1\\\",\\\"ttl\\\":\\\"300\\\"}}"

/* Data at 0 for the argument of update_record or records_size, and its size. */
static struct octets with_json(void **state, const char *json, const char *body)
{
    char data[2048];

    (void)snprintf(data, sizeof(data), "(data (i32.const 0) \"%s\")", json);
    return guard_with(*state, data, body);
}

/* The size that `json` has once the WAT escapes are gone: every one of them is \" here. */
static unsigned json_size(const char *json)
{
    unsigned size = 0;

    for (size_t i = 0; json[i] != '\0'; i++) {
        size += json[i] != '\\';
    }
    return size;
}

static struct octets updating(void **state, const char *json)
{
    char body[128];

    (void)snprintf(body, sizeof(body), "(call $update_record (i32.const 0) (i32.const %u))",
                   json_size(json));
    return with_json(state, json, body);
}

/* Refuses with the answer to the query. */
static struct octets asking(void **state, const char *json)
{
    char body[512];

    (void)snprintf(body, sizeof(body),
                   "(local $size i32)"
                   "(local.set $size (call $records_size (i32.const 0) (i32.const %u)))"
                   "(if (i32.ne (call $records_copy (i32.const 4096) (i32.const 0) (i32.const -1))"
                   "  (local.get $size)) (then unreachable))"
                   "(call $fail (i32.const 4096) (local.get $size))",
                   json_size(json));
    return with_json(state, json, body);
}

static void an_accepted_operation_is_in_the_change(void **state)
{
    struct fixture *fixture = *state;
    struct name owner;
    struct rrset rrset;

    assert_run(fixture, updating(state, NAMES_SET), SWORN_OK, "");
    assert_int_equal(name_from_text(octets_of_text("www.demo.test."), NULL, &owner), SWORN_OK);
    assert_int_equal(change_get(&fixture->change, &owner, 1, &rrset), SWORN_OK);
    assert_int_equal(rrset.count, 1);
    assert_int_equal(rrset.ttl, 300);
    assert_memory_equal(rrset.rdata[0].data, "\xC0\x00\x02\x01", 4);
}

static void a_guard_reads_what_it_has_written(void **state)
{
    assert_run(*state, updating(state, NAMES_SET), SWORN_OK, "");
    assert_run(*state, asking(state, "{\\\"name\\\":null,\\\"record\\\":null}"), SWORN_REFUSED,
               "[{\"name\":\"www\",\"record\":\"A\",\"ttl\":\"300\",\"content\":\"192.0.2.1\","
               "\"rdata\":\"c0000201\",\"index\":0}]");
    assert_run(*state, asking(state, "{\\\"name\\\":\\\"w\\\",\\\"record\\\":null}"), SWORN_REFUSED,
               "[]");
}

static void a_snapshot_lasts_until_the_next_query(void **state)
{
    assert_run(*state, updating(state, NAMES_SET), SWORN_OK, "");
    assert_run(*state,
               with_json(state, "{\\\"name\\\":null,\\\"record\\\":null}\\\"Clear\\\"",
                         /* nothing before the first query */
                         "(if (call $records_copy (i32.const 99) (i32.const 0) (i32.const 9))"
                         "  (then unreachable))"
                         "(drop (call $records_size (i32.const 0) (i32.const 27)))"
                         "(call $update_record (i32.const 27) (i32.const 7))"
                         "(drop (call $records_copy (i32.const 99) (i32.const 0) (i32.const 9)))"
                         "(call $fail (i32.const 99) (i32.const 9))"),
               SWORN_REFUSED, "[{\"name\":");
}

static void a_bad_operation_ends_the_call_and_is_named(void **state)
{
    char body[256];

    assert_run_about(*state, updating(state, "\\\"Delete\\\""), SWORN_INVALID, "operation 1: ");
    assert_run_about(*state, updating(state, "{"), SWORN_INVALID, "operation 1: JSON");
    (void)snprintf(body, sizeof(body),
                   "(call $update_record (i32.const 0) (i32.const %u))"
                   "(call $update_record (i32.const %u) (i32.const 2)) unreachable",
                   json_size(NAMES_SET), json_size(NAMES_SET));
    assert_run_about(*state, with_json(state, NAMES_SET "{}", body), SWORN_INVALID,
                     "operation 2: ");
    assert_run_about(*state,
                     with_json(state, "{}",
                               "(drop (call $records_size (i32.const 0)"
                               "(i32.const 2))) unreachable"),
                     SWORN_INVALID, "records_size: ");
}

static void too_many_operations_are_refused(void **state)
{
    struct fixture *fixture = *state;
    struct octets code =
        with_json(state, "\\\"Clear\\\"",
                  "(local $i i32) (loop $again (call $update_record (i32.const 0) (i32.const 7))"
                  "(br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))"
                  "(i32.const 100))))");

    fixture->change.limits.operations = 100;
    assert_run(fixture, code, SWORN_OK, "");
    fixture_again(fixture);
    fixture->change.limits.operations = 99;
    assert_run_about(fixture, code, SWORN_LIMIT, "operation 100: ");
}

static void a_query_that_would_visit_too_much_gives_minus_one(void **state)
{
    struct fixture *fixture = *state;
    struct octets code = with_json(
        state, "{\\\"name\\\":null,\\\"record\\\":null}",
        "(if (i32.ne (call $records_size (i32.const 0) (i32.const 27)) (i32.const -1))"
        "  (then unreachable))"
        "(if (call $records_copy (i32.const 0) (i32.const 0) (i32.const 9)) (then unreachable))");

    assert_run(fixture, updating(state, NAMES_SET), SWORN_OK, "");
    fixture->change.limits.visited = 0;
    assert_run(fixture, code, SWORN_OK, "");
}

static void an_answer_that_memory_could_not_hold_gives_minus_one(void **state)
{
    struct fixture *fixture = *state;
    struct octets asked =
        with_json(state, "{\\\"name\\\":null,\\\"record\\\":null}",
                  "(if (i32.ne (call $records_size (i32.const 0) (i32.const 27)) (i32.const -1))"
                  "  (then unreachable))");

    for (size_t i = 0; i < 1200; i++) {
        char json[160];

        (void)snprintf(json, sizeof(json),
                       "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"n%zu\","
                       "\"content\":\"192.0.2.1\",\"ttl\":null}}",
                       i);
        assert_int_equal(operation_apply(&fixture->change, octets_of_text(json), &fixture->reason),
                         SWORN_OK);
    }
    fixture->call.limits.memory = 2;
    /* 2 pages of memory hold 131072 octets; these 1200 records are some 105 octets each: fewer. */
    assert_run(fixture, asked, SWORN_REFUSED, "trap: unreachable");
    for (size_t i = 0; i < 300; i++) {
        char json[160];

        (void)snprintf(json, sizeof(json),
                       "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"m%zu\","
                       "\"content\":\"192.0.2.1\",\"ttl\":null}}",
                       i);
        assert_int_equal(operation_apply(&fixture->change, octets_of_text(json), &fixture->reason),
                         SWORN_OK);
    }
    assert_run(fixture, asked, SWORN_OK, "");
}

/* Fuel of `body` with `json`, on a zone whose name h has `count` records. */
static uint64_t fuel_beside(void **state, size_t count, const char *json, const char *body)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < count; i++) {
        char one[160];

        (void)snprintf(one, sizeof(one),
                       "{\"UpdateRecord\":{\"mode\":\"Append\",\"record\":\"A\",\"name\":\"h\","
                       "\"content\":\"192.0.%zu.%zu\",\"ttl\":null}}",
                       i / 256, i % 256);
        assert_int_equal(operation_apply(&fixture->change, octets_of_text(one), &fixture->reason),
                         SWORN_OK);
    }
    assert_run(fixture, with_json(state, json, body), SWORN_OK, "");
    return fixture->call.fuel;
}

static void a_record_of_a_large_set_costs_more_than_one_of_a_small_set(void **state)
{
    static const char append[] =
        "{\\\"UpdateRecord\\\":{\\\"mode\\\":\\\"Append\\\",\\\"record\\\":\\\"A\\\",\\\"name\\\":"
        "\\\"h\\\",\\\"content\\\":\\\"192.0.0.0\\\",\\\"ttl\\\":null}}";
    static const char removal[] = "{\\\"RemoveRecords\\\":{\\\"record\\\":\\\"A\\\",\\\"name\\\":"
                                  "\\\"h\\\",\\\"index\\\":0}}";
    const char *const operations[] = {append, removal};

    for (size_t i = 0; i < 2; i++) {
        const char *json = operations[i];
        char body[96];
        uint64_t few, many;

        (void)snprintf(body, sizeof(body), "(call $update_record (i32.const 0) (i32.const %u))",
                       json_size(json));
        fixture_again(*state);
        few = fuel_beside(state, 1, json, body);
        fixture_again(*state);
        many = fuel_beside(state, 1001, json, body);
        /* 128 for each record, and its octets: length and address */
        assert_int_equal(many - few, 1000 * (128 + 2 + 4));
    }
}

static void an_answer_that_has_no_room_is_paid_for(void **state)
{
    struct fixture *fixture = *state;
    static const char query[] = "{\\\"name\\\":null,\\\"record\\\":null}";
    static const char body[] =
        "(if (i32.ne (call $records_size (i32.const 0) (i32.const 27)) (i32.const -1))"
        "  (then unreachable))";
    uint64_t fuel;

    fixture->call.limits.memory = 2;
    fuel = fuel_beside(state, 2000, query, body);
    /* one set of 2000 records was read, and 2 pages were filled */
    assert_true(fuel > 2000 * 134 + 2 * 65536 / 64 * 510);
}

static void asking_for_ever_ends_out_of_fuel(void **state)
{
    struct fixture *fixture = *state;
    size_t used = fixture->region.used;

    fixture->call.limits.fuel = 20000000;
    assert_run(fixture,
               with_json(state, "{\\\"name\\\":\\\"w\\\",\\\"record\\\":null}",
                         "(loop $again (drop (call $records_size (i32.const 0) (i32.const 26)))"
                         "(br $again))"),
               SWORN_REFUSED, "out of fuel");
    assert_in_range(fixture->region.used - used, 0, 1000000);
}

/* A tree whose pages the host does not give, or gives falsely. */

static enum sworn_result no_page(void *context, const struct hash *node, struct octets key,
                                 struct region *region, struct octets *page)
{
    (void)node;
    (void)key;
    (void)region;
    (void)page;
    return *(enum sworn_result *)context;
}

static enum sworn_result wrong_page(void *context, const struct hash *node, struct octets key,
                                    struct region *region, struct octets *page)
{
    static const uint8_t leaf[] = {2, 0, 1, 'k', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                   0, 0, 0, 0,   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    (void)context;
    (void)node;
    (void)key;
    (void)region;
    *page = octets_of(leaf, sizeof(leaf));
    return SWORN_OK;
}

static void begin_on(struct fixture *fixture, const struct tree_source *source)
{
    static const struct hash root = {.octets = {1, 2, 3}};
    struct name apex = fixture->change.apex;
    struct guard_limits limits = fixture->change.limits;

    assert_int_equal(tree_open(&fixture->tree, MERKLE_ZONE, &root, &fixture->region, source),
                     SWORN_OK);
    change_begin(&fixture->change, &apex, &fixture->tree, &limits, &fixture->region);
}

static void what_the_host_does_wrong_is_not_the_guards_fault(void **state)
{
    struct fixture *fixture = *state;
    enum sworn_result given[] = {SWORN_UNAVAILABLE, SWORN_IO, SWORN_NO_MEMORY, SWORN_CRYPTO};
    struct octets updates = updating(state, NAMES_SET);
    struct octets asks = asking(state, "{\\\"name\\\":null,\\\"record\\\":null}");

    for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
        const struct tree_source source = {.context = &given[i], .page = no_page};

        begin_on(fixture, &source);
        assert_run(fixture, updates, given[i], "operation 1");
        assert_run(fixture, asks, given[i], "records");
    }
    const struct tree_source source = {.page = wrong_page};

    begin_on(fixture, &source);
    assert_int_equal(run(fixture, updates), SWORN_PROOF);
    assert_int_equal(run(fixture, asks), SWORN_PROOF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        guard_test(an_accepted_operation_is_in_the_change),
        guard_test(a_guard_reads_what_it_has_written),
        guard_test(a_snapshot_lasts_until_the_next_query),
        guard_test(a_bad_operation_ends_the_call_and_is_named),
        guard_test(too_many_operations_are_refused),
        guard_test(a_query_that_would_visit_too_much_gives_minus_one),
        guard_test(an_answer_that_memory_could_not_hold_gives_minus_one),
        guard_test(a_record_of_a_large_set_costs_more_than_one_of_a_small_set),
        guard_test(an_answer_that_has_no_room_is_paid_for),
        guard_test(asking_for_ever_ends_out_of_fuel),
        guard_test(what_the_host_does_wrong_is_not_the_guards_fault),
    };

    return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
