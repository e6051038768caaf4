/*
 * ed25519_test.c - the library guard of one key: what its owner signed happens, and nothing else.
 */
#include "tests/unit/guard/fixture.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { KIND_RECORD = 1, KIND_OWNER = 2, KIND_POLICY = 3, KIND_REMOVE = 4 };

#define SET_A                                                                                      \
    "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"www\",\"content\":"           \
    "\"192.0.2.1\",\"ttl\":\"300\"}}"

/** What an owner signs. */
struct order {
    const char *apex;
    struct hash zone_id;
    uint64_t sequence;
    struct writer operations;
};

struct owner {
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
};

static struct owner owner_number(uint8_t number)
{
    uint8_t seed[crypto_sign_SEEDBYTES] = {number};
    struct owner owner;

    assert_int_equal(crypto_sign_seed_keypair(owner.public_key, owner.secret_key, seed), 0);
    return owner;
}

/* An order that fits the fixture's call. */
static struct order order_for(struct fixture *fixture)
{
    struct order order = {
        .apex = "demo.test.",
        .zone_id = fixture->call.zone_id,
        .sequence = fixture->call.sequence,
        .operations = writer_in(&fixture->region, 1 << 20),
    };

    if (order.sequence == 0) {
        memset(&order.zone_id, 0, sizeof(order.zone_id));
    }
    return order;
}

static void add(struct order *order, uint8_t kind, struct octets octets)
{
    assert_int_equal(write_u8(&order->operations, kind), SWORN_OK);
    assert_int_equal(write_slice_u32(&order->operations, octets), SWORN_OK);
}

/* message ‖ signature */
static struct octets sign_octets(struct fixture *fixture, struct octets message,
                                 const struct owner *owner)
{
    struct writer writer = writer_in(&fixture->region, 2 << 20);
    uint8_t signature[crypto_sign_BYTES];

    assert_int_equal(
        crypto_sign_detached(signature, NULL, message.data, message.size, owner->secret_key), 0);
    assert_int_equal(write_octets(&writer, message), SWORN_OK);
    assert_int_equal(write_octets(&writer, octets_of(signature, sizeof(signature))), SWORN_OK);
    return written(&writer);
}

static struct octets message_of(struct fixture *fixture, const struct order *order)
{
    struct writer writer = writer_in(&fixture->region, 2 << 20);

    assert_int_equal(write_octets(&writer, octets_of("sworn-update-v1", 16)), SWORN_OK);
    assert_int_equal(write_slice_u16(&writer, octets_of_text(order->apex)), SWORN_OK);
    assert_int_equal(write_hash(&writer, &order->zone_id), SWORN_OK);
    assert_int_equal(write_u64(&writer, order->sequence), SWORN_OK);
    assert_int_equal(write_octets(&writer, written(&order->operations)), SWORN_OK);
    return written(&writer);
}

static struct octets sign(struct fixture *fixture, const struct order *order,
                          const struct owner *owner)
{
    return sign_octets(fixture, message_of(fixture, order), owner);
}

static struct octets guard(struct fixture *fixture)
{
    return file_of(fixture, "SWORN_BUILD", "guards/ed25519.wasm");
}

static int setup_owner(void **state)
{
    static const struct owner none;
    struct fixture *fixture;
    struct owner owner = none;
    struct octets key;

    if (fixture_setup(state) != 0) {
        return -1;
    }
    fixture = *state;
    owner = owner_number(1);
    assert_int_equal(
        region_copy(&fixture->region, octets_of(owner.public_key, sizeof(owner.public_key)), &key),
        SWORN_OK);
    fixture->call.environment = key;
    return 0;
}

#define owner_test(function)                                                                       \
    cmocka_unit_test_setup_teardown(function, setup_owner, fixture_teardown)

static bool has_www(struct fixture *fixture)
{
    struct name owner;
    struct rrset rrset;

    assert_int_equal(name_from_text(octets_of_text("www.demo.test."), NULL, &owner), SWORN_OK);
    return change_get(&fixture->change, &owner, 1, &rrset) == SWORN_OK;
}

static void what_the_owner_signed_happens(void **state)
{
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct order order = order_for(fixture);

    add(&order, KIND_RECORD, octets_of_text(SET_A));
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_OK, "");
    assert_true(has_www(fixture));
}

static void an_order_without_operations_is_accepted(void **state)
{
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct order order = order_for(fixture);

    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_OK, "");
}

static void another_key_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct owner other = owner_number(2);
    struct order order = order_for(fixture);

    add(&order, KIND_RECORD, octets_of_text(SET_A));
    fixture->call.argument = sign(fixture, &order, &other);
    assert_run(fixture, guard(fixture), SWORN_REFUSED, "signature does not match the owner's key");
    assert_false(has_www(fixture));
}

