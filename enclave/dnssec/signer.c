/*
 * signer.c - a private key in use; see signer.h.
 */
#include "enclave/dnssec/signer.h"

#include "core/dnssec/dnssec.h"
#include "core/merkle/merkle.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

#define P256_SCALAR 32
#define P256_POINT  65 /* 04 ‖ X ‖ Y */
#define DER_MAX     80

/* A context that signs digests with `key`, which it takes over. */
static enum sworn_result p256_context(EVP_PKEY *key, EVP_PKEY_CTX **context)
{
    EVP_PKEY_CTX *made = EVP_PKEY_CTX_new(key, NULL);

    EVP_PKEY_free(key); /* the context holds a reference of its own */
    SWORN_ENSURE(made != NULL, SWORN_CRYPTO);
    if (EVP_PKEY_sign_init(made) != 1) {
        EVP_PKEY_CTX_free(made);
        return SWORN_CRYPTO;
    }
    *context = made;
    return SWORN_OK;
}

static enum sworn_result p256_create(struct signer *signer)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    uint8_t point[P256_POINT];
    size_t size = 0;

    SWORN_ENSURE(key != NULL, SWORN_CRYPTO);
    if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, point,
                                        sizeof(point), &size) != 1 ||
        size != P256_POINT || point[0] != 4) {
        EVP_PKEY_free(key);
        return SWORN_CRYPTO;
    }
    memcpy(signer->public_key, point + 1, P256_POINT - 1);
    signer->public_size = P256_POINT - 1;
    return p256_context(key, &signer->p256);
}

static enum sworn_result p256_private(const struct signer *signer, uint8_t scalar[P256_SCALAR])
{
    BIGNUM *number = NULL;
    int size;

    SWORN_ENSURE(EVP_PKEY_get_bn_param(EVP_PKEY_CTX_get0_pkey(signer->p256),
                                       OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1,
                 SWORN_CRYPTO);
    size = BN_bn2binpad(number, scalar, P256_SCALAR);
    BN_clear_free(number);
    SWORN_ENSURE(size == P256_SCALAR, SWORN_CRYPTO);
    return SWORN_OK;
}

/* The three parameters of a P-256 key pair, as OpenSSL wants them. */
static OSSL_PARAM *p256_parameters(const uint8_t point[P256_POINT], const BIGNUM *scalar)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM *parameters = NULL;

    if (build != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, P256_POINT) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1) {
        parameters = OSSL_PARAM_BLD_to_param(build);
    }
    OSSL_PARAM_BLD_free(build);
    return parameters;
}

static EVP_PKEY *p256_from_parameters(OSSL_PARAM *parameters)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *key = NULL;

    if (context != NULL && EVP_PKEY_fromdata_init(context) == 1) {
        (void)EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters);
    }
    EVP_PKEY_CTX_free(context);
    return key;
}

/* The private key must be the one of the public key that the root names. */
static bool p256_belongs_together(EVP_PKEY *key)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    bool belongs = context != NULL && EVP_PKEY_pairwise_check(context) == 1;

    EVP_PKEY_CTX_free(context);
    return belongs;
}

static enum sworn_result p256_open(struct signer *signer, const uint8_t scalar[P256_SCALAR])
{
    BIGNUM *number = BN_secure_new();
    uint8_t point[P256_POINT] = {4};
    OSSL_PARAM *parameters = NULL;
    EVP_PKEY *key = NULL;

    memcpy(point + 1, signer->public_key, P256_POINT - 1);
    if (number != NULL && BN_bin2bn(scalar, P256_SCALAR, number) != NULL) {
        parameters = p256_parameters(point, number);
    }
    if (parameters != NULL) {
        key = p256_from_parameters(parameters);
    }
    OSSL_PARAM_free(parameters);
    BN_clear_free(number);
    SWORN_ENSURE(key != NULL, SWORN_CRYPTO);
    if (!p256_belongs_together(key)) {
        EVP_PKEY_free(key);
        return SWORN_PROOF;
    }
    return p256_context(key, &signer->p256);
}

/* One INTEGER of at most 32 octets out of DER, padded on the left. */
static enum sworn_result der_integer(struct reader *reader, uint8_t octets[P256_SCALAR])
{
    struct octets integer;
    uint8_t tag;

    SWORN_TRY(read_u8(reader, &tag));
    SWORN_ENSURE(tag == 0x02, SWORN_CRYPTO);
    SWORN_TRY(read_slice_u8(reader, &integer));
    while (integer.size > P256_SCALAR && integer.data[0] == 0) {
        integer = octets_of(integer.data + 1, integer.size - 1);
    }
    SWORN_ENSURE(integer.size <= P256_SCALAR, SWORN_CRYPTO);
    memset(octets, 0, P256_SCALAR);
    memcpy(octets + P256_SCALAR - integer.size, integer.data, integer.size);
    return SWORN_OK;
}

