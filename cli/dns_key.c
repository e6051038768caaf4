/*
 * dns_key.c - see dns_key.h.
 */
#include "cli/dns_key.h"

#include "cli/file.h"
#include "core/dns/master.h"
#include "core/update/sig0.h"
#include "net/text.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

#define KEY_FILE_MAX ((size_t)16 * 1024)
#define SCALAR_SIZE  32

static const char format_line[] = "Private-key-format: v1.";

bool dns_key_is_private(struct octets file)
{
    return file.size > sizeof(format_line) &&
           memcmp(file.data, format_line, sizeof(format_line) - 1) == 0;
}

/* The value of "name: value" on a line of its own; up to a blank. */
static bool field_of(struct octets file, const char *name, struct octets *value)
{
    const char *text = (const char *)file.data;
    size_t at = 0, size = strlen(name);

    while (at < file.size) {
        const char *end = memchr(text + at, '\n', file.size - at);
        size_t line = end == NULL ? file.size - at : (size_t)(end - text) - at;

        if (line > size + 2 && memcmp(text + at, name, size) == 0 && text[at + size] == ':') {
            *value = octets_of(text + at + size + 2, line - size - 2);
            for (size_t i = 0; i < value->size; i++) {
                if (value->data[i] == ' ' || value->data[i] == '\r') {
                    value->size = i;
                }
            }
            return true;
        }
        at += line + 1;
    }
    return false;
}

struct found_key {
    struct region *region;
    struct octets record;
    size_t count;
};

static enum sworn_result take_key(void *context, const struct master_record *record,
                                  struct reason *reason)
{
    struct found_key *found = context;
    struct writer writer = writer_in(found->region, NAME_MAX_SIZE + 10 + RDATA_MAX);

    SWORN_SAY(record->type == RR_KEY && record->class == CLASS_IN, reason, SWORN_INVALID,
              "not a KEY record; dnssec-keygen makes one with -T KEY");
    SWORN_TRY(write_octets(&writer, name_octets(&record->owner)));
    SWORN_TRY(write_u16(&writer, RR_KEY));
    SWORN_TRY(write_u16(&writer, CLASS_IN));
    SWORN_TRY(write_u32(&writer, 0)); /* the TTL means nothing here, and two files shall agree */
    SWORN_TRY(write_slice_u16(&writer, record->rdata));
    found->record = written(&writer);
    found->count++;
    return SWORN_OK;
}

enum sworn_result dns_key_record(const char *path, struct region *region, struct octets *record,
                                 struct reason *reason)
{
    struct found_key found = {.region = region};
    struct master_options options = {.context = &found, .record = take_key};
    struct reason why = {{0}};
    struct sig0_key key;
    struct reader reader;
    struct octets text;

    name_root(&options.origin);
    SWORN_TRY(file_read(path, KEY_FILE_MAX, region, &text, reason));
    SWORN_SAY(master_parse(text, &options, &why) == SWORN_OK, reason, SWORN_MALFORMED, "%s: %.300s",
              path, why.text);
    SWORN_SAY(found.count == 1, reason, SWORN_MALFORMED, "%s: %zu KEY records instead of one", path,
              found.count);
    reader = reader_of(found.record);
    SWORN_SAY(sig0_key_read(&reader, &key, &why) == SWORN_OK, reason, SWORN_INVALID, "%s: %.300s",
              path, why.text);
    *record = found.record;
    return SWORN_OK;
}

/* The name of the public file: "K….private" and "K….key" lie side by side. */
static enum sworn_result public_path(const char *path, struct region *region, char **beside,
                                     struct reason *reason)
{
    static const char ending[] = ".private";
    size_t size = strlen(path), less = sizeof(ending) - 1;

    SWORN_SAY(size > less && strcmp(path + size - less, ending) == 0, reason, SWORN_INVALID,
              "%s: a key of dnssec-keygen is in a file K*.private, beside its K*.key", path);
    return text_in(region, beside, "%.*s.key", (int)(size - less), path);
}

/* An EC key of the curve P-256 from scalar and point; NULL when OpenSSL does not take them. */
static EVP_PKEY *p256_of(const uint8_t scalar[SCALAR_SIZE], const uint8_t point[65])
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    BIGNUM *number = BN_secure_new();
    OSSL_PARAM *parameters = NULL;
    EVP_PKEY *key = NULL;

    if (context != NULL && builder != NULL && number != NULL &&
        BN_bin2bn(scalar, SCALAR_SIZE, number) != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, 65) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, number) == 1) {
        parameters = OSSL_PARAM_BLD_to_param(builder);
    }
    if (parameters == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters) != 1) {
        key = NULL;
    }
    OSSL_PARAM_free(parameters);
    BN_clear_free(number);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(context);
    return key;
}

