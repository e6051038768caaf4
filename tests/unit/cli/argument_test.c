/*
 * argument_test.c - arguments by format: environments, indexes, signatures from here and from
 * outside, and requests that go from owner to owner.
 */
#include "cli/argument/request.h"
#include "cli/argument/signer.h"
#include "cli/key/curve.h"
#include "cli/zone/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

struct fixture {
    struct region region;
    struct reason reason;
    struct options options;
    struct name apex;
    struct owner_key keys[4]; /* ed25519, p256, secp256k1, another ed25519 */
};

static int setup(void **state)
{
    static const enum key_type types[] = {KEY_ED25519, KEY_P256, KEY_SECP256K1, KEY_ED25519};
    struct fixture *fixture = calloc(1, sizeof(*fixture));

    assert_non_null(fixture);
    region_init(&fixture->region, (size_t)64 << 20);
    assert_int_equal(name_from_text(octets_of_text("demo.test."), NULL, &fixture->apex), SWORN_OK);
    for (size_t i = 0; i < 4; i++) {
        const uint8_t secret[32] = {[31] = (uint8_t)(i + 1)};

        assert_int_equal(key_of_secret(types[i], secret, &fixture->keys[i]), SWORN_OK);
    }
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    region_clear(&fixture->region);
    free(fixture);
    return 0;
}

static const struct argument_format *format(const char *name)
{
    return argument_format_find(octets_of_text(name));
}

/* A message of one record operation. */
static struct octets message_of(struct fixture *fixture, uint64_t sequence)
{
    struct writer operations = writer_in(&fixture->region, 1000);
    struct writer octets = writer_in(&fixture->region, 1000);
    struct message message = {.apex = &fixture->apex, .sequence = sequence};

    assert_int_equal(operation_remove(&operations, &fixture->apex, &fixture->apex, RR_TXT),
                     SWORN_OK);
    message.operations = written(&operations);
    assert_int_equal(message_encode(&message, &octets), SWORN_OK);
    return written(&octets);
}

static enum sworn_result environment_of(struct fixture *fixture, const char *name,
                                        const char *threshold, size_t first, size_t count,
                                        struct octets *environment)
{
    fixture->reason.text[0] = '\0';
    fixture->options.value[OPTION_THRESHOLD] = threshold;
    return argument_environment(&fixture->options, format(name), &fixture->keys[first], count,
                                &fixture->region, environment, &fixture->reason);
}

static void request_of(struct fixture *fixture, const char *name, struct octets environment,
                       struct request *request)
{
    assert_int_equal(request_begin(request, format(name), environment, message_of(fixture, 7),
                                   &fixture->region, &fixture->reason),
                     SWORN_OK);
}

static void an_environment_of_one_key_is_its_octets(void **state)
{
    static const char *const names[] = {"sworn-update-v1+ed25519", "sworn-update-v1+p256",
                                        "sworn-update-v1+secp256k1"};
    struct fixture *fixture = *state;
    struct octets environment;

    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(environment_of(fixture, names[i], NULL, i, 1, &environment), SWORN_OK);
        assert_true(octets_equal(environment, octets_of_key(&fixture->keys[i].public)));
        assert_int_not_equal(environment_of(fixture, names[i], NULL, (i + 1) % 3, 1, &environment),
                             SWORN_OK);
        assert_non_null(strstr(fixture->reason.text, "wants a key of type"));
    }
    assert_int_not_equal(
        environment_of(fixture, "sworn-update-v1+ed25519", NULL, 0, 0, &environment), SWORN_OK);
    assert_int_equal(environment_of(fixture, "none", NULL, 0, 0, &environment), SWORN_OK);
    assert_int_equal(environment.size, 0);
}

