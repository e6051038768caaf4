/*
 * guard.c - one run of a guard: module, instance, entry, and what came of it in the terms of
 * guard.h.
 */
#include "core/guard/guard.h"

#include "core/guard/abi.h"
#include "core/guard/message.h"

static void clear_outputs(struct guard_call *call)
{
    call->new_state = octets_of(NULL, 0);
    call->state_changed = false;
    call->owner_given = false;
    call->owner_keeps_code = false;
    call->owner_code = octets_of(NULL, 0);
    call->owner_environment = octets_of(NULL, 0);
    call->policy_given = false;
    call->new_policy = octets_of(NULL, 0);
    call->remove = false;
}

static enum sworn_result check_inputs(const struct guard_call *call, struct reason *reason)
{
    SWORN_SAY(call->environment.size <= call->limits.environment, reason, SWORN_LIMIT,
              "the environment has %zu octets, the limit is %u", call->environment.size,
              call->limits.environment);
    SWORN_SAY(call->argument.size <= call->limits.argument, reason, SWORN_LIMIT,
              "the argument has %zu octets, the limit is %u", call->argument.size,
              call->limits.argument);
    return SWORN_OK;
}

static enum sworn_result outcome_of(enum engine_result outcome, const struct abi_session *session,
                                    const char *said, struct reason *reason)
{
    char shown[MESSAGE_MAX + 1];

    message_show(octets_of_text(said), shown);
    switch (outcome) {
    case ENGINE_OK:
        return SWORN_OK;
    case ENGINE_STOPPED:
        return session->stop; /* its reason is written */
    case ENGINE_TRAP:
        return because(reason, SWORN_REFUSED, "%s", shown);
    case ENGINE_BAD_MODULE:
        return because(reason, SWORN_MALFORMED, "the guard cannot be used: %s", shown);
    case ENGINE_NO_MEMORY:
        return because(reason, SWORN_NO_MEMORY, "%s", shown);
    case ENGINE_MISUSE:
        break;
    }
    return because(reason, SWORN_UNAVAILABLE, "the engine was misused");
}

static enum sworn_result run(struct engine_cache *cache, struct guard_call *call,
                             struct reason *reason)
{
    struct abi_session session = {.call = call, .cache = cache, .reason = reason};
    struct engine_bounds bounds = {
        .memory = call->limits.memory,
        .table = call->limits.table,
        .fuel = call->limits.fuel,
        .fuel_per_instance = FUEL_PER_INSTANCE,
        .fuel_per_code_octet = FUEL_PER_CODE_OCTET,
        .fuel_per_page = FUEL_PER_PAGE,
    };
    const struct engine_module *module;
    char said[sizeof(reason->text)] = "";
    enum engine_result outcome;

    clear_outputs(call);
    call->fuel = 0;
    call->rcode = -1;
    SWORN_TRY(check_inputs(call, reason));
    SWORN_TRY(cache_module(cache, call->code, &call->limits, &module, reason));
    outcome = engine_call(module, call->entry == GUARD_SETUP ? 0 : 1, &bounds, abi_call, &session,
                          &call->fuel, &(struct engine_text){said, sizeof(said)});
    region_clear(&session.snapshot_region);
    if (outcome != ENGINE_OK) {
        /* State set, or an owner given, before a trap: nobody may act on it by mistake. */
        clear_outputs(call);
    }
    return outcome_of(outcome, &session, said, reason);
}

enum sworn_result guard_run(struct engine_cache *cache, struct guard_call *call,
                            struct reason *reason)
{
    struct reason unheard;
    struct reason *heard = reason == NULL ? &unheard : reason;
    enum sworn_result result;

    heard->text[0] = '\0';
    result = run(cache, call, heard);
    if (result == SWORN_NO_MEMORY && heard->text[0] == '\0') {
        return because(heard, result, "no memory for this call");
    }
    return result;
}
