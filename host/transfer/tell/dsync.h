/*
 * dsync.h - where a parent wants to hear of changes: its DSYNC records (RFC 9859 2, 4.1).
 *
 *   DSYNC RDATA = u16 type ‖ u8 scheme ‖ u16 port ‖ target
 */
#ifndef SWORN_HOST_TRANSFER_TELL_DSYNC_H
#define SWORN_HOST_TRANSFER_TELL_DSYNC_H

#include "core/dns/name.h"
#include "net/client.h"

#define DSYNC_ENDPOINTS 8

struct dsync {
    struct endpoint endpoint[DSYNC_ENDPOINTS];
    size_t count;
};

/** The name with _dsync behind the first `labels` labels of the child's. */
SWORN_CHECK enum sworn_result dsync_name(const struct name *child, size_t labels,
                                         struct name *name);

/**
 * Ask `resolver` for the endpoints that want to hear of CDS.
 *
 * \return SWORN_OK; SWORN_ABSENT when the parent has none; SWORN_UNAVAILABLE when nobody can say
 */
SWORN_CHECK enum sworn_result dsync_find(const struct endpoint *resolver, const struct name *child,
                                         struct dsync *dsync);

#endif
