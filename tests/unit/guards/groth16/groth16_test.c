/*
 * groth16_test.c - the library guard of zero-knowledge proofs, with the host's arithmetic and
 * without: whatever is asked, both give the same result for the same reason.
 */
#include "tests/unit/guard/fixture.h"
#include "tests/unit/guards/groth16/trapdoor.h"

#include <stdio.h>
#include <stdlib.h>

#define SET_A                                                                                      \
    "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"www\",\"content\":"           \
    "\"192.0.2.1\",\"ttl\":\"300\"}}"

#define NOT_HELD "proof does not hold for this message"

static const char *const builds[] = {"guards/groth16.wasm", "guards/groth16-pure.wasm"};

enum { BUILDS = 2, HOSTED = 0, PURE = 1 };

/* A message for the fixture's call, with one record. */
static struct octets message_of(struct fixture *fixture, const char *apex, uint64_t sequence,
                                uint8_t id)
{
    struct writer writer = writer_in(&fixture->region, 4096);
    struct hash zone_id = fixture->call.zone_id;

    if (fixture->call.sequence == 0) {
        memset(&zone_id, 0, sizeof(zone_id));
    }
    zone_id.octets[31] ^= id;
    assert_int_equal(write_octets(&writer, octets_of("sworn-update-v1", 16)), SWORN_OK);
    assert_int_equal(write_slice_u16(&writer, octets_of_text(apex)), SWORN_OK);
    assert_int_equal(write_hash(&writer, &zone_id), SWORN_OK);
    assert_int_equal(write_u64(&writer, sequence), SWORN_OK);
    assert_int_equal(write_u8(&writer, 1), SWORN_OK);
    assert_int_equal(write_slice_u32(&writer, octets_of_text(SET_A)), SWORN_OK);
    return written(&writer);
}

static struct octets message(struct fixture *fixture)
{
    return message_of(fixture, "demo.test.", fixture->call.sequence, 0);
}

static struct octets joined(struct fixture *fixture, struct octets a, struct octets b)
{
    struct writer writer = writer_in(&fixture->region, 1 << 16);

    assert_int_equal(write_octets(&writer, a), SWORN_OK);
    assert_int_equal(write_octets(&writer, b), SWORN_OK);
    return written(&writer);
}

static struct octets proven(struct fixture *fixture, struct trapdoor *trapdoor,
                            struct octets octets)
{
    uint8_t proof[PROOF_SIZE];

    trapdoor_prove(trapdoor, octets, proof);
    return joined(fixture, octets, octets_of(proof, sizeof(proof)));
}

static bool has_www(struct fixture *fixture)
{
    struct name owner;
    struct rrset rrset;

    assert_int_equal(name_from_text(octets_of_text("www.demo.test."), NULL, &owner), SWORN_OK);
    return change_get(&fixture->change, &owner, 1, &rrset) == SWORN_OK;
}

/* Run a call again, on an empty zone, with another state. */
static void again(struct fixture *fixture, const struct guard_call *call, struct octets state)
{
    fixture_again(fixture);
    fixture->call.entry = call->entry;
    fixture->call.environment = call->environment;
    fixture->call.argument = call->argument;
    fixture->call.sequence = call->sequence;
    fixture->call.zone_id = call->zone_id;
    fixture->call.state = state;
}

/* What setup() leaves as the state, when it accepts this environment. */
static struct octets prepared(struct fixture *fixture, const struct guard_call *call,
                              struct octets code)
{
    struct guard_call setup = *call;
    struct octets state = {NULL, 0};

    setup.entry = GUARD_SETUP;
    setup.argument = state;
    setup.sequence = 1;
    again(fixture, &setup, state);
    if (run(fixture, code) == SWORN_OK) {
        assert_int_equal(region_copy(&fixture->region, fixture->call.new_state, &state), SWORN_OK);
    }
    return state;
}

/* The same call for both builds, for one of them also without the state that setup() left. */
#define both(fixture, result, text) check_both((fixture), (result), (text), __FILE__, __LINE__)
static void check_both(struct fixture *fixture, enum sworn_result result, const char *text,
                       const char *file, int line)
{
    const struct guard_call call = fixture->call;
    struct octets hosted = file_of(fixture, "SWORN_BUILD", builds[HOSTED]);
    struct octets pure = file_of(fixture, "SWORN_BUILD", builds[PURE]);
    struct octets state = prepared(fixture, &call, hosted);

    for (size_t i = 0; i < 3; i++) {
        again(fixture, &call, octets_of(state.data, i == 2 ? 0 : state.size));
        check_run(fixture, i == 1 ? pure : hosted, result, text, file, line);
        assert_int_equal(has_www(fixture), result == SWORN_OK && call.argument.size > 0);
    }
}

