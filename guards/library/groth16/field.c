/*
 * field.c - everything about coordinates but their products; see field.h.
 */
#include "field.h"

const struct fp fp_modulus = {
    {0x3C208C16D87CFD47U, 0x97816A916871CA8DU, 0xB85045B68181585DU, 0x30644E72E131A029U}};

const struct fp2 fp2_zero;

/* 2^256 modulo p */
const struct fp2 fp2_one = {
    {{0xD35D438DC58F0D9DU, 0x0A78EB28F5C70B3DU, 0x666EA36F7879462CU, 0x0E0A77C19A07DF2FU}},
    {{0, 0, 0, 0}}};

/* 2^512 modulo p: a number times this is the number in Montgomery's form. */
static const struct fp r_squared = {
    {0xF32CFC5B538AFA89U, 0xB5E71911D44501FBU, 0x47AB1EFF0A417FF6U, 0x06D89F71CAB8351FU}};

static bool is_below(const struct fp *a, const struct fp *b)
{
    for (size_t i = 4; i-- > 0;) {
        if (a->limb[i] != b->limb[i]) {
            return a->limb[i] < b->limb[i];
        }
    }
    return false;
}

/* Sum and difference modulo 2^256, and what is carried. */

static inline uint64_t add_limbs(struct fp *result, const struct fp *a, const struct fp *b)
{
    uint64_t carry = 0;

    for (size_t i = 0; i < 4; i++) {
        uint64_t sum = a->limb[i] + carry;
        uint64_t over = sum < carry;

        sum += b->limb[i];
        carry = over | (sum < b->limb[i]);
        result->limb[i] = sum;
    }
    return carry;
}

static inline uint64_t sub_limbs(struct fp *result, const struct fp *a, const struct fp *b)
{
    uint64_t borrow = 0;

    for (size_t i = 0; i < 4; i++) {
        uint64_t difference = a->limb[i] - b->limb[i];
        uint64_t under = a->limb[i] < b->limb[i];

        result->limb[i] = difference - borrow;
        borrow = under | (difference < borrow);
    }
    return borrow;
}

/*
 * Most of the time of a pairing goes here where the host multiplies: so these are put into their
 * callers, and the highest limb alone is compared where it decides. p has two bits to spare: the
 * sum of two numbers below it never leaves 256 bits.
 */

static inline void add(struct fp *result, const struct fp *a, const struct fp *b)
{
    struct fp sum;

    (void)add_limbs(&sum, a, b);
    if (sum.limb[3] >= fp_modulus.limb[3] && !is_below(&sum, &fp_modulus)) {
        (void)sub_limbs(&sum, &sum, &fp_modulus);
    }
    *result = sum;
}

static inline void sub(struct fp *result, const struct fp *a, const struct fp *b)
{
    struct fp difference;

    if (sub_limbs(&difference, a, b) != 0) {
        (void)add_limbs(&difference, &difference, &fp_modulus);
    }
    *result = difference;
}

void fp_add(struct fp *result, const struct fp *a, const struct fp *b)
{
    add(result, a, b);
}

void fp_sub(struct fp *result, const struct fp *a, const struct fp *b)
{
    sub(result, a, b);
}

bool fp_read(struct fp *result, const uint8_t octets[FP_SIZE])
{
    struct fp number;

    for (size_t i = 0; i < 4; i++) {
        number.limb[3 - i] = 0;
        for (size_t j = 0; j < 8; j++) {
            number.limb[3 - i] = number.limb[3 - i] << 8 | octets[8 * i + j];
        }
    }
    if (!is_below(&number, &fp_modulus)) {
        return false;
    }
    fp_mul(result, &number, &r_squared);
    return true;
}

/* a^(p - 2), Fermat */
static void fp_invert(struct fp *result, const struct fp *a)
{
    struct fp base = *a, power = fp2_one.c0;
    struct fp exponent = fp_modulus;

    exponent.limb[0] -= 2;
    for (size_t i = 256; i-- > 0;) {
        fp_mul(&power, &power, &power);
        if ((exponent.limb[i / 64] >> (i % 64) & 1) != 0) {
            fp_mul(&power, &power, &base);
        }
    }
    *result = power;
}

void fp2_add(struct fp2 *result, const struct fp2 *a, const struct fp2 *b)
{
    add(&result->c0, &a->c0, &b->c0);
    add(&result->c1, &a->c1, &b->c1);
}

void fp2_sub(struct fp2 *result, const struct fp2 *a, const struct fp2 *b)
{
    sub(&result->c0, &a->c0, &b->c0);
    sub(&result->c1, &a->c1, &b->c1);
}

void fp2_double(struct fp2 *result, const struct fp2 *a)
{
    fp2_add(result, a, a);
}

void fp2_negate(struct fp2 *result, const struct fp2 *a)
{
    fp2_sub(result, &fp2_zero, a);
}

void fp2_conjugate(struct fp2 *result, const struct fp2 *a)
{
    result->c0 = a->c0;
    fp_sub(&result->c1, &fp2_zero.c0, &a->c1);
}

bool fp2_equal(const struct fp2 *a, const struct fp2 *b)
{
    uint64_t difference = 0;

    for (size_t i = 0; i < 4; i++) {
        difference |= a->c0.limb[i] ^ b->c0.limb[i];
        difference |= a->c1.limb[i] ^ b->c1.limb[i];
    }
    return difference == 0;
}

bool fp2_is_zero(const struct fp2 *a)
{
    return fp2_equal(a, &fp2_zero);
}

/* (c0 - c1·i) / (c0² + c1²) */
void fp2_invert(struct fp2 *result, const struct fp2 *a)
{
    struct fp norm, square;
    struct fp2 conjugate;

    fp_mul(&norm, &a->c0, &a->c0);
    fp_mul(&square, &a->c1, &a->c1);
    fp_add(&norm, &norm, &square);
    fp_invert(&norm, &norm);
    fp2_conjugate(&conjugate, a);
    fp_mul(&result->c0, &conjugate.c0, &norm);
    fp_mul(&result->c1, &conjugate.c1, &norm);
}
