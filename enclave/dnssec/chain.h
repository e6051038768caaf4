/*
 * chain.h - the NSEC or NSEC3 of one owner, as it follows from the zone tree (RFC 4034 4, RFC 4035
 * 2.3, RFC 5155 7.1, RFC 9077).
 */
#ifndef SWORN_ENCLAVE_DNSSEC_CHAIN_H
#define SWORN_ENCLAVE_DNSSEC_CHAIN_H

#include "enclave/dnssec/hashed.h"

/** NSEC RDATA of `owner`, whose standing is given and owns an NSEC. In `region`. */
SWORN_CHECK enum sworn_result chain_nsec(const struct view *view, const struct name_key *owner,
                                         enum standing standing, struct region *region,
                                         struct octets *rdata);

/** NSEC3 RDATA of `owner`, whose standing and hash are given and own an NSEC3. In `region`. */
SWORN_CHECK enum sworn_result chain_nsec3(const struct view *view, const struct name_key *owner,
                                          enum standing standing, const struct nsec3_hash *hash,
                                          struct region *region, struct octets *rdata);

/**
 * The TTL of the chain: the lesser of the SOA's TTL and MINIMUM (RFC 9077 3); SWORN_ABSENT without
 * SOA.
 */
SWORN_CHECK enum sworn_result chain_ttl(const struct view *view, uint32_t *ttl);

#endif