static void both_builds_leave_the_same_state(void **state)
{
    struct fixture *fixture = *state;

    for (uint32_t seed = 0; seed < 5; seed++) {
        const size_t fixed[] = {0, 1, 2, 5, 16};
        struct octets states[BUILDS];
        struct guard_call call;
        struct trapdoor trapdoor;

        trapdoor_begin(&trapdoor, seed, fixed[seed]);
        fixture->call.environment = trapdoor_environment(&trapdoor, &fixture->region);
        call = fixture->call;
        for (size_t i = 0; i < BUILDS; i++) {
            states[i] = prepared(fixture, &call, file_of(fixture, "SWORN_BUILD", builds[i]));
        }
        assert_int_equal(states[0].size, 512);
        assert_true(octets_equal(states[0], states[1]));
        trapdoor_end(&trapdoor);
    }
}

/* With the octets from `at` replaced. */
static struct octets with(struct fixture *fixture, struct octets octets, size_t at,
                          struct octets others)
{
    struct octets copy;

    assert_in_range(at + others.size, 0, octets.size);
    assert_int_equal(region_copy(&fixture->region, octets, &copy), SWORN_OK);
    memcpy((uint8_t *)(uintptr_t)copy.data + at, others.data, others.size);
    return copy;
}

static void what_is_proven_happens(void **state)
{
    struct fixture *fixture = *state;

    for (uint32_t seed = 0; seed < 6; seed++) {
        static const size_t fixed[] = {0, 1, 2, 3, 16, 1};
        struct trapdoor trapdoor;

        trapdoor_begin(&trapdoor, seed, fixed[seed]);
        fixture->call.environment = trapdoor_environment(&trapdoor, &fixture->region);
        fixture->call.argument = proven(fixture, &trapdoor, message(fixture));
        both(fixture, SWORN_OK, "");
        fixture->call.argument = proven(fixture, &trapdoor, message(fixture));
        both(fixture, SWORN_OK, "");
        trapdoor_end(&trapdoor);
    }
}

static void a_proof_for_another_message_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct octets asked = message(fixture), other;
    struct trapdoor trapdoor;
    uint8_t proof[PROOF_SIZE];

    trapdoor_begin(&trapdoor, 1, 1);
    fixture->call.environment = trapdoor_environment(&trapdoor, &fixture->region);
    /* Another address: 192.0.2.1 to 192.0.2.3 */
    for (size_t i = 0; i < asked.size; i++) {
        if (asked.size - i > 10 && memcmp(asked.data + i, "192.0.2.1\"", 10) == 0) {
            other = with(fixture, asked, i, octets_of_text("192.0.2.3"));
            trapdoor_prove(&trapdoor, other, proof);
        }
    }
    fixture->call.argument = joined(fixture, asked, octets_of(proof, sizeof(proof)));
    both(fixture, SWORN_REFUSED, NOT_HELD);
    trapdoor_end(&trapdoor);
}

static void another_zone_zone_id_or_sequence_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct trapdoor trapdoor;

    trapdoor_begin(&trapdoor, 2, 1);
    fixture->call.environment = trapdoor_environment(&trapdoor, &fixture->region);
    fixture->call.argument = proven(fixture, &trapdoor, message_of(fixture, "other.test.", 1, 0));
    both(fixture, SWORN_REFUSED, "message is for another zone: other.test.");
    fixture->call.argument = proven(fixture, &trapdoor, message_of(fixture, "demo.test.", 1, 1));
    both(fixture, SWORN_REFUSED, "message is for another zone: its zone id is not this zone's");
    fixture->call.argument = proven(fixture, &trapdoor, message_of(fixture, "demo.test.", 0, 0));
    both(fixture, SWORN_REFUSED, "sequence is 0, must be 1");
    fixture->call.argument = proven(fixture, &trapdoor, message_of(fixture, "demo.test.", 2, 0));
    both(fixture, SWORN_REFUSED, "sequence is 2, must be 1");
    trapdoor_end(&trapdoor);
}

