/*
 * inherit.c - sockets that are there already; see inherit.h.
 */
#include "host/inherit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define FIRST_FD 3

enum sworn_result inherited_add(struct inherited *inherited, int fd)
{
    SWORN_ENSURE(inherited->count < INHERITED_MAX, SWORN_LIMIT);
    inherited->fd[inherited->count++] = fd;
    return SWORN_OK;
}

void inherited_find(struct inherited *inherited)
{
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    long sockets = 0;

    inherited->count = 0;
    if (pid != NULL && count != NULL && strtol(pid, NULL, 10) == (long)getpid()) {
        sockets = strtol(count, NULL, 10);
    }
    for (int fd = FIRST_FD; sockets > 0 && inherited->count < INHERITED_MAX; sockets--, fd++) {
        if (fcntl(fd, F_SETFD, FD_CLOEXEC) == 0) {
            inherited->fd[inherited->count++] = fd;
        }
    }
    (void)unsetenv("LISTEN_PID");
    (void)unsetenv("LISTEN_FDS");
    (void)unsetenv("LISTEN_FDNAMES");
}

void inherited_close(struct inherited *inherited)
{
    for (size_t i = 0; i < inherited->count; i++) {
        (void)close(inherited->fd[i]);
    }
    inherited->count = 0;
}
