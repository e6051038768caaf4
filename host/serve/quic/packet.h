/*
 * packet.h - datagrams of QUIC: how they come and go, and those that no connection sends.
 */
#ifndef SWORN_HOST_SERVE_QUIC_PACKET_H
#define SWORN_HOST_SERVE_QUIC_PACKET_H

#include <ngtcp2/ngtcp2.h>

#include "host/serve/listen.h"

#define QUIC_CID_SIZE    16
#define QUIC_PACKET_SIZE 1232 /* no more leaves in one datagram (RFC 9715) */
#define QUIC_INITIAL_MIN 1200 /* no less begins a connection (RFC 9000 14.1) */
#define QUIC_SECRET      32

/** One of the sockets. */
struct quic_socket {
    const struct listen_address *address;
    int fd;
};

/** A datagram that came. */
struct quic_datagram {
    struct quic_socket *socket;
    struct sockaddr_storage local; /* the address it was sent to */
    socklen_t local_size;
    struct sockaddr_storage remote;
    socklen_t remote_size;
    size_t size;
    uint8_t octets[65536];
};

/** The next datagram that waits; false: none. */
bool quic_receive(struct quic_socket *socket, struct quic_datagram *datagram);

/** Send from `local` where the socket has several addresses. What cannot be sent is lost. */
void quic_send(const struct quic_socket *socket, const struct sockaddr *local,
               const struct sockaddr *remote, socklen_t remote_size, struct octets packet);

ngtcp2_path quic_path(struct quic_datagram *datagram);

/** Answers to a datagram of no connection. */
void quic_send_versions(const struct quic_datagram *datagram, const ngtcp2_version_cid *header);
void quic_send_reset(const struct quic_datagram *datagram, const ngtcp2_version_cid *header,
                     const uint8_t secret[QUIC_SECRET]);
void quic_send_retry(const struct quic_datagram *datagram, const ngtcp2_pkt_hd *header,
                     const uint8_t secret[QUIC_SECRET], ngtcp2_tstamp now);
void quic_send_refusal(const struct quic_datagram *datagram, const ngtcp2_pkt_hd *header,
                       uint64_t error);

/** Nanoseconds of a clock that does not go back. */
ngtcp2_tstamp quic_now(void);

#endif
