/*
 * message_lines.h - for tests: a DNS message as text, a line a record, sorted within its section.
 */
#ifndef SWORN_TESTS_UNIT_HOST_MESSAGE_LINES_H
#define SWORN_TESTS_UNIT_HOST_MESSAGE_LINES_H

#include "core/cursor/region.h"

struct message_lines {
    uint16_t id;
    uint8_t opcode;
    uint16_t rcode; /* with OPT's upper bits */
    bool qr, aa, tc, rd, ra, ad, cd;
    bool opt, do_bit;
    uint16_t udp_size;
    size_t count[3];
    char **line[3]; /* answer, authority, additional (less OPT): "owner TTL TYPE RDATA" */
};

/** Names are lower-cased in owner and RDATA; the rest is exact. SWORN_MALFORMED with the place. */
SWORN_CHECK enum sworn_result message_lines(struct octets message, struct region *region,
                                            struct message_lines *lines, struct reason *reason);

/** A query: name as text, options. Returns its size. */
struct query_options {
    const char *name;
    uint16_t type;
    bool edns;
    bool dnssec;
    uint16_t udp_size;
};
size_t query_make(const struct query_options *options, uint8_t query[512]);

#endif
