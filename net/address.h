/*
 * address.h - the address of a client: what limits, access lists and cookies look at.
 */
#ifndef SWORN_NET_ADDRESS_H
#define SWORN_NET_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

/** IPv4 is kept mapped into IPv6 (::ffff:192.0.2.1), so that there is one form. */
struct client_address {
    uint8_t octets[16];
    uint16_t port;
};

static inline bool client_is_ipv4(const struct client_address *client)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    bool same = true;

    for (unsigned i = 0; i < sizeof(mapped); i++) {
        same = same && client->octets[i] == mapped[i];
    }
    return same;
}

#endif
