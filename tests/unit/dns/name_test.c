/*
 * name_test.c - names are read strictly, printed so that they come back, and ordered canonically.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/dns/name.h"
#include "tests/unit/dns/generate.h"

static struct name name_of(const char *text)
{
    struct name name;

    if (name_from_text(octets_of_text(text), NULL, &name) != SWORN_OK) {
        fail_msg("\"%s\" is no name", text);
    }
    return name;
}

static void assert_wire(const struct name *name, struct octets wire)
{
    assert_int_equal(name->size, wire.size);
    assert_memory_equal(name->wire, wire.data, wire.size);
}

#define WIRE(literal) octets_of(literal, sizeof(literal) - 1)

static void text_becomes_wire(void **state)
{
    static const struct {
        const char *text;
        struct octets wire;
    } examples[] = {
        {".", {(const uint8_t *)"", 1}},
        {"a.", {(const uint8_t *)"\1a\0", 3}},
        {"Www.Example.", {(const uint8_t *)"\3Www\7Example\0", 13}},
        {"a\\.b.c.", {(const uint8_t *)"\3a.b\1c\0", 7}},
        {"\\065\\000\\255.", {(const uint8_t *)"\3A\0\377\0", 5}},
        {"\\\\\\\"\\;\\(.", {(const uint8_t *)"\4\\\";(\0", 6}},
        {"a@b.", {(const uint8_t *)"\3a@b\0", 5}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        struct name name = name_of(examples[i].text);
        assert_wire(&name, examples[i].wire);
    }
}

static void relative_text_ends_in_the_origin(void **state)
{
    struct name origin = name_of("example.");
    struct name root;
    struct name name;

    (void)state;
    name_root(&root);
    assert_int_equal(name_from_text(octets_of_text("www"), &origin, &name), SWORN_OK);
    assert_wire(&name, WIRE("\3www\7example\0"));
    assert_int_equal(name_from_text(octets_of_text("@"), &origin, &name), SWORN_OK);
    assert_wire(&name, WIRE("\7example\0"));
    assert_int_equal(name_from_text(octets_of_text("www"), &root, &name), SWORN_OK);
    assert_wire(&name, WIRE("\3www\0"));
    assert_int_equal(name_from_text(octets_of_text("www"), NULL, &name), SWORN_MALFORMED);
    assert_int_equal(name_from_text(octets_of_text("@"), NULL, &name), SWORN_MALFORMED);
}

#define LABEL63 "123456789012345678901234567890123456789012345678901234567890123"
#define LABEL61 "1234567890123456789012345678901234567890123456789012345678901"

static void malformed_text_is_no_name(void **state)
{
    static const char *const texts[] = {
        "",
        "..",
        ".a.",
        "a..b.",
        "a\\",
        "a\\1.",
        "a\\12.",
        "\\256.",
        "a b.",
        "a;b.",
        "a\"b.",
        "(a.",
        "\xc3\xa4.",
        LABEL63 "4.",
        LABEL63 "." LABEL63 "." LABEL63 "." LABEL61 "2.",
        LABEL63 "." LABEL63 "." LABEL63 "." LABEL63,
    };
    struct name origin = name_of("a.");
    struct name name;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (name_from_text(octets_of_text(texts[i]), &origin, &name) != SWORN_MALFORMED) {
            fail_msg("\"%s\" is taken for a name", texts[i]);
        }
    }
}

static void longest_name_fits_everywhere(void **state)
{
    struct name name;
    struct name again;
    uint8_t key[NAME_KEY_MAX];
    char text[NAME_TEXT_SIZE];

    (void)state;
    name = name_of(LABEL63 "." LABEL63 "." LABEL63 "." LABEL61 ".");
    assert_int_equal(name.size, 255);
    /* Every octet 00: the longest text and the longest key there are. */
    for (size_t at = 0; name.wire[at] != 0; at += 1U + name.wire[at]) {
        memset(name.wire + at + 1, 0, name.wire[at]);
    }
    name_to_text(&name, text);
    assert_int_equal(strlen(text), 4 * 250 + 4);
    assert_int_equal(name_from_text(octets_of_text(text), NULL, &again), SWORN_OK);
    assert_wire(&again, name_octets(&name));
    assert_int_equal(name_to_key(&name, key), NAME_KEY_MAX);
    assert_int_equal(name_from_key(octets_of(key, NAME_KEY_MAX), &again), SWORN_OK);
    assert_wire(&again, name_octets(&name));
    name_to_hash_text(&name, text);
    assert_int_equal(strlen(text), 4 * 250 + 4);
}

