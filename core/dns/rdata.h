/*
 * rdata.h - what the files of this folder know about RDATA and nobody else needs.
 */
#ifndef SWORN_CORE_DNS_RDATA_H
#define SWORN_CORE_DNS_RDATA_H

#include "core/dns/rr.h"
#include "core/dns/token.h"

/**
 * The RDATA fields of a record in a file, up to and with the end of its line. `rdata` stays as it
 * was on failure.
 */
SWORN_CHECK enum sworn_result rdata_scan(uint16_t type, struct scanner *scanner,
                                         const struct name *origin, struct writer *rdata,
                                         struct reason *reason);

/** Order by canonical form (RFC 4034 6.3) without making it; both must be well formed. */
int rdata_compare(uint16_t type, struct octets a, struct octets b);

#endif
