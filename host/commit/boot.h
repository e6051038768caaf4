/*
 * boot.h - bringing the enclave to where the store is: at the start, and whenever it was restarted.
 */
#ifndef SWORN_HOST_COMMIT_BOOT_H
#define SWORN_HOST_COMMIT_BOOT_H

#include "host/commit/server.h"

/**
 * Start the enclave if it is down, and show it the head of the store; make the log at the very
 * first start.
 *
 * \return SWORN_OK; SWORN_UNAVAILABLE while it cannot be had; SWORN_PROOF and others when it
 * refuses what the store has, in which
 *         case server->red says why
 */
SWORN_CHECK enum sworn_result boot_enclave(struct commit_server *server, struct reason *reason);

#endif
