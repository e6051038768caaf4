/*
 * text_test.c - hex, base64 and apexes in paths: one spelling for each value.
 */
#include "net/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

typedef enum sworn_result (*coder)(struct writer *writer, struct octets octets);
typedef enum sworn_result (*decoder)(struct octets text, struct writer *octets);

static void expect_text(coder write, const char *octets, size_t size, const char *expected)
{
    char text[256] = "";
    struct writer writer = writer_over(text, sizeof(text) - 1);

    assert_int_equal(write(&writer, octets_of(octets, size)), SWORN_OK);
    assert_string_equal(text, expected);
}

static void expect_octets(decoder read, const char *text, const char *octets, size_t size)
{
    uint8_t array[256];
    struct writer writer = writer_over(array, sizeof(array));

    assert_int_equal(read(octets_of_text(text), &writer), SWORN_OK);
    assert_int_equal(writer.used, size);
    assert_memory_equal(array, octets, size);
}

static void expect_malformed(decoder read, const char *text)
{
    uint8_t array[256];
    struct writer writer = writer_over(array, sizeof(array));

    if (read(octets_of_text(text), &writer) != SWORN_MALFORMED) {
        fail_msg("\"%s\" was read", text);
    }
}

static void hex_reads_what_it_writes(void **state)
{
    (void)state;
    expect_text(hex_write, "\0\x7f\xff", 3, "007fff");
    expect_text(hex_write, "", 0, "");
    expect_octets(hex_read, "007FfF", "\0\x7f\xff", 3);
    expect_octets(hex_read, "", "", 0);
    expect_malformed(hex_read, "0");
    expect_malformed(hex_read, "0g");
    expect_malformed(hex_read, " 00");
    expect_malformed(hex_read, "0x00");
    expect_malformed(hex_read, "00 0");
}

/* RFC 4648 10 */
static void base64_agrees_with_the_vectors_of_its_rfc(void **state)
{
    static const char *const vectors[][2] = {{"", ""},
                                             {"f", "Zg=="},
                                             {"fo", "Zm8="},
                                             {"foo", "Zm9v"},
                                             {"foob", "Zm9vYg=="},
                                             {"fooba", "Zm9vYmE="},
                                             {"foobar", "Zm9vYmFy"}};

    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        expect_text(base64_write, vectors[i][0], strlen(vectors[i][0]), vectors[i][1]);
        expect_octets(base64_read, vectors[i][1], vectors[i][0], strlen(vectors[i][0]));
    }
    expect_text(base64_write, "\xfb\xff\xbf", 3, "+/+/");
}

static void base64_has_one_spelling(void **state)
{
    static const char *const bad[] = {
        "Zg",    "Zg=",  "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm9v\n",
        "Zm 9v", "Zm9-", "Zm9_", "=Zm9", "Z=9v", "Zm=v", "Zm9vYg=v", "Zm9vZ==="};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        expect_malformed(base64_read, bad[i]);
    }
}

static void base64_agrees_with_libsodium(void **state)
{
    uint64_t seed = 7;

    (void)state;
    for (size_t size = 0; size < 130; size++) {
        uint8_t octets[130], back[130];
        char expected[256];
        struct writer writer = writer_over(back, sizeof(back));

        for (size_t i = 0; i < size; i++) {
            seed = seed * 6364136223846793005ULL + 1;
            octets[i] = (uint8_t)(seed >> 56);
        }
        (void)sodium_bin2base64(expected, sizeof(expected), octets, size,
                                sodium_base64_VARIANT_ORIGINAL);
        expect_text(base64_write, (const char *)octets, size, expected);
        assert_int_equal(base64_read(octets_of_text(expected), &writer), SWORN_OK);
        assert_int_equal(writer.used, size);
        assert_memory_equal(back, octets, size);
    }
}

static void output_that_does_not_fit_is_refused(void **state)
{
    uint8_t array[3];
    struct writer writer = writer_over(array, sizeof(array));

    (void)state;
    assert_int_equal(hex_write(&writer, octets_of("ab", 2)), SWORN_LIMIT);
    assert_int_equal(base64_write(&writer, octets_of("a", 1)), SWORN_LIMIT);
    assert_int_equal(base64_read(octets_of_text("Zm9vYg=="), &writer), SWORN_LIMIT);
    assert_int_equal(hex_read(octets_of_text("00112233"), &writer), SWORN_LIMIT);
}

