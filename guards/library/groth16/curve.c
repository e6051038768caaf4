/*
 * curve.c - see curve.h.
 */
#include "curve.h"

#include "tower.h"

static const struct fp2 b_of_g1 = {
    {{0x7A17CAA950AD28D7U, 0x1F6AC17AE15521B9U, 0x334BEA4E696BD284U, 0x2A1F6744CE179D8EU}},
    {{0, 0, 0, 0}}};
static const struct fp2 b_of_g2 = {
    {{0x3BF938E377B802A8U, 0x020B1B273633535DU, 0x26B7EDF049755260U, 0x2514C6324384A86DU}},
    {{0x38E7ECCCD1DCFF67U, 0x65F0B37D93CE0D3EU, 0xD749D0DD22AC00AAU, 0x0141B9CE4A688D4DU}}};

static const char *check(const struct affine *point, const struct fp2 *b)
{
    struct fp2 left, right;

    if (fp2_is_zero(&point->x) && fp2_is_zero(&point->y)) {
        return "is infinity";
    }
    fp2_square(&left, &point->y);
    fp2_square(&right, &point->x);
    fp2_mul(&right, &right, &point->x);
    fp2_add(&right, &right, b);
    return fp2_equal(&left, &right) ? NULL : "is not on the curve";
}

const char *g1_read(struct affine *point, const uint8_t octets[G1_SIZE])
{
    *point = (struct affine){.x = fp2_zero, .y = fp2_zero};
    if (!fp_read(&point->x.c0, octets) || !fp_read(&point->y.c0, octets + FP_SIZE)) {
        return "has a coordinate that is not below p";
    }
    return check(point, &b_of_g1);
}

static bool read_pair(struct fp2 *pair, const uint8_t octets[FP2_SIZE])
{
    return fp_read(&pair->c1, octets) && fp_read(&pair->c0, octets + FP_SIZE);
}

const char *g2_read(struct affine *point, const uint8_t octets[G2_SIZE])
{
    if (!read_pair(&point->x, octets) || !read_pair(&point->y, octets + FP2_SIZE)) {
        return "has a coordinate that is not below p";
    }
    return check(point, &b_of_g2);
}

void point_double(struct jacobian *result, const struct jacobian *a)
{
    struct fp2 xx, yy, yyyy, s, m;

    fp2_square(&xx, &a->x);
    fp2_square(&yy, &a->y);
    fp2_square(&yyyy, &yy);
    fp2_mul(&s, &a->x, &yy);
    fp2_double(&s, &s);
    fp2_double(&s, &s); /* 4·X·Y² */
    fp2_double(&m, &xx);
    fp2_add(&m, &m, &xx); /* 3·X² */

    fp2_mul(&result->z, &a->y, &a->z);
    fp2_double(&result->z, &result->z);
    fp2_square(&result->x, &m);
    fp2_sub(&result->x, &result->x, &s);
    fp2_sub(&result->x, &result->x, &s);
    fp2_sub(&s, &s, &result->x);
    fp2_mul(&result->y, &m, &s);
    fp2_double(&yyyy, &yyyy);
    fp2_double(&yyyy, &yyyy);
    fp2_double(&yyyy, &yyyy);
    fp2_sub(&result->y, &result->y, &yyyy);
}

static void from_affine(struct jacobian *result, const struct affine *a)
{
    *result = (struct jacobian){.x = a->x, .y = a->y, .z = fp2_one};
}

/* Complete: also where one operand is infinity, or both are the same point, or opposite ones. */
void point_add(struct jacobian *result, const struct jacobian *a, const struct affine *b)
{
    struct fp2 zz, h, r, hh, hhh, v;

    if (fp2_is_zero(&a->z)) {
        from_affine(result, b);
        return;
    }
    fp2_square(&zz, &a->z);
    fp2_mul(&h, &b->x, &zz);
    fp2_sub(&h, &h, &a->x);
    fp2_mul(&r, &zz, &a->z);
    fp2_mul(&r, &r, &b->y);
    fp2_sub(&r, &r, &a->y);
    if (fp2_is_zero(&h) && fp2_is_zero(&r)) {
        point_double(result, a);
        return;
    }
    /* Opposite points: h, and so the sum's Z, is 0. */
    fp2_square(&hh, &h);
    fp2_mul(&hhh, &hh, &h);
    fp2_mul(&v, &hh, &a->x);
    fp2_mul(&result->z, &a->z, &h);
    fp2_mul(&hh, &hhh, &a->y);
    fp2_square(&result->x, &r);
    fp2_sub(&result->x, &result->x, &hhh);
    fp2_sub(&result->x, &result->x, &v);
    fp2_sub(&result->x, &result->x, &v);
    fp2_sub(&v, &v, &result->x);
    fp2_mul(&result->y, &r, &v);
    fp2_sub(&result->y, &result->y, &hh);
}

bool point_to_affine(struct affine *result, const struct jacobian *a)
{
    struct fp2 inverse, square;

    if (fp2_is_zero(&a->z)) {
        return false;
    }
    fp2_invert(&inverse, &a->z);
    fp2_square(&square, &inverse);
    fp2_mul(&result->x, &a->x, &square);
    fp2_mul(&square, &square, &inverse);
    fp2_mul(&result->y, &a->y, &square);
    return true;
}

void point_combine(struct jacobian *result, const struct affine *start, const struct affine *points,
                   const uint8_t (*scalars)[SCALAR_SIZE], size_t count)
{
    *result = (struct jacobian){.x = fp2_one, .y = fp2_one, .z = fp2_zero};
    for (size_t bit = 0; bit < 8 * SCALAR_SIZE; bit++) {
        if (!fp2_is_zero(&result->z)) {
            point_double(result, result);
        }
        for (size_t i = 0; i < count; i++) {
            if ((scalars[i][bit / 8] >> (7 - bit % 8) & 1) != 0) {
                point_add(result, result, &points[i]);
            }
        }
    }
    point_add(result, result, start);
}

void g2_frobenius(struct affine *result, const struct affine *point)
{
    fp2_conjugate(&result->x, &point->x);
    fp2_mul(&result->x, &result->x, &frobenius_of_w[1]);
    fp2_conjugate(&result->y, &point->y);
    fp2_mul(&result->y, &result->y, &frobenius_of_w[2]);
}

static void negate(struct affine *point)
{
    fp2_negate(&point->y, &point->y);
}

/*
 * (6u + 2)Q + πQ - π²Q + π³Q is infinity exactly for those Q of the twist whose order divides r:
 * with π² - tπ + p = 0 the norm of 6u + 2 + π - π² + π³ is r times a number that has no divisor
 * in common with the order of the twist, r·(2p - r).
 */
bool g2_in_subgroup(const struct affine *point)
{
    struct jacobian sum;
    struct affine opposite = *point, image;

    negate(&opposite);
    from_affine(&sum, point);
    for (size_t i = ATE_LENGTH; i-- > 0;) {
        point_double(&sum, &sum);
        if (i < 64 && (ATE_PLUS >> i & 1) != 0) {
            point_add(&sum, &sum, point);
        }
        if (i < 64 && (ATE_MINUS >> i & 1) != 0) {
            point_add(&sum, &sum, &opposite);
        }
    }
    g2_frobenius(&image, point);
    point_add(&sum, &sum, &image);
    g2_frobenius(&image, &image);
    negate(&image);
    point_add(&sum, &sum, &image);
    negate(&image);
    g2_frobenius(&image, &image);
    point_add(&sum, &sum, &image);
    return fp2_is_zero(&sum.z);
}
