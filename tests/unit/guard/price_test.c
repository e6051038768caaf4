/*
 * price_test.c - what evidence says about fuel is what the sources say.
 */
#include "tests/unit/guard/fixture.h"

#include <stdio.h>

#include "core/merkle/merkle.h"

/* What stands between `begin` and `end` in a file of the repository. */
static struct octets between(struct fixture *fixture, const char *path, const char *begin,
                             const char *end)
{
    struct octets file = file_of(fixture, "SWORN_SOURCE", path);
    const uint8_t *from = memmem(file.data, file.size, begin, strlen(begin));
    const uint8_t *to;

    if (from == NULL) {
        fail_msg("%s has no %s", path, begin);
    }
    from += strlen(begin);
    to = memmem(from, file.size - (size_t)(from - file.data), end, strlen(end));
    if (to == NULL) {
        fail_msg("%s has no %s", path, end);
    }
    return octets_of(from, (size_t)(to - from));
}

static void the_engine_is_the_version_that_is_built(void **state)
{
    struct octets locked =
        between(*state, "engine/Cargo.lock", "name = \"wasmi\"\nversion = \"", "\"");
    char version[64];

    (void)snprintf(version, sizeof(version), "wasmi %.*s", (int)locked.size,
                   (const char *)locked.data);
    assert_string_equal(guard_engine_version(), version);
}

static void the_prices_are_the_documented_ones(void **state)
{
    struct octets table = between(*state, "docs/guard-abi.md", "```fuel\n", "```");
    struct hash documented, used;

    assert_int_equal(sha256_one(table, &documented), SWORN_OK);
    assert_int_equal(guard_fuel_table(&used), SWORN_OK);
    if (!hash_equal(&documented, &used)) {
        fail_msg("the table in docs/guard-abi.md is not that of core/guard/abi.c");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        guard_test(the_engine_is_the_version_that_is_built),
        guard_test(the_prices_are_the_documented_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