static void a_set_of_keys_is_counted_typed_and_has_its_threshold(void **state)
{
    struct fixture *fixture = *state;
    struct octets environment;
    struct owners owners;

    assert_int_equal(environment_of(fixture, "sworn-update-v1+keys", "2", 0, 3, &environment),
                     SWORN_OK);
    assert_int_equal(environment.size, 1 + 1 + 32 + 1 + 65 + 1 + 20 + 1);
    assert_int_equal(environment.data[0], 3);
    assert_int_equal(environment.data[1], 1);
    assert_int_equal(environment.data[34], 2);
    assert_int_equal(environment.data[100], 3);
    assert_int_equal(environment.data[environment.size - 1], 2);
    assert_int_equal(format("sworn-update-v1+keys")->owners(environment, &owners, NULL), SWORN_OK);
    assert_int_equal(owners.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(key_equal(&owners.keys[i], &fixture->keys[i].public));
    }
    assert_int_not_equal(environment_of(fixture, "sworn-update-v1+keys", NULL, 0, 3, &environment),
                         SWORN_OK);
    assert_non_null(strstr(fixture->reason.text, "--threshold"));
    assert_int_not_equal(environment_of(fixture, "sworn-update-v1+keys", "4", 0, 3, &environment),
                         SWORN_OK);
    fixture->keys[3] = fixture->keys[0];
    assert_int_not_equal(environment_of(fixture, "sworn-update-v1+keys", "2", 0, 4, &environment),
                         SWORN_OK);
    assert_non_null(strstr(fixture->reason.text, "same key"));
}

static void what_names_no_format_is_taken_for_ed25519_and_unknown_ones_for_none(void **state)
{
    (void)state;
    assert_string_equal(argument_format_find(octets_of_text(""))->name, "sworn-update-v1+ed25519");
    assert_null(format("sworn-update-v2+ed25519"));
    assert_null(format("sworn-update-v1"));
}

static void signatures_stand_before_the_message_in_the_order_of_keys(void **state)
{
    struct fixture *fixture = *state;
    struct octets environment, argument, message = message_of(fixture, 7);
    struct request request;

    assert_int_equal(environment_of(fixture, "sworn-update-v1+keys", "2", 0, 3, &environment),
                     SWORN_OK);
    request_of(fixture, "sworn-update-v1+keys", environment, &request);
    assert_int_equal(request_argument(&request, &argument, &fixture->reason), SWORN_CONFLICT);
    assert_int_equal(request_sign(&request, &fixture->keys[2], &fixture->reason), SWORN_OK);
    assert_int_equal(request_sign(&request, &fixture->keys[0], &fixture->reason), SWORN_OK);
    assert_int_equal(request_sign(&request, &fixture->keys[0], &fixture->reason), SWORN_OK);
    assert_int_equal(request_sign(&request, &fixture->keys[3], &fixture->reason), SWORN_INVALID);
    assert_int_equal(request_argument(&request, &argument, &fixture->reason), SWORN_OK);
    assert_int_equal(argument.size, 1 + 1 + 64 + 1 + 66 + message.size);
    assert_int_equal(argument.data[0], 2);
    assert_int_equal(argument.data[1], 0);
    assert_int_equal(argument.data[66], 2);
    assert_int_equal(argument.data[67], WALLET_TEXT);
    assert_memory_equal(argument.data + argument.size - message.size, message.data, message.size);
    assert_int_equal(crypto_sign_verify_detached(argument.data + 2, message.data, message.size,
                                                 fixture->keys[0].public.octets),
                     0);
}

static void one_signature_stands_behind_the_message(void **state)
{
    static const char *const names[] = {"sworn-update-v1+ed25519", "sworn-update-v1+p256",
                                        "sworn-update-v1+secp256k1"};
    struct fixture *fixture = *state;
    struct octets environment, argument, message = message_of(fixture, 7);
    struct request request;

    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(environment_of(fixture, names[i], NULL, i, 1, &environment), SWORN_OK);
        request_of(fixture, names[i], environment, &request);
        assert_int_equal(request_sign(&request, &fixture->keys[(i + 1) % 3], &fixture->reason),
                         SWORN_INVALID);
        assert_int_equal(request_sign(&request, &fixture->keys[i], &fixture->reason), SWORN_OK);
        assert_int_equal(request_argument(&request, &argument, &fixture->reason), SWORN_OK);
        assert_int_equal(argument.size, message.size + (i == 2 ? 66 : 64));
        assert_memory_equal(argument.data, message.data, message.size);
    }
    request_of(fixture, "none", octets_of(NULL, 0), &request);
    assert_int_equal(request_sign(&request, &fixture->keys[0], &fixture->reason), SWORN_INVALID);
    assert_int_equal(request_argument(&request, &argument, &fixture->reason), SWORN_OK);
    assert_true(octets_equal(argument, message));
}

