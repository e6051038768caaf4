/*
 * groth16.c - the zone belongs to whoever can prove what a circuit asks for, without showing how.
 *
 *   environment = u8 n ‖ n × 32 fixed input ‖ key                               n at most 16
 *   key         = 64 alpha ‖ 128 beta ‖ 128 gamma ‖ 128 delta ‖ (n + 3) × 64 IC
 *   argument    = message (fdns/message.h) ‖ proof
 *   proof       = 64 A ‖ 128 B ‖ 64 C
 *   state       = struct prepared, which setup() leaves
 *
 * Numbers are big-endian, points as curve.h has them. The key is that of snarkjs for a circuit over
 * BN254 with n + 2 public signals: the fixed inputs, which say who may prove, then the first and
 * the last 16 octets of SHA-256(message), each as a number. A proof for one message is none for
 * another; the message names zone and sequence, so a proof works once.
 *
 * At creation setup() takes a proven message with sequence 0 and a zone id of zeros. After a change
 * of owner the old code has accepted already: setup() takes nothing then, but checks the key.
 */
#include "fdns.h"

#include "pairing.h"

enum { FIXED_MAX = 16, INPUTS_MAX = FIXED_MAX + 2, PROOF_SIZE = 2 * G1_SIZE + G2_SIZE };

FDNS_ARGUMENT("sworn-update-v1+groth16");

struct circuit {
    struct affine alpha, beta, gamma, delta;
    struct affine ic[INPUTS_MAX + 1];
    uint8_t inputs[INPUTS_MAX][SCALAR_SIZE]; /* the two of the message come last */
    size_t input_count;
};

/*
 * What does not depend on the message. setup() leaves it as the state, in the form that it has in
 * memory: more than a third of an update's work.
 */
struct prepared {
    struct affine fixed;    /* IC 0 + the sum of the fixed inputs · IC */
    struct fp12 alpha_beta; /* of the pairing's loop */
};

struct proof {
    struct affine a, b, c;
};

/* The order of the groups: inputs are numbers below it. */
static const uint8_t order[SCALAR_SIZE] = {
    0x30, 0x64, 0x4E, 0x72, 0xE1, 0x31, 0xA0, 0x29, 0xB8, 0x50, 0x45, 0xB6, 0x81, 0x81, 0x58, 0x5D,
    0x28, 0x33, 0xE8, 0x48, 0x79, 0xB9, 0x70, 0x91, 0x43, 0xE1, 0xF5, 0x93, 0xF0, 0x00, 0x00, 0x01};

/* "environment: IC 3 is infinity" */
_Noreturn static void refuse(const char *where, const char *what, int number, const char *error)
{
    FDNS_TEXT(text, 128);

    fdns_put(&text, where);
    fdns_put(&text, what);
    if (number >= 0) {
        fdns_put(&text, " ");
        fdns_put_number(&text, (uint64_t)number);
    }
    fdns_put(&text, " ");
    fdns_put(&text, error);
    fdns_refuse_with(&text);
}

static void take_g1(struct affine *point, const uint8_t **at, const char *where, const char *what,
                    int number)
{
    const char *error = g1_read(point, *at);

    if (error != NULL) {
        refuse(where, what, number, error);
    }
    *at += G1_SIZE;
}

static void take_g2(struct affine *point, const uint8_t **at, const char *where, const char *what)
{
    const char *error = g2_read(point, *at);

    if (error != NULL) {
        refuse(where, what, -1, error);
    }
    *at += G2_SIZE;
}

static void check_subgroup(const struct affine *point, const char *where, const char *what)
{
    if (!g2_in_subgroup(point)) {
        refuse(where, what, -1, "is not in the group of order r");
    }
}

static void load_circuit(struct circuit *circuit)
{
    static const char where[] = "environment: ";
    struct fdns_octets environment = fdns_load_env();
    const uint8_t *at = environment.data + 1;
    size_t fixed = environment.size > 0 ? environment.data[0] : 0;

    if (environment.size == 0 || fixed > FIXED_MAX ||
        environment.size !=
            1 + fixed * SCALAR_SIZE + G1_SIZE + 3 * (size_t)G2_SIZE + (fixed + 3) * G1_SIZE) {
        fdns_refuse("environment is not n, n fixed inputs and a key for n + 2 inputs, n up to 16");
    }
    for (size_t i = 0; i < fixed; i++, at += SCALAR_SIZE) {
        if (memcmp(at, order, SCALAR_SIZE) >= 0) {
            refuse(where, "input", (int)i, "is not below r");
        }
        memcpy(circuit->inputs[i], at, SCALAR_SIZE);
    }
    circuit->input_count = fixed + 2;
    take_g1(&circuit->alpha, &at, where, "alpha", -1);
    take_g2(&circuit->beta, &at, where, "beta");
    take_g2(&circuit->gamma, &at, where, "gamma");
    take_g2(&circuit->delta, &at, where, "delta");
    for (size_t i = 0; i <= circuit->input_count; i++) {
        take_g1(&circuit->ic[i], &at, where, "IC", (int)i);
    }
}

