/*
 * tower.c - see tower.h.
 */
#include "tower.h"

const struct fp12 fp12_one = {.c0.c0.c0 = {{0xD35D438DC58F0D9DU, 0x0A78EB28F5C70B3DU,
                                            0x666EA36F7879462CU, 0x0E0A77C19A07DF2FU}}};

const struct fp2 frobenius_of_w[5] = {
    {{{0xAF9BA69633144907U, 0xCA6B1D7387AFB78AU, 0x11BDED5EF08A2087U, 0x02F34D751A1F3A7CU}},
     {{0xA222AE234C492D72U, 0xD00F02A4565DE15BU, 0xDC2FF3A253DFC926U, 0x10A75716B3899551U}}},
    {{{0xB5773B104563AB30U, 0x347F91C8A9AA6454U, 0x7A007127242E0991U, 0x1956BCD8118214ECU}},
     {{0x6E849F1EA0AA4757U, 0xAA1C7B6D89F89141U, 0xB6E713CDFAE0CA3AU, 0x26694FBB4E82EBC3U}}},
    {{{0xE4BBDD0C2936B629U, 0xBB30F162E133BACBU, 0x31A9D1B6F9645366U, 0x253570BEA500F8DDU}},
     {{0xA1D77CE45FFE77C7U, 0x07AFFD117826D1DBU, 0x6D16BD27BB7EDC6BU, 0x2C87200285DEFECCU}}},
    {{{0x7361D77F843ABE92U, 0xA5BB2BD3273411FBU, 0x9C941F314B3E2399U, 0x15DF9CDDBB9FD3ECU}},
     {{0x5DDDFD154BD8C949U, 0x62CB29A5A4445B60U, 0x37BC870A0C7DD2B9U, 0x24830A9D3171F0FDU}}},
    {{{0xC970692F41690FE7U, 0xE240342127694B0BU, 0x32BEE66B83C459E8U, 0x12AABCED0AB08841U}},
     {{0x0D485D2340AEBFA9U, 0x05193418AB2FCC57U, 0xD3B0A40B8A4910F5U, 0x2F21EBB535D2925AU}}},
};

static void fp6_add(struct fp6 *result, const struct fp6 *a, const struct fp6 *b)
{
    fp2_add(&result->c0, &a->c0, &b->c0);
    fp2_add(&result->c1, &a->c1, &b->c1);
    fp2_add(&result->c2, &a->c2, &b->c2);
}

static void fp6_sub(struct fp6 *result, const struct fp6 *a, const struct fp6 *b)
{
    fp2_sub(&result->c0, &a->c0, &b->c0);
    fp2_sub(&result->c1, &a->c1, &b->c1);
    fp2_sub(&result->c2, &a->c2, &b->c2);
}

static void fp6_mul_v(struct fp6 *result, const struct fp6 *a)
{
    struct fp2 top;

    fp2_mul_xi(&top, &a->c2);
    result->c2 = a->c1;
    result->c1 = a->c0;
    result->c0 = top;
}

/* (a + b)(c + d) - x - y: the mixed term of a product whose pure terms are known. */
static void mixed(struct fp2 *result, const struct fp2 *a, const struct fp2 *b, const struct fp2 *c,
                  const struct fp2 *d, const struct fp2 *x, const struct fp2 *y)
{
    struct fp2 left, right;

    fp2_add(&left, a, b);
    fp2_add(&right, c, d);
    fp2_mul(&left, &left, &right);
    fp2_sub(&left, &left, x);
    fp2_sub(result, &left, y);
}

static void fp6_mul(struct fp6 *result, const struct fp6 *a, const struct fp6 *b)
{
    struct fp2 t0, t1, t2, high, middle, low;

    fp2_mul(&t0, &a->c0, &b->c0);
    fp2_mul(&t1, &a->c1, &b->c1);
    fp2_mul(&t2, &a->c2, &b->c2);
    mixed(&high, &a->c1, &a->c2, &b->c1, &b->c2, &t1, &t2);
    mixed(&low, &a->c0, &a->c1, &b->c0, &b->c1, &t0, &t1);
    mixed(&middle, &a->c0, &a->c2, &b->c0, &b->c2, &t0, &t2);
    fp2_mul_xi(&high, &high);
    fp2_add(&result->c0, &t0, &high);
    fp2_add(&result->c2, &middle, &t1);
    fp2_mul_xi(&t2, &t2);
    fp2_add(&result->c1, &low, &t2);
}

