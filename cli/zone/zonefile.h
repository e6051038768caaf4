/*
 * zonefile.h - a master file as the owner has it, to the record sets that a zone here can hold.
 *
 * What the enclave makes itself (RRSIG, NSEC, NSEC3, NSEC3PARAM, DNSKEY, CDS, CDNSKEY, ZONEMD),
 * what lies outside the zone and what is there twice is dropped and counted. $INCLUDE is relative
 * to the file's folder.
 */
#ifndef SWORN_CLI_ZONE_ZONEFILE_H
#define SWORN_CLI_ZONE_ZONEFILE_H

#include "cli/zone/records.h"

struct zonefile_dropped {
    size_t enclaves; /* records of types that belong to the enclave */
    size_t outside;
    size_t duplicates;
    size_t ttls; /* sets whose records had different TTLs: the lowest is taken (RFC 2181 5.2) */
};

/** Parse; the list is ordered. Exactly one SOA and the NS at the apex must be there. */
SWORN_CHECK enum sworn_result zonefile_read(const char *path, const struct name *apex,
                                            struct record_list *list,
                                            struct zonefile_dropped *dropped,
                                            struct reason *reason);

/** The same for text that is here already; `path` for messages and $INCLUDE. */
SWORN_CHECK enum sworn_result zonefile_parse(struct octets text, const char *path,
                                             const struct name *apex, struct record_list *list,
                                             struct zonefile_dropped *dropped,
                                             struct reason *reason);

/** Say on standard error what was dropped, if anything was. */
void zonefile_notice(const char *path, const struct zonefile_dropped *dropped);

#endif
