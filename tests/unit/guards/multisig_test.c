/*
 * multisig_test.c - m of n keys of any types, and the zone that nobody owns.
 */
#include "tests/unit/guards/signers.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* The set of most tests: five keys of every type, three of them together. */
static const struct signer five[] = {
    {.type = ED25519, .number = 1},
    {.type = P256, .number = 2},
    {.type = SECP256K1, .scheme = 1, .number = 3},
    {.type = SECP256K1, .scheme = 2, .number = 4},
    {.type = ED25519, .number = 5},
};

static struct octets guard(struct fixture *fixture, const char *name)
{
    char path[64];

    (void)snprintf(path, sizeof(path), "guards/%s.wasm", name);
    return file_of(fixture, "SWORN_BUILD", path);
}

static struct octets environment(struct fixture *fixture, const struct signer *signers,
                                 uint8_t count, uint8_t enough)
{
    struct writer writer = writer_in(&fixture->region, 1 << 16);

    assert_int_equal(write_u8(&writer, count), SWORN_OK);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(write_u8(&writer, signers[i].type), SWORN_OK);
        assert_int_equal(write_octets(&writer, signer_key(fixture, &signers[i])), SWORN_OK);
    }
    assert_int_equal(write_u8(&writer, enough), SWORN_OK);
    return written(&writer);
}

/* Signed by those of the five whose digits are in `keys`, in that order. */
static struct octets signed_by(struct fixture *fixture, const char *keys, struct octets message)
{
    struct writer writer = writer_in(&fixture->region, 2 << 20);

    assert_int_equal(write_u8(&writer, (uint8_t)strlen(keys)), SWORN_OK);
    for (size_t i = 0; keys[i] != '\0'; i++) {
        uint8_t index = (uint8_t)(keys[i] - '0');

        assert_int_equal(write_u8(&writer, index), SWORN_OK);
        assert_int_equal(
            write_octets(&writer, signer_sign(fixture, &five[index < 5 ? index : 0], message)),
            SWORN_OK);
    }
    assert_int_equal(write_octets(&writer, message), SWORN_OK);
    return written(&writer);
}

static struct octets begin(struct fixture *fixture, const char *keys, struct octets message)
{
    fixture->call.environment = environment(fixture, five, 5, 3);
    fixture->call.argument = signed_by(fixture, keys, message);
    return guard(fixture, "multisig");
}

static void every_three_of_five_are_enough(void **state)
{
    struct fixture *fixture = *state;

    for (unsigned set = 0; set < 32; set++) {
        char keys[6] = "", text[64];
        size_t count = 0;
        struct octets code;

        for (unsigned i = 0; i < 5; i++) {
            if ((set >> i & 1) != 0) {
                keys[count++] = (char)('0' + i);
            }
        }
        fixture_again(fixture);
        code = begin(fixture, keys, message_with(fixture, RECORD, octets_of_text(SET_A)));
        (void)snprintf(text, sizeof(text), "signatures: %zu, must be 3", count);
        assert_run(fixture, code, count < 3 ? SWORN_REFUSED : SWORN_OK, count < 3 ? text : "");
        assert_int_equal(has_www(fixture), count >= 3);
    }
}

static void a_changed_argument_is_refused_at_every_octet(void **state)
{
    struct fixture *fixture = *state;
    struct octets code =
        begin(fixture, "024", message_with(fixture, RECORD, octets_of_text(SET_A)));
    struct octets argument = fixture->call.argument, changed;

    for (size_t at = 0; at < argument.size; at++) {
        assert_int_equal(region_copy(&fixture->region, argument, &changed), SWORN_OK);
        ((uint8_t *)(uintptr_t)changed.data)[at] ^= 1;
        fixture->call.argument = changed;
        assert_int_equal(run(fixture, code), SWORN_REFUSED);
        assert_false(has_www(fixture));
    }
}

static void a_truncated_argument_is_refused_at_every_length(void **state)
{
    struct fixture *fixture = *state;
    struct octets code =
        begin(fixture, "024", message_with(fixture, RECORD, octets_of_text(SET_A)));
    struct octets argument = fixture->call.argument;

    for (size_t size = 0; size < argument.size; size++) {
        fixture->call.argument = octets_of(argument.data, size);
        assert_run_about(fixture, code, SWORN_REFUSED,
                         size == 0                 ? "argument is empty"
                         : size < 1 + 65 + 67 + 65 ? "a signature is cut short"
                                                   : "");
    }
}

