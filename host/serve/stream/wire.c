/*
 * wire.c - reading and writing a socket; see wire.h.
 */
#include "host/serve/stream/wire.h"

#include <errno.h>
#include <sys/socket.h>

static ssize_t outcome(ssize_t size)
{
    if (size >= 0) {
        return size;
    }
    return errno == EAGAIN || errno == EINTR ? WIRE_WAITS : WIRE_BROKEN;
}

ssize_t wire_read(struct wire *wire, void *octets, size_t size)
{
    size_t early = wire->early_used - wire->early_at;

    if (early == 0) {
        return outcome(recv(wire->fd, octets, size, 0));
    }
    early = early < size ? early : size;
    memcpy(octets, wire->early + wire->early_at, early);
    wire->early_at += early;
    return (ssize_t)early;
}

ssize_t wire_write(struct wire *wire, const void *octets, size_t size)
{
    return outcome(send(wire->fd, octets, size, MSG_NOSIGNAL));
}

static enum greeting_step no_greeting(struct wire *wire, const struct greeting *greeting)
{
    memcpy(wire->early, greeting->octets, greeting->used);
    wire->early_used = greeting->used;
    return GREETING_DONE;
}

static enum greeting_step greeting_end(const struct greeting *greeting,
                                       struct client_address *client)
{
    struct reader reader = reader_of(octets_of(greeting->octets, greeting->used));

    return proxy_read(&reader, client) == SWORN_OK ? GREETING_DONE : GREETING_BROKEN;
}

enum greeting_step wire_greet(struct wire *wire, struct greeting *greeting,
                              struct client_address *client)
{
    for (;;) {
        size_t wanted = PROXY_FIXED;
        ssize_t size;

        if (greeting->used >= PROXY_FIXED &&
            proxy_size(octets_of(greeting->octets, PROXY_FIXED), &wanted) != SWORN_OK) {
            return GREETING_BROKEN;
        }
        if (greeting->used == wanted) {
            return greeting_end(greeting, client);
        }
        size = wire_read(wire, greeting->octets + greeting->used, wanted - greeting->used);
        if (size == WIRE_WAITS) {
            return GREETING_WAITS;
        }
        if (size <= 0) {
            return GREETING_BROKEN;
        }
        greeting->used += (size_t)size;
        if (!proxy_begins(octets_of(greeting->octets, greeting->used))) {
            return no_greeting(wire, greeting);
        }
    }
}
