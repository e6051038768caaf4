/*
 * key.c - see key.h.
 */
#include "cli/key.h"

#include <sodium.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/dns_key.h"
#include "cli/file.h"
#include "core/dnssec/dnssec.h"
#include "net/text.h"

#define KEY_FILE_MAX ((size_t)4096)

static const char secret_header[] = "sworn-key-v1 ed25519 ";
static const char public_header[] = "sworn-public-key-v1 ed25519 ";

static enum sworn_result key_line(const char *header, struct octets octets, struct writer *line)
{
    SWORN_TRY(write_text(line, header));
    SWORN_TRY(base64_write(line, octets));
    return write_text(line, "\n");
}

/* The 32 octets behind `header` in a file of one line. */
static enum sworn_result key_line_read(struct octets line, const char *header, uint8_t octets[32])
{
    size_t skip = strlen(header);
    struct writer writer = writer_over(octets, 32);

    while (line.size > 0 && (line.data[line.size - 1] == '\n' || line.data[line.size - 1] == ' ' ||
                             line.data[line.size - 1] == '\r')) {
        line.size--;
    }
    SWORN_ENSURE(line.size > skip && memcmp(line.data, header, skip) == 0, SWORN_MALFORMED);
    SWORN_TRY(base64_read(octets_of(line.data + skip, line.size - skip), &writer));
    SWORN_ENSURE(writer.used == 32, SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result key_make(const char *path, struct region *region, struct owner_key *key,
                           struct reason *reason)
{
    char secret_text[128], public_text[128], *public_path;
    struct writer secret_line = writer_over(secret_text, sizeof(secret_text));
    struct writer public_line = writer_over(public_text, sizeof(public_text));
    struct stat status;
    enum sworn_result result;

    memset(key, 0, sizeof(*key));
    key->algorithm = ALGORITHM_ED25519;
    SWORN_TRY(text_in(region, &public_path, "%s.pub", path));
    SWORN_SAY(lstat(path, &status) != 0, reason, SWORN_CONFLICT,
              "%s is there already and is never overwritten", path);
    SWORN_SAY(lstat(public_path, &status) != 0, reason, SWORN_CONFLICT,
              "%s is there already and is never overwritten", public_path);
    SWORN_SAY(sodium_init() >= 0, reason, SWORN_CRYPTO, "libsodium does not start");
    SWORN_ENSURE(crypto_sign_keypair(key->public_key, key->secret_key) == 0, SWORN_CRYPTO);
    SWORN_TRY(key_line(secret_header, octets_of(key->secret_key, 32), &secret_line));
    SWORN_TRY(key_line(public_header, octets_of(key->public_key, 32), &public_line));
    result = file_create(path, 0600, written(&secret_line), reason);
    sodium_memzero(secret_text, sizeof(secret_text));
    SWORN_TRY(result);
    return file_create(public_path, 0644, written(&public_line), reason);
}

static enum sworn_result sworn_key_read(const char *path, struct octets line, struct owner_key *key,
                                        struct reason *reason)
{
    uint8_t seed[32];
    enum sworn_result result;

    SWORN_SAY(
        key_line_read(line, secret_header, seed) == SWORN_OK, reason, SWORN_MALFORMED,
        "%s is not a key file: neither one of 'sworn key new' (\"%s...\") nor a K*.private of "
        "dnssec-keygen",
        path, secret_header);
    SWORN_SAY(sodium_init() >= 0, reason, SWORN_CRYPTO, "libsodium does not start");
    key->algorithm = ALGORITHM_ED25519;
    result = crypto_sign_seed_keypair(key->public_key, key->secret_key, seed) == 0 ? SWORN_OK
                                                                                   : SWORN_CRYPTO;
    sodium_memzero(seed, sizeof(seed));
    return result;
}

enum sworn_result key_load(const char *path, struct region *region, struct owner_key *key,
                           struct reason *reason)
{
    struct octets file;
    struct stat status;
    enum sworn_result result;

    memset(key, 0, sizeof(*key));
    SWORN_TRY(file_read(path, KEY_FILE_MAX, region, &file, reason));
    result = dns_key_is_private(file) ? dns_key_read(path, file, region, key, reason)
                                      : sworn_key_read(path, file, key, reason);
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

enum sworn_result key_public_from_text(const char *text, struct region *region,
                                       uint8_t public_key[KEY_PUBLIC_SIZE], struct reason *reason)
{
    uint8_t room[KEY_PUBLIC_SIZE];
    struct writer writer = writer_over(room, sizeof(room));
    struct octets line;

    if (base64_read(octets_of_text(text), &writer) == SWORN_OK && writer.used == sizeof(room)) {
        memcpy(public_key, room, sizeof(room));
        return SWORN_OK;
    }
    SWORN_SAY(file_read(text, KEY_FILE_MAX, region, &line, reason) == SWORN_OK, reason,
              SWORN_MALFORMED, "'%s' is neither a public key in base64 nor a file with one", text);
    SWORN_SAY(key_line_read(line, public_header, public_key) == SWORN_OK, reason, SWORN_MALFORMED,
              "%s does not hold a public key (\"%s...\")", text, public_header);
    return SWORN_OK;
}

enum sworn_result key_sign(const struct owner_key *key, struct octets message,
                           uint8_t signature[KEY_SIGNATURE_SIZE])
{
    if (key->algorithm == ALGORITHM_P256) {
        return dns_key_sign_p256(key, message, signature);
    }
    SWORN_ENSURE(
        crypto_sign_detached(signature, NULL, message.data, message.size, key->secret_key) == 0,
        SWORN_CRYPTO);
    return SWORN_OK;
}
