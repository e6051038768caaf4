/*
 * batch.h - the difference between two zones as operations, name by name, and how much of it fits
 * into one request.
 *
 * A name is never split. The SOA is in no name's operations: it goes with the last batch, whose
 * caller adds it.
 */
#ifndef SWORN_CLI_ZONE_BATCH_H
#define SWORN_CLI_ZONE_BATCH_H

#include "cli/zone/message.h"
#include "core/change/policy.h"

/** What happens at one name. */
struct name_change {
    struct octets operations; /* as in a message */
    uint32_t count;           /* of them */
    uint32_t sets;            /* that differ */
    uint32_t weight;          /* record sets different or signed because of it, at most */
};

struct difference {
    struct name_change *names; /* in canonical order */
    size_t count;
};

/**
 * From `before` (may be empty) to `after`, both ordered. What the enclave makes itself is passed
 * over in both; the SOA too. `hashed`: the zone has a chain of NSEC3, or is to have one.
 */
SWORN_CHECK enum sworn_result difference_make(const struct record_list *before,
                                              const struct record_list *after,
                                              const struct name *apex, bool hashed,
                                              struct region *region, struct difference *difference);

/** Bounds of one request, with room left for the SOA and what the enclave adds. */
struct batch_bounds {
    size_t operations;
    size_t weight;
    size_t octets;
};

/** What a policy allows, for an apex text of `apex_size`; divided by `share` (1, 2, 4, ...). */
struct batch_bounds batch_bounds_of(const struct guard_limits *limits, size_t apex_size,
                                    size_t share);

/** Index past the last name of a batch that begins at `from`: at least one name, if any is left. */
size_t batch_end(const struct difference *difference, size_t from,
                 const struct batch_bounds *bounds);

/** Number of batches that the whole takes, at least 1. */
size_t batch_count(const struct difference *difference, const struct batch_bounds *bounds);

/** The operations of names [from, to), one after the other. */
SWORN_CHECK enum sworn_result batch_operations(const struct difference *difference, size_t from,
                                               size_t to, struct writer *operations);

#endif