/*
 * Once is enough: an environment does not change without setup(). A set-up without contributions
 * leaves points that tell on themselves, and with such a key anybody can prove anything.
 */
static void check_circuit(const struct circuit *circuit)
{
    static const uint8_t generator_octets[G1_SIZE] = {[FP_SIZE - 1] = 1, [G1_SIZE - 1] = 2};
    struct affine generator;

    check_subgroup(&circuit->beta, "environment: ", "beta");
    check_subgroup(&circuit->gamma, "environment: ", "gamma");
    check_subgroup(&circuit->delta, "environment: ", "delta");
    (void)g1_read(&generator, generator_octets);
    if (fp2_equal(&circuit->alpha.x, &generator.x)) {
        fdns_refuse("environment: alpha is the generator: nobody contributed to the set-up");
    }
    if (fp2_equal(&circuit->delta.x, &circuit->gamma.x)) {
        fdns_refuse("environment: delta is gamma: nobody contributed to the circuit's set-up");
    }
}

static void load_proof(struct proof *proof, const uint8_t *at)
{
    take_g1(&proof->a, &at, "proof: ", "A", -1);
    take_g2(&proof->b, &at, "proof: ", "B");
    take_g1(&proof->c, &at, "proof: ", "C", -1);
    check_subgroup(&proof->b, "proof: ", "B");
}

/* Both halves of the hash are numbers below r: no two hashes give the same inputs. */
static void bind_message(struct circuit *circuit, struct fdns_octets message)
{
    uint8_t(*inputs)[SCALAR_SIZE] = circuit->inputs + circuit->input_count - 2;
    uint8_t hash[32];

    fdns_sha256(hash, message.data, message.size);
    memset(inputs, 0, 2 * sizeof(*inputs));
    memcpy(inputs[0] + 16, hash, 16);
    memcpy(inputs[1] + 16, hash + 16, 16);
}

static void prepare(struct prepared *prepared, const struct circuit *circuit)
{
    const struct pair pair = {.p = circuit->alpha, .q = circuit->beta};
    struct jacobian sum;

    point_combine(&sum, &circuit->ic[0], &circuit->ic[1], circuit->inputs,
                  circuit->input_count - 2);
    if (!point_to_affine(&prepared->fixed, &sum)) {
        fdns_refuse("environment: the fixed inputs add up to infinity");
    }
    pairing_loop(&prepared->alpha_beta, &pair, 1);
}

/* e(A, B) = e(alpha, beta) · e(IC 0 + the sum of inputs · IC, gamma) · e(C, delta) */
static bool holds(const struct circuit *circuit, const struct prepared *prepared,
                  const struct proof *proof)
{
    struct pair pairs[PAIRS_MAX] = {
        {.p = proof->a, .q = proof->b},
        {.p = proof->c, .q = circuit->delta},
        {.q = circuit->gamma},
    };
    size_t first = circuit->input_count - 2, count = PAIRS_MAX;
    struct jacobian sum;
    struct fp12 product;

    fp2_negate(&pairs[0].p.y, &pairs[0].p.y);
    point_combine(&sum, &prepared->fixed, &circuit->ic[1 + first], &circuit->inputs[first], 2);
    if (!point_to_affine(&pairs[2].p, &sum)) {
        count--; /* infinity: its pairing is 1 */
    }
    pairing_loop(&product, pairs, count);
    fp12_mul(&product, &product, &prepared->alpha_beta);
    pairing_end(&product);
    return fp12_equal(&product, &fp12_one);
}

static void decide(struct circuit *circuit, const struct prepared *prepared)
{
    struct fdns_octets argument = fdns_load_arg();
    struct fdns_octets octets;
    struct fdns_message message;
    struct proof proof;

    if (argument.size == 0) {
        fdns_refuse("argument is empty, must be a message and its proof");
    }
    if (argument.size < PROOF_SIZE) {
        fdns_refuse("argument is shorter than a proof");
    }
    octets = fdns_octets_of(argument.data, argument.size - PROOF_SIZE);
    message = fdns_message_read(octets);
    fdns_message_check(&message);
    load_proof(&proof, octets.data + octets.size);
    bind_message(circuit, octets);
    if (!holds(circuit, prepared, &proof)) {
        fdns_refuse("proof does not hold for this message");
    }
    fdns_message_apply(&message);
}

FDNS_EXPORT(setup) void setup(void)
{
    struct circuit circuit;
    struct prepared prepared;

    field_begin();
    load_circuit(&circuit);
    check_circuit(&circuit);
    prepare(&prepared, &circuit);
    fdns_state_set(&prepared, sizeof(prepared));
    if (fdns_sequence() == 0) {
        decide(&circuit, &prepared);
        return;
    }
    fdns_take_no_argument();
}

FDNS_EXPORT(handle_update_request) void handle_update_request(void)
{
    struct circuit circuit;
    struct prepared prepared;

    field_begin();
    load_circuit(&circuit);
    if (fdns_state_copy(&prepared, 0, sizeof(prepared)) != sizeof(prepared)) {
        prepare(&prepared, &circuit); /* without a state: tried out, outside of a zone */
    }
    decide(&circuit, &prepared);
}
