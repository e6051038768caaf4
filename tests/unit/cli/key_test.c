/*
 * key_test.c - keys of owners: the three types, from sworn's own files, OpenSSL, ssh-keygen and as
 * text; what is none is refused with the cause.
 */
#include "cli/key/key.h"

#include "cli/key/curve.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

/* clang-format off */
/* As OpenSSL 3.0 and OpenSSH 9.2 wrote them. */
#define PEM_ED25519 \
    "-----BEGIN PRIVATE KEY-----\n" \
    "MC4CAQAwBQYDK2VwBCIEIISEOaPC2RnJDIVeoAc2Qe3PFXm7F8+o7FLH6DP98UQq\n" \
    "-----END PRIVATE KEY-----\n"
#define PEM_ED25519_PUBLIC \
    "-----BEGIN PUBLIC KEY-----\n" \
    "MCowBQYDK2VwAyEAt66TbxgS4mW01pFLgyVKg05a2gC/qZsowo1oRf2uQQk=\n" \
    "-----END PUBLIC KEY-----\n"
#define PEM_P256 \
    "-----BEGIN EC PARAMETERS-----\n" \
    "BggqhkjOPQMBBw==\n" \
    "-----END EC PARAMETERS-----\n" \
    "-----BEGIN EC PRIVATE KEY-----\n" \
    "MHcCAQEEIC3zHm6CIfUT8N1MZJSKYQieQKRCH+5HVnB1HKFG/UGToAoGCCqGSM49\n" \
    "AwEHoUQDQgAEZs4aJK2Zq5Sp+VtVjiED6sxvPZQekvYQ7TOa7F5Dv2bzN77YGzK3\n" \
    "BmaZNWYl+LwssVJqJm4sMxNf8Zlq/6GT0Q==\n" \
    "-----END EC PRIVATE KEY-----\n"
#define PEM_P256_PUBLIC \
    "-----BEGIN PUBLIC KEY-----\n" \
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZs4aJK2Zq5Sp+VtVjiED6sxvPZQe\n" \
    "kvYQ7TOa7F5Dv2bzN77YGzK3BmaZNWYl+LwssVJqJm4sMxNf8Zlq/6GT0Q==\n" \
    "-----END PUBLIC KEY-----\n"
#define PEM_SECP256K1 \
    "-----BEGIN PRIVATE KEY-----\n" \
    "MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQg60tRdqecXCxDQEZsQcVt\n" \
    "vUmsZzhpXRewuBP1rjJR9IqhRANCAAThU0rLJWWSbkyZpqAPxSaHdfQOwiTTXXFL\n" \
    "DzxAQQM+gpU0EoJmfe8GN2Xd6MUJeSI/wxy/oF8Our59A/6XTPuL\n" \
    "-----END PRIVATE KEY-----\n"
#define PEM_SECP256K1_PUBLIC \
    "-----BEGIN PUBLIC KEY-----\n" \
    "MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAE4VNKyyVlkm5MmaagD8Umh3X0DsIk011x\n" \
    "Sw88QEEDPoKVNBKCZn3vBjdl3ejFCXkiP8Mcv6BfDrq+fQP+l0z7iw==\n" \
    "-----END PUBLIC KEY-----\n"
#define PEM_ENCRYPTED \
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" \
    "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgTvFGhdeSBZwICCAAw\n" \
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEO3BBeg51oN3zpYxU5OEhGkEQC9I\n" \
    "QXxJ6KriGf/GTFR+zDfyo8Dbwa5KtSHGM4iVQwon0ViPDN39ZDMsB3zbcXRzurbK\n" \
    "+Uy39iHwGVXBA/uytn8=\n" \
    "-----END ENCRYPTED PRIVATE KEY-----\n"
#define PEM_X25519 \
    "-----BEGIN PRIVATE KEY-----\n" \
    "MC4CAQAwBQYDK2VuBCIEIGhNdRRrrbnJibMwrv7Wr/x7H2+cOhNzuWt/touz4dJQ\n" \
    "-----END PRIVATE KEY-----\n"
#define SSH_ED25519 \
    "-----BEGIN OPENSSH PRIVATE KEY-----\n" \
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n" \
    "QyNTUxOQAAACB/NjeKSPC3IFDo66VS8x/IN2NXVJ3yXQcu8UjvoHLI+AAAAIgoI9BMKCPQ\n" \
    "TAAAAAtzc2gtZWQyNTUxOQAAACB/NjeKSPC3IFDo66VS8x/IN2NXVJ3yXQcu8UjvoHLI+A\n" \
    "AAAEDmirJd1QVqtzhmG/eUzBdUuP59xilNOJkRBG5U8bgufn82N4pI8LcgUOjrpVLzH8g3\n" \
    "Y1dUnfJdBy7xSO+gcsj4AAAABW93bmVy\n" \
    "-----END OPENSSH PRIVATE KEY-----\n"
