/*
 * abi_test.c - what each import does, and that none of them reaches outside the instance.
 */
#include "tests/unit/guard/fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/guard/message.h"
#include "core/merkle/merkle.h"

/* Refuse with `size` octets of memory at 0: how these tests look into an instance. */
#define SHOW(size) "(call $fail (i32.const 0) (i32.const " #size "))"
/* Trap unless the i32 expression has this value. */
#define IS(expression, value)                                                                      \
    "(if (i32.ne " expression " (i32.const " #value ")) (then unreachable))"

/* A data segment at 0 with text, whose quotes are written \". */
#define DATA(text) "(data (i32.const 0) \"" text "\")"

static void no_import_reaches_outside_memory(void **state)
{
    /* Two pages: memory ends at 131072. The bad operand is marked by its place: first or last
     * octets outside, wrapping around 2^32, and empty but beyond the end. */
    static const struct {
        const char *import, *call;
    } calls[] = {
        {"update_record", "(call $update_record (i32.const %s) (i32.const %s))"},
        {"update_owner", "(call $update_owner (i32.const %s) (i32.const %s))"},
        {"update_policy", "(call $update_policy (i32.const %s) (i32.const %s))"},
        {"state_set", "(call $state_set (i32.const %s) (i32.const %s))"},
        {"records_size", "(drop (call $records_size (i32.const %s) (i32.const %s)))"},
        {"fail", "(call $fail (i32.const %s) (i32.const %s))"},
        {"fail_code", "(call $fail_code (i32.const 5) (i32.const %s) (i32.const %s))"},
        {"sha256", "(call $sha256 (i32.const 0) (i32.const %s) (i32.const %s))"},
        {"keccak256", "(call $keccak256 (i32.const 0) (i32.const %s) (i32.const %s))"},
        {"ed25519_verify", "(drop (call $ed25519_verify (i32.const 0) (i32.const 0)"
                           "(i32.const %s) (i32.const %s)))"},
    };
    static const char *const ranges[][2] = {
        {"131072", "1"},        {"131000", "73"},    {"0", "131073"}, {"0xFFFFFFFF", "1"},
        {"0xFFFFFFF0", "0x10"}, {"1", "0xFFFFFFFF"}, {"131073", "0"}, {"0xFFFFFFFF", "0xFFFFFFFF"},
    };

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        for (size_t j = 0; j < sizeof(ranges) / sizeof(ranges[0]); j++) {
            char body[256], expected[64];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            (void)snprintf(body, sizeof(body), calls[i].call, ranges[j][0], ranges[j][1]);
#pragma GCC diagnostic pop
            (void)snprintf(expected, sizeof(expected), "%s: access outside memory",
                           calls[i].import);
            assert_run(*state, guard_with(*state, "", body), SWORN_REFUSED, expected);
        }
    }
}

static void no_import_reaches_outside_memory_at_operands_of_fixed_size(void **state)
{
    static const struct {
        const char *import, *body;
    } calls[] = {
        {"zone_id", "(call $zone_id (i32.const 131041))"},
        {"zone_id", "(call $zone_id (i32.const -1))"},
        {"env_copy", "(drop (call $env_copy (i32.const 131060) (i32.const 0) (i32.const 99)))"},
        {"arg_copy", "(drop (call $arg_copy (i32.const 131072) (i32.const 0) (i32.const 1)))"},
        {"zone_copy", "(drop (call $zone_copy (i32.const 131073) (i32.const 0) (i32.const 0)))"},
        {"policy_copy", "(drop (call $policy_copy (i32.const -1) (i32.const 99) (i32.const 1)))"},
        {"state_copy", "(drop (call $state_copy (i32.const -4) (i32.const 0) (i32.const 9)))"},
        {"records_copy", "(drop (call $records_copy (i32.const -1) (i32.const 0) (i32.const 9)))"},
        {"sha256", "(call $sha256 (i32.const 131041) (i32.const 0) (i32.const 1))"},
        {"keccak256", "(call $keccak256 (i32.const -32) (i32.const 0) (i32.const 1))"},
        {"ed25519_verify", "(drop (call $ed25519_verify (i32.const 131041) (i32.const 0)"
                           "(i32.const 0) (i32.const 0)))"},
        {"ed25519_verify", "(drop (call $ed25519_verify (i32.const 0) (i32.const 131009)"
                           "(i32.const 0) (i32.const 0)))"},
        {"p256_verify",
         "(drop (call $p256_verify (i32.const 131008) (i32.const 0) (i32.const 0)))"},
        {"p256_verify",
         "(drop (call $p256_verify (i32.const 0) (i32.const 131009) (i32.const 0)))"},
        {"p256_verify",
         "(drop (call $p256_verify (i32.const 0) (i32.const 0) (i32.const 131041)))"},
        {"secp256k1_recover",
         "(drop (call $secp256k1_recover (i32.const 131008) (i32.const 0) (i32.const 0)))"},
        {"secp256k1_recover",
         "(drop (call $secp256k1_recover (i32.const 0) (i32.const 131008) (i32.const 0)))"},
        {"secp256k1_recover",
         "(drop (call $secp256k1_recover (i32.const 0) (i32.const 0) (i32.const 131041)))"},
    };

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        char expected[64];

        (void)snprintf(expected, sizeof(expected), "%s: access outside memory", calls[i].import);
        assert_run(*state, guard_with(*state, "", calls[i].body), SWORN_REFUSED, expected);
    }
}

