/*
 * decide.c - the beginnings of a commit that the zone's guard decides: creation and update.
 */
#include "enclave/commit_parts.h"

#include "enclave/dnssec/chain.h"

/* Enough for the least of all changes: SOA and ZONEMD signed, the sets of the apex looked at. */
#define FUEL_LEAST (6 * FUEL_PER_SIGNATURE)

/*
 * The guard in the situation of this commit; code, environment and argument are the caller's to
 * add.
 */
static struct guard_call call_begin(struct commit *commit, enum guard_entry entry)
{
    return (struct guard_call){
        .entry = entry,
        .policy = commit->leaf.policy,
        .apex_text = commit->leaf.apex,
        .sequence = commit->leaf.sequence,
        .now = commit->time,
        .limits = commit->policy.limits,
        .change = &commit->change,
        .region = commit->region,
        .rcode = -1,
    };
}

static enum sworn_result call_guard(struct commit *commit, struct guard_call *call)
{
    enum sworn_result result = guard_run(commit->enclave->guards, call, commit->reason);

    commit->fuel += call->limits.fuel;
    commit->fuel_left += call->limits.fuel - call->fuel;
    commit->rcode = call->rcode;
    return result;
}

/* What the guard's state is from now on. */
static enum sworn_result state_becomes(struct commit *commit, struct octets state)
{
    commit->reply.state_changed = 1;
    commit->reply.state = state;
    return sha256_one(state, &commit->leaf.guard_state);
}

static enum sworn_result make_key(struct commit *commit)
{
    struct enclave *enclave = commit->enclave;
    struct seal_binding binding = {
        .log_id = enclave->ledger.log_id,
        .zone_id = commit->zone_id,
        .role = KEY_ROLE_CSK,
        .anchor = commit->policy.anchor,
    };
    struct writer sealed = writer_in(commit->region, SEAL_PLAIN_MAX + SEAL_OVERHEAD);

    SWORN_TRY(signer_create(&enclave->secrets, commit->policy.algorithm, &commit->made));
    SWORN_TRY(signer_seal(&commit->made, enclave->seal_secret, &binding, &sealed));
    commit->reply.sealed_key = written(&sealed);
    commit->signer = &commit->made;
    commit->leaf.key_count = 1;
    commit->leaf.keys[0] = (struct zone_key){
        .role = KEY_ROLE_CSK,
        .algorithm = commit->policy.algorithm,
        .public_key = octets_of(commit->made.public_key, commit->made.public_size),
    };
    commit->leaf.provenance_count = 1;
    commit->leaf.provenance[0] = (struct zone_provenance){.platform = enclave->platform,
                                                          .epoch = enclave->ledger.peaks.size};
    return SWORN_OK;
}

/*
 * Apex, policy, hashes and zone id of a zone that is to be; refused when the apex has a live zone
 * here.
 */
static enum sworn_result identify(struct commit *commit, const struct message_create *message)
{
    struct ledger *ledger = &commit->enclave->ledger;
    struct zone_creation creation = {.log_id = ledger->log_id,
                                     .apex = message->apex,
                                     .epoch = ledger->peaks.size,
                                     .guard = message->guard,
                                     .environment = message->environment,
                                     .argument = commit->argument};
    char text[NAME_TEXT_SIZE];
    struct hash other;
    enum sworn_result result;

    SWORN_SAY(name_from_text(message->apex, NULL, &commit->apex) == SWORN_OK, commit->reason,
              SWORN_MALFORMED, "the apex is not an absolute domain name");
    name_to_hash_text(&commit->apex, text);
    SWORN_SAY(octets_equal(message->apex, octets_of_text(text)), commit->reason, SWORN_MALFORMED,
              "the apex must be written as %s", text);
    SWORN_TRY(policy_read(message->policy, &commit->policy, commit->reason));
    SWORN_TRY(
        guard_limits_within(&commit->policy.limits, &commit->enclave->most, NULL, commit->reason));
    SWORN_TRY(denial_apex_fits(&commit->policy, &commit->apex, commit->reason));
    result = ledger_zone_at(ledger, &commit->apex, &other, commit->reason);
    SWORN_SAY(result != SWORN_OK, commit->reason, SWORN_CONFLICT, "the zone %s exists", text);
    SWORN_ENSURE(result == SWORN_ABSENT, result);
    SWORN_TRY(sha256_one(message->policy, &creation.policy));
    return zone_id_of(&creation, &commit->zone_id);
}

enum sworn_result commit_create(struct commit *commit, const struct message_create *message)
{
    struct plan plan;
    struct guard_call call;

    commit->kind = LOG_CREATE;
    commit->time = commit_time(commit->enclave, message->time);
    SWORN_TRY(sha256_one(message->argument, &commit->argument));
    SWORN_TRY(identify(commit, message));
    commit->leaf = (struct zone_leaf){
        .state = ZONE_LIVE,
        .apex = message->apex,
        .guard = message->guard,
        .environment = message->environment,
        .policy = message->policy,
        .denial = commit->policy.denial,
    };
    SWORN_TRY(commit_open_tree(commit)); /* of the empty tree: zone_before is zero */
    change_begin(&commit->change, &commit->apex, &commit->slot->tree, &commit->policy.limits,
                 commit->region);
    call = call_begin(commit, GUARD_SETUP);
    SWORN_TRY(commit_blob(commit, BLOB_GUARD, &message->guard, &call.code));
    SWORN_TRY(commit_blob(commit, BLOB_ENVIRONMENT, &message->environment, &call.environment));
    call.argument = message->argument;
    SWORN_TRY(call_guard(commit, &call));
    SWORN_TRY(state_becomes(commit, call.new_state));
    SWORN_TRY(make_key(commit));
    plan = commit_plan(commit);
    return commit_finish(commit, &plan);
}

