/*
 * notify.c - datagrams to systemd; see notify.h.
 */
#include "host/notify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE_SIZE 512

static uint64_t watchdog_time(void)
{
    const char *time = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");

    if (time == NULL || (pid != NULL && strtol(pid, NULL, 10) != (long)getpid())) {
        return 0;
    }
    return strtoull(time, NULL, 10);
}

void notify_open(struct notify *notify)
{
    const char *path = getenv("NOTIFY_SOCKET");
    size_t length = path == NULL ? 0 : strlen(path);

    *notify = (struct notify){.fd = -1, .address.sun_family = AF_UNIX};
    if (length > 1 && length < sizeof(notify->address.sun_path) &&
        (path[0] == '/' || path[0] == '@')) {
        memcpy(notify->address.sun_path, path, length);
        notify->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
        if (path[0] == '@') {
            notify->address.sun_path[0] = 0; /* a name without a file */
        } else {
            notify->size++;
        }
        notify->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        notify->watchdog = watchdog_time();
    }
    (void)unsetenv("NOTIFY_SOCKET");
    (void)unsetenv("WATCHDOG_USEC");
    (void)unsetenv("WATCHDOG_PID");
}

void notify_close(struct notify *notify)
{
    if (notify->fd >= 0) {
        (void)close(notify->fd);
    }
    notify->fd = -1;
}

void notify_send(const struct notify *notify, const char *format, ...)
{
    char message[MESSAGE_SIZE];
    va_list arguments;
    int size;

    if (notify->fd < 0) {
        return;
    }
    va_start(arguments, format);
    size = vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    if (size <= 0) {
        return;
    }
    (void)!sendto(notify->fd, message,
                  (size_t)size < sizeof(message) ? (size_t)size : sizeof(message) - 1, MSG_NOSIGNAL,
                  (const struct sockaddr *)&notify->address, notify->size);
}

void notify_reloading(const struct notify *notify)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    notify_send(notify, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64 "\nSTATUS=reading the configuration",
                (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
}
