/*
 * hashed.h - the chain of hashes as it follows from a zone's records (RFC 5155 7.1): who owns an
 * NSEC3, and what that must say.
 */
#ifndef SWORN_CLI_ZONE_HASHED_H
#define SWORN_CLI_ZONE_HASHED_H

#include "cli/zone/authority.h"
#include "core/dnssec/nsec3.h"

/** A name that owns an NSEC3. */
struct hashed_owner {
    struct nsec3_hash hash;        /* first: they may be sorted by it */
    struct octets wire;            /* of the name, lower case */
    const struct owner_name *name; /* NULL: an empty non-terminal */
};

struct hashed_owners {
    struct hashed_owner *items;
    size_t count, capacity;
};

/** All of a zone, in the order of names. */
SWORN_CHECK enum sworn_result hashed_owners_of(const struct record_list *list,
                                               const struct authority *authority,
                                               const struct name *apex, struct region *region,
                                               struct hashed_owners *owners);

/** What the zone tree holds by hash besides the list's sets, for records_root(). */
SWORN_CHECK enum sworn_result hashed_leaves_add(struct record_list *list, const struct name *apex);

/** The NSEC3 of the list are just those that there must be, and say what they must; SWORN_PROOF. */
SWORN_CHECK enum sworn_result hashed_chain_check(const struct signed_zone *zone,
                                                 const struct authority *authority, uint32_t ttl,
                                                 struct reason *reason);

#endif
