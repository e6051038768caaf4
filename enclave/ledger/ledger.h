/*
 * ledger.h - the certified state as the enclave holds it: the log's head, and through it every
 * zone.
 *
 * A start shows a checkpoint signed by the log's key, the last entry and its inclusion: that
 * entry's top root is the state. From then on the head is kept here, and no other is accepted.
 */
#ifndef SWORN_ENCLAVE_LEDGER_LEDGER_H
#define SWORN_ENCLAVE_LEDGER_LEDGER_H

#include "core/boundary/zone_leaf.h"
#include "core/merkle/checkpoint.h"
#include "core/merkle/log.h"
#include "enclave/dnssec/signer.h"
#include "enclave/ledger/trees.h"

struct ledger {
    bool started;
    struct signer log_key;
    struct hash log_id;
    struct log_peaks peaks;
    struct hash top_root;
    uint64_t time; /* certified: of the last entry, 0 before the first */
    struct trees trees;
};

void ledger_init(struct ledger *ledger, struct channel *channel);

/** Make the log's key and the checkpoint of the empty log; once in a ledger's life. */
SWORN_CHECK enum sworn_result ledger_genesis(struct ledger *ledger, struct secrets *secrets,
                                             const uint8_t secret[SEAL_SECRET_SIZE],
                                             struct region *region,
                                             struct message_genesis_reply *reply,
                                             struct reason *reason);

/** Go on from what the host shows, if it is certified. */
SWORN_CHECK enum sworn_result ledger_start(struct ledger *ledger, struct secrets *secrets,
                                           const uint8_t secret[SEAL_SECRET_SIZE],
                                           const struct message_start *start,
                                           struct reason *reason);

/** A zone's id by its apex; SWORN_ABSENT when no live zone has it. */
SWORN_CHECK enum sworn_result ledger_zone_at(struct ledger *ledger, const struct name *apex,
                                             struct hash *zone_id, struct reason *reason);

/** A zone's leaf, verified; borrows from the tree's region until the request ends. SWORN_ABSENT. */
SWORN_CHECK enum sworn_result ledger_zone(struct ledger *ledger, const struct hash *zone_id,
                                          struct zone_leaf *leaf, struct reason *reason);

/** A commit in the making: the top tree and the log as they would be after it. */
struct ledger_next {
    struct tree_slot *top_slot;
    struct tree top;
    struct hash top_root;
    struct log_peaks peaks;
    struct octets_list changes; /* of the top tree, for the host: committed_leaf each */
    struct octets entry;
    struct octets checkpoint;
    uint64_t time;
};

/** Put (value) or remove (empty value) a leaf of the top tree. */
SWORN_CHECK enum sworn_result ledger_put(struct ledger *ledger, struct ledger_next *next,
                                         struct octets key, struct octets value,
                                         struct region *region, struct reason *reason);

/** Complete `entry` (epoch, top root), append it, sign the checkpoint. */
SWORN_CHECK enum sworn_result ledger_append(struct ledger *ledger, struct ledger_next *next,
                                            struct log_entry *entry, struct region *region);

/** The commit is handed out: from here on it is the head. */
void ledger_advance(struct ledger *ledger, const struct ledger_next *next);

#endif
