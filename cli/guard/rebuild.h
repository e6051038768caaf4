/*
 * rebuild.h - which guard of the library a hash is, shown by building them from source: the same
 * sources and compiler give the same octets (guards/build).
 */
#ifndef SWORN_CLI_GUARD_REBUILD_H
#define SWORN_CLI_GUARD_REBUILD_H

#include "core/cursor/region.h"

/**
 * Run FOLDER/guards/build (or FOLDER/build) for each guard of the library there, `likely` (may be
 * NULL) first, until one has this hash.
 *
 * \param name   of that guard
 * \param built  how many were built in vain, when it is SWORN_ABSENT
 */
SWORN_CHECK enum sworn_result guard_rebuild(const char *folder, const struct hash *hash,
                                            const char *likely, struct region *region,
                                            const char **name, size_t *built,
                                            struct reason *reason);

#endif
