/*
 * https.c - see https.h.
 */
#include "host/serve/https/https.h"

static bool https_work(struct connection *connection)
{
    (void)connection;
    return false;
}

const struct protocol dns_over_https = {.transport = TRANSPORT_HTTPS,
                                        .secure = true,
                                        .purpose = {.alpn = "h2", .alpn_required = true},
                                        .work = https_work};
