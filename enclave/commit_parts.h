/*
 * commit_parts.h - what the beginnings of a commit (decide.c, renew.c, denial.c) share with its end
 * (commit.c); for these four only.
 */
#ifndef SWORN_ENCLAVE_COMMIT_PARTS_H
#define SWORN_ENCLAVE_COMMIT_PARTS_H

#include "enclave/commit.h"

#define STEP_OWNERS 1000 /* records of a denial chain in one step */

/** A blob by its certified hash, from the host, verified. */
SWORN_CHECK enum sworn_result commit_blob(struct commit *commit, uint8_t role,
                                          const struct hash *hash, struct octets *octets);

/** Certified time for a request that gives `time`. */
uint64_t commit_time(const struct enclave *enclave, uint64_t time);

/** The zone's tree at commit->zone_before. */
SWORN_CHECK enum sworn_result commit_open_tree(struct commit *commit);

/** A live zone: its leaf, policy, tree, and an empty change. */
SWORN_CHECK enum sworn_result commit_load(struct commit *commit, const struct hash *zone_id);

/** The zone's key, opened. */
SWORN_CHECK enum sworn_result commit_key(struct commit *commit);

/** An empty plan under the zone's limits; what a guard decided is paid for with its fuel. */
struct plan commit_plan(struct commit *commit);

/**
 * Serial, the enclave's own records, validation, plan (added to what `plan` holds), signatures,
 * leaf, log.
 */
SWORN_CHECK enum sworn_result commit_finish(struct commit *commit, struct plan *plan);

/** Whether a hashed label fits in front of the apex, where the policy asks for one. */
SWORN_CHECK enum sworn_result denial_apex_fits(const struct policy *policy, const struct name *apex,
                                               struct reason *reason);

/** A policy that wants this denial takes effect: what leads there begins, what leads away ends. */
void denial_wanted(struct zone_leaf *leaf, uint8_t wanted);

/** The next step of a change of denial that is under way. */
SWORN_CHECK enum sworn_result denial_step(struct commit *commit, struct plan *plan,
                                          const struct view *view);

/** The zone ends: a tombstone, and nothing is signed. */
SWORN_CHECK enum sworn_result commit_end_zone(struct commit *commit);

#endif
