/*
 * owner_change.c - sworn owner change: hand the zone to other code, or to the same code with
 * another environment. The old guard decides; the new one's setup() runs in the same commit.
 */
#include "cli/commands/decide.h"
#include "cli/guard/library.h"

#define ARGUMENT_MAX ((size_t)128 << 20)

struct handover {
    struct octets code; /* empty: the code stays */
    struct octets environment;
    struct hash guard_hash, environment_hash;
};

static enum sworn_result handover_of_options(const struct zone *zone, struct handover *handover)
{
    struct context *context = zone->context;
    const struct options *options = context->options;

    SWORN_TRY(guard_load(options->value[OPTION_GUARD], context->region, &handover->code,
                         context->reason));
    SWORN_TRY(argument_environment(options, argument_format_find(guard_argument(handover->code)),
                                   NULL, 0, context->region, &handover->environment,
                                   context->reason));
    SWORN_TRY(sha256_one(handover->code, &handover->guard_hash));
    if (hash_equal(&handover->guard_hash, &zone->view.leaf.guard)) {
        handover->code = octets_of(NULL, 0);
    }
    return sha256_one(handover->environment, &handover->environment_hash);
}

static enum sworn_result change(struct zone *zone, struct signer *signer)
{
    struct writer operations = writer_in(zone->context->region, ARGUMENT_MAX);
    struct handover handover;
    struct hash hashes[3];
    struct sent sent;
    bool waits;

    SWORN_TRY(handover_of_options(zone, &handover));
    SWORN_TRY(operation_owner(&operations, handover.code, handover.environment));
    sent = sent_unchanged(zone, hashes);
    sent.guard = &handover.guard_hash;
    sent.environment = &handover.environment_hash;
    return decide(zone, signer, written(&operations), &sent, "has a new owner", &waits);
}

/* --owner or --env, which a guard that nobody owns does without. */
static enum sworn_result owner_is_named(struct context *context)
{
    const struct options *options = context->options;
    const struct argument_format *format;
    struct octets code;

    if (option_given(options, OPTION_ENV) && option_given(options, OPTION_OWNER)) {
        return wrong_usage(context, "--env and --owner cannot both be the guard's environment");
    }
    if (option_given(options, OPTION_ENV) || option_given(options, OPTION_OWNER)) {
        return SWORN_OK;
    }
    SWORN_TRY(guard_load(options->value[OPTION_GUARD], context->region, &code, context->reason));
    format = argument_format_find(guard_argument(code));
    return format != NULL && format->layout == LAYOUT_PLAIN
               ? SWORN_OK
               : wrong_usage(context, "--owner or --env must say whose the zone is from now on");
}

enum sworn_result command_owner_change(struct context *context)
{
    SWORN_TRY(owner_is_named(context));
    return with_owned_zone(context, change);
}
