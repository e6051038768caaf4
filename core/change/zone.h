/*
 * zone.h - one change to a zone, in the making: the tree as it was and as it becomes, and what
 * operations do to it.
 *
 * The result of a request is validated as a whole; nothing here signs. Names are absolute.
 */
#ifndef SWORN_CORE_CHANGE_ZONE_H
#define SWORN_CORE_CHANGE_ZONE_H

#include "core/change/policy.h"
#include "core/change/type.h"
#include "core/dns/rrset.h"
#include "core/merkle/tree.h"

#define DEFAULT_TTL 3600

/**
 * A record set that an operation touched: key in the zone tree. Sorted on demand, no duplicates.
 */
struct change {
    struct name apex;
    struct tree before; /* as certified */
    struct tree after;  /* with the operations so far */
    struct region *region;
    struct guard_limits limits;
    uint32_t operations;                    /* so far */
    uint32_t visited;                       /* so far */
    uint64_t records_loaded, octets_loaded; /* so far, of all sets that were read */
    bool acme; /* the enclave's ACME is on: _acme-challenge TXT and CAA are its own */
    struct change_key *touched; /* list of keys that operations touched, with duplicates possible */
};

struct change_key {
    struct change_key *next;
    struct rrset_key key;
};

/** Start from the certified tree. */
void change_begin(struct change *change, const struct name *apex, const struct tree *before,
                  const struct guard_limits *limits, struct region *region);

/** The set at (owner, type) as it is now; SWORN_ABSENT. */
SWORN_CHECK enum sworn_result change_get(struct change *change, const struct name *owner,
                                         uint16_t type, struct rrset *rrset);

/**
 * Put or (count 0) remove a set: for the enclave's own records; operations come through
 * operation.h.
 */
SWORN_CHECK enum sworn_result change_put(struct change *change, const struct rrset *rrset);
SWORN_CHECK enum sworn_result change_remove(struct change *change, const struct name *owner,
                                            uint16_t type);

/** The sets that differ between before and after: sorted keys, no duplicates. */
SWORN_CHECK enum sworn_result change_differences(struct change *change, struct rrset_key **keys,
                                                 size_t *count);

/**
 * Validate the result (one SOA, apex NS, CNAME alone, single CNAME, single DNAME not beside CNAME,
 * no DS at the apex, a set with its signature fits one message, no more than 128 sets at one name).
 * Only what was touched is looked at: the rest held before.
 */
SWORN_CHECK enum sworn_result change_validate(struct change *change, struct reason *reason);

#endif
