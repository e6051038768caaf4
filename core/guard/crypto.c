/*
 * crypto.c - hashes and signature checks for guards: the same results as pure WASM, faster.
 *
 * All inputs are public: no care for timing is needed. Inputs are copied before anything is
 * written, so they may overlap the output.
 */
#include "core/guard/abi.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/params.h>
#include <sodium.h>

#include "core/merkle/merkle.h"

enum {
    ED25519_KEY = 32,
    ED25519_SIGNATURE = 64,
    P256_KEY = 65,
    P256_SIGNATURE = 64,
    P256_DER_MAX = 80,
    SECP256K1_SIGNATURE = 65,
    SECP256K1_KEY = 65,
};

/* sha256(dest, offset, size) */
enum sworn_result crypto_sha256(struct abi_session *session)
{
    struct octets input;
    uint8_t *output;
    struct hash hash;

    SWORN_TRY(abi_input(session, abi_u32(session, 1), abi_u32(session, 2), &input));
    SWORN_TRY(abi_output(session, abi_u32(session, 0), HASH_SIZE, &output));
    SWORN_TRY(abi_charge_octets(session, input.size));
    SWORN_TRY(sha256_one(input, &hash));
    memcpy(output, hash.octets, HASH_SIZE);
    return SWORN_OK;
}

/* keccak256(dest, offset, size) */
enum sworn_result crypto_keccak256(struct abi_session *session)
{
    struct octets input;
    uint8_t *output;
    struct hash hash;

    SWORN_TRY(abi_input(session, abi_u32(session, 1), abi_u32(session, 2), &input));
    SWORN_TRY(abi_output(session, abi_u32(session, 0), HASH_SIZE, &output));
    SWORN_TRY(abi_charge_octets(session, input.size));
    engine_keccak256(input.data, input.size, hash.octets);
    memcpy(output, hash.octets, HASH_SIZE);
    return SWORN_OK;
}

/* ed25519_verify(key32, sig64, offset, size): RFC 8032, small-order keys and S >= L refused */
enum sworn_result crypto_ed25519_verify(struct abi_session *session)
{
    struct octets key, signature, message;
    int valid;

    SWORN_TRY(abi_input(session, abi_u32(session, 0), ED25519_KEY, &key));
    SWORN_TRY(abi_input(session, abi_u32(session, 1), ED25519_SIGNATURE, &signature));
    SWORN_TRY(abi_input(session, abi_u32(session, 2), abi_u32(session, 3), &message));
    SWORN_TRY(abi_charge_octets(session, message.size));
    valid = crypto_sign_verify_detached(signature.data, message.data, message.size, key.data) == 0;
    abi_return(session, valid ? 1 : 0);
    return SWORN_OK;
}

/* r ‖ s, 32 octets each, as DER, which OpenSSL takes */
static enum sworn_result signature_to_der(struct octets signature, uint8_t der[P256_DER_MAX],
                                          size_t *size)
{
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature.data, P256_SIGNATURE / 2, NULL);
    BIGNUM *s = BN_bin2bn(signature.data + P256_SIGNATURE / 2, P256_SIGNATURE / 2, NULL);
    int written = 0;

    if (pair == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(pair, r, s) != 1) {
        BN_free(r);
        BN_free(s);
        ECDSA_SIG_free(pair);
        return SWORN_CRYPTO;
    }
    written = i2d_ECDSA_SIG(pair, &der);
    ECDSA_SIG_free(pair);
    SWORN_ENSURE(written > 0, SWORN_CRYPTO);
    *size = (size_t)written;
    return SWORN_OK;
}

/* NULL for octets that are no point of the curve. */
static EVP_PKEY *p256_key(struct octets octets)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    uint8_t copy[P256_KEY];
    char group[] = "P-256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy, sizeof(copy)),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY *key = NULL;

    memcpy(copy, octets.data, sizeof(copy));
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(context);
    return key;
}

static bool p256_is_valid(EVP_PKEY *key, const uint8_t *der, size_t der_size, struct octets hash)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    bool valid = context != NULL && EVP_PKEY_verify_init(context) == 1 &&
                 EVP_PKEY_verify(context, der, der_size, hash.data, hash.size) == 1;

    EVP_PKEY_CTX_free(context);
    return valid;
}

/*
 * OpenSSL loads what it needs for a curve at its first use, and by then the enclave may have given
 * up the right to open files. The key is the curve's base point (FIPS 186-4 D.1.2.3).
 */
