/*
 * counts.h - what a thread that answers has counted: responses by transport, type and response
 * code, how long they took, what a rate limit kept back.
 *
 * Each thread has its own and writes it alone; who reads adds them up (counts_add_up()). A
 * count is one addition; time is measured by sampling where a clock call for each answer would
 * cost too much.
 */
#ifndef SWORN_HOST_SERVE_COUNTS_H
#define SWORN_HOST_SERVE_COUNTS_H

#include "host/answer/zone.h"

#define COUNTED_TYPES_MAX 32 /* 0: all types without a place of their own */
#define COUNTED_RCODES    14 /* 0 to 10 as they are, then BADVERS, BADCOOKIE, all others */
#define COUNTED_TIMES     20 /* below 1.024 µs, below twice that, ...; the last: all longer */

/** The upper bound of a bucket of time, in nanoseconds. */
#define COUNTED_TIME_BOUND(bucket) ((uint64_t)1024 << (bucket))

struct serve_counts {
    uint64_t answers[TRANSPORTS][COUNTED_TYPES_MAX][COUNTED_RCODES];
    uint64_t times[TRANSPORTS][COUNTED_TIMES];
    uint64_t time_sum[TRANSPORTS]; /* nanoseconds */
    uint64_t limit_dropped;        /* responses not sent, by the rate limit */
    uint64_t limit_slipped;        /* sent truncated instead */
};

/** Places of the types below 256; 0 for those without. */
extern const uint8_t counted_places[256];

/** Of a place (or a column of response codes): "A", "other"; NULL past the last. */
const char *counted_type_name(unsigned place);
const char *counted_rcode_name(unsigned column);

/** Add `one` to `sum`, while its thread goes on counting. */
void counts_add_up(struct serve_counts *sum, const struct serve_counts *one);

/* Only its thread writes; others may read. */
static inline void count_more(uint64_t *counter, uint64_t more)
{
    __atomic_store_n(counter, *counter + more, __ATOMIC_RELAXED);
}

static inline unsigned counted_rcode(uint16_t rcode)
{
    if (rcode <= 10) {
        return rcode;
    }
    return rcode == 16 ? 11 : rcode == 23 ? 12 : 13;
}

/** `answers` of this transport took `ns` together: a sample. */
static inline void counts_time(struct serve_counts *counts, enum transport transport, uint64_t ns,
                               uint64_t answers)
{
    uint64_t each = ns / (answers == 0 ? 1 : answers) >> 10;
    unsigned bucket = each == 0 ? 0 : 64 - (unsigned)__builtin_clzll(each);

    count_more(&counts->times[transport][bucket < COUNTED_TIMES ? bucket : COUNTED_TIMES - 1],
               answers);
    count_more(&counts->time_sum[transport], ns);
}

/** One response; `ns` 0: not measured. */
static inline void counts_add(struct serve_counts *counts, enum transport transport,
                              const struct answer_facts *facts, uint64_t ns)
{
    unsigned place = facts->type < 256 ? counted_places[facts->type] : 0;

    count_more(&counts->answers[transport][place][counted_rcode(facts->rcode)], 1);
    if (ns > 0) {
        counts_time(counts, transport, ns, 1);
    }
}

/** One response that the rate limit kept back, or that went out truncated. */
static inline void counts_limited(struct serve_counts *counts, bool slipped)
{
    count_more(slipped ? &counts->limit_slipped : &counts->limit_dropped, 1);
}

#endif
