/*
 * command.h - what every command of the owner's tool gets, and the commands.
 *
 * A command prints its result on standard output, notices and progress on standard error, and
 * returns what happened; main.c turns that into an exit code:
 *
 *   0 done   1 refused or failed   2 wrong usage   3 something that was shown does not verify
 */
#ifndef SWORN_CLI_COMMAND_H
#define SWORN_CLI_COMMAND_H

#include "cli/options.h"
#include "cli/remote/server.h"
#include "core/cursor/region.h"

struct context {
    const struct options *options;
    struct region *region; /* lives as long as the program */
    struct server *server;
    struct reason *reason;
    bool usage; /* set by wrong_usage() */
};

SWORN_CHECK enum sworn_result command_key_new(struct context *context);
SWORN_CHECK enum sworn_result command_zone_create(struct context *context);
SWORN_CHECK enum sworn_result command_zone_list(struct context *context);
SWORN_CHECK enum sworn_result command_zone_remove(struct context *context);
SWORN_CHECK enum sworn_result command_zone_show(struct context *context);
SWORN_CHECK enum sworn_result command_zone_update(struct context *context);
SWORN_CHECK enum sworn_result command_zone_sync(struct context *context);
SWORN_CHECK enum sworn_result command_zone_policy(struct context *context);
SWORN_CHECK enum sworn_result command_zone_export(struct context *context);
SWORN_CHECK enum sworn_result command_owner_change(struct context *context);
SWORN_CHECK enum sworn_result command_verify(struct context *context);
SWORN_CHECK enum sworn_result command_argument_show(struct context *context);
SWORN_CHECK enum sworn_result command_argument_sign(struct context *context);
SWORN_CHECK enum sworn_result command_guard_list(struct context *context);
SWORN_CHECK enum sworn_result command_guard_check(struct context *context);
SWORN_CHECK enum sworn_result command_guard_run(struct context *context);
SWORN_CHECK enum sworn_result command_relay(struct context *context);

/** A line on standard error that is no error ("notice: ..."). */
void notice(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** The reason why these options cannot go together or have such values: exit code 2. */
SWORN_CHECK enum sworn_result wrong_usage(struct context *context, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
