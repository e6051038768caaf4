/*
 * renew.h - signatures that are due, and steps that are owed: what one zone needs now. For
 * host/commit only.
 *
 *   life of a signature:  |---------------- 1/2 ----------------|-- 1/14 --|------ 2/7 ------|--
 *   1/7 --|
 *                         made               refresh begins here ^          ^ a healthy server   ^
 *                         refreshed
 *                                                                             serves none here
 *                                                                             without pause
 */
#ifndef SWORN_HOST_COMMIT_RENEW_H
#define SWORN_HOST_COMMIT_RENEW_H

#include "host/commit/server.h"

/** One batch at most, or all that is urgent; does nothing when nothing is due. */
SWORN_CHECK enum sworn_result renew_zone(struct commit_server *server, struct hosted_zone *zone,
                                         struct reason *reason);

#endif