static enum sworn_result p256_sign(const struct signer *signer, struct octets data,
                                   uint8_t signature[SIGNATURE_SIZE])
{
    struct hash digest;
    uint8_t der[DER_MAX];
    size_t size = sizeof(der);
    struct reader reader;
    uint8_t tag, length;

    SWORN_TRY(sha256_one(data, &digest));
    SWORN_ENSURE(EVP_PKEY_sign(signer->p256, der, &size, digest.octets, HASH_SIZE) == 1,
                 SWORN_CRYPTO);
    /* RFC 6605 4: r ‖ s, not the SEQUENCE of two INTEGERs that OpenSSL makes. */
    reader = reader_of(octets_of(der, size));
    SWORN_TRY(read_u8(&reader, &tag));
    SWORN_TRY(read_u8(&reader, &length));
    SWORN_TRY(der_integer(&reader, signature));
    SWORN_TRY(der_integer(&reader, signature + P256_SCALAR));
    return read_end(&reader);
}

static enum sworn_result ed25519_create(struct signer *signer)
{
    SWORN_TRY(secret_take(signer->secrets, &signer->ed25519));
    signer->public_size = crypto_sign_PUBLICKEYBYTES;
    SWORN_ENSURE(crypto_sign_keypair(signer->public_key, signer->ed25519) == 0, SWORN_CRYPTO);
    return SWORN_OK;
}

enum sworn_result signer_create(struct secrets *secrets, uint8_t algorithm, struct signer *signer)
{
    *signer = (struct signer){.algorithm = algorithm, .secrets = secrets};
    if (algorithm == ALGORITHM_P256) {
        return p256_create(signer);
    }
    SWORN_ENSURE(algorithm == ALGORITHM_ED25519, SWORN_MALFORMED);
    return ed25519_create(signer);
}

enum sworn_result signer_sign(const struct signer *signer, struct octets data,
                              uint8_t signature[SIGNATURE_SIZE])
{
    if (signer->algorithm == ALGORITHM_P256) {
        return p256_sign(signer, data, signature);
    }
    SWORN_ENSURE(crypto_sign_detached(signature, NULL, data.data, data.size, signer->ed25519) == 0,
                 SWORN_CRYPTO);
    return SWORN_OK;
}

enum sworn_result signer_seal(const struct signer *signer, const uint8_t secret[SEAL_SECRET_SIZE],
                              struct seal_binding *binding, struct writer *sealed)
{
    uint8_t *slot;
    enum sworn_result result = SWORN_OK;

    binding->public_key = octets_of(signer->public_key, signer->public_size);
    SWORN_TRY(secret_take(signer->secrets, &slot));
    if (signer->algorithm == ALGORITHM_P256) {
        result = p256_private(signer, slot);
    }
    if (signer->algorithm == ALGORITHM_ED25519) {
        memcpy(slot, signer->ed25519, crypto_sign_SEEDBYTES); /* the seed is the first half */
    }
    if (result == SWORN_OK) {
        result = seal(secret, binding, octets_of(slot, P256_SCALAR), sealed);
    }
    secret_give(signer->secrets, slot);
    return result;
}

/* The key pair that grows from this seed must be the one that was asked for. */
static enum sworn_result ed25519_open(struct signer *signer, const uint8_t *seed)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];

    SWORN_TRY(secret_take(signer->secrets, &signer->ed25519));
    SWORN_ENSURE(crypto_sign_seed_keypair(public_key, signer->ed25519, seed) == 0, SWORN_CRYPTO);
    SWORN_ENSURE(memcmp(public_key, signer->public_key, sizeof(public_key)) == 0, SWORN_PROOF);
    return SWORN_OK;
}

enum sworn_result signer_open(struct secrets *secrets, uint8_t algorithm,
                              const uint8_t secret[SEAL_SECRET_SIZE],
                              const struct seal_binding *binding, struct octets sealed,
                              struct signer *signer)
{
    uint8_t *slot;
    enum sworn_result result;

    *signer = (struct signer){.algorithm = algorithm,
                              .secrets = secrets,
                              .public_size = (uint8_t)binding->public_key.size};
    SWORN_ENSURE(algorithm == ALGORITHM_P256 || algorithm == ALGORITHM_ED25519, SWORN_MALFORMED);
    SWORN_ENSURE(binding->public_key.size == (algorithm == ALGORITHM_P256 ? 64 : 32),
                 SWORN_MALFORMED);
    memcpy(signer->public_key, binding->public_key.data, binding->public_key.size);
    SWORN_TRY(secret_take(secrets, &slot));
    result = unseal(secret, binding, sealed, slot, P256_SCALAR);
    if (result == SWORN_OK) {
        result = algorithm == ALGORITHM_P256 ? p256_open(signer, slot) : ed25519_open(signer, slot);
    }
    secret_give(secrets, slot);
    if (result != SWORN_OK) {
        signer_close(signer);
    }
    return result;
}

void signer_close(struct signer *signer)
{
    EVP_PKEY_CTX_free(signer->p256);
    secret_give(signer->secrets, signer->ed25519);
    *signer = (struct signer){0};
}
