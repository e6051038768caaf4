/*
 * run.c - start, main loop, stop; see run.h.
 */
#include "host/run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "host/privilege.h"
#include "host/serve/listen.h"

#define PRIVILEGED_PORTS 1024
#define ROUND_LONGEST    900 /* seconds for a look at what is due; beyond it we count as stuck */

static long monotonic_seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)now.tv_sec;
}

/* --- sockets and privileges ------------------------------------------------------------------ */

static enum sworn_result keep_socket(struct inherited *inherited, int fd, struct reason *reason)
{
    SWORN_SAY(inherited_add(inherited, fd) == SWORN_OK, reason, SWORN_LIMIT, "more than %d sockets",
              INHERITED_MAX);
    return SWORN_OK;
}

/* A port that is bound here and now, because later we may not. */
static enum sworn_result bind_early(struct server *server, const char *text, int type,
                                    unsigned sockets, struct reason *reason)
{
    struct inherited *inherited = &server->inherited;
    struct listen_address address;
    enum sworn_result result;
    int fd;

    SWORN_TRY(listen_address_read(text, &address, reason));
    if (listen_port(&address) == 0 || listen_port(&address) >= PRIVILEGED_PORTS) {
        return SWORN_OK;
    }
    result = listen_inherited(inherited->fd, inherited->count, &address, type, &fd);
    if (result == SWORN_OK) {
        (void)close(fd);
        return SWORN_OK;
    }
    if (type == SOCK_STREAM) {
        SWORN_TRY(listen_stream(&address, &fd, reason));
        return keep_socket(inherited, fd, reason);
    }
    SWORN_TRY(listen_datagrams(&address, &fd, reason));
    if (sockets == 1) {
        return keep_socket(inherited, fd, reason);
    }
    /* The address is nobody else's; now it is shared, but by our own threads only. */
    (void)close(fd);
    for (unsigned i = 0; i < sockets; i++) {
        SWORN_TRY(listen_udp(&address, &fd, reason));
        SWORN_TRY(keep_socket(inherited, fd, reason));
    }
    return SWORN_OK;
}

static enum sworn_result bind_list(struct server *server, const struct config_list *list, int type,
                                   unsigned sockets, struct reason *reason)
{
    for (unsigned i = 0; i < list->count; i++) {
        SWORN_TRY(bind_early(server, list->item[i], type, sockets, reason));
    }
    return SWORN_OK;
}

static unsigned threads_of(const struct config_server *dns)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (dns->threads > 0) {
        return dns->threads;
    }
    return cores > 0 ? (unsigned)cores : 1;
}

static enum sworn_result bind_all(struct server *server, const struct config *config,
                                  struct reason *reason)
{
    const struct config_server *dns = &config->server;

    SWORN_TRY(bind_list(server, &dns->listen, SOCK_STREAM, 1, reason));
    SWORN_TRY(bind_list(server, &dns->listen, SOCK_DGRAM, threads_of(dns), reason));
    SWORN_TRY(bind_list(server, &dns->listen_tls, SOCK_STREAM, 1, reason));
    SWORN_TRY(bind_list(server, &dns->listen_https, SOCK_STREAM, 1, reason));
    SWORN_TRY(bind_list(server, &dns->listen_quic, SOCK_DGRAM, 1, reason));
    return bind_early(server, config->api.listen, SOCK_STREAM, 1, reason);
}

static enum sworn_result give_up_privileges(struct server *server, const struct config *config,
                                            struct reason *reason)
{
    const char *user = config->server.user;

    inherited_find(&server->inherited);
    if (!privilege_held()) {
        return user == NULL ? SWORN_OK : privilege_drop(user, reason);
    }
    if (geteuid() == 0 && user == NULL) {
        log_warning(server->log, "running as root for good: set server.user");
        return SWORN_OK;
    }
    SWORN_TRY(bind_all(server, config, reason));
    return privilege_drop(user, reason);
}

/* --- start ----------------------------------------------------------------------------------- */

