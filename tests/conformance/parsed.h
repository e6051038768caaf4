/*
 * parsed.h - a response as sets of records that can be compared: names whole and in lower case,
 * each section sorted.
 */
#ifndef SWORN_TESTS_CONFORMANCE_PARSED_H
#define SWORN_TESTS_CONFORMANCE_PARSED_H

#include "core/cursor/region.h"
#include "core/dns/name.h"

enum { ANSWER, AUTHORITY, ADDITIONAL, PARSED_SECTIONS };

struct record {
    uint64_t hash; /* of all that follows */
    struct name owner;
    uint16_t type;
    uint32_t ttl;
    struct octets rdata; /* canonical */
};

struct parsed {
    size_t size; /* of the message */
    uint16_t id;
    uint16_t rcode; /* with OPT's bits */
    bool aa, tc;
    bool opt;
    struct octets question; /* as it stands there */
    size_t count[PARSED_SECTIONS];
    struct record *record[PARSED_SECTIONS]; /* less OPT */
};

/** False when the octets are no response; TC is read all the same. All memory is the region's. */
bool parse_message(struct octets message, struct region *region, struct parsed *parsed);

bool same_section(const struct parsed *a, const struct parsed *b, int section);

/** Whether a section holds the record. */
bool has_record(const struct parsed *parsed, int section, const struct record *record);

/** How many records of a type a section holds; RRSIG count by what they cover with `covered`. */
size_t count_type(const struct parsed *parsed, int section, uint16_t type);

/** What an RRSIG covers; else the type itself. */
uint16_t covered_type(const struct record *record);

void print_message(const char *whose, const struct parsed *parsed);

#endif
