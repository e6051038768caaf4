/*
 * rules_test.c - tests/guards/rules: one guard for each rule of the ABI, on the fixture's zone.
 *
 *   ;; the rule
 *   ;; expect: the whole reason, or "accepted"
 *   ;; entry: setup                             where it is not handle_update_request
 */
#include "tests/unit/guard/fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define FOLDER    "tests/guards/rules"
#define RULES_MIN 60

/* The rest of the line that begins with `key`. */
static bool line_of(const char *text, const char *key, char *line, size_t size)
{
    const char *at = strstr(text, key);

    if (at == NULL) {
        return false;
    }
    at += strlen(key);
    (void)snprintf(line, size, "%.*s", (int)strcspn(at, "\n"), at);
    return true;
}

/* False, with a line that says what was found instead. */
static bool holds(struct fixture *fixture, const char *name)
{
    char path[512], expected[512], entry[16];
    struct octets file;
    char *text;
    const char *found;

    (void)snprintf(path, sizeof(path), FOLDER "/%s", name);
    file = file_of(fixture, "SWORN_SOURCE", path);
    text = strndup((const char *)file.data, file.size);
    assert_non_null(text);
    if (!line_of(text, ";; expect: ", expected, sizeof(expected))) {
        fail_msg("%s does not say what to expect", path);
    }
    if (line_of(text, ";; entry: ", entry, sizeof(entry))) {
        fixture->call.entry = GUARD_SETUP;
    }
    found = run(fixture, wat_text(fixture, text)) == SWORN_OK ? "accepted" : fixture->reason.text;
    free(text);
    if (strcmp(found, expected) != 0) {
        print_error("%s: \"%s\" instead of \"%s\"\n", name, found, expected);
        return false;
    }
    return true;
}

static int is_rule(const struct dirent *entry)
{
    return strstr(entry->d_name, ".wat") != NULL;
}

static void each_rule_holds(void **state)
{
    const char *source = getenv("SWORN_SOURCE");
    struct dirent **names;
    char folder[1024];
    size_t broken = 0;
    int count;

    assert_non_null(source);
    (void)snprintf(folder, sizeof(folder), "%s/" FOLDER, source);
    count = scandir(folder, &names, is_rule, alphasort);
    assert_in_range(count, RULES_MIN, 1000);
    for (int i = 0; i < count; i++) {
        fixture_again(*state);
        broken += !holds(*state, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    assert_int_equal(broken, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        guard_test(each_rule_holds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
