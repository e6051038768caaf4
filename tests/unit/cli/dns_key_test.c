/*
 * dns_key_test.c - keys of dnssec-keygen -T KEY as owners' keys, and TSIG keys of the relay.
 */
#include "cli/key/dns.h"
#include "cli/relay/relay.h"
#include "core/update/sig0.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <sodium.h>

/* As dnssec-keygen of BIND 9.18 made them. */
#define P256_PUBLIC                                                                                \
    "k.example. IN KEY 512 3 13 7GH5ZAsjR8fCuOr2NlkO612EJuQnBgwyM8rMAtG/L47CrdULYEJjzvi+ "         \
    "RotMNzN5DHhHsIPptNxulbwJRZsjNQ==\n"
#define P256_PRIVATE                                                                               \
    "Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\n"                                  \
    "PrivateKey: IkLRFj+AoDwMdF7yUpqXYA7mGMAaSGLbvuzzVLRYOQ0=\nCreated: 20261122215710\n"
#define ED25519_PUBLIC "k.example. IN KEY 512 3 15 Upf+JqnxVhO5jZaIK2yIjY4A3RkAeY/23s68oUDqzz8=\n"
#define ED25519_PRIVATE                                                                            \
    "Private-key-format: v1.3\nAlgorithm: 15 (ED25519)\n"                                          \
    "PrivateKey: RzJEBllUqInkk3JhJ7I2WLtz65UKLbzV/nWdskSgWG4=\nCreated: 20261122215710\n"

struct fixture {
    struct region region;
    struct reason reason;
    char folder[32];
    char private_path[64], public_path[64];
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));

    assert_non_null(fixture);
    region_init(&fixture->region, (size_t)1 << 24);
    (void)snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/sworn-dns-key-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    (void)snprintf(fixture->private_path, 64, "%s/Kk.private", fixture->folder);
    (void)snprintf(fixture->public_path, 64, "%s/Kk.key", fixture->folder);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    (void)unlink(fixture->private_path);
    (void)unlink(fixture->public_path);
    assert_int_equal(rmdir(fixture->folder), 0);
    region_clear(&fixture->region);
    free(fixture);
    return 0;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static enum sworn_result load(struct fixture *fixture, const char *private_text,
                              const char *public_text, struct owner_key *key)
{
    write_file(fixture->private_path, private_text);
    write_file(fixture->public_path, public_text);
    return key_load(fixture->private_path, &fixture->region, key, &fixture->reason);
}

static void ed25519_keys_sign(void **state)
{
    struct fixture *fixture = *state;
    struct octets message = octets_of_text("a message");
    uint8_t signature[KEY_SIGNATURE_SIZE];
    struct owner_key key;
    struct sig0_key public;
    struct reader reader;

    assert_int_equal(load(fixture, ED25519_PRIVATE, ED25519_PUBLIC, &key), SWORN_OK);
    assert_int_equal(key_sign(&key, message, signature), SWORN_OK);
    reader = reader_of(key.record);
    assert_int_equal(sig0_key_read(&reader, &public, &fixture->reason), SWORN_OK);
    assert_int_equal(public.tag, 263); /* the file's name had it: Kk.example.+015+00263 */
    assert_int_equal(
        crypto_sign_verify_detached(signature, message.data, message.size, public.public_key.data),
        0);
}

/* OpenSSL wants DER and a point with 04 in front. */
static int p256_verifies(const struct sig0_key *public, struct octets message,
                         const uint8_t signature[64])
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"); /* for the curve */
    EVP_PKEY *other = EVP_PKEY_new();
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    ECDSA_SIG *pair = ECDSA_SIG_new();
    uint8_t point[65] = {4}, *der = NULL;
    int size, good;

    memcpy(point + 1, public->public_key.data, 64);
    assert_int_equal(
        ECDSA_SIG_set0(pair, BN_bin2bn(signature, 32, NULL), BN_bin2bn(signature + 32, 32, NULL)),
        1);
    size = i2d_ECDSA_SIG(pair, &der);
    assert_int_equal(EVP_PKEY_copy_parameters(other, key), 1);
    assert_int_equal(EVP_PKEY_set1_encoded_public_key(other, point, sizeof(point)), 1);
    assert_int_equal(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, other), 1);
    good = EVP_DigestVerify(context, der, (size_t)size, message.data, message.size);
    OPENSSL_free(der);
    ECDSA_SIG_free(pair);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(other);
    EVP_PKEY_free(key);
    return good;
}

