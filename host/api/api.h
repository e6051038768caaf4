/*
 * api.h - the HTTP API (design section 8) over host/commit: what an owner's tool asks for, and
 * proofs that it need not believe.
 *
 *   POST /v1/zones[?more=1]                    {"apex","guard","environment","policy","argument"}:
 *                                              apex with final dot, the others base64; 201
 *   GET  /v1/zones                             {"zones":[{"apex","zone_id","serial","expires",
 *                                              "sets","published","served"},…]}
 *   GET  /v1/zones/APEX                        the newest entry with its proofs
 *   POST /v1/zones/APEX/updates[?more=1]       the guard's argument, octets
 *   GET  /v1/zones/APEX/records[?signed=1][&format=zone]
 *   GET  /v1/zones/APEX/{guard,environment,state}  octets, whose hashes the zone's leaf has
 *   POST /v1/zones/APEX/serve                  {"serve":false}: stop serving; the operator only
 *   GET  /v1/checkpoint                        {"checkpoint","public_key"}
 *   GET  /v1/evidence?nonce=HEX                {"statement":{…},"text","signature"}
 *   GET  /healthz                              {"ok":true} or 503 {"ok":false,"reason"}
 *   GET  /metrics                              as Prometheus reads them (host/metrics)
 *   errors                                     {"error":{"code","message"}}
 *
 * Each connection has a thread of its own, 64 at most: a commit holds its thread until the enclave
 * and the disk are done, and a records stream until its reader has read, so a pool of a few threads
 * would let that many slow requests silence /healthz.
 */
#ifndef SWORN_HOST_API_API_H
#define SWORN_HOST_API_API_H

#include "host/commit/commit.h"
#include "host/metrics/metrics.h"

struct api;
struct log;

/** Who may create zones, and stop serving them, beside this machine. */
struct api_access_options {
    const char *token;        /* the operator's; NULL: none */
    const char *const *allow; /* addresses ("192.0.2.1") and prefixes ("2001:db8::/32") */
    size_t allow_count;
};

struct api_options {
    const char *listen; /* "127.0.0.1:8053", "[::1]:8053"; port 0: any free one */
    struct api_access_options access;
    const int *inherited; /* sockets that somebody else has bound, perhaps this one among them */
    size_t inherited_count;
    const struct metrics_source *metrics; /* in the order in which they are shown; kept */
    size_t metrics_count;
    struct log *log;         /* NULL: nobody reads it */
    unsigned stream_seconds; /* that reading a zone's records may take; 0: API_STREAM_SECONDS */
    size_t argument_max;     /* octets of the body of an update; 0: API_ARGUMENT_MAX */
    size_t creation_max;     /* octets of the body of a creation; 0: API_CREATION_MAX */
};

#define API_STREAM_SECONDS 600
#define API_ARGUMENT_MAX   ((size_t)4 * 1024 * 1024)
#define API_CREATION_MAX   ((size_t)16 * 1024 * 1024)

/**
 * Listen and answer. `options` are copied; `server` must outlive the API.
 *
 * \return SWORN_MALFORMED for an address that is none, SWORN_IO when it cannot be listened on, with
 * the reason
 */
SWORN_CHECK enum sworn_result api_start(const struct api_options *options,
                                        struct commit_server *server, struct api **api,
                                        struct reason *reason);

/**
 * Another token and allow-list from now on; at any time.
 *
 * \return SWORN_MALFORMED naming the entry that is no address, and the old ones stay
 */
SWORN_CHECK enum sworn_result
api_configure(struct api *api, const struct api_access_options *options, struct reason *reason);

/** The port that is listened on. */
uint16_t api_port(const struct api *api);

/** Close what takes too long; every second or so. */
void api_tick(struct api *api);

/** Close all connections, wait for the requests being answered, free; NULL is ignored. */
void api_stop(struct api *api);

#endif
