/*
 * nsec3.h - hashed denial of existence (RFC 5155) in the one form that is made here (RFC 9276 3.1):
 * SHA-1, no further iterations, no salt, no opt-out.
 *
 *   NSEC3      = u8 1 ‖ u8 flags (0) ‖ u16 iterations (0) ‖ u8 salt size (0) ‖ u8 20 ‖ next hash
 *                ‖ windows as in NSEC; owner = base32hex of the hash ‖ apex       (RFC 5155 3.2)
 *   NSEC3PARAM = u8 1 ‖ u8 flags (0) ‖ u16 iterations (0) ‖ u8 salt size (0)      (RFC 5155 4.2)
 *
 * In the zone tree each name that owns an NSEC3 has a leaf of its own, so that neighbours in the
 * order of hashes are proven as others are:
 *
 *   key = 01 00 ‖ 20 hash -> value: the name, wire, lower case
 *
 * No name's key begins with 01 00. In a root zone these leaves lie between the sets of the apex and
 * those of the first name below it.
 */
#ifndef SWORN_CORE_DNSSEC_NSEC3_H
#define SWORN_CORE_DNSSEC_NSEC3_H

#include "core/dns/name.h"

/** How names and types that are not there are denied; as in a policy. */
enum denial { DENIAL_NSEC = 0, DENIAL_NSEC3 = 1 };

/** The type of the chain's records. */
uint16_t denial_type(enum denial denial);

#define NSEC3_HASH_SIZE  20
#define NSEC3_LABEL_SIZE 32
#define NSEC3_APEX_MAX   (NAME_MAX_SIZE - NSEC3_LABEL_SIZE - 1) /* octets, for the label to fit */
#define NSEC3_LEAF_SIZE  (2 + NSEC3_HASH_SIZE)
#define NSEC3PARAM_TTL   0 /* for servers of the zone alone, who have it at hand */

struct nsec3_hash {
    uint8_t octets[NSEC3_HASH_SIZE];
};

/** The key of the leaf of a hash, and of the end of all those leaves. */
struct nsec3_leaf_key {
    uint8_t octets[NSEC3_LEAF_SIZE];
};

/** SHA-1 of the name in lower case (RFC 5155 5). */
SWORN_CHECK enum sworn_result nsec3_hash_of(const struct name *name, struct nsec3_hash *hash);

/** The owner of the NSEC3 with this hash; SWORN_LIMIT when the apex is too long for it. */
SWORN_CHECK enum sworn_result nsec3_owner(const struct nsec3_hash *hash, const struct name *apex,
                                          struct name *owner);

/** The hash that an NSEC3's owner begins with; SWORN_MALFORMED when it begins with none. */
SWORN_CHECK enum sworn_result nsec3_owner_read(const struct name *owner, const struct name *apex,
                                               struct nsec3_hash *hash);

/** NSEC3 RDATA; `types` strictly increasing, none for an empty non-terminal. */
SWORN_CHECK enum sworn_result nsec3_write(const struct nsec3_hash *next, const uint16_t *types,
                                          size_t count, struct writer *rdata);

/** NSEC3PARAM RDATA. */
struct octets nsec3param_rdata(void);

/** The key of a hash's leaf in the zone tree. */
struct octets nsec3_leaf_key_of(const struct nsec3_hash *hash, struct nsec3_leaf_key *key);

/** Whether a key of the zone tree is that of a hash and not of a record set. */
bool nsec3_is_leaf_key(struct octets key);

/** Where these leaves begin, and the first key behind them. */
struct octets nsec3_leaves_begin(void);
struct octets nsec3_leaves_end(void);

#endif
