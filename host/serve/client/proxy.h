/*
 * proxy.h - the header with which a proxy says who the client is (PROXY protocol, version 2), and
 * the proxies that are believed.
 *
 *   header  = signature 0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a ‖ u8 (version 2 << 4 | command) ‖
 *             u8 (family << 4 | transport) ‖ u16 size ‖ size octets: addresses ‖ extensions
 *   command = 0 LOCAL: the proxy itself asks; 1 PROXY
 *   family  = 0 unspecified; 1 IPv4: 4 ‖ 4 ‖ u16 ‖ u16; 2 IPv6: 16 ‖ 16 ‖ u16 ‖ u16; 3 a socket
 *
 * Extensions are skipped. A header whose family is not of the internet, or LOCAL, leaves the
 * proxy's own address.
 */
#ifndef SWORN_HOST_SERVE_CLIENT_PROXY_H
#define SWORN_HOST_SERVE_CLIENT_PROXY_H

#include "core/cursor/reader.h"
#include "net/address.h"

#define PROXY_FIXED 16 /* octets before the addresses */
#define PROXY_MAX   (PROXY_FIXED + 2048)

/** Whether these octets can be the beginning of a header: true for none at all. */
bool proxy_begins(struct octets octets);

/** The whole header's size, from its first PROXY_FIXED octets; SWORN_MALFORMED, SWORN_LIMIT. */
SWORN_CHECK enum sworn_result proxy_size(struct octets octets, size_t *size);

/** Read a whole header; `client` is changed only where the header names another. */
SWORN_CHECK enum sworn_result proxy_read(struct reader *reader, struct client_address *client);

/** Networks whose headers are believed. */
struct proxies;

/** From "192.0.2.1", "2001:db8::/32". */
SWORN_CHECK enum sworn_result proxies_new(const char *const *texts, size_t count,
                                          struct proxies **proxies, struct reason *reason);
void proxies_free(struct proxies *proxies);

/** NULL: nobody. */
bool proxies_have(const struct proxies *proxies, const struct client_address *client);

#endif
