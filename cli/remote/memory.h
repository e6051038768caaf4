/*
 * memory.h - what the tool keeps about a zone from one call to the next, beside the key file:
 * FILE.zones/<apex as in a path>.json. A server that shows another log, another zone or an older
 * state than was seen before is caught by it.
 *
 *   {"zone_id":hex,"log_key":hex,"checkpoint":{"size":n,"root":hex},"index":n,"sequence":n}
 */
#ifndef SWORN_CLI_REMOTE_MEMORY_H
#define SWORN_CLI_REMOTE_MEMORY_H

#include "core/cursor/region.h"
#include "core/dns/name.h"

struct memory {
    bool known; /* false: nothing has been kept yet */
    struct hash zone_id;
    uint8_t log_key[32];
    uint64_t checkpoint_size;
    struct hash checkpoint_root;
    uint64_t index;    /* of the zone's newest log entry */
    uint64_t sequence; /* of the last request that was decided */
};

SWORN_CHECK enum sworn_result memory_path(const char *key_file, const struct name *apex,
                                          struct region *region, char **path);

/**
 * `known` is false when there is no such file; a file that cannot be understood is SWORN_MALFORMED.
 */
SWORN_CHECK enum sworn_result memory_load(const char *path, struct region *region,
                                          struct memory *memory, struct reason *reason);

SWORN_CHECK enum sworn_result memory_save(const char *path, struct region *region,
                                          const struct memory *memory, struct reason *reason);

/** SWORN_PROOF, with clear words, unless `shown` can follow `kept`. */
SWORN_CHECK enum sworn_result memory_check(const struct memory *kept, const struct memory *shown,
                                           struct reason *reason);

#endif
