/*
 * field.h - the coordinates of BN254 (alt_bn128): integers modulo p, and pairs of them.
 *
 *   p   = 36u⁴ + 36u³ + 24u² + 6u + 1 with u = 4965661367192848881, 254 bits
 *   fp  = a·2^256 modulo p, below p, 4 limbs of 64 bits, least significant first
 *   fp2 = c0 + c1·i with i² = -1
 *
 * That is Montgomery's form, as the host's modular arithmetic takes it. Products come from one of
 * two files: hosted.c asks the host, pure.c does without. Results may lie where operands lie.
 * Everything here is public: no care is taken that time says nothing.
 */
#ifndef SWORN_GROTH16_FIELD_H
#define SWORN_GROTH16_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FP_SIZE = 32, FP2_SIZE = 64 };

struct fp {
    uint64_t limb[4];
};

struct fp2 {
    struct fp c0, c1;
};

extern const struct fp fp_modulus;
extern const struct fp2 fp2_zero, fp2_one;

/* Products: hosted.c or pure.c. */

/** To be called once, before all others. */
void field_begin(void);

void fp_mul(struct fp *result, const struct fp *a, const struct fp *b);
void fp2_mul(struct fp2 *result, const struct fp2 *a, const struct fp2 *b);
void fp2_square(struct fp2 *result, const struct fp2 *a);

/** a·(9 + i): what the tower is built upon. */
void fp2_mul_xi(struct fp2 *result, const struct fp2 *a);

/* The rest: field.c. */

/** 32 octets, big-endian; false for a number that is not below p. */
bool fp_read(struct fp *result, const uint8_t octets[FP_SIZE]);

void fp_add(struct fp *result, const struct fp *a, const struct fp *b);
void fp_sub(struct fp *result, const struct fp *a, const struct fp *b);

void fp2_add(struct fp2 *result, const struct fp2 *a, const struct fp2 *b);
void fp2_sub(struct fp2 *result, const struct fp2 *a, const struct fp2 *b);
void fp2_double(struct fp2 *result, const struct fp2 *a);
void fp2_negate(struct fp2 *result, const struct fp2 *a);
void fp2_conjugate(struct fp2 *result, const struct fp2 *a);
bool fp2_equal(const struct fp2 *a, const struct fp2 *b);
bool fp2_is_zero(const struct fp2 *a);

/** 1/a; 0 for 0. */
void fp2_invert(struct fp2 *result, const struct fp2 *a);

#endif
