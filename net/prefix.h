/*
 * prefix.h - "192.0.2.0/24", "2001:db8::/32", "192.0.2.1": which clients a list means.
 */
#ifndef SWORN_NET_PREFIX_H
#define SWORN_NET_PREFIX_H

#include "core/cursor/result.h"
#include "net/address.h"

/** IPv4 mapped into IPv6, as in struct client_address; bits past the length do not matter. */
struct address_prefix {
    uint8_t octets[16];
    unsigned bits;
};

/** An address or a prefix; SWORN_MALFORMED. */
SWORN_CHECK enum sworn_result address_prefix_read(const char *text, struct address_prefix *prefix);

/** Whoever writes "::/0" means IPv6: IPv4 is in prefixes of IPv4, or of ::ffff:0:0/96. */
bool address_prefix_holds(const struct address_prefix *prefix, const uint8_t octets[16]);

#endif