/* a·(x + y·v) */
static void fp6_mul_sparse(struct fp6 *result, const struct fp6 *a, const struct fp2 *x,
                           const struct fp2 *y)
{
    struct fp2 t0, t1, low, sum;

    fp2_mul(&t0, &a->c0, x);
    fp2_mul(&t1, &a->c1, y);
    mixed(&low, &a->c0, &a->c1, x, y, &t0, &t1);
    fp2_mul(&sum, &a->c2, x);
    fp2_mul(&result->c0, &a->c2, y);
    fp2_mul_xi(&result->c0, &result->c0);
    fp2_add(&result->c0, &result->c0, &t0);
    result->c1 = low;
    fp2_add(&result->c2, &sum, &t1);
}

/* 1/a, by the norm to fp2. */
static void fp6_invert(struct fp6 *result, const struct fp6 *a)
{
    struct fp2 t0, t1, t2, product, norm;

    fp2_square(&t0, &a->c0);
    fp2_mul(&product, &a->c1, &a->c2);
    fp2_mul_xi(&product, &product);
    fp2_sub(&t0, &t0, &product);

    fp2_square(&t1, &a->c2);
    fp2_mul_xi(&t1, &t1);
    fp2_mul(&product, &a->c0, &a->c1);
    fp2_sub(&t1, &t1, &product);

    fp2_square(&t2, &a->c1);
    fp2_mul(&product, &a->c0, &a->c2);
    fp2_sub(&t2, &t2, &product);

    fp2_mul(&norm, &a->c1, &t2);
    fp2_mul(&product, &a->c2, &t1);
    fp2_add(&norm, &norm, &product);
    fp2_mul_xi(&norm, &norm);
    fp2_mul(&product, &a->c0, &t0);
    fp2_add(&norm, &norm, &product);
    fp2_invert(&norm, &norm);

    fp2_mul(&result->c0, &t0, &norm);
    fp2_mul(&result->c1, &t1, &norm);
    fp2_mul(&result->c2, &t2, &norm);
}

void fp12_mul(struct fp12 *result, const struct fp12 *a, const struct fp12 *b)
{
    struct fp6 low, high, left, right;

    fp6_mul(&low, &a->c0, &b->c0);
    fp6_mul(&high, &a->c1, &b->c1);
    fp6_add(&left, &a->c0, &a->c1);
    fp6_add(&right, &b->c0, &b->c1);
    fp6_mul(&left, &left, &right);
    fp6_sub(&left, &left, &low);
    fp6_sub(&result->c1, &left, &high);
    fp6_mul_v(&high, &high);
    fp6_add(&result->c0, &low, &high);
}

void fp12_mul_line(struct fp12 *result, const struct fp12 *a, const struct fp12_line *line)
{
    struct fp6 low, high, sum;
    struct fp2 left;

    fp2_mul(&low.c0, &a->c0.c0, &line->one);
    fp2_mul(&low.c1, &a->c0.c1, &line->one);
    fp2_mul(&low.c2, &a->c0.c2, &line->one);
    fp6_mul_sparse(&high, &a->c1, &line->first, &line->third);
    fp6_add(&sum, &a->c0, &a->c1);
    fp2_add(&left, &line->one, &line->first);
    fp6_mul_sparse(&sum, &sum, &left, &line->third);
    fp6_sub(&sum, &sum, &low);
    fp6_sub(&result->c1, &sum, &high);
    fp6_mul_v(&high, &high);
    fp6_add(&result->c0, &low, &high);
}

/* (a0² + v·a1²) + 2·a0·a1·w, the first as (a0 + a1)(a0 + v·a1) - a0·a1 - v·a0·a1 */
void fp12_square(struct fp12 *result, const struct fp12 *a)
{
    struct fp6 product, left, right;

    fp6_mul(&product, &a->c0, &a->c1);
    fp6_add(&left, &a->c0, &a->c1);
    fp6_mul_v(&right, &a->c1);
    fp6_add(&right, &right, &a->c0);
    fp6_mul(&left, &left, &right);
    fp6_sub(&left, &left, &product);
    fp6_mul_v(&right, &product);
    fp6_sub(&result->c0, &left, &right);
    fp6_add(&result->c1, &product, &product);
}