static void another_key_or_fixed_input_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct trapdoor trapdoor, other;
    struct octets environment, changed;
    uint8_t octet;

    trapdoor_begin(&trapdoor, 3, 1);
    trapdoor_begin(&other, 4, 1);
    environment = trapdoor_environment(&trapdoor, &fixture->region);
    fixture->call.environment = environment;
    fixture->call.argument = proven(fixture, &other, message(fixture));
    both(fixture, SWORN_REFUSED, NOT_HELD);
    fixture->call.argument = proven(fixture, &trapdoor, message(fixture));
    both(fixture, SWORN_OK, "");
    octet = environment.data[1 + 31] ^ 1;
    changed = with(fixture, environment, 1 + 31, octets_of(&octet, 1));
    fixture->call.environment = changed;
    both(fixture, SWORN_REFUSED, NOT_HELD);
    trapdoor_end(&trapdoor);
    trapdoor_end(&other);
}

/* Points of the right form in the wrong place. */
static void exchanged_points_are_refused(void **state)
{
    struct fixture *fixture = *state;
    struct octets argument, proof, another;
    struct trapdoor trapdoor;
    size_t at;

    trapdoor_begin(&trapdoor, 5, 1);
    fixture->call.environment = trapdoor_environment(&trapdoor, &fixture->region);
    argument = proven(fixture, &trapdoor, message(fixture));
    another = proven(fixture, &trapdoor, message(fixture));
    at = argument.size - PROOF_SIZE;
    proof = octets_of(another.data + at, PROOF_SIZE);

    fixture->call.argument = with(fixture, argument, at, octets_of(proof.data, 64)); /* A */
    both(fixture, SWORN_REFUSED, NOT_HELD);
    fixture->call.argument = with(fixture, argument, at + 64, octets_of(proof.data + 64, 128));
    both(fixture, SWORN_REFUSED, NOT_HELD);
    fixture->call.argument = with(fixture, argument, at + 192, octets_of(proof.data + 192, 64));
    both(fixture, SWORN_REFUSED, NOT_HELD);
    /* C in place of A, A in place of C */
    fixture->call.argument =
        with(fixture, with(fixture, argument, at, octets_of(argument.data + at + 192, 64)),
             at + 192, octets_of(argument.data + at, 64));
    both(fixture, SWORN_REFUSED, NOT_HELD);
    fixture->call.argument = argument;
    both(fixture, SWORN_OK, "");
    trapdoor_end(&trapdoor);
}

#define P    "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47"
#define R    "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define ONE  "0000000000000000000000000000000000000000000000000000000000000001"
#define TWO  "0000000000000000000000000000000000000000000000000000000000000002"

/* A point with x = 2 on the twist whose order does not divide r. */
#define OFF_GROUP                                                                                  \
    ZERO TWO "2b722ed547657a33238122b710a54d992e52f01f4cff6cc8e77e74268cacbf14"                    \
             "184e49a28b311fe99c47905f002cd6085959e8398ef0c9bba8807a52b0fab5fa"

static void proofs_that_are_no_points_are_refused(void **state)
{
    static const struct {
        size_t at;
        const char *octets, *reason;
    } cases[] = {
        {0, ZERO ZERO, "proof: A is infinity"},
        {0, ONE ONE, "proof: A is not on the curve"},
        {0, P, "proof: A has a coordinate that is not below p"},
        {32, P, "proof: A has a coordinate that is not below p"},
        {64, ZERO ZERO ZERO ZERO, "proof: B is infinity"},
        {64, ONE ONE ONE ONE, "proof: B is not on the curve"},
        {64, P, "proof: B has a coordinate that is not below p"},
        {96, P, "proof: B has a coordinate that is not below p"},
        {128, P, "proof: B has a coordinate that is not below p"},
        {160, P, "proof: B has a coordinate that is not below p"},
        {64, OFF_GROUP, "proof: B is not in the group of order r"},
        {192, ZERO ZERO, "proof: C is infinity"},
        {192, ONE ONE, "proof: C is not on the curve"},
        {224, P, "proof: C has a coordinate that is not below p"},
    };
    struct fixture *fixture = *state;
    struct trapdoor trapdoor;
    struct octets argument;

    trapdoor_begin(&trapdoor, 6, 1);
    fixture->call.environment = trapdoor_environment(&trapdoor, &fixture->region);
    argument = proven(fixture, &trapdoor, message(fixture));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fixture->call.argument = with(fixture, argument, argument.size - PROOF_SIZE + cases[i].at,
                                      hex(fixture, cases[i].octets));
        both(fixture, SWORN_REFUSED, cases[i].reason);
    }
    trapdoor_end(&trapdoor);
}

