/*
 * bn254_test.c - the curve, its fields and its pairing, compiled for this machine: against
 * published vectors, against the host's arithmetic, and against themselves.
 */
#include "core/guard/montgomery.h"
#include "guards/library/groth16/pairing.h"
#include "tests/unit/guard/fixture.h"
#include "tests/unit/guards/groth16/trapdoor.h"

#include <stdio.h>
#include <stdlib.h>

#define P        "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47"
#define P_LESS_1 "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd46"
#define ZERO     "0000000000000000000000000000000000000000000000000000000000000000"
#define ONE      "0000000000000000000000000000000000000000000000000000000000000001"
#define TWO      "0000000000000000000000000000000000000000000000000000000000000002"

/* A point with x = 2 on the twist whose order does not divide r. */
#define OFF_GROUP                                                                                  \
    ZERO TWO "2b722ed547657a33238122b710a54d992e52f01f4cff6cc8e77e74268cacbf14"                    \
             "184e49a28b311fe99c47905f002cd6085959e8398ef0c9bba8807a52b0fab5fa"

static uint64_t next(uint64_t *state)
{
    /* xorshift64* */
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545F4914F6CDD1DU;
}

/* Random coordinates, and those at the edges. */
static void any_fp(struct fp *a, uint64_t *state)
{
    static const struct fp zero, one = {{1, 0, 0, 0}};
    uint64_t choice = next(state) % 16;

    *a = choice == 0 ? zero : one;
    if (choice == 2) {
        fp_sub(a, &zero, &one); /* p - 1 */
    }
    if (choice <= 2) {
        return;
    }
    for (size_t i = 0; i < 4; i++) {
        a->limb[i] = next(state) % 8 == 0 ? UINT64_MAX : next(state);
    }
    a->limb[3] %= fp_modulus.limb[3];
}

static void products_without_the_host_are_those_of_the_host(void **state)
{
    struct modulus modulus;
    uint64_t random = 1;

    (void)state;
    assert_true(modulus_set(&modulus, fp_modulus.limb, 4));
    for (size_t i = 0; i < 20000; i++) {
        struct fp2 a, b, ours;
        uint64_t theirs[8];

        any_fp(&a.c0, &random);
        any_fp(&a.c1, &random);
        any_fp(&b.c0, &random);
        any_fp(&b.c1, &random);
        fp_mul(&ours.c0, &a.c0, &b.c0);
        modulus_multiply(&modulus, theirs, a.c0.limb, b.c0.limb);
        assert_memory_equal(&ours.c0, theirs, FP_SIZE);
        fp_add(&ours.c0, &a.c0, &b.c0);
        modulus_add(&modulus, theirs, a.c0.limb, b.c0.limb);
        assert_memory_equal(&ours.c0, theirs, FP_SIZE);
        fp_sub(&ours.c0, &a.c0, &b.c0);
        modulus_subtract(&modulus, theirs, a.c0.limb, b.c0.limb);
        assert_memory_equal(&ours.c0, theirs, FP_SIZE);
        fp2_mul(&ours, &a, &b);
        modulus_multiply2(&modulus, theirs, (const uint64_t *)&a, (const uint64_t *)&b);
        assert_memory_equal(&ours, theirs, FP2_SIZE);
        fp2_square(&ours, &a);
        modulus_multiply2(&modulus, theirs, (const uint64_t *)&a, (const uint64_t *)&a);
        assert_memory_equal(&ours, theirs, FP2_SIZE);
    }
}

static void results_may_lie_over_operands(void **state)
{
    uint64_t random = 2;

    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        struct fp2 a, b, apart, left, right;

        any_fp(&a.c0, &random);
        any_fp(&a.c1, &random);
        any_fp(&b.c0, &random);
        any_fp(&b.c1, &random);
        left = a;
        right = b;
        fp2_mul(&apart, &a, &b);
        fp2_mul(&left, &left, &b);
        fp2_mul(&right, &a, &right);
        assert_true(fp2_equal(&left, &apart));
        assert_true(fp2_equal(&right, &apart));
        left = a;
        fp2_mul_xi(&apart, &a);
        fp2_mul_xi(&left, &left);
        assert_true(fp2_equal(&left, &apart));
        left = a;
        fp2_square(&apart, &a);
        fp2_square(&left, &left);
        assert_true(fp2_equal(&left, &apart));
        fp2_invert(&left, &a);
        fp2_mul(&left, &left, &a);
        assert_true(fp2_equal(&left, fp2_is_zero(&a) ? &fp2_zero : &fp2_one));
    }
}

