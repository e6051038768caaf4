/*
 * spawn.h - starting the enclave's process, or connecting to an enclave that runs elsewhere; for
 * link.c only.
 */
#ifndef SWORN_HOST_LINK_SPAWN_H
#define SWORN_HOST_LINK_SPAWN_H

#include "host/link/link.h"

SWORN_CHECK enum sworn_result link_spawn(struct link *link, struct reason *reason);

#endif
