/*
 * dns.c - see dns.h.
 */
#include "cli/key/dns.h"

#include "cli/file.h"
#include "core/dns/master.h"
#include "core/update/sig0.h"
#include "net/text.h"

#include <sodium.h>

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

static enum sworn_result read_secret(const char *path, struct octets file, struct owner_key *key,
                                     struct reason *reason)
{
    uint8_t secret[KEY_SECRET_SIZE];
    struct writer writer = writer_over(secret, sizeof(secret));
    struct octets algorithm = {0}, text = {0};
    enum sworn_result result = SWORN_MALFORMED;
    bool known;

    known =
        field_of(file, "Algorithm", &algorithm) && (octets_equal(algorithm, octets_of_text("13")) ||
                                                    octets_equal(algorithm, octets_of_text("15")));
    SWORN_SAY(known, reason, SWORN_INVALID, "%s: not a key of ECDSAP256SHA256 (13) or ED25519 (15)",
              path);
    if (field_of(file, "PrivateKey", &text) && base64_read(text, &writer) == SWORN_OK &&
        writer.used == sizeof(secret)) {
        result = key_of_secret(algorithm.data[1] == '3' ? KEY_P256 : KEY_ED25519, secret, key);
    }
    sodium_memzero(secret, sizeof(secret));
    SWORN_SAY(result == SWORN_OK, reason, result,
              "%s: its PrivateKey is not 32 octets in base64 that make a key", path);
    return SWORN_OK;
}

/* A KEY record of P-256 has the point without its 04 (RFC 6605 4). */
static bool is_pair(const struct owner_key *key, const struct sig0_key *public)
{
    struct octets octets = octets_of_key(&key->public);

    if (key->public.type == KEY_P256) {
        octets = octets_of(octets.data + 1, octets.size - 1);
    }
    return public->algorithm == (key->public.type == KEY_P256 ? SIG0_P256 : SIG0_ED25519) &&
           octets_equal(public->public_key, octets);
}

enum sworn_result dns_key_read(const char *path, struct octets file, struct region *region,
                               struct owner_key *key, struct reason *reason)
{
    struct sig0_key public;
    struct reader reader;
    char *beside;

    SWORN_TRY(public_path(path, region, &beside, reason));
    SWORN_TRY(read_secret(path, file, key, reason));
    SWORN_TRY(dns_key_record(beside, region, &key->record, reason));
    reader = reader_of(key->record);
    SWORN_TRY(sig0_key_read(&reader, &public, reason));
    SWORN_SAY(is_pair(key, &public), reason, SWORN_INVALID, "%s and %s are not of one key", path,
              beside);
    return SWORN_OK;
}
