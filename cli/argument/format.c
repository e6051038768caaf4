/*
 * format.c - see format.h.
 *
 *   one key    its octets, nothing else
 *   key set    u8 n ‖ n × (u8 type ‖ octets), then of multisig u8 m, of other guards their own
 *   KEY        records in wire form, one after the other (core/update/sig0.h)
 */
#include "cli/argument/format.h"

#include "cli/file.h"
#include "cli/key/dns.h"
#include "core/cursor/reader.h"
#include "core/update/sig0.h"

#define ENVIRONMENT_MAX ((size_t)64 << 20)

static enum sworn_result one_key_write(const struct owners *owners, unsigned m,
                                       struct writer *octets, struct reason *reason)
{
    SWORN_SAY(owners->count == 1 && m <= 1, reason, SWORN_INVALID,
              "this guard has one owner, %zu are named; several are for the guard multisig",
              owners->count);
    return write_octets(octets, octets_of_key(&owners->keys[0]));
}

static enum sworn_result one_key_read(enum key_type type, struct octets environment,
                                      struct owners *owners, struct reason *reason)
{
    SWORN_SAY(environment.size == key_public_size(type), reason, SWORN_MALFORMED,
              "the environment has %zu octets, a key of %s has %zu", environment.size,
              key_type_name(type), key_public_size(type));
    owners->count = 1;
    owners->keys[0] = (struct public_key){.type = type};
    memcpy(owners->keys[0].octets, environment.data, environment.size);
    return SWORN_OK;
}

static enum sworn_result ed25519_read(struct octets environment, struct owners *owners,
                                      struct reason *reason)
{
    return one_key_read(KEY_ED25519, environment, owners, reason);
}

static enum sworn_result p256_read(struct octets environment, struct owners *owners,
                                   struct reason *reason)
{
    return one_key_read(KEY_P256, environment, owners, reason);
}

static enum sworn_result secp256k1_read(struct octets environment, struct owners *owners,
                                        struct reason *reason)
{
    return one_key_read(KEY_SECP256K1, environment, owners, reason);
}

static enum sworn_result set_write(const struct owners *owners, unsigned m, struct writer *octets,
                                   struct reason *reason)
{
    SWORN_SAY(m > 0, reason, SWORN_INVALID,
              "multisig wants --threshold, how many of its owners (%zu) have to sign; delegate and "
              "timelock want --env FILE, which guards/tools/environment writes",
              owners->count);
    SWORN_SAY(m <= owners->count, reason, SWORN_INVALID,
              "--threshold %u is more than there are owners (%zu)", m, owners->count);
    SWORN_TRY(write_u8(octets, (uint8_t)owners->count));
    for (size_t i = 0; i < owners->count; i++) {
        for (size_t j = 0; j < i; j++) {
            SWORN_SAY(!key_equal(&owners->keys[i], &owners->keys[j]), reason, SWORN_INVALID,
                      "owners %zu and %zu are the same key", j + 1, i + 1);
        }
        SWORN_TRY(write_u8(octets, (uint8_t)owners->keys[i].type));
        SWORN_TRY(write_octets(octets, octets_of_key(&owners->keys[i])));
    }
    return write_u8(octets, (uint8_t)m);
}

static enum sworn_result set_key_read(struct reader *reader, struct public_key *key)
{
    struct octets octets;
    uint8_t type;

    SWORN_TRY(read_u8(reader, &type));
    SWORN_ENSURE(type >= KEY_ED25519 && type <= KEY_TYPE_LAST, SWORN_MALFORMED);
    *key = (struct public_key){.type = (enum key_type)type};
    SWORN_TRY(read_slice(reader, key_public_size(key->type), &octets));
    memcpy(key->octets, octets.data, octets.size);
    return SWORN_OK;
}

static enum sworn_result set_read(struct octets environment, struct owners *owners,
                                  struct reason *reason)
{
    struct reader reader = reader_of(environment);
    uint8_t count = 0;

    SWORN_SAY(read_u8(&reader, &count) == SWORN_OK && count > 0, reason, SWORN_MALFORMED,
              "the environment does not begin with a set of keys");
    owners->count = 0;
    while (owners->count < count) {
        SWORN_SAY(set_key_read(&reader, &owners->keys[owners->count]) == SWORN_OK, reason,
                  SWORN_MALFORMED, "the environment's key %zu is cut short or of an unknown type",
                  owners->count);
        owners->count++;
    }
    return SWORN_OK;
}

static enum sworn_result records_read(struct octets environment, struct owners *owners,
                                      struct reason *reason)
{
    struct reader reader = reader_of(environment);
    enum sworn_result result;
    struct sig0_key key;

    owners->count = 0;
    while ((result = sig0_key_read(&reader, &key, reason)) == SWORN_OK) {
        struct public_key *public = &owners->keys[owners->count];
        bool p256 = key.algorithm == SIG0_P256;

        SWORN_SAY(owners->count < OWNERS_MAX, reason, SWORN_LIMIT, "more than %d keys", OWNERS_MAX);
        *public = (struct public_key){.type = p256 ? KEY_P256 : KEY_ED25519, .octets = {4}};
        memcpy(public->octets + (p256 ? 1 : 0), key.public_key.data, key.public_key.size);
        owners->count++;
    }
    return result == SWORN_ABSENT ? SWORN_OK : result;
}