static void the_last_octets_of_memory_are_within_it(void **state)
{
    assert_run(*state,
               guard_with(*state, "",
                          "(call $zone_id (i32.const 131040))"
                          "(call $sha256 (i32.const 131040) (i32.const 131071) (i32.const 1))"
                          "(call $sha256 (i32.const 0) (i32.const 131072) (i32.const 0))"
                          "(drop (call $env_copy (i32.const 131057) (i32.const 0) (i32.const 99)))"
                          "(drop (call $env_copy (i32.const 131072) (i32.const 99) (i32.const 1)))"
                          "(call $state_set (i32.const 131072) (i32.const 0))"),
               SWORN_OK, "");
}

static void data_is_given_whole_and_in_parts(void **state)
{
    static const struct {
        const char *name, *text;
    } data[] = {
        {"env", "the environment"}, {"arg", "the argument"}, {"zone", "demo.test."},
        {"policy", "the policy"},   {"state", "the state"},
    };

    for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++) {
        char body[512];

        (void)snprintf(body, sizeof(body),
                       "(drop (call $%s_copy (i32.const 0) (i32.const 0) (call $%s_size)))"
                       "(call $fail (i32.const 0) (call $%s_size))",
                       data[i].name, data[i].name, data[i].name);
        assert_run(*state, guard_with(*state, "", body), SWORN_REFUSED, data[i].text);
        /* min(size, length - offset) octets, and that number returned */
        (void)snprintf(body, sizeof(body),
                       "(call $fail (i32.const 0)"
                       "  (call $%s_copy (i32.const 0) (i32.const 2) (i32.const -1)))",
                       data[i].name);
        assert_run(*state, guard_with(*state, "", body), SWORN_REFUSED, data[i].text + 2);
        (void)snprintf(body, sizeof(body),
                       IS("(call $%s_copy (i32.const 0) (i32.const 1) (i32.const 3))", 3)
                           IS("(call $%s_copy (i32.const 0) (i32.const %zu) (i32.const 9))", 0)
                               IS("(call $%s_copy (i32.const 0) (i32.const -1) (i32.const 9))", 0)
                                   IS("(i32.load8_u (i32.const 3))", 0),
                       data[i].name, data[i].name, strlen(data[i].text), data[i].name);
        assert_run(*state, guard_with(*state, "", body), SWORN_OK, "");
    }
}

static void empty_data_has_size_zero(void **state)
{
    struct fixture *fixture = *state;

    fixture->call.argument = octets_of(NULL, 0);
    fixture->call.state = octets_of(NULL, 0);
    assert_run(fixture,
               guard_with(*state, "",
                          IS("(call $arg_size)", 0) IS("(call $state_size)", 0)
                              IS("(call $arg_copy (i32.const 0) (i32.const 0) (i32.const 1))", 0)),
               SWORN_OK, "");
}

static void numbers_and_zone_id_are_those_of_the_call(void **state)
{
    struct fixture *fixture = *state;

    fixture->call.sequence = 0x1122334455667788;
    fixture->call.now = 0x99AABBCCDD;
    assert_run(fixture,
               guard_with(*state, "",
                          "(if (i64.ne (call $sequence) (i64.const 0x1122334455667788))"
                          "  (then unreachable))"
                          "(if (i64.ne (call $now) (i64.const 0x99AABBCCDD)) (then unreachable))"
                          "(call $zone_id (i32.const 4))" IS("(i32.load (i32.const 0))", 0)
                              IS("(i32.load (i32.const 4))", 0x5A5A5A5A)
                                  IS("(i32.load (i32.const 32))", 0x5A5A5A5A)
                                      IS("(i32.load (i32.const 36))", 0)),
               SWORN_OK, "");
}

