/*
 * pairing.c - see pairing.h.
 *
 * Miller's loop runs over all pairs at once, so that they share its squarings, and what comes out
 * is raised to (p¹² - 1)/r once. A point T of the loop is (X/Z, Y/Z). A line through points of the
 * twist at P = (x, y), untwisted by (x', y') → (x'w², y'w³), has the coefficients of 1, w and w³
 * only; factors of fp2 make no difference, the last power takes them away.
 */
#include "pairing.h"

struct projective {
    struct fp2 x, y, z;
};

/* 9/(9 + i): three times the twist's b */
static const struct fp2 b_thrice = {
    {{0x3BAA927CB62E0D6AU, 0xD71E7C52D1B664FDU, 0x03873E63D95D4664U, 0x0E75B5B1082AB8F4U}},
    {{0xAAB7C6667596FE35U, 0x31D21A78BB6A27BAU, 0x85DD7297680401FFU, 0x03C52D6ADF39A7E9U}}};

/* The tangent at T, then T = 2T. */
static void double_step(struct fp12_line *line, struct projective *t, const struct affine *p)
{
    struct fp2 xy, yy, e, h, f, sum;

    fp2_mul(&xy, &t->x, &t->y);
    fp2_square(&yy, &t->y);
    fp2_square(&e, &t->z);
    fp2_mul(&e, &e, &b_thrice); /* 3bZ² */
    fp2_mul(&h, &t->y, &t->z);
    fp2_double(&h, &h); /* 2YZ */

    /* 2YZ·y - 3X²·x·w + (Y² - 3bZ²)·w³ */
    fp2_mul(&line->one, &h, &p->y);
    fp2_square(&sum, &t->x);
    fp2_double(&f, &sum);
    fp2_add(&f, &f, &sum);
    fp2_mul(&f, &f, &p->x);
    fp2_negate(&line->first, &f);
    fp2_sub(&line->third, &yy, &e);

    /* 2XY(Y² - 9bZ²), (Y² + 9bZ²)² - 12(3bZ²)², 8Y³Z */
    fp2_double(&f, &e);
    fp2_add(&f, &f, &e);
    fp2_double(&xy, &xy);
    fp2_sub(&sum, &yy, &f);
    fp2_mul(&t->x, &xy, &sum);
    fp2_add(&sum, &yy, &f);
    fp2_square(&sum, &sum);
    fp2_double(&e, &e);
    fp2_square(&e, &e);
    fp2_sub(&sum, &sum, &e);
    fp2_sub(&sum, &sum, &e);
    fp2_sub(&t->y, &sum, &e);
    fp2_mul(&h, &h, &yy);
    fp2_double(&h, &h);
    fp2_double(&t->z, &h);
}

/* The line through T and Q, then T = T + Q. */
static void add_step(struct fp12_line *line, struct projective *t, const struct affine *q,
                     const struct affine *p)
{
    struct fp2 theta, lambda, c, d, e, g, sum;

    fp2_mul(&theta, &q->y, &t->z);
    fp2_sub(&theta, &t->y, &theta);
    fp2_mul(&lambda, &q->x, &t->z);
    fp2_sub(&lambda, &t->x, &lambda);

    /* λ·y - θ·x·w + (θ·x(Q) - λ·y(Q))·w³ */
    fp2_mul(&line->one, &lambda, &p->y);
    fp2_mul(&sum, &theta, &p->x);
    fp2_negate(&line->first, &sum);
    fp2_mul(&sum, &theta, &q->x);
    fp2_mul(&c, &lambda, &q->y);
    fp2_sub(&line->third, &sum, &c);

    fp2_square(&c, &theta);
    fp2_square(&d, &lambda);
    fp2_mul(&e, &d, &lambda);
    fp2_mul(&c, &c, &t->z);
    fp2_mul(&g, &d, &t->x);
    fp2_add(&sum, &e, &c);
    fp2_sub(&sum, &sum, &g);
    fp2_sub(&sum, &sum, &g); /* λ³ + θ²Z - 2λ²X */
    fp2_mul(&t->x, &lambda, &sum);
    fp2_sub(&g, &g, &sum);
    fp2_mul(&g, &g, &theta);
    fp2_mul(&c, &e, &t->y);
    fp2_sub(&t->y, &g, &c);
    fp2_mul(&t->z, &t->z, &e);
}

