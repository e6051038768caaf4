/*
 * arrival.h - datagrams find their connections, or begin one, or are answered without.
 */
#ifndef SWORN_HOST_SERVE_QUIC_ARRIVAL_H
#define SWORN_HOST_SERVE_QUIC_ARRIVAL_H

#include "host/serve/quic/connection.h"

/** A home without connections, zeroed before; after an error, too, quic_home_clear() follows. */
SWORN_CHECK enum sworn_result quic_home_init(struct quic_home *home, struct desk *desk);

/** Close all connections. */
void quic_home_close(struct quic_home *home);

/** When they are closed. */
void quic_home_clear(struct quic_home *home);

void quic_arrive(struct quic_home *home, struct quic_datagram *datagram);

#endif
