/*
 * freshness.h - how long a response may be kept by a cache of HTTP (RFC 8484 5.1).
 */
#ifndef SWORN_HOST_SERVE_HTTPS_FRESHNESS_H
#define SWORN_HOST_SERVE_HTTPS_FRESHNESS_H

#include "core/cursor/octets.h"

/**
 * Seconds: the smallest TTL of the answer; without one, of the authority section, where an SOA
 * counts with the smaller of its TTL and its MINIMUM (RFC 2308 5). 0 for errors, and for what is
 * no message.
 */
uint32_t freshness_of(struct octets message);

#endif
