/*
 * renew.c - the beginnings of a commit that nobody has to decide: signatures made anew over what
 * the proven root holds, and the steps of work owed to a whole zone.
 */
#include "enclave/commit_parts.h"

#include "core/dns/rr.h"
#include "enclave/dnssec/chain.h"

/* A commit without argument: its hash is that of no octets. */
static enum sworn_result renew_begin(struct commit *commit, enum log_kind kind, uint64_t time,
                                     const struct hash *zone_id, struct view *view)
{
    commit->kind = kind;
    commit->time = commit_time(commit->enclave, time);
    SWORN_TRY(sha256_one(octets_of(NULL, 0), &commit->argument));
    SWORN_TRY(commit_load(commit, zone_id));
    view_of(&commit->change.after, &commit->apex, view);
    view->zonemd = commit->policy.zonemd != 0;
    SWORN_TRY(chain_ttl(view, &commit->denial_ttl_before));
    return commit_key(commit);
}

/* The apex SOA is signed anyway, its serial being new. */
static bool is_apex_soa(const struct view *view, struct octets key)
{
    struct rrset_key soa;

    return octets_equal(key, set_key_of(name_key_octets(&view->apex), RR_SOA, &soa));
}

enum sworn_result commit_refresh(struct commit *commit, const struct message_refresh *message)
{
    struct plan plan;
    struct view view;

    SWORN_SAY(message->keys.count == message->values.count, commit->reason, SWORN_MALFORMED,
              "refresh: %u keys but %u values", message->keys.count, message->values.count);
    SWORN_TRY(renew_begin(commit, LOG_REFRESH, message->time, &message->zone_id, &view));
    plan = commit_plan(commit);
    SWORN_SAY(message->keys.count < plan.limit, commit->reason, SWORN_LIMIT,
              "refresh: %u sets, at most %zu are signed in one request", message->keys.count,
              plan.limit - 1);
    ledger_source_offer(&commit->slot->source, &message->keys, &message->values);
    for (uint32_t i = 0; i < message->keys.count; i++) {
        if (is_apex_soa(&view, message->keys.items[i])) {
            continue;
        }
        SWORN_TRY(plan_again(&plan, &view, message->keys.items[i], commit->denial_ttl_before,
                             commit->reason));
    }
    return commit_finish(commit, &plan);
}

/*
 * The owner of an NSEC from which to go on: the cursor, or what is before it when that name is no
 * owner any more.
 */
static enum sworn_result resume(const struct commit *commit, const struct view *view,
                                struct name_key *owner)
{
    struct name_key cursor = {.size = (uint16_t)commit->leaf.cursor.size};
    enum standing standing;

    SWORN_ENSURE(commit->leaf.cursor.size <= sizeof(cursor.octets), SWORN_MALFORMED);
    if (cursor.size > 0) {
        memcpy(cursor.octets, commit->leaf.cursor.data, cursor.size);
    }
    if (cursor.size < view->apex.size) {
        cursor = view->apex; /* an empty one: the beginning, also where the apex is not the root */
    }
    SWORN_TRY(view_standing(view, &cursor, &standing));
    if (owns_denial(standing)) {
        *owner = cursor;
        return SWORN_OK;
    }
    return view_previous_owner(view, &cursor, owner);
}

static bool has_room(const struct plan *plan)
{
    return plan->count < STEP_OWNERS && plan->count + 2 < plan->limit;
}

static enum sworn_result step_ttl_of_names(struct commit *commit, struct plan *plan,
                                           const struct view *view)
{
    struct name_key owner;

    SWORN_TRY(resume(commit, view, &owner));
    while (has_room(plan)) {
        SWORN_TRY(plan_nsec_of(plan, view, &owner, commit->denial_ttl_before));
        SWORN_TRY(view_next_owner(view, &owner, &owner));
        if (owner.size == view->apex.size) {
            commit->leaf.owed = OWED_NOTHING;
            owner.size = 0;
            break;
        }
    }
    return region_copy(commit->region, name_key_octets(&owner), &commit->leaf.cursor);
}

/* The cursor is the hash from which to go on; an empty one is before all. */
static enum sworn_result step_ttl_of_hashes(struct commit *commit, struct plan *plan,
                                            const struct view *view)
{
    struct nsec3_hash hash = {0};
    bool after = false;

    if (commit->leaf.cursor.size == sizeof(hash.octets)) {
        memcpy(hash.octets, commit->leaf.cursor.data, sizeof(hash.octets));
    }
    while (has_room(plan)) {
        enum sworn_result result = hashed_from(view, &hash, after, &hash);

        if (result == SWORN_ABSENT) {
            commit->leaf.owed = OWED_NOTHING;
            commit->leaf.cursor = octets_of(NULL, 0);
            return SWORN_OK;
        }
        SWORN_TRY(result);
        SWORN_TRY(plan_nsec3_of(plan, view, &hash, commit->denial_ttl_before));
        after = true;
    }
    return region_copy(commit->region, octets_of(hash.octets, sizeof(hash.octets)),
                       &commit->leaf.cursor);
}

enum sworn_result commit_step(struct commit *commit, const struct message_step *message)
{
    struct plan plan;
    struct view view;
    enum sworn_result result;

    SWORN_TRY(renew_begin(commit, LOG_STEP, message->time, &message->zone_id, &view));
    SWORN_SAY(zone_leaf_owes(&commit->leaf), commit->reason, SWORN_CONFLICT,
              "step: no work is owed to this zone");
    plan = commit_plan(commit);
    /* What is served comes first. */
    if (commit->leaf.owed == OWED_NOTHING) {
        result = denial_step(commit, &plan, &view);
    } else {
        result = commit->leaf.denial == DENIAL_NSEC3 ? step_ttl_of_hashes(commit, &plan, &view)
                                                     : step_ttl_of_names(commit, &plan, &view);
    }
    SWORN_TRY(result);
    return commit_finish(commit, &plan);
}