static void signatures_are_by_different_keys_in_their_order(void **state)
{
    static const struct {
        const char *keys, *error;
    } cases[] = {
        {"000", "signatures are not in the order of their keys, each once"},
        {"0011", "signatures are not in the order of their keys, each once"},
        {"210", "signatures are not in the order of their keys, each once"},
        {"015", "a signature is by a key that is not in the set"},
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct octets code =
            begin(fixture, cases[i].keys, message_with(fixture, RECORD, octets_of_text(SET_A)));

        assert_run(fixture, code, SWORN_REFUSED, cases[i].error);
    }
}

static void refusals_come_in_one_order(void **state)
{
    struct fixture *fixture = *state;
    struct octets message = message_with(fixture, RECORD, octets_of_text(SET_A));
    struct octets code = begin(fixture, "01", octets_of_text("no message"));

    assert_run(fixture, code, SWORN_REFUSED, "signatures: 2, must be 3");
    (void)begin(fixture, "014", octets_of_text("no message"));
    assert_run(fixture, code, SWORN_REFUSED, "the message does not begin with sworn-update-v1");
    (void)begin(fixture, "014", message);
    ((uint8_t *)(uintptr_t)fixture->call.argument.data)[5] ^= 1;
    ((uint8_t *)(uintptr_t)fixture->call.argument.data)[5 + 65] ^= 1;
    assert_run(fixture, code, SWORN_REFUSED, "signature does not match key 0 of the set");
    fixture->call.sequence = 9;
    (void)begin(fixture, "014", message);
    assert_run(fixture, code, SWORN_REFUSED, "sequence is 1, must be 9");
    fixture->call.environment = octets_of("\0", 1);
    assert_run(fixture, code, SWORN_REFUSED, "environment: the key set is empty");
}

static void a_key_set_that_cannot_decide_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct octets code = guard(fixture, "multisig");
    struct signer twice[] = {five[0], five[0]};
    struct octets whole = environment(fixture, five, 5, 3);

    fixture->call.entry = GUARD_SETUP;
    fixture->call.argument = octets_of(NULL, 0);
    fixture->call.environment = environment(fixture, five, 5, 0);
    assert_run(fixture, code, SWORN_REFUSED, "environment: 0 of 5 keys cannot be what is wanted");
    fixture->call.environment = environment(fixture, five, 5, 6);
    assert_run(fixture, code, SWORN_REFUSED, "environment: 6 of 5 keys cannot be what is wanted");
    fixture->call.environment = environment(fixture, five, 0, 0);
    assert_run(fixture, code, SWORN_REFUSED, "environment: the key set is empty");
    fixture->call.environment = environment(fixture, twice, 2, 1);
    assert_run(fixture, code, SWORN_REFUSED, "environment: a key is there twice");
    fixture->call.environment = joined(fixture, whole, octets_of("x", 1));
    assert_run(fixture, code, SWORN_REFUSED, "environment: there are octets behind it");
    for (size_t size = 0; size < whole.size; size++) {
        fixture->call.environment = octets_of(whole.data, size);
        assert_run_about(fixture, code, SWORN_REFUSED, "environment: ");
    }
    fixture->call.environment = whole;
    assert_run(fixture, code, SWORN_OK, "");
}

static void two_hundred_and_fifty_five_keys_are_taken(void **state)
{
    struct fixture *fixture = *state;
    struct signer many[255];
    struct writer argument = writer_in(&fixture->region, 1 << 16);
    struct octets message = message_with(fixture, RECORD, octets_of_text(SET_A));

    assert_int_equal(write_u8(&argument, 255), SWORN_OK);
    for (size_t i = 0; i < 255; i++) {
        many[i] = (struct signer){.type = ED25519, .number = (uint8_t)i};
        assert_int_equal(write_u8(&argument, (uint8_t)i), SWORN_OK);
        assert_int_equal(write_octets(&argument, signer_sign(fixture, &many[i], message)),
                         SWORN_OK);
    }
    assert_int_equal(write_octets(&argument, message), SWORN_OK);
    fixture->call.environment = environment(fixture, many, 255, 255);
    fixture->call.argument = written(&argument);
    assert_run(fixture, guard(fixture, "multisig"), SWORN_OK, "");
    print_message("multisig, 255 of 255 keys: %llu fuel\n", (unsigned long long)fixture->call.fuel);
}

static void setup_wants_signatures_at_creation_and_nothing_later(void **state)
{
    struct fixture *fixture = *state;
    struct octets code, argument;

    fixture_creates(fixture);
    code = begin(fixture, "014", message_with(fixture, RECORD, octets_of_text(SET_A)));
    assert_run(fixture, code, SWORN_OK, "");
    assert_true(has_www(fixture));
    argument = fixture->call.argument;
    fixture_creates(fixture);
    fixture->call.environment = environment(fixture, five, 5, 3);
    fixture->call.argument = octets_of(NULL, 0);
    assert_run(fixture, code, SWORN_REFUSED, "argument is empty, must be signatures and a message");
    fixture->call.sequence = 5;
    assert_run(fixture, code, SWORN_OK, "");
    fixture->call.argument = argument;
    assert_run(fixture, code, SWORN_REFUSED, "argument must be empty after a change of owner");
}