/* A signature of a wallet, of the text or of typed data. */
static void wallet_signature(struct fixture *fixture, struct request *request,
                             enum wallet_scheme scheme, uint8_t signature[65])
{
    struct octets text;
    uint8_t digest[32];

    assert_int_equal(request_text(request, &text, &fixture->reason), SWORN_OK);
    assert_int_equal(message_digest(request->message, text, scheme, &fixture->region, digest),
                     SWORN_OK);
    assert_int_equal(koblitz_sign(fixture->keys[2].secret, digest, signature), SWORN_OK);
}

static void signatures_from_outside_find_their_owner_and_their_scheme(void **state)
{
    struct fixture *fixture = *state;
    const struct public_key *owner;
    struct octets environment;
    struct request request;
    uint8_t signature[65];

    assert_int_equal(environment_of(fixture, "sworn-update-v1+keys", "2", 0, 3, &environment),
                     SWORN_OK);
    request_of(fixture, "sworn-update-v1+keys", environment, &request);
    for (enum wallet_scheme scheme = WALLET_TEXT; scheme <= WALLET_TYPED; scheme++) {
        wallet_signature(fixture, &request, scheme, signature);
        assert_int_equal(request_take(&request, octets_of(signature, 65), &owner, &fixture->reason),
                         SWORN_OK);
        assert_true(key_equal(owner, &fixture->keys[2].public));
        assert_int_equal(request.signatures[0].octets[0], scheme);
        /* Ledgers say 0 and 1; openssl nothing. */
        signature[64] -= 27;
        assert_int_equal(request_take(&request, octets_of(signature, 65), &owner, &fixture->reason),
                         SWORN_OK);
        assert_int_equal(request_take(&request, octets_of(signature, 64), &owner, &fixture->reason),
                         SWORN_OK);
        assert_int_equal(request.count, 1);
    }
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(key_sign(&fixture->keys[i], request.message, signature), SWORN_OK);
        assert_int_equal(request_take(&request, octets_of(signature, 64), &owner, &fixture->reason),
                         SWORN_OK);
        assert_true(key_equal(owner, &fixture->keys[i].public));
        signature[10] ^= 1;
        assert_int_equal(request_take(&request, octets_of(signature, 64), &owner, &fixture->reason),
                         SWORN_INVALID);
    }
    assert_int_equal(request.count, 3);
    assert_int_equal(key_sign(&fixture->keys[3], request.message, signature), SWORN_OK);
    assert_int_equal(request_take(&request, octets_of(signature, 64), &owner, &fixture->reason),
                     SWORN_INVALID);
    assert_int_equal(request_take(&request, octets_of(signature, 0), &owner, &fixture->reason),
                     SWORN_MALFORMED);
}

static void a_request_comes_back_from_its_file_and_a_changed_one_does_not(void **state)
{
    struct fixture *fixture = *state;
    struct writer file = writer_in(&fixture->region, 10000);
    struct request request, again;
    struct octets environment;
    size_t wrong = 0;

    assert_int_equal(environment_of(fixture, "sworn-update-v1+keys", "2", 0, 2, &environment),
                     SWORN_OK);
    request_of(fixture, "sworn-update-v1+keys", environment, &request);
    assert_int_equal(request_sign(&request, &fixture->keys[0], &fixture->reason), SWORN_OK);
    assert_int_equal(request_write(&request, &file), SWORN_OK);
    assert_true(request_is(written(&file)));
    assert_int_equal(request_read(written(&file), &fixture->region, &again, &fixture->reason),
                     SWORN_OK);
    assert_int_equal(again.count, 1);
    assert_true(octets_equal(again.message, request.message));
    for (size_t size = 0; size < file.used; size++) {
        assert_int_not_equal(
            request_read(octets_of(file.start, size), &fixture->region, &again, &fixture->reason),
            SWORN_OK);
    }
    /* Signed is the message; what is not: the other owner's key, its type, the threshold. */
    for (size_t i = 0; i < file.used; i++) {
        file.start[i] ^= 1;
        wrong +=
            request_read(written(&file), &fixture->region, &again, &fixture->reason) != SWORN_OK;
        file.start[i] ^= 1;
    }
    assert_true(wrong >= file.used - 67);
}