#define SSH_ED25519_PUBLIC \
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH82N4pI8LcgUOjrpVLzH8g3Y1dUnfJdBy7xSO+gcsj4 owner\n"
#define SSH_ENCRYPTED \
    "-----BEGIN OPENSSH PRIVATE KEY-----\n" \
    "b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABBLECTQva\n" \
    "SnguYZ2+au8RruAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAILOEUxS647hRJK9E\n" \
    "ZCEo7sspAUQHjMECOCFOLf4f0xAZAAAAkEnKdsF1vYq/kggN1Oqzq9tMU/4m7hiAuPF/7T\n" \
    "S5Ijfs6muxWkgllszuGBSeUi3g3kq4EPsWVVTYSEbzbKTvxzwcRCWBGT/HebBLAfYfGDKr\n" \
    "KSOtHs7RTdqABTW6kJIE8oauQ8dGuNOb47wQJkxZ5hG1iyYqdudroLjOydjwfIcGa8kJYm\n" \
    "FH+Fvza7LB3E8wZw==\n" \
    "-----END OPENSSH PRIVATE KEY-----\n"
#define SSH_ECDSA \
    "-----BEGIN OPENSSH PRIVATE KEY-----\n" \
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAaAAAABNlY2RzYS\n" \
    "1zaGEyLW5pc3RwMjU2AAAACG5pc3RwMjU2AAAAQQQzCGhQuXgUdF/BPqi9QXza9uTGga41\n" \
    "dAZdEzEgQaZCG9kZDMBDzvERmCUHx7Zm9yilsHjhF8+g6jc2fIxyRK9pAAAAoGIRNDxiET\n" \
    "Q8AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBDMIaFC5eBR0X8E+\n" \
    "qL1BfNr25MaBrjV0Bl0TMSBBpkIb2RkMwEPO8RGYJQfHtmb3KKWweOEXz6DqNzZ8jHJEr2\n" \
    "kAAAAgIEUSzOd7WtsqRWjaeOBth286gm/eb+IIlRzr6yPqLDUAAAAFb3duZXIBAgM=\n" \
    "-----END OPENSSH PRIVATE KEY-----\n"
/* clang-format on */

struct fixture {
    struct region region;
    struct reason reason;
    char folder[32], path[64], public_path[64];
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));

    assert_non_null(fixture);
    region_init(&fixture->region, (size_t)1 << 24);
    (void)snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/sworn-key-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    (void)snprintf(fixture->path, 64, "%s/k", fixture->folder);
    (void)snprintf(fixture->public_path, 64, "%s/k.pub", fixture->folder);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    (void)unlink(fixture->path);
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
    assert_int_equal(chmod(path, 0600), 0);
}

static enum sworn_result load(struct fixture *fixture, const char *text, struct owner_key *key)
{
    fixture->reason.text[0] = '\0';
    write_file(fixture->path, text);
    return key_load(fixture->path, &fixture->region, key, &fixture->reason);
}

static enum sworn_result public_of(struct fixture *fixture, const char *text,
                                   struct public_key *key)
{
    fixture->reason.text[0] = '\0';
    return key_public_from_text(text, &fixture->region, key, &fixture->reason);
}

static enum sworn_result public_of_file(struct fixture *fixture, const char *text,
                                        struct public_key *key)
{
    write_file(fixture->public_path, text);
    return public_of(fixture, fixture->public_path, key);
}

/* That the key signs what its public key verifies. */
static void check_pair(const struct owner_key *key)
{
    struct octets message = octets_of_text("a message");
    uint8_t signature[65], hash[32] = {1, 2, 3}, address[20];

    switch (key->public.type) {
    case KEY_ED25519:
        assert_int_equal(key_sign(key, message, signature), SWORN_OK);
        assert_int_equal(
            crypto_sign_verify_detached(signature, message.data, message.size, key->public.octets),
            0);
        return;
    case KEY_P256:
        assert_int_equal(key_sign(key, message, signature), SWORN_OK);
        assert_true(p256_verifies(key->public.octets, message, signature));
        signature[40] ^= 1;
        assert_false(p256_verifies(key->public.octets, message, signature));
        return;
    case KEY_SECP256K1:
        assert_int_equal(koblitz_sign(key->secret, hash, signature), SWORN_OK);
        assert_true(koblitz_signer(signature, hash, address));
        assert_memory_equal(address, key->public.octets, 20);
        hash[0] ^= 1;
        assert_true(!koblitz_signer(signature, hash, address) ||
                    memcmp(address, key->public.octets, 20) != 0);
        return;
    }
    fail();
}