static void wire_is_read_without_compression(void **state)
{
    static const struct octets malformed[] = {
        {NULL, 0},
        {(const uint8_t *)"\1", 1},
        {(const uint8_t *)"\1a", 2},
        {(const uint8_t *)"\2a\0", 3},
        {(const uint8_t *)"\300\0", 2},
        {(const uint8_t *)"\100a\0", 3},
    };
    struct name name;

    (void)state;
    for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
        struct reader reader = reader_of(malformed[i]);
        const uint8_t *at = reader.at;
        assert_int_equal(name_read(&reader, &name), SWORN_MALFORMED);
        assert_ptr_equal(reader.at, at);
    }
    struct reader reader = reader_of(WIRE("\1a\1B\0rest"));
    assert_int_equal(name_read(&reader, &name), SWORN_OK);
    assert_wire(&name, WIRE("\1a\1B\0"));
    assert_int_equal(reader_left(&reader), 4);
}

static enum sworn_result read_at(struct octets message, size_t offset, struct name *name,
                                 size_t *after)
{
    struct reader reader = reader_of(message);

    reader.at += offset;
    SWORN_TRY(name_read_compressed(&reader, name));
    *after = (size_t)(reader.at - reader.start);
    return SWORN_OK;
}

static void compression_pointers_lead_backwards(void **state)
{
    /* 0: c.  3: b.c.  7: a.b.c. */
    struct octets message = WIRE("\1c\0\1b\300\0\1a\300\3!");
    struct name name;
    size_t after;

    (void)state;
    assert_int_equal(read_at(message, 7, &name, &after), SWORN_OK);
    assert_wire(&name, WIRE("\1a\1b\1c\0"));
    assert_int_equal(after, 11);
    assert_int_equal(read_at(message, 9, &name, &after), SWORN_OK);
    assert_wire(&name, WIRE("\1b\1c\0"));
}

static void compression_pointers_that_do_not_are_refused(void **state)
{
    static const struct {
        struct octets message;
        size_t offset;
    } examples[] = {
        {{(const uint8_t *)"\300\0", 2}, 0},          /* itself */
        {{(const uint8_t *)"\300\2\1a\0", 5}, 0},     /* forward */
        {{(const uint8_t *)"\1a\300\0", 4}, 0},       /* its own run */
        {{(const uint8_t *)"\1a\300\2", 4}, 2},       /* itself, not at the start */
        {{(const uint8_t *)"\1a\300\4\300\0", 6}, 4}, /* to a run that leads forward */
        {{(const uint8_t *)"\0\300", 2}, 1},          /* half a pointer */
        {{(const uint8_t *)"\0\200\0", 3}, 1},        /* neither label nor pointer */
    };
    struct name name;
    size_t after;

    (void)state;
    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        if (read_at(examples[i].message, examples[i].offset, &name, &after) != SWORN_MALFORMED) {
            fail_msg("example %zu is taken for a name", i);
        }
    }
}

/* Each of thousands of names in a message could else cost thousands of steps. */
static void a_chain_of_pointers_is_refused_soon(void **state)
{
    uint8_t message[1 + 2 * 129] = {0};
    struct name name;
    size_t after;

    (void)state;
    for (size_t i = 0; i < 129; i++) {
        message[1 + 2 * i] = (uint8_t)(0xC0 | (i == 0 ? 0 : (2 * i - 1) >> 8));
        message[2 + 2 * i] = (uint8_t)(i == 0 ? 0 : 2 * i - 1);
    }
    assert_int_equal(
        read_at(octets_of(message, sizeof(message)), 1 + (size_t)2 * 127, &name, &after), SWORN_OK);
    assert_int_equal(name.size, 1);
    assert_int_equal(after, 1 + 2 * 128);
    assert_int_equal(
        read_at(octets_of(message, sizeof(message)), 1 + (size_t)2 * 128, &name, &after),
        SWORN_MALFORMED);
}

