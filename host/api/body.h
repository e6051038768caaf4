/*
 * body.h - JSON bodies: of a creation, of stopping.
 *
 *   {"apex":"demo.test.","guard":base64,"environment":base64,"policy":base64,"argument":base64}
 */
#ifndef SWORN_HOST_API_BODY_H
#define SWORN_HOST_API_BODY_H

#include "host/commit/commit.h"

/** Parse; the octets are the region's. SWORN_MALFORMED with the member that is wrong. */
SWORN_CHECK enum sworn_result creation_read(struct octets body, size_t size_max,
                                            struct region *region, struct commit_creation *creation,
                                            struct reason *reason);

/** {"serve":true} or {"serve":false}. */
SWORN_CHECK enum sworn_result serve_read(struct octets body, bool *serve, struct reason *reason);

#endif
