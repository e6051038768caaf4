/*
 * process.c - the sandbox of platform=process; see process.h.
 */
#include "enclave/platform/process.h"

#include "enclave/dnssec/signer.h"

#include <errno.h>
#include <linux/close_range.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <seccomp.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif

enum sworn_result process_secret(int fd, uint8_t secret[SEAL_SECRET_SIZE])
{
    uint8_t octets[SEAL_SECRET_SIZE + 1];
    size_t size = 0;
    ssize_t got = 1;

    while (got > 0 && size < sizeof(octets)) {
        got = read(fd, octets + size, sizeof(octets) - size);
        size += got > 0 ? (size_t)got : 0;
    }
    (void)close(fd);
    if (size == SEAL_SECRET_SIZE) {
        memcpy(secret, octets, SEAL_SECRET_SIZE);
    }
    OPENSSL_cleanse(octets, sizeof(octets));
    return size == SEAL_SECRET_SIZE ? SWORN_OK : SWORN_MALFORMED;
}

static enum sworn_result warm_up_signer(struct secrets *secrets, uint8_t algorithm)
{
    static const uint8_t secret[SEAL_SECRET_SIZE];
    uint8_t memory[SEAL_PLAIN_MAX + SEAL_OVERHEAD];
    uint8_t signature[SIGNATURE_SIZE];
    struct writer sealed = writer_over(memory, sizeof(memory));
    struct seal_binding binding = {0};
    struct signer signer, opened;

    SWORN_TRY(signer_create(secrets, algorithm, &signer));
    SWORN_TRY(signer_sign(&signer, octets_of_text("warm"), signature));
    SWORN_TRY(signer_seal(&signer, secret, &binding, &sealed));
    SWORN_TRY(signer_open(secrets, algorithm, secret, &binding, written(&sealed), &opened));
    signer_close(&opened);
    signer_close(&signer);
    return SWORN_OK;
}

static int compare_octets(const void *a, const void *b)
{
    return memcmp(a, b, 1);
}

/* The C library asks once how much memory there is, when first it sorts more than a kilobyte. */
static void warm_up_sort(void)
{
    uint8_t octets[4096];

    for (size_t i = 0; i < sizeof(octets); i++) {
        octets[i] = (uint8_t)(i * 7);
    }
    qsort(octets, sizeof(octets), 1, compare_octets);
}

enum sworn_result process_warm_up(void)
{
    struct secrets secrets;
    uint8_t octet;

    warm_up_sort();
    SWORN_ENSURE(sodium_init() >= 0, SWORN_CRYPTO);
    SWORN_ENSURE(OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1, SWORN_CRYPTO);
    SWORN_ENSURE(RAND_bytes(&octet, 1) == 1, SWORN_CRYPTO);
    SWORN_ENSURE(RAND_priv_bytes(&octet, 1) == 1, SWORN_CRYPTO);
    SWORN_TRY(secrets_open(&secrets));
    SWORN_TRY(warm_up_signer(&secrets, 13));
    SWORN_TRY(warm_up_signer(&secrets, 15));
    (void)munmap(secrets.memory, (size_t)SECRET_SLOT * SECRET_SLOTS);
    return SWORN_OK;
}

static bool close_others(int fd)
{
    unsigned first = (unsigned)(fd < 2 ? fd : 2);
    unsigned second = (unsigned)(fd < 2 ? 2 : fd);

    /* ~0U: to the last descriptor that there can be. */
    return (first == 0 || close_range(0, first - 1, 0) == 0) &&
           (second <= first + 1 || close_range(first + 1, second - 1, 0) == 0) &&
           close_range(second + 1, ~0U, 0) == 0;
}

struct allowed {
    int call;
    const char *why;
};

static const struct allowed calls[] = {
    {SCMP_SYS(read), "requests"},
    {SCMP_SYS(write), "answers; last words on 2"},
    {SCMP_SYS(futex), "OpenSSL's locks"},
    {SCMP_SYS(getpid), "OpenSSL notices forks by it"},
    {SCMP_SYS(getrandom), "keys, salts, nonces"},
    {SCMP_SYS(brk), "malloc"},
    {SCMP_SYS(munmap), "malloc"},
    {SCMP_SYS(mremap), "realloc"},
    {SCMP_SYS(madvise), "malloc gives memory back"},
    {SCMP_SYS(rt_sigreturn), "none of ours, but a stopped process continues through it"},
    {SCMP_SYS(restart_syscall), "the same"},
    {SCMP_SYS(exit_group), "the end"},
#ifdef SANITIZED
    {SCMP_SYS(rt_sigprocmask), "AddressSanitizer"},
    {SCMP_SYS(rt_sigaction), "AddressSanitizer"},
    {SCMP_SYS(sigaltstack), "AddressSanitizer"},
    {SCMP_SYS(gettid), "AddressSanitizer"},
    {SCMP_SYS(tgkill), "AddressSanitizer"},
    {SCMP_SYS(sched_yield), "AddressSanitizer"},
    {SCMP_SYS(readlink), "AddressSanitizer"},
    {SCMP_SYS(openat), "AddressSanitizer"},
    {SCMP_SYS(close), "AddressSanitizer"},
    {SCMP_SYS(clone), "LeakSanitizer"},
    {SCMP_SYS(prctl), "LeakSanitizer"},
    {SCMP_SYS(wait4), "LeakSanitizer"},
    {SCMP_SYS(mmap), "AddressSanitizer"},
    {SCMP_SYS(mprotect), "AddressSanitizer"},
#endif
};

/* No clock is read: OpenSSL's random generator asks for the time, and does without. */
static const int absent[] = {SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time)};

static bool add_rules(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp not_executable =
        SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0); /* third argument of both */
    bool added = true;

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        added = added && seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i].call, 0) == 0;
    }
    for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++) {
        added = added && seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), absent[i], 0) == 0;
    }
#ifndef SANITIZED
    added =
        added &&
        seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &not_executable) == 0 &&
        seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, &not_executable) == 0;
#else
    (void)not_executable;
#endif
    return added;
}

static bool filter_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool loaded = filter != NULL && add_rules(filter) && seccomp_load(filter) == 0;

    if (filter != NULL) {
        seccomp_release(filter);
    }
    return loaded;
}

enum sworn_result process_confine(int fd, struct reason *reason)
{
    SWORN_SAY(close_others(fd), reason, SWORN_IO, "cannot close the other descriptors");
    SWORN_SAY(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, reason, SWORN_IO,
              "cannot give up new privileges");
    SWORN_SAY(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, reason, SWORN_IO,
              "cannot forbid core dumps");
    SWORN_SAY(filter_calls(), reason, SWORN_IO, "cannot filter system calls (seccomp)");
    return SWORN_OK;
}
