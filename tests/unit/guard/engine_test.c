/*
 * engine_test.c - a guard can hurt nobody: whatever it is or does ends in a refusal that says why.
 */
#include "tests/unit/guard/fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/guard/cache.h"
#include "core/merkle/merkle.h"

#define EXPORTS "(func (export \"setup\")) (func (export \"handle_update_request\"))"
#define MEMORY  "(memory (export \"memory\") 1)"

static void a_guard_that_does_nothing_is_accepted(void **state)
{
    assert_run(*state, wat(*state, "(module %s %s)", MEMORY, EXPORTS), SWORN_OK, "");
}

static void traps_are_named(void **state)
{
    static const struct {
        const char *body, *text;
    } traps[] = {
        {"unreachable", "trap: unreachable"},
        {"(drop (i32.load (i32.const 131069)))", "trap: access outside memory"},
        {"(drop (i32.load offset=4294967295 (i32.const 1)))", "trap: access outside memory"},
        {"(memory.fill (i32.const 131072) (i32.const 0) (i32.const 1))",
         "trap: access outside memory"},
        {"(drop (i32.div_u (i32.const 1) (i32.const 0)))", "trap: division by zero"},
        {"(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))", "trap: integer overflow"},
        {"(call_indirect (i32.const 0))", "trap: call of an empty table element"},
        {"(call_indirect (i32.const 9))", "trap: access outside a table"},
        {"(drop (call_indirect (result i32) (i32.const 1)))",
         "trap: indirect call with another signature"},
    };

    for (size_t i = 0; i < sizeof(traps) / sizeof(traps[0]); i++) {
        assert_run(*state,
                   guard_with(*state,
                              "(table 3 funcref) (elem (i32.const 1) $nothing)"
                              "(func $nothing)",
                              traps[i].body),
                   SWORN_REFUSED, traps[i].text);
    }
}

static void endless_loops_end_wherever_they_are(void **state)
{
    struct fixture *fixture = *state;
    struct octets setup = wat(*state,
                              "(module %s (func (export \"setup\") (loop $again (br $again)))"
                              "(func (export \"handle_update_request\")))",
                              MEMORY);
    struct octets update =
        wat(*state,
            "(module %s (func (export \"setup\"))"
            "(func (export \"handle_update_request\") (loop $again (br $again))))",
            MEMORY);
    struct octets start =
        wat(*state, "(module %s (func $start (loop $again (br $again))) (start $start) %s)", MEMORY,
            EXPORTS);

    fixture->call.limits.fuel = 10000000;
    fixture->call.entry = GUARD_SETUP;
    assert_run(fixture, setup, SWORN_REFUSED, "out of fuel");
    assert_int_equal(fixture->call.fuel, 10000000);
    assert_run(fixture, update, SWORN_OK, "");
    assert_run(fixture, start, SWORN_REFUSED, "out of fuel");
    fixture->call.entry = GUARD_UPDATE;
    assert_run(fixture, setup, SWORN_OK, "");
    assert_run(fixture, update, SWORN_REFUSED, "out of fuel");
    assert_run(fixture, start, SWORN_REFUSED, "out of fuel");
    assert_int_equal(fixture->call.fuel, 10000000);
}

static void endless_recursion_exhausts_the_call_stack(void **state)
{
    struct octets deep = guard_with(*state, "(func $again (call $again))", "(call $again)");
    struct octets wide = guard_with(
        *state,
        "(func $again (param i64 i64 i64 i64 i64 i64 i64 i64) (result i64)"
        "(i64.add (local.get 0) (call $again (local.get 0) (local.get 1) (local.get 2)"
        "(local.get 3) (local.get 4) (local.get 5) (local.get 6) (local.get 7))))",
        "(drop (call $again (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0)"
        "(i64.const 0) (i64.const 0) (i64.const 0)))");

    assert_run(*state, deep, SWORN_REFUSED, "call stack exhausted");
    ((struct fixture *)*state)->call.limits.stack = 4096;
    assert_run(*state, wide, SWORN_REFUSED, "call stack exhausted");
}

static void recursion_within_the_limit_is_fine(void **state)
{
    struct fixture *fixture = *state;
    struct octets code = guard_with(*state,
                                    "(func $down (param i32) (if (local.get 0) (then"
                                    "(call $down (i32.sub (local.get 0) (i32.const 1))))))",
                                    "(call $down (i32.const 900))");

    assert_run(fixture, code, SWORN_OK, "");
    /* The limit is of the call, though the same code is compiled already. */
    fixture->call.limits.recursion = 800;
    assert_run(fixture, code, SWORN_REFUSED, "call stack exhausted");
}

