/*
 * listen.h - addresses as text, and sockets bound to them.
 */
#ifndef SWORN_HOST_SERVE_LISTEN_H
#define SWORN_HOST_SERVE_LISTEN_H

#include <sys/socket.h>

#include "core/cursor/octets.h"
#include "core/cursor/result.h"

struct listen_address {
    struct sockaddr_storage address;
    socklen_t size;
    char text[80]; /* as it was given, for messages */
    bool any;      /* 0.0.0.0 or ::, where answers have to say from which address they come */
};

/** "192.0.2.1:53" or "[2001:db8::1]:53". */
SWORN_CHECK enum sworn_result listen_address_read(const char *text, struct listen_address *address,
                                                  struct reason *reason);

uint16_t listen_port(const struct listen_address *address);

/**
 * The listening TCP socket; a port of 0 in `address` becomes the one that was free, for UDP too.
 * Fails when somebody has the port for either.
 */
SWORN_CHECK enum sworn_result listen_tcp(struct listen_address *address, int *socket,
                                         struct reason *reason);

/** A listening TCP socket, whoever has the port for UDP. */
SWORN_CHECK enum sworn_result listen_stream(struct listen_address *address, int *socket,
                                            struct reason *reason);

/** A UDP socket that shares its address with none. */
SWORN_CHECK enum sworn_result listen_datagrams(struct listen_address *address, int *socket,
                                               struct reason *reason);

/**
 * Of sockets that somebody else has bound, the one of this address and type (SOCK_STREAM,
 * SOCK_DGRAM): a descriptor of its own.
 *
 * \return SWORN_OK; SWORN_ABSENT when there is none; SWORN_IO
 */
SWORN_CHECK enum sworn_result listen_inherited(const int *sockets, size_t count,
                                               const struct listen_address *address, int type,
                                               int *socket);

/**
 * The same where several share the address: the one with this index, and again from the first when
 * there are fewer.
 */
SWORN_CHECK enum sworn_result listen_inherited_at(const int *sockets, size_t count,
                                                  const struct listen_address *address, int type,
                                                  size_t index, int *socket);

/** One of the UDP sockets that share the address. */
SWORN_CHECK enum sworn_result listen_udp(const struct listen_address *address, int *socket,
                                         struct reason *reason);

#endif
