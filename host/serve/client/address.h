/*
 * address.h - the address of a client, as limits, access lists and cookies look at it.
 */
#ifndef SWORN_HOST_SERVE_CLIENT_ADDRESS_H
#define SWORN_HOST_SERVE_CLIENT_ADDRESS_H

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "net/address.h"

#define CLIENT_BLOCK 16

static inline void client_set_ipv4(struct client_address *client, const void *octets, uint16_t port)
{
    memset(client->octets, 0, 10);
    memset(client->octets + 10, 0xff, 2);
    memcpy(client->octets + 12, octets, 4);
    client->port = port;
}

static inline void client_set_ipv6(struct client_address *client, const void *octets, uint16_t port)
{
    memcpy(client->octets, octets, 16);
    client->port = port;
}

static inline void client_of(const struct sockaddr_storage *address, struct client_address *client)
{
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;

    if (address->ss_family == AF_INET6) {
        client_set_ipv6(client, &v6->sin6_addr, ntohs(v6->sin6_port));
        return;
    }
    client_set_ipv4(client, &v4->sin_addr, ntohs(v4->sin_port));
}

/** What counts as one client: an address of IPv4, a /64 of IPv6. */
static inline void client_block(const struct client_address *client, uint8_t block[CLIENT_BLOCK])
{
    memcpy(block, client->octets, CLIENT_BLOCK);
    if (!client_is_ipv4(client)) {
        memset(block + 8, 0, 8);
    }
}

#endif
