/*
 * config.h - swornd's configuration: one YAML file, every key with a default that is right.
 *
 *   server:
 *     listen: [ "127.0.0.1:5300", "[::1]:5300" ]   UDP and TCP
 *     threads: 0                                   0: one for each core
 *   api:
 *     listen: "127.0.0.1:8053"
 *     token: "..."                                 lets its holder create zones from anywhere
 *     allow: [ "192.0.2.0/24" ]                    addresses that may create zones
 *   store: "store"                                 folder of the database
 *   enclave:
 *     program: "/usr/lib/sworn/sworn-enclave"      or "unix:PATH", "tcp:HOST:PORT",
 *     "vsock:CID:PORT"
 *     secret: "process.key"                        sealing secret of platform=process
 *     patience: 120                                seconds to wait for an answer
 *
 * Relative paths are relative to the folder of the file. What stands here can refuse and slow down,
 * never weaken: what an owner relies on is the zone's policy.
 */
#ifndef SWORN_HOST_CONFIG_H
#define SWORN_HOST_CONFIG_H

#include "core/cursor/region.h"

struct config_server {
    const char **listen;
    unsigned listen_count;
    unsigned threads;
};

struct config_api {
    const char *listen;
    const char *token;
    const char **allow;
    unsigned allow_count;
};

struct config_enclave {
    const char *program;
    const char *secret;
    unsigned patience;
};

struct config {
    struct config_server server;
    struct config_api api;
    const char *store;
    struct config_enclave enclave;
};

/**
 * Read the file; what it does not set has its default, paths are made absolute. All text lives in
 * `region`.
 *
 * \param program  the default of enclave.program
 * \return SWORN_OK; SWORN_IO; SWORN_MALFORMED with line and cause
 */
SWORN_CHECK enum sworn_result config_read(const char *path, const char *program,
                                          struct region *region, struct config *config,
                                          struct reason *reason);

#endif
