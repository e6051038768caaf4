/*
 * request.h - one HTTP request from its body to its answer, apart from how it came over the wire.
 */
#ifndef SWORN_HOST_API_REQUEST_H
#define SWORN_HOST_API_REQUEST_H

#include "host/api/route.h"
#include "host/commit/commit.h"

struct request {
    struct region region; /* all of this request */
    struct route route;
    struct writer body;
    struct problem problem; /* status 0: none so far */
};

/* What goes back; the stream of records is apart (records.h). */
struct answer {
    unsigned status;
    struct octets document; /* in the request's region */
    bool is_octets;         /* else JSON */
};

/**
 * Answer anything but ROUTE_RECORDS and ROUTE_METRICS. SWORN_NO_MEMORY or SWORN_LIMIT: there is no
 * answer.
 */
SWORN_CHECK enum sworn_result request_answer(struct request *request, struct commit_server *server,
                                             size_t creation_max, struct answer *answer);

/** The error document of a problem. */
SWORN_CHECK enum sworn_result request_refuse(struct request *request, struct answer *answer);

#endif