static void add_line(struct fp12 *f, struct projective *t, const struct affine *q,
                     const struct affine *p)
{
    struct fp12_line line;

    add_step(&line, t, q, p);
    fp12_mul_line(f, f, &line);
}

void pairing_loop(struct fp12 *f, const struct pair *pairs, size_t count)
{
    struct projective t[PAIRS_MAX];
    struct affine q;

    *f = fp12_one;
    for (size_t k = 0; k < count; k++) {
        t[k] = (struct projective){.x = pairs[k].q.x, .y = pairs[k].q.y, .z = fp2_one};
    }
    for (size_t i = ATE_LENGTH; i-- > 0;) {
        bool plus = i < 64 && (ATE_PLUS >> i & 1) != 0;
        bool minus = i < 64 && (ATE_MINUS >> i & 1) != 0;

        fp12_square(f, f);
        for (size_t k = 0; k < count; k++) {
            struct fp12_line line;

            double_step(&line, &t[k], &pairs[k].p);
            fp12_mul_line(f, f, &line);
            if (plus || minus) {
                q = pairs[k].q;
                if (minus) {
                    fp2_negate(&q.y, &q.y);
                }
                add_line(f, &t[k], &q, &pairs[k].p);
            }
        }
    }
    for (size_t k = 0; k < count; k++) {
        g2_frobenius(&q, &pairs[k].q);
        add_line(f, &t[k], &q, &pairs[k].p);
        g2_frobenius(&q, &q);
        fp2_negate(&q.y, &q.y);
        add_line(f, &t[k], &q, &pairs[k].p);
    }
}

/* a^u where 1/a is its conjugate; the NAF of u, without its leading 1. */
static void power_u(struct fp12 *result, const struct fp12 *a)
{
    static const uint64_t plus = 0x050A14044A890A01U, minus = 0x0020815000200010U;
    struct fp12 inverse, power = *a;

    fp12_conjugate(&inverse, a);
    for (size_t i = 62; i-- > 0;) {
        fp12_square_cyclotomic(&power, &power);
        if ((plus >> i & 1) != 0) {
            fp12_mul(&power, &power, a);
        }
        if ((minus >> i & 1) != 0) {
            fp12_mul(&power, &power, &inverse);
        }
    }
    *result = power;
}

/*
 * f^((p¹² - 1)/r · m), m = 2u(6u² + 3u + 1) having no divisor in common with r, which splits into
 * (p⁶ - 1)(p² + 1) and
 *   (1 + 6u + 12u² + 12u³) + (4u + 6u² + 12u³)p + (6u + 6u² + 12u³)p² + (-1 + 4u + 6u² + 12u³)p³
 * (Fuentes-Castañeda, Knapp, Rodríguez-Henríquez, "Faster hashing to G2").
 */
void pairing_end(struct fp12 *f)
{
    struct fp12 a, b, six_uu, part;

    fp12_invert(&a, f);
    fp12_conjugate(f, f);
    fp12_mul(f, f, &a);
    fp12_frobenius(&a, f);
    fp12_frobenius(&a, &a);
    fp12_mul(f, f, &a);

    power_u(&b, f);
    fp12_square_cyclotomic(&b, &b); /* 2u */
    fp12_square_cyclotomic(&a, &b);
    fp12_mul(&a, &a, &b); /* 6u */
    power_u(&six_uu, &a);
    fp12_square_cyclotomic(&part, &six_uu);
    power_u(&part, &part); /* 12u³ */
    fp12_mul(&a, &a, &six_uu);
    fp12_mul(&a, &a, &part); /* 6u + 6u² + 12u³ */
    fp12_conjugate(&b, &b);
    fp12_mul(&b, &b, &a); /* 4u + 6u² + 12u³ */

    fp12_conjugate(&part, f);
    fp12_mul(&part, &part, &b);
    fp12_frobenius(&part, &part);
    fp12_mul(&part, &part, &a);
    fp12_frobenius(&part, &part);
    fp12_mul(&part, &part, &b);
    fp12_frobenius(&part, &part);
    fp12_mul(&part, &part, &a);
    fp12_mul(&part, &part, &six_uu);
    fp12_mul(f, &part, f);
}
