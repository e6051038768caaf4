/*
 * montgomery.c - multiplication after Montgomery, limb by limb (CIOS: coarsely integrated operand
 * scanning), with the number of limbs known to the compiler where curves are in use.
 */
#include "core/guard/montgomery.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

typedef unsigned __int128 wide;

/* a - b; the borrow. */
INLINE uint64_t subtract(uint64_t *difference, const uint64_t *a, const uint64_t *b, size_t limbs)
{
    uint64_t borrow = 0;

    for (size_t i = 0; i < limbs; i++) {
        wide step = (wide)a[i] - b[i] - borrow;

        difference[i] = (uint64_t)step;
        borrow = (uint64_t)(step >> 64) & 1;
    }
    return borrow;
}

/* a + b; the carry. */
INLINE uint64_t add(uint64_t *sum, const uint64_t *a, const uint64_t *b, size_t limbs)
{
    uint64_t carry = 0;

    for (size_t i = 0; i < limbs; i++) {
        wide step = (wide)a[i] + b[i] + carry;

        sum[i] = (uint64_t)step;
        carry = (uint64_t)(step >> 64);
    }
    return carry;
}

/* A number below 2m, its highest bit in `carry`, brought below m. */
INLINE void reduce(uint64_t *result, const uint64_t *number, uint64_t carry, const uint64_t *m,
                   size_t limbs)
{
    uint64_t less[MODULUS_LIMBS];
    uint64_t mask = 0 - (uint64_t)(subtract(less, number, m, limbs) > carry);

    for (size_t i = 0; i < limbs; i++) {
        result[i] = (number[i] & mask) | (less[i] & ~mask);
    }
}

INLINE void modular_add(uint64_t *sum, const uint64_t *a, const uint64_t *b, const uint64_t *m,
                        size_t limbs)
{
    uint64_t plain[MODULUS_LIMBS];
    uint64_t carry = add(plain, a, b, limbs);

    reduce(sum, plain, carry, m, limbs);
}

INLINE void modular_subtract(uint64_t *difference, const uint64_t *a, const uint64_t *b,
                             const uint64_t *m, size_t limbs)
{
    uint64_t plain[MODULUS_LIMBS], back[MODULUS_LIMBS];
    uint64_t mask = 0 - subtract(plain, a, b, limbs);

    for (size_t i = 0; i < limbs; i++) {
        back[i] = m[i] & mask;
    }
    (void)add(difference, plain, back, limbs);
}

/* One limb of b at a time: add a · b[i], then the multiple of m that clears the lowest limb. */
INLINE void multiply(uint64_t *product, const uint64_t *a, const uint64_t *b,
                     const struct modulus *modulus, size_t limbs)
{
    const uint64_t *m = modulus->m;
    uint64_t t[MODULUS_LIMBS + 1] = {0};

    for (size_t i = 0; i < limbs; i++) {
        uint64_t factor, high, carry = 0;
        wide step;

        for (size_t j = 0; j < limbs; j++) {
            step = (wide)a[j] * b[i] + t[j] + carry;
            t[j] = (uint64_t)step;
            carry = (uint64_t)(step >> 64);
        }
        step = (wide)t[limbs] + carry;
        t[limbs] = (uint64_t)step;
        high = (uint64_t)(step >> 64);

        factor = t[0] * modulus->inverse;
        step = (wide)factor * m[0] + t[0];
        carry = (uint64_t)(step >> 64);
        for (size_t j = 1; j < limbs; j++) {
            step = (wide)factor * m[j] + t[j] + carry;
            t[j - 1] = (uint64_t)step;
            carry = (uint64_t)(step >> 64);
        }
        step = (wide)t[limbs] + carry;
        t[limbs - 1] = (uint64_t)step;
        t[limbs] = high + (uint64_t)(step >> 64);
    }
    reduce(product, t, t[limbs], m, limbs);
}

/* Karatsuba, three products for four: the mixed one is (a0 + a1)(b0 + b1) less the others. */
INLINE void multiply2(uint64_t *product, const uint64_t *a, const uint64_t *b,
                      const struct modulus *modulus, size_t limbs)
{
    const uint64_t *m = modulus->m;
    uint64_t low[MODULUS_LIMBS], high[MODULUS_LIMBS], mixed[MODULUS_LIMBS], sum[MODULUS_LIMBS];

    modular_add(mixed, a, a + limbs, m, limbs);
    modular_add(sum, b, b + limbs, m, limbs);
    multiply(low, a, b, modulus, limbs);
    multiply(high, a + limbs, b + limbs, modulus, limbs);
    multiply(mixed, mixed, sum, modulus, limbs);
    modular_subtract(mixed, mixed, low, m, limbs);
    modular_subtract(product + limbs, mixed, high, m, limbs);
    modular_subtract(product, low, high, m, limbs);
}

bool modulus_set(struct modulus *modulus, const uint64_t *m, size_t limbs)
{
    uint64_t above = 0, inverse = 1;

    if (limbs < 1 || limbs > MODULUS_LIMBS || m[0] % 2 == 0) {
        return false;
    }
    for (size_t i = 1; i < limbs; i++) {
        above |= m[i];
    }
    if (above == 0 && m[0] == 1) {
        return false;
    }
    /* Newton: each step doubles the number of bits that are right, beginning with one. */
    for (int step = 0; step < 6; step++) {
        inverse *= 2 - m[0] * inverse;
    }
    memcpy(modulus->m, m, limbs * sizeof(*m));
    modulus->inverse = 0 - inverse;
    modulus->limbs = limbs;
    return true;
}

bool modulus_holds(const struct modulus *modulus, const uint64_t *a)
{
    uint64_t unused[MODULUS_LIMBS];

    return subtract(unused, a, modulus->m, modulus->limbs) == 1;
}

void modulus_add(const struct modulus *modulus, uint64_t *sum, const uint64_t *a, const uint64_t *b)
{
    modular_add(sum, a, b, modulus->m, modulus->limbs);
}

void modulus_subtract(const struct modulus *modulus, uint64_t *difference, const uint64_t *a,
                      const uint64_t *b)
{
    modular_subtract(difference, a, b, modulus->m, modulus->limbs);
}

/* BN254 and the 256-bit curves have four limbs, BLS12-381 has six. */
void modulus_multiply(const struct modulus *modulus, uint64_t *product, const uint64_t *a,
                      const uint64_t *b)
{
    switch (modulus->limbs) {
    case 4:
        multiply(product, a, b, modulus, 4);
        break;
    case 6:
        multiply(product, a, b, modulus, 6);
        break;
    default:
        multiply(product, a, b, modulus, modulus->limbs);
        break;
    }
}

void modulus_multiply2(const struct modulus *modulus, uint64_t *product, const uint64_t *a,
                       const uint64_t *b)
{
    switch (modulus->limbs) {
    case 4:
        multiply2(product, a, b, modulus, 4);
        break;
    case 6:
        multiply2(product, a, b, modulus, 6);
        break;
    default:
        multiply2(product, a, b, modulus, modulus->limbs);
        break;
    }
}
