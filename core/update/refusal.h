/*
 * refusal.h - why an update is not done: a response code (RFC 2136 2.2) and words for a person.
 */
#ifndef SWORN_CORE_UPDATE_REFUSAL_H
#define SWORN_CORE_UPDATE_REFUSAL_H

#include "core/cursor/result.h"
#include "core/dns/rcode.h"

struct refusal {
    enum rcode rcode;
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
