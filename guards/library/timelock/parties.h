/*
 * parties.h - who may do what, and how long it takes: the environment of this guard.
 *
 *   environment = key set ‖ u8 mode ‖ u32 delay ‖ u32 recovery delay ‖ u8 k ‖ n × u8 role
 *
 * Mode 0: every change is announced first. Mode 1: all but record operations is. Delays are in
 * seconds; the one for recovery is not the shorter one. Each key has one role: 1 owner, of which
 * there is one at least; 2 second key; 3 guardian. `k` guardians count as one: from 1 to as many as
 * there are. Without guardians, k and the recovery delay are 0.
 *
 * Three parties: an owner's key, a second key, k guardians. What one of them has announced, each
 * may cancel; what two announced together, the third cannot stop.
 */
#ifndef GUARDS_TIMELOCK_PARTIES_H
#define GUARDS_TIMELOCK_PARTIES_H

#include "fdns.h"

enum party { PARTY_OWNER = 1, PARTY_SECOND = 2, PARTY_GUARDIANS = 4 }; /* sets of them are sums */

struct parties {
    struct fdns_key_set keys;
    bool records_at_once;
    uint64_t delay, recovery_delay;
    size_t guardians_needed;
    struct fdns_octets roles; /* of the keys */
};

/** The environment of this call; refuses what is none. */
void parties_load(struct parties *parties);

/** The parties that these signatures stand for. */
unsigned parties_of(const struct parties *parties, const struct fdns_signatures *signatures);

#endif
