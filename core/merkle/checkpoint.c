/*
 * checkpoint.c - the log's head as a signed note; see checkpoint.h.
 *
 * Reading takes the few values out and writes them again: a note is accepted only if it is, octet
 * for octet, what checkpoint_text() and checkpoint_seal() would have made of them. So there is one
 * form only, and no second opinion about leading zeros, white space or base64.
 */
#include "core/merkle/checkpoint.h"

#include <sodium.h>

#include "core/cursor/reader.h"

#define NOTE_ED25519  0x01            /* c2sp.org/signed-note, "Signatures" */
#define DASH          "\xe2\x80\x94 " /* U+2014 and a space: begins each signature line */
#define BASE64        sodium_base64_VARIANT_ORIGINAL
#define KEY_ID_SIZE   4
#define BASE64_MAX    128
#define SIZE_TEXT_MAX 20 /* 2^64 in decimal */

enum sworn_result log_id_of(const uint8_t public_key[ED25519_PUBLIC_SIZE], struct hash *log_id)
{
    return sha256_one(octets_of(public_key, ED25519_PUBLIC_SIZE), log_id);
}

static enum sworn_result name_write(const struct hash *log_id, struct writer *text)
{
    char hex[2 * HASH_SIZE + 1];

    SWORN_TRY(write_text(text, "sworn/"));
    return write_text(text, sodium_bin2hex(hex, sizeof(hex), log_id->octets, HASH_SIZE));
}

static enum sworn_result base64_write(struct octets octets, struct writer *text)
{
    char base64[BASE64_MAX];

    SWORN_ENSURE(sodium_base64_encoded_len(octets.size, BASE64) <= sizeof(base64), SWORN_LIMIT);
    return write_text(text,
                      sodium_bin2base64(base64, sizeof(base64), octets.data, octets.size, BASE64));
}

enum sworn_result checkpoint_text(const struct checkpoint *checkpoint, struct writer *text)
{
    SWORN_TRY(name_write(&checkpoint->log_id, text));
    SWORN_TRY(write_format(text, "\n%llu\n", (unsigned long long)checkpoint->size));
    SWORN_TRY(base64_write(octets_of_hash(&checkpoint->root), text));
    return write_text(text, "\n");
}

/** The key id: of which key of this name a signature claims to be. */
static enum sworn_result key_id(const struct hash *log_id,
                                const uint8_t public_key[ED25519_PUBLIC_SIZE], struct hash *id)
{
    uint8_t name[128];
    struct writer writer = writer_over(name, sizeof(name));

    SWORN_TRY(name_write(log_id, &writer));
    SWORN_TRY(write_u8(&writer, '\n'));
    SWORN_TRY(write_u8(&writer, NOTE_ED25519));
    SWORN_TRY(write_octets(&writer, octets_of(public_key, ED25519_PUBLIC_SIZE)));
    return sha256_one(written(&writer), id);
}

enum sworn_result checkpoint_seal(struct writer *text, const struct checkpoint *checkpoint,
                                  const uint8_t public_key[ED25519_PUBLIC_SIZE],
                                  const uint8_t signature[ED25519_SIGNATURE_SIZE])
{
    uint8_t blob[KEY_ID_SIZE + ED25519_SIGNATURE_SIZE];
    struct hash id;

    SWORN_TRY(key_id(&checkpoint->log_id, public_key, &id));
    memcpy(blob, id.octets, KEY_ID_SIZE);
    memcpy(blob + KEY_ID_SIZE, signature, ED25519_SIGNATURE_SIZE);
    SWORN_TRY(write_text(text, "\n" DASH));
    SWORN_TRY(name_write(&checkpoint->log_id, text));
    SWORN_TRY(write_text(text, " "));
    SWORN_TRY(base64_write(octets_of(blob, sizeof(blob)), text));
    return write_text(text, "\n");
}

/** The next line, without its newline. */
static enum sworn_result line_read(struct reader *reader, struct octets *line)
{
    size_t left = reader_left(reader);
    const uint8_t *newline = left == 0 ? NULL : memchr(reader->at, '\n', left);
    struct octets skipped;

    SWORN_ENSURE(newline != NULL, SWORN_MALFORMED);
    SWORN_TRY(read_slice(reader, (size_t)(newline - reader->at), line));
    return read_slice(reader, 1, &skipped);
}

static enum sworn_result size_read(struct octets line, uint64_t *size)
{
    SWORN_ENSURE(line.size > 0 && line.size <= SIZE_TEXT_MAX, SWORN_MALFORMED);
    *size = 0;
    for (size_t i = 0; i < line.size; i++) {
        unsigned digit = (unsigned)line.data[i] - '0';

        SWORN_ENSURE(digit <= 9 && *size <= (UINT64_MAX - digit) / 10, SWORN_MALFORMED);
        *size = *size * 10 + digit;
    }
    return SWORN_OK;
}

