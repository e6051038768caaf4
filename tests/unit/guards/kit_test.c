/*
 * kit_test.c - the import-free headers of the kit for guards: octets, JSON, key sets.
 */
#include "tests/unit/guards/meaning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void text_that_is_full_leaves_out_the_rest(void **state)
{
    FDNS_TEXT(text, 4);

    (void)state;
    fdns_put(&text, "abc");
    fdns_put(&text, "def");
    fdns_put(&text, "g");
    assert_true(fdns_is(fdns_text_octets(&text), "abcd"));
}

static void text_without_memory_counts(void **state)
{
    struct fdns_text text = {NULL, 0, 0};

    (void)state;
    fdns_put(&text, "abc");
    fdns_put_number(&text, UINT64_MAX);
    fdns_put_hex(&text, fdns_text_of("xy"));
    fdns_put_json(&text, fdns_text_of("\""));
    assert_int_equal(text.used, 3 + 20 + 4 + 4);
}

static void numbers_and_hex_are_read_whole_or_not(void **state)
{
    static const char *const no_numbers[] = {
        "", " 1", "1 ", "-1", "+1", "0x", "1a", "18446744073709551616", "/0", ":"};
    uint8_t octets[4] = {0};
    uint64_t number = 7;

    (void)state;
    assert_true(fdns_decimal(fdns_text_of("18446744073709551615"), &number));
    assert_true(number == UINT64_MAX);
    assert_true(fdns_decimal(fdns_text_of("007"), &number));
    assert_int_equal(number, 7);
    for (size_t i = 0; i < sizeof(no_numbers) / sizeof(no_numbers[0]); i++) {
        assert_false(fdns_decimal(fdns_text_of(no_numbers[i]), &number));
    }
    assert_true(fdns_hex(fdns_text_of("00fFAa19"), octets));
    assert_memory_equal(octets, "\x00\xFF\xAA\x19", 4);
    assert_true(fdns_hex(fdns_text_of(""), octets));
    assert_false(fdns_hex(fdns_text_of("0"), octets));
    assert_false(fdns_hex(fdns_text_of("0g"), octets));
    assert_false(fdns_hex(fdns_text_of("G0"), octets));
    assert_false(fdns_hex(fdns_text_of("0:"), octets));
    assert_false(fdns_hex(fdns_text_of("@0"), octets));
}

static void octets_are_compared_and_found(void **state)
{
    struct fdns_octets none = fdns_octets_of(NULL, 0), abc = fdns_text_of("abcabc");
    size_t at = 9;

    (void)state;
    assert_true(fdns_equal(none, fdns_text_of("")));
    assert_true(fdns_compare(fdns_text_of("ab"), abc) < 0);
    assert_true(fdns_compare(abc, fdns_text_of("ab")) > 0);
    assert_true(fdns_compare(fdns_text_of("b"), abc) > 0);
    assert_int_equal(fdns_compare(none, none), 0);
    assert_true(fdns_begins(abc, fdns_text_of("abc")) && fdns_ends(abc, fdns_text_of("cabc")));
    assert_true(fdns_begins(abc, none) && fdns_ends(none, none));
    assert_false(fdns_begins(fdns_text_of("ab"), abc) || fdns_ends(fdns_text_of("bc"), abc));
    assert_true(fdns_find(abc, fdns_text_of("ca"), &at));
    assert_int_equal(at, 2);
    assert_false(fdns_find(abc, fdns_text_of("cb"), &at));
    assert_false(fdns_find(none, fdns_text_of("c"), &at));
}

static void words_end_at_the_separator_or_the_end(void **state)
{
    struct fdns_octets text = fdns_text_of("a  bc"), word;

    (void)state;
    assert_true(fdns_read_word(&text, ' ', &word) && fdns_is(word, "a"));
    assert_true(fdns_read_word(&text, ' ', &word) && fdns_is(word, ""));
    assert_true(fdns_read_word(&text, ' ', &word) && fdns_is(word, "bc"));
    assert_false(fdns_read_word(&text, ' ', &word));
}

