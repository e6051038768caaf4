/*
 * quic.h - the thread that answers DNS over QUIC (RFC 9250, RFC 9000).
 */
#ifndef SWORN_HOST_SERVE_QUIC_QUIC_H
#define SWORN_HOST_SERVE_QUIC_QUIC_H

#include "host/serve/listen.h"
#include "host/serve/service.h"

struct quic;

/** `sockets` are UDP sockets of the `addresses`; both are the caller's and outlive the thread. */
SWORN_CHECK enum sworn_result quic_start(const struct service *service,
                                         const struct listen_address *addresses, const int *sockets,
                                         size_t count, struct quic **quic);

/** Wait for its end, which service->stop tells it; its connections are closed then. */
void quic_join(struct quic *quic);

/** After the pool is gone. */
void quic_free(struct quic *quic);

const struct serve_counters *quic_counters(const struct quic *quic);
const struct serve_counts *quic_counts(const struct quic *quic);

#endif
