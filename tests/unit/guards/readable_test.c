/*
 * readable_test.c - messages as text for people, and what wallets sign of them.
 */
#include "tests/unit/guards/meaning.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const uint8_t zone_id[32] = {0xAB};

/* A message around operations; `octets` is the caller's. */
static struct fdns_message message_of(struct fdns_octets operations)
{
    return (struct fdns_message){.apex = fdns_text_of("demo.test."),
                                 .zone_id = fdns_octets_of(zone_id, sizeof(zone_id)),
                                 .sequence = 7,
                                 .operations = operations};
}

static void put_operation(struct fdns_text *operations, uint8_t kind, struct fdns_octets octets)
{
    fdns_put_character(operations, (char)kind);
    for (size_t i = 4; i > 0; i--) {
        fdns_put_character(operations, (char)(octets.size >> 8 * (i - 1)));
    }
    fdns_put_octets(operations, octets);
}

static void put_json(struct fdns_text *operations, const char *json)
{
    put_operation(operations, FDNS_KIND_RECORD, fdns_text_of(json));
}

/* The text, on the heap; NULL and the error where there is none. */
static char *readable(const struct fdns_message *message, size_t *size, const char **error)
{
    struct fdns_text counted = {NULL, 0, 0}, text;

    if (!fdns_readable(message, hash_sha256, &counted, error)) {
        return NULL;
    }
    text = (struct fdns_text){malloc(counted.used + 1), 0, counted.used + 1};
    assert_non_null(text.start);
    assert_true(fdns_readable(message, hash_sha256, &text, error));
    assert_int_equal(text.used, counted.used);
    assert_null(meaning_differs(fdns_text_octets(&text), message));
    text.start[text.used] = '\0';
    *size = text.used;
    return text.start;
}

static const char *error_of(const struct fdns_message *message)
{
    const char *error = NULL;
    size_t size;
    char *text = readable(message, &size, &error);

    if (text != NULL) {
        fail_msg("it has a text: %s", text);
    }
    return error;
}

static struct fdns_octets unhex(const json_t *vector, const char *name, uint8_t *room)
{
    struct fdns_octets digits = fdns_text_of(json_string_value(json_object_get(vector, name)));

    assert_true(fdns_hex(digits, room));
    return fdns_octets_of(room, digits.size / 2);
}

static json_t *load_vectors(void)
{
    char path[4096];
    json_t *json;

    (void)snprintf(path, sizeof(path), "%s/tests/unit/guards/vectors.json", getenv("SWORN_SOURCE"));
    json = json_load_file(path, 0, NULL);
    assert_non_null(json);
    return json;
}

static void texts_and_digests_are_those_of_other_programs(void **state)
{
    json_t *json = load_vectors(), *vector;
    size_t i;

    (void)state;
    assert_true(json_array_size(json_object_get(json, "vectors")) >= 7);
    json_array_foreach(json_object_get(json, "vectors"), i, vector)
    {
        uint8_t octets[8192], expected[32], digest[32];
        struct fdns_message message;
        const char *error;
        size_t size;
        char *text;
        void *room;

        assert_true(fdns_message_parse(unhex(vector, "message", octets), &message, &error));
        text = readable(&message, &size, &error);
        assert_non_null(text);
        assert_string_equal(text, json_string_value(json_object_get(vector, "text")));
        room = malloc(fdns_eth_room(fdns_octets_of(text, size)));
        fdns_eth_personal(digest, fdns_octets_of(text, size), hash_keccak256, room);
        (void)unhex(vector, "personal", expected);
        assert_memory_equal(digest, expected, 32);
        fdns_eth_typed(digest, &message, fdns_octets_of(text, size), hash_keccak256, room);
        (void)unhex(vector, "typed", expected);
        assert_memory_equal(digest, expected, 32);
        free(room);
        free(text);
    }
    json_decref(json);
}

#define SET(mode, type, name, content, ttl)                                                        \
    "{\"UpdateRecord\":{\"mode\":\"" mode "\",\"record\":\"" type "\",\"name\":\"" name            \
    "\",\"content\":\"" content "\",\"ttl\":" ttl "}}"
