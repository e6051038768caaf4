/*
 * census.c - connections counted; see census.h.
 *
 *   places, open addressing: client ‖ count; 0 is free. A place that becomes free takes back those
 *   behind it that were displaced, so that a search ends at the first free one.
 */
#include "host/serve/client/census.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

struct place {
    uint8_t block[CLIENT_BLOCK];
    unsigned count;
};

struct census {
    pthread_mutex_t lock;
    unsigned most;
    unsigned of_client;
    unsigned count; /* written under the lock, read without */
    uint64_t seed;
    size_t mask;
    struct place place[];
};

enum sworn_result census_new(unsigned most, unsigned of_client, struct census **made)
{
    struct census *census;
    size_t places = 64;

    while (places < (size_t)most * 2) {
        places *= 2;
    }
    census = calloc(1, sizeof(*census) + places * sizeof(struct place));
    SWORN_ENSURE(census != NULL, SWORN_NO_MEMORY);
    (void)pthread_mutex_init(&census->lock, NULL);
    (void)!getrandom(&census->seed, sizeof(census->seed), 0);
    census->most = most;
    census->of_client = of_client;
    census->mask = places - 1;
    *made = census;
    return SWORN_OK;
}

void census_free(struct census *census)
{
    if (census != NULL) {
        (void)pthread_mutex_destroy(&census->lock);
        free(census);
    }
}

static size_t home(const struct census *census, const uint8_t block[CLIENT_BLOCK])
{
    uint64_t half[2];
    uint64_t hash;

    memcpy(half, block, sizeof(half));
    hash = (half[0] ^ census->seed) * UINT64_C(0x9e3779b97f4a7c15);
    hash = (hash ^ hash >> 32 ^ half[1]) * UINT64_C(0xd6e8feb86659fd93);
    return (size_t)(hash ^ hash >> 32) & census->mask;
}

/* The client's place, or the free one where it belongs. */
static struct place *find(struct census *census, const uint8_t block[CLIENT_BLOCK])
{
    size_t at = home(census, block);

    while (census->place[at].count > 0 &&
           memcmp(census->place[at].block, block, CLIENT_BLOCK) != 0) {
        at = (at + 1) & census->mask;
    }
    return &census->place[at];
}

/* With the lock held. */
static enum census_verdict judge(const struct census *census, const struct place *place, bool proxy)
{
    if (!proxy && place->count >= census->of_client) {
        return CENSUS_CLIENT_FULL;
    }
    return census->count >= census->most ? CENSUS_FULL : CENSUS_WELCOME;
}

enum census_verdict census_enter(struct census *census, const struct client_address *client,
                                 bool proxy)
{
    uint8_t block[CLIENT_BLOCK];
    enum census_verdict verdict;
    struct place *place;

    client_block(client, block);
    (void)pthread_mutex_lock(&census->lock);
    place = find(census, block);
    verdict = judge(census, place, proxy);
    if (verdict == CENSUS_WELCOME) {
        memcpy(place->block, block, CLIENT_BLOCK);
        place->count++;
        __atomic_store_n(&census->count, census->count + 1, __ATOMIC_RELAXED);
    }
    (void)pthread_mutex_unlock(&census->lock);
    return verdict;
}

/* Place `at` is free now: those behind it that a search would no longer reach move up. */
static void close_gap(struct census *census, size_t at)
{
    size_t gap = at;

    for (size_t next = (at + 1) & census->mask; census->place[next].count > 0;
         next = (next + 1) & census->mask) {
        size_t wanted = home(census, census->place[next].block);

        if (((next - wanted) & census->mask) >= ((next - gap) & census->mask)) {
            census->place[gap] = census->place[next];
            census->place[next].count = 0;
            gap = next;
        }
    }
}

void census_leave(struct census *census, const struct client_address *client)
{
    uint8_t block[CLIENT_BLOCK];
    struct place *place;

    client_block(client, block);
    (void)pthread_mutex_lock(&census->lock);
    place = find(census, block);
    if (place->count > 0) {
        place->count--;
        __atomic_store_n(&census->count, census->count - 1, __ATOMIC_RELAXED);
        if (place->count == 0) {
            close_gap(census, (size_t)(place - census->place));
        }
    }
    (void)pthread_mutex_unlock(&census->lock);
}

unsigned census_pressure(const struct census *census)
{
    return (unsigned)((uint64_t)__atomic_load_n(&census->count, __ATOMIC_RELAXED) * 256 /
                      census->most);
}