static void what_is_shown_is_the_text_of_the_design(void **state)
{
    static const char expected[] =
        "sworn update\nzone: demo.test.\n"
        "zone id: 0x0000000000000000000000000000000000000000000000000000000000000000\n"
        "sequence: 7\n\nremove @ TXT";
    struct fixture *fixture = *state;
    struct writer json = writer_in(&fixture->region, 10000);
    struct octets text, message = message_of(fixture, 7);
    char *typed;

    assert_int_equal(message_readable(message, &fixture->region, &text, &fixture->reason),
                     SWORN_OK);
    assert_true(octets_equal(text, octets_of_text(expected)));
    assert_int_equal(message_typed(message, text, &json), SWORN_OK);
    assert_int_equal(region_text(&fixture->region, written(&json), &typed), SWORN_OK);
    assert_non_null(strstr(typed, "\"sequence\":\"7\",\"changes\":[\"remove @ TXT\"]"));
}

/* Whoever signs octets sees all that they do, not only that a wallet would see nothing. */
static void nothing_hides_behind_what_wallets_cannot_show(void **state)
{
    static const char record[] = "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"TXT\",\"name\":"
                                 "\"a\",\"content\":\"\xC3\xA9\",\"ttl\":null}}";
    struct fixture *fixture = *state;
    struct writer octets = writer_in(&fixture->region, 10000);
    struct writer inner = writer_in(&fixture->region, 10000);
    struct writer lines = writer_in(&fixture->region, 10000);
    struct octets text, message = message_of(fixture, 7);
    char *shown;

    assert_int_equal(write_u8(&inner, 1), SWORN_OK);
    assert_int_equal(write_slice_u32(&inner, octets_of_text(record)), SWORN_OK);
    assert_int_equal(write_octets(&inner, octets_of("\4\0\0\0\0", 5)), SWORN_OK);
    assert_int_equal(write_octets(&octets, message), SWORN_OK);
    assert_int_equal(write_octets(&octets, written(&inner)), SWORN_OK);
    for (uint8_t kind = 16; kind <= 17; kind++) {
        assert_int_equal(write_u8(&octets, kind), SWORN_OK);
        assert_int_equal(write_slice_u32(&octets, written(&inner)), SWORN_OK);
    }
    assert_int_equal(write_octets(&octets, octets_of("\x63\0\0\0\1x\2\0", 8)), SWORN_OK);
    assert_int_equal(message_readable(written(&octets), &fixture->region, &text, &fixture->reason),
                     SWORN_INVALID);
    assert_int_equal(message_describe(written(&octets), &fixture->region, &lines), SWORN_OK);
    assert_int_equal(region_text(&fixture->region, written(&lines), &shown), SWORN_OK);
    assert_non_null(strstr(shown, "sequence: 7\n\nremove @ TXT\n(83 octets of kind 1, "));
    assert_non_null(
        strstr(shown, "\"content\":\"\\xC3\\xA9\",\"ttl\":null}})\nremove this zone\n"));
    assert_non_null(strstr(shown, "announce:\n  (83 octets of kind 1, "));
    assert_non_null(strstr(shown, ")\n  remove this zone\nexecute:\n  (83 octets"));
    assert_non_null(strstr(shown, "\n(1 octets of kind 99, "));
    assert_non_null(strstr(shown, "\n(2 octets: an operation of the message is cut short)"));

    /* What has a text is shown as that. */
    lines.used = 0;
    assert_int_equal(message_readable(message, &fixture->region, &text, &fixture->reason),
                     SWORN_OK);
    assert_int_equal(message_describe(message, &fixture->region, &lines), SWORN_OK);
    assert_true(octets_equal(text, written(&lines)));
}

