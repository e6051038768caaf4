/*
 * tsig.c - messages signed with a shared secret; see tsig.h.
 */
#include "net/tsig.h"

#include "core/dns/rr.h"
#include "net/message.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <strings.h>

#define COUNT_AT 10 /* of the additional records, in the header */

struct algorithm {
    const char *name;
    const char *digest;
    uint16_t size; /* of a whole MAC */
};

/* RFC 8945 6: those that are not deprecated and that everybody has. */
static const struct algorithm algorithms[] = {
    {"hmac-sha256", "SHA2-256", 32},
    {"hmac-sha384", "SHA2-384", 48},
    {"hmac-sha512", "SHA2-512", 64},
};

/* What of a TSIG record goes into its MAC besides the message. */
struct stamp {
    uint64_t time;
    uint16_t fudge;
    uint16_t error;
    struct octets other;
};

static const struct algorithm *algorithm_find(const char *name)
{
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
        if (strcasecmp(name, algorithms[i].name) == 0) {
            return &algorithms[i];
        }
    }
    return NULL;
}

bool tsig_algorithm_known(const char *algorithm)
{
    return algorithm_find(algorithm) != NULL;
}

size_t tsig_size(const struct tsig_key *key)
{
    const struct algorithm *algorithm = algorithm_find(key->algorithm);
    size_t fixed = 10 + 16; /* type to size of RDATA; time to size of other data */

    return algorithm == NULL
               ? TSIG_SIZE_MAX
               : key->name.size + strlen(algorithm->name) + 2 + fixed + algorithm->size;
}

static enum sworn_result algorithm_name(const struct algorithm *algorithm, struct name *name)
{
    struct name root;

    name_root(&root);
    return name_from_text(octets_of_text(algorithm->name), &root, name);
}

static enum sworn_result read_u48(struct reader *reader, uint64_t *value)
{
    uint16_t high;
    uint32_t low;

    SWORN_TRY(read_u16(reader, &high));
    SWORN_TRY(read_u32(reader, &low));
    *value = (uint64_t)high << 32 | low;
    return SWORN_OK;
}

static enum sworn_result write_u48(struct writer *writer, uint64_t value)
{
    SWORN_TRY(write_u16(writer, (uint16_t)(value >> 32)));
    return write_u32(writer, (uint32_t)value);
}

static enum sworn_result tsig_read(const struct dns_reader *message,
                                   const struct dns_record *record, struct tsig *tsig)
{
    struct reader reader = dns_rdata_reader(message, record);

    SWORN_ENSURE(record->section == DNS_ADDITIONAL, SWORN_MALFORMED);
    SWORN_ENSURE(record->class == DNS_CLASS_ANY && record->ttl == 0, SWORN_MALFORMED);
    tsig->key = record->owner;
    tsig->at = record->at;
    SWORN_TRY(name_read(&reader, &tsig->algorithm));
    SWORN_TRY(read_u48(&reader, &tsig->time));
    SWORN_TRY(read_u16(&reader, &tsig->fudge));
    SWORN_TRY(read_slice_u16(&reader, &tsig->mac));
    SWORN_TRY(read_u16(&reader, &tsig->original_id));
    SWORN_TRY(read_u16(&reader, &tsig->error));
    SWORN_TRY(read_slice_u16(&reader, &tsig->other));
    return read_end(&reader);
}

enum sworn_result tsig_find(struct octets message, struct tsig *tsig)
{
    struct dns_reader reader;
    struct dns_question question;
    struct dns_record record;
    enum sworn_result result;
    bool found = false;

