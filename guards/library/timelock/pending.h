/*
 * pending.h - what is announced and not done yet: the state of this guard.
 *
 *   state = repeated (32 SHA-256 of the operations ‖ u8 parties ‖ u64 number ‖ u64 earliest)
 *
 * In the order of announcement. `parties` are those that announced it, `number` the sequence of the
 * message that did, `earliest` the time from which it may be done. Without an owner's signature at
 * most 4 wait, with one at most 8: whoever has stolen an owner's key leaves guardians their place.
 */
#ifndef GUARDS_TIMELOCK_PENDING_H
#define GUARDS_TIMELOCK_PENDING_H

#include "guards/library/timelock/parties.h"

enum { HASH_SIZE = 32, OWNERS_MAX = 8, OTHERS_MAX = 4, PENDING_MAX = OWNERS_MAX + OTHERS_MAX };

struct announcement {
    uint8_t hash[HASH_SIZE];
    unsigned parties;
    uint64_t number;
    uint64_t earliest;
};

struct pending {
    size_t count;
    struct announcement items[PENDING_MAX];
};

void pending_load(struct pending *pending);
void pending_save(const struct pending *pending);

/** Refuses what the same parties have announced already, and one too many. */
void pending_add(struct pending *pending, const struct announcement *announcement);

/** Takes out what these parties may do now; refuses with the cause when there is nothing. */
void pending_take(struct pending *pending, const uint8_t hash[HASH_SIZE], unsigned parties,
                  uint64_t now);

/**
 * Takes out what was announced before message `number` and these parties may cancel.
 *
 * \return NULL, or why there is nothing
 */
const char *pending_cancel(struct pending *pending, const uint8_t hash[HASH_SIZE], unsigned parties,
                           uint64_t number);

#endif
