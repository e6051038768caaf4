/*
 * pairing.h - the optimal ate pairing e: G1 × G2 → fp12 of BN254.
 */
#ifndef SWORN_GROTH16_PAIRING_H
#define SWORN_GROTH16_PAIRING_H

#include "curve.h"
#include "tower.h"

enum { PAIRS_MAX = 4 };

/** One factor of a product of pairings; q in the subgroup of order r. */
struct pair {
    struct affine p, q;
};

/** e(p, q) of all pairs, at most PAIRS_MAX, multiplied. */
void pairing_product(struct fp12 *result, const struct pair *pairs, size_t count);

#endif
