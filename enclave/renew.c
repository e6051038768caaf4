/*
 * renew.c - the beginnings of a commit that nobody has to decide: signatures made anew over what
 * the proven root holds, and the steps of work owed to a whole zone.
 */
#include "enclave/commit_parts.h"

#include "core/dns/rr.h"
#include "enclave/dnssec/chain.h"

#define STEP_OWNERS 1000 /* NSEC records of one step */

/* A commit without argument: its hash is that of no octets. */
static enum sworn_result renew_begin(struct commit *commit, enum log_kind kind, uint64_t time,
                                     const struct hash *zone_id, struct view *view)
{
    commit->kind = kind;
    commit->time = commit_time(commit->enclave, time);
    SWORN_TRY(sha256_one(octets_of(NULL, 0), &commit->argument));
    SWORN_TRY(commit_load(commit, zone_id));
    view_of(&commit->change.after, &commit->apex, view);
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
    SWORN_TRY(view_standing(view, &cursor, &standing));
    if (owns_denial(standing)) {
        *owner = cursor;
        return SWORN_OK;
    }
    return view_previous_owner(view, &cursor, owner);
}

enum sworn_result commit_step(struct commit *commit, const struct message_step *message)
{
    struct rrset_key key;
    struct name_key owner;
    struct plan plan;
    struct view view;

    SWORN_TRY(renew_begin(commit, LOG_STEP, message->time, &message->zone_id, &view));
    SWORN_SAY(commit->leaf.owed == OWED_DENIAL_TTL, commit->reason, SWORN_CONFLICT,
              "step: no work is owed to this zone");
    plan = commit_plan(commit);
    SWORN_TRY(resume(commit, &view, &owner));
    for (size_t i = 0; i < STEP_OWNERS && plan.count + 2 < plan.limit; i++) {
        SWORN_TRY(plan_again(&plan, &view, set_key_of(name_key_octets(&owner), RR_NSEC, &key),
                             commit->denial_ttl_before, commit->reason));
        SWORN_TRY(view_next_owner(&view, &owner, &owner));
        if (owner.size == view.apex.size) {
            commit->leaf.owed = OWED_NOTHING;
            owner.size = 0;
            break;
        }
    }
    SWORN_TRY(region_copy(commit->region, name_key_octets(&owner), &commit->leaf.cursor));
    return commit_finish(commit, &plan);
}
