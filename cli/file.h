/*
 * file.h - whole files: read, made anew, replaced.
 */
#ifndef SWORN_CLI_FILE_H
#define SWORN_CLI_FILE_H

#include <sys/types.h>

#include "core/cursor/region.h"

#define FILE_MAX ((size_t)2 << 30)

/** All of a file; SWORN_ABSENT when there is none, SWORN_LIMIT past `limit`. */
SWORN_CHECK enum sworn_result file_read(const char *path, size_t limit, struct region *region,
                                        struct octets *octets, struct reason *reason);

/** A file that was not there before, on disk when this returns; SWORN_CONFLICT when it was. */
SWORN_CHECK enum sworn_result file_create(const char *path, mode_t mode, struct octets octets,
                                          struct reason *reason);

/** A file made or replaced as one step, on disk when this returns. */
SWORN_CHECK enum sworn_result file_replace(const char *path, mode_t mode, struct octets octets,
                                           struct region *region, struct reason *reason);

/** `format` printed into the region. */
SWORN_CHECK enum sworn_result text_in(struct region *region, char **text, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
