/*
 * apply.h - one commit of the enclave's into the store, in the transaction that is given.
 */
#ifndef SWORN_HOST_COMMIT_APPLY_H
#define SWORN_HOST_COMMIT_APPLY_H

#include "host/commit/server.h"
#include "host/store/journal.h"

struct applied {
    struct log_entry entry; /* decoded */
    uint64_t index;
    struct zone_row row;
    struct zone_leaf leaf; /* borrows from the reply */
    bool leaves_rows;      /* of a chain that was given up: LOCAL_CLEANING */
    bool flipped;          /* another denial chain is served from now on (row_is_served()) */
    bool existed;          /* the zone did, with this serial */
    uint32_t serial_before;
    bool for_parent;        /* CDS or CDNSKEY are others now */
    struct rrset_key *keys; /* of all sets that changed or were signed */
    size_t count;
    uint64_t signed_sets;
};

struct apply_context {
    /* the request, at creation: its code and environment are stored with the zone; else NULL */
    const struct commit_creation *creation;
    struct journal_limits journal;
};

/**
 * Write everything that `reply` brings, and what it changes into the journal.
 *
 * \return SWORN_OK; SWORN_PROOF when what we have does not lead to the roots that were certified:
 * nothing may be used
 */
SWORN_CHECK enum sworn_result apply_commit(struct store_view *view,
                                           const struct message_committed *reply,
                                           const struct apply_context *context,
                                           struct region *region, struct applied *applied,
                                           struct reason *reason);

#endif
