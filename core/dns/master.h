/*
 * master.h - master files (RFC 1035 5, RFC 2308 4, RFC 3597): $ORIGIN, $TTL, $INCLUDE, parentheses,
 * escapes, quoted strings, blank owner, BIND's time units (1h30m) in TTL fields and in SOA's
 * numbers.
 *
 * Pure text to records: no file is opened here. $INCLUDE goes through a callback that only the
 * owner's tool supplies.
 */
#ifndef SWORN_CORE_DNS_MASTER_H
#define SWORN_CORE_DNS_MASTER_H

#include "core/dns/rr.h"

struct master_record {
    struct name owner;
    uint16_t type;
    uint16_t class;
    uint32_t ttl;
    struct octets rdata; /* valid during the callback */
    size_t line;
};

struct master_options {
    struct name origin;
    uint32_t
        default_ttl; /* until the first $TTL or explicit TTL (RFC 1035: the last explicit one) */
    void *context;
    /** Each record, in order; a result other than SWORN_OK ends the parse with it. */
    enum sworn_result (*record)(void *context, const struct master_record *record,
                                struct reason *reason);
    /** Octets of an included file, alive until master_parse returns; NULL: $INCLUDE is refused. */
    enum sworn_result (*include)(void *context, struct octets path, struct octets *text,
                                 struct reason *reason);
};

/**
 * Parse a whole file. On failure `reason` names line and cause ("line 12: ..."; with the file for
 * an included one).
 */
SWORN_CHECK enum sworn_result master_parse(struct octets text, const struct master_options *options,
                                           struct reason *reason);

/** "www.example. 3600 IN A 192.0.2.1\n" for each record of a set, as text of a master file. */
struct rrset;
SWORN_CHECK enum sworn_result master_print(const struct rrset *rrset, struct writer *text);

/** A TTL as text: digits, or BIND's units ("1h30m", any case); at most TTL_MAX. */
SWORN_CHECK enum sworn_result ttl_from_text(struct octets text, uint32_t *ttl);

#endif
