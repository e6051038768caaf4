/*
 * oracle.h - what libzscanner and ldns make of the same record: the second and third opinion of
 * the differential tests.
 */
#ifndef SWORN_TESTS_UNIT_DNS_ORACLE_H
#define SWORN_TESTS_UNIT_DNS_ORACLE_H

#include "core/dns/master.h"

/** A record, however it came to be; octets live in the region of who made it. */
struct oracle_record {
    struct name owner;
    uint16_t type;
    uint32_t ttl;
    struct octets rdata;
};

struct oracle_records {
    struct region *region;
    struct oracle_record *list;
    size_t count;
    size_t capacity;
    char error[256]; /* of the parser, when it refused something */
};

/** Parse a whole master file; false with `error` when any of it is refused. */
bool oracle_zscanner(struct octets text, struct oracle_records *records);
bool oracle_ldns(struct octets text, struct oracle_records *records);
bool oracle_ours(struct octets text, struct oracle_records *records);

/** The canonical form of RDATA as ldns has it. */
bool oracle_ldns_canonical(uint16_t type, struct octets rdata, struct region *region,
                           struct octets *canonical);

/** The line that ldns prints for a record at the owner "o.". */
bool oracle_ldns_text(uint16_t type, struct octets rdata, struct region *region,
                      struct octets *text);

/** A data zone of tests/data/zones, decompressed; false when xz is not there. */
bool data_zone(const char *file, struct region *region, struct octets *text);

/** Hex of at most the first 400 octets, for messages. */
const char *oracle_hex(struct octets octets, struct region *region);

#endif
