/*
 * snapshot.h - a zone as it is published, out of one read transaction.
 *
 *   head of the store:   key  a  b  c     e
 *   undone:                      b' -     e'  f'     rows before what nobody may see yet
 *   published:                a  b'       e'  f'     (c did not exist)
 *
 * Batches that wait for their last one are in the store already; what they changed is in the
 * journal, and is put back while the zone is walked.
 */
#ifndef SWORN_HOST_TRANSFER_OUT_SNAPSHOT_H
#define SWORN_HOST_TRANSFER_OUT_SNAPSHOT_H

#include "host/store/journal.h"

/** Which state of which zone is published (commit_publication). */
struct published {
    struct name apex;
    struct hash id;
    uint32_t number;
    uint32_t serial;
    uint64_t index;
    uint8_t denial;
};

struct snapshot {
    struct published zone;
    struct store_view *view;
    struct store_walk *walk;
    struct region region; /* what is undone lies here */
    struct journal_span undone;
    size_t next; /* of what is undone */
    bool held;   /* a row of the walk that was read, but not given out yet */
    struct octets key, row;
};

/**
 * Open a snapshot of `zone`; snapshot_close() it whatever comes back.
 *
 * \return SWORN_OK; SWORN_ABSENT when the store cannot show this state (any more): it is about to
 *         be another, or what waits is too much
 */
SWORN_CHECK enum sworn_result snapshot_open(struct store *store, const struct published *zone,
                                            struct snapshot *snapshot);
void snapshot_close(struct snapshot *snapshot);

/** The next set that is served, in canonical order; SWORN_ABSENT after the last. */
SWORN_CHECK enum sworn_result snapshot_next(struct snapshot *snapshot, struct region *scratch,
                                            struct signed_set *set);

/** The set of the apex of this type; SWORN_ABSENT. */
SWORN_CHECK enum sworn_result snapshot_apex(struct snapshot *snapshot, uint16_t type,
                                            struct region *region, struct signed_set *set);

/** A row with its key as a set; SWORN_ABSENT for no row, or one that is not served. */
SWORN_CHECK enum sworn_result snapshot_set(const struct snapshot *snapshot, struct octets key,
                                           struct octets row, struct region *region,
                                           struct signed_set *set);

#endif
