/*
 * buckets.c - see buckets.h.
 */
#include "host/limit/buckets.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define WAYS  4
#define TOKEN 1000 /* so that a millisecond's share of a small rate is a whole number */

struct bucket {
    uint32_t tag;
    uint32_t since; /* milliseconds, modulo 2^32 */
    uint32_t tokens;
    uint32_t missed;
};

struct set {
    struct bucket bucket[WAYS];
} __attribute__((aligned(64)));

struct buckets {
    uint64_t seed[2];
    uint64_t mask;
    struct set *set;
};

enum sworn_result buckets_new(unsigned sets, struct buckets **made)
{
    struct buckets *buckets = calloc(1, sizeof(*buckets));

    SWORN_ENSURE(buckets != NULL, SWORN_NO_MEMORY);
    buckets->mask = sets - 1U;
    buckets->set = aligned_alloc(_Alignof(struct set), sets * sizeof(struct set));
    if (buckets->set == NULL) {
        buckets_free(buckets);
        return SWORN_NO_MEMORY;
    }
    memset(buckets->set, 0, sets * sizeof(struct set));
    if (getrandom(buckets->seed, sizeof(buckets->seed), 0) != sizeof(buckets->seed)) {
        buckets_free(buckets);
        return SWORN_IO;
    }
    *made = buckets;
    return SWORN_OK;
}

void buckets_free(struct buckets *buckets)
{
    if (buckets != NULL) {
        free(buckets->set);
        free(buckets);
    }
}

/* Nobody outside knows the seeds, so nobody can choose keys that share a set. */
static uint64_t key_hash(const struct buckets *buckets, uint64_t high, uint64_t low)
{
    unsigned __int128 product =
        (unsigned __int128)(high ^ buckets->seed[0]) * (low ^ buckets->seed[1]);
    uint64_t folded = (uint64_t)product ^ (uint64_t)(product >> 64);

    product = (unsigned __int128)(folded ^ buckets->seed[1]) * 0x9e3779b97f4a7c15;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Tokens in a bucket by now. One that was never used has tag 0 and is full. */
static uint32_t tokens_now(const struct bucket *bucket, unsigned rate, uint32_t now)
{
    uint32_t full = rate * TOKEN;
    uint64_t gained = (uint64_t)(now - bucket->since) * rate;

    if (bucket->tag == 0 || gained + bucket->tokens >= full) {
        return full;
    }
    return (uint32_t)(gained + bucket->tokens);
}

/* The bucket of a tag; if there is none, the fullest of the set becomes it, and is full. */
static struct bucket *bucket_of(struct set *set, uint32_t tag, unsigned rate, uint32_t now)
{
    struct bucket *fullest = &set->bucket[0];
    uint32_t most = 0;

    for (unsigned i = 0; i < WAYS; i++) {
        if (set->bucket[i].tag == tag) {
            return &set->bucket[i];
        }
    }
    for (unsigned i = 0; i < WAYS; i++) {
        uint32_t tokens = tokens_now(&set->bucket[i], rate, now);

        if (tokens > most) {
            most = tokens;
            fullest = &set->bucket[i];
        }
    }
    *fullest = (struct bucket){.tag = tag, .since = now, .tokens = rate * TOKEN};
    return fullest;
}

uint32_t buckets_take(struct buckets *buckets, uint64_t high, uint64_t low, unsigned rate,
                      uint64_t now)
{
    uint64_t hash = key_hash(buckets, high, low);
    uint32_t tag = (uint32_t)(hash >> 32) | 1;
    uint32_t time = (uint32_t)now;
    struct bucket *bucket = bucket_of(&buckets->set[hash & buckets->mask], tag, rate, time);

    bucket->tokens = tokens_now(bucket, rate, time);
    bucket->since = time;
    if (bucket->tokens < TOKEN) {
        return ++bucket->missed;
    }
    bucket->tokens -= TOKEN;
    bucket->missed = 0;
    return 0;
}