static void long_name_by_pointers_is_refused(void **state)
{
    uint8_t message[512];
    struct writer writer = writer_over(message, sizeof(message));
    struct name name;
    size_t last = 0;
    size_t after;

    (void)state;
    /* Each of 127 names is one label longer than the one before; the last has 255 octets. */
    assert_int_equal(write_u8(&writer, 0), SWORN_OK);
    for (size_t i = 0; i < 120; i++) {
        size_t at = writer.used;
        assert_int_equal(write_u8(&writer, 2), SWORN_OK);
        assert_int_equal(write_u16(&writer, 0x6162), SWORN_OK);
        assert_int_equal(write_u16(&writer, (uint16_t)(0xC000 | last)), SWORN_OK);
        last = at;
        enum sworn_result expected = 3 * (i + 1) + 1 <= 255 ? SWORN_OK : SWORN_MALFORMED;
        assert_int_equal(read_at(written(&writer), at, &name, &after), expected);
        if (expected != SWORN_OK) {
            return;
        }
    }
    fail_msg("no name was too long");
}

/* RFC 4034 6.1, and what follows from it. */
static const char *const in_order[] = {
    ".",
    "example.",
    "a.example.",
    "yljkjljk.a.example.",
    "Z.a.example.",
    "zABC.a.EXAMPLE.",
    "z.example.",
    "\\001.z.example.",
    "*.z.example.",
    "\\200.z.example.",
    "zz.example.",
    "example0.",
    "\\255.",
};

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

static void assert_order(const struct name *a, const struct name *b, int expected)
{
    uint8_t a_key[NAME_KEY_MAX];
    uint8_t b_key[NAME_KEY_MAX];
    size_t a_size = name_to_key(a, a_key);
    size_t b_size = name_to_key(b, b_key);

    assert_int_equal(sign(name_compare(a, b)), expected);
    assert_int_equal(sign(octets_compare(octets_of(a_key, a_size), octets_of(b_key, b_size))),
                     expected);
}

static void names_and_their_keys_sort_canonically(void **state)
{
    size_t count = sizeof(in_order) / sizeof(in_order[0]);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            struct name a = name_of(in_order[i]);
            struct name b = name_of(in_order[j]);
            assert_order(&a, &b, sign((int)i - (int)j));
        }
    }
}

static void keys_sort_as_names_do_whatever_they_hold(void **state)
{
    uint64_t seed = 1;
    struct name a, b;
    uint8_t key[NAME_KEY_MAX];
    struct name again;

    (void)state;
    for (size_t i = 0; i < 20000; i++) {
        generate_name(&seed, &a);
        generate_name(&seed, &b);
        assert_order(&a, &b, sign(name_compare(&a, &b)));
        assert_int_equal(name_from_key(octets_of(key, name_to_key(&a, key)), &again), SWORN_OK);
        assert_true(name_equal(&a, &again));
        name_lower(&a);
        assert_wire(&again, name_octets(&a));
    }
}

static void octets_that_are_no_key_are_refused(void **state)
{
    static const struct octets keys[] = {
        {(const uint8_t *)"a", 1},      /* no end */
        {(const uint8_t *)"\0", 1},     /* empty label */
        {(const uint8_t *)"a\0\0", 3},  /* the same, later */
        {(const uint8_t *)"A\0", 2},    /* upper case: a second key of one name */
        {(const uint8_t *)"\1\0", 2},   /* half an escape, and the mark of NSEC3 leaves */
        {(const uint8_t *)"\1\3\0", 3}, /* no escape */
        {(const uint8_t *)"a\1", 2},    /* half an escape at the end */
    };
    struct name name;

    (void)state;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (name_from_key(keys[i], &name) != SWORN_MALFORMED) {
            fail_msg("key %zu is taken for a name's", i);
        }
    }
}

