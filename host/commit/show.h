/*
 * show.h - the proofs that owners are given, out of one snapshot.
 */
#ifndef SWORN_HOST_COMMIT_SHOW_H
#define SWORN_HOST_COMMIT_SHOW_H

#include "host/commit/server.h"

/** Fill `proof` for a zone at the head of the snapshot; its newest and its creation entry. */
SWORN_CHECK enum sworn_result show_zone(struct store_view *view, const struct hash *zone_id,
                                        struct region *region, struct commit_proof *proof);

#endif
