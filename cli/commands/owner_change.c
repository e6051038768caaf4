/*
 * owner_change.c - sworn owner change: hand the zone to other code, or to the same code with
 * another environment. The old guard decides; the new one's setup() runs in the same commit.
 */
#include <stdio.h>

#include "cli/commands/print.h"
#include "cli/guard/library.h"
#include "cli/zone/load.h"

#define ARGUMENT_MAX ((size_t)128 << 20)

struct handover {
    struct octets code; /* empty: the code stays */
    struct octets environment;
    struct hash guard_hash, environment_hash;
};

static enum sworn_result handover_of_options(const struct zone *zone, const struct owner_key *key,
                                             struct handover *handover)
{
    struct context *context = zone->context;
    const struct options *options = context->options;

    SWORN_TRY(guard_load(options->value[OPTION_GUARD], context->region, &handover->code,
                         context->reason));
    SWORN_TRY(guard_environment(options, handover->code, key, context->region,
                                &handover->environment, context->reason));
    SWORN_TRY(sha256_one(handover->code, &handover->guard_hash));
    if (hash_equal(&handover->guard_hash, &zone->view.leaf.guard)) {
        handover->code = octets_of(NULL, 0);
    }
    return sha256_one(handover->environment, &handover->environment_hash);
}

static enum sworn_result change(struct zone *zone, const struct owner_key *key)
{
    struct context *context = zone->context;
    struct writer operations = writer_in(context->region, ARGUMENT_MAX);
    struct message message = {.apex = &zone->apex};
    struct hash policy;
    struct handover handover;
    struct octets argument;
    struct sent sent = {0};

    SWORN_TRY(zone_show(zone, NULL));
    SWORN_TRY(handover_of_options(zone, key, &handover));
    SWORN_TRY(operation_owner(&operations, handover.code, handover.environment));
    message.zone_id = zone->view.zone_id;
    message.sequence = zone->view.leaf.sequence + 1;
    message.operations = written(&operations);
    SWORN_TRY(message_sign(&message, key, context->region, &argument));
    policy = zone->view.policy_hash;
    sent = (struct sent){.guard = &handover.guard_hash,
                         .environment = &handover.environment_hash,
                         .policy = &policy};
    SWORN_TRY(zone_send(zone, argument, false, &sent));
    print_state(zone, "has a new owner");
    return SWORN_OK;
}

enum sworn_result command_owner_change(struct context *context)
{
    struct owner_key key;
    struct zone zone;
    enum sworn_result result;

    if (option_given(context->options, OPTION_ENV) == (context->options->owners.count > 0)) {
        return wrong_usage(context, "--owner or --env must say whose the zone is from now on");
    }
    SWORN_TRY(zone_open(context, context->options->positional[0], &zone));
    SWORN_TRY(
        key_load(context->options->value[OPTION_KEY], context->region, &key, context->reason));
    result = change(&zone, &key);
    key_wipe(&key);
    return result;
}