static void memory_grows_to_the_limit_and_no_further(void **state)
{
    struct fixture *fixture = *state;

    fixture->call.limits.memory = 5;
    assert_run(fixture,
               guard_with(*state, "",
                          "(if (i32.ne (memory.grow (i32.const 3)) (i32.const 2))"
                          "  (then unreachable))"
                          "(if (i32.ne (memory.grow (i32.const 1)) (i32.const -1))"
                          "  (then unreachable))"
                          "(if (i32.ne (memory.size) (i32.const 5)) (then unreachable))"
                          "(i32.store (i32.const 327676) (i32.const 1))"),
               SWORN_OK, "");
}

static void imports_see_memory_that_has_grown(void **state)
{
    assert_run(*state,
               guard_with(*state, "",
                          "(drop (memory.grow (i32.const 3)))"
                          "(drop (call $env_copy (i32.const 300000) (i32.const 4) (i32.const 99)))"
                          "(call $fail (i32.const 300000) (i32.const 11))"),
               SWORN_REFUSED, "environment");
}

static void memory_that_starts_over_the_limit_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct octets code = wat(*state, "(module (memory (export \"memory\") 65) %s)", EXPORTS);

    assert_run(fixture, code, SWORN_MALFORMED,
               "the guard cannot be used: its memory starts with 65 pages, the limit is 64");
    assert_run(fixture, wat(*state, "(module (memory (export \"memory\") 65536) %s)", EXPORTS),
               SWORN_MALFORMED,
               "the guard cannot be used: its memory starts with 65536 pages, the limit is 64");
    fixture->call.limits.memory = 65;
    assert_run(fixture, code, SWORN_OK, "");
}

static void huge_tables_are_refused(void **state)
{
    assert_run(*state, wat(*state, "(module %s %s (table 10000 funcref))", MEMORY, EXPORTS),
               SWORN_OK, "");
    assert_run(*state, wat(*state, "(module %s %s (table 10001 funcref))", MEMORY, EXPORTS),
               SWORN_MALFORMED, "the guard cannot be used: its table is larger than the limit");
    assert_run_about(*state,
                     wat(*state, "(module %s %s (table 0xFFFFFFFF funcref))", MEMORY, EXPORTS),
                     SWORN_MALFORMED, "the guard cannot be used: ");
}

static void segments_have_to_fit(void **state)
{
    assert_run_about(
        *state, wat(*state, "(module %s %s (data (i32.const 65533) \"abcd\"))", MEMORY, EXPORTS),
        SWORN_REFUSED, "trap: access outside memory");
    assert_run_about(*state,
                     wat(*state,
                         "(module %s %s (table 1 funcref) (func $f) (elem (i32.const 1) $f))",
                         MEMORY, EXPORTS),
                     SWORN_MALFORMED, "an element segment does not fit its table");
}

static void imports_are_those_of_the_table(void **state)
{
    static const struct {
        const char *import, *text;
    } imports[] = {
        {"(import \"fdns\" \"sign\" (func))", "it imports fdns.sign, which does not exist"},
        {"(import \"env\" \"now\" (func (result i64)))",
         "it imports env.now, which does not exist"},
        {"(import \"fdns\" \"now\" (func (result i32)))",
         "it imports fdns.now as () -> i32, which is () -> i64"},
        {"(import \"fdns\" \"fail\" (func (param i32 i64) (result i32)))",
         "it imports fdns.fail as (i32 i64) -> i32, which is (i32 i32)"},
        {"(import \"fdns\" \"table\" (table 1 funcref))",
         "it imports fdns.table, which is not a function"},
        {"(import \"fdns\" \"now\" (global i64))", "it imports fdns.now, which is not a function"},
        {"(import \"fd\\1b[2J\" \"no\\0aw\" (func))",
         "it imports fd\\x1B[2J.no\\x0Aw, which does not exist"},
    };

    for (size_t i = 0; i < sizeof(imports) / sizeof(imports[0]); i++) {
        char expected[256];

        (void)snprintf(expected, sizeof(expected), "the guard cannot be used: %s", imports[i].text);
        assert_run(*state, wat(*state, "(module %s %s %s)", imports[i].import, MEMORY, EXPORTS),
                   SWORN_MALFORMED, expected);
    }
    assert_run(*state,
               wat(*state,
                   "(module (import \"fdns\" \"memory\" (memory 1))"
                   "(export \"memory\" (memory 0)) %s)",
                   EXPORTS),
               SWORN_MALFORMED,
               "the guard cannot be used: it imports fdns.memory, which is not a function");
}

