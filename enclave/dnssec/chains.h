/*
 * chains.h - which denial chains a zone has, and how far: the one that is served, and one in the
 * making (core/boundary/zone_leaf.h).
 *
 * What is within a span is kept current by every commit; what is behind its end does not exist yet.
 */
#ifndef SWORN_ENCLAVE_DNSSEC_CHAINS_H
#define SWORN_ENCLAVE_DNSSEC_CHAINS_H

#include "core/boundary/zone_leaf.h"
#include "enclave/dnssec/view.h"

struct span {
    bool kept;         /* something of it is there */
    bool whole;        /* all of it */
    struct octets end; /* if not: the last that is there, key of a name or a hash */
};

struct chains {
    struct span nsec;   /* by name */
    struct span nsec3;  /* by hash */
    struct span hashes; /* by name: leaves 01 00 ‖ hash */
};

/** As a zone's leaf says; borrows its cursor. */
struct chains chains_of(const struct zone_leaf *leaf);

/** Whether a place (key of a name, or hash) is within a span. */
bool span_has(const struct span *span, struct octets place);

/** A cursor that says: up to this name. In `region`. */
SWORN_CHECK enum sworn_result cursor_of_name(const struct name_key *name, struct region *region,
                                             struct octets *cursor);

/** The name of such a cursor; SWORN_ABSENT for the empty one, which is before all names. */
SWORN_CHECK enum sworn_result cursor_name(struct octets cursor, struct name_key *name);

#endif
