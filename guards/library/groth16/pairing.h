/*
 * pairing.h - the optimal ate pairing e: G1 × G2 → fp12 of BN254.
 */
#ifndef SWORN_GROTH16_PAIRING_H
#define SWORN_GROTH16_PAIRING_H

#include "curve.h"
#include "tower.h"

enum { PAIRS_MAX = 3 };

/** One factor of a product of pairings; q in the subgroup of order r. */
struct pair {
    struct affine p, q;
};

/**
 * Miller's loop over all pairs, at most PAIRS_MAX: what pairing_end() turns into the product of
 * their e(p, q). Results of several loops may be multiplied before that.
 */
void pairing_loop(struct fp12 *f, const struct pair *pairs, size_t count);

/** f^(m·(p¹² - 1)/r), where m has no divisor in common with r. */
void pairing_end(struct fp12 *f);

#endif
