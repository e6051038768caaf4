/*
 * signers.c - keys made of a number, and what they sign; see signers.h.
 */
#include "tests/unit/guards/signers.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <secp256k1.h>
#include <secp256k1_recovery.h>
#include <sodium.h>
#include <stdio.h>

#include "tests/unit/guards/meaning.h"

static struct octets copied(struct fixture *fixture, const void *data, size_t size)
{
    struct octets copy;

    assert_int_equal(region_copy(&fixture->region, octets_of(data, size), &copy), SWORN_OK);
    return copy;
}

static EVP_PKEY *p256_key(uint8_t number, uint8_t public_key[65])
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *point = EC_POINT_new(group);
    BIGNUM *secret = BN_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *key = NULL;
    uint8_t native[32] = {0};
    OSSL_PARAM parameters[4];

    assert_int_equal(BN_set_word(secret, 1000U + number), 1);
    assert_int_equal(EC_POINT_mul(group, point, secret, NULL, NULL, NULL), 1);
    assert_int_equal(
        EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, public_key, 65, NULL), 65);
    assert_int_equal(BN_bn2nativepad(secret, native, sizeof(native)), sizeof(native));
    parameters[0] =
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char[]){"prime256v1"}, 0);
    parameters[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, public_key, 65);
    parameters[2] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native, sizeof(native));
    parameters[3] = OSSL_PARAM_construct_end();
    assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
    assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters), 1);
    EVP_PKEY_CTX_free(context);
    BN_free(secret);
    EC_POINT_free(point);
    EC_GROUP_free(group);
    return key;
}

static void ed25519_key(uint8_t number, uint8_t public_key[32], uint8_t secret_key[64])
{
    uint8_t seed[32] = {number, 1};

    assert_int_equal(crypto_sign_seed_keypair(public_key, secret_key, seed), 0);
}

static void secp256k1_secret(uint8_t number, uint8_t secret[32])
{
    memset(secret, 0, 32);
    secret[30] = 1;
    secret[31] = number;
}

static struct octets ethereum_address(struct fixture *fixture, uint8_t number)
{
    secp256k1_context *context = secp256k1_context_create(SECP256K1_CONTEXT_SIGN);
    uint8_t secret[32], octets[65], address[20];
    size_t size = sizeof(octets);
    secp256k1_pubkey key;

    secp256k1_secret(number, secret);
    assert_int_equal(secp256k1_ec_pubkey_create(context, &key, secret), 1);
    assert_int_equal(
        secp256k1_ec_pubkey_serialize(context, octets, &size, &key, SECP256K1_EC_UNCOMPRESSED), 1);
    secp256k1_context_destroy(context);
    fdns_eth_address(address, octets, hash_keccak256);
    return copied(fixture, address, sizeof(address));
}

struct octets signer_key(struct fixture *fixture, const struct signer *signer)
{
    uint8_t key[65], secret[64];

    if (signer->type == ED25519) {
        ed25519_key(signer->number, key, secret);
        return copied(fixture, key, 32);
    }
    if (signer->type == P256) {
        EVP_PKEY_free(p256_key(signer->number, key));
        return copied(fixture, key, 65);
    }
    return ethereum_address(fixture, signer->number);
}

static struct octets p256_sign(struct fixture *fixture, uint8_t number, struct octets message)
{
    uint8_t public_key[65], der[80], raw[64];
    EVP_PKEY *key = p256_key(number, public_key);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t size = sizeof(der);
    const uint8_t *at = der;
    ECDSA_SIG *signature;

    assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestSign(context, der, &size, message.data, message.size), 1);
    signature = d2i_ECDSA_SIG(NULL, &at, (long)size);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw, 32), 32);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw + 32, 32), 32);
    ECDSA_SIG_free(signature);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return copied(fixture, raw, sizeof(raw));
}

/* What a wallet signs; zeros where there is nothing that it could show. */
static void wallet_digest(struct fixture *fixture, uint8_t scheme, struct octets octets,
                          uint8_t digest[32])
{
    struct fdns_message message;
    struct fdns_text text = {NULL, 0, 0};
    const char *error;
    void *memory;

    memset(digest, 0, 32);
    if (!fdns_message_parse(fdns_octets_of(octets.data, octets.size), &message, &error) ||
        !fdns_readable(&message, hash_sha256, &text, &error)) {
        return;
    }
    assert_int_equal(region_alloc(&fixture->region, text.used + 1, &memory), SWORN_OK);
    text = (struct fdns_text){memory, 0, text.used + 1};
    assert_true(fdns_readable(&message, hash_sha256, &text, &error));
    assert_int_equal(
        region_alloc(&fixture->region, fdns_eth_room(fdns_text_octets(&text)), &memory), SWORN_OK);
    if (scheme == FDNS_PERSONAL) {
        fdns_eth_personal(digest, fdns_text_octets(&text), hash_keccak256, memory);
    } else {
        fdns_eth_typed(digest, &message, fdns_text_octets(&text), hash_keccak256, memory);
    }
}

