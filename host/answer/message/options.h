/*
 * options.h - the options of EDNS: what a query's OPT record asks for, and the OPT of the response.
 *
 *   OPT    = 00 ‖ type 41 ‖ u16 UDP size ‖ u8 upper bits of the rcode ‖ u8 version ‖ u16 flags ‖
 *            u16 size ‖ options
 *   option = u16 code ‖ u16 size ‖ data
 *
 * Options not named here are ignored (RFC 6891 6.1.2), client subnet among them: who does not use
 * it does not send it back (RFC 7871 7.2.1).
 */
#ifndef SWORN_HOST_ANSWER_OPTIONS_H
#define SWORN_HOST_ANSWER_OPTIONS_H

#include "host/answer/message/profile.h"
#include "host/answer/wire/response.h"

#define UDP_SIZE     1232 /* what we announce and never pass (RFC 9715 3.1) */
#define UDP_SIZE_MIN 512  /* RFC 1035 2.3.4; RFC 6891 6.2.3 */
#define EDNS_DO      0x8000

enum option_code {
    OPTION_NSID = 3,            /* RFC 5001 */
    OPTION_COOKIE = 10,         /* RFC 7873 */
    OPTION_KEEPALIVE = 11,      /* RFC 7828 */
    OPTION_PADDING = 12,        /* RFC 7830 */
    OPTION_EDE = 15,            /* RFC 8914 */
    OPTION_REPORT_CHANNEL = 18, /* RFC 9567 */
    OPTION_ZONEVERSION = 19,    /* RFC 9660 */
};

/* Codes of extended errors that can be true of this server. */
enum ede {
    EDE_NONE = -1,
    EDE_PROHIBITED = 18,
    EDE_NOT_AUTHORITATIVE = 20,
    EDE_NOT_SUPPORTED = 21,
    EDE_INVALID_QUERY_TYPE = 30,
};

struct options_asked {
    bool any; /* of these */
    bool nsid, keepalive, padding, zoneversion;
    struct octets cookie; /* size 0 for none */
};

/** Take the options apart; false when they are malformed. */
bool options_read(struct octets options, enum transport transport, struct options_asked *asked);

/** What the OPT record of a response is made from. */
struct opt {
    const struct profile *profile;
    const struct options_asked *asked;
    enum transport transport;
    bool dnssec;
    const struct zone *zone; /* that answers; NULL for none */
    enum ede ede;
    bool cookie_valid;
    uint8_t cookie[COOKIE_SIZE];
};

/** Before the look-up: judge the cookie; returns the octets that the record will need. */
size_t opt_prepare(struct opt *opt, const struct client_address *client);

/** Put the record, as the last one. What was not asked for goes in only if it fits. */
void opt_put(struct response *response, const struct opt *opt);

#endif
