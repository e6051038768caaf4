/*
 * policy.h - the options that say what a policy says, for commands that make one.
 */
#ifndef SWORN_CLI_COMMANDS_POLICY_H
#define SWORN_CLI_COMMANDS_POLICY_H

#include "cli/command.h"
#include "core/change/policy.h"

/** Change what the options name: --denial, --lifetime. */
SWORN_CHECK enum sworn_result policy_options(struct context *context, struct policy *policy);

#endif
