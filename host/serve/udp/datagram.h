/*
 * datagram.h - what is not ordinary about a datagram: a proxy's header before the query, or an
 * exchange that answers it later.
 */
#ifndef SWORN_HOST_SERVE_UDP_DATAGRAM_H
#define SWORN_HOST_SERVE_UDP_DATAGRAM_H

#include "host/serve/service.h"

#define DATAGRAM_ANSWER 1232 /* no more leaves in one (RFC 9715) */

/**
 * Take a PROXY header off the query, if its sender may send one.
 *
 * \return false when there is one, but malformed: the datagram is dropped
 */
bool datagram_client(const struct proxies *proxies, struct octets *query,
                     struct client_address *client);

/** Hand the query to the pool; the size of the refusal to send at once, or 0. */
size_t datagram_later(const struct service *service, int fd, const struct msghdr *from,
                      const struct answer_request *request);

#endif
