/*
 * public.c - public keys as text and in files; see key.h.
 *
 *   <base64 of 32 octets>        Ed25519
 *   <base64 of 65 octets>        P-256 or secp256k1: a point lies on one of the curves only
 *   0x<40 digits>                an Ethereum address; with letters of both cases EIP-55 must hold
 *   ssh-ed25519 <base64> ...     u32 11 ‖ "ssh-ed25519" ‖ u32 32 ‖ key   (RFC 8709 4)
 *   sworn-public-key-v1 TYPE <base64> [0x...]
 *   -----BEGIN PUBLIC KEY-----   pem.h
 */
#include "cli/key/key.h"

#include "cli/file.h"
#include "cli/key/curve.h"
#include "cli/key/openssh.h"
#include "cli/key/pem.h"
#include "net/text.h"

void key_public_to_text(const struct public_key *key, char text[KEY_TEXT_SIZE])
{
    struct writer writer = writer_over(text, KEY_TEXT_SIZE - 1);

    text[0] = '\0';
    if (key->type == KEY_SECP256K1) {
        address_to_text(key->octets, text);
        return;
    }
    if (base64_write(&writer, octets_of_key(key)) == SWORN_OK) {
        text[writer.used] = '\0';
    }
}

/* The next word of a line; empty at its end. */
static struct octets next_word(struct octets *line)
{
    struct octets word;
    size_t at = 0;

    while (at < line->size && line->data[at] == ' ') {
        at++;
    }
    *line = octets_of(line->data + at, line->size - at);
    for (at = 0; at < line->size && strchr(" \r\n", line->data[at]) == NULL; at++) {
    }
    word = octets_of(line->data, at);
    *line = octets_of(line->data + at, line->size - at);
    return word;
}

static bool address_of_text(struct octets word, struct public_key *key)
{
    struct writer writer = writer_over(key->octets, ADDRESS_SIZE);
    bool upper = false, lower = false;
    char exact[43];

    if (word.size != 42 || word.data[0] != '0' || word.data[1] != 'x' ||
        hex_read(octets_of(word.data + 2, 40), &writer) != SWORN_OK) {
        return false;
    }
    for (size_t i = 2; i < 42; i++) {
        upper |= word.data[i] >= 'A' && word.data[i] <= 'F';
        lower |= word.data[i] >= 'a';
    }
    key->type = KEY_SECP256K1;
    address_to_text(key->octets, exact);
    return !upper || !lower || memcmp(exact, word.data, 42) == 0;
}

static bool point_of_octets(const uint8_t point[POINT_SIZE], struct public_key *key)
{
    if (p256_has_point(point)) {
        key->type = KEY_P256;
        memcpy(key->octets, point, POINT_SIZE);
        return true;
    }
    if (koblitz_has_point(point)) {
        key->type = KEY_SECP256K1;
        koblitz_address(point, key->octets);
        return true;
    }
    return false;
}

static bool key_of_base64(struct octets word, struct public_key *key)
{
    uint8_t octets[POINT_SIZE];
    struct writer writer = writer_over(octets, sizeof(octets));

    if (base64_read(word, &writer) != SWORN_OK) {
        return false;
    }
    if (writer.used == 32) {
        key->type = KEY_ED25519;
        memcpy(key->octets, octets, 32);
        return true;
    }
    return writer.used == POINT_SIZE && point_of_octets(octets, key);
}

/* "sworn-public-key-v1 TYPE <base64> [0x...]", less the first word */
static bool key_of_line(struct octets line, struct public_key *key)
{
    struct octets type = next_word(&line), octets = next_word(&line), address = next_word(&line);
    struct public_key shown;

    if (!key_of_base64(octets, key) ||
        !octets_equal(type, octets_of_text(key_type_name(key->type)))) {
        return false;
    }
    return address.size == 0 || (address_of_text(address, &shown) && key_equal(key, &shown));
}

static bool key_of_text(struct octets text, struct public_key *key)
{
    struct octets line = text;
    struct octets word = next_word(&line);

    *key = (struct public_key){0};
    if (octets_equal(word, octets_of_text("sworn-public-key-v1"))) {
        return key_of_line(line, key);
    }
    if (octets_equal(word, octets_of_text("ssh-ed25519"))) {
        return openssh_public(next_word(&line), key);
    }
    if (word.size > 2 && word.data[0] == '0' && word.data[1] == 'x') {
        return address_of_text(word, key);
    }
    return key_of_base64(word, key);
}

enum sworn_result key_public_from_text(const char *text, struct region *region,
                                       struct public_key *key, struct reason *reason)
{
    struct octets file;

    if (key_of_text(octets_of_text(text), key)) {
        return SWORN_OK;
    }
    SWORN_SAY(strncmp(text, "0x", 2) != 0, reason, SWORN_MALFORMED,
              "'%s' is no address of an Ethereum key: 0x and 40 digits, whose letters are of one "
              "case or as EIP-55 has them",
              text);
    SWORN_SAY(
        file_read(text, KEY_FILE_MAX, region, &file, reason) == SWORN_OK, reason, SWORN_MALFORMED,
        "'%s' is neither a public key (base64, 0x..., ssh-ed25519 ...) nor a file with one", text);
    if (pem_is(file)) {
        return pem_read_public(text, file, key, reason);
    }
    SWORN_SAY(
        key_of_text(file, key), reason, SWORN_MALFORMED,
        "%s does not hold a public key (\"sworn-public-key-v1 TYPE ...\", PEM, or ssh-ed25519)",
        text);
    return SWORN_OK;
}
