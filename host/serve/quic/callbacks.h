/*
 * callbacks.h - what ngtcp2 tells a connection, and the answers to its queries.
 */
#ifndef SWORN_HOST_SERVE_QUIC_CALLBACKS_H
#define SWORN_HOST_SERVE_QUIC_CALLBACKS_H

#include "host/serve/quic/connection.h"

extern const ngtcp2_callbacks quic_callbacks;

/** Answer a whole query, or begin its exchange, or fail the connection. */
void quic_answer(struct quic_connection *connection, struct quic_stream *stream);

#endif
