/*
 * modular_test.c - the curve arithmetic that guards are given is that of OpenSSL, for every size,
 * and says no to what is not a number below the modulus.
 */
#include "tests/unit/guard/fixture.h"

#include <openssl/bn.h>
#include <stdio.h>

#include "core/guard/montgomery.h"

enum { PAIR = 2 * MODULUS_LIMBS, ROUNDS = 200 };

struct random {
    uint64_t state;
};

/* xorshift64*: the same numbers in each run */
static uint64_t draw(struct random *random)
{
    random->state ^= random->state >> 12;
    random->state ^= random->state << 25;
    random->state ^= random->state >> 27;
    return random->state * 0x2545F4914F6CDD1D;
}

static BIGNUM *number_of(const uint64_t *limbs, size_t count)
{
    BIGNUM *number = BN_lebin2bn((const uint8_t *)limbs, (int)(count * 8), NULL);

    assert_non_null(number);
    return number;
}

/* The same arithmetic by OpenSSL; the division by 2^(64 · limbs) through the inverse. */
struct oracle {
    BN_CTX *context;
    BIGNUM *m, *inverse;
    size_t limbs;
};

static struct oracle oracle_of(const uint64_t *m, size_t limbs)
{
    struct oracle oracle = {BN_CTX_new(), number_of(m, limbs), BN_new(), limbs};
    BIGNUM *power = BN_new();

    assert_int_equal(BN_set_bit(power, (int)(64 * limbs)), 1);
    assert_non_null(BN_mod_inverse(oracle.inverse, power, oracle.m, oracle.context));
    BN_free(power);
    return oracle;
}

static void oracle_free(struct oracle *oracle)
{
    BN_free(oracle->m);
    BN_free(oracle->inverse);
    BN_CTX_free(oracle->context);
}

static BIGNUM *oracle_product(const struct oracle *oracle, const uint64_t *a, const uint64_t *b)
{
    BIGNUM *left = number_of(a, oracle->limbs), *right = number_of(b, oracle->limbs);

    assert_int_equal(BN_mod_mul(left, left, right, oracle->m, oracle->context), 1);
    assert_int_equal(BN_mod_mul(left, left, oracle->inverse, oracle->m, oracle->context), 1);
    BN_free(right);
    return left;
}

static void assert_number(const struct oracle *oracle, const uint64_t *found, BIGNUM *wanted)
{
    uint64_t limbs[MODULUS_LIMBS] = {0};

    assert_true(BN_bn2lebinpad(wanted, (uint8_t *)limbs, (int)(oracle->limbs * 8)) >= 0);
    assert_memory_equal(found, limbs, oracle->limbs * 8);
    BN_free(wanted);
}

static void compare(const struct modulus *modulus, const struct oracle *oracle,
                    const uint64_t a[PAIR], const uint64_t b[PAIR])
{
    size_t limbs = oracle->limbs;
    uint64_t result[PAIR];
    BIGNUM *sum = number_of(a, limbs), *difference = number_of(a, limbs);
    BIGNUM *right = number_of(b, limbs);
    BIGNUM *real, *imaginary, *part;

    assert_int_equal(BN_mod_add(sum, sum, right, oracle->m, oracle->context), 1);
    modulus_add(modulus, result, a, b);
    assert_number(oracle, result, sum);
    assert_int_equal(BN_mod_sub(difference, difference, right, oracle->m, oracle->context), 1);
    modulus_subtract(modulus, result, a, b);
    assert_number(oracle, result, difference);
    BN_free(right);
    modulus_multiply(modulus, result, a, b);
    assert_number(oracle, result, oracle_product(oracle, a, b));

    modulus_multiply2(modulus, result, a, b);
    real = oracle_product(oracle, a, b);
    part = oracle_product(oracle, a + limbs, b + limbs);
    assert_int_equal(BN_mod_sub(real, real, part, oracle->m, oracle->context), 1);
    BN_free(part);
    imaginary = oracle_product(oracle, a, b + limbs);
    part = oracle_product(oracle, a + limbs, b);
    assert_int_equal(BN_mod_add(imaginary, imaginary, part, oracle->m, oracle->context), 1);
    BN_free(part);
    assert_number(oracle, result, real);
    assert_number(oracle, result + limbs, imaginary);
}

