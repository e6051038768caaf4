/*
 * clean.h - the rows that a denial chain leaves behind when it is given up. For host/commit only.
 *
 * They are in no tree and are not shown (row_is_served()): the enclave has forgotten them. They go
 * in parts, and before a step asks for new ones of their type, which would lie among them.
 */
#ifndef SWORN_HOST_COMMIT_CLEAN_H
#define SWORN_HOST_COMMIT_CLEAN_H

#include "host/store/rows.h"

/** Whether there are such rows. */
bool clean_is_owed(struct store_view *view, uint32_t number);

/** Delete a part of them; `left` when that was not all. */
SWORN_CHECK enum sworn_result clean_rows(struct store_view *view, const struct hash *zone_id,
                                         bool *left);

#endif
