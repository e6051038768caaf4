/*
 * notify.h - telling systemd how we are: sd_notify(3), by hand.
 *
 *   a datagram to the socket that $NOTIFY_SOCKET names: lines of KEY=VALUE
 *
 * Does nothing where nobody listens.
 */
#ifndef SWORN_HOST_NOTIFY_H
#define SWORN_HOST_NOTIFY_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

struct notify {
    int fd; /* -1: nobody listens */
    struct sockaddr_un address;
    socklen_t size;
    uint64_t watchdog; /* microseconds within which a sign of life is wanted; 0: none */
};

/** Look who listens; the variables are removed, children shall not speak for us. */
void notify_open(struct notify *notify);
void notify_close(struct notify *notify);

void notify_send(const struct notify *notify, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** RELOADING=1 with the time that systemd wants with it. */
void notify_reloading(const struct notify *notify);

#endif
