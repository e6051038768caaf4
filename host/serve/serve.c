/*
 * serve.c - sockets bound, threads started and stopped; see serve.h.
 */
#include "host/serve/serve.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "host/serve/worker.h"

struct serve {
    size_t address_count;
    struct listen_address address[SERVE_LISTEN_MAX];
    int stop;
    size_t worker_count;
    struct limit_rules *limits;
    struct worker *worker; /* the first one is for TCP */
};

static enum sworn_result bind_all(struct serve *serve, const struct serve_options *options,
                                  struct reason *reason)
{
    struct worker *tcp = &serve->worker[0];

    for (size_t i = 0; i < options->listen_count; i++) {
        SWORN_TRY(listen_address_read(options->listen[i], &serve->address[i], reason));
        SWORN_TRY(listen_tcp(&serve->address[i], &tcp->socket[i], reason));
        tcp->socket_count = serve->address_count = i + 1;
        for (size_t w = 1; w < serve->worker_count; w++) {
            SWORN_TRY(listen_udp(&serve->address[i], &serve->worker[w].socket[i], reason));
            serve->worker[w].socket_count = i + 1;
        }
    }
    return SWORN_OK;
}

static enum sworn_result start_all(struct serve *serve, struct answer_server *server,
                                   struct reason *reason)
{
    for (size_t w = 0; w < serve->worker_count; w++) {
        struct worker *worker = &serve->worker[w];

        worker->server = server;
        worker->limits = serve->limits;
        worker->address = serve->address;
        worker->stop = serve->stop;
        SWORN_SAY(pthread_create(&worker->thread, NULL, w == 0 ? tcp_worker : udp_worker, worker) ==
                      0,
                  reason, SWORN_IO, "cannot start a thread");
        worker->started = true;
    }
    return SWORN_OK;
}

static size_t thread_count(const struct serve_options *options)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t threads = options->threads > 0 ? options->threads : (size_t)(cores > 0 ? cores : 1);

    return threads < SERVE_THREADS_MAX ? threads : SERVE_THREADS_MAX;
}

static enum sworn_result serve_new(const struct serve_options *options, struct serve **made)
{
    struct serve *serve = calloc(1, sizeof(*serve));

    SWORN_ENSURE(serve != NULL, SWORN_NO_MEMORY);
    serve->limits = options->limits;
    serve->worker_count = 1 + thread_count(options);
    serve->worker =
        aligned_alloc(_Alignof(struct worker), serve->worker_count * sizeof(struct worker));
    serve->stop = eventfd(0, EFD_CLOEXEC);
    if (serve->worker == NULL || serve->stop < 0) {
        serve->worker_count = 0;
        serve_stop(serve);
        return SWORN_NO_MEMORY;
    }
    memset(serve->worker, 0, serve->worker_count * sizeof(struct worker));
    *made = serve;
    return SWORN_OK;
}

enum sworn_result serve_start(const struct serve_options *options, struct answer_server *server,
                              struct serve **made, struct reason *reason)
{
    struct serve *serve;
    enum sworn_result result;

    SWORN_SAY(options->listen_count > 0 && options->listen_count <= SERVE_LISTEN_MAX, reason,
              SWORN_LIMIT, "between 1 and %d addresses to listen at", SERVE_LISTEN_MAX);
    SWORN_TRY(serve_new(options, &serve));
    result = bind_all(serve, options, reason);
    if (result == SWORN_OK) {
        result = start_all(serve, server, reason);
    }
    if (result != SWORN_OK) {
        serve_stop(serve);
        return result;
    }
    *made = serve;
    return SWORN_OK;
}

void serve_stop(struct serve *serve)
{
    const uint64_t stop = 1;

    if (serve == NULL) {
        return;
    }
    if (serve->stop >= 0) {
        (void)!write(serve->stop, &stop, sizeof(stop));
    }
    for (size_t w = 0; w < serve->worker_count; w++) {
        struct worker *worker = &serve->worker[w];

        if (worker->started) {
            (void)pthread_join(worker->thread, NULL);
        }
        for (size_t i = 0; i < worker->socket_count; i++) {
            close(worker->socket[i]);
        }
    }
    if (serve->stop >= 0) {
        close(serve->stop);
    }
    free(serve->worker);
    free(serve);
}

uint16_t serve_port(const struct serve *serve, size_t index)
{
    return index < serve->address_count ? listen_port(&serve->address[index]) : 0;
}

void serve_counters(const struct serve *serve, struct serve_counters *counters)
{
    *counters = (struct serve_counters){.udp_queries = 0};
    for (size_t w = 0; w < serve->worker_count; w++) {
        const struct serve_counters *one = &serve->worker[w].counters;

        counters->udp_queries += __atomic_load_n(&one->udp_queries, __ATOMIC_RELAXED);
        counters->udp_responses += __atomic_load_n(&one->udp_responses, __ATOMIC_RELAXED);
        counters->tcp_connections += __atomic_load_n(&one->tcp_connections, __ATOMIC_RELAXED);
        counters->tcp_queries += __atomic_load_n(&one->tcp_queries, __ATOMIC_RELAXED);
    }
}

void serve_counts(const struct serve *serve, struct serve_counts *counts)
{
    memset(counts, 0, sizeof(*counts));
    for (size_t w = 0; w < serve->worker_count; w++) {
        counts_add_up(counts, &serve->worker[w].counts);
    }
}
