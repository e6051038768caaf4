/*
 * access.h - who may create zones: this machine, an allowed address, whoever has the operator's
 * token. And the address that the API listens on.
 */
#ifndef SWORN_HOST_API_ACCESS_H
#define SWORN_HOST_API_ACCESS_H

#include "core/cursor/region.h"
#include "net/prefix.h"

#include <sys/socket.h>

struct access {
    const char *token; /* NULL: none */
    struct address_prefix *prefixes;
    size_t count;
};

/** Take token and allow-list; SWORN_MALFORMED, naming the entry that is no address. */
SWORN_CHECK enum sworn_result access_open(struct access *access, const char *token,
                                          const char *const *allow, size_t allow_count,
                                          struct region *region, struct reason *reason);

/**
 * Whether `peer` may create zones.
 *
 * \param authorization  the header of that name, NULL when there is none
 * \param indirect       the request came through a proxy or from a web page: that the peer is this
 *                       machine then says nothing about who asks
 */
bool access_allows(const struct access *access, const struct sockaddr *peer,
                   const char *authorization, bool indirect);

/**
 * A listening socket at "127.0.0.1:8053" or "[::1]:8053" (port 0: any free one), and its port.
 *
 * \return SWORN_MALFORMED for what is no address with a port; SWORN_IO
 */
SWORN_CHECK enum sworn_result listen_on(const char *text, int backlog, int *socket_out,
                                        uint16_t *port, struct reason *reason);

#endif
