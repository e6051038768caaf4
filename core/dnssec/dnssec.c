/*
 * dnssec.c - DNSKEY, DS, RRSIG and NSEC as octets; see dnssec.h.
 *
 *   DNSKEY = u16 flags ‖ u8 protocol ‖ u8 algorithm ‖ public key              (RFC 4034 2.1)
 *   DS     = u16 key tag ‖ u8 algorithm ‖ u8 digest type ‖ digest             (RFC 4034 5.1)
 *   RRSIG  = u16 type ‖ u8 algorithm ‖ u8 labels ‖ u32 original TTL ‖ u32 expiration
 *            ‖ u32 inception ‖ u16 key tag ‖ signer's name ‖ signature        (RFC 4034 3.1)
 *   NSEC   = next owner ‖ windows (u8 window ‖ u8 size ‖ bitmap)              (RFC 4034 4.1)
 */
#include "core/dnssec/dnssec.h"

#include <openssl/evp.h>

#include "core/dns/rr.h"
#include "core/merkle/merkle.h"

#define FLAGS_COMBINED_KEY 257 /* zone key, secure entry point */
#define PROTOCOL_DNSSEC    3

uint16_t key_tag(struct octets dnskey_rdata)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < dnskey_rdata.size; i++) {
        sum += i % 2 == 0 ? (uint32_t)dnskey_rdata.data[i] << 8 : dnskey_rdata.data[i];
    }
    return (uint16_t)(sum + (sum >> 16));
}

enum sworn_result dnskey_write(uint8_t algorithm, struct octets public_key, struct writer *rdata)
{
    SWORN_TRY(write_u16(rdata, FLAGS_COMBINED_KEY));
    SWORN_TRY(write_u8(rdata, PROTOCOL_DNSSEC));
    SWORN_TRY(write_u8(rdata, algorithm));
    return write_octets(rdata, public_key);
}

/** SHA-384 of owner and DNSKEY RDATA (RFC 4034 5.1.4, RFC 6605 2). */
static enum sworn_result digest_sha384(struct octets octets, struct writer *rdata)
{
    uint8_t digest[48];
    unsigned size = sizeof(digest);

    SWORN_ENSURE(EVP_Digest(octets.data, octets.size, digest, &size, EVP_sha384(), NULL) == 1,
                 SWORN_CRYPTO);
    return write_octets(rdata, octets_of(digest, size));
}

enum sworn_result ds_write(const struct name *owner, struct octets dnskey_rdata,
                           uint8_t digest_type, struct writer *rdata)
{
    struct name canonical = *owner;
    uint8_t hashed[NAME_MAX_SIZE + 4096];
    struct writer writer = writer_over(hashed, sizeof(hashed));
    struct hash sha256_digest;

    SWORN_ENSURE(dnskey_rdata.size > 4, SWORN_MALFORMED);
    SWORN_ENSURE(digest_type == DIGEST_SHA256 || digest_type == DIGEST_SHA384, SWORN_INVALID);
    name_lower(&canonical);
    SWORN_TRY(write_octets(&writer, name_octets(&canonical)));
    SWORN_TRY(write_octets(&writer, dnskey_rdata));
    SWORN_TRY(write_u16(rdata, key_tag(dnskey_rdata)));
    SWORN_TRY(write_u8(rdata, dnskey_rdata.data[3]));
    SWORN_TRY(write_u8(rdata, digest_type));
    if (digest_type == DIGEST_SHA384) {
        return digest_sha384(written(&writer), rdata);
    }
    SWORN_TRY(sha256_one(written(&writer), &sha256_digest));
    return write_hash(rdata, &sha256_digest);
}

enum sworn_result rrsig_read(struct octets rdata, struct rrsig *rrsig)
{
    struct reader reader = reader_of(rdata);

    SWORN_TRY(read_u16(&reader, &rrsig->type_covered));
    SWORN_TRY(read_u8(&reader, &rrsig->algorithm));
    SWORN_TRY(read_u8(&reader, &rrsig->labels));
    SWORN_TRY(read_u32(&reader, &rrsig->original_ttl));
    SWORN_TRY(read_u32(&reader, &rrsig->expiration));
    SWORN_TRY(read_u32(&reader, &rrsig->inception));
    SWORN_TRY(read_u16(&reader, &rrsig->key_tag));
    SWORN_TRY(name_read(&reader, &rrsig->signer));
    rrsig->signature = read_rest(&reader);
    return SWORN_OK;
}

enum sworn_result rrsig_write(const struct rrsig *rrsig, struct writer *rdata)
{
    struct name signer = rrsig->signer;