/* A number below the modulus: 0, 1, m - 1, or any. */
static void operand(struct random *random, const struct oracle *oracle, uint64_t *number)
{
    uint64_t kind = draw(random) % 8, any[MODULUS_LIMBS];
    BIGNUM *drawn;

    for (size_t i = 0; i < oracle->limbs; i++) {
        any[i] = draw(random);
    }
    drawn = number_of(any, oracle->limbs);
    assert_int_equal(BN_nnmod(drawn, drawn, oracle->m, oracle->context), 1);
    if (kind < 2) {
        assert_int_equal(BN_set_word(drawn, kind), 1);
    }
    if (kind == 2) {
        assert_int_equal(BN_sub(drawn, oracle->m, BN_value_one()), 1);
    }
    assert_true(BN_bn2lebinpad(drawn, (uint8_t *)number, (int)(oracle->limbs * 8)) >= 0);
    BN_free(drawn);
}

/* Any; all ones; all ones but one; 3, with limbs of zeros above it. */
static void modulus_of_round(struct random *random, int round, uint64_t *m, size_t limbs)
{
    for (size_t i = 0; i < limbs; i++) {
        m[i] = round == 0 || round == 1 ? UINT64_MAX : round == 2 ? 0 : draw(random);
    }
    m[0] = round == 1 ? m[0] - 2 : round == 2 ? 3 : m[0] | 1;
}

static void arithmetic_is_that_of_openssl(void **state)
{
    struct random random = {.state = 88172645463325252};

    (void)state;
    for (size_t limbs = 1; limbs <= MODULUS_LIMBS; limbs++) {
        for (int round = 0; round < ROUNDS; round++) {
            uint64_t m[MODULUS_LIMBS], a[PAIR], b[PAIR];
            struct modulus modulus;
            struct oracle oracle;

            modulus_of_round(&random, round, m, limbs);
            assert_true(modulus_set(&modulus, m, limbs));
            oracle = oracle_of(m, limbs);
            for (size_t i = 0; i < 2; i++) {
                operand(&random, &oracle, a + i * limbs);
                operand(&random, &oracle, b + i * limbs);
            }
            compare(&modulus, &oracle, a, b);
            compare(&modulus, &oracle, a, a);
            oracle_free(&oracle);
        }
    }
}

static void results_may_be_written_over_operands(void **state)
{
    const uint64_t m[] = {0x3C208C16D87CFD47, 0x97816A916871CA8D, 0xB85045B68181585D,
                          0x30644E72E131A029}; /* BN254 */
    const uint64_t a[] = {1, 2, 3, 4, 5, 6, 7, 8}, b[] = {9, 10, 11, 12, 13, 14, 15, 16};
    uint64_t apart[8], over_a[8], over_b[8];
    struct modulus modulus;

    (void)state;
    assert_true(modulus_set(&modulus, m, 4));
    memcpy(over_a, a, sizeof(a));
    memcpy(over_b, b, sizeof(b));
    modulus_multiply2(&modulus, apart, a, b);
    modulus_multiply2(&modulus, over_a, over_a, b);
    modulus_multiply2(&modulus, over_b, a, over_b);
    assert_memory_equal(over_a, apart, sizeof(apart));
    assert_memory_equal(over_b, apart, sizeof(apart));
}

static void moduli_of_no_use_are_refused(void **state)
{
    const uint64_t zero[] = {0, 0}, one[] = {1, 0}, even[] = {2, 1}, high[] = {1, 1};
    struct modulus modulus = {.limbs = 0};

    (void)state;
    assert_false(modulus_set(&modulus, zero, 2));
    assert_false(modulus_set(&modulus, one, 1));
    assert_false(modulus_set(&modulus, one, 2));
    assert_false(modulus_set(&modulus, even, 2));
    assert_false(modulus_set(&modulus, high, 0));
    assert_false(modulus_set(&modulus, high, MODULUS_LIMBS + 1));
    assert_int_equal(modulus.limbs, 0);
    assert_true(modulus_set(&modulus, high, 2));
}

