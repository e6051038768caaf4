/*
 * curve.c - see curve.h.
 */
#include "cli/key/curve.h"

#include "engine/engine.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <secp256k1_recovery.h>
#include <stdio.h>
#include <string.h>

/* All that a calculation on P-256 needs; any may be NULL. */
struct p256 {
    EC_GROUP *group;
    EC_POINT *point;
    BN_CTX *context;
    BIGNUM *number;
};

static bool p256_open(struct p256 *p256)
{
    *p256 = (struct p256){.group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1),
                          .context = BN_CTX_secure_new(),
                          .number = BN_secure_new()};
    p256->point = p256->group == NULL ? NULL : EC_POINT_new(p256->group);
    return p256->point != NULL && p256->context != NULL && p256->number != NULL;
}

static void p256_close(struct p256 *p256)
{
    BN_clear_free(p256->number);
    BN_CTX_free(p256->context);
    EC_POINT_free(p256->point);
    EC_GROUP_free(p256->group);
}

bool p256_has_point(const uint8_t point[POINT_SIZE])
{
    struct p256 p256;
    bool good = p256_open(&p256) && point[0] == 4 &&
                EC_POINT_oct2point(p256.group, p256.point, point, POINT_SIZE, p256.context) == 1;

    p256_close(&p256);
    return good;
}

enum sworn_result p256_point(const uint8_t scalar[32], uint8_t point[POINT_SIZE])
{
    struct p256 p256;
    bool good = p256_open(&p256) && BN_bin2bn(scalar, 32, p256.number) != NULL &&
                !BN_is_zero(p256.number) &&
                BN_cmp(p256.number, EC_GROUP_get0_order(p256.group)) < 0 &&
                EC_POINT_mul(p256.group, p256.point, p256.number, NULL, NULL, p256.context) == 1 &&
                EC_POINT_point2oct(p256.group, p256.point, POINT_CONVERSION_UNCOMPRESSED, point,
                                   POINT_SIZE, p256.context) == POINT_SIZE;

    p256_close(&p256);
    return good ? SWORN_OK : SWORN_INVALID;
}

/* SubjectPublicKeyInfo of a P-256 key: all of it but the point is the same for each. */
static EVP_PKEY *public_of(const uint8_t point[POINT_SIZE])
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"); /* for the curve */
    EVP_PKEY *other = EVP_PKEY_new();

    if (key == NULL || other == NULL || EVP_PKEY_copy_parameters(other, key) != 1 ||
        EVP_PKEY_set1_encoded_public_key(other, point, POINT_SIZE) != 1) {
        EVP_PKEY_free(other);
        other = NULL;
    }
    EVP_PKEY_free(key);
    return other;
}

/* The key as OpenSSL takes it: ECPrivateKey of RFC 5915, inside PKCS#8 (RFC 5208). */
static EVP_PKEY *private_of(const uint8_t scalar[32])
{
    static const uint8_t before[] = {0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07,
                                     0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08,
                                     0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x04,
                                     0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20};
    uint8_t octets[sizeof(before) + 32];
    const uint8_t *at = octets;
    EVP_PKEY *key;

    memcpy(octets, before, sizeof(before));
    memcpy(octets + sizeof(before), scalar, 32);
    key = d2i_AutoPrivateKey(NULL, &at, sizeof(octets));
    OPENSSL_cleanse(octets, sizeof(octets));
    return key;
}

bool ecdsa_of_der(struct octets der, uint8_t signature[64])
{
    const uint8_t *at = der.data;
    ECDSA_SIG *pair = der.size == 0 ? NULL : d2i_ECDSA_SIG(NULL, &at, (long)der.size);
    bool good = pair != NULL && at == der.data + der.size &&
                BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, 32) == 32 &&
                BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + 32, 32) == 32;

    ECDSA_SIG_free(pair);
    return good;
}

enum sworn_result p256_sign(const uint8_t scalar[32], struct octets message, uint8_t signature[64])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY *key = private_of(scalar);
    uint8_t der[80];
    size_t size = sizeof(der);
    bool good = context != NULL && key != NULL &&
                EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestSign(context, der, &size, message.data, message.size) == 1 &&
                ecdsa_of_der(octets_of(der, size), signature);

    EVP_PKEY_free(key);
    EVP_MD_CTX_free(context);
    return good ? SWORN_OK : SWORN_CRYPTO;
}

