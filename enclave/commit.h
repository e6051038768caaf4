/*
 * commit.h - one request from the host to one commit: the only caller of guard, change, dnssec and
 * ledger.
 *
 * Nothing here changes what the enclave holds until commit_advance(): a request that fails leaves
 * all as it was.
 */
#ifndef SWORN_ENCLAVE_COMMIT_H
#define SWORN_ENCLAVE_COMMIT_H

#include "enclave/dnssec/plan.h"
#include "enclave/enclave.h"

/** A commit in the making. */
struct commit {
    struct enclave *enclave;
    struct region *region;
    struct reason *reason;
    /* what is decided about */
    enum log_kind kind;
    uint64_t time; /* certified */
    struct name apex;
    struct hash zone_id;
    struct hash argument;
    struct hash zone_before;
    struct zone_leaf leaf; /* as it will be */
    struct policy policy;
    bool zonemd_before; /* the policy before this commit asked for a ZONEMD */
    struct tree_slot *slot;
    struct change change;
    uint32_t denial_ttl_before;
    /* the key */
    const struct signer *signer;
    struct signer made; /* a new zone's, until it is taken over */
    /* what comes out */
    struct hash zone_after;
    struct ledger_next next;
    struct message_committed reply;
    uint64_t fuel; /* that the policy grants to the guard's calls, together */
    uint64_t fuel_left;
    int rcode; /* that the guard chose, -1 for none */
};

SWORN_CHECK enum sworn_result commit_create(struct commit *commit,
                                            const struct message_create *message);
SWORN_CHECK enum sworn_result commit_update(struct commit *commit,
                                            const struct message_update *message);
SWORN_CHECK enum sworn_result commit_refresh(struct commit *commit,
                                             const struct message_refresh *message);
SWORN_CHECK enum sworn_result commit_step(struct commit *commit,
                                          const struct message_step *message);

/** The reply is on its way: this is the head now. */
void commit_advance(struct commit *commit);

/** The request failed: release what it made. */
void commit_abandon(struct commit *commit);

#endif
