/*
 * modular.c - mod_set, mod_mul, mod_add, mod_sub, mod_mul2: the guard's memory on one side,
 * montgomery.h on the other.
 *
 * Operands are copied before anything is written, so they may overlap the output.
 */
#include "core/guard/abi.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "limbs are copied as the guard wrote them, little-endian");

enum { LIMB = sizeof(uint64_t), PAIR_LIMBS = 2 * MODULUS_LIMBS };

typedef void modular_operation(const struct modulus *modulus, uint64_t *result, const uint64_t *a,
                               const uint64_t *b);

/* mod_set(modulus, size) */
enum sworn_result modular_set(struct abi_session *session)
{
    uint32_t size = abi_u32(session, 1);
    uint64_t m[MODULUS_LIMBS];
    struct octets input;

    if (size == 0 || size % LIMB != 0 || size > sizeof(m)) {
        return abi_refuse(session, SWORN_REFUSED,
                          "a modulus of %u octets; it has 8, 16, 24, 32, 40 or 48", size);
    }
    SWORN_TRY(abi_input(session, abi_u32(session, 0), size, &input));
    memcpy(m, input.data, size);
    if (!modulus_set(&session->modulus, m, size / LIMB)) {
        return abi_refuse(session, SWORN_REFUSED, "the modulus is not odd and above 1");
    }
    return SWORN_OK;
}

/* The operand that argument `index` points at: `count` numbers, each below the modulus. */
static enum sworn_result read_operand(struct abi_session *session, size_t index, size_t count,
                                      uint64_t operand[PAIR_LIMBS])
{
    const struct modulus *modulus = &session->modulus;
    uint32_t size = (uint32_t)(count * modulus->limbs * LIMB);
    struct octets input;

    SWORN_TRY(abi_input(session, abi_u32(session, index), size, &input));
    memcpy(operand, input.data, size);
    for (size_t i = 0; i < count; i++) {
        if (!modulus_holds(modulus, operand + i * modulus->limbs)) {
            return abi_refuse(session, SWORN_REFUSED, "an operand is not below the modulus");
        }
    }
    return SWORN_OK;
}

/* X(dest, a, b) on `count` numbers each. */
static enum sworn_result compute(struct abi_session *session, modular_operation *operation,
                                 size_t count)
{
    uint64_t a[PAIR_LIMBS], b[PAIR_LIMBS], result[PAIR_LIMBS];
    size_t size = count * session->modulus.limbs * LIMB;
    uint8_t *output;

    if (session->modulus.limbs == 0) {
        return abi_refuse(session, SWORN_REFUSED, "no modulus is set");
    }
    SWORN_TRY(read_operand(session, 1, count, a));
    SWORN_TRY(read_operand(session, 2, count, b));
    SWORN_TRY(abi_output(session, abi_u32(session, 0), (uint32_t)size, &output));
    operation(&session->modulus, result, a, b);
    memcpy(output, result, size);
    return SWORN_OK;
}

enum sworn_result modular_multiply(struct abi_session *session)
{
    return compute(session, modulus_multiply, 1);
}

enum sworn_result modular_add(struct abi_session *session)
{
    return compute(session, modulus_add, 1);
}

enum sworn_result modular_subtract(struct abi_session *session)
{
    return compute(session, modulus_subtract, 1);
}

enum sworn_result modular_multiply2(struct abi_session *session)
{
    return compute(session, modulus_multiply2, 2);
}
