/*
 * tower.h - the field that pairings take their values in.
 *
 *   fp6  = c0 + c1·v + c2·v²   over fp2, v³ = 9 + i
 *   fp12 = c0 + c1·w           over fp6, w² = v
 *
 * So 1, w, w², … w⁵ have the coefficients c0.c0, c1.c0, c0.c1, c1.c1, c0.c2, c1.c2.
 */
#ifndef SWORN_GROTH16_TOWER_H
#define SWORN_GROTH16_TOWER_H

#include "field.h"

struct fp6 {
    struct fp2 c0, c1, c2;
};

struct fp12 {
    struct fp6 c0, c1;
};

/** A value with three coefficients: one + w·(first + third·w²). */
struct fp12_line {
    struct fp2 one, first, third;
};

extern const struct fp12 fp12_one;

/** xi^(i·(p - 1)/6) for i from 1 to 5: what the Frobenius map does to wⁱ. */
extern const struct fp2 frobenius_of_w[5];

void fp12_mul(struct fp12 *result, const struct fp12 *a, const struct fp12 *b);
void fp12_mul_line(struct fp12 *result, const struct fp12 *a, const struct fp12_line *line);
void fp12_square(struct fp12 *result, const struct fp12 *a);
void fp12_invert(struct fp12 *result, const struct fp12 *a);

/** a^(p⁶): where a^(p⁶ + 1) is 1 this is 1/a. */
void fp12_conjugate(struct fp12 *result, const struct fp12 *a);

/** a^p */
void fp12_frobenius(struct fp12 *result, const struct fp12 *a);

/** a² where a^(p⁴ - p² + 1) is 1 (Granger and Scott). */
void fp12_square_cyclotomic(struct fp12 *result, const struct fp12 *a);

bool fp12_equal(const struct fp12 *a, const struct fp12 *b);

#endif
