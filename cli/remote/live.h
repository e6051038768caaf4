/*
 * live.h - asking the name server itself: one record set with its RRSIGs, as a resolver would.
 */
#ifndef SWORN_CLI_REMOTE_LIVE_H
#define SWORN_CLI_REMOTE_LIVE_H

#include "cli/zone/records.h"

/**
 * The set at (owner, type) from the answer section of `server` ("127.0.0.1:5300", "[::1]:53"; the
 * port may be left out), with DO set; over TCP when UDP truncates.
 *
 * \return SWORN_UNAVAILABLE without an answer; SWORN_PROOF for one that does not hold the set
 */
SWORN_CHECK enum sworn_result live_ask(const char *server, const struct name *owner, uint16_t type,
                                       struct record_list *answer, struct record_set **set,
                                       struct reason *reason);

/** The set from one message; for live_ask() and its tests. */
SWORN_CHECK enum sworn_result live_read(struct octets message, uint16_t id,
                                        const struct name *owner, uint16_t type,
                                        struct record_list *answer, struct record_set **set,
                                        bool *truncated, struct reason *reason);

#endif
