/*
 * make.c - a new key and its two files; see key.h.
 */
#include "cli/key/key.h"

#include <errno.h>
#include <sodium.h>
#include <sys/stat.h>

#include "cli/file.h"
#include "cli/key/curve.h"
#include "net/text.h"

static enum sworn_result secret_line_write(const struct owner_key *key, struct writer *line)
{
    SWORN_TRY(write_format(line, "sworn-key-v1 %s ", key_type_name(key->public.type)));
    SWORN_TRY(base64_write(line, octets_of(key->secret, KEY_SECRET_SIZE)));
    return write_text(line, "\n");
}

static enum sworn_result public_line_write(const struct owner_key *key, struct writer *line)
{
    struct octets octets = octets_of_key(&key->public);
    uint8_t point[POINT_SIZE];
    char text[KEY_TEXT_SIZE];

    SWORN_TRY(write_format(line, "sworn-public-key-v1 %s ", key_type_name(key->public.type)));
    if (key->public.type == KEY_SECP256K1) {
        SWORN_TRY(koblitz_point(key->secret, point));
        octets = octets_of(point, sizeof(point));
    }
    SWORN_TRY(base64_write(line, octets));
    if (key->public.type == KEY_SECP256K1) {
        key_public_to_text(&key->public, text);
        SWORN_TRY(write_format(line, " %s", text));
    }
    return write_text(line, "\n");
}

static enum sworn_result not_there(const char *path, struct reason *reason)
{
    struct stat status;

    SWORN_SAY(lstat(path, &status) != 0, reason, SWORN_CONFLICT,
              "%s is there already and is never overwritten", path);
    return SWORN_OK;
}

/* A scalar is taken anew until it is one: the first is, but for one in 2^32 or less. */
static enum sworn_result random_key(enum key_type type, struct owner_key *key)
{
    uint8_t secret[KEY_SECRET_SIZE];
    enum sworn_result result;

    do {
        randombytes_buf(secret, sizeof(secret));
        result = key_of_secret(type, secret, key);
    } while (result == SWORN_INVALID);
    sodium_memzero(secret, sizeof(secret));
    return result;
}

static enum sworn_result write_secret(const char *path, const struct owner_key *key,
                                      struct reason *reason)
{
    char text[128];
    struct writer line = writer_over(text, sizeof(text));
    enum sworn_result result = secret_line_write(key, &line);

    if (result == SWORN_OK) {
        result = file_create(path, 0600, written(&line), reason);
    }
    sodium_memzero(text, sizeof(text));
    return result;
}

enum sworn_result key_make(const char *path, enum key_type type, struct region *region,
                           struct writer *line, struct reason *reason)
{
    char *public_path;
    struct owner_key key;
    enum sworn_result result;

    SWORN_TRY(text_in(region, &public_path, "%s.pub", path));
    SWORN_TRY(not_there(path, reason));
    SWORN_TRY(not_there(public_path, reason));
    SWORN_SAY(sodium_init() >= 0, reason, SWORN_CRYPTO, "libsodium does not start");
    SWORN_TRY(random_key(type, &key));
    result = public_line_write(&key, line);
    if (result == SWORN_OK) {
        result = write_secret(path, &key, reason);
    }
    key_wipe(&key);
    SWORN_TRY(result);
    return file_create(public_path, 0644, written(line), reason);
}