static void too_long_inputs_are_refused_before_anything_runs(void **state)
{
    struct fixture *fixture = *state;
    struct octets code = guard_with(*state, "", "");

    fixture->call.limits.argument = 11;
    assert_run(fixture, code, SWORN_LIMIT, "the argument has 12 octets, the limit is 11");
    fixture->call.limits.argument = 12;
    assert_run(fixture, code, SWORN_OK, "");
    fixture->call.limits.environment = 14;
    assert_run(fixture, code, SWORN_LIMIT, "the environment has 15 octets, the limit is 14");
}

static void a_refusal_carries_the_guards_words(void **state)
{
    struct fixture *fixture = *state;

    assert_run(fixture, guard_with(*state, DATA("not on Sundays"), SHOW(14) "unreachable"),
               SWORN_REFUSED, "not on Sundays");
    assert_int_equal(fixture->call.rcode, -1);
    assert_run(fixture, guard_with(*state, "", SHOW(0)), SWORN_REFUSED,
               "the guard refused without a message");
}

static void a_refusal_may_name_a_response_code(void **state)
{
    static const struct {
        const char *given;
        int rcode;
    } codes[] = {{"9", 9}, {"4095", 4095}, {"1", 1}, {"0", -1}, {"4096", -1}, {"-1", -1}};

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        struct fixture *fixture = *state;
        char body[128];

        (void)snprintf(body, sizeof(body),
                       "(call $fail_code (i32.const %s) (i32.const 0) (i32.const 2)) unreachable",
                       codes[i].given);
        assert_run(fixture, guard_with(*state, DATA("no"), body), SWORN_REFUSED, "no");
        assert_int_equal(fixture->call.rcode, codes[i].rcode);
    }
}

static void messages_are_shown_without_harm(void **state)
{
    static const struct {
        const char *message, *shown;
    } cases[] = {
        {"pl\xC3\xA4in \xE2\x82\xAC \xF0\x9F\x98\x80",
         "pl\xC3\xA4in \xE2\x82\xAC \xF0\x9F\x98\x80"},
        {"\x1B[2J\r\n\t\x7F", "\\x1B[2J\\x0D\\x0A\\x09\\x7F"},
        {"\xC2\x9B"
         "2J",
         "\\xC2\\x9B"
         "2J"},
        {"\xC0\xAF \xE0\x80\xAF \xF0\x80\x80\xAF",
         "\\xC0\\xAF \\xE0\\x80\\xAF \\xF0\\x80\\x80\\xAF"},
        {"\xED\xA0\x80 \xF4\x90\x80\x80 \xFF", "\\xED\\xA0\\x80 \\xF4\\x90\\x80\\x80 \\xFF"},
        {"cut \xE2\x82", "cut \\xE2\\x82"},
        {"\x80", "\\x80"},
    };
    char text[MESSAGE_MAX + 1], many[1000];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        message_show(octets_of_text(cases[i].message), text);
        assert_string_equal(text, cases[i].shown);
    }
    memset(many, 'x', sizeof(many));
    message_show(octets_of(many, sizeof(many)), text);
    assert_int_equal(strlen(text), MESSAGE_MAX);
    memcpy(many + MESSAGE_MAX - 1, "\xC3\xA4", 2);
    message_show(octets_of(many, sizeof(many)), text);
    assert_int_equal(strlen(text), MESSAGE_MAX - 1);
    message_show(octets_of("a\0b", 3), text);
    assert_string_equal(text, "a\\x00b");
}

