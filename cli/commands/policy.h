/*
 * policy.h - the options that say what a policy says, for commands that make one.
 */
#ifndef SWORN_CLI_COMMANDS_POLICY_H
#define SWORN_CLI_COMMANDS_POLICY_H

#include <jansson.h>

#include "cli/command.h"
#include "core/change/policy.h"

/** Change what the options name: --denial, --lifetime, --limit. */
SWORN_CHECK enum sworn_result policy_options(struct context *context, struct policy *policy);

/** Only --limit NAME=NUMBER, as often as it is given. */
SWORN_CHECK enum sworn_result limit_options(struct context *context, struct guard_limits *target);

/** That the limits are ones that a policy can have. */
SWORN_CHECK enum sworn_result limits_check(const struct policy *policy, struct reason *reason);

/** All limits by name. */
json_t *limits_json(const struct guard_limits *shown);

/** All limits on one line. */
void limits_print(const struct guard_limits *shown);

#endif
