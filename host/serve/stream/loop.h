/*
 * loop.h - a thread that owns connections over TCP.
 *
 * Several may share listeners: each accepts what it can. A connection that makes no progress, a
 * whole message taken in or all of what there was to say taken out, is closed after
 * service_idle(), whatever trickles in between; so is the one that waited longest when there are
 * too many, in all or of one client.
 */
#ifndef SWORN_HOST_SERVE_STREAM_LOOP_H
#define SWORN_HOST_SERVE_STREAM_LOOP_H

#include <pthread.h>

#include "host/serve/stream/connection.h"

struct listener {
    struct source source; /* first */
    const struct protocol *protocol;
};

struct loop;

/** `listeners` belong to the caller and outlive the loop, as does the service. */
SWORN_CHECK enum sworn_result loop_start(const struct service *service, struct listener *listeners,
                                         size_t count, struct loop **loop);

/** Wait for its end, which service->stop tells it; its connections are closed then. */
void loop_join(struct loop *loop);

/** After the pool is gone. */
void loop_free(struct loop *loop);

const struct serve_counters *loop_counters(const struct loop *loop);
const struct serve_counts *loop_counts(const struct loop *loop);

#endif
