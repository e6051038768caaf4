/*
 * inherit.h - sockets that were bound before they are asked for: by systemd (socket activation), or
 * by ourselves while we still might.
 *
 *   $LISTEN_PID, $LISTEN_FDS    how many there are, from descriptor 3
 *
 * Who wants one finds it by address and type: listen_inherited() (host/serve/listen.h).
 */
#ifndef SWORN_HOST_INHERIT_H
#define SWORN_HOST_INHERIT_H

#include <stddef.h>

#include "core/cursor/result.h"

#define INHERITED_MAX 512

struct inherited {
    size_t count;
    int fd[INHERITED_MAX];
};

/** What systemd handed over. */
void inherited_find(struct inherited *inherited);

/** One more, which is `inherited`'s from now on; SWORN_LIMIT. */
SWORN_CHECK enum sworn_result inherited_add(struct inherited *inherited, int fd);

/** Close them: who uses one has a descriptor of its own (listen_inherited()). */
void inherited_close(struct inherited *inherited);

#endif
