/*
 * decide.h - what all commands have in common that ask a zone's guard for something.
 */
#ifndef SWORN_CLI_COMMANDS_DECIDE_H
#define SWORN_CLI_COMMANDS_DECIDE_H

#include "cli/argument/signer.h"

/** What such a command does with the zone that it names and who signs for it. */
typedef enum sworn_result owners_work(struct zone *zone, struct signer *signer);

/** Open zone and keys, do `work`, wipe the keys. */
SWORN_CHECK enum sworn_result with_owner(struct context *context, owners_work *work);

/** The same for a zone that exists: it is verified, and the signer knows its guard. */
SWORN_CHECK enum sworn_result with_owned_zone(struct context *context, owners_work *work);

/**
 * Sign operations for the next sequence of a verified zone and send them, or keep them
 * (--argument-out), or only announce them (--announce). `sent` says what must come of it; `done`
 * what is printed then.
 *
 * \param waits  set when they were not done: kept, or announced
 */
SWORN_CHECK enum sworn_result decide(struct zone *zone, const struct signer *signer,
                                     struct octets operations, struct sent *sent, const char *done,
                                     bool *waits);

/**
 * The argument in a file: as it is, or of a request that is signed. `request`, unless NULL, is what
 * it was, with format NULL for an argument.
 */
SWORN_CHECK enum sworn_result argument_load(struct context *context, const char *path,
                                            struct octets *argument, struct request *request);

/** What comes of a request that leaves guard, environment and policy alone. */
struct sent sent_unchanged(const struct zone *zone, struct hash hashes[3]);

#endif
