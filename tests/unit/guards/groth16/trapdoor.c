/*
 * trapdoor.c - see trapdoor.h.
 */
#include "tests/unit/guards/groth16/trapdoor.h"

#include "core/cursor/writer.h"
#include "core/merkle/merkle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ORDER "30644E72E131A029B85045B68181585D2833E84879B9709143E1F593F0000001"

/* EIP-197: the generator of G2, imaginary parts first */
#define GENERATOR                                                                                  \
    "198E9393920D483A7260BFB731FB5D25F1AA493335A9E71297E485B7AEF312C2"                             \
    "1800DEEF121F1E76426A00665E5C4479674322D4F75EDADD46DEBD5CD992F6ED"                             \
    "090689D0585FF075EC9E99AD690C3395BC4B313370B38EF355ACDADCD122975B"                             \
    "12C85EA5DB8C6DEB4AAB71808DCB408FE3D1E7690C43D37B4CE6CC0166FA7DAA"

static BIGNUM *number_of(const char *digits)
{
    BIGNUM *number = NULL;

    assert_true(BN_hex2bn(&number, digits) > 0);
    return number;
}

/* A number from 2 to r - 1, from SHA-256 of a counter. */
static BIGNUM *draw(struct trapdoor *trapdoor)
{
    BIGNUM *number = BN_new();
    struct hash hash;

    do {
        trapdoor->state++;
        assert_int_equal(sha256_one(octets_of(&trapdoor->state, sizeof(trapdoor->state)), &hash),
                         SWORN_OK);
        hash.octets[0] &= 0x3F;
        assert_non_null(BN_bin2bn(hash.octets, HASH_SIZE, number));
    } while (BN_cmp(number, trapdoor->order) >= 0 || BN_num_bits(number) < 2);
    return number;
}

void trapdoor_begin(struct trapdoor *trapdoor, uint32_t seed, size_t fixed)
{
    *trapdoor = (struct trapdoor){.fixed = fixed, .state = seed << 16};
    trapdoor->context = BN_CTX_new();
    trapdoor->order = number_of(ORDER);
    trapdoor->alpha = draw(trapdoor);
    trapdoor->beta = draw(trapdoor);
    trapdoor->gamma = draw(trapdoor);
    trapdoor->delta = draw(trapdoor);
    for (size_t i = 0; i < fixed + 3; i++) {
        trapdoor->ic[i] = draw(trapdoor);
    }
    for (size_t i = 0; i < fixed; i++) {
        trapdoor->inputs[i] = draw(trapdoor);
    }
}

void trapdoor_end(struct trapdoor *trapdoor)
{
    BN_free(trapdoor->order);
    BN_free(trapdoor->alpha);
    BN_free(trapdoor->beta);
    BN_free(trapdoor->gamma);
    BN_free(trapdoor->delta);
    for (size_t i = 0; i < TRAPDOOR_IC_MAX; i++) {
        BN_free(trapdoor->ic[i]);
        BN_free(trapdoor->inputs[i]);
    }
    BN_CTX_free(trapdoor->context);
}

void fp_write(const struct fp *a, uint8_t octets[FP_SIZE])
{
    static const struct fp one = {{1, 0, 0, 0}};
    struct fp number;

    fp_mul(&number, a, &one);
    for (size_t i = 0; i < FP_SIZE; i++) {
        octets[FP_SIZE - 1 - i] = (uint8_t)(number.limb[i / 8] >> (8 * (i % 8)));
    }
}

/* (scalar - 1)·point + point */
static void times(const BIGNUM *scalar, const struct affine *point, struct affine *result)
{
    uint8_t scalars[1][SCALAR_SIZE];
    BIGNUM *less = BN_dup(scalar);
    struct jacobian product;

    assert_int_equal(BN_sub_word(less, 1), 1);
    assert_int_equal(BN_bn2binpad(less, scalars[0], SCALAR_SIZE), SCALAR_SIZE);
    BN_free(less);
    point_combine(&product, point, point, (const uint8_t(*)[SCALAR_SIZE])scalars, 1);
    assert_true(point_to_affine(result, &product));
}

void g1_times(const BIGNUM *scalar, uint8_t octets[G1_SIZE])
{
    static const uint8_t generator[G1_SIZE] = {[31] = 1, [63] = 2};
    struct affine point;

    assert_null(g1_read(&point, generator));
    times(scalar, &point, &point);
    fp_write(&point.x.c0, octets);
    fp_write(&point.y.c0, octets + FP_SIZE);
}