static void state_is_kept_as_it_was_set_last(void **state)
{
    struct fixture *fixture = *state;

    assert_run(fixture,
               guard_with(*state, DATA("onetwo"),
                          "(call $state_set (i32.const 0) (i32.const 3))"
                          "(call $state_set (i32.const 3) (i32.const 3))"
                          "(i32.store (i32.const 3) (i32.const 0))"
                          /* what can be read is still what was kept */
                          IS("(call $state_size)", 9)),
               SWORN_OK, "");
    assert_true(fixture->call.state_changed);
    assert_true(octets_equal(fixture->call.new_state, octets_of_text("two")));
    assert_run(fixture, guard_with(*state, "", "(call $state_set (i32.const 0) (i32.const 0))"),
               SWORN_OK, "");
    assert_true(fixture->call.state_changed);
    assert_int_equal(fixture->call.new_state.size, 0);
    assert_run(fixture, guard_with(*state, "", ""), SWORN_OK, "");
    assert_false(fixture->call.state_changed);
}

static void state_that_is_set_before_a_trap_does_not_stick(void **state)
{
    struct fixture *fixture = *state;

    assert_run(fixture,
               guard_with(*state, DATA("new"),
                          "(call $state_set (i32.const 0) (i32.const 3)) unreachable"),
               SWORN_REFUSED, "trap: unreachable");
    assert_false(fixture->call.state_changed);
    assert_int_equal(fixture->call.new_state.size, 0);
}

static void state_over_the_limit_is_refused(void **state)
{
    struct fixture *fixture = *state;

    fixture->call.limits.state = 8;
    assert_run(fixture, guard_with(*state, "", "(call $state_set (i32.const 0) (i32.const 8))"),
               SWORN_OK, "");
    assert_run(fixture, guard_with(*state, "", "(call $state_set (i32.const 0) (i32.const 9))"),
               SWORN_LIMIT, "state_set: state of 9 octets, the limit is 8");
}

static void setting_state_for_ever_takes_no_memory(void **state)
{
    struct fixture *fixture = *state;
    struct octets code = guard_with(
        *state, "", "(loop $again (call $state_set (i32.const 0) (i32.const 65536)) (br $again))");
    size_t used = fixture->region.used;

    assert_run(fixture, code, SWORN_REFUSED, "out of fuel");
    assert_in_range(fixture->region.used - used, 0, 200000);
}

/* Decisions. */

#define OWNER  "(call $update_owner (i32.const 0) (i32.const 10))"
#define POLICY "(call $update_policy (i32.const 0) (i32.const 5))"
#define REMOVE "(call $remove_zone)"
#define RECORD "(call $update_record (i32.const 16) (i32.const 7))"
/* n = 3, three octets of code, three of environment; at 16 the operation "Clear" */
#define DECISIONS                                                                                  \
    "(data (i32.const 0) \"\\03\\00\\00\\00codenv\") (data (i32.const 16) \"\\\"Clear\\\"\")"

static void a_new_owner_is_handed_over(void **state)
{
    struct fixture *fixture = *state;

    assert_run(fixture, guard_with(*state, DECISIONS, RECORD OWNER), SWORN_OK, "");
    assert_true(fixture->call.owner_given);
    assert_false(fixture->call.owner_keeps_code);
    assert_true(octets_equal(fixture->call.owner_code, octets_of_text("cod")));
    assert_true(octets_equal(fixture->call.owner_environment, octets_of_text("env")));
    assert_run(fixture,
               guard_with(*state, "(data (i32.const 4) \"environ\")",
                          "(call $update_owner (i32.const 0) (i32.const 11))"),
               SWORN_OK, "");
    assert_true(fixture->call.owner_given);
    assert_true(fixture->call.owner_keeps_code);
    assert_int_equal(fixture->call.owner_code.size, 0);
    assert_true(octets_equal(fixture->call.owner_environment, octets_of_text("environ")));
}

static void a_malformed_new_owner_is_refused(void **state)
{
    static const char *const sizes[] = {"0", "3", "4", "6"};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char body[128];

        (void)snprintf(body, sizeof(body), "(call $update_owner (i32.const 0) (i32.const %s))",
                       sizes[i]);
        assert_run(*state, guard_with(*state, DECISIONS, body), SWORN_REFUSED,
                   "update_owner: the code's length passes the end");
    }
    assert_run(*state,
               guard_with(*state, "(data (i32.const 0) \"\\ff\\ff\\ff\\ff\")",
                          "(call $update_owner (i32.const 0) (i32.const 131072))"),
               SWORN_REFUSED, "update_owner: the code's length passes the end");
}