#define REMOVE(type, name, index)                                                                  \
    "{\"RemoveRecords\":{\"record\":" type ",\"name\":" name ",\"index\":" index "}}"

/* Each of these does something else. */
static const char *const different[] = {
    "\"Clear\"",
    SET("Set", "A", "www", "192.0.2.1", "null"),
    SET("Append", "A", "www", "192.0.2.1", "null"),
    SET("Set", "AAAA", "www", "192.0.2.1", "null"),
    SET("Set", "A", "WWW", "192.0.2.1", "null"),
    SET("Set", "A", "@", "192.0.2.1", "null"),
    SET("Set", "A", "*", "192.0.2.1", "null"),
    SET("Set", "A", "www.demo.test.", "192.0.2.1", "null"),
    SET("Set", "A", "www", "192.0.2.10", "null"),
    SET("Set", "A", "www", "192.0.2.1 ", "null"),
    SET("Set", "A", "www", " 192.0.2.1", "null"),
    SET("Set", "A", "www", "", "null"),
    SET("Set", "A", "www", "A 192.0.2.1", "null"),
    SET("Set", "A", "www", "192.0.2.1", "\\\"300\\\""),
    SET("Set", "A", "www", "192.0.2.1", "\"300\""),
    SET("Set", "A", "www", "192.0.2.1", "\"30\""),
    SET("Set", "A", "A", "A", "null"),
    SET("Append", "TXT", "auto", "auto", "null"),
    SET("Append", "auto", "auto", "auto", "null"),
    SET("Append", "TYPE#0", "www", "x", "null"),
    SET("Set", "TXT", "www", "remove this zone", "null"),
    REMOVE("\"A\"", "\"www\"", "null"),
    REMOVE("\"A\"", "\"www\"", "0"),
    REMOVE("\"A\"", "\"www\"", "10"),
    REMOVE("\"#0\"", "\"www\"", "null"),
    REMOVE("\"#0\"", "\"www\"", "0"),
    REMOVE("\"A\"", "\"@\"", "null"),
    REMOVE("\"A\"", "\"*\"", "null"),
    REMOVE("null", "\"www\"", "null"),
    REMOVE("null", "\"www\"", "0"),
    REMOVE("null", "null", "null"),
    REMOVE("\"A\"", "null", "null"),
    REMOVE("\"A\"", "null", "0"),
    REMOVE("\"www\"", "\"A\"", "null"),
    REMOVE("\"this\"", "\"zone\"", "null"),
};

enum { DIFFERENT = sizeof(different) / sizeof(different[0]) };

static void operations_that_differ_have_texts_that_differ(void **state)
{
    static const uint8_t owners[][6] = {
        {0}, {0, 0, 0, 0, 1}, {1, 0, 0, 0, 1}, {1, 0, 0, 0, 1, 1}, {2, 0, 0, 0, 1, 1}};
    static const size_t owner_sizes[] = {4, 5, 5, 6, 6};
    char *texts[DIFFERENT * DIFFERENT + 64];
    size_t count = 0, size;
    const char *error;

    (void)state;
    for (size_t i = 0; i < DIFFERENT; i++) {
        for (size_t j = 0; j <= DIFFERENT; j++) {
            struct fdns_message message;
            FDNS_TEXT(operations, 1024);

            put_json(&operations, different[i]);
            if (j < DIFFERENT) {
                put_json(&operations, different[j]);
            }
            message = message_of(fdns_text_octets(&operations));
            texts[count] = readable(&message, &size, &error);
            count += texts[count] != NULL;
            if (count > sizeof(texts) / sizeof(texts[0]) - 32) {
                fail_msg("more texts than room");
            }
        }
    }
    for (size_t i = 0; i < sizeof(owner_sizes) / sizeof(owner_sizes[0]); i++) {
        struct fdns_message message;
        FDNS_TEXT(operations, 64);

        put_operation(&operations, FDNS_KIND_OWNER, fdns_octets_of(owners[i], owner_sizes[i]));
        message = message_of(fdns_text_octets(&operations));
        texts[count] = readable(&message, &size, &error);
        assert_non_null(texts[count++]);
    }
    assert_true(count > 1000);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(texts[i], texts[j]) == 0) {
                fail_msg("two messages have this text:\n%s", texts[i]);
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        free(texts[i]);
    }
}

