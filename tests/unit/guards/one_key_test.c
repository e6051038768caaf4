/*
 * one_key_test.c - the library's guards of one key: p256, and secp256k1 by both schemes of wallets.
 * What they share with ed25519 is tried there as well (tests/unit/guard).
 */
#include "tests/unit/guards/signers.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

struct kind {
    const char *guard;
    struct signer owner;
    size_t key, signature; /* octets */
};

static const struct kind kinds[] = {
    {"ed25519", {.type = ED25519, .number = 1}, 32, 64},
    {"p256", {.type = P256, .number = 1}, 65, 64},
    {"secp256k1", {.type = SECP256K1, .scheme = 1, .number = 1}, 20, 66},
    {"secp256k1", {.type = SECP256K1, .scheme = 2, .number = 1}, 20, 66},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static struct octets guard(struct fixture *fixture, const struct kind *kind)
{
    char path[64];

    (void)snprintf(path, sizeof(path), "guards/%s.wasm", kind->guard);
    return file_of(fixture, "SWORN_BUILD", path);
}

/* Start over with this owner and this message, signed. */
static struct octets begin(struct fixture *fixture, const struct kind *kind, struct octets message)
{
    fixture->call.environment = signer_key(fixture, &kind->owner);
    fixture->call.argument = joined(fixture, message, signer_sign(fixture, &kind->owner, message));
    return guard(fixture, kind);
}

static void what_the_owner_signed_happens(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < KINDS; i++) {
        struct octets code;

        fixture_again(fixture);
        code = begin(fixture, &kinds[i], message_with(fixture, RECORD, octets_of_text(SET_A)));
        assert_run(fixture, code, SWORN_OK, "");
        assert_true(has_www(fixture));
        fixture_again(fixture);
        code = begin(fixture, &kinds[i], message_with(fixture, 0, octets_of(NULL, 0)));
        assert_run(fixture, code, SWORN_OK, "");
        fixture_again(fixture);
        code = begin(fixture, &kinds[i], message_with(fixture, OWNER, octets_of("\0\0\0\0e", 5)));
        assert_run(fixture, code, SWORN_OK, "");
        assert_true(octets_equal(fixture->call.owner_environment, octets_of_text("e")));
    }
}

static void a_changed_argument_is_refused_at_every_octet(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < KINDS; i++) {
        struct octets code, argument, changed;

        fixture_again(fixture);
        code = begin(fixture, &kinds[i], message_with(fixture, RECORD, octets_of_text(SET_A)));
        argument = fixture->call.argument;
        for (size_t at = 0; at < argument.size; at++) {
            assert_int_equal(region_copy(&fixture->region, argument, &changed), SWORN_OK);
            ((uint8_t *)(uintptr_t)changed.data)[at] ^= 0x20;
            fixture->call.argument = changed;
            assert_int_equal(run(fixture, code), SWORN_REFUSED);
            assert_false(has_www(fixture));
        }
    }
}

static void a_truncated_argument_is_refused_at_every_length(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < KINDS; i++) {
        struct octets code, argument;

        fixture_again(fixture);
        code = begin(fixture, &kinds[i], message_with(fixture, RECORD, octets_of_text(SET_A)));
        argument = fixture->call.argument;
        for (size_t size = 0; size < argument.size; size++) {
            fixture->call.argument = octets_of(argument.data, size);
            assert_run_about(fixture, code, SWORN_REFUSED,
                             size == 0                   ? "argument is empty"
                             : size < kinds[i].signature ? "argument is shorter than a signature"
                                                         : "");
        }
    }
}

static void another_key_of_the_type_is_refused(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < KINDS; i++) {
        struct signer other = kinds[i].owner;
        struct octets code, message = {0};

        fixture_again(fixture);
        message = message_with(fixture, RECORD, octets_of_text(SET_A));
        code = begin(fixture, &kinds[i], message);
        other.number = 2;
        fixture->call.argument = joined(fixture, message, signer_sign(fixture, &other, message));
        assert_run_about(fixture, code, SWORN_REFUSED,
                         other.type == SECP256K1 ? ", the owner is 0x"
                                                 : "signature does not match the owner's key");
    }
}

