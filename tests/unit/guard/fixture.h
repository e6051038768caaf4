/*
 * fixture.h - guards in the text form of WebAssembly, run on an empty zone.
 */
#ifndef SWORN_TESTS_UNIT_GUARD_FIXTURE_H
#define SWORN_TESTS_UNIT_GUARD_FIXTURE_H

#include "core/guard/guard.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/*
 * The ABI as design section 6 has it, written out once more: what the product's own table says is
 * not what it is tested against.
 */
#define ABI_TYPES                                                                                  \
    "(import \"fdns\" \"update_record\" (func $update_record (param i32 i32)))"                    \
    "(import \"fdns\" \"update_owner\" (func $update_owner (param i32 i32)))"                      \
    "(import \"fdns\" \"update_policy\" (func $update_policy (param i32 i32)))"                    \
    "(import \"fdns\" \"remove_zone\" (func $remove_zone))"                                        \
    "(import \"fdns\" \"env_size\" (func $env_size (result i32)))"                                 \
    "(import \"fdns\" \"env_copy\" (func $env_copy (param i32 i32 i32) (result i32)))"             \
    "(import \"fdns\" \"arg_size\" (func $arg_size (result i32)))"                                 \
    "(import \"fdns\" \"arg_copy\" (func $arg_copy (param i32 i32 i32) (result i32)))"             \
    "(import \"fdns\" \"zone_size\" (func $zone_size (result i32)))"                               \
    "(import \"fdns\" \"zone_copy\" (func $zone_copy (param i32 i32 i32) (result i32)))"           \
    "(import \"fdns\" \"policy_size\" (func $policy_size (result i32)))"                           \
    "(import \"fdns\" \"policy_copy\" (func $policy_copy (param i32 i32 i32) (result i32)))"       \
    "(import \"fdns\" \"state_size\" (func $state_size (result i32)))"                             \
    "(import \"fdns\" \"state_copy\" (func $state_copy (param i32 i32 i32) (result i32)))"         \
    "(import \"fdns\" \"state_set\" (func $state_set (param i32 i32)))"                            \
    "(import \"fdns\" \"records_size\" (func $records_size (param i32 i32) (result i32)))"         \
    "(import \"fdns\" \"records_copy\" (func $records_copy (param i32 i32 i32) (result i32)))"     \
    "(import \"fdns\" \"zone_id\" (func $zone_id (param i32)))"                                    \
    "(import \"fdns\" \"sequence\" (func $sequence (result i64)))"                                 \
    "(import \"fdns\" \"now\" (func $now (result i64)))"                                           \
    "(import \"fdns\" \"fail\" (func $fail (param i32 i32)))"                                      \
    "(import \"fdns\" \"fail_code\" (func $fail_code (param i32 i32 i32)))"                        \
    "(import \"fdns\" \"sha256\" (func $sha256 (param i32 i32 i32)))"                              \
    "(import \"fdns\" \"keccak256\" (func $keccak256 (param i32 i32 i32)))"                        \
    "(import \"fdns\" \"ed25519_verify\""                                                          \
    " (func $ed25519_verify (param i32 i32 i32 i32) (result i32)))"                                \
    "(import \"fdns\" \"p256_verify\" (func $p256_verify (param i32 i32 i32) (result i32)))"       \
    "(import \"fdns\" \"secp256k1_recover\""                                                       \
    " (func $secp256k1_recover (param i32 i32 i32) (result i32)))"                                 \
    "(import \"fdns\" \"mod_set\" (func $mod_set (param i32 i32)))"                                \
    "(import \"fdns\" \"mod_mul\" (func $mod_mul (param i32 i32 i32)))"                            \
    "(import \"fdns\" \"mod_add\" (func $mod_add (param i32 i32 i32)))"                            \
    "(import \"fdns\" \"mod_sub\" (func $mod_sub (param i32 i32 i32)))"                            \
    "(import \"fdns\" \"mod_mul2\" (func $mod_mul2 (param i32 i32 i32)))"

/** A guard, its zone and what came of it. */
struct fixture {
    struct engine_cache *cache;
    struct region region;
    struct tree tree;
    struct change change;
    struct guard_call call;
    struct reason reason;
};

/** An empty zone demo.test., default limits, sequence 1, handle_update_request. */
void fixture_begin(struct fixture *fixture);
void fixture_end(struct fixture *fixture);

/** Start over with an empty zone and the same cache. */
void fixture_again(struct fixture *fixture);

/** A whole module from its text; skips the test, with a line, where wat2wasm is not installed. */
struct octets wat(struct fixture *fixture, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** The same from a finished text of any size. */
struct octets wat_text(struct fixture *fixture, const char *text);

/**
 * A guard with all of the ABI, two pages of memory, `extra` (functions, data), and a body for
 * handle_update_request; setup does nothing.
 */
struct octets guard_with(struct fixture *fixture, const char *extra, const char *body);

/** The file `path` below $SWORN_BUILD or $SWORN_SOURCE. */
struct octets file_of(struct fixture *fixture, const char *variable, const char *path);

/** The octets written as hex. */
struct octets hex(struct fixture *fixture, const char *digits);

/** Run the guard; the reason is in the fixture. */
enum sworn_result run(struct fixture *fixture, struct octets code);

/** Run the guard and compare result and whole reason; the message shows both. */
#define assert_run(fixture, code, result, text)                                                    \
    check_run((fixture), (code), (result), (text), __FILE__, __LINE__)
void check_run(struct fixture *fixture, struct octets code, enum sworn_result result,
               const char *text, const char *file, int line);

/** Like assert_run(), and the reason needs only to contain `text`. */
#define assert_run_about(fixture, code, result, text)                                              \
    check_run_about((fixture), (code), (result), (text), __FILE__, __LINE__)
void check_run_about(struct fixture *fixture, struct octets code, enum sworn_result result,
                     const char *text, const char *file, int line);

int fixture_setup(void **state);
int fixture_teardown(void **state);

/** A test with a fixture of its own in *state. */
#define guard_test(function)                                                                       \
    cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

#endif
