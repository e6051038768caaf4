/*
 * keys.c - TSIG keys of the relay's clients.
 *
 *   NAME:ALGORITHM:FILE     FILE holds the secret in base64
 *   FILE                    as tsig-keygen writes it:
 *                           key "NAME" { algorithm hmac-sha256; secret "BASE64"; };
 */
#include "cli/relay/relay.h"

#include "cli/file.h"
#include "net/text.h"

#define SECRET_FILE_MAX ((size_t)16 * 1024)
#define SECRET_MAX      ((size_t)1024)

static bool is_blank(uint8_t octet)
{
    return octet <= ' ' || octet == '"' || octet == ';' || octet == '{' || octet == '}';
}

/* The next word of a file of tsig-keygen; empty at the end. */
static struct octets next_word(struct octets *text)
{
    size_t start = 0, end;

    while (start < text->size && is_blank(text->data[start])) {
        start++;
    }
    for (end = start; end < text->size && !is_blank(text->data[end]); end++) {
    }
    struct octets word = octets_of(text->data + start, end - start);

    *text = octets_of(text->data + end, text->size - end);
    return word;
}

struct key_words {
    struct octets name, algorithm, secret;
};

static bool read_statement(struct octets text, struct key_words *words)
{
    struct octets word = next_word(&text);

    if (!octets_equal(word, octets_of_text("key"))) {
        return false;
    }
    words->name = next_word(&text);
    for (word = next_word(&text); word.size > 0; word = next_word(&text)) {
        if (octets_equal(word, octets_of_text("algorithm"))) {
            words->algorithm = next_word(&text);
        } else if (octets_equal(word, octets_of_text("secret"))) {
            words->secret = next_word(&text);
        } else {
            return false;
        }
    }
    return words->name.size > 0 && words->algorithm.size > 0 && words->secret.size > 0;
}

static enum sworn_result read_words(const char *text, struct region *region,
                                    struct key_words *words, struct reason *reason)
{
    const char *algorithm = strchr(text, ':');
    const char *file = algorithm == NULL ? NULL : strchr(algorithm + 1, ':');
    struct octets octets;

    *words = (struct key_words){0};
    SWORN_TRY(file_read(file == NULL ? text : file + 1, SECRET_FILE_MAX, region, &octets, reason));
    if (file == NULL) {
        SWORN_SAY(read_statement(octets, words), reason, SWORN_MALFORMED,
                  "--tsig %s: neither NAME:ALGORITHM:FILE nor a file of tsig-keygen", text);
        return SWORN_OK;
    }
    words->name = octets_of(text, (size_t)(algorithm - text));
    words->algorithm = octets_of(algorithm + 1, (size_t)(file - algorithm - 1));
    words->secret = next_word(&octets);
    return SWORN_OK;
}

enum sworn_result relay_key_read(const char *text, struct region *region, struct tsig_key *key,
                                 struct reason *reason)
{
    struct writer secret = writer_in(region, SECRET_MAX);
    struct key_words words;
    struct name root;
    char *algorithm;

    name_root(&root);
    SWORN_TRY(read_words(text, region, &words, reason));
    SWORN_TRY(region_text(region, words.algorithm, &algorithm));
    SWORN_SAY(tsig_algorithm_known(algorithm), reason, SWORN_INVALID,
              "--tsig %s: '%.64s' is none of hmac-sha256, hmac-sha384, hmac-sha512", text,
              algorithm);
    SWORN_SAY(name_from_text(words.name, &root, &key->name) == SWORN_OK, reason, SWORN_INVALID,
              "--tsig %s: the key's name is not a domain name", text);
    name_lower(&key->name);
    SWORN_SAY(base64_read(words.secret, &secret) == SWORN_OK && secret.used > 0, reason,
              SWORN_MALFORMED, "--tsig %s: the secret is not base64", text);
    key->algorithm = algorithm;
    key->secret = written(&secret);
    return SWORN_OK;
}