/* r ‖ s to DER; 0: it cannot be */
static int der_of(const uint8_t signature[64], uint8_t **der)
{
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, 32, NULL), *s = BN_bin2bn(signature + 32, 32, NULL);
    int size = 0;

    if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1) {
        size = i2d_ECDSA_SIG(pair, der);
    } else {
        BN_free(r);
        BN_free(s);
    }
    ECDSA_SIG_free(pair);
    return size > 0 ? size : 0;
}

bool p256_verifies(const uint8_t point[POINT_SIZE], struct octets message,
                   const uint8_t signature[64])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY *key = public_of(point);
    uint8_t *der = NULL;
    int size = der_of(signature, &der);
    bool good = context != NULL && key != NULL && size > 0 &&
                EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestVerify(context, der, (size_t)size, message.data, message.size) == 1;

    OPENSSL_free(der);
    EVP_PKEY_free(key);
    EVP_MD_CTX_free(context);
    return good;
}

static bool write_point(const secp256k1_context *context, const secp256k1_pubkey *key,
                        uint8_t point[POINT_SIZE])
{
    size_t size = POINT_SIZE;

    return secp256k1_ec_pubkey_serialize(context, point, &size, key, SECP256K1_EC_UNCOMPRESSED) ==
               1 &&
           size == POINT_SIZE;
}

bool koblitz_has_point(const uint8_t point[POINT_SIZE])
{
    secp256k1_pubkey key;

    return point[0] == 4 &&
           secp256k1_ec_pubkey_parse(secp256k1_context_static, &key, point, POINT_SIZE) == 1;
}

enum sworn_result koblitz_point(const uint8_t scalar[32], uint8_t point[POINT_SIZE])
{
    secp256k1_context *context = secp256k1_context_create(SECP256K1_CONTEXT_SIGN);
    secp256k1_pubkey key;
    bool good = context != NULL && secp256k1_ec_pubkey_create(context, &key, scalar) == 1 &&
                write_point(context, &key, point);

    secp256k1_context_destroy(context);
    return good ? SWORN_OK : SWORN_INVALID;
}

enum sworn_result koblitz_sign(const uint8_t scalar[32], const uint8_t hash[32],
                               uint8_t signature[65])
{
    secp256k1_context *context = secp256k1_context_create(SECP256K1_CONTEXT_SIGN);
    secp256k1_ecdsa_recoverable_signature made;
    int v = 0;
    bool good =
        context != NULL &&
        secp256k1_ecdsa_sign_recoverable(context, &made, hash, scalar, NULL, NULL) == 1 &&
        secp256k1_ecdsa_recoverable_signature_serialize_compact(context, signature, &v, &made) == 1;

    secp256k1_context_destroy(context);
    signature[64] = (uint8_t)(27 + v);
    return good ? SWORN_OK : SWORN_CRYPTO;
}

bool koblitz_signer(const uint8_t signature[65], const uint8_t hash[32],
                    uint8_t address[ADDRESS_SIZE])
{
    int v = signature[64] >= 27 ? signature[64] - 27 : signature[64];
    secp256k1_ecdsa_recoverable_signature parsed;
    secp256k1_context *context;
    uint8_t point[POINT_SIZE];
    secp256k1_pubkey key;
    bool good;

    if (v > 1) {
        return false;
    }
    context = secp256k1_context_create(SECP256K1_CONTEXT_VERIFY);
    good =
        context != NULL &&
        secp256k1_ecdsa_recoverable_signature_parse_compact(context, &parsed, signature, v) == 1 &&
        secp256k1_ecdsa_recover(context, &key, &parsed, hash) == 1 &&
        write_point(context, &key, point);
    secp256k1_context_destroy(context);
    if (good) {
        koblitz_address(point, address);
    }
    return good;
}

void koblitz_address(const uint8_t point[POINT_SIZE], uint8_t address[ADDRESS_SIZE])
{
    uint8_t hash[32];

    engine_keccak256(point + 1, POINT_SIZE - 1, hash);
    memcpy(address, hash + 12, ADDRESS_SIZE);
}

void address_to_text(const uint8_t address[ADDRESS_SIZE], char text[43])
{
    uint8_t hash[32];

    for (size_t i = 0; i < ADDRESS_SIZE; i++) {
        (void)snprintf(text + 2 + 2 * i, 3, "%02x", address[i]);
    }
    text[0] = '0';
    text[1] = 'x';
    engine_keccak256((const uint8_t *)text + 2, 40, hash);
    for (size_t i = 0; i < 40; i++) {
        uint8_t nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 15;

        if (text[2 + i] >= 'a' && nibble >= 8) {
            text[2 + i] = (char)(text[2 + i] - 'a' + 'A');
        }
    }
}
