/*
 * sockets.h - all sockets of a server: which transport listens where.
 */
#ifndef SWORN_HOST_SERVE_SOCKETS_H
#define SWORN_HOST_SERVE_SOCKETS_H

#include "host/serve/listen.h"
#include "host/serve/serve.h"
#include "host/serve/stream/loop.h"
#include "host/serve/udp/worker.h"

struct sockets {
    size_t count[TRANSPORTS];
    struct listen_address address[TRANSPORTS][SERVE_LISTEN_MAX]; /* UDP's are TCP's */
    size_t plain_count;
    struct listener plain[SERVE_LISTEN_MAX];
    size_t secure_count;
    struct listener secure[2 * SERVE_LISTEN_MAX];
    size_t quic_count;
    int quic[SERVE_LISTEN_MAX];
};

/** Bind all; each of the workers gets a UDP socket for each address. */
SWORN_CHECK enum sworn_result sockets_bind(struct sockets *sockets,
                                           const struct serve_options *options,
                                           struct worker *workers, size_t worker_count,
                                           struct reason *reason);

/** Close all but the workers'. */
void sockets_close(struct sockets *sockets);

#endif
