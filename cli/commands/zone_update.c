/*
 * zone_update.c - sworn zone update: a few records, signed for the next sequence of the verified
 * zone. The signed argument can be kept instead of sent, and octets from a file sent as they are.
 */
#include "cli/commands/print.h"
#include "cli/file.h"
#include "cli/zone/edit.h"
#include "cli/zone/load.h"

#define ARGUMENT_MAX ((size_t)64 << 20)

static enum sworn_result argument_of_edits(const struct zone *zone, const struct owner_key *key,
                                           struct octets *argument)
{
    struct context *context = zone->context;
    const struct options *options = context->options;
    struct writer operations = writer_in(context->region, ARGUMENT_MAX);
    struct message message = {
        .apex = &zone->apex,
        .zone_id = zone->view.zone_id,
        .sequence = zone->view.leaf.sequence + 1,
    };

    for (size_t i = 0; i < options->edit_count; i++) {
        SWORN_TRY(edit_write(&options->edits[i], &zone->apex, context->region, &operations,
                             context->reason));
    }
    message.operations = written(&operations);
    return message_sign(&message, key, context->region, argument);
}

static enum sworn_result argument_make(const struct zone *zone, struct octets *argument)
{
    struct context *context = zone->context;
    const struct options *options = context->options;
    struct owner_key key;
    enum sworn_result result;

    if (option_given(options, OPTION_ARGUMENT)) {
        return file_read(options->value[OPTION_ARGUMENT], ARGUMENT_MAX, context->region, argument,
                         context->reason);
    }
    SWORN_TRY(key_load(options->value[OPTION_KEY], context->region, &key, context->reason));
    result = argument_of_edits(zone, &key, argument);
    key_wipe(&key);
    return result;
}

/* What is known of the request's outcome: with octets from elsewhere, only that they are in it. */
static enum sworn_result send(struct zone *zone, struct octets argument)
{
    struct hash guard = zone->view.leaf.guard, environment = zone->view.leaf.environment;
    struct hash policy = zone->view.policy_hash;
    struct sent sent = {0};

    if (!option_given(zone->context->options, OPTION_ARGUMENT)) {
        sent = (struct sent){.guard = &guard, .environment = &environment, .policy = &policy};
    }
    SWORN_TRY(zone_send(zone, argument, false, &sent));
    print_state(zone, "updated");
    return SWORN_OK;
}

enum sworn_result command_zone_update(struct context *context)
{
    const struct options *options = context->options;
    const char *out = options->value[OPTION_ARGUMENT_OUT];
    struct octets argument;
    struct zone zone;

    if ((options->edit_count > 0) == option_given(options, OPTION_ARGUMENT)) {
        return wrong_usage(context,
                           "an update takes --set, --add and --remove, or --argument FILE");
    }
    SWORN_TRY(zone_open(context, options->positional[0], &zone));
    SWORN_TRY(zone_show(&zone, NULL));
    SWORN_TRY(argument_make(&zone, &argument));
    if (out != NULL) {
        return file_create(out, 0644, argument, context->reason);
    }
    return send(&zone, argument);
}