static void p256_keys_sign(void **state)
{
    struct fixture *fixture = *state;
    struct octets message = octets_of_text("a message");
    uint8_t signature[KEY_SIGNATURE_SIZE];
    struct owner_key key;
    struct sig0_key public;
    struct reader reader;

    assert_int_equal(load(fixture, P256_PRIVATE, P256_PUBLIC, &key), SWORN_OK);
    assert_int_equal(key_sign(&key, message, signature), SWORN_OK);
    reader = reader_of(key.record);
    assert_int_equal(sig0_key_read(&reader, &public, &fixture->reason), SWORN_OK);
    assert_int_equal(public.tag, 9361);
    assert_int_equal(p256_verifies(&public, message, signature), 1);
    signature[5] ^= 1;
    assert_int_equal(p256_verifies(&public, message, signature), 0);
}

static void files_that_are_no_pair_are_named(void **state)
{
    static const struct {
        const char *private_text, *public_text, *about;
    } wrong[] = {
        {P256_PRIVATE, ED25519_PUBLIC, "are not of one key"},
        {ED25519_PRIVATE, P256_PUBLIC, "are not of one key"},
        {"Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\n"
         "PrivateKey: RzJEBllUqInkk3JhJ7I2WLtz65UKLbzV/nWdskSgWG4=\n",
         P256_PUBLIC, "are not of one key"},
        {"Private-key-format: v1.3\nAlgorithm: 8 (RSASHA256)\nModulus: AAAA\n", P256_PUBLIC,
         "not a key of ECDSAP256SHA256"},
        {"Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\n", P256_PUBLIC,
         "PrivateKey is not 32 octets"},
        {"Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\nPrivateKey: AAAA\n",
         P256_PUBLIC, "PrivateKey is not 32 octets"},
        {ED25519_PRIVATE, "k.example. IN DNSKEY 257 3 15 AAAA\n", "-T KEY"},
        {ED25519_PRIVATE, "", "0 KEY records"},
        {ED25519_PRIVATE, ED25519_PUBLIC ED25519_PUBLIC, "2 KEY records"},
        {ED25519_PRIVATE,
         "k.example. IN KEY 49152 3 15 Upf+JqnxVhO5jZaIK2yIjY4A3RkAeY/23s68oUDqzz8=\n",
         "forbid to sign"},
        {"nothing of the kind", ED25519_PUBLIC, "is not a key file"},
    };
    struct fixture *fixture = *state;
    struct owner_key key;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        fixture->reason.text[0] = '\0';
        assert_int_not_equal(load(fixture, wrong[i].private_text, wrong[i].public_text, &key),
                             SWORN_OK);
        if (strstr(fixture->reason.text, wrong[i].about) == NULL) {
            fail_msg("\"%s\" instead of \"%s\"", fixture->reason.text, wrong[i].about);
        }
    }
    assert_int_equal(unlink(fixture->public_path), 0);
    write_file(fixture->private_path, ED25519_PRIVATE);
    assert_int_not_equal(key_load(fixture->private_path, &fixture->region, &key, &fixture->reason),
                         SWORN_OK);
    assert_non_null(strstr(fixture->reason.text, "Kk.key"));
}

static void tsig_keys_are_read_in_both_forms(void **state)
{
    struct fixture *fixture = *state;
    struct tsig_key key;
    char text[128];

    write_file(fixture->private_path,
               "key \"Tool.\" {\n\talgorithm hmac-sha384;\n\tsecret \"c2VjcmV0\";\n};\n");
    assert_int_equal(
        relay_key_read(fixture->private_path, &fixture->region, &key, &fixture->reason), SWORN_OK);
    assert_memory_equal(key.name.wire, "\4tool", 6);
    assert_string_equal(key.algorithm, "hmac-sha384");
    assert_true(octets_equal(key.secret, octets_of_text("secret")));
    write_file(fixture->public_path, "c2VjcmV0\n");
    (void)snprintf(text, sizeof(text), "a.b:hmac-sha256:%s", fixture->public_path);
    assert_int_equal(relay_key_read(text, &fixture->region, &key, &fixture->reason), SWORN_OK);
    assert_memory_equal(key.name.wire, "\1a\1b", 5);
    assert_string_equal(key.algorithm, "hmac-sha256");
    assert_true(octets_equal(key.secret, octets_of_text("secret")));
    (void)snprintf(text, sizeof(text), "a..b:hmac-sha256:%s", fixture->public_path);
    assert_int_equal(relay_key_read(text, &fixture->region, &key, &fixture->reason), SWORN_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ed25519_keys_sign, setup, teardown),
        cmocka_unit_test_setup_teardown(p256_keys_sign, setup, teardown),
        cmocka_unit_test_setup_teardown(files_that_are_no_pair_are_named, setup, teardown),
        cmocka_unit_test_setup_teardown(tsig_keys_are_read_in_both_forms, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