static enum sworn_result start_state(struct server *server, const struct config *config,
                                     struct reason *reason)
{
    struct commit_options options = {
        .enclave = config->enclave.program,
        .secret_file = config->enclave.secret,
        .patience = config->enclave.patience,
        .accept_time = server->accept_time,
        .limits = config->limits,
        .zonemd_most = config->zonemd_max,
        .log = server->log,
    };
    struct transfer_options transfers = {.config = server->current, .log = server->log};

    SWORN_SAY(mkdir(config->store, 0700) == 0 || errno == EEXIST, reason, SWORN_IO, "%s: %s",
              config->store, strerror(errno));
    SWORN_TRY(store_open(config->store, &server->store, reason));
    SWORN_TRY(answer_server_new(&server->answers));
    SWORN_TRY(limit_rules_new(&server->limits));
    transfers.store = server->store;
    SWORN_TRY(transfer_server_new(&transfers, &server->transfers));
    options.events = transfer_events(server->transfers);
    return commit_server_new(&options, server->store, server->answers, &server->commits, reason);
}

/* Who answers what is no plain question. */
static enum sworn_result start_exchanges(struct server *server)
{
    struct handler_parts parts = {
        .config = server->current,
        .answers = server->answers,
        .transfers = server->transfers,
    };

    SWORN_TRY(update_server_new(server->commits, server->current, &server->updates));
    update_server_limit(server->updates, server->limits);
    parts.updates = server->updates;
    return handler_new(&parts, &server->handler);
}

static enum sworn_result start_service(struct server *server, const struct config *config,
                                       struct reason *reason)
{
    const struct config_server *dns = &config->server;
    struct serve_options serve = {
        .listen = dns->listen.item,
        .listen_count = dns->listen.count,
        .threads = dns->threads,
        .limits = server->limits,
        .listen_tls = dns->listen_tls.item,
        .listen_tls_count = dns->listen_tls.count,
        .listen_https = dns->listen_https.item,
        .listen_https_count = dns->listen_https.count,
        .listen_quic = dns->listen_quic.item,
        .listen_quic_count = dns->listen_quic.count,
        .certificate = dns->certificate,
        .private_key = dns->private_key,
        .proxy = dns->proxy.item,
        .proxy_count = dns->proxy.count,
        .tcp_connections = dns->tcp_connections,
        .tcp_client = dns->tcp_client,
        .tcp_idle = dns->tcp_idle,
        .log = server->log,
        .inherited = server->inherited.fd,
        .inherited_count = server->inherited.count,
    };
    struct api_options api = {
        .listen = config->api.listen,
        .access = {.token = config->api.token,
                   .allow = config->api.allow,
                   .allow_count = config->api.allow_count},
        .inherited = server->inherited.fd,
        .inherited_count = server->inherited.count,
        .metrics = server->metrics,
        .metrics_count = METRICS_SOURCES,
        .log = server->log,
    };

    server->tcp_idle = dns->tcp_idle;
    SWORN_TRY(server_settings(server, config, reason));
    SWORN_TRY(start_exchanges(server));
    serve.elsewhere = handler_of(server->handler);
    SWORN_TRY(serve_start(&serve, server->answers, &server->serve, reason));
    SWORN_TRY(transfer_server_start(server->transfers));
    server->metrics[0] = metrics_of_serve(server->serve);
    server->metrics[1] = metrics_of_commits(server->commits);
    server->metrics[2] = metrics_of_transfers(server->transfers);
    server->metrics[3] = metrics_of_process();
    return api_start(&api, server->commits, &server->api, reason);
}

/* --- what is due ----------------------------------------------------------------------------- */

static void *tick(void *argument)
{
    struct server *server = argument;
    struct ticker *ticker = &server->ticker;
    struct timespec next;

    (void)pthread_mutex_lock(&ticker->lock);
    while (!ticker->stop) {
        (void)pthread_mutex_unlock(&ticker->lock);
        atomic_store(&ticker->since, monotonic_seconds());
        commit_tick(server->commits);
        api_tick(server->api);
        (void)clock_gettime(CLOCK_REALTIME, &next);
        next.tv_sec++;
        (void)pthread_mutex_lock(&ticker->lock);
        if (!ticker->stop) {
            (void)pthread_cond_timedwait(&ticker->wake, &ticker->lock, &next);
        }
    }
    (void)pthread_mutex_unlock(&ticker->lock);
    return NULL;
}