    SWORN_TRY(dns_read(message, &reader));
    for (uint16_t i = reader.header.count[DNS_QUESTION]; i > 0; i--) {
        SWORN_TRY(name_read_compressed(&reader.reader, &question.name));
        SWORN_TRY(read_u16(&reader.reader, &question.type));
        SWORN_TRY(read_u16(&reader.reader, &question.class));
    }
    result = dns_read_record(&reader, &record);
    while (result == SWORN_OK) {
        SWORN_ENSURE(!found, SWORN_MALFORMED); /* RFC 8945 5.1: the last, and the only one */
        found = record.type == RR_TSIG;
        if (found) {
            SWORN_TRY(tsig_read(&reader, &record, tsig));
        }
        result = dns_read_record(&reader, &record);
    }
    SWORN_ENSURE(result == SWORN_ABSENT, result);
    return found ? SWORN_OK : SWORN_ABSENT;
}

static bool mac_update(EVP_MAC_CTX *context, struct octets octets)
{
    return octets.size == 0 || EVP_MAC_update(context, octets.data, octets.size) == 1;
}

/* RFC 8945 4.3.3: names in canonical form, without compression. */
static enum sworn_result write_variables(const struct tsig_key *key, const struct stamp *stamp,
                                         bool later, struct writer *writer)
{
    struct name name = key->name;
    struct name algorithm;

    if (!later) {
        name_lower(&name);
        SWORN_TRY(algorithm_name(algorithm_find(key->algorithm), &algorithm));
        SWORN_TRY(write_octets(writer, name_octets(&name)));
        SWORN_TRY(write_u16(writer, DNS_CLASS_ANY));
        SWORN_TRY(write_u32(writer, 0));
        SWORN_TRY(write_octets(writer, name_octets(&algorithm)));
    }
    SWORN_TRY(write_u48(writer, stamp->time));
    SWORN_TRY(write_u16(writer, stamp->fudge));
    if (later) {
        return SWORN_OK; /* RFC 8945 5.3.1: only the timers */
    }
    SWORN_TRY(write_u16(writer, stamp->error));
    return write_slice_u16(writer, stamp->other);
}

static bool mac_parts(EVP_MAC_CTX *context, const struct octets parts[], size_t count,
                      uint8_t mac[TSIG_MAC_MAX])
{
    size_t size;

    for (size_t i = 0; i < count; i++) {
        if (!mac_update(context, parts[i])) {
            return false;
        }
    }
    return EVP_MAC_final(context, mac, &size, TSIG_MAC_MAX) == 1;
}

static enum sworn_result mac_make(const struct tsig_key *key, const struct octets parts[],
                                  size_t count, uint8_t mac[TSIG_MAC_MAX])
{
    const struct algorithm *algorithm = algorithm_find(key->algorithm);
    OSSL_PARAM parameters[2] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                         (char *)(uintptr_t)algorithm->digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *method = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = method == NULL ? NULL : EVP_MAC_CTX_new(method);
    bool made = context != NULL &&
                EVP_MAC_init(context, key->secret.data, key->secret.size, parameters) == 1 &&
                mac_parts(context, parts, count, mac);

    EVP_MAC_CTX_free(context);
    EVP_MAC_free(method);
    return made ? SWORN_OK : SWORN_CRYPTO;
}

/* The MAC of a message whose TSIG would begin at its end, under header and id of the signer's. */
static enum sworn_result message_mac(const struct tsig_chain *chain, const uint8_t *header,
                                     struct octets message, const struct stamp *stamp,
                                     uint8_t mac[TSIG_MAC_MAX])
{
    uint8_t before[2] = {(uint8_t)(chain->mac_size >> 8), (uint8_t)chain->mac_size};
    uint8_t memory[TSIG_SIZE_MAX];
    struct writer variables = writer_over(memory, sizeof(memory));
    struct octets parts[5] = {
        octets_of(before, chain->mac_size > 0 ? 2 : 0),
        octets_of(chain->mac, chain->mac_size),
        octets_of(header, DNS_HEADER_SIZE),
        octets_of(message.data + DNS_HEADER_SIZE, message.size - DNS_HEADER_SIZE),
    };

    SWORN_TRY(write_variables(chain->key, stamp, chain->later, &variables));
    parts[4] = written(&variables);
    return mac_make(chain->key, parts, 5, mac);
}

