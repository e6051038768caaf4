/*
 * random.h - numbers that follow from a seed (xorshift64*).
 */
#ifndef SWORN_TESTS_CONFORMANCE_RANDOM_H
#define SWORN_TESTS_CONFORMANCE_RANDOM_H

#include <stdint.h>

struct chance {
    uint64_t state;
};

static inline struct chance chance_of(uint64_t seed)
{
    return (struct chance){(seed + 1) * UINT64_C(0x9e3779b97f4a7c15)};
}

static inline uint32_t chance_next(struct chance *chance)
{
    chance->state ^= chance->state >> 12;
    chance->state ^= chance->state << 25;
    chance->state ^= chance->state >> 27;
    return (uint32_t)((chance->state * UINT64_C(0x2545f4914f6cdd1d)) >> 32);
}

/** 0 .. below - 1 */
static inline uint32_t chance_below(struct chance *chance, uint32_t below)
{
    return chance_next(chance) % below;
}

/** True once in `times`. */
static inline bool chance_once_in(struct chance *chance, uint32_t times)
{
    return chance_below(chance, times) == 0;
}

#endif
