/*
 * transfer.h - what secondaries get: zones by AXFR (RFC 5936) and IXFR (RFC 1995), word of changes
 * by NOTIFY (RFC 1996), the list of zones as catalogs (RFC 9432); and word to the parent when CDS
 * changes (RFC 9859).
 *
 *   commit ── published(), removed() ──> which states are published ──> thread: NOTIFY
 *   secondary ── AXFR, IXFR ──> a thread of the exchange pool: snapshot of the store ──> messages
 *
 * Whatever is given out here is public or made by the host; secondaries are trusted for nothing.
 */
#ifndef SWORN_HOST_TRANSFER_TRANSFER_H
#define SWORN_HOST_TRANSFER_TRANSFER_H

#include "host/commit/commit.h"
#include "host/config/config.h"
#include "host/serve/exchange.h"
#include "net/message.h"
#include "net/tsig.h"

struct log;
struct store;
struct transfer_server;

struct transfer_options {
    struct config_current *config;
    struct store *store;
    struct log *log; /* NULL: none */
};

SWORN_CHECK enum sworn_result transfer_server_new(const struct transfer_options *options,
                                                  struct transfer_server **server);

/** Begin to notify, once queries are answered; all zones are announced a first time. */
SWORN_CHECK enum sworn_result transfer_server_start(struct transfer_server *server);

/** Another configuration is in force. */
void transfer_server_reload(struct transfer_server *server);

/** After all that call its events or hand it requests have ended. */
void transfer_server_free(struct transfer_server *server);

/** For commit_server_new(). */
struct commit_events transfer_events(struct transfer_server *server);

/** A question that came with or without TSIG, which was verified and taken off. */
struct transfer_request {
    struct exchange *exchange;
    struct octets message;
    const struct config *config;  /* held by the caller */
    const struct config_key *key; /* NULL: not signed */
    struct tsig_chain *chain;     /* NULL: not signed */
};

/**
 * Answer AXFR or IXFR with as many messages as it takes, or refuse it.
 *
 * \param rcode  out: the code of the response that is left to the caller to send; 0 when all was
 *               sent
 */
void transfer_handle(struct transfer_server *server, const struct transfer_request *request,
                     unsigned *rcode);

/**
 * Answer a question about a catalog: only its SOA and transfers, only when signed.
 *
 * \return false when the name is no catalog's; else as transfer_handle()
 */
bool transfer_catalog(struct transfer_server *server, const struct transfer_request *request,
                      unsigned *rcode);

/** How far a secondary is with a zone. */
struct transfer_state {
    uint32_t serial_published;
    uint32_t serial_notified, serial_acknowledged, serial_transferred;
    uint64_t notified, acknowledged, transferred; /* seconds since 1970; 0: never */
    uint64_t failures;                            /* notifications given up */
};

/** Call `each` with every zone and secondary, under a lock: must be quick. */
void transfer_status(struct transfer_server *server, void *context,
                     void (*each)(void *context, const struct name *zone, const char *remote,
                                  const struct transfer_state *state));

struct transfer_counters {
    uint64_t axfr, ixfr; /* whole and incremental transfers that were sent */
    uint64_t current;    /* answered with an SOA: nothing is newer */
    uint64_t refused, failed;
    uint64_t octets;
};
void transfer_counters(struct transfer_server *server, struct transfer_counters *counters);

#endif
