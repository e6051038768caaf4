/*
 * spawn.c - starting the enclave's process; see spawn.h.
 *
 * The child gets three descriptors: 2 for last words, 3 the channel, 4 a pipe with the sealing
 * secret.
 */
#include "host/link/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/vm_sockets.h>
#include <netdb.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SECRET_SIZE 32
#define CHANNEL_FD  3
#define SECRET_FD   4

/* Made once, kept for ever: without it no sealed key opens again. */
static enum sworn_result secret_make(const char *path, uint8_t secret[SECRET_SIZE],
                                     struct reason *reason)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool done;

    SWORN_SAY(fd >= 0, reason, SWORN_IO, "%s cannot be made: %s", path, strerror(errno));
    done = getrandom(secret, SECRET_SIZE, 0) == SECRET_SIZE &&
           write(fd, secret, SECRET_SIZE) == SECRET_SIZE && fsync(fd) == 0;
    done = close(fd) == 0 && done;
    SWORN_SAY(done, reason, SWORN_IO, "%s cannot be written: %s", path, strerror(errno));
    return SWORN_OK;
}

static enum sworn_result secret_get(const char *path, uint8_t secret[SECRET_SIZE],
                                    struct reason *reason)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size;

    if (fd < 0 && errno == ENOENT) {
        return secret_make(path, secret, reason);
    }
    SWORN_SAY(fd >= 0, reason, SWORN_IO, "%s cannot be read: %s", path, strerror(errno));
    size = read(fd, secret, SECRET_SIZE);
    (void)close(fd);
    SWORN_SAY(size == SECRET_SIZE, reason, SWORN_IO, "%s is not %d octets long", path, SECRET_SIZE);
    return SWORN_OK;
}

/* A pipe with the secret in it and its writing end closed. */
static enum sworn_result secret_pipe(const char *path, int *fd, struct reason *reason)
{
    uint8_t secret[SECRET_SIZE];
    int ends[2];
    bool put;

    SWORN_TRY(secret_get(path, secret, reason));
    SWORN_SAY(pipe2(ends, O_CLOEXEC) == 0, reason, SWORN_IO, "no pipe: %s", strerror(errno));
    put = write(ends[1], secret, SECRET_SIZE) == SECRET_SIZE;
    explicit_bzero(secret, sizeof(secret));
    (void)close(ends[1]);
    if (!put) {
        (void)close(ends[0]);
        return because(reason, SWORN_IO, "the sealing secret cannot be handed over");
    }
    *fd = ends[0];
    return SWORN_OK;
}

static int spawn_with(const char *program, int channel, int secret, pid_t *pid)
{
    char channel_text[16], secret_text[16];
    char *arguments[] = {(char *)(uintptr_t)program,
                         (char *)(uintptr_t) "--channel",
                         channel_text,
                         (char *)(uintptr_t) "--secret",
                         secret_text,
                         NULL};
    char *environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    int code;

    (void)snprintf(channel_text, sizeof(channel_text), "%d", CHANNEL_FD);
    (void)snprintf(secret_text, sizeof(secret_text), "%d", SECRET_FD);
    (void)posix_spawn_file_actions_init(&actions);
    /* Through numbers that neither is: one of them may be the other's place. */
    (void)posix_spawn_file_actions_adddup2(&actions, channel, 100);
    (void)posix_spawn_file_actions_adddup2(&actions, secret, 101);
    (void)posix_spawn_file_actions_adddup2(&actions, 100, CHANNEL_FD);
    (void)posix_spawn_file_actions_adddup2(&actions, 101, SECRET_FD);
    (void)posix_spawn_file_actions_addclose(&actions, 100);
    (void)posix_spawn_file_actions_addclose(&actions, 101);
    code = posix_spawn(pid, program, &actions, NULL, arguments, environment);
    (void)posix_spawn_file_actions_destroy(&actions);
    return code;
}

static enum sworn_result spawn_program(struct link *link, struct reason *reason)
{
    int ends[2] = {-1, -1}, secret = -1, code;

    SWORN_TRY(secret_pipe(link->options.secret_file, &secret, reason));
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        (void)close(secret);
        return because(reason, SWORN_IO, "no socket pair: %s", strerror(errno));
    }
    code = spawn_with(link->options.enclave, ends[1], secret, &link->pid);
    (void)close(ends[1]);
    (void)close(secret);
    if (code != 0) {
        (void)close(ends[0]);
        link->pid = 0;
        return because(reason, SWORN_UNAVAILABLE, "%s cannot be started: %s", link->options.enclave,
                       strerror(code));
    }
    link->fd = ends[0];
    return SWORN_OK;
}

static int connect_unix(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd;

    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path));
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

static int connect_tcp(const char *text)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
    struct addrinfo *found;
    const char *colon = strrchr(text, ':');
    char host[64];
    int fd = -1;

    errno = EINVAL;
    if (colon == NULL || (size_t)(colon - text) >= sizeof(host)) {
        return -1;
    }
    (void)snprintf(host, sizeof(host), "%.*s", (int)(colon - text), text);
    if (getaddrinfo(host, colon + 1, &hints, &found) != 0) {
        return -1;
    }
    fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
        (void)close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd;
}

static int connect_vsock(const char *text)
{
    struct sockaddr_vm address = {.svm_family = AF_VSOCK};
    int fd;

    errno = EINVAL;
    if (sscanf(text, "%u:%u", &address.svm_cid, &address.svm_port) != 2) {
        return -1;
    }
    fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

struct scheme {
    const char *prefix;
    int (*connect)(const char *text);
};

static const struct scheme schemes[] = {
    {"unix:", connect_unix},
    {"tcp:", connect_tcp},
    {"vsock:", connect_vsock},
};

static enum sworn_result reach(struct link *link, struct reason *reason)
{
    const char *text = link->options.enclave;

    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        size_t size = strlen(schemes[i].prefix);

        if (strncmp(text, schemes[i].prefix, size) == 0) {
            link->fd = schemes[i].connect(text + size);
            SWORN_SAY(link->fd >= 0, reason, SWORN_UNAVAILABLE, "no enclave at %s: %s", text,
                      strerror(errno));
            return SWORN_OK;
        }
    }
    return spawn_program(link, reason);
}

enum sworn_result link_spawn(struct link *link, struct reason *reason)
{
    struct timeval patience = {.tv_sec = link->options.patience};
    enum sworn_result result = reach(link, reason);

    if (result != SWORN_OK) {
        link_failed(link, reason->text);
        link_down(link);
        return result;
    }
    (void)setsockopt(link->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    (void)setsockopt(link->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    return SWORN_OK;
}
