/*
 * What the owner signs has exactly the octets that the library's guards and the enclave take apart.
 */
#include "tests/unit/cli/world.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/zone/edit.h"

struct fixture {
    struct region region;
    struct name apex;
    struct writer operations;
    struct reason reason;
};

static int open_fixture(void **state)
{
    static const size_t cap = (size_t)16 << 20;
    struct fixture *fixture = test_calloc(1, sizeof(*fixture));

    region_init(&fixture->region, cap);
    fixture->apex = world_name("demo.test.");
    fixture->operations = writer_in(&fixture->region, 1 << 20);
    *state = fixture;
    return sodium_init() < 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;

    region_clear(&fixture->region);
    test_free(fixture);
    return 0;
}

/* The JSON of the one operation that has been written. */
static const char *only_json(struct fixture *fixture)
{
    struct reader reader = reader_of(written(&fixture->operations));
    struct octets json;
    uint8_t kind;
    char *text;

    assert_int_equal(read_u8(&reader, &kind), SWORN_OK);
    assert_int_equal(kind, 1);
    assert_int_equal(read_slice_u32(&reader, &json), SWORN_OK);
    assert_int_equal(read_end(&reader), SWORN_OK);
    assert_int_equal(region_text(&fixture->region, json, &text), SWORN_OK);
    fixture->operations.used = 0;
    return text;
}

static const char *edit_json(struct fixture *fixture, enum edit_kind kind, const char *text)
{
    const struct edit edit = {.kind = kind, .text = text};

    fixture->reason.text[0] = '\0';
    if (edit_write(&edit, &fixture->apex, &fixture->region, &fixture->operations,
                   &fixture->reason) != SWORN_OK) {
        fixture->operations.used = 0;
        return NULL;
    }
    return only_json(fixture);
}

static void message_has_the_form_that_guards_read(void **state)
{
    struct fixture *fixture = *state;
    const struct message message = {.apex = &fixture->apex,
                                    .zone_id = {{0xab}},
                                    .sequence = 0x0102,
                                    .operations = octets_of_text("ops")};
    struct writer octets = writer_in(&fixture->region, 1000);
    uint8_t expected[16 + 2 + 10 + 32 + 8 + 3] = "sworn-update-v1";

    memcpy(expected + 16, "\0\012demo.test.\xab", 13);
    expected[16 + 2 + 10 + 32 + 6] = 1;
    expected[16 + 2 + 10 + 32 + 7] = 2;
    memcpy(expected + 68, "ops", 3);
    assert_int_equal(message_encode(&message, &octets), SWORN_OK);
    assert_int_equal(octets.used, sizeof(expected));
    assert_int_equal(octets.used, message_overhead(10) + 3);
    assert_memory_equal(octets.start, expected, sizeof(expected));
}

static void owner_operation_has_its_little_endian_size(void **state)
{
    struct fixture *fixture = *state;
    static const uint8_t expected[] = "\2\0\0\0\012\3\0\0\0wsmenv";

    assert_int_equal(
        operation_owner(&fixture->operations, octets_of_text("wsm"), octets_of_text("env")),
        SWORN_OK);
    assert_int_equal(fixture->operations.used, sizeof(expected) - 1);
    assert_memory_equal(fixture->operations.start, expected, sizeof(expected) - 1);
}

static void edits_become_the_operations_of_the_abi(void **state)
{
    struct fixture *fixture = *state;

    assert_string_equal(edit_json(fixture, EDIT_SET, "www 300 A 192.0.2.1"),
                        "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"www\","
                        "\"content\":\"192.0.2.1\",\"ttl\":\"300\"}}");
    assert_string_equal(edit_json(fixture, EDIT_ADD, "@ IN MX 10 mail"),
                        "{\"UpdateRecord\":{\"mode\":\"Append\",\"record\":\"MX\",\"name\":\"@\","
                        "\"content\":\"10 mail.demo.test.\",\"ttl\":null}}");
    assert_string_equal(edit_json(fixture, EDIT_REMOVE, "a.b.demo.test. aaaa"),
                        "{\"RemoveRecords\":{\"record\":\"AAAA\",\"name\":\"a.b\","
                        "\"index\":null}}");
    assert_string_equal(edit_json(fixture, EDIT_SET, "*  1h  TXT  \"a b\" c"),
                        "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"TXT\",\"name\":\"*\","
                        "\"content\":\"\\\"a b\\\" \\\"c\\\"\",\"ttl\":\"3600\"}}");
}

