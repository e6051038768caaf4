/*
 * zonemd.h - the digest of a whole signed zone (RFC 8976, SIMPLE, SHA-384).
 *
 * It is over signatures, which are in no tree: those that a commit does not make come from the
 * host, as do the records of the denial chain. Record sets count only as the tree proves them. A
 * host that lies makes a digest that its own zone does not have; it cannot make another zone right.
 */
#ifndef SWORN_ENCLAVE_DNSSEC_ZONEMD_H
#define SWORN_ENCLAVE_DNSSEC_ZONEMD_H

#include "core/boundary/message.h"
#include "enclave/channel.h"
#include "enclave/dnssec/view.h"

struct zonemd {
    struct channel *channel;
    struct hash zone_id;
    const struct view *after;       /* the zone as it will be */
    const struct octets_list *sets; /* of the commit: committed_set each */
    uint16_t denial;                /* type of the chain that is served */
    uint32_t serial;
    bool creation;  /* the host has no rows yet */
    bool was;       /* the zone has one already */
    uint32_t most;  /* sets of a zone that gets one, or grows */
    uint64_t *fuel; /* left to pay with for what a guard decided; NULL: the enclave's own, free */
};

/**
 * RDATA of the ZONEMD, in `region`; SWORN_LIMIT for too many sets, SWORN_REFUSED out of fuel,
 * SWORN_PROOF for false rows.
 */
SWORN_CHECK enum sworn_result zonemd_make(const struct zonemd *zonemd, struct region *region,
                                          struct octets *rdata, struct reason *reason);

#endif