static void exports_have_to_be_there(void **state)
{
    assert_run(*state, wat(*state, "(module %s)", EXPORTS), SWORN_MALFORMED,
               "the guard cannot be used: it does not export memory");
    assert_run(*state, wat(*state, "(module (memory 1) %s)", EXPORTS), SWORN_MALFORMED,
               "the guard cannot be used: it does not export memory");
    assert_run(*state, wat(*state, "(module (func (export \"memory\")) %s)", EXPORTS),
               SWORN_MALFORMED, "the guard cannot be used: its export memory is not a memory");
    assert_run(*state, wat(*state, "(module %s (func (export \"handle_update_request\")))", MEMORY),
               SWORN_MALFORMED, "the guard cannot be used: it does not export setup");
    assert_run(*state, wat(*state, "(module %s (func (export \"setup\")))", MEMORY),
               SWORN_MALFORMED,
               "the guard cannot be used: it does not export handle_update_request");
    assert_run(*state,
               wat(*state,
                   "(module %s (func (export \"setup\") (param i32) (result i64) (i64.const 1))"
                   "(func (export \"handle_update_request\")))",
                   MEMORY),
               SWORN_MALFORMED,
               "the guard cannot be used: its export setup is (i32) -> i64, and must be ()");
    assert_run(*state,
               wat(*state,
                   "(module %s (global (export \"setup\") i32 (i32.const 1))"
                   "(func (export \"handle_update_request\")))",
                   MEMORY),
               SWORN_MALFORMED, "the guard cannot be used: its export setup is not a function");
}

static void floats_and_proposals_that_are_off_are_refused(void **state)
{
    static const char *const modules[] = {
        "(func (drop (f64.add (f64.const 1) (f64.const 2))))",
        "(func (param f32))",
        "(global f32 (f32.const 0))",
        "(func (drop (i32.trunc_sat_f32_s (f32.const 1))))",
        "(func (drop (v128.const i32x4 0 0 0 0)))",
        "(func $f (return_call $f))",
        "(memory 1)",
        "(table 1 externref)",
        "(table 1 funcref) (table 1 funcref)",
        "(func (drop (ref.null func)))",
        "(func (drop (i32.atomic.load (i32.const 0))))",
    };

    for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
        assert_run_about(*state, wat(*state, "(module %s %s %s)", MEMORY, EXPORTS, modules[i]),
                         SWORN_MALFORMED, "the guard cannot be used: not acceptable WASM: ");
    }
    assert_run_about(*state, wat(*state, "(module (memory (export \"memory\") i64 1) %s)", EXPORTS),
                     SWORN_MALFORMED, "the guard cannot be used: not acceptable WASM: ");
    assert_run_about(*state, wat(*state, "(module %s %s %s)", MEMORY, EXPORTS, modules[0]),
                     SWORN_MALFORMED, "floating-point");
}

static void what_clang_emits_for_wasm32_is_accepted(void **state)
{
    assert_run(*state,
               wat(*state,
                   "(module %s %s (global (mut i32) (i32.const 1))"
                   "(func (result i32 i32) (i32.const 1) (i32.extend8_s (i32.const 2)))"
                   "(func (memory.copy (i32.const 0) (i32.const 1) (i32.const 2))))",
                   MEMORY, EXPORTS),
               SWORN_OK, "");
}

static void octets_that_are_no_module_are_refused(void **state)
{
    static const char *const texts[] = {"", "no WASM", "\177ELF\002\001\001"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_run_about(*state, octets_of_text(texts[i]), SWORN_MALFORMED,
                         "the guard cannot be used: ");
    }
}

static void a_module_cut_at_any_length_is_refused(void **state)
{
    struct octets code = guard_with(*state, "", "unreachable");

    for (size_t size = 0; size < code.size; size++) {
        enum sworn_result result = run(*state, octets_of(code.data, size));

        assert_int_equal(result, SWORN_MALFORMED);
    }
}