static void edits_that_cannot_be_are_refused_with_the_cause(void **state)
{
    static const char *const wrong[] = {
        "",
        "www",
        "www 300",
        "www A",
        "www A 192.0.2",
        "www A 192.0.2.1 192.0.2.2",
        "www A 192.0.2.1 ; comment",
        "www NOTYPE x",
        "www.example. A 192.0.2.1",
        "www DNSKEY 257 3 13 AAAA",
        "www 3000000000 A 1.2.3.4",
        "www RRSIG A",
        "www 300 300 A 1.2.3.4",
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        if (edit_json(fixture, EDIT_SET, wrong[i]) != NULL) {
            fail_msg("'%s' is taken", wrong[i]);
        }
        assert_string_not_equal(fixture->reason.text, "");
    }
    assert_null(edit_json(fixture, EDIT_REMOVE, "www A 192.0.2.1"));
    assert_null(edit_json(fixture, EDIT_REMOVE, "www 300 A"));
    assert_null(edit_json(fixture, EDIT_REMOVE, "www"));
}

static void kept_state_comes_back(void **state)
{
    struct fixture *fixture = *state;
    const struct memory memory = {.known = true,
                                  .zone_id = {{1}},
                                  .log_key = {2},
                                  .checkpoint_size = 3,
                                  .checkpoint_root = {{4}},
                                  .index = 5,
                                  .sequence = 6};
    char folder[] = "/tmp/sworn-kept-XXXXXX", key[64], *path;
    struct memory loaded;

    assert_non_null(mkdtemp(folder));
    (void)snprintf(key, sizeof(key), "%s/k", folder);
    assert_int_equal(memory_path(key, &fixture->apex, &fixture->region, &path), SWORN_OK);
    assert_non_null(strstr(path, "/k.zones/demo.test.json"));
    assert_int_equal(memory_load(path, &fixture->region, &loaded, &fixture->reason), SWORN_OK);
    assert_false(loaded.known);
    assert_int_equal(memory_save(path, &fixture->region, &memory, &fixture->reason), SWORN_OK);
    assert_int_equal(memory_load(path, &fixture->region, &loaded, &fixture->reason), SWORN_OK);
    assert_int_equal(memory_check(&memory, &loaded, &fixture->reason), SWORN_OK);
    assert_int_equal(memory_check(&loaded, &memory, &fixture->reason), SWORN_OK);
    assert_int_equal(loaded.checkpoint_size, 3);
    assert_int_equal(loaded.index, 5);
    assert_int_equal(loaded.sequence, 6);
    assert_int_equal(truncate(path, 40), 0);
    assert_int_equal(memory_load(path, &fixture->region, &loaded, &fixture->reason),
                     SWORN_MALFORMED);
    assert_int_equal(remove(path), 0);
    *strrchr(path, '/') = '\0';
    assert_int_equal(remove(path), 0);
    assert_int_equal(remove(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message_has_the_form_that_guards_read),
        cmocka_unit_test(owner_operation_has_its_little_endian_size),
        cmocka_unit_test(edits_become_the_operations_of_the_abi),
        cmocka_unit_test(edits_that_cannot_be_are_refused_with_the_cause),
        cmocka_unit_test(kept_state_comes_back),
    };
    struct CMUnitTest with_fixture[sizeof(tests) / sizeof(tests[0])];

    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        with_fixture[i] = tests[i];
        with_fixture[i].setup_func = open_fixture;
        with_fixture[i].teardown_func = close_fixture;
    }
    return cmocka_run_group_tests(with_fixture, NULL, NULL);
}