/* The new owner's code begins: empty argument, empty state, the same sequence. */
static enum sworn_result hand_over(struct commit *commit, const struct guard_call *old)
{
    struct guard_call call = call_begin(commit, GUARD_SETUP);

    call.zone_id = commit->zone_id;
    call.code = old->owner_keeps_code ? old->code : old->owner_code;
    call.environment = old->owner_environment;
    SWORN_TRY(sha256_one(call.code, &commit->leaf.guard));
    SWORN_TRY(sha256_one(call.environment, &commit->leaf.environment));
    SWORN_TRY(call_guard(commit, &call));
    commit->reply.owner_changed = 1;
    commit->reply.guard = call.code;
    commit->reply.environment = call.environment;
    return state_becomes(commit, call.new_state);
}

/*
 * Limits that shut the zone's own guard out would end the zone's changes for good. A call that ends
 * for lack of fuel before it begins has passed everything that is checked before.
 */
static enum sworn_result guard_fits(struct commit *commit, const struct guard_call *call,
                                    const struct guard_limits *limits)
{
    struct guard_call probe = *call;
    struct octets state = call->state_changed ? call->new_state : call->state;
    struct reason why = {0};

    SWORN_SAY(state.size <= limits->state, commit->reason, SWORN_INVALID,
              "policy: the guard's state has %zu octets, the limit would be %u", state.size,
              limits->state);
    SWORN_SAY(call->fuel + FUEL_LEAST <= limits->fuel, commit->reason, SWORN_INVALID,
              "policy: this request alone took fuel of %llu, and %d more are for signatures; the "
              "limit would be %llu",
              (unsigned long long)call->fuel, FUEL_LEAST, (unsigned long long)limits->fuel);
    probe.limits = *limits;
    probe.limits.fuel = 0;
    SWORN_SAY(guard_run(commit->enclave->guards, &probe, &why) == SWORN_REFUSED, commit->reason,
              SWORN_INVALID, "policy: the zone's guard could not run any more: %s", why.text);
    return SWORN_OK;
}

/*
 * A policy takes effect with the commit that brings it, but for the kind of denial, which begins
 * with it; what needs a roll of keys is not in this version.
 */
static enum sworn_result new_policy(struct commit *commit, const struct guard_call *call)
{
    struct policy policy;

    SWORN_TRY(policy_read(call->new_policy, &policy, commit->reason));
    SWORN_SAY(policy.algorithm == commit->policy.algorithm, commit->reason, SWORN_INVALID,
              "a change of the algorithm is not in this version");
    SWORN_TRY(guard_limits_within(&policy.limits, &commit->enclave->most, &commit->policy.limits,
                                  commit->reason));
    SWORN_TRY(denial_apex_fits(&policy, &commit->apex, commit->reason));
    if (!call->owner_given) { /* other code shows in its setup() whether it can run */
        SWORN_TRY(guard_fits(commit, call, &policy.limits));
    }
    denial_wanted(&commit->leaf, policy.denial);
    commit->policy = policy;
    commit->leaf.policy = call->new_policy;
    return SWORN_OK;
}

enum sworn_result commit_update(struct commit *commit, const struct message_update *message)
{
    struct view before;
    struct plan plan;
    struct guard_call call;

    commit->kind = LOG_UPDATE;
    commit->time = commit_time(commit->enclave, message->time);
    SWORN_TRY(sha256_one(message->argument, &commit->argument));
    SWORN_TRY(commit_load(commit, &message->zone_id));
    view_of(&commit->change.before, &commit->apex, &before);
    SWORN_TRY(chain_ttl(&before, &commit->denial_ttl_before));
    commit->leaf.sequence++;
    call = call_begin(commit, GUARD_UPDATE);
    call.zone_id = commit->zone_id;
    call.argument = message->argument;
    SWORN_TRY(commit_blob(commit, BLOB_GUARD, &commit->leaf.guard, &call.code));
    SWORN_TRY(commit_blob(commit, BLOB_ENVIRONMENT, &commit->leaf.environment, &call.environment));
    SWORN_TRY(commit_blob(commit, BLOB_STATE, &commit->leaf.guard_state, &call.state));
    SWORN_TRY(call_guard(commit, &call));
    if (call.state_changed) {
        SWORN_TRY(state_becomes(commit, call.new_state));
    }
    if (call.remove) {
        return commit_end_zone(commit);
    }
    if (call.policy_given) {
        SWORN_TRY(new_policy(commit, &call));
    }
    if (call.owner_given) {
        SWORN_TRY(hand_over(commit, &call));
    }
    SWORN_TRY(commit_key(commit));
    plan = commit_plan(commit);
    return commit_finish(commit, &plan);
}
