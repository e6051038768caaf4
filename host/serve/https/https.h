/*
 * https.h - DNS over HTTPS: HTTP/2 over TLS, path /dns-query (RFC 8484).
 */
#ifndef SWORN_HOST_SERVE_HTTPS_HTTPS_H
#define SWORN_HOST_SERVE_HTTPS_HTTPS_H

#include "host/serve/stream/connection.h"

extern const struct protocol dns_over_https;

#endif