void g2_times(const BIGNUM *scalar, uint8_t octets[G2_SIZE])
{
    BIGNUM *number = number_of(GENERATOR);
    uint8_t generator[G2_SIZE];
    struct affine point;

    assert_int_equal(BN_bn2binpad(number, generator, G2_SIZE), G2_SIZE);
    BN_free(number);
    assert_null(g2_read(&point, generator));
    times(scalar, &point, &point);
    fp_write(&point.x.c1, octets);
    fp_write(&point.x.c0, octets + FP_SIZE);
    fp_write(&point.y.c1, octets + 2 * FP_SIZE);
    fp_write(&point.y.c0, octets + 3 * FP_SIZE);
}

struct octets trapdoor_environment(const struct trapdoor *trapdoor, struct region *region)
{
    const BIGNUM *second[] = {trapdoor->beta, trapdoor->gamma, trapdoor->delta};
    struct writer writer = writer_in(region, 4096);
    uint8_t number[SCALAR_SIZE], g1[G1_SIZE], g2[G2_SIZE];

    assert_int_equal(write_u8(&writer, (uint8_t)trapdoor->fixed), SWORN_OK);
    for (size_t i = 0; i < trapdoor->fixed; i++) {
        assert_int_equal(BN_bn2binpad(trapdoor->inputs[i], number, SCALAR_SIZE), SCALAR_SIZE);
        assert_int_equal(write_octets(&writer, octets_of(number, SCALAR_SIZE)), SWORN_OK);
    }
    g1_times(trapdoor->alpha, g1);
    assert_int_equal(write_octets(&writer, octets_of(g1, G1_SIZE)), SWORN_OK);
    for (size_t i = 0; i < 3; i++) {
        g2_times(second[i], g2);
        assert_int_equal(write_octets(&writer, octets_of(g2, G2_SIZE)), SWORN_OK);
    }
    for (size_t i = 0; i < trapdoor->fixed + 3; i++) {
        g1_times(trapdoor->ic[i], g1);
        assert_int_equal(write_octets(&writer, octets_of(g1, G1_SIZE)), SWORN_OK);
    }
    return written(&writer);
}

/* sum += a·b modulo r; minus for a difference */
static void accumulate(struct trapdoor *trapdoor, BIGNUM *sum, const BIGNUM *a, const BIGNUM *b,
                       bool minus)
{
    BIGNUM *product = BN_new();

    assert_int_equal(BN_mod_mul(product, a, b, trapdoor->order, trapdoor->context), 1);
    assert_int_equal(
        (minus ? BN_mod_sub : BN_mod_add)(sum, sum, product, trapdoor->order, trapdoor->context),
        1);
    BN_free(product);
}

void trapdoor_prove(struct trapdoor *trapdoor, struct octets message, uint8_t proof[PROOF_SIZE])
{
    BIGNUM *a = draw(trapdoor), *b = draw(trapdoor), *c = BN_new(), *inverse = BN_new();
    BIGNUM *sum = BN_dup(trapdoor->ic[0]);
    size_t count = trapdoor->fixed + 2;
    struct hash hash;

    assert_int_equal(sha256_one(message, &hash), SWORN_OK);
    for (size_t i = 0; i < 2; i++) {
        BIGNUM *half = BN_bin2bn(hash.octets + 16 * i, 16, NULL);

        BN_free(trapdoor->inputs[trapdoor->fixed + i]);
        trapdoor->inputs[trapdoor->fixed + i] = half;
    }
    for (size_t i = 0; i < count; i++) {
        accumulate(trapdoor, sum, trapdoor->inputs[i], trapdoor->ic[i + 1], false);
    }
    BN_zero(c);
    accumulate(trapdoor, c, a, b, false);
    accumulate(trapdoor, c, trapdoor->alpha, trapdoor->beta, true);
    accumulate(trapdoor, c, sum, trapdoor->gamma, true);
    assert_non_null(BN_mod_inverse(inverse, trapdoor->delta, trapdoor->order, trapdoor->context));
    assert_int_equal(BN_mod_mul(c, c, inverse, trapdoor->order, trapdoor->context), 1);
    g1_times(a, proof);
    g2_times(b, proof + G1_SIZE);
    g1_times(c, proof + G1_SIZE + G2_SIZE);
    BN_free(a);
    BN_free(b);
    BN_free(c);
    BN_free(inverse);
    BN_free(sum);
}
