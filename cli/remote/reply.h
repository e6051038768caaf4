/*
 * reply.h - what the API says about a zone, from JSON to octets; nothing in it is believed before
 * proof.h has looked at it.
 *
 *   {"apex","zone_id","published","served","fuel"[,"warning"],
 *    "log":{"public_key","entry","index","inclusion","checkpoint"},
 *    "leaf":{"value","proof"},"dnskey":{"value","proof"},
 *    "creation":{"entry","index","inclusion"},          GET only
 *    "records":[{"name","type","ttl","rdata":[],"rrsig":[]}]}   GET .../records only
 */
#ifndef SWORN_CLI_REMOTE_REPLY_H
#define SWORN_CLI_REMOTE_REPLY_H

#include "cli/zone/records.h"
#include "core/cursor/region.h"

struct reply_entry {
    struct octets entry;
    uint64_t index;
    struct octets inclusion;
};

struct reply {
    struct hash zone_id;
    bool published;
    const char *warning; /* printable; NULL: none */
    uint64_t fuel;
    uint8_t log_key[32];
    struct reply_entry newest;
    struct octets checkpoint;
    struct octets leaf_value, leaf_proof;
    struct octets dnskey_value, dnskey_proof;
    bool has_creation;
    struct reply_entry creation;
};

/** A reply; its octets live in the region. SWORN_PROOF with the member named. */
SWORN_CHECK enum sworn_result reply_read(struct octets json, struct region *region,
                                         struct reply *reply, struct reason *reason);

/** The same with its records, put in canonical order. */
SWORN_CHECK enum sworn_result reply_read_records(struct octets json, struct region *region,
                                                 struct reply *reply, struct record_list *records,
                                                 struct reason *reason);

#endif
