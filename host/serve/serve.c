/*
 * serve.c - sockets bound, threads started and stopped; see serve.h.
 */
#include "host/serve/serve.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "host/serve/quic/quic.h"
#include "host/serve/sockets.h"

#define LOOPS_MAX           4
#define CONNECTIONS_DEFAULT 4096
#define CLIENT_DEFAULT      64
#define IDLE_DEFAULT        10

struct serve {
    struct service service;
    struct sockets sockets;
    struct limit_rules *limits;
    size_t worker_count;
    struct worker *worker;
    size_t loop_count;
    struct loop *loop[2 * LOOPS_MAX];
    struct quic *quic;
};

static unsigned or_default(unsigned value, unsigned usual)
{
    return value > 0 ? value : usual;
}

/* Connections need descriptors: as many as we may have. */
static void raise_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static bool is_secure(const struct serve_options *options)
{
    return options->listen_tls_count + options->listen_https_count + options->listen_quic_count > 0;
}

static enum sworn_result service_open(struct service *service, const struct serve_options *options,
                                      struct reason *reason)
{
    if (is_secure(options)) {
        SWORN_SAY(options->certificate != NULL && options->private_key != NULL, reason,
                  SWORN_MALFORMED,
                  "listen-tls, listen-https and listen-quic need certificate and private-key");
        SWORN_TRY(tls_keeper_new(options->certificate, options->private_key, options->log,
                                 &service->tls, reason));
    }
    if (options->proxy_count > 0) {
        SWORN_TRY(proxies_new(options->proxy, options->proxy_count, &service->proxies, reason));
    }
    SWORN_TRY(census_new(or_default(options->tcp_connections, CONNECTIONS_DEFAULT),
                         or_default(options->tcp_client, CLIENT_DEFAULT), &service->census));
    return pool_new(&options->elsewhere, &service->pool);
}

static size_t thread_count(const struct serve_options *options)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t threads = options->threads > 0 ? options->threads : (size_t)(cores > 0 ? cores : 1);

    return threads < SERVE_THREADS_MAX ? threads : SERVE_THREADS_MAX;
}

static enum sworn_result serve_new(const struct serve_options *options,
                                   struct answer_server *answers, struct serve **made)
{
    struct serve *serve = calloc(1, sizeof(*serve));

    SWORN_ENSURE(serve != NULL, SWORN_NO_MEMORY);
    serve->service.answers = answers;
    serve->limits = options->limits;
    serve->service.idle_seconds = or_default(options->tcp_idle, IDLE_DEFAULT);
    serve->service.stop = eventfd(0, EFD_CLOEXEC);
    serve->worker_count = thread_count(options);
    serve->worker =
        aligned_alloc(_Alignof(struct worker), serve->worker_count * sizeof(struct worker));
    if (serve->worker == NULL || serve->service.stop < 0) {
        serve->worker_count = 0;
        serve_stop(serve);
        return SWORN_NO_MEMORY;
    }
    memset(serve->worker, 0, serve->worker_count * sizeof(struct worker));
    *made = serve;
    return SWORN_OK;
}

static enum sworn_result start_workers(struct serve *serve, struct reason *reason)
{
    for (size_t w = 0; w < serve->worker_count; w++) {
        struct worker *worker = &serve->worker[w];

        worker->server = serve->service.answers;
        worker->service = &serve->service;
        worker->limits = serve->limits;
        worker->address = serve->sockets.address[TRANSPORT_TCP];
        worker->stop = serve->service.stop;
        SWORN_SAY(pthread_create(&worker->thread, NULL, udp_worker, worker) == 0, reason, SWORN_IO,
                  "cannot start a thread");
        worker->started = true;
    }
    return SWORN_OK;
}

static enum sworn_result start_loops(struct serve *serve, struct listener *listeners, size_t count,
                                     struct reason *reason)
{
    size_t loops = (serve->worker_count + 1) / 2;

    loops = loops < LOOPS_MAX ? loops : LOOPS_MAX;
    for (size_t i = 0; count > 0 && i < loops; i++) {
        SWORN_SAY(loop_start(&serve->service, listeners, count, &serve->loop[serve->loop_count]) ==
                      SWORN_OK,
                  reason, SWORN_IO, "cannot start a thread");
        serve->loop_count++;
    }
    return SWORN_OK;
}

static enum sworn_result start_all(struct serve *serve, struct reason *reason)
{
    struct sockets *sockets = &serve->sockets;

    SWORN_TRY(start_workers(serve, reason));
    SWORN_TRY(start_loops(serve, sockets->plain, sockets->plain_count, reason));
    SWORN_TRY(start_loops(serve, sockets->secure, sockets->secure_count, reason));
    if (sockets->quic_count > 0) {
        SWORN_SAY(quic_start(&serve->service, sockets->address[TRANSPORT_QUIC], sockets->quic,
                             sockets->quic_count, &serve->quic) == SWORN_OK,
                  reason, SWORN_IO, "cannot start a thread");
    }
    return SWORN_OK;
}