static enum sworn_result base64_read(struct octets text, uint8_t *octets, size_t size)
{
    size_t decoded;

    SWORN_ENSURE(sodium_base642bin(octets, size, (const char *)text.data, text.size, NULL, &decoded,
                                   NULL, BASE64) == 0 &&
                     decoded == size,
                 SWORN_MALFORMED);
    return SWORN_OK;
}

/** The signature at the end of "— name base64". */
static enum sworn_result signature_read(struct octets line,
                                        uint8_t blob[KEY_ID_SIZE + ED25519_SIGNATURE_SIZE])
{
    const uint8_t *space = line.size == 0 ? NULL : memrchr(line.data, ' ', line.size);
    struct octets base64;

    SWORN_ENSURE(space != NULL, SWORN_MALFORMED);
    base64 = octets_of(space + 1, (size_t)(line.data + line.size - (space + 1)));
    return base64_read(base64, blob, KEY_ID_SIZE + ED25519_SIGNATURE_SIZE);
}

/** Further signatures are others' to verify; they must look like such lines. */
static enum sworn_result witnesses_skip(struct reader *reader)
{
    struct octets line;

    while (reader_left(reader) > 0) {
        SWORN_TRY(line_read(reader, &line));
        SWORN_ENSURE(line.size > strlen(DASH) && memcmp(line.data, DASH, strlen(DASH)) == 0,
                     SWORN_MALFORMED);
    }
    return SWORN_OK;
}

/** What the note says, nothing checked but that it has the lines it must have. */
static enum sworn_result note_read(struct reader *reader, struct octets *origin,
                                   struct checkpoint *checkpoint,
                                   uint8_t blob[KEY_ID_SIZE + ED25519_SIGNATURE_SIZE])
{
    struct octets line;

    SWORN_TRY(line_read(reader, origin));
    SWORN_TRY(line_read(reader, &line));
    SWORN_TRY(size_read(line, &checkpoint->size));
    SWORN_TRY(line_read(reader, &line));
    SWORN_TRY(base64_read(line, checkpoint->root.octets, HASH_SIZE));
    SWORN_TRY(line_read(reader, &line));
    SWORN_ENSURE(line.size == 0, SWORN_MALFORMED);
    SWORN_TRY(line_read(reader, &line));
    return signature_read(line, blob);
}

static enum sworn_result origin_check(struct octets origin, const struct hash *log_id)
{
    uint8_t name[128];
    struct writer writer = writer_over(name, sizeof(name));

    SWORN_TRY(name_write(log_id, &writer));
    SWORN_ENSURE(octets_equal(origin, written(&writer)), SWORN_PROOF);
    return SWORN_OK;
}

enum sworn_result checkpoint_open(struct octets note, const uint8_t public_key[ED25519_PUBLIC_SIZE],
                                  struct checkpoint *checkpoint)
{
    uint8_t blob[KEY_ID_SIZE + ED25519_SIGNATURE_SIZE];
    uint8_t again[CHECKPOINT_MAX];
    struct writer writer = writer_over(again, sizeof(again));
    struct reader reader = reader_of(note);
    struct octets origin;
    size_t own;
    struct hash id;

    SWORN_ENSURE(note.size <= CHECKPOINT_MAX, SWORN_LIMIT);
    SWORN_TRY(note_read(&reader, &origin, checkpoint, blob));
    own = (size_t)(reader.at - reader.start);
    SWORN_TRY(witnesses_skip(&reader));

    SWORN_TRY(log_id_of(public_key, &checkpoint->log_id));
    SWORN_TRY(origin_check(origin, &checkpoint->log_id));
    SWORN_TRY(key_id(&checkpoint->log_id, public_key, &id));
    SWORN_ENSURE(memcmp(id.octets, blob, KEY_ID_SIZE) == 0, SWORN_PROOF);
    SWORN_TRY(checkpoint_text(checkpoint, &writer));
    SWORN_ENSURE(crypto_sign_verify_detached(blob + KEY_ID_SIZE, again, writer.used, public_key) ==
                     0,
                 SWORN_PROOF);
    SWORN_TRY(checkpoint_seal(&writer, checkpoint, public_key, blob + KEY_ID_SIZE));
    SWORN_ENSURE(octets_equal(octets_of(note.data, own), written(&writer)), SWORN_MALFORMED);
    return SWORN_OK;
}