static void a_changed_argument_is_refused_at_every_octet(void **state)
{
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct order order = order_for(fixture);
    struct octets code = guard(fixture);
    struct octets argument, changed;

    add(&order, KIND_RECORD, octets_of_text(SET_A));
    argument = sign(fixture, &order, &owner);
    for (size_t i = 0; i < argument.size; i++) {
        assert_int_equal(region_copy(&fixture->region, argument, &changed), SWORN_OK);
        ((uint8_t *)(uintptr_t)changed.data)[i] ^= 0x20;
        fixture->call.argument = changed;
        assert_run(fixture, code, SWORN_REFUSED, "signature does not match the owner's key");
    }
}

static void a_truncated_argument_is_refused_at_every_length(void **state)
{
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct order order = order_for(fixture);
    struct octets code = guard(fixture);
    struct octets argument;

    add(&order, KIND_RECORD, octets_of_text(SET_A));
    argument = sign(fixture, &order, &owner);
    for (size_t size = 0; size < argument.size; size++) {
        const char *text = size == 0   ? "argument is empty, must be a signed message"
                           : size < 64 ? "argument is shorter than a signature"
                                       : "signature does not match the owner's key";

        fixture->call.argument = octets_of(argument.data, size);
        assert_run(fixture, code, SWORN_REFUSED, text);
    }
}

/* Cut short by the owner's own tool: the signature holds, the message does not. */
static void a_signed_but_truncated_message_is_refused_at_every_length(void **state)
{
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct order order = order_for(fixture);
    struct octets code = guard(fixture);
    struct octets message;
    size_t empty = 16 + 2 + strlen(order.apex) + 32 + 8; /* no operation yet: a whole message */

    add(&order, KIND_RECORD, octets_of_text(SET_A));
    message = message_of(fixture, &order);
    for (size_t size = 0; size < message.size; size++) {
        const char *text = size < 16      ? "the message does not begin with sworn-update-v1"
                           : size < empty ? "the message is cut short"
                                          : "an operation of the message is cut short";

        if (size == empty) {
            continue;
        }
        fixture->call.argument = sign_octets(fixture, octets_of(message.data, size), &owner);
        assert_run(fixture, code, SWORN_REFUSED, text);
    }
}

static void another_zones_order_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct order order = order_for(fixture);

    order.apex = "other.test.";
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_REFUSED, "message is for another zone: other.test.");
    order.apex = "";
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_REFUSED, "message is for another zone: ");
}

static void another_servers_order_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct order order = order_for(fixture);
    const char *text = "message is for another zone: its zone id is not this zone's";

    order.zone_id.octets[31] ^= 1;
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_REFUSED, text);
    memset(&order.zone_id, 0, sizeof(order.zone_id));
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_REFUSED, text);
}

static void replayed_and_early_orders_are_refused(void **state)
{
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct order order = order_for(fixture);

    fixture->call.sequence = 4;
    order.sequence = 3;
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_REFUSED, "sequence is 3, must be 4");
    order.sequence = 5;
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_REFUSED, "sequence is 5, must be 4");
    order.sequence = UINT64_MAX;
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_REFUSED,
               "sequence is 18446744073709551615, must be 4");
    order.sequence = 4;
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_OK, "");
}

static void owner_policy_and_removal_are_passed_on(void **state)
{
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct order order = order_for(fixture);

    add(&order, KIND_POLICY, octets_of_text("terms"));
    add(&order, KIND_RECORD, octets_of_text(SET_A));
    add(&order, KIND_OWNER, octets_of("\3\0\0\0codenv", 10));
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_OK, "");
    assert_true(has_www(fixture));
    assert_true(octets_equal(fixture->call.new_policy, octets_of_text("terms")));
    assert_true(octets_equal(fixture->call.owner_code, octets_of_text("cod")));
    assert_true(octets_equal(fixture->call.owner_environment, octets_of_text("env")));
    assert_false(fixture->call.remove);

    order = order_for(fixture);
    add(&order, KIND_REMOVE, octets_of(NULL, 0));
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_OK, "");
    assert_true(fixture->call.remove);
}

static void what_no_operation_is_like_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct order order = order_for(fixture);

    add(&order, KIND_REMOVE, octets_of_text("x"));
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_REFUSED,
               "an operation that removes the zone holds octets");
    for (unsigned kind = 0; kind < 256; kind = kind == 0 ? 5 : kind + 1) {
        char text[64];

        order = order_for(fixture);
        add(&order, (uint8_t)kind, octets_of(NULL, 0));
        fixture->call.argument = sign(fixture, &order, &owner);
        (void)snprintf(text, sizeof(text), "no operation has kind %u", kind);
        assert_run(fixture, guard(fixture), SWORN_REFUSED, text);
    }
}

static void an_order_is_refused_as_the_abi_refuses_it(void **state)
{
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct order order = order_for(fixture);

    add(&order, KIND_OWNER, octets_of("\0\0\0\0env", 7));
    add(&order, KIND_RECORD, octets_of_text(SET_A));
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_REFUSED,
               "update_record: not allowed after update_owner()");
}

