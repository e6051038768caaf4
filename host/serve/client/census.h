/*
 * census.h - how many connections there are, in all and of each client, over all transports and
 * threads.
 *
 * A client is an IPv4 address or an IPv6 /64. The table has a fixed size: twice as many places as
 * there may be connections.
 */
#ifndef SWORN_HOST_SERVE_CLIENT_CENSUS_H
#define SWORN_HOST_SERVE_CLIENT_CENSUS_H

#include "core/cursor/result.h"
#include "host/serve/client/address.h"

struct census;

enum census_verdict {
    CENSUS_WELCOME,
    CENSUS_FULL,       /* there are as many as there may be */
    CENSUS_CLIENT_FULL /* of this client */
};

/** `most` connections in all, `of_client` of one client. */
SWORN_CHECK enum sworn_result census_new(unsigned most, unsigned of_client, struct census **census);
void census_free(struct census *census);

/**
 * One more connection of this client: counted only if it is welcome. A proxy's are before it says
 * whose they are: `proxy` leaves out the bound for one client.
 */
enum census_verdict census_enter(struct census *census, const struct client_address *client,
                                 bool proxy);
void census_leave(struct census *census, const struct client_address *client);

/** Of all places, how many are taken, in 1/256. */
unsigned census_pressure(const struct census *census);

#endif
