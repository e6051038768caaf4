/*
 * library.h - finding guards by name, and the environment of the library's.
 *
 * NAME is looked for as NAME.wasm in $SWORN_GUARDS, in guards/ beside the folder of this program
 * (a build, or an installation under one prefix), and in /usr/share/sworn/guards.
 */
#ifndef SWORN_CLI_GUARD_LIBRARY_H
#define SWORN_CLI_GUARD_LIBRARY_H

#include "cli/key/key.h"
#include "cli/options.h"

/** Code of a guard given as NAME or as the path of a .wasm file. */
SWORN_CHECK enum sworn_result guard_load(const char *guard, struct region *region,
                                         struct octets *code, struct reason *reason);

/** Name of the library guard with this hash, NULL when none is known here. */
const char *guard_name_of(const struct hash *hash, struct region *region);

/** The argument format that a module names (docs/guard-abi.md); empty when it names none. */
struct octets guard_argument(struct octets code);

/**
 * --env FILE, or the public keys of --owner one after the other, or that of `key`; as KEY records
 * for a guard that takes DNS UPDATE.
 */
SWORN_CHECK enum sworn_result guard_environment(const struct options *options, struct octets code,
                                                const struct owner_key *key, struct region *region,
                                                struct octets *environment, struct reason *reason);

#endif
