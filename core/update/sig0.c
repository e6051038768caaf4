/*
 * sig0.c - see sig0.h.
 */
#include "core/update/sig0.h"

#include "core/dns/rr.h"

#define P256_KEY         64
#define ED25519_KEY      32
#define FLAGS_NO_SIGNING 0x8000 /* RFC 2535 3.1.2: the key must not be used for authentication */
#define PROTOCOL_DNSSEC  3
#define PROTOCOL_ALL     255

static enum sworn_result read_fields(struct reader *reader, uint16_t *covered, struct sig0 *sig0)
{
    uint8_t labels;
    uint32_t ttl;

    SWORN_TRY(read_u16(reader, covered));
    SWORN_TRY(read_u8(reader, &sig0->algorithm));
    SWORN_TRY(read_u8(reader, &labels));
    SWORN_TRY(read_u32(reader, &ttl));
    SWORN_TRY(read_u32(reader, &sig0->expiration));
    SWORN_TRY(read_u32(reader, &sig0->inception));
    SWORN_TRY(read_u16(reader, &sig0->key_tag));
    return name_read(reader, &sig0->signer);
}

enum sworn_result sig0_read(const struct update *update, struct sig0 *sig0, struct refusal *refusal)
{
    struct reader reader;
    uint16_t covered;

    *sig0 = (struct sig0){0};
    UPDATE_SAY(update->is_signed, refusal, RCODE_REFUSED, "the update is not signed with SIG(0)");
    reader = reader_of(octets_of(update->message.data + update->sig0.rdata, update->sig0.size));
    UPDATE_SAY(read_fields(&reader, &covered, sig0) == SWORN_OK, refusal, RCODE_FORMERR,
               "the SIG(0) is malformed");
    UPDATE_SAY(covered == 0, refusal, RCODE_FORMERR, "the SIG at the end is not a SIG(0)");
    sig0->signed_rdata = octets_of(reader.start, (size_t)(reader.at - reader.start));
    sig0->signature = read_rest(&reader);
    return SWORN_OK;
}

enum sworn_result sig0_signed(const struct update *update, const struct sig0 *sig0,
                              struct writer *octets)
{
    struct octets message = octets_of(update->message.data, update->signed_size);
    size_t start;
    uint16_t count;

    SWORN_TRY(write_octets(octets, sig0->signed_rdata));
    start = octets->used;
    SWORN_TRY(write_octets(octets, message));
    /* As it was before the SIG was added to it: the signer counted one record less. */
    count = (uint16_t)(message.data[10] << 8 | message.data[11]);
    return write_u16_at(octets, start + 10, (uint16_t)(count - 1));
}

uint16_t sig0_key_tag(struct octets rdata)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < rdata.size; i++) {
        sum += i % 2 == 0 ? (uint32_t)rdata.data[i] << 8 : rdata.data[i];
    }
    return (uint16_t)(sum + (sum >> 16));
}

static enum sworn_result read_record(struct reader *records, struct name *owner, uint16_t *type,
                                     struct octets *rdata)
{
    uint16_t class;
    uint32_t ttl;

    SWORN_TRY(name_read(records, owner));
    SWORN_TRY(read_u16(records, type));
    SWORN_TRY(read_u16(records, &class));
    SWORN_TRY(read_u32(records, &ttl));
    SWORN_TRY(read_slice_u16(records, rdata));
    SWORN_ENSURE(class == CLASS_IN, SWORN_INVALID);
    return SWORN_OK;
}

enum sworn_result sig0_key_read(struct reader *records, struct sig0_key *key, struct reason *reason)
{
    struct octets rdata = {0};
    struct reader reader;
    uint16_t type = 0, flags;
    uint8_t protocol;

    SWORN_ENSURE(reader_left(records) > 0, SWORN_ABSENT);
    *key = (struct sig0_key){0};
    SWORN_SAY(read_record(records, &key->owner, &type, &rdata) == SWORN_OK && type == RR_KEY,
              reason, SWORN_INVALID, "not KEY records in wire form");
    reader = reader_of(rdata);
    SWORN_SAY(read_u16(&reader, &flags) == SWORN_OK && read_u8(&reader, &protocol) == SWORN_OK &&
                  read_u8(&reader, &key->algorithm) == SWORN_OK,
              reason, SWORN_INVALID, "a KEY record is cut short");
    SWORN_SAY((flags & FLAGS_NO_SIGNING) == 0 &&
                  (protocol == PROTOCOL_DNSSEC || protocol == PROTOCOL_ALL),
              reason, SWORN_INVALID, "a KEY record's flags or protocol forbid to sign with it");
    key->public_key = read_rest(&reader);
    key->tag = sig0_key_tag(rdata);
    SWORN_SAY((key->algorithm == SIG0_P256 && key->public_key.size == P256_KEY) ||
                  (key->algorithm == SIG0_ED25519 && key->public_key.size == ED25519_KEY),
              reason, SWORN_INVALID,
              "a KEY record is neither of ECDSAP256SHA256 (13) nor of ED25519 (15)");
    return SWORN_OK;
}
