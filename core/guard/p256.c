/*
 * p256.c - ECDSA over P-256 for guards, by OpenSSL.
 */
#include "core/guard/abi.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/params.h>

enum { P256_KEY = 65, P256_SIGNATURE = 64, P256_DER_MAX = 80, P256_LIMBS = 4 };

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
        return SWORN_NO_MEMORY;
    }
    written = i2d_ECDSA_SIG(pair, &der);
    ECDSA_SIG_free(pair);
    SWORN_ENSURE(written > 0, SWORN_NO_MEMORY);
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

/*
 * FIPS 186-4 6.4: a sum that is no point makes the signature not valid. To OpenSSL it is a failure
 * like that of having no memory; whoever chooses key, signature and hash can bring it about.
 */
static bool is_infinite(void)
{
    unsigned long first = ERR_peek_error();

    return ERR_GET_LIB(first) == ERR_LIB_EC && ERR_GET_REASON(first) == EC_R_POINT_AT_INFINITY;
}

/* 1 valid, 0 not; below 0 when OpenSSL could not tell. */
static int verify(EVP_PKEY *key, const uint8_t *der, size_t der_size, struct octets hash)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    int verdict = -1;

    ERR_clear_error();
    if (context != NULL && EVP_PKEY_verify_init(context) == 1) {
        verdict = EVP_PKEY_verify(context, der, der_size, hash.data, hash.size);
    }
    if (verdict < 0 && is_infinite()) {
        verdict = 0;
    }
    EVP_PKEY_CTX_free(context);
    return verdict;
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
    (void)verify(key, der, der_size, octets_of(ones, HASH_SIZE));
    EVP_PKEY_free(key);
    return SWORN_OK;
}

/* A coordinate: big-endian, below the prime. */
static bool read_coordinate(const struct modulus *modulus, const uint8_t *octets, uint64_t *limbs)
{
    for (size_t i = 0; i < P256_LIMBS; i++) {
        limbs[P256_LIMBS - 1 - i] = 0;
        for (size_t octet = 0; octet < 8; octet++) {
            limbs[P256_LIMBS - 1 - i] = limbs[P256_LIMBS - 1 - i] << 8 | octets[8 * i + octet];
        }
    }
    return modulus_holds(modulus, limbs);
}

/*
 * Whether y^2 = x^3 - 3x + b (FIPS 186-4 D.1.2.3). OpenSSL says the same "no" when it has no
 * memory, and a guard must not be told that a signature is wrong which is not. All terms carry the
 * factor that two products have.
 */
static bool is_point(struct octets key)
{
    static const uint64_t p[P256_LIMBS] = {0xFFFFFFFFFFFFFFFF, 0x00000000FFFFFFFF, 0,
                                           0xFFFFFFFF00000001};
    static const uint64_t b[P256_LIMBS] = {0x3BCE3C3E27D2604B, 0x651D06B0CC53B0F6,
                                           0xB3EBBD55769886BC, 0x5AC635D8AA3A93E7};
    static const uint64_t one[P256_LIMBS] = {1};
    uint64_t x[P256_LIMBS], left[P256_LIMBS], right[P256_LIMBS], term[P256_LIMBS];
    struct modulus modulus;

    if (!modulus_set(&modulus, p, P256_LIMBS) || !read_coordinate(&modulus, key.data + 1, x) ||
        !read_coordinate(&modulus, key.data + 33, left)) {
        return false;
    }
    modulus_multiply(&modulus, left, left, left);
    modulus_multiply(&modulus, left, left, one);
    modulus_multiply(&modulus, right, x, x);
    modulus_multiply(&modulus, right, right, x);
    modulus_multiply(&modulus, term, x, one);
    modulus_multiply(&modulus, term, term, one);
    for (int i = 0; i < 3; i++) {
        modulus_subtract(&modulus, right, right, term);
    }
    modulus_multiply(&modulus, term, b, one);
    modulus_multiply(&modulus, term, term, one);
    modulus_add(&modulus, right, right, term);
    return memcmp(left, right, sizeof(left)) == 0;
}

/* p256_verify(key65, sig64, hash32): key uncompressed (SEC 1 2.3.3), signature r ‖ s */
enum sworn_result crypto_p256_verify(struct abi_session *session)
{
    struct octets octets, signature, hash;
    uint8_t der[P256_DER_MAX];
    size_t der_size;
    EVP_PKEY *key;
    int verdict;

    SWORN_TRY(abi_input(session, abi_u32(session, 0), P256_KEY, &octets));
    SWORN_TRY(abi_input(session, abi_u32(session, 1), P256_SIGNATURE, &signature));
    SWORN_TRY(abi_input(session, abi_u32(session, 2), HASH_SIZE, &hash));
    abi_return(session, 0);
    SWORN_ENSURE(octets.data[0] == 4, SWORN_OK);
    SWORN_TRY(signature_to_der(signature, der, &der_size));
    key = p256_key(octets);
    if (key == NULL) {
        return is_point(octets) ? SWORN_NO_MEMORY : SWORN_OK;
    }
    verdict = verify(key, der, der_size, hash);
    EVP_PKEY_free(key);
    SWORN_ENSURE(verdict >= 0, SWORN_NO_MEMORY);
    abi_return(session, verdict == 1 ? 1 : 0);
    return SWORN_OK;
}