static void a_changed_argument_is_refused_at_every_octet(void **state)
{
    struct fixture *fixture = *state;
    struct octets code = file_of(fixture, "SWORN_BUILD", builds[HOSTED]);
    struct trapdoor trapdoor;
    struct guard_call call;
    struct octets argument, kept;

    trapdoor_begin(&trapdoor, 7, 1);
    fixture->call.environment = trapdoor_environment(&trapdoor, &fixture->region);
    argument = proven(fixture, &trapdoor, message(fixture));
    call = fixture->call;
    kept = prepared(fixture, &call, code);
    again(fixture, &call, kept);
    for (size_t i = 0; i < argument.size; i++) {
        uint8_t octet = argument.data[i] ^ 0x20;

        fixture->call.argument = with(fixture, argument, i, octets_of(&octet, 1));
        assert_int_equal(run(fixture, code), SWORN_REFUSED);
        assert_false(has_www(fixture));
    }
    trapdoor_end(&trapdoor);
}

static void a_truncated_argument_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct trapdoor trapdoor;
    struct octets argument;

    trapdoor_begin(&trapdoor, 8, 1);
    fixture->call.environment = trapdoor_environment(&trapdoor, &fixture->region);
    argument = proven(fixture, &trapdoor, message(fixture));
    for (size_t size = 0; size < argument.size; size++) {
        struct octets code = file_of(fixture, "SWORN_BUILD", builds[HOSTED]);

        fixture->call.argument = octets_of(argument.data, size);
        assert_int_equal(run(fixture, code), SWORN_REFUSED);
        assert_false(has_www(fixture));
    }
    fixture->call.argument = octets_of(NULL, 0);
    both(fixture, SWORN_REFUSED, "argument is empty, must be a message and its proof");
    fixture->call.argument = octets_of(argument.data, PROOF_SIZE - 1);
    both(fixture, SWORN_REFUSED, "argument is shorter than a proof");
    fixture->call.argument = octets_of(argument.data, PROOF_SIZE);
    both(fixture, SWORN_REFUSED, "the message does not begin with sworn-update-v1");
    fixture->call.argument = octets_of(argument.data, argument.size - 1);
    /* The message's last octet, a brace, is where A begins. */
    both(fixture, SWORN_REFUSED, "proof: A has a coordinate that is not below p");
    trapdoor_end(&trapdoor);
}

static void an_environment_that_is_no_key_is_refused(void **state)
{
    /* One fixed input: 1 + 32, alpha 64, beta, gamma, delta 128 each, four times 64 of IC. */
    static const struct {
        size_t at;
        const char *octets, *reason;
    } cases[] = {
        {0, "02", "environment is not n, n fixed inputs and a key for n + 2 inputs, n up to 16"},
        {0, "11", "environment is not n, n fixed inputs and a key for n + 2 inputs, n up to 16"},
        {0, "ff", "environment is not n, n fixed inputs and a key for n + 2 inputs, n up to 16"},
        {1, R, "environment: input 0 is not below r"},
        {33, ZERO ZERO, "environment: alpha is infinity"},
        {33, ONE ONE, "environment: alpha is not on the curve"},
        {97, ZERO ZERO ZERO ZERO, "environment: beta is infinity"},
        {97, OFF_GROUP, "environment: beta is not in the group of order r"},
        {225, P, "environment: gamma has a coordinate that is not below p"},
        {225, OFF_GROUP, "environment: gamma is not in the group of order r"},
        {353, ONE ONE ONE ONE, "environment: delta is not on the curve"},
        {353, OFF_GROUP, "environment: delta is not in the group of order r"},
        {33, ONE TWO, "environment: alpha is the generator: nobody contributed to the set-up"},
        {481, ZERO ZERO, "environment: IC 0 is infinity"},
        {673, ZERO ZERO, "environment: IC 3 is infinity"},
        {673, ONE P, "environment: IC 3 has a coordinate that is not below p"},
    };
    struct fixture *fixture = *state;
    struct trapdoor trapdoor;
    struct octets environment;

    trapdoor_begin(&trapdoor, 9, 1);
    environment = trapdoor_environment(&trapdoor, &fixture->region);
    fixture->call.entry = GUARD_SETUP;
    fixture->call.argument = octets_of(NULL, 0);
    fixture->call.environment = environment;
    both(fixture, SWORN_OK, "");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fixture->call.environment =
            with(fixture, environment, cases[i].at, hex(fixture, cases[i].octets));
        both(fixture, SWORN_REFUSED, cases[i].reason);
    }
    fixture->call.environment =
        with(fixture, environment, 353, octets_of(environment.data + 225, G2_SIZE));
    both(fixture, SWORN_REFUSED,
         "environment: delta is gamma: nobody contributed to the circuit's set-up");
    for (size_t size = 0; size <= environment.size + 1; size++) {
        static const uint8_t longer[2048];

        if (size == environment.size) {
            continue;
        }
        fixture->call.environment =
            size < environment.size
                ? octets_of(environment.data, size)
                : joined(fixture, environment, octets_of(longer, size - environment.size));
        assert_run(fixture, file_of(fixture, "SWORN_BUILD", builds[HOSTED]), SWORN_REFUSED,
                   cases[0].reason);
    }
    trapdoor_end(&trapdoor);
}