static void an_argument_is_taken_apart_without_its_owners(void **state)
{
    struct fixture *fixture = *state;
    struct octets environment, argument, message = message_of(fixture, 7);
    struct argument_parts parts;
    struct request request;

    request_of(fixture, "none", octets_of(NULL, 0), &request);
    assert_int_equal(request_argument(&request, &argument, &fixture->reason), SWORN_OK);
    assert_int_equal(argument_split(argument, &parts), SWORN_OK);
    assert_true(octets_equal(parts.message, message) && parts.behind.size == 0);

    request_of(fixture, "sworn-update-v1+ed25519", octets_of(NULL, 0), &request);
    assert_int_equal(request_sign(&request, &fixture->keys[0], &fixture->reason), SWORN_OK);
    assert_int_equal(request_argument(&request, &argument, &fixture->reason), SWORN_OK);
    assert_int_equal(argument_split(argument, &parts), SWORN_OK);
    assert_true(octets_equal(parts.message, message) && parts.behind.size == 64);

    assert_int_equal(environment_of(fixture, "sworn-update-v1+keys", "1", 0, 3, &environment),
                     SWORN_OK);
    request_of(fixture, "sworn-update-v1+keys", environment, &request);
    assert_int_equal(request_sign(&request, &fixture->keys[2], &fixture->reason), SWORN_OK);
    assert_int_equal(request_argument(&request, &argument, &fixture->reason), SWORN_OK);
    assert_int_equal(argument_split(argument, &parts), SWORN_OK);
    assert_true(octets_equal(parts.message, message) && parts.before.size == 1 + 1 + 66);
    assert_int_equal(argument_split(octets_of_text("something else"), &parts), SWORN_MALFORMED);
}

static void a_proof_is_taken_as_it_is_and_stands_behind_the_message(void **state)
{
    struct fixture *fixture = *state;
    struct octets environment, argument, message = message_of(fixture, 7);
    struct writer file = writer_in(&fixture->region, 10000);
    const struct public_key *owner = &fixture->keys[0].public;
    struct argument_parts parts;
    struct request request, again;
    uint8_t proof[257];

    memset(proof, 0xA5, sizeof(proof));
    assert_int_equal(environment_of(fixture, "sworn-update-v1+groth16", NULL, 0, 1, &environment),
                     SWORN_INVALID);
    request_of(fixture, "sworn-update-v1+groth16", octets_of_text("a key"), &request);
    assert_int_equal(request_sign(&request, &fixture->keys[0], &fixture->reason), SWORN_INVALID);
    assert_int_equal(request_argument(&request, &argument, &fixture->reason), SWORN_CONFLICT);
    for (size_t size = 0; size <= sizeof(proof); size = size == 0 ? 255 : size + 2) {
        assert_int_equal(request_take(&request, octets_of(proof, size), &owner, &fixture->reason),
                         SWORN_MALFORMED);
    }
    assert_int_equal(request_take(&request, octets_of(proof, 256), &owner, &fixture->reason),
                     SWORN_OK);
    assert_null(owner);
    assert_int_equal(request_write(&request, &file), SWORN_OK);
    for (size_t size = 0; size < file.used; size++) {
        assert_int_not_equal(
            request_read(octets_of(file.start, size), &fixture->region, &again, &fixture->reason),
            SWORN_OK);
    }
    assert_int_equal(request_read(written(&file), &fixture->region, &again, &fixture->reason),
                     SWORN_OK);
    assert_int_equal(request_argument(&again, &argument, &fixture->reason), SWORN_OK);
    assert_int_equal(argument_split(argument, &parts), SWORN_OK);
    assert_true(octets_equal(parts.message, message));
    assert_true(octets_equal(parts.behind, octets_of(proof, 256)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_environment_of_one_key_is_its_octets),
        cmocka_unit_test(a_set_of_keys_is_counted_typed_and_has_its_threshold),
        cmocka_unit_test(what_names_no_format_is_taken_for_ed25519_and_unknown_ones_for_none),
        cmocka_unit_test(signatures_stand_before_the_message_in_the_order_of_keys),
        cmocka_unit_test(one_signature_stands_behind_the_message),
        cmocka_unit_test(signatures_from_outside_find_their_owner_and_their_scheme),
        cmocka_unit_test(a_request_comes_back_from_its_file_and_a_changed_one_does_not),
        cmocka_unit_test(what_is_shown_is_the_text_of_the_design),
        cmocka_unit_test(nothing_hides_behind_what_wallets_cannot_show),
        cmocka_unit_test(an_argument_is_taken_apart_without_its_owners),
        cmocka_unit_test(a_proof_is_taken_as_it_is_and_stands_behind_the_message),
    };
    struct CMUnitTest with_fixture[sizeof(tests) / sizeof(tests[0])];

    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        with_fixture[i] = tests[i];
        with_fixture[i].setup_func = setup;
        with_fixture[i].teardown_func = teardown;
    }
    return cmocka_run_group_tests(with_fixture, NULL, NULL);
}