static void files_of_each_type_come_back_and_are_never_overwritten(void **state)
{
    struct fixture *fixture = *state;

    for (enum key_type type = KEY_ED25519; type <= KEY_TYPE_LAST; type++) {
        char text[256];
        struct writer line = writer_over(text, sizeof(text));
        struct owner_key key;
        struct public_key public;

        assert_int_equal(key_make(fixture->path, type, &fixture->region, &line, &fixture->reason),
                         SWORN_OK);
        assert_int_equal(key_load(fixture->path, &fixture->region, &key, &fixture->reason),
                         SWORN_OK);
        assert_int_equal(key.public.type, type);
        check_pair(&key);
        assert_int_equal(public_of(fixture, fixture->public_path, &public), SWORN_OK);
        assert_true(key_equal(&public, &key.public));
        assert_int_equal(public_of(fixture, fixture->path, &public), SWORN_MALFORMED);
        assert_int_equal(key_make(fixture->path, type, &fixture->region, &line, &fixture->reason),
                         SWORN_CONFLICT);
        assert_int_equal(remove(fixture->path), 0);
        assert_int_equal(key_make(fixture->path, type, &fixture->region, &line, &fixture->reason),
                         SWORN_CONFLICT);
        assert_int_equal(remove(fixture->public_path), 0);
    }
}

static void keys_of_other_programs_are_the_same_keys(void **state)
{
    static const struct {
        const char *secret, *public;
        enum key_type type;
    } pairs[] = {
        {PEM_ED25519, PEM_ED25519_PUBLIC, KEY_ED25519},
        {PEM_P256, PEM_P256_PUBLIC, KEY_P256},
        {PEM_SECP256K1, PEM_SECP256K1_PUBLIC, KEY_SECP256K1},
        {SSH_ED25519, SSH_ED25519_PUBLIC, KEY_ED25519},
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct public_key public;
        struct owner_key key;

        assert_int_equal(load(fixture, pairs[i].secret, &key), SWORN_OK);
        assert_int_equal(key.public.type, pairs[i].type);
        check_pair(&key);
        assert_int_equal(public_of_file(fixture, pairs[i].public, &public), SWORN_OK);
        assert_true(key_equal(&public, &key.public));
    }
}

static void files_that_are_no_owners_key_are_refused_with_the_cause(void **state)
{
    static const char *const wrong[][2] = {
        {"", "is not a key file"},
        {"nothing of the kind", "is not a key file"},
        {"sworn-key-v1 ed25519 AAAA\n", "is not a key file"},
        {"sworn-key-v1 p256 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "is not a key file"},
        {"sworn-key-v1 p257 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=\n", "is not a key file"},
        {PEM_ENCRYPTED, "is encrypted"},
        {PEM_X25519, "only keys of Ed25519"},
        {PEM_P256_PUBLIC, "no private key"},
        {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "no private key"},
        {SSH_ENCRYPTED, "is encrypted"},
        {SSH_ECDSA, "one Ed25519 key"},
        {"-----BEGIN OPENSSH PRIVATE KEY-----\n", "base64 is damaged"},
        {"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
         "cut short"},
    };
    struct fixture *fixture = *state;
    struct owner_key key;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_not_equal(load(fixture, wrong[i][0], &key), SWORN_OK);
        if (strstr(fixture->reason.text, wrong[i][1]) == NULL) {
            fail_msg("\"%s\" instead of \"%s\"", fixture->reason.text, wrong[i][1]);
        }
    }
}

/* Each octet of the file but those of its comment counts. */
static void a_damaged_key_of_ssh_keygen_is_no_other_key(void **state)
{
    struct fixture *fixture = *state;
    struct owner_key good, key;
    char text[] = SSH_ED25519;

    assert_int_equal(load(fixture, SSH_ED25519, &good), SWORN_OK);
    for (size_t i = 36; i < sizeof(text) - 36; i++) {
        char kept = text[i];

        text[i] = kept == 'A' ? 'B' : 'A';
        if (kept != '\n' && load(fixture, text, &key) == SWORN_OK) {
            assert_true(key_equal(&good.public, &key.public));
            assert_memory_equal(good.secret, key.secret, sizeof(key.secret));
        }
        text[i] = kept;
    }
}

static void addresses_have_the_case_of_eip_55(void **state)
{
    /* The examples of EIP-55. */
    static const char *const good[] = {
        "0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    };
    static const char *const wrong[] = {"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
                                        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
                                        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAedd", "0x",
                                        "0xg2908400098527886E0F7030069857D2E4169EE7"};
    struct fixture *fixture = *state;
    struct public_key key, same;
    char text[KEY_TEXT_SIZE];

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(public_of(fixture, good[i], &key), SWORN_OK);
        assert_int_equal(key.type, KEY_SECP256K1);
        key_public_to_text(&key, text);
        assert_string_equal(text, good[i]);
        for (char *at = text + 2; *at != '\0'; at++) {
            *at |= 0x20;
        }
        assert_int_equal(public_of(fixture, text, &same), SWORN_OK);
        assert_true(key_equal(&key, &same));
    }
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(public_of(fixture, wrong[i], &key), SWORN_MALFORMED);
        assert_non_null(strstr(fixture->reason.text, "Ethereum"));
    }
}

