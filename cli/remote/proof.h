/*
 * proof.h - from what a server says about a zone to what is true about it: all verification that
 * needs no records, in one place.
 *
 *   log key ── signs ──> checkpoint ── includes ──> last entry of the log, of whichever zone
 *                             │                        │ top root
 *                             └─ includes ─> creation  └─> leaf ── zone root ──> DNSKEY set
 *
 * The zone id is recomputed from the creation entry, which also ties it to this log. What was kept
 * from earlier (memory.h) must be what is shown now, or come before it.
 */
#ifndef SWORN_CLI_REMOTE_PROOF_H
#define SWORN_CLI_REMOTE_PROOF_H

#include "cli/remote/memory.h"
#include "cli/remote/reply.h"
#include "core/boundary/zone_leaf.h"
#include "core/change/policy.h"
#include "core/merkle/checkpoint.h"
#include "core/merkle/log.h"

/** A zone as it has been proven; octets borrow from the reply. */
struct view {
    struct hash zone_id;
    struct hash log_id;
    uint8_t log_key[32];
    struct checkpoint checkpoint;
    uint64_t index;
    struct log_entry entry; /* the last of the log, of whichever zone */
    bool has_creation;
    struct log_entry creation;
    struct zone_leaf leaf;
    struct policy policy;
    struct hash policy_hash;
    struct octets dnskey_value; /* of the zone tree */
    struct rrset dnskey;
    bool published; /* the server's word */
    uint64_t fuel;  /* the server's word */
};

/** What a request asked for, so that its entry can be told from any other. NULL: anything. */
struct sent {
    enum log_kind kind;
    const struct hash *guard, *environment, *policy;
    struct hash argument;
    uint64_t sequence;
    bool may_be_late; /* others may have taken the sequence in the meantime */
};

struct proof_question {
    const struct name *apex;
    const struct reply *reply;
    const struct memory *kept; /* what is known; known=false: the creation entry must be shown */
    const struct sent *sent;   /* NULL: nothing was sent, the newest entry is shown */
    /** Told about each check that has passed; NULL */
    void *context;
    void (*passed)(void *context, const char *check, const char *detail);
};

/**
 * Check everything.
 *
 * \return SWORN_OK; SWORN_PROOF, with the check and the cause named
 */
SWORN_CHECK enum sworn_result proof_check(const struct proof_question *question,
                                          struct region *region, struct view *view,
                                          struct reason *reason);

/** What is to be kept of a view. */
void memory_of_view(const struct view *view, struct memory *memory);

/** RDATA of the one key of a proven DNSKEY set that signs. */
struct octets view_dnskey(const struct view *view);

#endif