static void what_is_written_as_json_is_read_back(void **state)
{
    const struct fdns_record record = {
        .name = "w\"\\\x01", .type = "TXT", .content = "\"\xC3\xA4\\\\\"", .ttl = "60"};
    struct fdns_change change;
    uint8_t decoded[64];
    const char *error;
    FDNS_TEXT(json, 512);

    (void)state;
    fdns_put_update(&json, "Append", &record);
    assert_true(fdns_change_read(fdns_text_octets(&json), &change, &error));
    assert_int_equal(change.verb, FDNS_ADD);
    assert_true(change.name_given && change.type_given && change.ttl_given);
    assert_false(change.index_given);
    assert_true(
        fdns_is(fdns_octets_of(decoded, fdns_json_decode(change.name, decoded)), record.name));
    assert_true(fdns_is(fdns_octets_of(decoded, fdns_json_decode(change.content, decoded)),
                        record.content));
    assert_true(fdns_json_is(change.ttl, "60") && fdns_json_is(change.type, "TXT"));

    json.used = 0;
    fdns_put_removal(&json, "www", "A");
    assert_true(fdns_change_read(fdns_text_octets(&json), &change, &error));
    assert_int_equal(change.verb, FDNS_REMOVE);
    assert_true(fdns_json_is(change.name, "www") && fdns_json_is(change.type, "A"));
    assert_false(change.index_given);
}

static void strings_mean_what_their_escapes_say(void **state)
{
    static const char json[] = "{\"RemoveRecords\":{\"record\":null,\"index\":9223372036854775807,"
                               "\"name\":\"\\ud83d\\ude00\\u00e4\\u20AC\\/\\b\\f\\n\\r\\t\x7F"
                               "\xF4\x8F\xBF\xBF\"}}";
    struct fdns_change change;
    uint8_t decoded[128];
    const char *error;

    (void)state;
    assert_true(fdns_change_read(fdns_text_of(json), &change, &error));
    assert_true(change.index_given && change.index == INT64_MAX && !change.type_given);
    assert_true(fdns_is(fdns_octets_of(decoded, fdns_json_decode(change.name, decoded)),
                        "\xF0\x9F\x98\x80\xC3\xA4\xE2\x82\xAC/\b\f\n\r\t\x7F\xF4\x8F\xBF\xBF"));
    assert_false(fdns_json_is(change.name, "\xF0"));
}

#define REMOVE(members) "{\"RemoveRecords\":{" members "}}"