static void coordinates_are_below_p(void **state)
{
    struct fixture *fixture = *state;
    uint8_t octets[FP_SIZE];
    struct fp a;

    assert_false(fp_read(&a, hex(fixture, P).data));
    memset(octets, 0xFF, sizeof(octets));
    assert_false(fp_read(&a, octets));
    assert_true(fp_read(&a, hex(fixture, P_LESS_1).data));
    fp_write(&a, octets);
    assert_memory_equal(octets, hex(fixture, P_LESS_1).data, FP_SIZE);
    assert_true(fp_read(&a, hex(fixture, ONE).data));
    assert_memory_equal(&a, &fp2_one.c0, FP_SIZE);
}

static void what_is_no_point_is_told(void **state)
{
    struct fixture *fixture = *state;
    struct affine point;

    assert_null(g1_read(&point, hex(fixture, ONE TWO).data));
    assert_string_equal(g1_read(&point, hex(fixture, ZERO ZERO).data), "is infinity");
    assert_string_equal(g1_read(&point, hex(fixture, ONE ONE).data), "is not on the curve");
    assert_string_equal(g1_read(&point, hex(fixture, P TWO).data),
                        "has a coordinate that is not below p");
    assert_string_equal(g1_read(&point, hex(fixture, ONE P).data),
                        "has a coordinate that is not below p");
    assert_string_equal(g2_read(&point, hex(fixture, ZERO ZERO ZERO ZERO).data), "is infinity");
    assert_string_equal(g2_read(&point, hex(fixture, ONE TWO ONE TWO).data), "is not on the curve");
    assert_string_equal(g2_read(&point, hex(fixture, ONE ONE ONE P).data),
                        "has a coordinate that is not below p");
    assert_string_equal(g2_read(&point, hex(fixture, P ONE ONE ONE).data),
                        "has a coordinate that is not below p");
}

static void the_twist_has_points_outside_the_group(void **state)
{
    struct fixture *fixture = *state;
    struct affine point, sum;
    struct jacobian jacobian;
    uint8_t octets[G2_SIZE];
    BIGNUM *number = BN_new();

    assert_null(g2_read(&point, hex(fixture, OFF_GROUP).data));
    assert_false(g2_in_subgroup(&point));
    for (unsigned i = 2; i < 40; i++) {
        assert_int_equal(BN_set_word(number, 1U << (i % 32) | i), 1);
        g2_times(number, octets);
        assert_null(g2_read(&sum, octets));
        assert_true(g2_in_subgroup(&sum));
        /* One of the group and one outside of it are outside together. */
        jacobian = (struct jacobian){.x = sum.x, .y = sum.y, .z = fp2_one};
        point_add(&jacobian, &jacobian, &point);
        assert_true(point_to_affine(&sum, &jacobian));
        assert_false(g2_in_subgroup(&sum));
    }
    BN_free(number);
}

static void sums_of_equal_opposite_and_no_points_are_right(void **state)
{
    static const uint8_t generator[G1_SIZE] = {[31] = 1, [63] = 2};
    struct fixture *fixture = *state;
    struct jacobian sum, twice;
    struct affine point, opposite, affine[2];
    uint8_t scalar[1][SCALAR_SIZE];

    assert_null(g1_read(&point, generator));
    opposite = point;
    fp2_negate(&opposite.y, &opposite.y);
    sum = (struct jacobian){.x = fp2_one, .y = fp2_one, .z = fp2_zero};
    assert_false(point_to_affine(&affine[0], &sum));
    point_add(&sum, &sum, &point); /* from infinity */
    point_add(&sum, &sum, &opposite);
    assert_false(point_to_affine(&affine[0], &sum));
    point_double(&sum, &sum);
    assert_false(point_to_affine(&affine[0], &sum));
    point_add(&sum, &sum, &point);
    point_double(&twice, &sum);
    point_add(&sum, &sum, &point); /* the same */
    assert_true(point_to_affine(&affine[0], &sum));
    assert_true(point_to_affine(&affine[1], &twice));
    assert_memory_equal(&affine[0], &affine[1], sizeof(point));
    /* (r - 1)·G + G */
    memcpy(scalar[0],
           hex(fixture, "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000000").data,
           SCALAR_SIZE);
    point_combine(&sum, &point, &point, (const uint8_t(*)[SCALAR_SIZE])scalar, 1);
    assert_false(point_to_affine(&affine[0], &sum));
}

