/*
 * rrset.h - a record set: as a structure, as the value of a leaf of the zone tree, and its key
 * there.
 *
 *   value = u32 TTL ‖ u16 count ‖ count × (u16 length ‖ RDATA), sorted by canonical form, no
 *   duplicates
 *   key   = key of the name ‖ 00 ‖ u16 type
 *
 * RDATA is uncompressed wire with the letter case it came with; canonical form (RFC 4034 6.2) is
 * computed for comparing and signing, never stored.
 */
#ifndef SWORN_CORE_DNS_RRSET_H
#define SWORN_CORE_DNS_RRSET_H

#include "core/cursor/region.h"
#include "core/dns/name.h"

#define RRSET_KEY_MAX (NAME_KEY_MAX + 3)

struct rrset {
    struct name owner;
    uint16_t type;
    uint32_t ttl;
    uint16_t count;
    struct octets *rdata; /* `count` of them */
};

struct rrset_key {
    uint16_t size;
    uint8_t octets[RRSET_KEY_MAX];
};

/** The key of (owner, type). */
void rrset_key(const struct name *owner, uint16_t type, struct rrset_key *key);

/** Owner (lower case) and type from a key. */
SWORN_CHECK enum sworn_result rrset_key_read(struct octets key, struct name *owner, uint16_t *type);

/**
 * Decode a value; rdata borrows from it. `owner` and `type` are copied into the set. Checks order,
 * duplicates, TTL and RDATA.
 */
SWORN_CHECK enum sworn_result rrset_read(struct octets value, const struct name *owner,
                                         uint16_t type, struct region *region, struct rrset *rrset);

/** Encode the value; the set must be sorted. */
SWORN_CHECK enum sworn_result rrset_write(const struct rrset *rrset, struct writer *writer);

/**
 * Sort rdata by canonical form and drop duplicates, in place (the array, not the octets); `scratch`
 * for canonical forms.
 */
SWORN_CHECK enum sworn_result rrset_sort(struct rrset *rrset, struct region *scratch);

#endif
