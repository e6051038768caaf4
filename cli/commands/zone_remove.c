/*
 * zone_remove.c - sworn zone remove: the zone ends, if its guard agrees. A tombstone stays in the
 * log, and what was kept beside the key is moved aside: another zone of this apex is another one.
 */
#include <errno.h>
#include <stdio.h>

#include "cli/commands/print.h"
#include "cli/file.h"
#include "cli/zone/load.h"

#define OPERATIONS_MAX 64

static enum sworn_result end(struct zone *zone, const struct owner_key *key)
{
    struct context *context = zone->context;
    struct writer operations = writer_in(context->region, OPERATIONS_MAX);
    struct message message = {.apex = &zone->apex};
    struct octets argument;
    struct sent sent = {.kind = LOG_REMOVE};

    SWORN_TRY(zone_show(zone, NULL));
    SWORN_TRY(operation_end_zone(&operations));
    message.zone_id = zone->view.zone_id;
    message.sequence = zone->view.leaf.sequence + 1;
    message.operations = written(&operations);
    SWORN_TRY(message_sign(&message, key, context->region, &argument));
    return zone_send(zone, argument, false, &sent);
}

static enum sworn_result put_aside(const struct zone *zone)
{
    struct context *context = zone->context;
    char *aside;

    if (zone->memory_path == NULL) {
        return SWORN_OK;
    }
    SWORN_TRY(text_in(context->region, &aside, "%s.removed", zone->memory_path));
    SWORN_SAY(rename(zone->memory_path, aside) == 0, context->reason, SWORN_IO,
              "the zone is removed, but %s cannot be moved aside: %s", zone->memory_path,
              strerror(errno));
    notice("what was kept about it is now in %s", aside);
    return SWORN_OK;
}

enum sworn_result command_zone_remove(struct context *context)
{
    struct owner_key key;
    struct zone zone;
    enum sworn_result result;

    SWORN_TRY(zone_open(context, context->options->positional[0], &zone));
    SWORN_TRY(
        key_load(context->options->value[OPTION_KEY], context->region, &key, context->reason));
    result = end(&zone, &key);
    key_wipe(&key);
    SWORN_TRY(result);
    print_state(&zone, "removed: a tombstone stays in the log, its keys are gone");
    notice("take its DS out of the parent zone; a new zone of this name has other keys and "
           "another DS");
    return put_aside(&zone);
}