static void pairing(struct fp12 *product, const struct pair *pairs, size_t count)
{
    pairing_loop(product, pairs, count);
    pairing_end(product);
}

static void pairings_agree_with_published_vectors(void **state)
{
    struct fixture *fixture = *state;
    struct octets file = file_of(fixture, "SWORN_SOURCE", "tests/data/groth16/eip197");
    char *text, *line;
    size_t count = 0;

    assert_int_equal(region_text(&fixture->region, file, &text), SWORN_OK);
    while ((line = strsep(&text, "\n")) != NULL && *line != '\0') {
        struct pair pairs[PAIRS_MAX];
        struct fp12 product;
        const char *name = strsep(&line, " "), *expected = strsep(&line, " ");
        struct octets octets;
        size_t size;

        if (*name == '#') {
            continue;
        }
        octets = hex(fixture, line);
        size = octets.size / (G1_SIZE + G2_SIZE);
        assert_in_range(size, 1, PAIRS_MAX);
        for (size_t i = 0; i < size; i++) {
            const uint8_t *at = octets.data + i * (G1_SIZE + G2_SIZE);

            assert_null(g1_read(&pairs[i].p, at));
            assert_null(g2_read(&pairs[i].q, at + G1_SIZE));
            assert_true(g2_in_subgroup(&pairs[i].q));
        }
        pairing(&product, pairs, size);
        if (fp12_equal(&product, &fp12_one) != (*expected == '1')) {
            fail_msg("%s is not %s", name, expected);
        }
        count++;
    }
    assert_int_equal(count, 11);
}

static void pair_of(struct pair *pair, BN_ULONG p, BN_ULONG q)
{
    BIGNUM *number = BN_new();
    uint8_t octets[G2_SIZE];

    assert_int_equal(BN_set_word(number, p), 1);
    g1_times(number, octets);
    assert_null(g1_read(&pair->p, octets));
    assert_int_equal(BN_set_word(number, q), 1);
    g2_times(number, octets);
    assert_null(g2_read(&pair->q, octets));
    BN_free(number);
}

static void the_pairing_is_bilinear(void **state)
{
    static const BN_ULONG factors[][2] = {{2, 3}, {1, 77}, {65537, 12345}, {1UL << 40, 3}};
    struct fp12 left, right, power;
    struct pair pair, other[2];

    (void)state;
    for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++) {
        BN_ULONG a = factors[i][0], b = factors[i][1];

        pair_of(&pair, a, b);
        pairing(&left, &pair, 1);
        assert_false(fp12_equal(&left, &fp12_one));
        pair_of(&pair, b, a);
        pairing(&right, &pair, 1);
        assert_true(fp12_equal(&left, &right));
        pair_of(&pair, a * b, 1);
        pairing(&right, &pair, 1);
        assert_true(fp12_equal(&left, &right));
        /* e(aP, bQ) · e(P, Q) = e((ab + 1)P, Q) */
        pair_of(&other[0], a, b);
        pair_of(&other[1], 1, 1);
        pairing(&left, other, 2);
        pair_of(&pair, a * b + 1, 1);
        pairing(&right, &pair, 1);
        assert_true(fp12_equal(&left, &right));
    }
    /* e(P, Q)² and e(P, Q)³ by the field's own product */
    pair_of(&pair, 1, 1);
    pairing(&left, &pair, 1);
    fp12_mul(&power, &left, &left);
    pair_of(&pair, 2, 1);
    pairing(&right, &pair, 1);
    assert_true(fp12_equal(&power, &right));
    fp12_mul(&power, &power, &left);
    pair_of(&pair, 1, 3);
    pairing(&right, &pair, 1);
    assert_true(fp12_equal(&power, &right));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_without_the_host_are_those_of_the_host),
        cmocka_unit_test(results_may_lie_over_operands),
        guard_test(coordinates_are_below_p),
        guard_test(what_is_no_point_is_told),
        guard_test(the_twist_has_points_outside_the_group),
        guard_test(sums_of_equal_opposite_and_no_points_are_right),
        guard_test(pairings_agree_with_published_vectors),
        cmocka_unit_test(the_pairing_is_bilinear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
