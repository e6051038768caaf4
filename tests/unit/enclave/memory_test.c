/*
 * memory_test.c - whichever allocation of a request fails, the request is refused or the enclave
 * ends; what comes after it finds the state of the last commit.
 *
 * This program's malloc and its kin stand in for the C library's, for C, Rust and OpenSSL alike,
 * and fail once, on the enclave's thread. Each try has a process of its own: Rust ends it. glibc
 * only; not with sanitizers, which do the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/enclave/host.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif

#define APEX "demo.test."
#define SET(name, address)                                                                         \
    "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"" name                        \
    "\",\"content\":\"" address "\",\"ttl\":\"300\"}}"

enum { ALLOCATIONS_MAX = 20000, SECONDS = 60 };

static struct {
    bool counting;
    pthread_t thread; /* whose allocations count */
    size_t number;
    size_t fails_at; /* 0: none */
} memory;

#ifndef SANITIZED
static bool fails(void)
{
    if (!__atomic_load_n(&memory.counting, __ATOMIC_ACQUIRE) ||
        pthread_equal(pthread_self(), memory.thread) == 0) {
        return false;
    }
    return ++memory.number == memory.fails_at;
}

static void taken(void *made)
{
    (void)made;
}

static void given_back(void *old)
{
    (void)old;
}

#include "tests/failing_memory.h"
#endif

/* How a try ends; WRONG is not among the good ends. */
enum { COMMITTED = 10, REFUSED, ENDED, WRONG };

/* Rust ends the process where it has no memory, on the enclave's thread; all else is a fault. */
static void aborted(int signal)
{
    (void)signal;
    _exit(pthread_equal(pthread_self(), memory.thread) != 0 ? ENDED : WRONG);
}

typedef void request_maker(struct host *host, struct host_reply *reply);

static void create_other(struct host *host, struct host_reply *reply)
{
    host_create(host, "other.test.", 13, reply);
}

static void update(struct host *host, struct host_reply *reply)
{
    host_update(host, APEX, SET("www", "192.0.2.2"), reply);
}

static void refresh(struct host *host, struct host_reply *reply)
{
    struct octets_list none = {0};

    host_refresh(host, APEX, &none, &none, reply);
}

static void evidence(struct host *host, struct host_reply *reply)
{
    struct message_evidence message = {.nonce = octets_of_text("nonce")};

    host_request(host, MESSAGE_EVIDENCE, &message, sizeof(message), reply);
}

/* The enclave answers as if nothing had been: on top of what was committed, and of nothing else. */
static bool goes_on(struct host *host, request_maker *request, bool committed)
{
    struct host_reply reply;

    if (!committed) {
        request(host, &reply);
        if (reply.type == MESSAGE_ERROR) {
            return false;
        }
        if (reply.type == MESSAGE_COMMITTED) {
            host_apply(host, &reply);
        }
    }
    host_update(host, APEX, SET("last", "192.0.2.3"), &reply);
    if (reply.type != MESSAGE_COMMITTED) {
        return false;
    }
    host_apply(host, &reply);
    return true;
}

/* In the child. `*number`, which is shared, becomes how many allocations there were. */
static _Noreturn void run_once(struct host *host, request_maker *request, size_t fails_at,
                               size_t *number)
{
    const struct rlimit no_core = {0, 0};
    int nowhere = open("/dev/null", O_WRONLY);
    struct host_reply reply;

    (void)alarm(SECONDS);
    (void)setrlimit(RLIMIT_CORE, &no_core);
    (void)signal(SIGABRT, aborted);
    MUST(host_resume(host) == SWORN_OK);
    (void)dup2(nowhere, STDERR_FILENO); /* where Rust says that it aborts */
    memory.thread = host->thread;
    memory.fails_at = fails_at;
    __atomic_store_n(&memory.counting, true, __ATOMIC_RELEASE);
    request(host, &reply);
    __atomic_store_n(&memory.counting, false, __ATOMIC_RELEASE);
    *number = memory.number;
    if (reply.type == MESSAGE_ERROR) {
        _exit(goes_on(host, request, false) ? REFUSED : WRONG);
    }
    if (reply.type == MESSAGE_COMMITTED) {
        host_apply(host, &reply);
    }
    _exit(goes_on(host, request, true) ? COMMITTED : WRONG);
}

static int end_of(struct host *host, request_maker *request, size_t fails_at, size_t *number)
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        run_once(host, request, fails_at, number);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : WRONG;
}

/*
 * A zone, and no enclave yet: each child starts its own, which has nothing cached, so that pages,
 * keys and code are asked for.
 */
static int begin(void **state)
{
    struct host *host = malloc(sizeof(*host));
    struct host_reply reply;

    assert_non_null(host);
    host_begin(host);
    host_create(host, APEX, 13, &reply);
    host_apply(host, &reply);
    host_pause(host);
    *state = host;
    return 0;
}

static int end(void **state)
{
    struct host *host = *state;

    MUST(host_resume(host) == SWORN_OK);
    host_end(host);
    free(host);
    return 0;
}

/* With a number past all of them the request goes well; before it there is no other end. */
static void fail_each(struct host *host, request_maker *request)
{
    size_t *number =
        mmap(NULL, sizeof(*number), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    size_t ends[WRONG] = {0}, total;

#ifdef SANITIZED
    skip();
#endif
    assert_true(number != MAP_FAILED);
    assert_int_equal(end_of(host, request, 0, number), COMMITTED);
    total = *number;
    assert_in_range(total, 1, ALLOCATIONS_MAX);
    for (size_t at = 1; at <= total; at++) {
        int end = end_of(host, request, at, number);

        if (end < COMMITTED || end >= WRONG) {
            fail_msg("allocation %zu of %zu: the request ended as %d", at, total, end);
        }
        ends[end]++;
    }
    print_message("%zu allocations: %zu refused, %zu ended the enclave, %zu changed nothing\n",
                  total, ends[REFUSED], ends[ENDED], ends[COMMITTED]);
    assert_true(ends[REFUSED] > 0);
    (void)munmap(number, sizeof(*number));
}

static void an_update_without_memory_is_refused(void **state)
{
    fail_each(*state, update);
}

static void a_creation_without_memory_is_refused(void **state)
{
    fail_each(*state, create_other);
}

static void a_refresh_without_memory_is_refused(void **state)
{
    fail_each(*state, refresh);
}

static void evidence_without_memory_is_refused(void **state)
{
    fail_each(*state, evidence);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_update_without_memory_is_refused),
        cmocka_unit_test(a_creation_without_memory_is_refused),
        cmocka_unit_test(a_refresh_without_memory_is_refused),
        cmocka_unit_test(evidence_without_memory_is_refused),
    };

    (void)setenv("RUST_BACKTRACE", "0", 1); /* it takes longer than all else */
    return cmocka_run_group_tests(tests, begin, end);
}
