/*
 * progress.h - a line on standard error for whatever takes more than three seconds.
 */
#ifndef SWORN_CLI_PROGRESS_H
#define SWORN_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    const char *what;
    int64_t began, shown; /* monotonic, milliseconds */
};

struct progress progress_begin(const char *what);

/** Called as often as one likes; writes at most once a second. */
void progress_show(struct progress *progress, size_t done, size_t all);

#endif
