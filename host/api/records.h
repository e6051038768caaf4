/*
 * records.h - the whole head of a zone as a stream, from one snapshot and in constant memory.
 *
 *   JSON    {members of GET /v1/zones/APEX,"records":[{"name","type","ttl","rdata":[hex…]
 *           [,"rrsig":[hex…]]},…]}
 *   zone    the checkpoint as comments, then a master file
 *
 * Unsigned, there are neither RRSIG nor NSEC: what the tree of the zone holds.
 */
#ifndef SWORN_HOST_API_RECORDS_H
#define SWORN_HOST_API_RECORDS_H

#include "host/api/route.h"
#include "host/commit/commit.h"

struct records_stream;

/** Open a snapshot; SWORN_ABSENT when there is no such zone. */
SWORN_CHECK enum sworn_result records_open(struct commit_server *server, const struct route *route,
                                           struct records_stream **stream, struct reason *reason);

/**
 * The next octets, at most `size`.
 *
 * \return SWORN_ABSENT at the end; anything else ends the stream in the middle
 */
SWORN_CHECK enum sworn_result records_read(struct records_stream *stream, char *octets, size_t size,
                                           size_t *count);

void records_close(struct records_stream *stream);

#endif