/* 7 at 0 as modulus, 8 octets each; operands 3 at 8, 5 at 16, 7 at 24; pairs from 8, 40. */
#define SEVEN                                                                                      \
    "(data (i32.const 0) \"\\07\\00\\00\\00\\00\\00\\00\\00\\03\\00\\00\\00\\00\\00\\00\\00"       \
    "\\05\\00\\00\\00\\00\\00\\00\\00\\07\\00\\00\\00\\00\\00\\00\\00\")"
#define SET "(call $mod_set (i32.const 0) (i32.const 8))"

static void guards_compute_in_their_own_memory(void **state)
{
    /* 2^64 = 2 modulo 7, and its inverse 4. */
    assert_run(*state,
               guard_with(*state, SEVEN,
                          SET "(call $mod_add (i32.const 8) (i32.const 8) (i32.const 16))"
                              "(if (i64.ne (i64.load (i32.const 8)) (i64.const 1))"
                              " (then unreachable))"
                              "(call $mod_sub (i32.const 8) (i32.const 8) (i32.const 16))"
                              "(if (i64.ne (i64.load (i32.const 8)) (i64.const 3))"
                              " (then unreachable))"
                              "(call $mod_mul (i32.const 131064) (i32.const 8) (i32.const 16))"
                              "(if (i64.ne (i64.load (i32.const 131064)) (i64.const 4))"
                              " (then unreachable))"
                              "(call $mod_mul2 (i32.const 12) (i32.const 8) (i32.const 8))"
                              "(if (i64.ne (i64.load (i32.const 12)) (i64.const 6))"
                              " (then unreachable))" /* (9 - 25) * 4 = -1 */
                              "(if (i64.ne (i64.load (i32.const 20)) (i64.const 1))"
                              " (then unreachable))"), /* 30 * 4 = 1 */
               SWORN_OK, "");
}

static void what_is_no_number_below_the_modulus_is_refused(void **state)
{
    static const struct {
        const char *body, *text;
    } cases[] = {
        {"(call $mod_mul (i32.const 64) (i32.const 8) (i32.const 16))",
         "mod_mul: no modulus is set"},
        {"(call $mod_set (i32.const 0) (i32.const 7))",
         "mod_set: a modulus of 7 octets; it has 8, 16, 24, 32, 40 or 48"},
        {"(call $mod_set (i32.const 0) (i32.const 56))",
         "mod_set: a modulus of 56 octets; it has 8, 16, 24, 32, 40 or 48"},
        {"(call $mod_set (i32.const 131065) (i32.const 8))", "mod_set: access outside memory"},
        {"(call $mod_set (i32.const 32) (i32.const 8))",
         "mod_set: the modulus is not odd and above 1"},
        {SET "(call $mod_add (i32.const 64) (i32.const 8) (i32.const 24))",
         "mod_add: an operand is not below the modulus"},
        {SET "(call $mod_mul2 (i32.const 64) (i32.const 16) (i32.const 8))",
         "mod_mul2: an operand is not below the modulus"},
        {SET "(call $mod_sub (i32.const 131065) (i32.const 8) (i32.const 16))",
         "mod_sub: access outside memory"},
        {SET "(call $mod_mul2 (i32.const 131060) (i32.const 8) (i32.const 8))",
         "mod_mul2: access outside memory"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_run(*state, guard_with(*state, SEVEN, cases[i].body), SWORN_REFUSED, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_is_that_of_openssl),
        cmocka_unit_test(results_may_be_written_over_operands),
        cmocka_unit_test(moduli_of_no_use_are_refused),
        guard_test(guards_compute_in_their_own_memory),
        guard_test(what_is_no_number_below_the_modulus_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
