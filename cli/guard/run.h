/*
 * run.h - one call of a guard on this machine, on records of a master file, with nothing but what a
 * zone would have: the enclave's own code for the ABI and for operations, over a tree in memory.
 */
#ifndef SWORN_CLI_GUARD_RUN_H
#define SWORN_CLI_GUARD_RUN_H

#include "cli/zone/records.h"
#include "core/guard/guard.h"

struct run {
    struct region *region;
    struct guard_call call; /* code, environment, argument, state, sequence, now: the caller's */
    struct policy policy;
    struct change change;
    struct engine_cache *cache;
};

/** A zone with these records (NULL: none yet); released with the region. */
SWORN_CHECK enum sworn_result run_open(struct run *run, const struct name *apex,
                                       const struct record_list *records, struct region *region,
                                       struct reason *reason);

/** Run the call, and whether its result would be a valid zone. */
SWORN_CHECK enum sworn_result run_call(struct run *run, struct reason *reason);

/** What comes of update_owner: the new code's setup(), on the zone as it is now. */
SWORN_CHECK enum sworn_result run_new_owner(struct run *run, struct reason *reason);

/** What one record set was and is; absent: count 0. In the order of keys. */
struct run_difference {
    struct rrset before, after;
};

SWORN_CHECK enum sworn_result run_differences(struct run *run, struct run_difference **differences,
                                              size_t *count);

/** All record sets of the zone as it is now, in the order of keys. */
SWORN_CHECK enum sworn_result run_records(struct run *run, struct record_list *records);

#endif