/* (a0 - a1·w) / (a0² - v·a1²) */
void fp12_invert(struct fp12 *result, const struct fp12 *a)
{
    static const struct fp6 zero;
    struct fp6 norm, square;

    fp6_mul(&norm, &a->c0, &a->c0);
    fp6_mul(&square, &a->c1, &a->c1);
    fp6_mul_v(&square, &square);
    fp6_sub(&norm, &norm, &square);
    fp6_invert(&norm, &norm);
    fp6_mul(&result->c0, &a->c0, &norm);
    fp6_mul(&result->c1, &a->c1, &norm);
    fp6_sub(&result->c1, &zero, &result->c1);
}

void fp12_conjugate(struct fp12 *result, const struct fp12 *a)
{
    static const struct fp6 zero;

    result->c0 = a->c0;
    fp6_sub(&result->c1, &zero, &a->c1);
}

void fp12_frobenius(struct fp12 *result, const struct fp12 *a)
{
    struct fp2 part;

    fp2_conjugate(&result->c0.c0, &a->c0.c0);
    fp2_conjugate(&part, &a->c1.c0);
    fp2_mul(&result->c1.c0, &part, &frobenius_of_w[0]);
    fp2_conjugate(&part, &a->c0.c1);
    fp2_mul(&result->c0.c1, &part, &frobenius_of_w[1]);
    fp2_conjugate(&part, &a->c1.c1);
    fp2_mul(&result->c1.c1, &part, &frobenius_of_w[2]);
    fp2_conjugate(&part, &a->c0.c2);
    fp2_mul(&result->c0.c2, &part, &frobenius_of_w[3]);
    fp2_conjugate(&part, &a->c1.c2);
    fp2_mul(&result->c1.c2, &part, &frobenius_of_w[4]);
}

/* (x + y·s)² with s² = 9 + i */
static void square_of_pair(struct fp2 *one, struct fp2 *s, const struct fp2 *x, const struct fp2 *y)
{
    struct fp2 left, right, sum;

    fp2_square(&left, x);
    fp2_square(&right, y);
    fp2_add(&sum, x, y);
    fp2_square(&sum, &sum);
    fp2_sub(&sum, &sum, &left);
    fp2_sub(s, &sum, &right);
    fp2_mul_xi(&right, &right);
    fp2_add(one, &left, &right);
}

/* 3·square - 2·old, and 3·square + 2·old */

static void thrice_less(struct fp2 *old, const struct fp2 *square)
{
    struct fp2 part;

    fp2_sub(&part, square, old);
    fp2_double(&part, &part);
    fp2_add(old, &part, square);
}

static void thrice_more(struct fp2 *old, const struct fp2 *square)
{
    struct fp2 part;

    fp2_add(&part, square, old);
    fp2_double(&part, &part);
    fp2_add(old, &part, square);
}

/*
 * With s = w³, a is A + B·w + C·w² over pairs (x + y·s), and where its norm is 1 its square is
 * (3A² - 2A') + (3s·C² + 2B')·w + (3B² - 2C')·w², X' being X with -s for s.
 */
void fp12_square_cyclotomic(struct fp12 *result, const struct fp12 *a)
{
    struct fp2 a0, a1, b0, b1, c0, c1;

    square_of_pair(&a0, &a1, &a->c0.c0, &a->c1.c1);
    square_of_pair(&b0, &b1, &a->c1.c0, &a->c0.c2);
    square_of_pair(&c0, &c1, &a->c0.c1, &a->c1.c2);
    fp2_mul_xi(&c1, &c1);
    *result = *a;
    thrice_less(&result->c0.c0, &a0);
    thrice_more(&result->c1.c1, &a1);
    thrice_more(&result->c1.c0, &c1);
    thrice_less(&result->c0.c2, &c0);
    thrice_less(&result->c0.c1, &b0);
    thrice_more(&result->c1.c2, &b1);
}

static bool fp6_equal(const struct fp6 *a, const struct fp6 *b)
{
    return fp2_equal(&a->c0, &b->c0) && fp2_equal(&a->c1, &b->c1) && fp2_equal(&a->c2, &b->c2);
}

bool fp12_equal(const struct fp12 *a, const struct fp12 *b)
{
    return fp6_equal(&a->c0, &b->c0) && fp6_equal(&a->c1, &b->c1);
}
