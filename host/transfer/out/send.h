/*
 * send.h - a zone as the records of a transfer: whole, as a difference, or its SOA alone.
 *
 *   AXFR   SOA ‖ all records but the SOA ‖ SOA
 *   IXFR   new SOA ‖ old SOA ‖ removed records ‖ new SOA ‖ added records ‖ new SOA
 *
 * One difference leads from the client's state to the one that is published, however many commits
 * lie between (RFC 1995 4): what was added and removed again is in neither list.
 */
#ifndef SWORN_HOST_TRANSFER_OUT_SEND_H
#define SWORN_HOST_TRANSFER_OUT_SEND_H

#include "host/transfer/out/snapshot.h"
#include "host/transfer/out/stream.h"

SWORN_CHECK enum sworn_result send_whole(struct snapshot *snapshot, struct stream *stream);

/**
 * The difference from `serial`.
 *
 * \return SWORN_OK; SWORN_ABSENT when the journal has it not, or it is larger than the zone:
 *         nothing was sent; SWORN_LIMIT as stream_put()
 */
SWORN_CHECK enum sworn_result send_difference(struct snapshot *snapshot, uint32_t serial,
                                              struct stream *stream);

SWORN_CHECK enum sworn_result send_soa(struct snapshot *snapshot, struct stream *stream);

#endif
