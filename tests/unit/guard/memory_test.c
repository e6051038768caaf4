/*
 * memory_test.c - when the system has no memory, a guard's call is refused or the process ends; it
 * never accepts what it would not have accepted, and never refuses for another cause.
 *
 * This program's malloc and its kin stand in for the C library's, for C, Rust and OpenSSL alike.
 * They fail once, or from some allocation on. glibc only; not with sanitizers, which do the same.
 */
#include "tests/unit/guard/case.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif

/* One allocation is this many at most before a call counts as endless. */
enum { CALLS_MAX = 100000, SECONDS = 20 };

/* What docs/guard-abi.md says that compiling takes. */
enum { OCTETS_PER_OCTET = 16 };

static struct {
    bool counting;
    bool lasting; /* all after the one that fails do, too */
    size_t number;
    size_t fails_at; /* 0: none */
    size_t held, most;
} memory;

#ifndef SANITIZED
static bool fails(void)
{
    if (!memory.counting) {
        return false;
    }
    memory.number++;
    if (memory.fails_at == 0 || memory.number < memory.fails_at) {
        return false;
    }
    return memory.lasting || memory.number == memory.fails_at;
}

static void taken(void *made)
{
    if (memory.counting && made != NULL) {
        memory.held += malloc_usable_size(made);
        memory.most = memory.held > memory.most ? memory.held : memory.most;
    }
}

static void given_back(void *old)
{
    size_t size = memory.counting && old != NULL ? malloc_usable_size(old) : 0;

    memory.held -= size < memory.held ? size : memory.held;
}

#include "tests/failing_memory.h"
#endif

static const char *path_of(const char *variable, const char *path, char room[1024])
{
    (void)snprintf(room, 1024, "%s/%s", getenv(variable), path);
    return room;
}

static void load(struct guard_case *recorded, const char *name)
{
    char folder[1024], guards[1024], path[128];

    (void)snprintf(path, sizeof(path), "tests/guards/cases/%s", name);
    assert_true(case_load(recorded, path_of("SWORN_SOURCE", path, folder),
                          path_of("SWORN_BUILD", "guards", guards)));
}

/* How a child ends that runs a case; WRONG or anything above is not among the good ends. */
enum { ACCEPTED, REFUSED, ENDED, ENDS, WRONG = ENDS };

/* Which allocation fails. */
struct failure {
    size_t at;
    bool lasting;
};

struct expected {
    struct hash root;
    uint64_t fuel;
};

/* In the child: the first call of a case, with a cache that is empty. */
static _Noreturn void run_once(struct guard_case *recorded, struct engine_cache *cache,
                               const struct failure *failure, const struct expected *expected)
{
    const struct rlimit no_core = {0, 0};
    int nowhere = open("/dev/null", O_WRONLY);
    enum sworn_result result;

    (void)alarm(SECONDS);
    (void)setrlimit(RLIMIT_CORE, &no_core);
    (void)dup2(nowhere, STDERR_FILENO); /* where Rust says that it aborts */
    memory.number = 0;
    memory.fails_at = failure->at;
    memory.lasting = failure->lasting;
    memory.counting = true;
    result = case_call(recorded, cache);
    memory.counting = false;
    if (result == SWORN_OK) {
        struct hash found;
        bool same = tree_root(&recorded->change.after, &found) == SWORN_OK &&
                    hash_equal(&found, &expected->root) && recorded->call.fuel == expected->fuel;

        _exit(same ? ACCEPTED : WRONG);
    }
    if (result != SWORN_NO_MEMORY || recorded->reason.text[0] == '\0') {
        (void)printf("%s: %s\n", result_name(result), recorded->reason.text);
        (void)fflush(stdout);
        _exit(WRONG);
    }
    _exit(REFUSED);
}

static int end_of(struct guard_case *recorded, struct engine_cache *cache,
                  const struct failure *failure, const struct expected *expected)
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        run_once(recorded, cache, failure, expected);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) {
        return ENDED;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : WRONG;
}

/* What comes of the case when nothing fails, and how many allocations that takes. */
static size_t run_whole(struct guard_case *recorded, struct expected *expected)
{
    struct engine_cache *cache;

    assert_int_equal(guard_cache_new(&cache), SWORN_OK);
    case_prepare(recorded);
    memory.number = 0;
    memory.counting = true;
    assert_int_equal(case_call(recorded, cache), SWORN_OK);
    memory.counting = false;
    guard_cache_free(cache);
    assert_int_equal(tree_root(&recorded->change.after, &expected->root), SWORN_OK);
    expected->fuel = recorded->call.fuel;
    return memory.number;
}

