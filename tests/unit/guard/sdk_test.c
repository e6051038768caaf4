/*
 * sdk_test.c - the guard that docs/guard-abi.md shows works as shown, built by the command that it
 * gives; and fdns.h does without bulk memory.
 */
#include "tests/unit/guard/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/guard/abi.h"

static void write_file(const char *path, struct octets octets)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(octets.data, 1, octets.size, file), octets.size);
    assert_int_equal(fclose(file), 0);
}

/* What stands between the line `from` and the next line "```" of the page. */
static struct octets block(struct octets page, const char *from)
{
    const char *start = memmem(page.data, page.size, from, strlen(from));
    const char *end;

    assert_non_null(start);
    start += strlen(from);
    end = memmem(start, page.size - (size_t)((const uint8_t *)start - page.data), "\n```", 4);
    assert_non_null(end);
    return octets_of(start, (size_t)(end + 1 - start));
}

/* Compile `source` with the page's command, which names motd.c, from the root of the sources. */
static struct octets build(struct fixture *fixture, struct octets page, struct octets source,
                           const char *more)
{
    char folder[] = "/tmp/sworn-sdk-XXXXXX";
    char path[128], command[4096], *given;
    struct octets code;

    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/motd.c", folder);
    write_file(path, source);
    assert_int_equal(region_text(&fixture->region, block(page, "```sh\n"), &given), SWORN_OK);
    given[strcspn(given, "\n")] = '\0'; /* one line */
    (void)snprintf(command, sizeof(command),
                   "cd %s && ln -s '%s/guards' guards && %s %s -Wall -Wextra -Wconversion -Werror",
                   folder, getenv("SWORN_SOURCE"), given, more);
    if (system(command) != 0) {
        fail_msg("%s", command);
    }
    assert_int_equal(setenv("SWORN_SDK_TEST", folder, 1), 0);
    code = file_of(fixture, "SWORN_SDK_TEST", "motd.wasm");
    (void)snprintf(command, sizeof(command), "rm -r %s", folder);
    assert_int_equal(system(command), 0);
    return code;
}

static bool holds(struct fixture *fixture, const char *owner, uint16_t type, const char *rdata)
{
    struct name name;
    struct rrset rrset;

    assert_int_equal(name_from_text(octets_of_text(owner), NULL, &name), SWORN_OK);
    return change_get(&fixture->change, &name, type, &rrset) == SWORN_OK && rrset.count == 1 &&
           octets_equal(rrset.rdata[0], octets_of_text(rdata));
}

static void check_motd(struct fixture *fixture, struct octets code)
{
    struct octets kept;

    fixture_again(fixture);
    fixture->call.state = octets_of(NULL, 0);
    fixture->call.sequence = 0;
    fixture->call.entry = GUARD_SETUP;
    fixture->call.environment = octets_of_text("ns1.example.");
    assert_run(fixture, code, SWORN_OK, "");
    assert_int_equal(change_validate(&fixture->change, &fixture->reason), SWORN_OK);

    fixture->call.entry = GUARD_UPDATE;
    fixture->call.sequence = 1;
    fixture->call.argument = octets_of_text("say \"\xC3\xA4\"");
    assert_run(fixture, code, SWORN_OK, "");
    assert_true(holds(fixture, "motd.demo.test.", 16, "\x08say \"\xC3\xA4\""));
    kept = fixture->call.new_state;
    assert_true(fixture->call.state_changed);
    assert_int_equal(kept.size, 8);

    fixture->call.state = kept;
    fixture->call.now += 3599;
    assert_run(fixture, code, SWORN_REFUSED, "come back in 1 seconds");
    fixture->call.now += 1;
    fixture->call.argument = octets_of(NULL, 0);
    assert_run(fixture, code, SWORN_REFUSED, "1 to 255 octets of text, please");
    fixture->call.argument = octets_of_text("two");
    assert_run(fixture, code, SWORN_OK, "");
    assert_true(holds(fixture, "motd.demo.test.", 16, "\x03two"));
}

static void the_guard_of_the_page_does_what_the_page_says(void **state)
{
    struct fixture *fixture = *state;
    struct octets page = file_of(fixture, "SWORN_SOURCE", "docs/guard-abi.md");
    struct octets source = block(page, "```c\n");

    check_motd(fixture, build(fixture, page, source, ""));
    check_motd(fixture, build(fixture, page, source, "-mno-bulk-memory"));
    check_motd(fixture, build(fixture, page, source, "-mno-bulk-memory -O0"));
    check_motd(fixture, build(fixture, page, source, "-Os -mmutable-globals -msign-ext"));
}

static void the_page_lists_every_import(void **state)
{
    struct octets page = file_of(*state, "SWORN_SOURCE", "docs/guard-abi.md");
    size_t count;
    const struct abi_import *imports = abi_imports(&count);

    for (size_t i = 0; i < count; i++) {
        char row[64];

        (void)snprintf(row, sizeof(row), "| `%s(", imports[i].name);
        if (memmem(page.data, page.size, row, strlen(row)) == NULL) {
            fail_msg("docs/guard-abi.md has no row \"%s\"", row);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        guard_test(the_guard_of_the_page_does_what_the_page_says),
        guard_test(the_page_lists_every_import),
    };

    return cmocka_run_group_tests_name("sdk", tests, NULL, NULL);
}