static void a_new_owner_over_the_limits_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct octets code = guard_with(*state, "(data (i32.const 1) \"\\20\")", /* n = 8192 */
                                    "(call $update_owner (i32.const 0) (i32.const 16388))");

    assert_run(fixture, code, SWORN_OK, "");
    fixture->call.limits.environment = 8191;
    assert_run(fixture, code, SWORN_LIMIT,
               "update_owner: environment of 8192 octets, the limit is 8191");
    fixture->call.limits.code = 8191;
    assert_run(fixture, code, SWORN_LIMIT, "update_owner: code of 8192 octets, the limit is 8191");
}

static void policy_and_removal_are_handed_over(void **state)
{
    struct fixture *fixture = *state;

    assert_run(fixture, guard_with(*state, DATA("terms"), POLICY REMOVE), SWORN_OK, "");
    assert_true(fixture->call.policy_given);
    assert_true(octets_equal(fixture->call.new_policy, octets_of_text("terms")));
    assert_true(fixture->call.remove);
    assert_run(fixture,
               guard_with(*state, "", "(call $update_policy (i32.const 0) (i32.const 4097))"),
               SWORN_LIMIT, "update_policy: policy of 4097 octets, the limit is 4096");
    assert_false(fixture->call.remove);
}

static void decisions_keep_their_order(void **state)
{
    static const struct {
        const char *body, *text;
    } orders[] = {
        {OWNER OWNER, "update_owner: called twice"},
        {POLICY POLICY, "update_policy: called twice"},
        {REMOVE REMOVE, "remove_zone: called twice"},
        {OWNER RECORD, "update_record: not allowed after update_owner()"},
        {REMOVE RECORD, "update_record: not allowed after remove_zone()"},
        {REMOVE OWNER, "update_owner: not allowed after remove_zone()"},
        {REMOVE POLICY, "update_policy: not allowed after remove_zone()"},
        {OWNER REMOVE, "remove_zone: not allowed after update_owner()"},
    };

    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        assert_run(*state, guard_with(*state, DECISIONS, orders[i].body), SWORN_REFUSED,
                   orders[i].text);
    }
    assert_run(*state, guard_with(*state, DECISIONS, POLICY RECORD OWNER), SWORN_OK, "");
    assert_run(*state, guard_with(*state, DECISIONS, RECORD OWNER POLICY), SWORN_OK, "");
}

static void setup_decides_nothing_but_records(void **state)
{
    static const struct {
        const char *body, *text;
    } calls[] = {
        {OWNER, "update_owner: not allowed in setup()"},
        {POLICY, "update_policy: not allowed in setup()"},
        {REMOVE, "remove_zone: not allowed in setup()"},
    };

    ((struct fixture *)*state)->call.entry = GUARD_SETUP;
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        assert_run(*state,
                   wat(*state,
                       "(module %s (memory (export \"memory\") 1) %s (func (export \"setup\") %s)"
                       "(func (export \"handle_update_request\")))",
                       ABI_TYPES, DECISIONS, calls[i].body),
                   SWORN_REFUSED, calls[i].text);
    }
    assert_run(*state,
               wat(*state,
                   "(module %s (memory (export \"memory\") 1) %s (func (export \"setup\")" RECORD
                   ") (func (export \"handle_update_request\") unreachable))",
                   ABI_TYPES, DECISIONS),
               SWORN_OK, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        guard_test(no_import_reaches_outside_memory),
        guard_test(no_import_reaches_outside_memory_at_operands_of_fixed_size),
        guard_test(the_last_octets_of_memory_are_within_it),
        guard_test(data_is_given_whole_and_in_parts),
        guard_test(empty_data_has_size_zero),
        guard_test(numbers_and_zone_id_are_those_of_the_call),
        guard_test(too_long_inputs_are_refused_before_anything_runs),
        guard_test(a_refusal_carries_the_guards_words),
        guard_test(a_refusal_may_name_a_response_code),
        guard_test(messages_are_shown_without_harm),
        guard_test(state_is_kept_as_it_was_set_last),
        guard_test(state_that_is_set_before_a_trap_does_not_stick),
        guard_test(state_over_the_limit_is_refused),
        guard_test(setting_state_for_ever_takes_no_memory),
        guard_test(a_new_owner_is_handed_over),
        guard_test(a_malformed_new_owner_is_refused),
        guard_test(a_new_owner_over_the_limits_is_refused),
        guard_test(policy_and_removal_are_handed_over),
        guard_test(decisions_keep_their_order),
        guard_test(setup_decides_nothing_but_records),
    };

    return cmocka_run_group_tests_name("abi", tests, NULL, NULL);
}
