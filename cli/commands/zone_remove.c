/*
 * zone_remove.c - sworn zone remove: the zone ends, if its guard agrees. A tombstone stays in the
 * log, and what was kept beside the key is moved aside: another zone of this apex is another one.
 */
#include <errno.h>
#include <stdio.h>

#include "cli/commands/decide.h"
#include "cli/file.h"

#define OPERATIONS_MAX 64

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

static enum sworn_result end(struct zone *zone, struct signer *signer)
{
    struct writer operations = writer_in(zone->context->region, OPERATIONS_MAX);
    struct sent sent = {.kind = LOG_REMOVE};
    bool waits;

    SWORN_TRY(operation_end_zone(&operations));
    SWORN_TRY(decide(zone, signer, written(&operations), &sent,
                     "removed: a tombstone stays in the log, its keys are gone", &waits));
    if (waits) {
        return SWORN_OK;
    }
    notice("take its DS out of the parent zone; a new zone of this name has other keys and "
           "another DS");
    return put_aside(zone);
}

enum sworn_result command_zone_remove(struct context *context)
{
    return with_owned_zone(context, end);
}
