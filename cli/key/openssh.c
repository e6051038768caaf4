/*
 * openssh.c - see openssh.h.
 */
#include "cli/key/openssh.h"

#include <sodium.h>

#include "core/cursor/reader.h"
#include "net/text.h"

static const char first_line[] = "-----BEGIN OPENSSH PRIVATE KEY-----";
static const char last_line[] = "-----END OPENSSH PRIVATE KEY-----";
static const char magic[] = "openssh-key-v1"; /* with its NUL */
static const char type_name[] = "ssh-ed25519";

bool openssh_is_private(struct octets file)
{
    return file.size >= sizeof(first_line) - 1 &&
           memcmp(file.data, first_line, sizeof(first_line) - 1) == 0;
}

/* The base64 between the two lines, without its line ends. */
static enum sworn_result armour_read(struct octets file, struct writer *base64)
{
    const uint8_t *from = file.data + sizeof(first_line) - 1;
    size_t size = file.size - (sizeof(first_line) - 1);
    const uint8_t *end = memmem(from, size, last_line, sizeof(last_line) - 1);

    SWORN_ENSURE(end != NULL, SWORN_MALFORMED);
    for (; from < end; from++) {
        if (*from != '\n' && *from != '\r') {
            SWORN_TRY(write_u8(base64, *from));
        }
    }
    return SWORN_OK;
}

/* A run of octets with its length, which must be `size`. */
static enum sworn_result read_sized(struct reader *reader, size_t size, struct octets *octets)
{
    SWORN_TRY(read_slice_u32(reader, octets));
    SWORN_ENSURE(octets->size == size, SWORN_MALFORMED);
    return SWORN_OK;
}

static enum sworn_result read_word(struct reader *reader, const char *word)
{
    struct octets octets;

    SWORN_TRY(read_slice_u32(reader, &octets));
    SWORN_ENSURE(octets_equal(octets, octets_of_text(word)), SWORN_INVALID);
    return SWORN_OK;
}

static enum sworn_result read_public(struct octets octets, struct octets *public)
{
    struct reader reader = reader_of(octets);

    SWORN_TRY(read_word(&reader, type_name));
    SWORN_TRY(read_sized(&reader, 32, public));
    return read_end(&reader);
}

static enum sworn_result read_private(struct octets octets, struct octets public,
                                      struct owner_key *key)
{
    struct reader reader = reader_of(octets);
    struct octets again, secret, comment;
    uint32_t check, other;
    uint8_t padding;

    SWORN_TRY(read_u32(&reader, &check));
    SWORN_TRY(read_u32(&reader, &other));
    SWORN_ENSURE(check == other, SWORN_MALFORMED);
    SWORN_TRY(read_word(&reader, type_name));
    SWORN_TRY(read_sized(&reader, 32, &again));
    SWORN_TRY(read_sized(&reader, 64, &secret));
    SWORN_TRY(read_slice_u32(&reader, &comment));
    for (uint8_t i = 1; reader_left(&reader) > 0; i++) {
        SWORN_TRY(read_u8(&reader, &padding));
        SWORN_ENSURE(padding == i, SWORN_MALFORMED);
    }
    SWORN_TRY(key_of_secret(KEY_ED25519, secret.data, key));
    SWORN_ENSURE(octets_equal(octets_of_key(&key->public), again) && octets_equal(again, public) &&
                     memcmp(secret.data + 32, again.data, 32) == 0,
                 SWORN_MALFORMED);
    return SWORN_OK;
}

/* `what` names the part that is wrong. */
static enum sworn_result read_octets(struct octets octets, struct owner_key *key, const char **what)
{
    struct reader reader = reader_of(octets);
    struct octets start, options, block, public;
    uint32_t count;

    *what = "it is cut short or damaged";
    SWORN_TRY(read_slice(&reader, sizeof(magic), &start));
    SWORN_ENSURE(memcmp(start.data, magic, sizeof(magic)) == 0, SWORN_MALFORMED);
    *what = "it is encrypted; 'ssh-keygen -p' on a copy takes the passphrase off";
    SWORN_TRY(read_word(&reader, "none"));
    SWORN_TRY(read_word(&reader, "none"));
    SWORN_TRY(read_slice_u32(&reader, &options));
    *what = "it does not hold one Ed25519 key";
    SWORN_TRY(read_u32(&reader, &count));
    SWORN_ENSURE(count == 1, SWORN_INVALID);
    SWORN_TRY(read_slice_u32(&reader, &block));
    SWORN_TRY(read_public(block, &public));
    *what = "its private part is damaged";
    SWORN_TRY(read_slice_u32(&reader, &block));
    SWORN_TRY(read_end(&reader));
    return read_private(block, public, key);
}

enum sworn_result openssh_read(const char *path, struct octets file, struct owner_key *key,
                               struct reason *reason)
{
    uint8_t text[KEY_FILE_MAX], octets[KEY_FILE_MAX];
    struct writer base64 = writer_over(text, sizeof(text));
    struct writer writer = writer_over(octets, sizeof(octets));
    const char *what = "its base64 is damaged";
    enum sworn_result result = armour_read(file, &base64);

    if (result == SWORN_OK) {
        result = base64_read(written(&base64), &writer);
    }
    if (result == SWORN_OK) {
        result = read_octets(written(&writer), key, &what);
    }
    sodium_memzero(text, sizeof(text));
    sodium_memzero(octets, sizeof(octets));
    SWORN_SAY(result == SWORN_OK, reason, result, "%s, a key of ssh-keygen: %s", path, what);
    return SWORN_OK;
}

bool openssh_public(struct octets base64, struct public_key *key)
{
    uint8_t octets[128];
    struct writer writer = writer_over(octets, sizeof(octets));
    struct octets public;

    if (base64_read(base64, &writer) != SWORN_OK ||
        read_public(written(&writer), &public) != SWORN_OK) {
        return false;
    }
    key->type = KEY_ED25519;
    memcpy(key->octets, public.data, public.size);
    return true;
}