static enum sworn_result nothing_write(const struct owners *owners, unsigned m,
                                       struct writer *octets, struct reason *reason)
{
    (void)owners;
    (void)m;
    (void)octets;
    (void)reason;
    return SWORN_OK;
}

static enum sworn_result circuit_write(const struct owners *owners, unsigned m,
                                       struct writer *octets, struct reason *reason)
{
    (void)owners;
    (void)m;
    (void)octets;
    return because(reason, SWORN_INVALID,
                   "this guard's environment is a circuit's key, not an owner's: --env FILE");
}

static enum sworn_result nobody_read(struct octets environment, struct owners *owners,
                                     struct reason *reason)
{
    (void)environment;
    (void)reason;
    owners->count = 0;
    return SWORN_OK;
}

static const struct argument_format formats[] = {
    {"sworn-update-v1+ed25519", LAYOUT_SIGNED, KEY_ED25519, one_key_write, ed25519_read},
    {"sworn-update-v1+p256", LAYOUT_SIGNED, KEY_P256, one_key_write, p256_read},
    {"sworn-update-v1+secp256k1", LAYOUT_SIGNED, KEY_SECP256K1, one_key_write, secp256k1_read},
    {"sworn-update-v1+keys", LAYOUT_KEYS, 0, set_write, set_read},
    {"dns-update-sig0-v1", LAYOUT_SIGNED, 0, NULL, records_read},
    {"sworn-update-v1+groth16", LAYOUT_PROVEN, 0, circuit_write, nobody_read},
    {"none", LAYOUT_PLAIN, 0, nothing_write, nobody_read},
};

const struct argument_format *argument_format_find(struct octets name)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (octets_equal(name, octets_of_text(formats[i].name))) {
            return &formats[i];
        }
    }
    return name.size == 0 ? &formats[0] : NULL;
}

bool argument_format_is_dns(const struct argument_format *format)
{
    return format->environment == NULL;
}

/* Environments of zones that DNS UPDATE changes: the KEY records of --owner, or of the keys. */
static enum sworn_result key_records(const struct texts *owners, const struct owner_key *keys,
                                     size_t key_count, struct region *region,
                                     struct writer *environment, struct reason *reason)
{
    struct octets record;

    for (size_t i = 0; i < owners->count; i++) {
        SWORN_TRY(dns_key_record(owners->items[i], region, &record, reason));
        SWORN_TRY(write_octets(environment, record));
    }
    for (size_t i = 0; owners->count == 0 && i < key_count; i++) {
        SWORN_SAY(keys[i].record.size > 0, reason, SWORN_INVALID,
                  "this guard takes DNS UPDATE and wants a key that nsupdate has: dnssec-keygen -T "
                  "KEY -n HOST -a ED25519 NAME, then --key K*.private");
        SWORN_TRY(write_octets(environment, keys[i].record));
    }
    return SWORN_OK;
}

static enum sworn_result owner_add(const struct argument_format *format,
                                   const struct public_key *key, const char *from,
                                   struct owners *owners, struct reason *reason)
{
    SWORN_SAY(owners->count < OWNERS_MAX, reason, SWORN_LIMIT, "there can be %d owners at most",
              OWNERS_MAX);
    SWORN_SAY(format->type == 0 || format->type == key->type, reason, SWORN_INVALID,
              "this guard wants a key of type %s, and %s has one of %s",
              key_type_name(format->type), from, key_type_name(key->type));
    owners->keys[owners->count++] = *key;
    return SWORN_OK;
}

static enum sworn_result owners_of_options(const struct options *options,
                                           const struct argument_format *format,
                                           const struct owner_key *keys, size_t key_count,
                                           struct region *region, struct owners *owners,
                                           struct reason *reason)
{
    const struct texts *texts = &options->list[OPTION_OWNER];
    struct public_key key;

    owners->count = 0;
    for (size_t i = 0; i < texts->count; i++) {
        SWORN_TRY(key_public_from_text(texts->items[i], region, &key, reason));
        SWORN_TRY(owner_add(format, &key, texts->items[i], owners, reason));
    }
    for (size_t i = 0; texts->count == 0 && i < key_count; i++) {
        SWORN_TRY(owner_add(format, &keys[i].public, "--key", owners, reason));
    }
    return SWORN_OK;
}

enum sworn_result argument_environment(const struct options *options,
                                       const struct argument_format *format,
                                       const struct owner_key *keys, size_t key_count,
                                       struct region *region, struct octets *environment,
                                       struct reason *reason)
{
    struct writer writer = writer_in(region, ENVIRONMENT_MAX);
    struct owners owners;
    uint32_t m;

    if (option_given(options, OPTION_ENV)) {
        return file_read(options->value[OPTION_ENV], ENVIRONMENT_MAX, region, environment, reason);
    }
    SWORN_SAY(format != NULL, reason, SWORN_INVALID,
              "how this guard wants its owners named is not known here: --env FILE has to say it");
    SWORN_TRY(option_number(options, OPTION_THRESHOLD, 1, OWNERS_MAX, 0, &m, reason));
    if (argument_format_is_dns(format)) {
        SWORN_TRY(
            key_records(&options->list[OPTION_OWNER], keys, key_count, region, &writer, reason));
    } else {
        SWORN_TRY(owners_of_options(options, format, keys, key_count, region, &owners, reason));
        SWORN_TRY(format->environment(&owners, m, &writer, reason));
    }
    *environment = written(&writer);
    return SWORN_OK;
}