static void check_case(const char *name)
{
    size_t ends[ENDS] = {0}, all;
    struct engine_cache *cache;
    struct guard_case recorded;
    struct expected expected;

    load(&recorded, name);
    all = run_whole(&recorded, &expected);
    assert_in_range(all, 20, CALLS_MAX);
    assert_int_equal(guard_cache_new(&cache), SWORN_OK);
    case_prepare(&recorded);
    for (size_t i = 0; i < 2 * all; i++) {
        struct failure failure = {.at = 1 + i / 2, .lasting = i % 2 == 1};
        int end = end_of(&recorded, cache, &failure, &expected);

        if (end >= WRONG) {
            fail_msg("%s: when allocation %zu of %zu fails%s: end %d", name, failure.at, all,
                     failure.lasting ? ", and all after it" : "", end);
        }
        ends[end]++;
    }
    print_message("%s: %zu allocations; %zu refused, %zu ended the process, %zu did not matter\n",
                  name, all, ends[REFUSED], ends[ENDED], ends[ACCEPTED]);
    guard_cache_free(cache);
    case_free(&recorded);
}

static void a_call_without_memory_is_refused_or_ends_the_process(void **state)
{
    (void)state;
#ifdef SANITIZED
    skip();
#endif
    check_case("ed25519");
    check_case("p256");
}

/* An unsigned LEB128 of five octets, so that sizes are known before. */
static void put_number(struct writer *writer, size_t number)
{
    for (int i = 0; i < 5; i++) {
        uint8_t more = i < 4 ? 0x80 : 0;

        assert_int_equal(write_u8(writer, (uint8_t)(number & 0x7F) | more), SWORN_OK);
        number >>= 7;
    }
}

static void put(struct writer *writer, const void *octets, size_t size)
{
    assert_int_equal(write_octets(writer, octets_of(octets, size)), SWORN_OK);
}

/*
 * The code that grows most when it is compiled: branches, of four octets each, that copy the four
 * results of a block.
 */
static struct octets code_that_grows(struct region *region)
{
    enum { FUNCTIONS = 8, BRANCHES = 25000, BODY = 3 + 2 + 8 + 4 * BRANCHES + 1 + 4 + 1 };
    static const uint8_t begin[] = "\0asm\1\0\0\0"
                                   "\1\x0B\2\x60\0\0\x60\0\4\x7F\x7F\x7F\x7F"
                                   "\3\x09\x08\0\0\0\0\0\0\0\0"
                                   "\5\3\1\0\1"
                                   "\7\x2A\3\6memory\2\0\5setup\0\0"
                                   "\x15handle_update_request\0\0";
    static const uint8_t open_block[] = "\1\1\x7F"
                                        "\2\1"
                                        "\x20\0\x20\0\x20\0\x20\0";
    static const uint8_t close_block[] = "\x0B\x1A\x1A\x1A\x1A\x0B";
    struct writer writer = writer_in(region, (size_t)4 * 1024 * 1024);

    put(&writer, begin, sizeof(begin) - 1);
    put(&writer, "\x0A", 1);
    put_number(&writer, 5 + FUNCTIONS * (5 + BODY));
    put_number(&writer, FUNCTIONS);
    for (size_t i = 0; i < FUNCTIONS; i++) {
        put_number(&writer, BODY);
        put(&writer, open_block, sizeof(open_block) - 1);
        for (size_t branch = 0; branch < BRANCHES; branch++) {
            put(&writer, "\x20\0\x0D\0", 4);
        }
        put(&writer, close_block, sizeof(close_block) - 1);
    }
    return written(&writer);
}

static void compiling_takes_memory_in_proportion_to_the_code(void **state)
{
    struct guard_case recorded;
    struct engine_cache *cache;

    (void)state;
#ifdef SANITIZED
    skip();
#endif
    load(&recorded, "ed25519");
    recorded.call.code = code_that_grows(&recorded.files);
    assert_int_equal(guard_cache_new(&cache), SWORN_OK);
    case_prepare(&recorded);
    memory.held = memory.most = 0;
    memory.fails_at = 0;
    memory.counting = true;
    if (case_call(&recorded, cache) != SWORN_OK) {
        memory.counting = false;
        fail_msg("%s", recorded.reason.text);
    }
    memory.counting = false;
    print_message("%zu octets of code: at most %zu while it is compiled and called\n",
                  recorded.call.code.size, memory.most);
    assert_in_range(memory.most, recorded.call.code.size,
                    OCTETS_PER_OCTET * recorded.call.code.size);
    guard_cache_free(cache);
    case_free(&recorded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compiling_takes_memory_in_proportion_to_the_code),
        cmocka_unit_test(a_call_without_memory_is_refused_or_ends_the_process),
    };

    (void)setenv("RUST_BACKTRACE", "0", 1); /* takes a hundred times as long as the call */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
