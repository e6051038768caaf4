/*
 * crypto_test.c - hashes and signature checks, against published vectors and against signatures
 * that the libraries make.
 */
#include "tests/unit/guard/fixture.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <secp256k1_recovery.h>
#include <stdio.h>

/* Takes the whole argument to 0, then `body`. */
static struct octets on_argument(void **state, const char *body)
{
    char whole[1024];

    (void)snprintf(whole, sizeof(whole),
                   "(local $is i32) (local $i i32)"
                   "(drop (call $arg_copy (i32.const 0) (i32.const 0) (i32.const -1))) %s",
                   body);
    return guard_with(*state, "(data (i32.const 90000) \"validnot valid\")", whole);
}

/* Refuses with "valid" or "not valid", as the i32 expression says; traps on anything else. */
#define VERDICT(expression)                                                                        \
    "(local.set $is " expression ")"                                                               \
    "(if (i32.gt_u (local.get $is) (i32.const 1)) (then unreachable))"                             \
    "(if (local.get $is) (then (call $fail (i32.const 90000) (i32.const 5))))"                     \
    "(call $fail (i32.const 90005) (i32.const 9))"

static void assert_digest(void **state, const char *import, struct octets input,
                          const char *expected)
{
    struct fixture *fixture = *state;
    char body[256];

    fixture->call.argument = input;
    (void)snprintf(body, sizeof(body),
                   /* The digest goes where its input begins: they may overlap. */
                   "(call $%s (i32.const 0) (i32.const 0) (call $arg_size))"
                   "(call $state_set (i32.const 0) (i32.const 32))",
                   import);
    assert_run(fixture, on_argument(state, body), SWORN_OK, "");
    assert_int_equal(fixture->call.new_state.size, 32);
    assert_memory_equal(fixture->call.new_state.data, hex(fixture, expected).data, 32);
}

static void digests_match_published_ones(void **state)
{
    assert_digest(state, "sha256", octets_of_text(""),
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_digest(state, "sha256", octets_of_text("abc"),
                  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    /* Keccak-256, whose padding is not SHA3-256's. */
    assert_digest(state, "keccak256", octets_of_text(""),
                  "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    assert_digest(state, "keccak256", octets_of_text("abc"),
                  "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
}

/* argument = key ‖ signature ‖ message */
#define ED25519                                                                                    \
    VERDICT("(call $ed25519_verify (i32.const 0) (i32.const 32) (i32.const 96)"                    \
            "(i32.sub (call $arg_size) (i32.const 96)))")

/* RFC 8032 7.1, TEST 2 */
#define RFC8032_KEY "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
#define RFC8032_SIGN                                                                               \
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"                             \
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"

static void ed25519_takes_valid_signatures_only(void **state)
{
    struct fixture *fixture = *state;
    struct octets code = on_argument(state, ED25519);
    struct octets argument = hex(fixture, RFC8032_KEY RFC8032_SIGN "72");

    fixture->call.argument = argument;
    assert_run(fixture, code, SWORN_REFUSED, "valid");
    for (size_t i = 0; i < argument.size; i++) {
        struct octets changed;

        assert_int_equal(region_copy(&fixture->region, argument, &changed), SWORN_OK);
        ((uint8_t *)(uintptr_t)changed.data)[i] ^= 1;
        fixture->call.argument = changed;
        assert_run(fixture, code, SWORN_REFUSED, "not valid");
    }
}

static void ed25519_refuses_what_only_lax_checks_take(void **state)
{
    struct fixture *fixture = *state;
    struct octets code = on_argument(state, ED25519);

    /* S + L in place of S: the same number to who forgets to compare it (RFC 8032 5.1.7). */
    fixture->call.argument =
        hex(fixture, RFC8032_KEY "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                                 "f52db7415978abc61b2c2eb6aeebfca0387b2eaeb4302aeeb00d291612bb0c10"
                                 "72");
    assert_run(fixture, code, SWORN_REFUSED, "not valid");
    /* The neutral element as key and R, with S = 0: holds for every message. */
    fixture->call.argument =
        hex(fixture, "0100000000000000000000000000000000000000000000000000000000000000"
                     "0100000000000000000000000000000000000000000000000000000000000000"
                     "0000000000000000000000000000000000000000000000000000000000000000"
                     "72");
    assert_run(fixture, code, SWORN_REFUSED, "not valid");
}

/* argument = key65 ‖ r ‖ s ‖ hash */
#define P256 VERDICT("(call $p256_verify (i32.const 0) (i32.const 65) (i32.const 129))")

static struct octets p256_argument(struct fixture *fixture, const struct hash *hash)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    uint8_t der[80];
    const uint8_t *at = der;
    size_t size = sizeof(der), key_size = 0;
    uint8_t argument[161];
    ECDSA_SIG *signature;
    struct octets copy;

    assert_int_equal(EVP_PKEY_sign_init(context), 1);
    assert_int_equal(EVP_PKEY_sign(context, der, &size, hash->octets, HASH_SIZE), 1);
    signature = d2i_ECDSA_SIG(NULL, &at, (long)size);
    assert_non_null(signature);
    assert_int_equal(EVP_PKEY_get_octet_string_param(key, "pub", argument, 65, &key_size), 1);
    assert_int_equal(key_size, 65);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(signature), argument + 65, 32), 32);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(signature), argument + 97, 32), 32);
    memcpy(argument + 129, hash->octets, HASH_SIZE);
    assert_int_equal(region_copy(&fixture->region, octets_of(argument, sizeof(argument)), &copy),
                     SWORN_OK);
    ECDSA_SIG_free(signature);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(key);
    return copy;
}