static void an_environment_of_another_size_is_refused_before_all_else(void **state)
{
    static const uint8_t zeros[128];
    struct fixture *fixture = *state;

    for (size_t i = 0; i < KINDS; i++) {
        const struct kind *kind = &kinds[i];
        struct octets code = guard(fixture, kind);
        char text[128];

        for (size_t size = 0; size < sizeof(zeros); size++) {
            if (size == kind->key) {
                continue;
            }
            (void)snprintf(text, sizeof(text),
                           "environment has %zu octets, must have %zu: the owner's %s", size,
                           kind->key, kind->owner.type == SECP256K1 ? "address" : "public key");
            fixture_again(fixture);
            fixture->call.environment = octets_of(zeros, size);
            assert_run(fixture, code, SWORN_REFUSED, text);
            fixture->call.entry = GUARD_SETUP;
            fixture->call.argument = octets_of(NULL, 0);
            assert_run(fixture, code, SWORN_REFUSED, text);
            fixture->call.sequence = 0;
            assert_run(fixture, code, SWORN_REFUSED, text);
        }
    }
}

static void a_compressed_p256_key_is_refused_at_setup(void **state)
{
    struct fixture *fixture = *state;
    uint8_t key[65] = {2};
    struct octets code = guard(fixture, &kinds[1]);

    fixture->call.entry = GUARD_SETUP;
    fixture->call.environment = octets_of(key, sizeof(key));
    fixture->call.argument = octets_of(NULL, 0);
    assert_run(fixture, code, SWORN_REFUSED,
               "environment is not an uncompressed key: its first octet is not 04");
    key[0] = 4; /* 0, 0 is not on the curve: nothing is ever signed by it */
    assert_run(fixture, code, SWORN_OK, "");
    fixture_again(fixture);
    (void)begin(fixture, &kinds[1], message_with(fixture, RECORD, octets_of_text(SET_A)));
    fixture->call.environment = octets_of(key, sizeof(key));
    assert_run(fixture, code, SWORN_REFUSED, "signature does not match the owner's key");
}

static void setup_wants_a_signed_message_at_creation_and_nothing_later(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < KINDS; i++) {
        struct octets code, signed_message;

        fixture_creates(fixture);
        code = begin(fixture, &kinds[i], message_with(fixture, RECORD, octets_of_text(SET_A)));
        assert_run(fixture, code, SWORN_OK, "");
        assert_true(has_www(fixture));
        signed_message = fixture->call.argument;
        fixture_creates(fixture);
        fixture->call.environment = signer_key(fixture, &kinds[i].owner);
        fixture->call.argument = octets_of(NULL, 0);
        assert_run(fixture, code, SWORN_REFUSED, "argument is empty, must be a signed message");
        fixture->call.sequence = 5;
        assert_run(fixture, code, SWORN_OK, "");
        fixture->call.argument = signed_message;
        assert_run(fixture, code, SWORN_REFUSED, "argument must be empty after a change of owner");
    }
}

static void a_message_that_cannot_be_shown_is_refused_with_the_cause(void **state)
{
    static const char json[] = "{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"w w\","
                               "\"index\":null}}";
    struct fixture *fixture = *state;

    for (size_t i = 2; i < KINDS; i++) {
        struct octets code =
            begin(fixture, &kinds[i], message_with(fixture, RECORD, octets_of_text(json)));

        assert_run(fixture, code, SWORN_REFUSED,
                   "a wallet cannot show this message: a name holds other than printable ASCII");
    }
}