/* The header as it was when the message was signed: its own id, the TSIG not counted. */
static void header_before(const uint8_t *message, const struct tsig *tsig,
                          uint8_t header[DNS_HEADER_SIZE])
{
    unsigned count = (unsigned)message[COUNT_AT] << 8 | message[COUNT_AT + 1];

    memcpy(header, message, DNS_HEADER_SIZE);
    header[0] = (uint8_t)(tsig->original_id >> 8);
    header[1] = (uint8_t)tsig->original_id;
    header[COUNT_AT] = (uint8_t)((count - 1) >> 8);
    header[COUNT_AT + 1] = (uint8_t)(count - 1);
}

static enum sworn_result key_matches(const struct tsig *tsig, const struct tsig_key *key,
                                     bool *matches)
{
    const struct algorithm *algorithm = algorithm_find(key->algorithm);
    struct name name;

    *matches = false;
    SWORN_ENSURE(algorithm != NULL, SWORN_OK);
    SWORN_TRY(algorithm_name(algorithm, &name));
    *matches = name_equal(&tsig->key, &key->name) && name_equal(&tsig->algorithm, &name);
    return SWORN_OK;
}

static bool in_time(const struct tsig *tsig, uint64_t now)
{
    uint64_t apart = now > tsig->time ? now - tsig->time : tsig->time - now;

    return apart <= tsig->fudge;
}

/* The key is the right one: is the MAC, and what else is wrong? */
static enum sworn_result mac_verify(struct octets message, const struct tsig *tsig,
                                    struct tsig_chain *chain, uint64_t now, enum tsig_error *error)
{
    const struct algorithm *algorithm = algorithm_find(chain->key->algorithm);
    size_t least = algorithm->size / 2 > 10 ? algorithm->size / 2 : 10;
    struct stamp stamp = {tsig->time, tsig->fudge, tsig->error, tsig->other};
    uint8_t header[DNS_HEADER_SIZE];
    uint8_t mac[TSIG_MAC_MAX];

    *error = TSIG_BADSIG;
    SWORN_ENSURE(tsig->mac.size > 0, SWORN_OK);
    /* RFC 8945 5.2.2.1 */
    SWORN_ENSURE(tsig->mac.size >= least && tsig->mac.size <= algorithm->size, SWORN_MALFORMED);
    SWORN_ENSURE(tsig->other.size <= 6, SWORN_OK); /* nobody signs more than a time */
    header_before(message.data, tsig, header);
    SWORN_TRY(message_mac(chain, header, octets_of(message.data, tsig->at), &stamp, mac));
    if (CRYPTO_memcmp(mac, tsig->mac.data, tsig->mac.size) != 0) {
        return SWORN_OK;
    }
    memcpy(chain->mac, tsig->mac.data, tsig->mac.size);
    chain->mac_size = (uint16_t)tsig->mac.size;
    *error = TSIG_BADTIME;
    SWORN_ENSURE(in_time(tsig, now), SWORN_OK);
    *error = tsig->mac.size < algorithm->size ? TSIG_BADTRUNC : TSIG_NOERROR;
    return SWORN_OK;
}

enum sworn_result tsig_verify(struct octets message, const struct tsig *tsig,
                              struct tsig_chain *chain, uint64_t now, enum tsig_error *error)
{
    bool response = chain->mac_size > 0;
    bool matches;

    *error = TSIG_BADKEY;
    SWORN_ENSURE(tsig->at >= DNS_HEADER_SIZE && tsig->at <= message.size, SWORN_MALFORMED);
    SWORN_TRY(key_matches(tsig, chain->key, &matches));
    SWORN_ENSURE(matches, SWORN_OK);
    SWORN_TRY(mac_verify(message, tsig, chain, now, error));
    chain->later = chain->later || (response && *error == TSIG_NOERROR);
    return SWORN_OK;
}

struct octets tsig_strip(uint8_t *message, const struct tsig *tsig)
{
    uint8_t header[DNS_HEADER_SIZE];