/* readable() itself compares each text with what the message does. */
static void a_message_changed_anywhere_has_another_text_or_none_or_does_the_same(void **state)
{
    json_t *json = load_vectors(), *vector;
    size_t i, texts = 0, others = 0;

    (void)state;
    json_array_foreach(json_object_get(json, "vectors"), i, vector)
    {
        uint8_t octets[8192];
        struct fdns_octets whole = unhex(vector, "message", octets);

        for (size_t at = 16; at < whole.size; at++) {
            for (unsigned change = 1; change < 256; change <<= 3) {
                struct fdns_message message;
                const char *error;
                size_t size;
                char *text;

                octets[at] = (uint8_t)(octets[at] ^ change);
                if (fdns_message_parse(whole, &message, &error)) {
                    text = readable(&message, &size, &error);
                    texts += text != NULL;
                    others += text == NULL;
                    free(text);
                }
                octets[at] = (uint8_t)(octets[at] ^ change);
            }
        }
    }
    json_decref(json);
    assert_true(texts > 1000 && others > 1000);
}

static void what_cannot_be_shown_has_no_text(void **state)
{
    static const struct {
        const char *json, *error;
    } cases[] = {
        {SET("Set", "A", "w w", "x", "null"), "a name holds other than printable ASCII"},
        {SET("Set", "A", "w\\n", "x", "null"), "a name holds other than printable ASCII"},
        {SET("Set", "A", "\xC3\xA4", "x", "null"), "a name holds other than printable ASCII"},
        {SET("Set", "A", "w\\u007f", "x", "null"), "a name holds other than printable ASCII"},
        {SET("Set", "A", "w", "x\\ny", "null"),
         "a record's content holds other than printable ASCII"},
        {SET("Set", "A", "w", "\\u202e", "null"),
         "a record's content holds other than printable ASCII"},
        {SET("Set", "A", "w", "x\\ty", "null"),
         "a record's content holds other than printable ASCII"},
        {SET("Set", "", "w", "x", "null"),
         "a type is empty, \"*\" or holds other than printable ASCII"},
        {SET("Set", "*", "w", "x", "null"),
         "a type is empty, \"*\" or holds other than printable ASCII"},
        {SET("Set", "A A", "w", "x", "null"),
         "a type is empty, \"*\" or holds other than printable ASCII"},
        {REMOVE("\"*\"", "\"w\"", "null"),
         "a type is empty, \"*\" or holds other than printable ASCII"},
        {REMOVE("\"A #0\"", "\"w\"", "null"),
         "a type is empty, \"*\" or holds other than printable ASCII"},
        {SET("Set", "A", "w", "x", "\"\""), "a ttl is not a number"},
        {SET("Set", "A", "w", "x", "\"-1\""), "a ttl is not a number"},
        {SET("Set", "A", "w", "x", "\"1 A\""), "a ttl is not a number"},
        {SET("Set", "A", "w", "x", "\"AUTO\""), "a ttl is not a number"},
        {SET("Put", "A", "w", "x", "null"), "an operation's mode is neither Set nor Append"},
        {"{}", "an operation's JSON is not as it has to be"},
        {REMOVE("null", "null", "null,\"x\":1"), "an operation's JSON is not as it has to be"},
        {"{\"RemoveRecords\":{\"x\":1}}", "an operation's JSON has a member that is not known"},
        {"{\"RemoveRecords\":{\"name\":null,\"name\":null}}",
         "an operation's JSON has a member twice"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fdns_message message;
        FDNS_TEXT(operations, 512);

        put_json(&operations, cases[i].json);
        message = message_of(fdns_text_octets(&operations));
        assert_string_equal(error_of(&message), cases[i].error);
    }
}

static void operations_that_are_none_have_no_text(void **state)
{
    static const struct {
        uint8_t kind;
        const char *octets, *error;
    } cases[] = {
        {0, "", "an operation is of a kind that has no words"},
        {5, "", "an operation is of a kind that has no words"},
        {255, "", "an operation is of a kind that has no words"},
        {FDNS_KIND_REMOVE, "x", "an operation that removes the zone holds octets"},
        {FDNS_KIND_OWNER, "abc", "an operation that changes the owner is cut short"},
        {FDNS_KIND_OWNER, "\1\1\1\1x", "an operation that changes the owner is cut short"},
        {FDNS_KIND_CANCEL, "short", "an operation that cancels does not hold a hash"},
        {FDNS_KIND_ANNOUNCE, "\1", "an operation of the message is cut short"},
    };
    struct fdns_message message;
    FDNS_TEXT(nested, 64);
    FDNS_TEXT(twice, 64);

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        FDNS_TEXT(operations, 64);

        put_operation(&operations, cases[i].kind, fdns_text_of(cases[i].octets));
        message = message_of(fdns_text_octets(&operations));
        assert_string_equal(error_of(&message), cases[i].error);
    }
    put_operation(&nested, FDNS_KIND_EXECUTE, fdns_octets_of(NULL, 0));
    put_operation(&twice, FDNS_KIND_ANNOUNCE, fdns_text_octets(&nested));
    message = message_of(fdns_text_octets(&twice));
    assert_string_equal(error_of(&message), "an operation is of a kind that has no words");
}

