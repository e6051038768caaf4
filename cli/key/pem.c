/*
 * pem.c - see pem.h.
 */
#include "cli/key/pem.h"

#include "cli/key/curve.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>

static const char begin[] = "-----BEGIN ";

bool pem_is(struct octets file)
{
    return memmem(file.data, file.size, begin, sizeof(begin) - 1) != NULL;
}

/* OpenSSL would ask the terminal for a password. */
static int no_password(char *password, int size, int writing, void *asked)
{
    (void)password;
    (void)size;
    (void)writing;
    *(bool *)asked = true;
    return -1;
}

/* Which of the three types, false for another. */
static bool type_of(const EVP_PKEY *pair, enum key_type *type)
{
    char curve[32];

    if (EVP_PKEY_is_a(pair, "ED25519")) {
        *type = KEY_ED25519;
        return true;
    }
    if (!EVP_PKEY_is_a(pair, "EC") ||
        EVP_PKEY_get_group_name(pair, curve, sizeof(curve), NULL) != 1) {
        return false;
    }
    *type = strcmp(curve, "prime256v1") == 0 ? KEY_P256 : KEY_SECP256K1;
    return *type == KEY_P256 || strcmp(curve, "secp256k1") == 0;
}

static bool number_of(const EVP_PKEY *pair, const char *name, uint8_t octets[32])
{
    BIGNUM *number = NULL;
    bool good =
        EVP_PKEY_get_bn_param(pair, name, &number) == 1 && BN_bn2binpad(number, octets, 32) == 32;

    BN_clear_free(number);
    return good;
}

static enum sworn_result private_of(const EVP_PKEY *pair, struct owner_key *key)
{
    uint8_t secret[KEY_SECRET_SIZE];
    size_t size = sizeof(secret);
    enum key_type type;
    bool good;
    enum sworn_result result;

    SWORN_ENSURE(type_of(pair, &type), SWORN_INVALID);
    good = type == KEY_ED25519 ? EVP_PKEY_get_raw_private_key(pair, secret, &size) == 1
                               : number_of(pair, OSSL_PKEY_PARAM_PRIV_KEY, secret);
    result = good && size == sizeof(secret) ? key_of_secret(type, secret, key) : SWORN_INVALID;
    sodium_memzero(secret, sizeof(secret));
    return result;
}

enum sworn_result pem_read_private(const char *path, struct octets file, struct owner_key *key,
                                   struct reason *reason)
{
    BIO *input = BIO_new_mem_buf(file.data, (int)file.size);
    bool asked = false;
    EVP_PKEY *pair =
        input == NULL ? NULL : PEM_read_bio_PrivateKey(input, NULL, no_password, &asked);
    enum sworn_result result = pair == NULL ? SWORN_MALFORMED : private_of(pair, key);

    EVP_PKEY_free(pair);
    BIO_free(input);
    SWORN_SAY(!asked, reason, SWORN_INVALID,
              "%s is encrypted: 'openssl pkey -in %s' writes it as it is", path, path);
    SWORN_SAY(result != SWORN_MALFORMED, reason, SWORN_MALFORMED,
              "%s holds no private key that OpenSSL reads", path);
    SWORN_SAY(result == SWORN_OK, reason, result,
              "%s: only keys of Ed25519, P-256 (prime256v1) and secp256k1 can own a zone", path);
    return SWORN_OK;
}

static enum sworn_result public_of(const EVP_PKEY *pair, struct public_key *key)
{
    size_t size = sizeof(key->octets);
    uint8_t point[POINT_SIZE] = {4};

    *key = (struct public_key){0};
    SWORN_ENSURE(type_of(pair, &key->type), SWORN_INVALID);
    if (key->type == KEY_ED25519) {
        return EVP_PKEY_get_raw_public_key(pair, key->octets, &size) == 1 ? SWORN_OK
                                                                          : SWORN_INVALID;
    }
    SWORN_ENSURE(number_of(pair, OSSL_PKEY_PARAM_EC_PUB_X, point + 1) &&
                     number_of(pair, OSSL_PKEY_PARAM_EC_PUB_Y, point + 33),
                 SWORN_INVALID);
    if (key->type == KEY_P256) {
        memcpy(key->octets, point, sizeof(point));
        return SWORN_OK;
    }
    koblitz_address(point, key->octets);
    return SWORN_OK;
}

enum sworn_result pem_read_public(const char *path, struct octets file, struct public_key *key,
                                  struct reason *reason)
{
    BIO *input = BIO_new_mem_buf(file.data, (int)file.size);
    EVP_PKEY *pair = input == NULL ? NULL : PEM_read_bio_PUBKEY(input, NULL, NULL, NULL);
    enum sworn_result result = pair == NULL ? SWORN_MALFORMED : public_of(pair, key);

    EVP_PKEY_free(pair);
    BIO_free(input);
    SWORN_SAY(result != SWORN_MALFORMED, reason, SWORN_MALFORMED,
              "%s holds no public key (\"BEGIN PUBLIC KEY\"); 'openssl pkey -in KEY -pubout' makes "
              "one",
              path);
    SWORN_SAY(result == SWORN_OK, reason, result,
              "%s: only keys of Ed25519, P-256 (prime256v1) and secp256k1 can own a zone", path);
    return SWORN_OK;
}
