/*
 * plan_parts.h - what plan.c and plan_hashed.c share, and how a plan is made by hand.
 */
#ifndef SWORN_ENCLAVE_DNSSEC_PLAN_PARTS_H
#define SWORN_ENCLAVE_DNSSEC_PLAN_PARTS_H

#include "enclave/dnssec/plan.h"

/** The zone before and after, and the names that have to be looked at. */
struct survey {
    struct plan *plan;
    struct view before;
    struct view after;
    uint32_t denial_ttl;
    struct octets *names; /* keys; sorted and without duplicates once gathered */
    size_t count;
    size_t capacity;
};

SWORN_CHECK enum sworn_result plan_add(struct plan *plan, const struct planned *item);

/** The value of a set of one record. */
SWORN_CHECK enum sworn_result one_record(uint32_t ttl, struct octets rdata, struct region *region,
                                         struct octets *value);

static inline void name_key_from(struct octets octets, struct name_key *key)
{
    key->size = (uint16_t)octets.size;
    if (octets.size > 0) {
        memcpy(key->octets, octets.data, octets.size);
    }
}

/** Leaves of hashes that come and go, in the tree `after` too, and the NSEC3 that follow. */
SWORN_CHECK enum sworn_result plan_hashed(struct survey *survey, struct reason *reason);

#endif
