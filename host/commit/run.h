/*
 * run.h - one request to the enclave, its commit in the store, its answers served; under the lock.
 * For host/commit only.
 */
#ifndef SWORN_HOST_COMMIT_RUN_H
#define SWORN_HOST_COMMIT_RUN_H

#include "host/commit/apply.h"
#include "host/commit/server.h"

struct run {
    uint16_t type; /* of the message */
    const void *message;
    size_t size;
    const struct commit_creation *creation; /* at creation */
    struct hosted_zone *zone;               /* NULL at creation; the new zone afterwards */
    bool more;                              /* do not publish */
    uint64_t fuel;                          /* out */
    uint16_t rcode;                         /* out: that the guard refused with, 0 for none */
};

/** Do it. What is durable when this returns SWORN_OK is also served, unless `more`. */
SWORN_CHECK enum sworn_result run_request(struct commit_server *server, struct run *run,
                                          struct region *region, struct reason *reason);

/**
 * The time to give the enclave; SWORN_CONFLICT when the clock is more than 30 days ahead of the
 * last commit.
 */
SWORN_CHECK enum sworn_result run_time(struct commit_server *server, uint64_t *time,
                                       struct reason *reason);

#endif
