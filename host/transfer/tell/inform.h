/*
 * inform.h - telling the parent that CDS or CDNSKEY has changed (RFC 9859).
 *
 *   child a.b.example.   a._dsync.b.example. DSYNC?   -> endpoint
 *                        no, and the SOA says that the zone is example.:
 *                        a.b._dsync.example. DSYNC?   -> endpoint
 *                        no: _dsync.example. DSYNC?   -> endpoint, or nothing to tell
 *
 * Looked up through the configured resolver. A word that goes nowhere, or to the wrong place, costs
 * nothing: it only says that somebody might look, and the parent verifies what it finds.
 */
#ifndef SWORN_HOST_TRANSFER_TELL_INFORM_H
#define SWORN_HOST_TRANSFER_TELL_INFORM_H

#include "host/config/config.h"

struct informer;

SWORN_CHECK enum sworn_result informer_new(struct config_current *config,
                                           struct informer **informer);
SWORN_CHECK enum sworn_result informer_start(struct informer *informer);
void informer_free(struct informer *informer);

/** A child's CDS or CDNSKEY is another now. Never blocks. */
void inform_parent(struct informer *informer, const struct name *child);

#endif