enum sworn_result crypto_warm_up(void)
{
    static const uint8_t base[P256_KEY] = {
        0x04, 0x6B, 0x17, 0xD1, 0xF2, 0xE1, 0x2C, 0x42, 0x47, 0xF8, 0xBC, 0xE6, 0xE5,
        0x63, 0xA4, 0x40, 0xF2, 0x77, 0x03, 0x7D, 0x81, 0x2D, 0xEB, 0x33, 0xA0, 0xF4,
        0xA1, 0x39, 0x45, 0xD8, 0x98, 0xC2, 0x96, 0x4F, 0xE3, 0x42, 0xE2, 0xFE, 0x1A,
        0x7F, 0x9B, 0x8E, 0xE7, 0xEB, 0x4A, 0x7C, 0x0F, 0x9E, 0x16, 0x2B, 0xCE, 0x33,
        0x57, 0x6B, 0x31, 0x5E, 0xCE, 0xCB, 0xB6, 0x40, 0x68, 0x37, 0xBF, 0x51, 0xF5,
    };
    static const uint8_t ones[P256_SIGNATURE] = {[31] = 1, [63] = 1};
    uint8_t der[P256_DER_MAX];
    size_t der_size;
    EVP_PKEY *key;

    SWORN_TRY(signature_to_der(octets_of(ones, sizeof(ones)), der, &der_size));
    key = p256_key(octets_of(base, sizeof(base)));
    SWORN_ENSURE(key != NULL, SWORN_CRYPTO);
    (void)p256_is_valid(key, der, der_size, octets_of(ones, HASH_SIZE));
    EVP_PKEY_free(key);
    return SWORN_OK;
}

/* p256_verify(key65, sig64, hash32): key uncompressed (SEC 1 2.3.3), signature r ‖ s */
enum sworn_result crypto_p256_verify(struct abi_session *session)
{
    struct octets octets, signature, hash;
    uint8_t der[P256_DER_MAX];
    size_t der_size;
    EVP_PKEY *key;

    SWORN_TRY(abi_input(session, abi_u32(session, 0), P256_KEY, &octets));
    SWORN_TRY(abi_input(session, abi_u32(session, 1), P256_SIGNATURE, &signature));
    SWORN_TRY(abi_input(session, abi_u32(session, 2), HASH_SIZE, &hash));
    abi_return(session, 0);
    SWORN_ENSURE(octets.data[0] == 4, SWORN_OK);
    SWORN_TRY(signature_to_der(signature, der, &der_size));
    key = p256_key(octets);
    SWORN_ENSURE(key != NULL, SWORN_OK);
    abi_return(session, p256_is_valid(key, der, der_size, hash) ? 1 : 0);
    EVP_PKEY_free(key);
    return SWORN_OK;
}

/* secp256k1_recover(dest65, sig65, hash32): signature r ‖ s ‖ v, v 0..3, or 27, 28 as wallets do */
enum sworn_result crypto_secp256k1_recover(struct abi_session *session)
{
    const secp256k1_context *context = session->cache->secp256k1;
    struct octets octets, hash;
    uint8_t *output;
    uint8_t encoded[SECP256K1_KEY];
    size_t size = sizeof(encoded);
    int v;
    secp256k1_ecdsa_recoverable_signature signature;
    secp256k1_pubkey key;

    SWORN_TRY(abi_output(session, abi_u32(session, 0), SECP256K1_KEY, &output));
    SWORN_TRY(abi_input(session, abi_u32(session, 1), SECP256K1_SIGNATURE, &octets));
    SWORN_TRY(abi_input(session, abi_u32(session, 2), HASH_SIZE, &hash));
    abi_return(session, 0);
    v = octets.data[64] >= 27 && octets.data[64] <= 28 ? octets.data[64] - 27 : octets.data[64];
    SWORN_ENSURE(v <= 3, SWORN_OK);
    SWORN_ENSURE(secp256k1_ecdsa_recoverable_signature_parse_compact(context, &signature,
                                                                     octets.data, v) == 1,
                 SWORN_OK);
    SWORN_ENSURE(secp256k1_ecdsa_recover(context, &key, &signature, hash.data) == 1, SWORN_OK);
    SWORN_ENSURE(secp256k1_ec_pubkey_serialize(context, encoded, &size, &key,
                                               SECP256K1_EC_UNCOMPRESSED) == 1,
                 SWORN_OK);
    memcpy(output, encoded, SECP256K1_KEY);
    abi_return(session, 1);
    return SWORN_OK;
}
