/*
 * fuel_test.c - what the recorded calls of the library's guards cost: a change of the interpreter,
 * the compiler, the prices or a guard that makes them cost something else has to be meant.
 *
 * tests/unit/guard/fuel.txt has a line "case fuel" for each folder of tests/guards/cases; each case
 * is accepted. SWORN_ACCEPT=1 writes the file anew.
 */
#include "tests/unit/guard/case.h"

#include <dirent.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define TABLE "tests/unit/guard/fuel.txt"

enum { NAME = 64, CASES = 128 };

struct line {
    char name[NAME];
    uint64_t fuel;
    struct hash root; /* of the zone after the call; not in the file */
};

static const char *path_of(const char *variable, const char *path, char room[1024])
{
    (void)snprintf(room, 1024, "%s/%s", getenv(variable), path);
    return room;
}

static int is_case(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static size_t run_cases(struct line *lines)
{
    struct engine_cache *cache;
    struct dirent **names;
    char folder[1024], guards[1024], path[512];
    size_t used = 0;
    int count =
        scandir(path_of("SWORN_SOURCE", "tests/guards/cases", folder), &names, is_case, alphasort);

    assert_in_range(count, 1, CASES);
    assert_int_equal(guard_cache_new(&cache), SWORN_OK);
    for (int i = 0; i < count; i++) {
        struct guard_case recorded;

        (void)snprintf(path, sizeof(path), "tests/guards/cases/%s", names[i]->d_name);
        assert_true(case_load(&recorded, path_of("SWORN_SOURCE", path, folder),
                              path_of("SWORN_BUILD", "guards", guards)));
        if (case_run(&recorded, cache) != SWORN_OK) {
            fail_msg("%s: %s", path, recorded.reason.text);
        }
        (void)snprintf(lines[used].name, NAME, "%.63s", names[i]->d_name);
        assert_int_equal(tree_root(&recorded.change.after, &lines[used].root), SWORN_OK);
        lines[used++].fuel = recorded.call.fuel;
        case_free(&recorded);
        free(names[i]);
    }
    free(names);
    guard_cache_free(cache);
    return used;
}

static size_t read_table(struct line *lines)
{
    char path[1024];
    FILE *file = fopen(path_of("SWORN_SOURCE", TABLE, path), "r");
    size_t count = 0;

    if (file == NULL) {
        return 0;
    }
    while (count < CASES &&
           fscanf(file, "%63s %" SCNu64, lines[count].name, &lines[count].fuel) == 2) {
        count++;
    }
    (void)fclose(file);
    return count;
}

static void write_table(const struct line *lines, size_t count)
{
    char path[1024];
    FILE *file = fopen(path_of("SWORN_SOURCE", TABLE, path), "w");

    assert_non_null(file);
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(file, "%s %" PRIu64 "\n", lines[i].name, lines[i].fuel);
    }
    assert_int_equal(fclose(file), 0);
}

static uint64_t recorded_fuel(const struct line *lines, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(lines[i].name, name) == 0) {
            return lines[i].fuel;
        }
    }
    return 0;
}

static void the_library_costs_what_it_cost_before(void **state)
{
    struct line found[CASES], table[CASES];
    size_t count = run_cases(found), known, differences = 0;

    (void)state;
    if (getenv("SWORN_ACCEPT") != NULL) {
        write_table(found, count);
    }
    known = read_table(table);
    for (size_t i = 0; i < count; i++) {
        uint64_t before = recorded_fuel(table, known, found[i].name);

        if (before != found[i].fuel) {
            print_error("%s: %" PRIu64 " fuel, and " TABLE " has %" PRIu64 "\n", found[i].name,
                        found[i].fuel, before);
            differences++;
        }
    }
    if (differences > 0 || known != count) {
        fail_msg("%zu cases differ of %zu, " TABLE " has %zu; if that is meant: SWORN_ACCEPT=1",
                 differences, count, known);
    }
}

static void fuel_and_records_do_not_depend_on_what_ran_before(void **state)
{
    struct line found[CASES] = {0}, again[CASES] = {0};
    struct engine_cache *cache;
    struct guard_case recorded;
    char folder[1024], guards[1024];
    size_t count = run_cases(found);

    (void)state;
    /* All of them in one cache, which has evicted some, then one in a cache of its own. */
    assert_int_equal(run_cases(again), count);
    assert_memory_equal(found, again, count * sizeof(*found));
    assert_int_equal(guard_cache_new(&cache), SWORN_OK);
    assert_true(case_load(&recorded, path_of("SWORN_SOURCE", "tests/guards/cases/ed25519", folder),
                          path_of("SWORN_BUILD", "guards", guards)));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(case_run(&recorded, cache), SWORN_OK);
        assert_int_equal(recorded.call.fuel, recorded_fuel(found, count, "ed25519"));
    }
    case_free(&recorded);
    guard_cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_library_costs_what_it_cost_before),
        cmocka_unit_test(fuel_and_records_do_not_depend_on_what_ran_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
