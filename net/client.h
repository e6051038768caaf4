/*
 * client.h - asking another DNS server: UDP, then TCP where the answer was truncated.
 */
#ifndef SWORN_NET_CLIENT_H
#define SWORN_NET_CLIENT_H

#include "core/cursor/region.h"
#include "net/address.h"

#include <sys/socket.h>

struct endpoint {
    struct sockaddr_storage address;
    socklen_t size;
};

/** "192.0.2.1:53" or "[2001:db8::1]:53"; SWORN_MALFORMED. */
SWORN_CHECK enum sworn_result endpoint_read(const char *text, struct endpoint *endpoint);

/** An address as in A or AAAA: 4 or 16 octets. */
SWORN_CHECK enum sworn_result endpoint_of(struct octets address, uint16_t port,
                                          struct endpoint *endpoint);

/** The address in the one form that access lists compare. */
void endpoint_client(const struct endpoint *endpoint, struct client_address *client);

/**
 * A socket that sends to this endpoint and takes from no other, from a port that is not foretold;
 * it does not block.
 *
 * \param type  SOCK_DGRAM or SOCK_STREAM (connecting is under way)
 * \param via   source address without port; NULL: any
 */
SWORN_CHECK enum sworn_result endpoint_socket(const struct endpoint *endpoint, int type,
                                              const char *via, int *made);

/** An id that nobody foretells. */
SWORN_CHECK enum sworn_result dns_random_id(uint16_t *id);

/**
 * Ask and wait for the answer: a response with the id and the question of `query`.
 *
 * \param milliseconds  for each attempt; there are three over UDP
 * \param reply         the region's
 * \return SWORN_OK; SWORN_UNAVAILABLE when no answer came; SWORN_IO, SWORN_MALFORMED
 */
SWORN_CHECK enum sworn_result dns_ask(const struct endpoint *server, struct octets query,
                                      int milliseconds, struct region *region,
                                      struct octets *reply);

/** Whether `reply` answers `query`: same id, opcode and question. */
bool dns_is_reply(struct octets query, struct octets reply);

#endif
