/*
 * serving.h - zones that the operator has stopped serving: all that an operator alone may do to a
 * zone. For host/commit only.
 *
 *   meta    "stopped " ‖ 32 zone id -> nothing
 */
#ifndef SWORN_HOST_COMMIT_SERVING_H
#define SWORN_HOST_COMMIT_SERVING_H

#include "host/commit/server.h"

bool serving_is_stopped(struct store_view *view, const struct hash *zone_id);

/** Forget it: the zone ends. */
SWORN_CHECK enum sworn_result serving_forget(struct store_view *view, const struct hash *zone_id);

#endif