static void json_of_another_form_is_not_read(void **state)
{
    static const char *const bad[] = {
        "",
        " ",
        "null",
        "\"clear\"",
        "\"Clear",
        "\"Clear\" x",
        "\"Clear\"\"Clear\"",
        "{}",
        "[]",
        "{\"Clear\"}",
        "{\"Clear\":{}}",
        "{\"UpdateRecord\":{}}",
        "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"w\",\"content\":\"c\"}}",
        "{\"UpdateRecord\":{\"mode\":\"set\",\"record\":\"A\",\"name\":\"w\",\"content\":\"c\","
        "\"ttl\":null}}",
        "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":null,\"content\":\"c\","
        "\"ttl\":null}}",
        "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"w\",\"content\":\"c\","
        "\"ttl\":300}}",
        REMOVE(""),
        REMOVE("\"record\":\"A\",\"name\":\"w\""),
        REMOVE("\"record\":\"A\",\"name\":\"w\",\"index\":null,\"more\":null"),
        REMOVE("\"record\":\"A\",\"record\":\"A\",\"name\":\"w\""),
        REMOVE("\"record\":\"A\",\"name\":\"w\",\"index\":null,"),
        REMOVE("\"record\":\"A\",,\"name\":\"w\",\"index\":null"),
        REMOVE(",\"record\":\"A\",\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"A\" \"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"A\",\"name\":\"w\",\"index\":-1"),
        REMOVE("\"record\":\"A\",\"name\":\"w\",\"index\":00"),
        REMOVE("\"record\":\"A\",\"name\":\"w\",\"index\":01"),
        REMOVE("\"record\":\"A\",\"name\":\"w\",\"index\":1.0"),
        REMOVE("\"record\":\"A\",\"name\":\"w\",\"index\":1e0"),
        REMOVE("\"record\":\"A\",\"name\":\"w\",\"index\":9223372036854775808"),
        REMOVE("\"record\":\"A\",\"name\":\"w\",\"index\":\"0\""),
        REMOVE("\"record\":\"A\",\"name\":\"w\",\"index\":nul"),
        REMOVE("\"record\":[],\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"A\",\"name\":\"w\",\"index\":null") "}",
        REMOVE("\"record\":\"A\",\"name\":\"w\",\"index\":null") ",",
        "{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"w\",\"index\":null},\"x\":{}}",
        REMOVE("\"record\":\"\x1F\",\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"\\u0000\",\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"\\x41\",\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"\\u12g4\",\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"\\ud83d\",\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"\\ud83dx\",\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"\\ud83d\\u0041\",\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"\\ude00\",\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"\x80\",\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"\xC1\x81\",\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"\xE0\x81\x81\",\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"\xED\xA0\x80\",\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"\xF0\x80\x80\x81\",\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"\xF4\x90\x80\x80\",\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"\xF5\x80\x80\x80\",\"name\":\"w\",\"index\":null"),
        REMOVE("\"record\":\"\xE2\x82\",\"name\":\"w\",\"index\":null"),
        "\xEF\xBB\xBF\"Clear\"",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct fdns_change change;
        const char *error = NULL;

        if (fdns_change_read(fdns_text_of(bad[i]), &change, &error) || error == NULL) {
            fail_msg("read: %s", bad[i]);
        }
    }
}

static void json_that_is_cut_short_is_not_read(void **state)
{
    static const char json[] = REMOVE("\"record\":\"\\u0041\",\"name\":null,\"index\":0");
    struct fdns_change change;
    const char *error;

    (void)state;
    for (size_t size = 0; size < strlen(json); size++) {
        assert_false(fdns_change_read(fdns_octets_of(json, size), &change, &error));
    }
    assert_true(fdns_change_read(fdns_text_of(json), &change, &error));
}

/* Key sets and signatures: u8 n, keys. */

static size_t put_key(uint8_t *target, uint8_t type, uint8_t fill)
{
    target[0] = type;
    memset(target + 1, fill, fdns_key_size(type));
    if (type == FDNS_P256) {
        target[1] = 4;
    }
    return 1 + fdns_key_size(type);
}

static void a_key_set_is_read_up_to_its_end(void **state)
{
    uint8_t octets[256] = {3};
    size_t size = 1;
    struct fdns_octets reader;
    struct fdns_key_set set;
    const char *error;

    (void)state;
    size += put_key(octets + size, FDNS_ED25519, 7);
    size += put_key(octets + size, FDNS_P256, 7);
    size += put_key(octets + size, FDNS_SECP256K1, 7);
    reader = fdns_octets_of(octets, size + 5);
    assert_true(fdns_key_set_parse(&reader, &set, &error));
    assert_int_equal(reader.size, 5);
    assert_int_equal(set.count, 3);
    assert_int_equal(set.keys[1].octets.size, 65);
    for (size_t cut = 0; cut < size; cut++) {
        reader = fdns_octets_of(octets, cut);
        assert_false(fdns_key_set_parse(&reader, &set, &error));
        assert_string_equal(error, cut == 0 ? "there is no key set" : "a key is cut short");
    }
}

