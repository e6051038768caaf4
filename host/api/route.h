/*
 * route.h - which resource a request is about: method, path and query to a structure.
 *
 * Path and query come with %XX decoded. Nothing unknown is passed over: it is a 400, 404 or 405.
 */
#ifndef SWORN_HOST_API_ROUTE_H
#define SWORN_HOST_API_ROUTE_H

#include "core/dns/name.h"

#define ROUTE_NONCE_MAX 64

enum route_kind {
    ROUTE_CREATE,
    ROUTE_ZONES,
    ROUTE_ZONE,
    ROUTE_UPDATE,
    ROUTE_SERVE,
    ROUTE_RECORDS,
    ROUTE_GUARD,
    ROUTE_ENVIRONMENT,
    ROUTE_STATE,
    ROUTE_CHECKPOINT,
    ROUTE_EVIDENCE,
    ROUTE_HEALTH,
    ROUTE_METRICS,
};

struct route {
    enum route_kind kind;
    struct name apex;     /* where the path names one */
    bool more;            /* ?more=1 */
    bool with_signatures; /* ?signed=1 */
    bool as_zone_file;    /* ?format=zone */
    size_t nonce_size;    /* ?nonce=HEX */
    uint8_t nonce[ROUTE_NONCE_MAX];
};

/** Why a request is not answered as it wished: becomes the error document. */
struct problem {
    unsigned status; /* of HTTP; 0: none */
    const char *code;
    char allow[24]; /* of a 405: the methods there are (RFC 9110 15.5.6), else empty */
    struct reason reason;
};

/** False, with the problem, when there is no such resource or it knows no such method. */
bool route_read(struct octets method, struct octets path, struct route *route,
                struct problem *problem);

/** One argument of the query, each at most once; `seen` counts them, zero before the first. */
bool route_argument(struct route *route, struct octets name, struct octets value, unsigned *seen,
                    struct problem *problem);

/** The problem that a result of host/commit is; `reason` as it came with it. */
void problem_of(enum sworn_result result, const struct reason *reason, struct problem *problem);

#endif
