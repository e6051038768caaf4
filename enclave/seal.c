/*
 * seal.c - private keys at rest; see seal.h.
 */
#include "enclave/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#define SEAL_VERSION 1
#define SALT_SIZE    32
#define TAG_SIZE     16
#define KEY_SIZE     32
#define BINDING_MAX  256

static enum sworn_result derive(const uint8_t secret[SEAL_SECRET_SIZE], struct octets salt,
                                uint8_t key[KEY_SIZE])
{
    uint8_t input[64];
    struct writer writer = writer_over(input, sizeof(input));
    unsigned size = KEY_SIZE;

    SWORN_TRY(write_text(&writer, "sworn-seal-v1"));
    SWORN_TRY(write_u8(&writer, 0));
    SWORN_TRY(write_octets(&writer, salt));
    SWORN_ENSURE(HMAC(EVP_sha256(), secret, SEAL_SECRET_SIZE, input, writer.used, key, &size) !=
                     NULL,
                 SWORN_CRYPTO);
    return SWORN_OK;
}

static enum sworn_result binding_write(const struct seal_binding *binding, struct writer *writer)
{
    SWORN_TRY(write_hash(writer, &binding->log_id));
    SWORN_TRY(write_hash(writer, &binding->zone_id));
    SWORN_TRY(write_u8(writer, binding->role));
    SWORN_TRY(write_u8(writer, binding->anchor));
    return write_slice_u16(writer, binding->public_key);
}

/* Encrypt or decrypt in one go; `tag` is written or checked. */
static enum sworn_result cipher(bool encrypt, const uint8_t key[KEY_SIZE], struct octets bound,
                                struct octets input, uint8_t *output, uint8_t tag[TAG_SIZE])
{
    static const uint8_t nonce[12];
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    enum sworn_result result = SWORN_CRYPTO;
    int size = 0;

    SWORN_ENSURE(context != NULL, SWORN_NO_MEMORY);
    if (EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce, encrypt) == 1 &&
        EVP_CipherUpdate(context, NULL, &size, bound.data, (int)bound.size) == 1 &&
        EVP_CipherUpdate(context, output, &size, input.data, (int)input.size) == 1 &&
        (encrypt || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) == 1)) {
        result = EVP_CipherFinal_ex(context, output + size, &size) == 1 ? SWORN_OK : SWORN_PROOF;
    }
    if (result == SWORN_OK && encrypt &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, tag) != 1) {
        result = SWORN_CRYPTO;
    }
    EVP_CIPHER_CTX_free(context);
    return result;
}

static enum sworn_result cipher_bound(bool encrypt, const uint8_t secret[SEAL_SECRET_SIZE],
                                      const struct seal_binding *binding, struct octets salt,
                                      struct octets input, uint8_t *output, uint8_t tag[TAG_SIZE])
{
    uint8_t bound[BINDING_MAX];
    uint8_t key[KEY_SIZE];
    struct writer writer = writer_over(bound, sizeof(bound));
    enum sworn_result result;

    SWORN_TRY(binding_write(binding, &writer));
    SWORN_TRY(derive(secret, salt, key));
    result = cipher(encrypt, key, written(&writer), input, output, tag);
    OPENSSL_cleanse(key, sizeof(key));
    return result;
}

enum sworn_result seal(const uint8_t secret[SEAL_SECRET_SIZE], const struct seal_binding *binding,
                       struct octets plain, struct writer *sealed)
{
    uint8_t salt[SALT_SIZE];
    uint8_t tag[TAG_SIZE];
    uint8_t encrypted[SEAL_PLAIN_MAX];

    SWORN_ENSURE(plain.size <= SEAL_PLAIN_MAX, SWORN_LIMIT);
    SWORN_ENSURE(RAND_bytes(salt, sizeof(salt)) == 1, SWORN_CRYPTO);
    SWORN_TRY(
        cipher_bound(true, secret, binding, octets_of(salt, sizeof(salt)), plain, encrypted, tag));
    SWORN_TRY(write_u16(sealed, SEAL_VERSION));
    SWORN_TRY(write_octets(sealed, octets_of(salt, sizeof(salt))));
    SWORN_TRY(write_octets(sealed, octets_of(encrypted, plain.size)));
    return write_octets(sealed, octets_of(tag, sizeof(tag)));
}

enum sworn_result unseal(const uint8_t secret[SEAL_SECRET_SIZE], const struct seal_binding *binding,
                         struct octets sealed, uint8_t *plain, size_t size)
{
    struct reader reader = reader_of(sealed);
    struct octets salt, encrypted, given_tag;
    uint8_t tag[TAG_SIZE];
    uint16_t version;

    SWORN_ENSURE(sealed.size == size + SEAL_OVERHEAD, SWORN_PROOF);
    SWORN_TRY(read_u16(&reader, &version));
    SWORN_ENSURE(version == SEAL_VERSION, SWORN_PROOF);
    SWORN_TRY(read_slice(&reader, SALT_SIZE, &salt));
    SWORN_TRY(read_slice(&reader, size, &encrypted));
    SWORN_TRY(read_slice(&reader, TAG_SIZE, &given_tag));
    SWORN_TRY(read_end(&reader));
    memcpy(tag, given_tag.data, TAG_SIZE);
    return cipher_bound(false, secret, binding, salt, encrypted, plain, tag);
}