    name_lower(&signer);
    SWORN_TRY(write_u16(rdata, rrsig->type_covered));
    SWORN_TRY(write_u8(rdata, rrsig->algorithm));
    SWORN_TRY(write_u8(rdata, rrsig->labels));
    SWORN_TRY(write_u32(rdata, rrsig->original_ttl));
    SWORN_TRY(write_u32(rdata, rrsig->expiration));
    SWORN_TRY(write_u32(rdata, rrsig->inception));
    SWORN_TRY(write_u16(rdata, rrsig->key_tag));
    SWORN_TRY(write_octets(rdata, name_octets(&signer)));
    return write_octets(rdata, rrsig->signature);
}

uint8_t rrsig_labels(const struct name *owner)
{
    return (uint8_t)(name_labels(owner) - (name_is_wildcard(owner) ? 1 : 0));
}

/**
 * The owner as it was signed (RFC 4035 5.3.2): of more labels than the signature counts, those in
 * front came from a wildcard.
 */
static enum sworn_result signed_owner(const struct name *owner, uint8_t labels,
                                      struct name *as_signed)
{
    size_t count = rrsig_labels(owner);
    struct name closest = *owner;

    SWORN_ENSURE(labels <= count, SWORN_PROOF);
    *as_signed = *owner;
    name_lower(as_signed);
    if (labels == count) {
        return SWORN_OK;
    }
    name_lower(&closest);
    while (name_labels(&closest) > labels) {
        struct name parent;

        SWORN_TRY(name_parent(&closest, &parent));
        closest = parent;
    }
    return name_prepend(octets_of_text("*"), &closest, as_signed);
}

/** RDATA in canonical form, with its length before it. */
static enum sworn_result canonical_rdata_write(uint16_t type, struct octets rdata,
                                               struct writer *octets)
{
    size_t position = octets->used;

    if (!rdata_has_canonical_names(type)) {
        return write_slice_u16(octets, rdata);
    }
    SWORN_TRY(write_u16(octets, 0));
    SWORN_TRY(rdata_canonical(type, rdata, octets));
    SWORN_ENSURE(octets->used - position - 2 <= RDATA_MAX, SWORN_LIMIT);
    return write_u16_at(octets, position, (uint16_t)(octets->used - position - 2));
}

enum sworn_result canonical_records_write(const struct rrset *rrset, const struct name *owner,
                                          uint32_t ttl, struct writer *octets)
{
    for (size_t i = 0; i < rrset->count; i++) {
        SWORN_TRY(write_octets(octets, name_octets(owner)));
        SWORN_TRY(write_u16(octets, rrset->type));
        SWORN_TRY(write_u16(octets, CLASS_IN));
        SWORN_TRY(write_u32(octets, ttl));
        SWORN_TRY(canonical_rdata_write(rrset->type, rrset->rdata[i], octets));
    }
    return SWORN_OK;
}

enum sworn_result rrsig_covered(const struct rrsig *rrsig, const struct rrset *rrset,
                                struct region *scratch, struct writer *octets)
{
    struct rrsig unsigned_part = *rrsig;
    struct name owner;

    (void)scratch;
    unsigned_part.signature = octets_of(NULL, 0);
    SWORN_TRY(rrsig_write(&unsigned_part, octets));
    SWORN_TRY(signed_owner(&rrset->owner, rrsig->labels, &owner));
    return canonical_records_write(rrset, &owner, rrsig->original_ttl, octets);
}

/** The bitmap of one window; `types` are all of it. */
static enum sworn_result window_write(const uint16_t *types, size_t count, struct writer *rdata)
{
    size_t size = (types[count - 1] & 0xff) / (size_t)8 + 1;
    uint8_t *bitmap;

    SWORN_TRY(write_u8(rdata, (uint8_t)(types[0] >> 8)));
    SWORN_TRY(write_u8(rdata, (uint8_t)size));
    SWORN_TRY(write_room(rdata, size, &bitmap));
    for (size_t i = 0; i < count; i++) {
        bitmap[(types[i] & 0xff) / 8] |= (uint8_t)(0x80 >> (types[i] % 8));
    }
    return SWORN_OK;
}

enum sworn_result type_bitmap_write(const uint16_t *types, size_t count, struct writer *rdata)
{
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && types[end] >> 8 == types[first] >> 8; end++) {
            SWORN_ENSURE(types[end] > types[end - 1], SWORN_MALFORMED);
        }
        SWORN_ENSURE(end == count || types[end] > types[end - 1], SWORN_MALFORMED);
        SWORN_TRY(window_write(types + first, end - first, rdata));
    }
    return SWORN_OK;
}

enum sworn_result nsec_write(const struct name *next, const uint16_t *types, size_t count,
                             struct writer *rdata)
{
    SWORN_TRY(write_octets(rdata, name_octets(next)));
    return type_bitmap_write(types, count, rdata);
}
