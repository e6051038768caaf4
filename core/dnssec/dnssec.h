/*
 * dnssec.h - what needs no private key: key tag, DS, what an RRSIG covers, NSEC RDATA, and
 * verification.
 */
#ifndef SWORN_CORE_DNSSEC_DNSSEC_H
#define SWORN_CORE_DNSSEC_DNSSEC_H

#include "core/dns/rrset.h"

enum { ALGORITHM_P256 = 13, ALGORITHM_ED25519 = 15 }; /* RFC 6605, RFC 8080 */
enum { DIGEST_SHA256 = 2, DIGEST_SHA384 = 4 };        /* RFC 4509, RFC 6605 */

/** Key tag of DNSKEY RDATA (RFC 4034 appendix B). */
uint16_t key_tag(struct octets dnskey_rdata);

/** DNSKEY RDATA of a combined signing key: flags 257, protocol 3 (RFC 4034 2.1). */
SWORN_CHECK enum sworn_result dnskey_write(uint8_t algorithm, struct octets public_key,
                                           struct writer *rdata);

/** DS RDATA (RFC 4034 5.1) of a key at `owner`. */
SWORN_CHECK enum sworn_result ds_write(const struct name *owner, struct octets dnskey_rdata,
                                       uint8_t digest_type, struct writer *rdata);

struct rrsig {
    uint16_t type_covered;
    uint8_t algorithm;
    uint8_t labels;
    uint32_t original_ttl;
    uint32_t expiration; /* seconds since 1970 mod 2^32 (RFC 4034 3.1.5) */
    uint32_t inception;
    uint16_t key_tag;
    struct name signer;
    struct octets signature;
};

SWORN_CHECK enum sworn_result rrsig_read(struct octets rdata, struct rrsig *rrsig);

/**
 * RRSIG RDATA; with an empty signature: the part that is signed. The signer's name in lower case.
 */
SWORN_CHECK enum sworn_result rrsig_write(const struct rrsig *rrsig, struct writer *rdata);

/** RFC 4034 3.1.3: labels of the owner, the root and a leading "*" not counted. */
uint8_t rrsig_labels(const struct name *owner);

/**
 * The octets that are signed (RFC 4034 3.1.8.1): RRSIG RDATA less signature ‖ canonical records.
 * The set must be sorted.
 */
SWORN_CHECK enum sworn_result rrsig_covered(const struct rrsig *rrsig, const struct rrset *rrset,
                                            struct region *scratch, struct writer *octets);

/** The records of a sorted set in canonical form (RFC 4034 6.2, 6.3), with this owner and TTL. */
SWORN_CHECK enum sworn_result canonical_records_write(const struct rrset *rrset,
                                                      const struct name *owner, uint32_t ttl,
                                                      struct writer *octets);

/**
 * Verify one RRSIG over a set with a DNSKEY; times are the caller's to check. SWORN_PROOF when it
 * is wrong.
 */
SWORN_CHECK enum sworn_result rrsig_verify(struct octets rrsig_rdata, const struct rrset *rrset,
                                           struct octets dnskey_rdata, struct region *scratch);

/** The windows of NSEC and NSEC3 (RFC 4034 4.1.2): `types` strictly increasing, or none. */
SWORN_CHECK enum sworn_result type_bitmap_write(const uint16_t *types, size_t count,
                                                struct writer *rdata);

/** NSEC RDATA (RFC 4034 4.1): next owner as it is, bitmap of `types`, strictly increasing. */
SWORN_CHECK enum sworn_result nsec_write(const struct name *next, const uint16_t *types,
                                         size_t count, struct writer *rdata);

#endif
