/*
 * montgomery.h - arithmetic modulo an odd number of up to 384 bits, for the curves of guards.
 *
 * Numbers are little-endian arrays of 64-bit limbs, below the modulus. A product carries the factor
 * 2^-(64 · limbs), as Montgomery's form has it. Results may be written over operands. All inputs
 * are public: no care for timing is taken.
 */
#ifndef SWORN_CORE_GUARD_MONTGOMERY_H
#define SWORN_CORE_GUARD_MONTGOMERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODULUS_LIMBS 6

/** limbs == 0: none is set. */
struct modulus {
    uint64_t m[MODULUS_LIMBS];
    uint64_t inverse; /* -1/m modulo 2^64 */
    size_t limbs;
};

/** False unless 1 <= limbs <= MODULUS_LIMBS and the number is odd and above 1. */
bool modulus_set(struct modulus *modulus, const uint64_t *m, size_t limbs);

/** Whether `a` is below the modulus: what all others want of their operands. */
bool modulus_holds(const struct modulus *modulus, const uint64_t *a);

void modulus_add(const struct modulus *modulus, uint64_t *sum, const uint64_t *a,
                 const uint64_t *b);
void modulus_subtract(const struct modulus *modulus, uint64_t *difference, const uint64_t *a,
                      const uint64_t *b);
void modulus_multiply(const struct modulus *modulus, uint64_t *product, const uint64_t *a,
                      const uint64_t *b);

/** (a0 + a1·u)(b0 + b1·u) with u² = -1; each is two numbers, the one without u first. */
void modulus_multiply2(const struct modulus *modulus, uint64_t *product, const uint64_t *a,
                       const uint64_t *b);

#endif
