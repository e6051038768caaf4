/*
 * wire.h - the socket below a connection, and the PROXY header that may come first on it.
 *
 * The header is read in exact pieces, never past its end. Where the first octets turn out to be no
 * header they are kept and read again.
 */
#ifndef SWORN_HOST_SERVE_STREAM_WIRE_H
#define SWORN_HOST_SERVE_STREAM_WIRE_H

#include <sys/types.h>

#include "host/serve/client/proxy.h"

/* Instead of a number of octets. */
#define WIRE_WAITS  ((ssize_t)-1)
#define WIRE_BROKEN ((ssize_t)-2)

struct wire {
    int fd;
    size_t early_at;
    size_t early_used;
    uint8_t early[PROXY_FIXED];
};

/** Octets read; 0 at the end. */
ssize_t wire_read(struct wire *wire, void *octets, size_t size);

/** Octets written. */
ssize_t wire_write(struct wire *wire, const void *octets, size_t size);

/** A header on its way in. */
struct greeting {
    size_t used;
    uint8_t octets[PROXY_MAX];
};

enum greeting_step {
    GREETING_WAITS,
    GREETING_DONE, /* a header, or none: what was read is read again */
    GREETING_BROKEN,
};

/** Read on; the client's address changes when the header says so. */
enum greeting_step wire_greet(struct wire *wire, struct greeting *greeting,
                              struct client_address *client);

#endif
