/*
 * privilege.h - becoming an ordinary user who can do nothing but that.
 */
#ifndef SWORN_HOST_PRIVILEGE_H
#define SWORN_HOST_PRIVILEGE_H

#include <stdbool.h>

#include "core/cursor/result.h"

/** Whether there is something to give up: root, or capabilities. */
bool privilege_held(void);

/**
 * Become `user` with its groups, if one is named, and give up all capabilities, for good, also for
 * children. Without `user` root stays root, with all it can do. Before any thread is made: what a
 * thread holds is its own.
 *
 * \return SWORN_OK; SWORN_ABSENT when there is no such user; SWORN_CONFLICT when we may not become
 *         it
 */
SWORN_CHECK enum sworn_result privilege_drop(const char *user, struct reason *reason);

#endif
