/*
 * verify.h - parts of sworn verify.
 */
#ifndef SWORN_CLI_COMMANDS_VERIFY_H
#define SWORN_CLI_COMMANDS_VERIFY_H

#include "cli/remote/zone.h"

/** "ok           what: detail" */
void verify_ok(const char *what, const char *detail);

/** "not checked  what: why" */
void verify_unchecked(const char *what, const char *why);

/** The zone's guard, which of the library it is, and whose keys its environment names. */
SWORN_CHECK enum sworn_result verify_rule(const struct zone *zone);

/** What the enclave says of itself, and whether fuel means there what it means here. */
SWORN_CHECK enum sworn_result verify_evidence(const struct zone *zone);

#endif
