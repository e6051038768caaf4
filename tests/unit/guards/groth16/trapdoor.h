/*
 * trapdoor.h - groth16 keys whose maker kept what a set-up must forget: with it, anything can be
 * "proven". So tests have as many valid proofs as they like, without a circuit.
 *
 * The exponents of all points are known here, so a proof is arithmetic modulo r:
 *
 *   A·B = alpha·beta + (IC 0 + the sum of inputs · IC)·gamma + C·delta
 */
#ifndef SWORN_TESTS_UNIT_GUARDS_GROTH16_TRAPDOOR_H
#define SWORN_TESTS_UNIT_GUARDS_GROTH16_TRAPDOOR_H

#include "core/cursor/region.h"
#include "guards/library/groth16/curve.h"

#include <openssl/bn.h>

enum { TRAPDOOR_IC_MAX = 19, PROOF_SIZE = 256 };

struct trapdoor {
    BIGNUM *order;
    BIGNUM *alpha, *beta, *gamma, *delta;
    BIGNUM *ic[TRAPDOOR_IC_MAX];
    size_t fixed; /* public inputs besides those of the message */
    BIGNUM *inputs[TRAPDOOR_IC_MAX];
    uint32_t state; /* of the numbers drawn */
    BN_CTX *context;
};

/** Another key for each seed, with `fixed` inputs of its own. */
void trapdoor_begin(struct trapdoor *trapdoor, uint32_t seed, size_t fixed);
void trapdoor_end(struct trapdoor *trapdoor);

/** The environment for the guard. */
struct octets trapdoor_environment(const struct trapdoor *trapdoor, struct region *region);

/** A proof for the message, another one each time. */
void trapdoor_prove(struct trapdoor *trapdoor, struct octets message, uint8_t proof[PROOF_SIZE]);

/** scalar · generator as octets. */
void g1_times(const BIGNUM *scalar, uint8_t octets[G1_SIZE]);
void g2_times(const BIGNUM *scalar, uint8_t octets[G2_SIZE]);

/** A coordinate's number, big-endian. */
void fp_write(const struct fp *a, uint8_t octets[FP_SIZE]);

#endif
