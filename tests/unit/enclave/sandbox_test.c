/*
 * sandbox_test.c - what process_confine() leaves: the channel and standard error, and no system
 * call that reaches past them. Each attempt is a child of its own.
 *
 * Sanitizers need calls of their own, so their builds allow more: there is nothing to test there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "enclave/platform/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
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

#define CHANNEL 9
#define FIRST   10 /* planted descriptors */
#define LAST    40
#define FAR     900 /* and one far away */

enum { CONFINED_FAILED = 91, STILL_OPEN = 92, CHANNEL_LOST = 93, GOT_THROUGH = 94, DONE = 95 };

static void skip_when_sanitized(void)
{
#ifdef SANITIZED
    print_message("skipped: a sanitizer's runtime needs the system calls that this forbids\n");
    skip();
#endif
}

/* The child's descriptors: the channel at 9, and copies of it wherever a leak could be. */
static void plant(int channel)
{
    if (dup2(channel, CHANNEL) < 0) {
        _exit(CONFINED_FAILED);
    }
    for (int fd = FIRST; fd <= LAST; fd++) {
        (void)dup2(channel, fd);
    }
    (void)dup2(channel, FAR);
    (void)dup2(channel, 0);
    (void)dup2(channel, 1);
    (void)dup2(channel, 3);
    (void)dup2(channel, CHANNEL - 1);
}

struct attempt {
    void (*make)(void);
    int signal; /* how the child ends; 0: by exit, with DONE */
};

/* Whether writing no octets says that nothing is open there: fcntl is not allowed any more. */
static int is_closed(int fd)
{
    return write(fd, "", 0) < 0 && errno == EBADF;
}

static void see_closed(void)
{
    int open_there = !is_closed(0) || !is_closed(1) || !is_closed(3) || !is_closed(FAR);

    for (int fd = 4; fd <= LAST; fd++) {
        open_there = open_there || (fd != CHANNEL && !is_closed(fd));
    }
    if (open_there) {
        _exit(STILL_OPEN);
    }
    if (write(CHANNEL, "x", 1) != 1 || is_closed(2)) {
        _exit(CHANNEL_LOST);
    }
    _exit(DONE);
}

static void try_open(void)
{
    (void)open("/dev/null", O_RDONLY);
}

static void try_open_old(void)
{
#ifdef SYS_open
    (void)syscall(SYS_open, "/dev/null", O_RDONLY);
#else
    try_open();
#endif
}

static void try_socket(void)
{
    (void)socket(AF_INET, SOCK_STREAM, 0);
}

static void try_execve(void)
{
    char *const none[] = {NULL};

    (void)execve("/bin/true", none, none);
}

static void try_ptrace(void)
{
    (void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void try_fork(void)
{
    (void)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static void try_executable_map(void)
{
    (void)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void try_executable_protect(void)
{
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)mprotect(memory, 4096, PROT_READ | PROT_EXEC);
}

static void try_prctl(void)
{
    (void)syscall(SYS_prctl, 4 /* PR_SET_DUMPABLE */, 1, 0, 0, 0);
}

static void try_kill(void)
{
    (void)kill(getppid(), 0);
}

static void take_memory(void)
{
    void *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void *small = malloc(100000);

    _exit(memory != MAP_FAILED && small != NULL ? DONE : GOT_THROUGH);
}

/* A child that confines itself and makes the attempt; its wait status. */
static int run(const struct attempt *attempt)
{
    const struct rlimit no_core = {0, 0};
    struct reason reason = {0};
    int ends[2], status;
    pid_t child;

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    (void)fflush(NULL);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)setrlimit(RLIMIT_CORE, &no_core);
        plant(ends[1]);
        if (process_confine(CHANNEL, &reason) != SWORN_OK) {
            _exit(CONFINED_FAILED);
        }
        attempt->make();
        _exit(GOT_THROUGH);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    (void)close(ends[0]);
    (void)close(ends[1]);
    return status;
}

static void assert_ends(const struct attempt *attempt)
{
    int status;

    skip_when_sanitized();
    status = run(attempt);
    if (attempt->signal == 0) {
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), DONE);
        return;
    }
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == CONFINED_FAILED);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), attempt->signal);
}

#define ATTEMPT(name, what, how)                                                                   \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        assert_ends(&(struct attempt){what, how});                                                 \
    }

ATTEMPT(planted_descriptors_are_closed, see_closed, 0)
ATTEMPT(memory_can_still_be_had, take_memory, 0)
ATTEMPT(open_ends_in_sigsys, try_open, SIGSYS)
ATTEMPT(the_old_open_ends_in_sigsys, try_open_old, SIGSYS)
ATTEMPT(socket_ends_in_sigsys, try_socket, SIGSYS)
ATTEMPT(execve_ends_in_sigsys, try_execve, SIGSYS)
ATTEMPT(ptrace_ends_in_sigsys, try_ptrace, SIGSYS)
ATTEMPT(fork_ends_in_sigsys, try_fork, SIGSYS)
ATTEMPT(executable_memory_ends_in_sigsys, try_executable_map, SIGSYS)
ATTEMPT(making_memory_executable_ends_in_sigsys, try_executable_protect, SIGSYS)
ATTEMPT(taking_back_what_was_given_up_ends_in_sigsys, try_prctl, SIGSYS)
ATTEMPT(signalling_others_ends_in_sigsys, try_kill, SIGSYS)

/* The kernel's word for it, as the parent reads it while the child waits. */
static void the_kernel_shows_the_confinement(void **state)
{
    struct reason reason = {0};
    char path[64], line[256];
    int ends[2], status, found = 0;
    char octet = 0;
    FILE *file;
    pid_t child;

    (void)state;
    skip_when_sanitized();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    (void)fflush(NULL);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        plant(ends[1]);
        if (process_confine(CHANNEL, &reason) == SWORN_OK && write(CHANNEL, "x", 1) == 1) {
            (void)!read(CHANNEL, &octet, 1);
        }
        _exit(DONE);
    }
    (void)close(ends[1]);
    assert_int_equal(read(ends[0], &octet, 1), 1);
    (void)snprintf(path, sizeof(path), "/proc/%d/status", (int)child);
    file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file) != NULL) {
        found += strcmp(line, "Seccomp:\t2\n") == 0 || strcmp(line, "NoNewPrivs:\t1\n") == 0;
    }
    (void)fclose(file);
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(found, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_descriptors_are_closed),
        cmocka_unit_test(memory_can_still_be_had),
        cmocka_unit_test(open_ends_in_sigsys),
        cmocka_unit_test(the_old_open_ends_in_sigsys),
        cmocka_unit_test(socket_ends_in_sigsys),
        cmocka_unit_test(execve_ends_in_sigsys),
        cmocka_unit_test(ptrace_ends_in_sigsys),
        cmocka_unit_test(fork_ends_in_sigsys),
        cmocka_unit_test(executable_memory_ends_in_sigsys),
        cmocka_unit_test(making_memory_executable_ends_in_sigsys),
        cmocka_unit_test(taking_back_what_was_given_up_ends_in_sigsys),
        cmocka_unit_test(signalling_others_ends_in_sigsys),
        cmocka_unit_test(the_kernel_shows_the_confinement),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