static void p256_takes_valid_signatures_only(void **state)
{
    static const struct hash hash = {.octets = {9, 8, 7}};
    struct fixture *fixture = *state;
    struct octets code = on_argument(state, P256);
    struct octets argument = p256_argument(fixture, &hash);

    fixture->call.argument = argument;
    assert_run(fixture, code, SWORN_REFUSED, "valid");
    for (size_t i = 0; i < argument.size; i++) {
        struct octets changed;

        assert_int_equal(region_copy(&fixture->region, argument, &changed), SWORN_OK);
        ((uint8_t *)(uintptr_t)changed.data)[i] ^= 1;
        fixture->call.argument = changed;
        assert_run(fixture, code, SWORN_REFUSED, "not valid");
    }
}

static void p256_refuses_other_forms_of_keys_and_zero_signatures(void **state)
{
    static const struct hash hash = {.octets = {9, 8, 7}};
    struct fixture *fixture = *state;
    struct octets code = on_argument(state, P256);
    struct octets argument = p256_argument(fixture, &hash);
    uint8_t *octets = (uint8_t *)(uintptr_t)argument.data;

    fixture->call.argument = argument;
    octets[0] = (uint8_t)(6 + (octets[64] & 1)); /* hybrid, SEC 1 leaves it out */
    assert_run(fixture, code, SWORN_REFUSED, "not valid");
    octets[0] = 4;
    assert_run(fixture, code, SWORN_REFUSED, "valid");
    memset(octets + 65, 0, 64);
    assert_run(fixture, code, SWORN_REFUSED, "not valid");
    memset(octets + 65, 0xFF, 64);
    assert_run(fixture, code, SWORN_REFUSED, "not valid");
    memset(octets, 0, 65);
    assert_run(fixture, code, SWORN_REFUSED, "not valid");
}

/* Key -G, r = s = hash = 1: the sum of FIPS 186-4 6.4 is no point; an answer, no failure. */
static void p256_refuses_a_signature_whose_point_is_at_infinity(void **state)
{
    struct fixture *fixture = *state;

    fixture->call.argument =
        hex(fixture, "04"
                     "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                     "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a"
                     "0000000000000000000000000000000000000000000000000000000000000001"
                     "0000000000000000000000000000000000000000000000000000000000000001"
                     "0000000000000000000000000000000000000000000000000000000000000001");
    assert_run(fixture, on_argument(state, P256), SWORN_REFUSED, "not valid");
}

/* argument = expected key65 ‖ r ‖ s ‖ v ‖ hash; valid when the key that comes out is that one */
#define SECP256K1                                                                                  \
    "(if (i32.eqz (call $secp256k1_recover (i32.const 1000) (i32.const 65) (i32.const 130)))"      \
    "  (then (if (i32.load (i32.const 1000)) (then unreachable))"                                  \
    "        (call $fail (i32.const 90005) (i32.const 9))))"                                       \
    "(loop $again"                                                                                 \
    "  (if (i32.ne (i32.load8_u (local.get $i)) (i32.load8_u offset=1000 (local.get $i)))"         \
    "    (then (call $fail (i32.const 90005) (i32.const 9))))"                                     \
    "  (br_if $again (i32.lt_u"                                                                    \
    "    (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 65))))"                  \
    "(call $fail (i32.const 90000) (i32.const 5))"

static void secp256k1_gives_the_signers_key(void **state)
{
    static const struct hash hash = {.octets = {9, 8, 7}};
    static const uint8_t secret[32] = {1, 2, 3};
    struct fixture *fixture = *state;
    struct octets code = on_argument(state, SECP256K1);
    secp256k1_context *context = secp256k1_context_create(SECP256K1_CONTEXT_SIGN);
    secp256k1_ecdsa_recoverable_signature signature;
    secp256k1_pubkey key;
    uint8_t argument[162];
    size_t size = 65;
    int v;

    assert_int_equal(secp256k1_ec_pubkey_create(context, &key, secret), 1);
    assert_int_equal(
        secp256k1_ec_pubkey_serialize(context, argument, &size, &key, SECP256K1_EC_UNCOMPRESSED),
        1);
    assert_int_equal(
        secp256k1_ecdsa_sign_recoverable(context, &signature, hash.octets, secret, NULL, NULL), 1);
    assert_int_equal(secp256k1_ecdsa_recoverable_signature_serialize_compact(context, argument + 65,
                                                                             &v, &signature),
                     1);
    secp256k1_context_destroy(context);
    memcpy(argument + 130, hash.octets, HASH_SIZE);
    fixture->call.argument = octets_of(argument, sizeof(argument));
    /* 0..3, and 27 and 28 as wallets write 0 and 1 */
    for (int given = 0; given < 256; given++) {
        bool same = given == v || given == v + 27;

        argument[129] = (uint8_t)given;
        assert_run(fixture, code, SWORN_REFUSED, same ? "valid" : "not valid");
    }
    argument[129] = (uint8_t)v;
    for (size_t i = 65; i < 129; i++) {
        argument[i] ^= 1;
        assert_run(fixture, code, SWORN_REFUSED, "not valid");
        argument[i] ^= 1;
    }
    memset(argument + 65, 0, 64);
    assert_run(fixture, code, SWORN_REFUSED, "not valid");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        guard_test(digests_match_published_ones),
        guard_test(ed25519_takes_valid_signatures_only),
        guard_test(ed25519_refuses_what_only_lax_checks_take),
        guard_test(p256_takes_valid_signatures_only),
        guard_test(p256_refuses_other_forms_of_keys_and_zero_signatures),
        guard_test(p256_refuses_a_signature_whose_point_is_at_infinity),
        guard_test(secp256k1_gives_the_signers_key),
    };

    return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}
