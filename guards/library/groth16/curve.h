/*
 * curve.h - points of BN254.
 *
 *   G1: y² = x³ + 3            over fp, of prime order r
 *   G2: y² = x³ + 3/(9 + i)    over fp2, the subgroup of order r of the twist
 *
 * One set of formulas does for both: a coordinate of G1 is an fp2 whose c1 is 0.
 *
 *   octets of a point (EIP-196, EIP-197): x ‖ y, big-endian, of a pair c1 ‖ c0; 64 or 128
 */
#ifndef SWORN_GROTH16_CURVE_H
#define SWORN_GROTH16_CURVE_H

#include "field.h"

enum { G1_SIZE = 64, G2_SIZE = 128, SCALAR_SIZE = 32 };

/** x and y, never infinity. */
struct affine {
    struct fp2 x, y;
};

/** X/Z², Y/Z³; infinity where Z is 0. */
struct jacobian {
    struct fp2 x, y, z;
};

/** NAF of 6u + 2 without its leading 1 (bit 65): bits of the digits +1 and of the digits -1. */
#define ATE_LENGTH 65
#define ATE_PLUS   0x2002004200804028U
#define ATE_MINUS  0x82889008420A0480U

/**
 * NULL, or what is wrong: "is infinity", "has a coordinate that is not below p", "is not on the
 * curve". The point of G2 still is to be checked by g2_in_subgroup().
 */
const char *g1_read(struct affine *point, const uint8_t octets[G1_SIZE]);
const char *g2_read(struct affine *point, const uint8_t octets[G2_SIZE]);

/** Whether a point of the twist has order r. */
bool g2_in_subgroup(const struct affine *point);

/** The map that G2 has from raising coordinates to the p-th power. */
void g2_frobenius(struct affine *result, const struct affine *point);

void point_double(struct jacobian *result, const struct jacobian *a);
void point_add(struct jacobian *result, const struct jacobian *a, const struct affine *b);

/** False for infinity. */
bool point_to_affine(struct affine *result, const struct jacobian *a);

/** start + the sum of scalars[i]·points[i]; scalars big-endian. */
void point_combine(struct jacobian *result, const struct affine *start, const struct affine *points,
                   const uint8_t (*scalars)[SCALAR_SIZE], size_t count);

#endif