static void an_address_follows_from_the_secret(void **state)
{
    /* The first account of the mnemonic "test test ... junk" that every Ethereum tool knows. */
    static const uint8_t secret[32] = {0xac, 0x09, 0x74, 0xbe, 0xc3, 0x9a, 0x17, 0xe3,
                                       0x6b, 0xa4, 0xa6, 0xb4, 0xd2, 0x38, 0xff, 0x94,
                                       0x4b, 0xac, 0xb4, 0x78, 0xcb, 0xed, 0x5e, 0xfc,
                                       0xae, 0x78, 0x4d, 0x7b, 0xf4, 0xf2, 0xff, 0x80};
    struct owner_key key;
    char text[KEY_TEXT_SIZE];

    (void)state;
    assert_int_equal(key_of_secret(KEY_SECP256K1, secret, &key), SWORN_OK);
    key_public_to_text(&key.public, text);
    assert_string_equal(text, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
}

static void public_keys_are_taken_as_text(void **state)
{
    static const char *const wrong[] = {
        "AAAA",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQ==",
        /* a point on neither curve */
        "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "/nowhere/at/all",
    };
    static const char *const wrong_files[] = {
        "",
        "sworn-public-key-v1 ed25519 AAAA\n",
        "sworn-public-key-v1 p256 yJF1mp6iPRslArvMN8PoGgoLUWDCRthDHNVPOSVQDVI=\n",
        "sworn-public-key-v1 secp256k1 BHdE+OYgzCopndklopTc78cLjRuf8f2xGNSrZaZdesErK2O6v9x9dk/"
        "edWChNyqyy8X5cj7VV/ZQc+SG6SAzeP8= 0x52908400098527886E0F7030069857D2E4169EE7\n",
        PEM_X25519,
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    };
    struct fixture *fixture = *state;
    struct public_key key;

    assert_int_equal(public_of(fixture, "yJF1mp6iPRslArvMN8PoGgoLUWDCRthDHNVPOSVQDVI=", &key),
                     SWORN_OK);
    assert_int_equal(key.type, KEY_ED25519);
    assert_int_equal(public_of(fixture,
                               "BHdE+OYgzCopndklopTc78cLjRuf8f2xGNSrZaZdesErK2O6v9x9dk/"
                               "edWChNyqyy8X5cj7VV/ZQc+SG6SAzeP8=",
                               &key),
                     SWORN_OK);
    assert_int_equal(key.type, KEY_SECP256K1);
    assert_int_equal(public_of(fixture, SSH_ED25519_PUBLIC, &key), SWORN_OK);
    assert_int_equal(key.type, KEY_ED25519);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(public_of(fixture, wrong[i], &key), SWORN_MALFORMED);
    }
    for (size_t i = 0; i < sizeof(wrong_files) / sizeof(wrong_files[0]); i++) {
        assert_int_not_equal(public_of_file(fixture, wrong_files[i], &key), SWORN_OK);
        assert_non_null(strstr(fixture->reason.text, "k.pub"));
    }
}

static void scalars_outside_the_order_make_no_key(void **state)
{
    uint8_t scalar[32] = {0};
    struct owner_key key;

    (void)state;
    assert_int_equal(key_of_secret(KEY_P256, scalar, &key), SWORN_INVALID);
    assert_int_equal(key_of_secret(KEY_SECP256K1, scalar, &key), SWORN_INVALID);
    memset(scalar, 0xFF, sizeof(scalar));
    assert_int_equal(key_of_secret(KEY_P256, scalar, &key), SWORN_INVALID);
    assert_int_equal(key_of_secret(KEY_SECP256K1, scalar, &key), SWORN_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_of_each_type_come_back_and_are_never_overwritten),
        cmocka_unit_test(keys_of_other_programs_are_the_same_keys),
        cmocka_unit_test(files_that_are_no_owners_key_are_refused_with_the_cause),
        cmocka_unit_test(a_damaged_key_of_ssh_keygen_is_no_other_key),
        cmocka_unit_test(addresses_have_the_case_of_eip_55),
        cmocka_unit_test(an_address_follows_from_the_secret),
        cmocka_unit_test(public_keys_are_taken_as_text),
        cmocka_unit_test(scalars_outside_the_order_make_no_key),
    };
    struct CMUnitTest with_fixture[sizeof(tests) / sizeof(tests[0])];

    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        with_fixture[i] = tests[i];
        with_fixture[i].setup_func = setup;
        with_fixture[i].teardown_func = teardown;
    }
    return cmocka_run_group_tests(with_fixture, NULL, NULL);
}
