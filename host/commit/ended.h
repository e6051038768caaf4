/*
 * ended.h - zones that were removed: what they leave behind goes, a little at a time, once the
 * removal is durable. For host/commit only.
 *
 *   meta    "ended " ‖ apex (as hashed) -> nothing: a zone of this apex ended here
 *
 * The tombstone stays: the leaf in the top tree and the log are what owners verify. The zone's row
 * in STORE_ZONES goes last, so a restart finds what is left to do.
 */
#ifndef SWORN_HOST_COMMIT_ENDED_H
#define SWORN_HOST_COMMIT_ENDED_H

#include "host/commit/server.h"

/** \param apex  text, as in the leaf */
SWORN_CHECK enum sworn_result ended_add(struct commit_server *server, const struct hash *zone_id,
                                        struct octets apex);
void ended_free(struct commit_server *server);

/** One transaction's worth. */
void ended_tick(struct commit_server *server);

/** Whether there was a zone of this apex before. */
SWORN_CHECK enum sworn_result ended_before(struct commit_server *server, const struct name *apex,
                                           bool *before);

#endif
