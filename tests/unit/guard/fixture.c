/*
 * fixture.c - guards from text, and running them; see fixture.h.
 */
#include "tests/unit/guard/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FILE_MAX ((size_t)16 * 1024 * 1024)

void fixture_again(struct fixture *fixture)
{
    static const struct hash nothing;
    struct policy policy;
    struct name apex;

    policy_default(&policy);
    assert_int_equal(name_from_text(octets_of_text("demo.test."), NULL, &apex), SWORN_OK);
    assert_int_equal(tree_open(&fixture->tree, MERKLE_ZONE, &nothing, &fixture->region, NULL),
                     SWORN_OK);
    change_begin(&fixture->change, &apex, &fixture->tree, &policy.limits, &fixture->region);
    fixture->call = (struct guard_call){
        .entry = GUARD_UPDATE,
        .environment = octets_of_text("the environment"),
        .argument = octets_of_text("the argument"),
        .state = octets_of_text("the state"),
        .policy = octets_of_text("the policy"),
        .apex_text = octets_of_text("demo.test."),
        .sequence = 1,
        .now = 1700000000,
        .limits = policy.limits,
        .change = &fixture->change,
        .region = &fixture->region,
    };
    memset(fixture->call.zone_id.octets, 0x5A, HASH_SIZE);
}

void fixture_begin(struct fixture *fixture)
{
    *fixture = (struct fixture){.cache = NULL};
    region_init(&fixture->region, (size_t)256 * 1024 * 1024);
    assert_int_equal(guard_cache_new(&fixture->cache), SWORN_OK);
    fixture_again(fixture);
}

void fixture_end(struct fixture *fixture)
{
    guard_cache_free(fixture->cache);
    region_clear(&fixture->region);
}

int fixture_setup(void **state)
{
    struct fixture *fixture = malloc(sizeof(*fixture));

    assert_non_null(fixture);
    fixture_begin(fixture);
    *state = fixture;
    return 0;
}

int fixture_teardown(void **state)
{
    fixture_end(*state);
    free(*state);
    return 0;
}

static struct octets read_all(struct fixture *fixture, FILE *file)
{
    struct writer writer = writer_in(&fixture->region, FILE_MAX);
    uint8_t part[4096];
    size_t size;

    while ((size = fread(part, 1, sizeof(part), file)) > 0) {
        assert_int_equal(write_octets(&writer, octets_of(part, size)), SWORN_OK);
    }
    return written(&writer);
}

static bool have_wat2wasm(void)
{
    return system("command -v wat2wasm >/dev/null 2>&1") == 0;
}

struct octets wat_text(struct fixture *fixture, const char *text)
{
    char path[] = "/tmp/sworn-wat-XXXXXX";
    char command[128];
    int descriptor = mkstemp(path);
    FILE *output;
    struct octets code;

    if (!have_wat2wasm()) {
        print_message("skipped: wat2wasm (Debian's wabt) is not installed\n");
        skip();
    }
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(close(descriptor), 0);
    (void)snprintf(command, sizeof(command), "wat2wasm --enable-all --no-check --output=- %s",
                   path);
    output = popen(command, "r");
    assert_non_null(output);
    code = read_all(fixture, output);
    if (pclose(output) != 0) {
        fail_msg("wat2wasm does not take: %.400s", text);
    }
    assert_int_equal(unlink(path), 0);
    return code;
}

struct octets wat(struct fixture *fixture, const char *format, ...)
{
    char text[16384];
    va_list arguments;
    int size;

    va_start(arguments, format);
    size = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    assert_in_range(size, 1, sizeof(text) - 1);
    return wat_text(fixture, text);
}

struct octets guard_with(struct fixture *fixture, const char *extra, const char *body)
{
    return wat(fixture,
               "(module %s (memory (export \"memory\") 2) %s (func (export \"setup\"))"
               "(func (export \"handle_update_request\") %s))",
               ABI_TYPES, extra, body);
}

struct octets file_of(struct fixture *fixture, const char *variable, const char *path)
{
    const char *folder = getenv(variable);
    char name[4096];
    FILE *file;
    struct octets octets;

    assert_non_null(folder);
    (void)snprintf(name, sizeof(name), "%s/%s", folder, path);
    file = fopen(name, "rb");
    if (file == NULL) {
        fail_msg("%s cannot be read", name);
    }
    octets = read_all(fixture, file);
    (void)fclose(file);
    return octets;
}

struct octets hex(struct fixture *fixture, const char *digits)
{
    size_t size = strlen(digits) / 2;
    void *memory;
    uint8_t *octets;

    assert_int_equal(region_alloc(&fixture->region, size, &memory), SWORN_OK);
    octets = memory;
    for (size_t i = 0; i < size; i++) {
        char pair[] = {digits[2 * i], digits[2 * i + 1], '\0'};

        octets[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return octets_of(octets, size);
}

enum sworn_result run(struct fixture *fixture, struct octets code)
{
    fixture->reason.text[0] = '\0';
    fixture->call.code = code;
    return guard_run(fixture->cache, &fixture->call, &fixture->reason);
}

void check_run(struct fixture *fixture, struct octets code, enum sworn_result result,
               const char *text, const char *file, int line)
{
    enum sworn_result found = run(fixture, code);

    if (found != result || strcmp(fixture->reason.text, text) != 0) {
        print_error("%s: \"%s\" instead of %s: \"%s\"\n", result_name(found), fixture->reason.text,
                    result_name(result), text);
        _fail(file, line);
    }
}

void check_run_about(struct fixture *fixture, struct octets code, enum sworn_result result,
                     const char *text, const char *file, int line)
{
    enum sworn_result found = run(fixture, code);

    if (found != result || strstr(fixture->reason.text, text) == NULL) {
        print_error("%s: \"%s\" instead of %s with \"%s\"\n", result_name(found),
                    fixture->reason.text, result_name(result), text);
        _fail(file, line);
    }
}
