/*
 * buckets.h - token buckets in a table of fixed size.
 *
 *   table = 2^n sets × 4 buckets, a set fills a cache line
 *
 * A bucket has a quarter of a set to itself as long as there are no more than four of them in use
 * there; a fifth takes the place of the one that is nearest to full, whose loss changes least. So a
 * flood of one-time keys cannot push out the buckets that are being limited.
 */
#ifndef SWORN_HOST_LIMIT_BUCKETS_H
#define SWORN_HOST_LIMIT_BUCKETS_H

#include "core/cursor/result.h"

#include <stdbool.h>
#include <stdint.h>

struct buckets;

/** \param sets  a power of two */
SWORN_CHECK enum sworn_result buckets_new(unsigned sets, struct buckets **buckets);
void buckets_free(struct buckets *buckets);

/**
 * Take a token from the bucket of a key, which gets `rate` a second and holds as many.
 *
 * \param high, low  the key
 * \param rate       1..1,000,000
 * \param now        milliseconds
 * \return 0 when there was one, else how many in a row were not there
 */
uint32_t buckets_take(struct buckets *buckets, uint64_t high, uint64_t low, unsigned rate,
                      uint64_t now);

#endif