static void apexes_have_one_path(void **state)
{
    static const char *const pairs[][2] = {
        {".", "=2E"},
        {"demo.test.", "demo.test"},
        {"DEMO.Test.", "demo.test"},
        {"_a-b.c0.", "_a-b.c0"},
        {"0/25.2.0.192.in-addr.arpa.", "0=2F25.2.0.192.in-addr.arpa"},
        {"a\\.b.test.", "a=2Eb.test"},
        {"\\.a.", "=2Ea"},
        {"a.\\..", "a.=2E"},
        {"\\000\\255.test.", "=00=FF.test"},
        {"*.test.", "=2A.test"},
        {"\\@.test.", "=40.test"},
        {"=.test.", "=3D.test"},
        {"\\\\.test.", "=5C.test"},
        {"\\032.test.", "=20.test"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct name apex, back;
        char path[APEX_PATH_SIZE + 1] = "";
        struct writer writer = writer_over(path, APEX_PATH_SIZE);

        assert_int_equal(name_from_text(octets_of_text(pairs[i][0]), NULL, &apex), SWORN_OK);
        assert_int_equal(apex_path_write(&apex, &writer), SWORN_OK);
        assert_string_equal(path, pairs[i][1]);
        assert_int_equal(apex_path_read(octets_of_text(path), &back), SWORN_OK);
        assert_true(name_equal(&apex, &back));
    }
}

static void other_spellings_of_an_apex_are_refused(void **state)
{
    static const char *const bad[] = {
        "",           ".",
        "demo.test.", ".demo.test",
        "demo..test", "Demo.test",
        "=2e",        "=61",
        "=41.test",   "a=2",
        "a=",         "a=zz",
        "a b",        "a/b",
        "a%2Fb",      "a*",
        "a\\.b",      "a=2F=",
        "=2D.test",   "=5f",
        "a=2f",       "=2E=2E.",
        "\xc3\xbc",   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test"};
    struct name apex;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (apex_path_read(octets_of_text(bad[i]), &apex) != SWORN_MALFORMED) {
            fail_msg("\"%s\" was read", bad[i]);
        }
    }
}

static void a_single_dot_as_a_label_has_no_path(void **state)
{
    struct name apex;
    char path[8];
    struct writer writer = writer_over(path, sizeof(path));

    (void)state;
    assert_int_equal(name_from_text(octets_of_text("\\.."), NULL, &apex), SWORN_OK);
    assert_int_equal(apex_path_write(&apex, &writer), SWORN_INVALID);
}

static void the_longest_apex_fits_and_no_longer_one(void **state)
{
    char path[APEX_PATH_SIZE + 64] = "";
    struct writer writer = writer_over(path, sizeof(path));
    struct name apex, back;

    (void)state;
    /* 127 labels of one octet: 255 octets of wire. */
    for (size_t i = 0; i < 127; i++) {
        assert_int_equal(write_text(&writer, i == 0 ? "=00" : ".=00"), SWORN_OK);
    }
    assert_int_equal(apex_path_read(written(&writer), &apex), SWORN_OK);
    assert_int_equal(apex.size, 255);
    assert_int_equal(write_text(&writer, ".a"), SWORN_OK);
    assert_int_equal(apex_path_read(written(&writer), &back), SWORN_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hex_reads_what_it_writes),
        cmocka_unit_test(base64_agrees_with_the_vectors_of_its_rfc),
        cmocka_unit_test(base64_has_one_spelling),
        cmocka_unit_test(base64_agrees_with_libsodium),
        cmocka_unit_test(output_that_does_not_fit_is_refused),
        cmocka_unit_test(apexes_have_one_path),
        cmocka_unit_test(other_spellings_of_an_apex_are_refused),
        cmocka_unit_test(a_single_dot_as_a_label_has_no_path),
        cmocka_unit_test(the_longest_apex_fits_and_no_longer_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