static void a_scheme_that_does_not_exist_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct octets code, argument;

    for (unsigned scheme = 0; scheme < 256; scheme = scheme == 0 ? 3 : scheme + 1) {
        char text[96];

        fixture_again(fixture);
        code = begin(fixture, &kinds[2], message_with(fixture, RECORD, octets_of_text(SET_A)));
        argument = fixture->call.argument;
        ((uint8_t *)(uintptr_t)argument.data)[argument.size - 66] = (uint8_t)scheme;
        (void)snprintf(text, sizeof(text),
                       "no signature scheme has number %u: 1 is personal_sign, 2 typed data",
                       scheme);
        assert_run(fixture, code, SWORN_REFUSED, text);
    }
}

static void an_argument_as_long_as_the_limit_is_taken(void **state)
{
    struct fixture *fixture = *state;
    struct writer operations = writer_in(&fixture->region, 2 << 20);

    while (written(&operations).size < fixture->call.limits.argument - 400) {
        assert_int_equal(write_u8(&operations, RECORD), SWORN_OK);
        assert_int_equal(write_slice_u32(&operations, octets_of_text(SET_A)), SWORN_OK);
    }
    for (size_t i = 0; i < KINDS; i++) {
        struct octets code;

        fixture_again(fixture);
        code = begin(
            fixture, &kinds[i],
            joined(fixture, message_with(fixture, 0, octets_of(NULL, 0)), written(&operations)));
        assert_run(fixture, code, SWORN_OK, "");
        print_message("%s %u, %zu octets of argument: %llu fuel\n", kinds[i].guard,
                      kinds[i].owner.scheme, fixture->call.argument.size,
                      (unsigned long long)fixture->call.fuel);
    }
}

static void guards_name_their_arguments(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < KINDS; i++) {
        struct octets code = guard(fixture, &kinds[i]);
        char section[64];
        int size =
            snprintf(section, sizeof(section), "fdns.argumentsworn-update-v1+%s", kinds[i].guard);

        assert_non_null(memmem(code.data, code.size, section, (size_t)size));
    }
}

/* Prints time; asserts fuel, which is the same everywhere. */
static void a_call_costs_what_the_page_says(void **state)
{
    enum { RUNS = 100 };
    static const char *const rows[KINDS] = {"`ed25519`", "`p256`", "`secp256k1`, `personal_sign`",
                                            "`secp256k1`, typed data"};
    struct fixture *fixture = *state;

    for (size_t i = 0; i < KINDS; i++) {
        struct timespec from, to;
        struct octets code;

        fixture_again(fixture);
        code = begin(fixture, &kinds[i], message_with(fixture, RECORD, octets_of_text(SET_A)));
        assert_run(fixture, code, SWORN_OK, "");
        assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from), 0);
        for (size_t j = 0; j < RUNS; j++) {
            assert_int_equal(run(fixture, code), SWORN_OK);
        }
        assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to), 0);
        print_message(
            "%s %u, one record: %zu octets of code, %llu fuel, %.1f us\n", kinds[i].guard,
            kinds[i].owner.scheme, code.size, (unsigned long long)fixture->call.fuel,
            ((double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3) /
                RUNS);
        assert_page_says(fixture, rows[i], code.size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        guard_test(what_the_owner_signed_happens),
        guard_test(a_changed_argument_is_refused_at_every_octet),
        guard_test(a_truncated_argument_is_refused_at_every_length),
        guard_test(another_key_of_the_type_is_refused),
        guard_test(an_environment_of_another_size_is_refused_before_all_else),
        guard_test(a_compressed_p256_key_is_refused_at_setup),
        guard_test(setup_wants_a_signed_message_at_creation_and_nothing_later),
        guard_test(a_message_that_cannot_be_shown_is_refused_with_the_cause),
        guard_test(a_scheme_that_does_not_exist_is_refused),
        guard_test(an_argument_as_long_as_the_limit_is_taken),
        guard_test(guards_name_their_arguments),
        guard_test(a_call_costs_what_the_page_says),
    };

    return cmocka_run_group_tests_name("one key", tests, NULL, NULL);
}