static enum sworn_result serve_open(struct serve *serve, const struct serve_options *options,
                                    struct reason *reason)
{
    raise_descriptors();
    SWORN_TRY(service_open(&serve->service, options, reason));
    SWORN_TRY(sockets_bind(&serve->sockets, options, serve->worker, serve->worker_count, reason));
    return start_all(serve, reason);
}

enum sworn_result serve_start(const struct serve_options *options, struct answer_server *server,
                              struct serve **made, struct reason *reason)
{
    struct serve *serve;
    enum sworn_result result;

    SWORN_SAY(options->listen_count > 0 && options->listen_count <= SERVE_LISTEN_MAX, reason,
              SWORN_LIMIT, "between 1 and %d addresses to listen at", SERVE_LISTEN_MAX);
    SWORN_TRY(serve_new(options, server, &serve));
    result = serve_open(serve, options, reason);
    if (result != SWORN_OK) {
        serve_stop(serve);
        return result;
    }
    *made = serve;
    return SWORN_OK;
}

/*
 * Threads first: they close their connections, so that no exchange waits for a client; then the
 * pool, whose exchanges send through sockets that are still there; then these.
 */
void serve_stop(struct serve *serve)
{
    const uint64_t stop = 1;

    if (serve == NULL) {
        return;
    }
    if (serve->service.stop >= 0) {
        (void)!write(serve->service.stop, &stop, sizeof(stop));
    }
    for (size_t w = 0; w < serve->worker_count; w++) {
        if (serve->worker[w].started) {
            (void)pthread_join(serve->worker[w].thread, NULL);
        }
    }
    for (size_t i = 0; i < serve->loop_count; i++) {
        loop_join(serve->loop[i]);
    }
    quic_join(serve->quic);
    pool_free(serve->service.pool);
    for (size_t i = 0; i < serve->loop_count; i++) {
        loop_free(serve->loop[i]);
    }
    quic_free(serve->quic);
    for (size_t w = 0; w < serve->worker_count; w++) {
        for (size_t i = 0; i < serve->worker[w].socket_count; i++) {
            close(serve->worker[w].socket[i]);
        }
    }
    sockets_close(&serve->sockets);
    census_free(serve->service.census);
    proxies_free(serve->service.proxies);
    tls_keeper_free(serve->service.tls);
    if (serve->service.stop >= 0) {
        close(serve->service.stop);
    }
    free(serve->worker);
    free(serve);
}

enum sworn_result serve_reload(struct serve *serve, struct reason *reason)
{
    return serve->service.tls == NULL ? SWORN_OK : tls_keeper_reload(serve->service.tls, reason);
}

uint16_t serve_port(const struct serve *serve, size_t index)
{
    return serve_port_of(serve, TRANSPORT_TCP, index);
}

uint16_t serve_port_of(const struct serve *serve, enum transport transport, size_t index)
{
    enum transport bound = transport == TRANSPORT_UDP ? TRANSPORT_TCP : transport;

    return index < serve->sockets.count[bound] ? listen_port(&serve->sockets.address[bound][index])
                                               : 0;
}

static uint64_t counted(const uint64_t *counter)
{
    return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static void counters_add_up(struct serve_counters *sum, const struct serve_counters *one)
{
    sum->udp_queries += counted(&one->udp_queries);
    sum->udp_responses += counted(&one->udp_responses);
    sum->tcp_queries += counted(&one->tcp_queries);
    for (unsigned i = 0; i < TRANSPORTS; i++) {
        sum->connections[i] += counted(&one->connections[i]);
    }
    sum->tcp_connections = sum->connections[TRANSPORT_TCP];
}

void serve_counters(const struct serve *serve, struct serve_counters *counters)
{
    *counters = (struct serve_counters){.udp_queries = 0};
    for (size_t w = 0; w < serve->worker_count; w++) {
        counters_add_up(counters, &serve->worker[w].counters);
    }
    for (size_t i = 0; i < serve->loop_count; i++) {
        counters_add_up(counters, loop_counters(serve->loop[i]));
    }
    if (serve->quic != NULL) {
        counters_add_up(counters, quic_counters(serve->quic));
    }
}

void serve_counts(const struct serve *serve, struct serve_counts *counts)
{
    memset(counts, 0, sizeof(*counts));
    for (size_t w = 0; w < serve->worker_count; w++) {
        counts_add_up(counts, &serve->worker[w].counts);
    }
    for (size_t i = 0; i < serve->loop_count; i++) {
        counts_add_up(counts, loop_counts(serve->loop[i]));
    }
    if (serve->quic != NULL) {
        counts_add_up(counts, quic_counts(serve->quic));
    }
}