static struct octets wallet_sign(struct fixture *fixture, const struct signer *signer,
                                 struct octets message)
{
    secp256k1_context *context = secp256k1_context_create(SECP256K1_CONTEXT_SIGN);
    uint8_t secret[32], digest[32], octets[66] = {signer->scheme};
    secp256k1_ecdsa_recoverable_signature signature;
    int v = 0;

    secp256k1_secret(signer->number, secret);
    wallet_digest(fixture, signer->scheme, message, digest);
    assert_int_equal(
        secp256k1_ecdsa_sign_recoverable(context, &signature, digest, secret, NULL, NULL), 1);
    assert_int_equal(secp256k1_ecdsa_recoverable_signature_serialize_compact(context, octets + 1,
                                                                             &v, &signature),
                     1);
    secp256k1_context_destroy(context);
    octets[65] = (uint8_t)(27 + v);
    return copied(fixture, octets, sizeof(octets));
}

struct octets signer_sign(struct fixture *fixture, const struct signer *signer,
                          struct octets message)
{
    uint8_t key[32], secret[64], signature[64];

    if (signer->type == P256) {
        return p256_sign(fixture, signer->number, message);
    }
    if (signer->type == SECP256K1) {
        return wallet_sign(fixture, signer, message);
    }
    ed25519_key(signer->number, key, secret);
    assert_int_equal(crypto_sign_detached(signature, NULL, message.data, message.size, secret), 0);
    return copied(fixture, signature, sizeof(signature));
}

struct octets message_with(struct fixture *fixture, uint8_t kind, struct octets octets)
{
    static const struct hash nothing;
    struct writer writer = writer_in(&fixture->region, 2 << 20);
    const struct guard_call *call = &fixture->call;

    assert_int_equal(write_octets(&writer, octets_of("sworn-update-v1", 16)), SWORN_OK);
    assert_int_equal(write_slice_u16(&writer, octets_of_text("demo.test.")), SWORN_OK);
    assert_int_equal(write_hash(&writer, call->sequence == 0 ? &nothing : &call->zone_id),
                     SWORN_OK);
    assert_int_equal(write_u64(&writer, call->sequence), SWORN_OK);
    if (octets.data != NULL) {
        assert_int_equal(write_u8(&writer, kind), SWORN_OK);
        assert_int_equal(write_slice_u32(&writer, octets), SWORN_OK);
    }
    return written(&writer);
}

struct octets joined(struct fixture *fixture, struct octets a, struct octets b)
{
    struct writer writer = writer_in(&fixture->region, a.size + b.size + 1);

    assert_int_equal(write_octets(&writer, a), SWORN_OK);
    assert_int_equal(write_octets(&writer, b), SWORN_OK);
    return written(&writer);
}

bool has_www(struct fixture *fixture)
{
    struct name owner;
    struct rrset rrset;

    assert_int_equal(name_from_text(octets_of_text("www.demo.test."), NULL, &owner), SWORN_OK);
    return change_get(&fixture->change, &owner, 1, &rrset) == SWORN_OK;
}

/* The number in the next column, written with commas. */
static uint64_t column(const char **at)
{
    uint64_t number = 0;

    for (*at += strspn(*at, " |"); **at == ',' || (**at >= '0' && **at <= '9'); (*at)++) {
        number = **at == ',' ? number : number * 10 + (uint64_t)(**at - '0');
    }
    return number;
}

void assert_page_says(struct fixture *fixture, const char *row, size_t code)
{
    struct octets page = file_of(fixture, "SWORN_SOURCE", "docs/guards.md");
    uint64_t fuel = fixture->call.fuel, said_code, said_fuel;
    char start[128], *text;
    const char *at;

    (void)snprintf(start, sizeof(start), "\n| %s |", row);
    assert_int_equal(region_text(&fixture->region, page, &text), SWORN_OK);
    at = strstr(text, start);
    if (at == NULL) {
        fail_msg("docs/guards.md has no row %s", row);
        return;
    }
    at += strlen(start);
    said_code = column(&at);
    said_fuel = column(&at);
    if (code > said_code || code * 10 < said_code * 9 || fuel > said_fuel ||
        fuel * 10 < said_fuel * 9) {
        fail_msg("docs/guards.md says of %s: %llu octets, %llu fuel; they are %zu and %llu", row,
                 (unsigned long long)said_code, (unsigned long long)said_fuel, code,
                 (unsigned long long)fuel);
    }
}

void fixture_creates(struct fixture *fixture)
{
    fixture_again(fixture);
    fixture->call.entry = GUARD_SETUP;
    fixture->call.sequence = 0;
    memset(&fixture->call.zone_id, 0, sizeof(fixture->call.zone_id));
}
