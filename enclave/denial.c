/*
 * denial.c - from one kind of denial to the other on a live zone: what a new policy begins or gives
 * up, and the steps in between; the states are drawn in core/boundary/zone_leaf.h.
 *
 *   NSEC --policy--> hashes --> chain --> flip --> NSEC3 --policy--> chain --> flip --> sweep
 *                      |          |         |                          |         |       --> NSEC
 *                      +----------+---------+--policy--> sweep         +---------+--policy--> NSEC3
 *
 * The chain that is not served is made behind the one that is, and every commit keeps both current.
 */
#include "enclave/commit_parts.h"

#include "core/dns/rr.h"
#include "enclave/dnssec/hashed.h"

#define STEP_LEAVES 4000 /* leaves of hashes in one step at most: they cost no signature */

enum sworn_result denial_apex_fits(const struct policy *policy, const struct name *apex,
                                   struct reason *reason)
{
    SWORN_SAY(policy->denial != DENIAL_NSEC3 || apex->size <= NSEC3_APEX_MAX, reason, SWORN_INVALID,
              "policy: NSEC3 needs an apex of at most %d octets: a label of %d octets stands "
              "before it, and a name has %d at most; this apex has %u",
              NSEC3_APEX_MAX, NSEC3_LABEL_SIZE, NAME_MAX_SIZE, apex->size);
    return SWORN_OK;
}

static void change_to(struct zone_leaf *leaf, enum denial_change change)
{
    leaf->denial_change = (uint8_t)change;
    leaf->denial_cursor = octets_of(NULL, 0);
    leaf->denial_mixed = 0;
}

static void begin(struct zone_leaf *leaf, uint8_t wanted)
{
    if (leaf->denial != wanted) {
        change_to(leaf, leaf->denial == DENIAL_NSEC ? CHANGE_HASHES : CHANGE_CHAIN);
    }
}

void denial_wanted(struct zone_leaf *leaf, uint8_t wanted)
{
    if (leaf->denial_change == CHANGE_NONE) {
        begin(leaf, wanted);
        return;
    }
    /* A sweep comes to its end first; what leads to the other chain is given up. */
    if (leaf->denial_change != CHANGE_SWEEP && leaf->denial == wanted) {
        change_to(leaf, leaf->denial == DENIAL_NSEC ? CHANGE_SWEEP : CHANGE_NONE);
    }
}

static bool has_room_for_leaf(const struct plan *plan)
{
    return plan->leaves < STEP_LEAVES && plan->leaves < plan->limit;
}

/* Leaves for some more names. */
static enum sworn_result step_hashes(struct commit *commit, struct plan *plan,
                                     const struct view *view)
{
    struct zone_leaf *leaf = &commit->leaf;
    struct name_key name;
    enum sworn_result result = cursor_name(leaf->denial_cursor, &name);

    if (result == SWORN_ABSENT) {
        name = view->apex;
        SWORN_TRY(plan_leaf_of(plan, view, &name, commit->reason));
        result = SWORN_OK;
    }
    SWORN_TRY(result);
    while (has_room_for_leaf(plan)) {
        result = hashed_next_name(view, &name, &name);
        if (result == SWORN_ABSENT) {
            change_to(leaf, CHANGE_CHAIN);
            return SWORN_OK;
        }
        SWORN_TRY(result);
        SWORN_TRY(plan_leaf_of(plan, view, &name, commit->reason));
    }
    return cursor_of_name(&name, commit->region, &leaf->denial_cursor);
}

/* The SOA is signed besides, and at least one record in each step. */
static bool has_room(const struct plan *plan, size_t step)
{
    return plan->count < step && (plan->count == 0 || plan->count + 2 < plan->limit);
}