static void an_environment_that_is_no_key_is_refused(void **state)
{
    static const uint8_t zeros[33];
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct order order = order_for(fixture);

    fixture->call.argument = sign(fixture, &order, &owner);
    fixture->call.environment = octets_of(zeros, 33);
    assert_run(fixture, guard(fixture), SWORN_REFUSED,
               "environment has 33 octets, must have 32: the owner's public key");
    fixture->call.environment = octets_of(NULL, 0);
    assert_run(fixture, guard(fixture), SWORN_REFUSED,
               "environment has 0 octets, must have 32: the owner's public key");
    fixture->call.entry = GUARD_SETUP;
    fixture->call.argument = octets_of(NULL, 0);
    assert_run(fixture, guard(fixture), SWORN_REFUSED,
               "environment has 0 octets, must have 32: the owner's public key");
}

static void a_zone_comes_into_being_as_its_owner_signed(void **state)
{
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct owner other = owner_number(2);
    struct order order;

    fixture->call.entry = GUARD_SETUP;
    fixture->call.sequence = 0;
    memset(&fixture->call.zone_id, 0, sizeof(fixture->call.zone_id));
    order = order_for(fixture);
    add(&order, KIND_RECORD, octets_of_text(SET_A));
    fixture->call.argument = octets_of(NULL, 0);
    assert_run(fixture, guard(fixture), SWORN_REFUSED,
               "argument is empty, must be a signed message");
    fixture->call.argument = sign(fixture, &order, &other);
    assert_run(fixture, guard(fixture), SWORN_REFUSED, "signature does not match the owner's key");
    assert_false(has_www(fixture));
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_OK, "");
    assert_true(has_www(fixture));
    order.zone_id.octets[0] = 1;
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_REFUSED,
               "message names a zone id, and must not at creation");
}

static void a_creation_order_decides_nothing_but_records(void **state)
{
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct order order;

    fixture->call.entry = GUARD_SETUP;
    fixture->call.sequence = 0;
    order = order_for(fixture);
    add(&order, KIND_REMOVE, octets_of(NULL, 0));
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_REFUSED, "remove_zone: not allowed in setup()");
}

static void setup_after_a_change_of_owner_takes_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct order order = order_for(fixture);

    fixture->call.entry = GUARD_SETUP;
    fixture->call.argument = octets_of(NULL, 0);
    assert_run(fixture, guard(fixture), SWORN_OK, "");
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, guard(fixture), SWORN_REFUSED,
               "argument must be empty after a change of owner");
}

static void an_argument_as_long_as_the_limit_is_taken(void **state)
{
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct order order = order_for(fixture);
    struct octets code = guard(fixture);

    while (written(&order.operations).size < fixture->call.limits.argument - 300) {
        add(&order, KIND_RECORD, octets_of_text(SET_A));
    }
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, code, SWORN_OK, "");
}

static void the_guard_names_its_argument(void **state)
{
    static const char section[] = "\x0d"
                                  "fdns.argument"
                                  "sworn-update-v1+ed25519";
    struct octets code = guard(*state);

    assert_non_null(memmem(code.data, code.size, section, sizeof(section) - 1));
}

/* Prints what a call costs; asserts fuel only, which is the same everywhere. */
static void a_call_costs_little(void **state)
{
    enum { RUNS = 200 };
    struct fixture *fixture = *state;
    struct owner owner = owner_number(1);
    struct order order = order_for(fixture);
    struct octets code = guard(fixture);
    struct timespec from, to;

    add(&order, KIND_RECORD, octets_of_text(SET_A));
    fixture->call.argument = sign(fixture, &order, &owner);
    assert_run(fixture, code, SWORN_OK, "");
    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from), 0);
    for (size_t i = 0; i < RUNS; i++) {
        assert_int_equal(run(fixture, code), SWORN_OK);
    }
    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to), 0);
    print_message(
        "ed25519, one record: %zu octets of code, %llu fuel, %.1f us\n", code.size,
        (unsigned long long)fixture->call.fuel,
        ((double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3) /
            RUNS);
    assert_in_range(fixture->call.fuel, 50000, 300000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        owner_test(what_the_owner_signed_happens),
        owner_test(an_order_without_operations_is_accepted),
        owner_test(another_key_is_refused),
        owner_test(a_changed_argument_is_refused_at_every_octet),
        owner_test(a_truncated_argument_is_refused_at_every_length),
        owner_test(a_signed_but_truncated_message_is_refused_at_every_length),
        owner_test(another_zones_order_is_refused),
        owner_test(another_servers_order_is_refused),
        owner_test(replayed_and_early_orders_are_refused),
        owner_test(owner_policy_and_removal_are_passed_on),
        owner_test(what_no_operation_is_like_is_refused),
        owner_test(an_order_is_refused_as_the_abi_refuses_it),
        owner_test(an_environment_that_is_no_key_is_refused),
        owner_test(a_zone_comes_into_being_as_its_owner_signed),
        owner_test(a_creation_order_decides_nothing_but_records),
        owner_test(setup_after_a_change_of_owner_takes_nothing),
        owner_test(an_argument_as_long_as_the_limit_is_taken),
        owner_test(the_guard_names_its_argument),
        owner_test(a_call_costs_little),
    };

    return cmocka_run_group_tests_name("ed25519", tests, NULL, NULL);
}