static void a_zone_comes_into_being_as_was_proven(void **state)
{
    struct fixture *fixture = *state;
    struct trapdoor trapdoor, other;

    trapdoor_begin(&trapdoor, 10, 1);
    trapdoor_begin(&other, 11, 1);
    fixture->call.entry = GUARD_SETUP;
    fixture->call.sequence = 0;
    memset(&fixture->call.zone_id, 0, sizeof(fixture->call.zone_id));
    fixture->call.environment = trapdoor_environment(&trapdoor, &fixture->region);
    fixture->call.argument = octets_of(NULL, 0);
    both(fixture, SWORN_REFUSED, "argument is empty, must be a message and its proof");
    fixture->call.argument = proven(fixture, &other, message(fixture));
    both(fixture, SWORN_REFUSED, NOT_HELD);
    fixture->call.argument = proven(fixture, &trapdoor, message(fixture));
    both(fixture, SWORN_OK, "");
    fixture->call.argument = proven(fixture, &trapdoor, message_of(fixture, "demo.test.", 0, 1));
    both(fixture, SWORN_REFUSED, "message names a zone id, and must not at creation");
    trapdoor_end(&trapdoor);
    trapdoor_end(&other);
}

static void setup_after_a_change_of_owner_takes_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct trapdoor trapdoor;

    trapdoor_begin(&trapdoor, 12, 1);
    fixture->call.entry = GUARD_SETUP;
    fixture->call.environment = trapdoor_environment(&trapdoor, &fixture->region);
    fixture->call.argument = proven(fixture, &trapdoor, message(fixture));
    both(fixture, SWORN_REFUSED, "argument must be empty after a change of owner");
    fixture->call.argument = octets_of(NULL, 0);
    both(fixture, SWORN_OK, "");
    trapdoor_end(&trapdoor);
}

/* tests/data/groth16/README.md says how it came about. */
static void a_proof_that_snarkjs_made_is_accepted(void **state)
{
    struct fixture *fixture = *state;
    struct octets argument = file_of(fixture, "SWORN_SOURCE", "tests/data/groth16/argument");
    struct octets environment = file_of(fixture, "SWORN_SOURCE", "tests/data/groth16/environment");
    uint8_t octet;

    fixture->call.environment = environment;
    fixture->call.argument = argument;
    both(fixture, SWORN_OK, "");
    /* The last octet of each fixed input: another member than the circuit was shown. */
    for (size_t i = 1; i <= 3; i++) {
        octet = environment.data[32 * i] ^ 1;
        fixture->call.environment = with(fixture, environment, 32 * i, octets_of(&octet, 1));
        both(fixture, SWORN_REFUSED, NOT_HELD);
    }
    fixture->call.environment = environment;
    /* The address's last octet, before "ttl". */
    octet = '2';
    fixture->call.argument =
        with(fixture, argument, argument.size - PROOF_SIZE - 17, octets_of(&octet, 1));
    both(fixture, SWORN_REFUSED, NOT_HELD);
    fixture->call.entry = GUARD_SETUP;
    fixture->call.argument = octets_of(NULL, 0);
    both(fixture, SWORN_OK, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        guard_test(both_builds_leave_the_same_state),
        guard_test(what_is_proven_happens),
        guard_test(a_proof_that_snarkjs_made_is_accepted),
        guard_test(a_proof_for_another_message_is_refused),
        guard_test(another_zone_zone_id_or_sequence_is_refused),
        guard_test(another_key_or_fixed_input_is_refused),
        guard_test(exchanged_points_are_refused),
        guard_test(proofs_that_are_no_points_are_refused),
        guard_test(a_changed_argument_is_refused_at_every_octet),
        guard_test(a_truncated_argument_is_refused),
        guard_test(an_environment_that_is_no_key_is_refused),
        guard_test(a_zone_comes_into_being_as_was_proven),
        guard_test(setup_after_a_change_of_owner_takes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