static void suffix_inside_a_label_is_no_ancestor(void **state)
{
    struct name ancestor = name_of("ample.");
    struct name name = name_of("ex\\005ample.");
    struct name below = name_of("x.AMPLE.");
    struct name root;

    (void)state;
    name_root(&root);
    assert_false(name_within(&name, &ancestor));
    assert_true(name_within(&below, &ancestor));
    assert_true(name_within(&ancestor, &ancestor));
    assert_false(name_within(&ancestor, &below));
    assert_true(name_within(&name, &root));
}

static void labels_come_off_and_go_on(void **state)
{
    struct name name = name_of("*.a.B.");
    struct name parent;

    (void)state;
    assert_true(name_is_wildcard(&name));
    assert_int_equal(name_labels(&name), 3);
    assert_int_equal(name_parent(&name, &parent), SWORN_OK);
    assert_wire(&parent, WIRE("\1a\1B\0"));
    assert_false(name_is_wildcard(&parent));
    assert_int_equal(name_prepend(octets_of_text("*"), &parent, &parent), SWORN_OK);
    assert_wire(&parent, name_octets(&name));
    name_root(&name);
    assert_int_equal(name_labels(&name), 0);
    assert_int_equal(name_parent(&name, &parent), SWORN_ABSENT);
    name = name_of(LABEL63 "." LABEL63 "." LABEL63 "." LABEL61 ".");
    assert_int_equal(name_prepend(octets_of_text("a"), &name, &parent), SWORN_LIMIT);
}

static void printed_names_come_back(void **state)
{
    uint64_t seed = 2;
    char text[NAME_TEXT_SIZE];
    struct name name;
    struct name again;

    (void)state;
    for (size_t i = 0; i < 20000; i++) {
        generate_name(&seed, &name);
        name_to_text(&name, text);
        assert_int_equal(name_from_text(octets_of_text(text), NULL, &again), SWORN_OK);
        assert_wire(&again, name_octets(&name));
    }
    name = name_of("a\\.b\\@\\$\\\".*._x-y.1/2.\\035\\032\\200.");
    name_to_text(&name, text);
    assert_string_equal(text, "a\\.b\\@\\$\\\".*._x-y.1/2.\\035\\032\\200.");
}

static void hashed_text_has_one_spelling(void **state)
{
    struct name name = name_of("*.A\\.b_-.Ex/\\200mple.");
    struct name root;
    char text[NAME_TEXT_SIZE];

    (void)state;
    name_to_hash_text(&name, text);
    assert_string_equal(text, "*.a\\046b_-.ex\\047\\200mple.");
    name_root(&root);
    name_to_hash_text(&root, text);
    assert_string_equal(text, ".");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_becomes_wire),
        cmocka_unit_test(relative_text_ends_in_the_origin),
        cmocka_unit_test(malformed_text_is_no_name),
        cmocka_unit_test(longest_name_fits_everywhere),
        cmocka_unit_test(wire_is_read_without_compression),
        cmocka_unit_test(compression_pointers_lead_backwards),
        cmocka_unit_test(compression_pointers_that_do_not_are_refused),
        cmocka_unit_test(a_chain_of_pointers_is_refused_soon),
        cmocka_unit_test(long_name_by_pointers_is_refused),
        cmocka_unit_test(names_and_their_keys_sort_canonically),
        cmocka_unit_test(keys_sort_as_names_do_whatever_they_hold),
        cmocka_unit_test(octets_that_are_no_key_are_refused),
        cmocka_unit_test(suffix_inside_a_label_is_no_ancestor),
        cmocka_unit_test(labels_come_off_and_go_on),
        cmocka_unit_test(printed_names_come_back),
        cmocka_unit_test(hashed_text_has_one_spelling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
