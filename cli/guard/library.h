/*
 * library.h - finding guards by name or hash.
 *
 * NAME is looked for as NAME.wasm in $SWORN_GUARDS, in guards/ beside the folder of this program
 * (a build, or an installation under one prefix), and in /usr/share/sworn/guards.
 */
#ifndef SWORN_CLI_GUARD_LIBRARY_H
#define SWORN_CLI_GUARD_LIBRARY_H

#include "core/cursor/region.h"

/** Code of a guard given as NAME or as the path of a .wasm file. */
SWORN_CHECK enum sworn_result guard_load(const char *guard, struct region *region,
                                         struct octets *code, struct reason *reason);

/** Name of the library guard with this hash, NULL when none is known here. */
const char *guard_name_of(const struct hash *hash, struct region *region);

/** Code of the library guard with this hash, if it is here. */
bool guard_of_hash(const struct hash *hash, struct region *region, struct octets *code);

/** The argument format that a module names (docs/guard-abi.md); empty when it names none. */
struct octets guard_argument(struct octets code);

/** All guards of the first of those folders that has any, by name. */
SWORN_CHECK enum sworn_result guard_each(struct region *region,
                                         enum sworn_result (*take)(void *context, const char *name,
                                                                   struct octets code),
                                         void *context);

#endif
