/*
 * run.h - the server from its start to its end: what main.c does once the configuration is read.
 *
 *   sockets -> privileges given up -> store, enclave, zones -> DNS, API -> "ready"
 *
 * One thread waits for signals and tells systemd that we live; another one looks once a second what
 * is due, which can take as long as a commit takes.
 */
#ifndef SWORN_HOST_RUN_H
#define SWORN_HOST_RUN_H

#include <pthread.h>
#include <signal.h>

#include "host/answer/zone.h"
#include "host/api/api.h"
#include "host/commit/commit.h"
#include "host/config/config.h"
#include "host/exchange/handler.h"
#include "host/inherit.h"
#include "host/limit/limit.h"
#include "host/log.h"
#include "host/metrics/metrics.h"
#include "host/notify.h"
#include "host/serve/serve.h"
#include "host/store/store.h"
#include "host/transfer/transfer.h"
#include "host/update/update.h"

#define METRICS_SOURCES 4

struct ticker {
    pthread_t thread;
    bool started;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
    atomic_long since; /* monotonic seconds: when the round that is on began */
};

struct server {
    /* given */
    const char *path;    /* of the configuration */
    const char *program; /* the default enclave */
    bool accept_time;
    struct log *log;
    sigset_t signals; /* blocked in all threads */
    /* made */
    struct notify notify;
    struct inherited inherited;
    struct config_current *current;
    unsigned tcp_idle; /* seconds, as the transports were started with */
    struct store *store;
    struct answer_server *answers;
    struct limit_rules *limits;
    struct transfer_server *transfers;
    struct commit_server *commits;
    struct update_server *updates;
    struct handler *handler;
    struct serve *serve;
    struct api *api;
    struct metrics_source metrics[METRICS_SOURCES];
    struct ticker ticker;
};

/** Start, serve until SIGTERM or SIGINT, stop. `config` and `region` are taken over. */
SWORN_CHECK enum sworn_result server_run(struct server *server, struct config *config,
                                         struct region *region, struct reason *reason);

/* In reload.c. */

/** Room for a configuration. */
#define CONFIG_CAP ((size_t)16 * 1024 * 1024)

/** What can change while we run, from the configuration to those who use it. */
SWORN_CHECK enum sworn_result server_settings(struct server *server, const struct config *config,
                                              struct reason *reason);

/** Read the file again; one that is wrong changes nothing, and the log says why. */
void server_reload(struct server *server);

#endif