    header_before(message, tsig, header);
    memcpy(message + COUNT_AT, header + COUNT_AT, 2); /* the id stays that of this hop */
    return octets_of(message, tsig->at);
}

static enum sworn_result write_record(const struct name *key, const struct name *algorithm,
                                      const struct stamp *stamp, struct octets mac, uint16_t id,
                                      struct writer *message)
{
    size_t size_at;

    SWORN_TRY(write_octets(message, name_octets(key)));
    SWORN_TRY(write_u16(message, RR_TSIG));
    SWORN_TRY(write_u16(message, DNS_CLASS_ANY));
    SWORN_TRY(write_u32(message, 0));
    size_at = message->used;
    SWORN_TRY(write_u16(message, 0));
    SWORN_TRY(write_octets(message, name_octets(algorithm)));
    SWORN_TRY(write_u48(message, stamp->time));
    SWORN_TRY(write_u16(message, stamp->fudge));
    SWORN_TRY(write_slice_u16(message, mac));
    SWORN_TRY(write_u16(message, id));
    SWORN_TRY(write_u16(message, stamp->error));
    SWORN_TRY(write_slice_u16(message, stamp->other));
    return write_u16_at(message, size_at, (uint16_t)(message->used - size_at - 2));
}

static enum sworn_result count_record(struct writer *message)
{
    unsigned count = (unsigned)message->start[COUNT_AT] << 8 | message->start[COUNT_AT + 1];

    return write_u16_at(message, COUNT_AT, (uint16_t)(count + 1));
}

static enum sworn_result sign(struct tsig_chain *chain, const struct stamp *stamp,
                              struct writer *message)
{
    const struct algorithm *algorithm = algorithm_find(chain->key->algorithm);
    bool response = chain->mac_size > 0;
    struct name name;
    uint16_t id;

    SWORN_ENSURE(algorithm != NULL, SWORN_INVALID);
    SWORN_ENSURE(message->used >= DNS_HEADER_SIZE, SWORN_MALFORMED);
    SWORN_TRY(algorithm_name(algorithm, &name));
    SWORN_TRY(message_mac(chain, message->start, written(message), stamp, chain->mac));
    chain->mac_size = algorithm->size;
    chain->later = chain->later || response;
    id = (uint16_t)(message->start[0] << 8 | message->start[1]);
    SWORN_TRY(write_record(&chain->key->name, &name, stamp, octets_of(chain->mac, chain->mac_size),
                           id, message));
    return count_record(message);
}

enum sworn_result tsig_sign(struct tsig_chain *chain, uint64_t now, struct writer *message)
{
    struct stamp stamp = {.time = now, .fudge = TSIG_FUDGE};

    return sign(chain, &stamp, message);
}

enum sworn_result tsig_put_error(struct tsig_chain *chain, const struct tsig *request,
                                 enum tsig_error error, uint64_t now, struct writer *message)
{
    struct stamp stamp = {.time = now, .fudge = TSIG_FUDGE, .error = (uint16_t)error};
    uint8_t memory[6];
    struct writer other = writer_over(memory, sizeof(memory));
    uint16_t id;

    SWORN_ENSURE(message->used >= DNS_HEADER_SIZE, SWORN_MALFORMED);
    if (error == TSIG_BADKEY || error == TSIG_BADSIG) {
        id = (uint16_t)(message->start[0] << 8 | message->start[1]);
        SWORN_TRY(write_record(&request->key, &request->algorithm, &stamp, octets_of(NULL, 0), id,
                               message));
        return count_record(message);
    }
    if (error == TSIG_BADTIME) {
        /* RFC 8945 5.2.3: the client's own time, or it would not look at ours in other data. */
        SWORN_TRY(write_u48(&other, now));
        stamp.time = request->time;
        stamp.fudge = request->fudge;
        stamp.other = written(&other);
    }
    return sign(chain, &stamp, message);
}
