/*
 * plan.h - what a change makes necessary: which sets appear, change, vanish, and which need a
 * signature.
 *
 * The result of following the plan equals a full signing of the new zone, record for record but for
 * the times in RRSIGs, and costs in proportion to the change: the changed sets, the names that a
 * zone cut or DNAME hides or shows, and for each owner of an NSEC or NSEC3 that comes or goes the
 * one before it.
 */
#ifndef SWORN_ENCLAVE_DNSSEC_PLAN_H
#define SWORN_ENCLAVE_DNSSEC_PLAN_H

#include "core/change/zone.h"
#include "enclave/dnssec/chains.h"

struct planned {
    struct octets key;   /* of the set, or 01 00 ‖ hash */
    struct octets value; /* as after the change; empty: the set is gone */
    bool sign;
};

struct plan {
    struct region *region;
    struct planned *items;
    size_t count;
    size_t capacity;
    size_t leaves;        /* of the items are leaves of hashes, which are no sets */
    size_t limit;         /* more sets than this are refused */
    struct chains chains; /* of the zone as it will be */
    bool zonemd_before;   /* the zone has a ZONEMD */
    bool zonemd;          /* and will have one */
    size_t visit_limit;   /* names looked at below cuts and DNAMEs */
    uint64_t *fuel; /* left to pay for what follows from a guard's change; NULL: for nothing */
    size_t listed;  /* record sets of names that were looked at */
    /* plan_again(): the name it was last called for, and where that stands */
    struct name_key last;
    enum standing last_standing;
    bool last_known;
};

/** Plan for everything in which change->after differs from change->before. */
SWORN_CHECK enum sworn_result plan_change(struct plan *plan, struct change *change,
                                          struct reason *reason);

/**
 * Plan signing (owner, type) of the tree as it is once more; NSEC names the chain's record with the
 * TTL given.
 *
 * \return SWORN_OK; SWORN_ABSENT when there is no such set, or the zone does not sign it
 */
SWORN_CHECK enum sworn_result plan_again(struct plan *plan, const struct view *view,
                                         struct octets set_key, uint32_t denial_ttl,
                                         struct reason *reason);

/** Plan what has been done to a leaf of a hash. */
SWORN_CHECK enum sworn_result plan_add_leaf(struct plan *plan, const struct planned *item);

/** Plan the leaf of a name that is to own an NSEC3, in the view's tree too. */
SWORN_CHECK enum sworn_result plan_leaf_of(struct plan *plan, const struct view *view,
                                           const struct name_key *name, struct reason *reason);

/** Plan the record of the chain of a name that owns one, or of a hash that has a leaf. */
SWORN_CHECK enum sworn_result plan_nsec_of(struct plan *plan, const struct view *view,
                                           const struct name_key *name, uint32_t ttl);
SWORN_CHECK enum sworn_result plan_nsec3_of(struct plan *plan, const struct view *view,
                                            const struct nsec3_hash *hash, uint32_t ttl);

#endif
