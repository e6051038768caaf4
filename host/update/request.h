/*
 * request.h - what the host itself reads of an UPDATE (RFC 2136 2), and what it writes back
 * (RFC 2136 3.8, RFC 8914).
 */
#ifndef SWORN_HOST_UPDATE_REQUEST_H
#define SWORN_HOST_UPDATE_REQUEST_H

#include "host/update/memory.h"
#include "net/message.h"

struct update_request {
    struct dns_header header;
    struct octets zone_section; /* as it came; empty when it was malformed */
    struct name zone;
    bool edns;
};

/**
 * SWORN_OK; SWORN_MALFORMED when it is to be answered FORMERR, SWORN_ABSENT when the class is none
 * that is served: NOTAUTH. `request` is good for update_request_answer() in each case.
 */
SWORN_CHECK enum sworn_result update_request_read(struct octets message,
                                                  struct update_request *request);

/** The response; 0 when it does not fit. */
size_t update_request_answer(const struct update_request *request, const struct verdict *verdict,
                             uint8_t *response, size_t room);

#endif
