/*
 * load.h - bringing a whole difference to a server, in as few requests as it fits; each is signed,
 * leaves a valid zone, and is verified before the next.
 *
 * All but the last go with ?more=1, so that the result is published as one. A batch that is refused
 * for its size is halved and tried again.
 */
#ifndef SWORN_CLI_ZONE_LOAD_H
#define SWORN_CLI_ZONE_LOAD_H

#include "cli/argument/signer.h"
#include "cli/zone/batch.h"

/** What makes a zone, besides its records. */
struct creation {
    struct octets guard, environment, policy;
    struct guard_limits limits;
};

struct load {
    struct zone *zone;
    const struct signer *signer;
    const struct creation *creation; /* NULL: the zone exists and has been verified */
    const struct difference *difference;
    const struct record_set *soa; /* NULL: the SOA stays, but for its serial */
};

/**
 * Send all of it; nothing is sent when there is nothing to change. `requests` counts them.
 *
 * With a signer that keeps what it signs nothing is sent either, and it has to be one request.
 */
SWORN_CHECK enum sworn_result load_run(const struct load *load, size_t *requests);

/** Make a zone by an argument that is there already. */
SWORN_CHECK enum sworn_result load_create(const struct load *load, struct octets argument);

/**
 * SWORN_PROOF unless the certified zone root is that of `records` with the certified serial in the
 * SOA. `own`: the enclave's own sets (DNSKEY, CDS, CDNSKEY), which need not be in `records`.
 */
SWORN_CHECK enum sworn_result load_verify(struct zone *zone, const struct record_list *records,
                                          const struct record_list *own);

#endif
