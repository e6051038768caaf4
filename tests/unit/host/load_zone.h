/*
 * load_zone.h - for tests: a signed master file as signed sets, in canonical order.
 */
#ifndef SWORN_TESTS_UNIT_HOST_LOAD_ZONE_H
#define SWORN_TESTS_UNIT_HOST_LOAD_ZONE_H

#include "host/answer/zone.h"

struct zone_sets {
    struct region region;
    struct name apex; /* owner of the SOA */
    size_t count;
    struct signed_set *set;
};

/** Parse the text; RRSIG go with the sets they cover. False with the reason when it cannot be. */
bool zone_sets_read(struct zone_sets *sets, struct octets text, const char *origin,
                    struct reason *reason);
/** The same from a file; ".xz" is decompressed by xz. */
bool zone_sets_read_file(struct zone_sets *sets, const char *path, const char *origin,
                         struct reason *reason);
void zone_sets_free(struct zone_sets *sets);

/** Load all sets into the server as one zone. */
enum sworn_result zone_sets_load(const struct zone_sets *sets, struct answer_server *server);

#endif
