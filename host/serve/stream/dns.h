/*
 * dns.h - DNS over a stream: over TCP (RFC 7766) and over TLS (RFC 7858).
 */
#ifndef SWORN_HOST_SERVE_STREAM_DNS_H
#define SWORN_HOST_SERVE_STREAM_DNS_H

#include "host/serve/stream/connection.h"

extern const struct protocol dns_over_tcp;
extern const struct protocol dns_over_tls;

#endif