/* Prints time; asserts fuel, which is the same everywhere. */
static void a_call_costs_what_the_page_says(void **state)
{
    enum { RUNS = 100 };
    struct fixture *fixture = *state;
    struct timespec from, to;
    struct octets code;
    static const struct {
        const char *keys, *row;
    } cases[] = {
        {"014", "`multisig`, 3 of 5: two Ed25519, one P-256"},
        {"123", "`multisig`, 3 of 5: P-256, both schemes of wallets"},
        {"01234", "`multisig`, all 5 of them"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fixture_again(fixture);
        code = begin(fixture, cases[i].keys, message_with(fixture, RECORD, octets_of_text(SET_A)));
        assert_run(fixture, code, SWORN_OK, "");
        assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from), 0);
        for (size_t j = 0; j < RUNS; j++) {
            assert_int_equal(run(fixture, code), SWORN_OK);
        }
        assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to), 0);
        print_message(
            "multisig by %s, one record: %zu octets of code, %llu fuel, %.1f us\n", cases[i].keys,
            code.size, (unsigned long long)fixture->call.fuel,
            ((double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3) /
                RUNS);
        assert_page_says(fixture, cases[i].row, code.size);
    }
}

/* immutable */

static void an_immutable_zone_is_what_its_creation_says(void **state)
{
    struct fixture *fixture = *state;
    struct octets code = guard(fixture, "immutable"), message = {0};

    fixture_creates(fixture);
    message = message_with(fixture, RECORD, octets_of_text(SET_A));
    fixture->call.environment = octets_of(NULL, 0);
    fixture->call.argument = octets_of(NULL, 0);
    assert_run(fixture, code, SWORN_REFUSED, "argument is empty, must be a message");
    fixture->call.argument = message;
    assert_run(fixture, code, SWORN_OK, "");
    assert_true(has_www(fixture));
    fixture->call.environment = octets_of_text("x");
    assert_run(fixture, code, SWORN_REFUSED, "environment must be empty: nobody owns this zone");
    fixture->call.environment = octets_of(NULL, 0);
    fixture->call.sequence = 1;
    assert_run(fixture, code, SWORN_REFUSED, "argument must be empty after a change of owner");
    fixture->call.argument = octets_of(NULL, 0);
    assert_run(fixture, code, SWORN_OK, "");
}

static void an_immutable_zone_refuses_everything(void **state)
{
    struct fixture *fixture = *state;
    struct octets code = guard(fixture, "immutable");

    fixture->call.argument = octets_of(NULL, 0);
    assert_run(fixture, code, SWORN_REFUSED, "this zone is immutable");
    fixture->call.argument = message_with(fixture, RECORD, octets_of_text(SET_A));
    assert_run(fixture, code, SWORN_REFUSED, "this zone is immutable");
    assert_false(has_www(fixture));
    assert_page_says(fixture, "`immutable`, a refusal", code.size);
}

static void guards_name_their_arguments(void **state)
{
    struct fixture *fixture = *state;
    struct octets code = guard(fixture, "multisig");

    assert_non_null(memmem(code.data, code.size,
                           "\x0d"
                           "fdns.argument"
                           "sworn-update-v1+keys",
                           34));
    code = guard(fixture, "immutable");
    assert_non_null(memmem(code.data, code.size,
                           "\x0d"
                           "fdns.argument"
                           "none",
                           18));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        guard_test(every_three_of_five_are_enough),
        guard_test(a_changed_argument_is_refused_at_every_octet),
        guard_test(a_truncated_argument_is_refused_at_every_length),
        guard_test(signatures_are_by_different_keys_in_their_order),
        guard_test(refusals_come_in_one_order),
        guard_test(a_key_set_that_cannot_decide_is_refused),
        guard_test(two_hundred_and_fifty_five_keys_are_taken),
        guard_test(setup_wants_signatures_at_creation_and_nothing_later),
        guard_test(a_call_costs_what_the_page_says),
        guard_test(an_immutable_zone_is_what_its_creation_says),
        guard_test(an_immutable_zone_refuses_everything),
        guard_test(guards_name_their_arguments),
    };

    return cmocka_run_group_tests_name("multisig", tests, NULL, NULL);
}
