/*
 * plan.h - what a change makes necessary: which sets appear, change, vanish, and which need a
 * signature.
 *
 * The result of following the plan equals a full signing of the new zone, record for record but for
 * the times in RRSIGs, and costs in proportion to the change: the changed sets, the names that a
 * zone cut or DNAME hides or shows, and for each owner of an NSEC that comes or goes the NSEC
 * before it.
 */
#ifndef SWORN_ENCLAVE_DNSSEC_PLAN_H
#define SWORN_ENCLAVE_DNSSEC_PLAN_H

#include "core/change/zone.h"
#include "enclave/dnssec/view.h"

struct planned {
    struct octets key;   /* of the set */
    struct octets value; /* as after the change; empty: the set is gone */
    bool sign;
};

struct plan {
    struct region *region;
    struct planned *items;
    size_t count;
    size_t capacity;
    size_t limit;       /* more sets than this are refused */
    size_t visit_limit; /* names looked at below cuts and DNAMEs */
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

#endif