static enum sworn_result ticker_start(struct server *server, struct reason *reason)
{
    struct ticker *ticker = &server->ticker;

    atomic_init(&ticker->since, monotonic_seconds());
    (void)pthread_mutex_init(&ticker->lock, NULL);
    (void)pthread_cond_init(&ticker->wake, NULL);
    ticker->started = pthread_create(&ticker->thread, NULL, tick, server) == 0;
    SWORN_SAY(ticker->started, reason, SWORN_IO, "cannot start a thread");
    return SWORN_OK;
}

static void ticker_stop(struct ticker *ticker)
{
    if (!ticker->started) {
        return;
    }
    (void)pthread_mutex_lock(&ticker->lock);
    ticker->stop = true;
    (void)pthread_cond_signal(&ticker->wake);
    (void)pthread_mutex_unlock(&ticker->lock);
    (void)pthread_join(ticker->thread, NULL);
}

/* --- the main loop --------------------------------------------------------------------------- */

/* A sign of life, unless the other thread has been at the same round for too long. */
static void alive(struct server *server)
{
    if (server->notify.watchdog > 0 &&
        monotonic_seconds() - atomic_load(&server->ticker.since) < ROUND_LONGEST) {
        notify_send(&server->notify, "WATCHDOG=1");
    }
}

static void keep_going(struct server *server)
{
    uint64_t half = server->notify.watchdog / 2;
    /* Nobody waits for a sign of life: a signal is all there is to wait for. */
    uint64_t pause = half == 0 ? UINT64_C(3600000000) : half;
    const struct timespec patience = {.tv_sec = (time_t)(pause / 1000000),
                                      .tv_nsec = (long)(pause % 1000000) * 1000};
    int signal = 0;

    while (signal != SIGTERM && signal != SIGINT) {
        signal = sigtimedwait(&server->signals, NULL, &patience);
        alive(server);
        if (signal == SIGHUP) {
            server_reload(server);
        }
    }
    log_info(server->log, "ending: signal %d", signal);
}

static void stop(struct server *server)
{
    notify_send(&server->notify, "STOPPING=1\nSTATUS=ending");
    ticker_stop(&server->ticker);
    api_stop(server->api);
    serve_stop(server->serve);
    handler_free(server->handler);
    update_server_free(server->updates);
    commit_server_free(server->commits);
    transfer_server_free(server->transfers);
    limit_rules_free(server->limits);
    answer_server_free(server->answers);
    store_close(server->store);
    config_current_free(server->current);
    inherited_close(&server->inherited);
    notify_close(&server->notify);
}

static enum sworn_result start(struct server *server, const struct config *config,
                               struct reason *reason)
{
    SWORN_TRY(give_up_privileges(server, config, reason));
    SWORN_TRY(start_state(server, config, reason));
    SWORN_TRY(start_service(server, config, reason));
    inherited_close(&server->inherited);
    return ticker_start(server, reason);
}

static void tell_ready(struct server *server)
{
    unsigned dns = serve_port(server->serve, 0), api = api_port(server->api);

    (void)printf("swornd: ready, dns port %u, api port %u\n", dns, api);
    (void)fflush(stdout);
    log_info(server->log, "ready: dns port %u, api port %u", dns, api);
    notify_send(&server->notify, "READY=1\nSTATUS=answering");
}

enum sworn_result server_run(struct server *server, struct config *config, struct region *region,
                             struct reason *reason)
{
    struct config_held *held;
    enum sworn_result result;

    notify_open(&server->notify);
    SWORN_TRY(config_current_new(config, region, &server->current));
    log_info(server->log, "starting: %s", server->path);
    held = config_hold(server->current);
    result = start(server, config_of(held), reason);
    config_let_go(held);
    if (result == SWORN_OK) {
        tell_ready(server);
        keep_going(server);
    }
    stop(server);
    return result;
}