static void a_zone_whose_name_cannot_be_shown_has_no_text(void **state)
{
    static const char *const names[] = {"a b.", "a\nb.", "\xC3\xA4.", "a\x7F.", "a\x1F."};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct fdns_message message = message_of(fdns_octets_of(NULL, 0));

        message.apex = fdns_text_of(names[i]);
        assert_string_equal(error_of(&message), "the zone's name holds other than printable ASCII");
    }
}

static void a_text_never_ends_where_its_room_does(void **state)
{
    char room[1024];
    struct fdns_message message;
    const char *error;
    FDNS_TEXT(operations, 512);
    struct fdns_text text = {NULL, 0, 0};

    (void)state;
    put_json(&operations, SET("Set", "A", "www", "192.0.2.1", "null"));
    message = message_of(fdns_text_octets(&operations));
    assert_true(fdns_readable(&message, hash_sha256, &text, &error));
    for (size_t size = 0; size <= text.used; size++) {
        struct fdns_text small = {room, 0, size};

        assert_false(fdns_readable(&message, hash_sha256, &small, &error));
        assert_string_equal(error, "the text is too long");
    }
}

/* The account whose key is 1: what ethers and every other wallet make of it. */
static void an_address_is_the_end_of_the_keys_hash(void **state)
{
    static const char point[] = "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
                                "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
    static const char address[] = "7e5f4552091a69125d5dfcb7b8c2659029395bdf";
    uint8_t key[65], expected[20], found[20];

    (void)state;
    assert_true(fdns_hex(fdns_text_of(point), key));
    assert_true(fdns_hex(fdns_text_of(address), expected));
    fdns_eth_address(found, key, hash_keccak256);
    assert_memory_equal(found, expected, sizeof(found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_and_digests_are_those_of_other_programs),
        cmocka_unit_test(operations_that_differ_have_texts_that_differ),
        cmocka_unit_test(a_message_changed_anywhere_has_another_text_or_none_or_does_the_same),
        cmocka_unit_test(what_cannot_be_shown_has_no_text),
        cmocka_unit_test(operations_that_are_none_have_no_text),
        cmocka_unit_test(a_zone_whose_name_cannot_be_shown_has_no_text),
        cmocka_unit_test(a_text_never_ends_where_its_room_does),
        cmocka_unit_test(an_address_is_the_end_of_the_keys_hash),
    };

    return cmocka_run_group_tests_name("readable", tests, NULL, NULL);
}
