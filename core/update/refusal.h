/*
 * refusal.h - why an update is not done: a response code (RFC 2136 2.2) and words for a person.
 */
#ifndef SWORN_CORE_UPDATE_REFUSAL_H
#define SWORN_CORE_UPDATE_REFUSAL_H

#include "core/cursor/result.h"

enum update_rcode {
    RCODE_NOERROR = 0,
    RCODE_FORMERR = 1,
    RCODE_SERVFAIL = 2,
    RCODE_NXDOMAIN = 3,
    RCODE_NOTIMP = 4,
    RCODE_REFUSED = 5,
    RCODE_YXDOMAIN = 6,
    RCODE_YXRRSET = 7,
    RCODE_NXRRSET = 8,
    RCODE_NOTAUTH = 9,
    RCODE_NOTZONE = 10,
};

struct refusal {
    enum update_rcode rcode;
    struct reason reason;
};

/** Leave with SWORN_REFUSED, this response code and these words unless `condition` holds. */
#define UPDATE_SAY(condition, refusal, code, ...)                                                  \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (refusal)->rcode = (code);                                                             \
            return because(&(refusal)->reason, SWORN_REFUSED, __VA_ARGS__);                        \
        }                                                                                          \
    } while (0)

/** "FORMERR", "YXDOMAIN", ...; "RCODE123" has no name here and is "unknown". */
const char *update_rcode_name(unsigned rcode);

#endif
