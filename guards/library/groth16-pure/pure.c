/*
 * pure.c - products of coordinates in WebAssembly alone; see groth16/field.h.
 *
 * The widest product that WebAssembly has is 32 × 32 bits, so a coordinate is 8 limbs of 32 bits:
 * the same octets in memory, since wasm32 is little-endian.
 */
#include "guards/library/groth16/field.h"

#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL
#endif

enum { LIMBS = 8 };

void field_begin(void)
{
}

static inline uint64_t half(const struct fp *a, size_t i)
{
    return a->limb[i / 2] >> (32 * (i % 2)) & 0xFFFFFFFFU;
}

/*
 * a·b / 2^256 modulo p: Montgomery's product, limb by limb of a (coarsely integrated operand
 * scanning). The highest limb of p is below 2^31 - 1, so a row never carries out of 8 limbs.
 */
void fp_mul(struct fp *result, const struct fp *a, const struct fp *b)
{
    static const struct fp p = {
        {0x3C208C16D87CFD47U, 0x97816A916871CA8DU, 0xB85045B68181585DU, 0x30644E72E131A029U}};
    static const uint32_t inverse = 0xE4866389U; /* -1/p modulo 2^32 */
    uint64_t t[LIMBS] = {0};
    struct fp sum, zero = {{0, 0, 0, 0}};

    UNROLL
    for (size_t i = 0; i < LIMBS; i++) {
        uint64_t x = half(a, i);
        uint64_t high = t[0] + x * half(b, 0);
        uint64_t m = (uint32_t)high * inverse;
        uint64_t low;

        m &= 0xFFFFFFFFU;
        low = (high & 0xFFFFFFFFU) + m * half(&p, 0);
        UNROLL
        for (size_t j = 1; j < LIMBS; j++) {
            high = t[j] + x * half(b, j) + (high >> 32);
            low = (high & 0xFFFFFFFFU) + m * half(&p, j) + (low >> 32);
            t[j - 1] = low & 0xFFFFFFFFU;
        }
        t[LIMBS - 1] = (high >> 32) + (low >> 32);
    }
    UNROLL
    for (size_t i = 0; i < 4; i++) {
        sum.limb[i] = t[2 * i] | t[2 * i + 1] << 32;
    }
    /* Below 2p: adding nothing brings it below p. */
    fp_add(result, &sum, &zero);
}

/* Three products instead of four (Karatsuba). */
void fp2_mul(struct fp2 *result, const struct fp2 *a, const struct fp2 *b)
{
    struct fp low, high, sum, other;

    fp_add(&sum, &a->c0, &a->c1);
    fp_add(&other, &b->c0, &b->c1);
    fp_mul(&low, &a->c0, &b->c0);
    fp_mul(&high, &a->c1, &b->c1);
    fp_mul(&sum, &sum, &other);
    fp_sub(&result->c0, &low, &high);
    fp_sub(&sum, &sum, &low);
    fp_sub(&result->c1, &sum, &high);
}

/* (c0 + c1)(c0 - c1) + 2·c0·c1·i */
void fp2_square(struct fp2 *result, const struct fp2 *a)
{
    struct fp sum, difference, product;

    fp_add(&sum, &a->c0, &a->c1);
    fp_sub(&difference, &a->c0, &a->c1);
    fp_mul(&product, &a->c0, &a->c1);
    fp_mul(&result->c0, &sum, &difference);
    fp_add(&result->c1, &product, &product);
}

/* (9·c0 - c1) + (9·c1 + c0)·i */
void fp2_mul_xi(struct fp2 *result, const struct fp2 *a)
{
    struct fp2 nine, copy = *a;

    fp2_double(&nine, a);
    fp2_double(&nine, &nine);
    fp2_double(&nine, &nine);
    fp2_add(&nine, &nine, a);
    fp_sub(&result->c0, &nine.c0, &copy.c1);
    fp_add(&result->c1, &nine.c1, &copy.c0);
}
