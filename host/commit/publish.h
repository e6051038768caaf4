/*
 * publish.h - from the store to what is served: whole zones, and what commits changed.
 */
#ifndef SWORN_HOST_COMMIT_PUBLISH_H
#define SWORN_HOST_COMMIT_PUBLISH_H

#include "host/commit/server.h"

/** Remember sets whose change is not to be served yet. */
void publish_later(struct hosted_zone *zone, const struct rrset_key *keys, size_t count);

/**
 * Serve the head of a zone: a first time whole, else what has changed. `keys` are those of the
 * newest commit. Where that fails the zone waits, and is loaded whole at the next attempt.
 */
SWORN_CHECK enum sworn_result publish_now(struct commit_server *server, struct hosted_zone *zone,
                                          const struct rrset_key *keys, size_t count);

/** What is served now is the head: remember it, and tell who wants to know. */
void publish_tell(struct commit_server *server, struct hosted_zone *zone);

/** Load a whole zone. SWORN_PROOF when rows are missing. */
SWORN_CHECK enum sworn_result publish_whole(struct commit_server *server, struct hosted_zone *zone,
                                            struct reason *reason);

#endif
