/*
 * checkpoint_test.c - a checkpoint is believed in one form only, from one key only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

#include "core/merkle/checkpoint.h"

struct note {
    uint8_t public_key[ED25519_PUBLIC_SIZE];
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    uint8_t room[CHECKPOINT_MAX];
    struct writer text;
    struct checkpoint checkpoint;
};

static void make(struct note *note, uint8_t seed_octet, uint64_t size)
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    uint8_t signature[ED25519_SIGNATURE_SIZE];

    memset(seed, seed_octet, sizeof(seed));
    assert_int_equal(crypto_sign_seed_keypair(note->public_key, note->secret_key, seed), 0);
    note->checkpoint = (struct checkpoint){.size = size, .root = {{0xfb, 0xff, 0x3e}}};
    assert_int_equal(log_id_of(note->public_key, &note->checkpoint.log_id), SWORN_OK);
    note->text = writer_over(note->room, sizeof(note->room));
    assert_int_equal(checkpoint_text(&note->checkpoint, &note->text), SWORN_OK);
    assert_int_equal(
        crypto_sign_detached(signature, NULL, note->room, note->text.used, note->secret_key), 0);
    assert_int_equal(checkpoint_seal(&note->text, &note->checkpoint, note->public_key, signature),
                     SWORN_OK);
}

static void a_sealed_checkpoint_opens(void **state)
{
    static const uint64_t sizes[] = {0, 1, 9, 10, 1234567, UINT64_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct note note;
        struct checkpoint opened;

        make(&note, 1, sizes[i]);
        assert_int_equal(checkpoint_open(written(&note.text), note.public_key, &opened), SWORN_OK);
        assert_int_equal(opened.size, sizes[i]);
        assert_true(hash_equal(&opened.root, &note.checkpoint.root));
        assert_true(hash_equal(&opened.log_id, &note.checkpoint.log_id));
    }
}

static void no_checkpoint_with_a_changed_bit_opens(void **state)
{
    struct note note;
    struct checkpoint opened;

    (void)state;
    make(&note, 1, 1234567);
    for (size_t bit = 0; bit < note.text.used * 8; bit++) {
        note.room[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        assert_int_not_equal(checkpoint_open(written(&note.text), note.public_key, &opened),
                             SWORN_OK);
        note.room[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    }
    for (size_t size = 0; size < note.text.used; size++) {
        assert_int_equal(checkpoint_open(octets_of(note.room, size), note.public_key, &opened),
                         SWORN_MALFORMED);
    }
}

static void another_logs_checkpoint_does_not_open(void **state)
{
    struct note note, other;
    struct checkpoint opened;

    (void)state;
    make(&note, 1, 5);
    make(&other, 2, 5);
    assert_int_equal(checkpoint_open(written(&note.text), other.public_key, &opened), SWORN_PROOF);
}

/** The checkpoint with `from` in it replaced, signed anew by the right key over the new text. */
static enum sworn_result open_signed(const char *size_text, const char *extension)
{
    struct note note;
    struct checkpoint opened;
    uint8_t signature[ED25519_SIGNATURE_SIZE];
    uint8_t text[CHECKPOINT_MAX];
    struct writer writer = writer_over(text, sizeof(text));
    char hex[65];
    char base64[64];

    make(&note, 1, 5);
    sodium_bin2hex(hex, sizeof(hex), note.checkpoint.log_id.octets, HASH_SIZE);
    sodium_bin2base64(base64, sizeof(base64), note.checkpoint.root.octets, HASH_SIZE,
                      sodium_base64_VARIANT_ORIGINAL);
    assert_int_equal(
        write_format(&writer, "sworn/%s\n%s\n%s\n%s", hex, size_text, base64, extension), SWORN_OK);
    assert_int_equal(crypto_sign_detached(signature, NULL, text, writer.used, note.secret_key), 0);
    assert_int_equal(checkpoint_seal(&writer, &note.checkpoint, note.public_key, signature),
                     SWORN_OK);
    return checkpoint_open(written(&writer), note.public_key, &opened);
}

static void there_is_one_form_only_even_for_who_holds_the_key(void **state)
{
    (void)state;
    assert_int_equal(open_signed("5", ""), SWORN_OK);
    assert_int_not_equal(open_signed("05", ""), SWORN_OK);
    assert_int_not_equal(open_signed("+5", ""), SWORN_OK);
    assert_int_not_equal(open_signed("5 ", ""), SWORN_OK);
    assert_int_not_equal(open_signed("", ""), SWORN_OK);
    assert_int_equal(open_signed("18446744073709551615", ""), SWORN_OK);
    assert_int_equal(open_signed("18446744073709551616", ""), SWORN_MALFORMED);
    assert_int_not_equal(open_signed("5", "extension\n"), SWORN_OK);
}

static void further_signatures_may_follow_but_nothing_else(void **state)
{
    struct note note;
    struct checkpoint opened;
    size_t own;

    (void)state;
    make(&note, 1, 5);
    own = note.text.used;
    assert_int_equal(write_text(&note.text, "\xe2\x80\x94 witness.example AAAA\n"), SWORN_OK);
    assert_int_equal(checkpoint_open(written(&note.text), note.public_key, &opened), SWORN_OK);
    note.text.used = own;
    assert_int_equal(write_text(&note.text, "witness.example AAAA\n"), SWORN_OK);
    assert_int_equal(checkpoint_open(written(&note.text), note.public_key, &opened),
                     SWORN_MALFORMED);
    note.text.used = own;
    assert_int_equal(write_text(&note.text, "\xe2\x80\x94 witness.example AAAA"), SWORN_OK);
    assert_int_equal(checkpoint_open(written(&note.text), note.public_key, &opened),
                     SWORN_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sealed_checkpoint_opens),
        cmocka_unit_test(no_checkpoint_with_a_changed_bit_opens),
        cmocka_unit_test(another_logs_checkpoint_does_not_open),
        cmocka_unit_test(there_is_one_form_only_even_for_who_holds_the_key),
        cmocka_unit_test(further_signatures_may_follow_but_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
