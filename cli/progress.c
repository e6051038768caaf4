/*
 * progress.c - see progress.h.
 */
#include "cli/progress.h"

#include <stdio.h>
#include <time.h>

#define QUIET_FOR 3000 /* milliseconds */
#define PAUSE     1000

static int64_t milliseconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct progress progress_begin(const char *what)
{
    return (struct progress){.what = what, .began = milliseconds()};
}

void progress_show(struct progress *progress, size_t done, size_t all)
{
    int64_t now = milliseconds();

    if (now - progress->began < QUIET_FOR || now - progress->shown < PAUSE) {
        return;
    }
    progress->shown = now;
    (void)fprintf(stderr, "sworn: %s: %zu of %zu (%lld s)\n", progress->what, done, all,
                  (long long)(now - progress->began) / 1000);
}
