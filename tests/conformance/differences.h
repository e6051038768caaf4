/*
 * differences.h - the table of differences that are right: what one of the others does otherwise,
 * and the RFC that says so.
 */
#ifndef SWORN_TESTS_CONFORMANCE_DIFFERENCES_H
#define SWORN_TESTS_CONFORMANCE_DIFFERENCES_H

#include "tests/conformance/parsed.h"

enum { NSD, KNOT, PARTIES };

/* What may differ. */
enum {
    DIFFERS_RCODE = 1,
    DIFFERS_AA = 2,
    DIFFERS_TC = 4,
    DIFFERS_ANSWER = 8,
    DIFFERS_AUTHORITY = 16,
    DIFFERS_ADDITIONAL = 32,
};
#define DIFFERS_ALL 63

/** One question, our answer and that of another. */
struct trial {
    const struct zone_case *zones;
    struct name name;
    uint16_t type;
    bool dnssec;
    int party;
    unsigned differs;
    const struct parsed *ours;         /* whole */
    const struct parsed *theirs;       /* whole */
    bool our_tc, their_tc;             /* over UDP with 1232 octets */
    const struct parsed *theirs_short; /* over UDP, when that was asked */
};

struct difference {
    const char *what;
    const char *rfc;
    unsigned parties; /* bits: who it is about */
    /** What of `trial->differs` it explains. */
    unsigned (*explains)(const struct trial *trial);
};

#define DIFFERENCES_MAX 32

extern const struct difference differences[];
extern const unsigned difference_count;

#endif
