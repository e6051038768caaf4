/*
 * guard_print.h - what commands about guards print.
 */
#ifndef SWORN_CLI_COMMANDS_GUARD_PRINT_H
#define SWORN_CLI_COMMANDS_GUARD_PRINT_H

#include "cli/command.h"
#include "cli/guard/module.h"

/** Octets of a guard's making: what would steer a terminal becomes \xNN. */
void print_clean(struct octets text);

/** One line about a guard of the library; "" for another. */
const char *guard_about(const char *name);

#endif