/* A fixed sequence, so that a failure comes again. */
static uint32_t next_number(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static void a_module_with_changed_octets_never_does_harm(void **state)
{
    struct fixture *fixture = *state;
    struct octets code = file_of(fixture, "SWORN_BUILD", "guards/ed25519.wasm");
    uint8_t *changed = malloc(code.size);
    uint32_t seed = 7;

    assert_non_null(changed);
    for (size_t i = 0; i < 3000; i++) {
        memcpy(changed, code.data, code.size);
        for (uint32_t count = 1 + next_number(&seed) % 3; count > 0; count--) {
            changed[next_number(&seed) % code.size] = (uint8_t)next_number(&seed);
        }
        fixture->call.limits.fuel = 2000000;
        enum sworn_result result = run(fixture, octets_of(changed, code.size));

        if (result != SWORN_REFUSED && result != SWORN_MALFORMED && result != SWORN_LIMIT) {
            fail_msg("change %zu: %s: %s", i, result_name(result), fixture->reason.text);
        }
    }
    free(changed);
}

static void code_over_the_limit_is_not_even_compiled(void **state)
{
    struct fixture *fixture = *state;
    struct octets code = wat(*state, "(module %s %s)", MEMORY, EXPORTS);
    char expected[128];

    fixture->call.limits.code = (uint32_t)code.size;
    assert_run(fixture, code, SWORN_OK, "");
    fixture->call.limits.code = (uint32_t)code.size - 1;
    (void)snprintf(expected, sizeof(expected),
                   "the guard cannot be used: its code has %zu octets, the limit is %zu", code.size,
                   code.size - 1);
    assert_run(fixture, code, SWORN_MALFORMED, expected);
}

static void many_tiny_functions_are_refused(void **state)
{
    struct fixture *fixture = *state;
    char *text = malloc(400000);
    size_t used;

    assert_non_null(text);
    used = (size_t)sprintf(text, "(module %s %s", MEMORY, EXPORTS);
    for (size_t i = 0; i < 10001; i++) {
        used += (size_t)sprintf(text + used, "(func)");
    }
    (void)sprintf(text + used, ")");
    struct octets code = wat_text(fixture, text);
    free(text);
    assert_run(fixture, code, SWORN_MALFORMED,
               "the guard cannot be used: it has 10003 functions, the limit is 10000");
}

static void fuel_is_the_same_whenever_and_however_often_a_guard_runs(void **state)
{
    struct fixture *fixture = *state;
    struct octets code = guard_with(
        *state, "",
        "(local $i i32) (loop $again (call $sha256 (i32.const 0) (i32.const 0) (local.get $i))"
        "(br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))"
        "(i32.const 200))))");
    struct fixture other;
    uint64_t first;

    assert_run(fixture, code, SWORN_OK, "");
    first = fixture->call.fuel;
    assert_in_range(first, 200, 1000000);
    for (size_t i = 0; i < 3; i++) {
        assert_run(fixture, code, SWORN_OK, "");
        assert_int_equal(fixture->call.fuel, first);
    }
    fixture_begin(&other);
    assert_run(&other, code, SWORN_OK, "");
    assert_int_equal(other.call.fuel, first);
    fixture_end(&other);
    /* Exactly enough is enough, and one less is not. */
    fixture->call.limits.fuel = first;
    assert_run(fixture, code, SWORN_OK, "");
    fixture->call.limits.fuel = first - 1;
    assert_run(fixture, code, SWORN_REFUSED, "out of fuel");
}

static void a_module_compiled_again_costs_and_does_the_same(void **state)
{
    struct fixture *fixture = *state;
    struct octets code =
        guard_with(*state,
                   "(data (i32.const 64) \"{\\22UpdateRecord\\22:{\\22mode\\22:\\22Set\\22,"
                   "\\22record\\22:\\22A\\22,\\22name\\22:\\22www\\22,"
                   "\\22content\\22:\\22192.0.2.1\\22,\\22ttl\\22:null}}\")",
                   "(call $update_record (i32.const 64) (i32.const 90))"
                   "(call $state_set (i32.const 0) (i32.const 99))");
    struct hash first, again;
    uint64_t fuel;

    assert_run(fixture, code, SWORN_OK, "");
    fuel = fixture->call.fuel;
    assert_int_equal(tree_root(&fixture->change.after, &first), SWORN_OK);
    for (size_t i = 0; i < 2 * CACHE_MODULES; i++) {
        /* Others, in between, that grow memory, trap and set state: the first is evicted. */
        fixture_again(fixture);
        assert_run(fixture,
                   wat(*state,
                       "(module (memory (export \"memory\") 1) (func (export \"setup\"))"
                       "(func (export \"handle_update_request\")"
                       "(drop (memory.grow (i32.const %zu))) unreachable))",
                       i),
                   SWORN_REFUSED, "trap: unreachable");
    }
    fixture_again(fixture);
    assert_run(fixture, code, SWORN_OK, "");
    assert_int_equal(fixture->call.fuel, fuel);
    assert_int_equal(tree_root(&fixture->change.after, &again), SWORN_OK);
    assert_true(hash_equal(&first, &again));
    assert_int_equal(fixture->call.new_state.size, 99);
}

static void making_an_instance_costs_fuel(void **state)
{
    struct fixture *fixture = *state;

    fixture->call.limits.fuel = 4999;
    assert_run(fixture, wat(*state, "(module %s %s)", MEMORY, EXPORTS), SWORN_REFUSED,
               "out of fuel");
    fixture->call.limits.fuel = 0;
    assert_run(fixture, wat(*state, "(module %s %s)", MEMORY, EXPORTS), SWORN_REFUSED,
               "out of fuel");
}

static void nothing_is_left_from_one_call_to_the_next(void **state)
{
    struct octets code = guard_with(*state, "(global $seen (mut i32) (i32.const 0))",
                                    "(if (global.get $seen) (then unreachable))"
                                    "(if (i32.load (i32.const 8)) (then unreachable))"
                                    "(global.set $seen (i32.const 1))"
                                    "(i32.store (i32.const 8) (i32.const 1))");

    assert_run(*state, code, SWORN_OK, "");
    assert_run(*state, code, SWORN_OK, "");
}

static void the_cache_keeps_the_modules_used_last(void **state)
{
    struct fixture *fixture = *state;
    struct octets codes[CACHE_MODULES + 4];

    for (size_t i = 0; i < CACHE_MODULES + 4; i++) {
        codes[i] = wat(*state, "(module %s %s (data (i32.const %zu) \"x\"))", MEMORY, EXPORTS, i);
        assert_run(fixture, codes[i], SWORN_OK, "");
        assert_run(fixture, codes[0], SWORN_OK, ""); /* used again and again, so it stays */
    }
    struct hash first;
    bool found = false;

    assert_int_equal(fixture->cache->count, CACHE_MODULES);
    assert_int_equal(sha256_one(codes[0], &first), SWORN_OK);
    for (size_t i = 0; i < fixture->cache->count; i++) {
        found = found || hash_equal(&fixture->cache->modules[i].code, &first);
    }
    assert_true(found);
    /* Forgotten ones run as before. */
    assert_run(fixture, codes[1], SWORN_OK, "");
}

static void imports_without_an_instance_have_no_memory(void **state)
{
    /* An import as the start function, and as an entry: called with nothing around it. */
    assert_run(*state,
               wat(*state,
                   "(module (import \"fdns\" \"remove_zone\" (func $remove_zone))"
                   "(start $remove_zone) %s %s)",
                   MEMORY, EXPORTS),
               SWORN_OK, "");
    assert_true(((struct fixture *)*state)->call.remove);
    assert_run(*state,
               wat(*state,
                   "(module (import \"fdns\" \"remove_zone\" (func $remove_zone))"
                   "%s (func (export \"setup\"))"
                   "(export \"handle_update_request\" (func $remove_zone)))",
                   MEMORY),
               SWORN_OK, "");
    assert_true(((struct fixture *)*state)->call.remove);
}

static void the_start_function_may_use_the_abi(void **state)
{
    assert_run(*state,
               wat(*state,
                   "(module %s %s (data (i32.const 0) \"from start\")"
                   "(func $start (call $fail (i32.const 0) (i32.const 10))) (start $start) %s)",
                   ABI_TYPES, MEMORY, EXPORTS),
               SWORN_REFUSED, "from start");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        guard_test(a_guard_that_does_nothing_is_accepted),
        guard_test(traps_are_named),
        guard_test(endless_loops_end_wherever_they_are),
        guard_test(endless_recursion_exhausts_the_call_stack),
        guard_test(recursion_within_the_limit_is_fine),
        guard_test(memory_grows_to_the_limit_and_no_further),
        guard_test(imports_see_memory_that_has_grown),
        guard_test(memory_that_starts_over_the_limit_is_refused),
        guard_test(huge_tables_are_refused),
        guard_test(segments_have_to_fit),
        guard_test(imports_are_those_of_the_table),
        guard_test(exports_have_to_be_there),
        guard_test(floats_and_proposals_that_are_off_are_refused),
        guard_test(what_clang_emits_for_wasm32_is_accepted),
        guard_test(octets_that_are_no_module_are_refused),
        guard_test(a_module_cut_at_any_length_is_refused),
        guard_test(a_module_with_changed_octets_never_does_harm),
        guard_test(code_over_the_limit_is_not_even_compiled),
        guard_test(many_tiny_functions_are_refused),
        guard_test(fuel_is_the_same_whenever_and_however_often_a_guard_runs),
        guard_test(a_module_compiled_again_costs_and_does_the_same),
        guard_test(making_an_instance_costs_fuel),
        guard_test(nothing_is_left_from_one_call_to_the_next),
        guard_test(the_cache_keeps_the_modules_used_last),
        guard_test(imports_without_an_instance_have_no_memory),
        guard_test(the_start_function_may_use_the_abi),
    };

    return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