static enum sworn_result step_chain_of_hashes(struct commit *commit, struct plan *plan,
                                              const struct view *view)
{
    struct zone_leaf *leaf = &commit->leaf;
    struct nsec3_hash hash = {0};
    bool after = leaf->denial_cursor.size > 0;

    SWORN_ENSURE(!after || leaf->denial_cursor.size == sizeof(hash.octets), SWORN_MALFORMED);
    if (after) {
        memcpy(hash.octets, leaf->denial_cursor.data, sizeof(hash.octets));
    }
    while (has_room(plan, STEP_OWNERS)) {
        enum sworn_result result = hashed_from(view, &hash, after, &hash);

        if (result == SWORN_ABSENT) {
            leaf->denial_change = CHANGE_FLIP;
            leaf->denial_cursor = octets_of(NULL, 0);
            return SWORN_OK;
        }
        SWORN_TRY(result);
        SWORN_TRY(plan_nsec3_of(plan, view, &hash, commit->denial_ttl_before));
        after = true;
    }
    return region_copy(commit->region, octets_of(hash.octets, sizeof(hash.octets)),
                       &leaf->denial_cursor);
}

static enum sworn_result step_chain_of_names(struct commit *commit, struct plan *plan,
                                             const struct view *view)
{
    struct zone_leaf *leaf = &commit->leaf;
    struct name_key name = view->apex;
    enum sworn_result result = cursor_name(leaf->denial_cursor, &name);

    if (result == SWORN_ABSENT) {
        result = plan_nsec_of(plan, view, &name, commit->denial_ttl_before);
    }
    SWORN_TRY(result);
    while (has_room(plan, STEP_OWNERS)) {
        result = view_next_shown(view, &name, &name);
        if (result == SWORN_ABSENT) {
            leaf->denial_change = CHANGE_FLIP;
            leaf->denial_cursor = octets_of(NULL, 0);
            return SWORN_OK;
        }
        SWORN_TRY(result);
        SWORN_TRY(plan_nsec_of(plan, view, &name, commit->denial_ttl_before));
    }
    return cursor_of_name(&name, commit->region, &leaf->denial_cursor);
}

/* The new chain is served from this commit on. What follows at the apex follows from the leaf. */
static enum sworn_result step_flip(struct commit *commit)
{
    struct zone_leaf *leaf = &commit->leaf;

    if (leaf->denial_mixed != 0) {
        leaf->owed = OWED_DENIAL_TTL;
        leaf->cursor = octets_of(NULL, 0);
    }
    leaf->denial = leaf->denial == DENIAL_NSEC ? DENIAL_NSEC3 : DENIAL_NSEC;
    change_to(leaf, leaf->denial == DENIAL_NSEC ? CHANGE_SWEEP : CHANGE_NONE);
    return SWORN_OK;
}

static enum sworn_result step_sweep(struct commit *commit, struct plan *plan,
                                    const struct view *view)
{
    while (has_room_for_leaf(plan)) {
        struct nsec3_hash hash = {0};
        struct nsec3_leaf_key key;
        struct planned item = {0};
        enum sworn_result result = hashed_from(view, &hash, false, &hash);

        if (result == SWORN_ABSENT) {
            change_to(&commit->leaf, CHANGE_NONE);
            begin(&commit->leaf, commit->policy.denial);
            return SWORN_OK;
        }
        SWORN_TRY(result);
        SWORN_TRY(region_copy(commit->region, nsec3_leaf_key_of(&hash, &key), &item.key));
        SWORN_TRY(tree_remove(view->tree, item.key));
        SWORN_TRY(plan_add_leaf(plan, &item));
    }
    return SWORN_OK;
}

enum sworn_result denial_step(struct commit *commit, struct plan *plan, const struct view *view)
{
    switch (commit->leaf.denial_change) {
    case CHANGE_HASHES:
        return step_hashes(commit, plan, view);
    case CHANGE_CHAIN:
        return commit->leaf.denial == DENIAL_NSEC ? step_chain_of_hashes(commit, plan, view)
                                                  : step_chain_of_names(commit, plan, view);
    case CHANGE_FLIP:
        return step_flip(commit);
    default:
        return step_sweep(commit, plan, view);
    }
}
