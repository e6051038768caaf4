/*
 * key.c - see key.h: types, the files of sworn, and which other program made a file.
 */
#include "cli/key/key.h"

#include <sodium.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/file.h"
#include "cli/key/curve.h"
#include "cli/key/dns.h"
#include "cli/key/openssh.h"
#include "cli/key/pem.h"
#include "net/text.h"

static const char secret_header[] = "sworn-key-v1 ";

static const struct {
    const char *name;
    size_t public_size;
} types[KEY_TYPE_LAST + 1] = {
    [KEY_ED25519] = {"ed25519", 32},
    [KEY_P256] = {"p256", POINT_SIZE},
    [KEY_SECP256K1] = {"secp256k1", ADDRESS_SIZE},
};

const char *key_type_name(enum key_type type)
{
    return types[type].name;
}

size_t key_public_size(enum key_type type)
{
    return types[type].public_size;
}

bool key_type_of(const char *name, enum key_type *type)
{
    for (enum key_type i = KEY_ED25519; i <= KEY_TYPE_LAST; i++) {
        if (strcmp(name, types[i].name) == 0) {
            *type = i;
            return true;
        }
    }
    return false;
}

static enum sworn_result ed25519_of_seed(struct owner_key *key)
{
    uint8_t both[crypto_sign_SECRETKEYBYTES];
    int failed = crypto_sign_seed_keypair(key->public.octets, both, key->secret);

    sodium_memzero(both, sizeof(both));
    return failed == 0 ? SWORN_OK : SWORN_CRYPTO;
}

enum sworn_result key_of_secret(enum key_type type, const uint8_t secret[KEY_SECRET_SIZE],
                                struct owner_key *key)
{
    uint8_t point[POINT_SIZE];

    SWORN_ENSURE(sodium_init() >= 0, SWORN_CRYPTO);
    *key = (struct owner_key){.public = {.type = type}};
    memcpy(key->secret, secret, KEY_SECRET_SIZE);
    if (type == KEY_ED25519) {
        return ed25519_of_seed(key);
    }
    if (type == KEY_P256) {
        return p256_point(secret, key->public.octets);
    }
    SWORN_TRY(koblitz_point(secret, point));
    koblitz_address(point, key->public.octets);
    return SWORN_OK;
}

/* "sworn-key-v1 ed25519 <base64>" */
static enum sworn_result sworn_key_read(struct octets line, struct owner_key *key)
{
    size_t skip = strlen(secret_header);
    uint8_t secret[KEY_SECRET_SIZE];
    struct writer writer = writer_over(secret, sizeof(secret));
    enum sworn_result result = SWORN_MALFORMED;

    while (line.size > 0 && strchr("\r\n ", line.data[line.size - 1]) != NULL) {
        line.size--;
    }
    SWORN_ENSURE(line.size > skip && memcmp(line.data, secret_header, skip) == 0, SWORN_MALFORMED);
    line = octets_of(line.data + skip, line.size - skip);
    for (enum key_type type = KEY_ED25519; type <= KEY_TYPE_LAST; type++) {
        size_t size = strlen(types[type].name);

        if (line.size > size && memcmp(line.data, types[type].name, size) == 0 &&
            line.data[size] == ' ' &&
            base64_read(octets_of(line.data + size + 1, line.size - size - 1), &writer) ==
                SWORN_OK &&
            writer.used == sizeof(secret)) {
            result = key_of_secret(type, secret, key);
        }
    }
    sodium_memzero(secret, sizeof(secret));
    return result;
}

static enum sworn_result read_any(const char *path, struct octets file, struct region *region,
                                  struct owner_key *key, struct reason *reason)
{
    if (dns_key_is_private(file)) {
        return dns_key_read(path, file, region, key, reason);
    }
    if (openssh_is_private(file)) {
        return openssh_read(path, file, key, reason);
    }
    if (pem_is(file)) {
        return pem_read_private(path, file, key, reason);
    }
    SWORN_SAY(sworn_key_read(file, key) == SWORN_OK, reason, SWORN_MALFORMED,
              "%s is not a key file: neither one of 'sworn key new' (\"%sTYPE ...\") nor of "
              "OpenSSL (PEM), ssh-keygen or dnssec-keygen (K*.private)",
              path, secret_header);
    return SWORN_OK;
}

enum sworn_result key_load(const char *path, struct region *region, struct owner_key *key,
                           struct reason *reason)
{
    struct octets file;
    struct stat status;
    enum sworn_result result;

    memset(key, 0, sizeof(*key));
    SWORN_SAY(sodium_init() >= 0, reason, SWORN_CRYPTO, "libsodium does not start");
    SWORN_TRY(file_read(path, KEY_FILE_MAX, region, &file, reason));
    result = read_any(path, file, region, key, reason);
    sodium_memzero((void *)(uintptr_t)file.data, file.size);
    SWORN_TRY(result);
    if (stat(path, &status) == 0 && (status.st_mode & 077) != 0) {
        notice("%s can be read by others; chmod 600 it", path);
    }
    return SWORN_OK;
}

void key_wipe(struct owner_key *key)
{
    sodium_memzero(key, sizeof(*key));
}

enum sworn_result key_sign(const struct owner_key *key, struct octets message,
                           uint8_t signature[KEY_SIGNATURE_SIZE])
{
    uint8_t both[crypto_sign_SECRETKEYBYTES];
    int failed;

    if (key->public.type == KEY_P256) {
        return p256_sign(key->secret, message, signature);
    }
    SWORN_ENSURE(key->public.type == KEY_ED25519, SWORN_INVALID);
    memcpy(both, key->secret, KEY_SECRET_SIZE);
    memcpy(both + KEY_SECRET_SIZE, key->public.octets, sizeof(both) - KEY_SECRET_SIZE);
    failed = crypto_sign_detached(signature, NULL, message.data, message.size, both);
    sodium_memzero(both, sizeof(both));
    return failed == 0 ? SWORN_OK : SWORN_CRYPTO;
}