static void a_key_set_of_another_form_is_not_read(void **state)
{
    uint8_t octets[256] = {0};
    struct fdns_octets reader = fdns_octets_of(octets, sizeof(octets));
    struct fdns_key_set set;
    const char *error;
    size_t size;

    (void)state;
    assert_false(fdns_key_set_parse(&reader, &set, &error));
    assert_string_equal(error, "the key set is empty");

    octets[0] = 2;
    size = 1 + put_key(octets + 1, FDNS_SECP256K1, 7);
    size += put_key(octets + size, FDNS_SECP256K1, 7);
    reader = fdns_octets_of(octets, size);
    assert_false(fdns_key_set_parse(&reader, &set, &error));
    assert_string_equal(error, "a key is there twice");
    octets[size - 1] ^= 1;
    reader = fdns_octets_of(octets, size);
    assert_true(fdns_key_set_parse(&reader, &set, &error));

    octets[0] = 1;
    for (unsigned type = 0; type < 256; type = type == 0 ? 4 : type + 1) {
        octets[1] = (uint8_t)type;
        reader = fdns_octets_of(octets, sizeof(octets));
        assert_false(fdns_key_set_parse(&reader, &set, &error));
        assert_string_equal(error, "a key is of a type that is not known");
    }
    (void)put_key(octets + 1, FDNS_P256, 7);
    octets[2] = 2;
    reader = fdns_octets_of(octets, sizeof(octets));
    assert_false(fdns_key_set_parse(&reader, &set, &error));
    assert_string_equal(error, "a P-256 key is not uncompressed: its first octet is not 04");
}

static void signatures_name_each_key_once_and_in_order(void **state)
{
    static const struct {
        uint8_t indexes[3];
        const char *error;
    } cases[] = {
        {{0, 1, 2}, NULL},
        {{1, 0, 2}, "signatures are not in the order of their keys, each once"},
        {{0, 0, 2}, "signatures are not in the order of their keys, each once"},
        {{0, 1, 3}, "a signature is by a key that is not in the set"},
    };
    struct fdns_key_set set = {.count = 3};
    struct fdns_signatures signatures;
    struct fdns_octets reader;
    uint8_t octets[512] = {3};
    const char *error;

    (void)state;
    set.keys[0].type = set.keys[1].type = FDNS_ED25519;
    set.keys[2].type = FDNS_SECP256K1;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size_t j = 0; j < 3; j++) {
            octets[1 + 65 * j] = cases[i].indexes[j];
        }
        reader = fdns_octets_of(octets, 1 + 65 + 65 + 67 + 9);
        assert_int_equal(fdns_signatures_parse(&reader, &set, &signatures, &error),
                         cases[i].error == NULL);
        if (cases[i].error != NULL) {
            assert_string_equal(error, cases[i].error);
        } else {
            assert_int_equal(reader.size, 9);
            assert_int_equal(signatures.items[2].octets.size, 66);
        }
    }
    octets[1] = 0;
    octets[66] = 1;
    octets[131] = 2;
    for (size_t size = 1; size < 1 + 65 + 65 + 67; size++) {
        reader = fdns_octets_of(octets, size);
        assert_false(fdns_signatures_parse(&reader, &set, &signatures, &error));
        assert_string_equal(error, "a signature is cut short");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_that_is_full_leaves_out_the_rest),
        cmocka_unit_test(text_without_memory_counts),
        cmocka_unit_test(numbers_and_hex_are_read_whole_or_not),
        cmocka_unit_test(octets_are_compared_and_found),
        cmocka_unit_test(words_end_at_the_separator_or_the_end),
        cmocka_unit_test(what_is_written_as_json_is_read_back),
        cmocka_unit_test(strings_mean_what_their_escapes_say),
        cmocka_unit_test(json_of_another_form_is_not_read),
        cmocka_unit_test(json_that_is_cut_short_is_not_read),
        cmocka_unit_test(a_key_set_is_read_up_to_its_end),
        cmocka_unit_test(a_key_set_of_another_form_is_not_read),
        cmocka_unit_test(signatures_name_each_key_once_and_in_order),
    };

    return cmocka_run_group_tests_name("kit", tests, NULL, NULL);
}