/* r ‖ s, each of 32 octets, from what OpenSSL makes */
static enum sworn_result raw_signature(const uint8_t *der, size_t size,
                                       uint8_t signature[KEY_SIGNATURE_SIZE])
{
    const uint8_t *at = der;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)size);
    bool good = pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, 32) == 32 &&
                BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + 32, 32) == 32;

    ECDSA_SIG_free(pair);
    return good ? SWORN_OK : SWORN_CRYPTO;
}

static void point_of(const struct owner_key *key, uint8_t point[65])
{
    struct octets record = key->record;

    point[0] = 4;
    memcpy(point + 1, record.data + record.size - 64, 64);
}

enum sworn_result dns_key_sign_p256(const struct owner_key *key, struct octets message,
                                    uint8_t signature[KEY_SIGNATURE_SIZE])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    uint8_t point[65], der[80];
    size_t size = sizeof(der);
    EVP_PKEY *pair;
    bool good;

    point_of(key, point);
    pair = p256_of(key->secret_key, point);
    good = context != NULL && pair != NULL &&
           EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, pair) == 1 &&
           EVP_DigestSign(context, der, &size, message.data, message.size) == 1;
    EVP_PKEY_free(pair);
    EVP_MD_CTX_free(context);
    SWORN_ENSURE(good, SWORN_CRYPTO);
    return raw_signature(der, size, signature);
}

/* Whether both files are of one pair. */
static bool is_pair(const struct owner_key *key)
{
    uint8_t point[65];
    EVP_PKEY *pair;
    EVP_PKEY_CTX *context;
    bool good;

    if (key->algorithm == SIG0_ED25519) {
        return memcmp(key->record.data + key->record.size - KEY_PUBLIC_SIZE, key->public_key,
                      KEY_PUBLIC_SIZE) == 0;
    }
    point_of(key, point);
    pair = p256_of(key->secret_key, point);
    context = pair == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, pair, NULL);
    good = context != NULL && EVP_PKEY_pairwise_check(context) == 1;
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(pair);
    return good;
}

static enum sworn_result read_secret(const char *path, struct octets file, struct owner_key *key,
                                     struct reason *reason)
{
    uint8_t secret[SCALAR_SIZE];
    struct writer writer = writer_over(secret, sizeof(secret));
    struct octets algorithm = {0}, text = {0};
    bool known;

    known =
        field_of(file, "Algorithm", &algorithm) && (octets_equal(algorithm, octets_of_text("13")) ||
                                                    octets_equal(algorithm, octets_of_text("15")));
    SWORN_SAY(known, reason, SWORN_INVALID, "%s: not a key of ECDSAP256SHA256 (13) or ED25519 (15)",
              path);
    key->algorithm = algorithm.data[1] == '3' ? SIG0_P256 : SIG0_ED25519;
    SWORN_SAY(field_of(file, "PrivateKey", &text) && base64_read(text, &writer) == SWORN_OK &&
                  writer.used == sizeof(secret),
              reason, SWORN_MALFORMED, "%s: its PrivateKey is not 32 octets in base64", path);
    memcpy(key->secret_key, secret, sizeof(secret));
    if (key->algorithm == SIG0_ED25519 &&
        crypto_sign_seed_keypair(key->public_key, key->secret_key, secret) != 0) {
        known = false;
    }
    sodium_memzero(secret, sizeof(secret));
    return known ? SWORN_OK : SWORN_CRYPTO;
}

enum sworn_result dns_key_read(const char *path, struct octets file, struct region *region,
                               struct owner_key *key, struct reason *reason)
{
    struct sig0_key public;
    struct reader reader;
    char *beside;

    SWORN_SAY(sodium_init() >= 0, reason, SWORN_CRYPTO, "libsodium does not start");
    SWORN_TRY(public_path(path, region, &beside, reason));
    SWORN_TRY(read_secret(path, file, key, reason));
    SWORN_TRY(dns_key_record(beside, region, &key->record, reason));
    reader = reader_of(key->record);
    SWORN_TRY(sig0_key_read(&reader, &public, reason));
    SWORN_SAY(public.algorithm == key->algorithm && is_pair(key), reason, SWORN_INVALID,
              "%s and %s are not of one key", path, beside);
    return SWORN_OK;
}
