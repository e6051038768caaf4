/*
 * denial.h - which records show that something is not there.
 *
 *                    NSEC (RFC 4035 3.1.3)                NSEC3 (RFC 5155 7.2)
 *   NODATA           of the name; of an empty             of the name
 *                    non-terminal: what covers it
 *   NXDOMAIN         what covers the name, what           of the closest encloser, what covers
 *                    covers the wildcard there            the next closer name and the wildcard
 *   wildcard answer  what covers the name                 what covers the next closer name
 *   wildcard NODATA  that, and of the wildcard            that, of the closest encloser and of
 *                                                         the wildcard
 *   no DS at a cut   of the cut                           of the cut
 */
#ifndef SWORN_HOST_ANSWER_DENIAL_DENIAL_H
#define SWORN_HOST_ANSWER_DENIAL_DENIAL_H

#include "host/answer/question.h"

#define PROOFS_MAX 3

struct proofs {
    unsigned count;
    const struct keyed *item[PROOFS_MAX]; /* struct hashed in a zone with NSEC3, else nodes */
};

static inline bool zone_is_hashed(const struct zone *zone)
{
    return zone->hashes.root != NULL;
}

/** Whether the name's predecessor in the zone's order has to be shown: see `before` of outcomes. */
static inline bool denial_searches(const struct outcome *outcome)
{
    return outcome->kind == OUTCOME_NXDOMAIN && !zone_is_hashed(outcome->zone);
}

/** What has to be shown with an outcome; each only once, nothing where the zone is not signed. */
void denial_of(const struct question *question, const struct outcome *outcome,
               struct proofs *proofs);

#endif
