/*
 * worker.h - the threads that answer datagrams.
 */
#ifndef SWORN_HOST_SERVE_UDP_WORKER_H
#define SWORN_HOST_SERVE_UDP_WORKER_H

#include <pthread.h>

#include "host/serve/counts.h"
#include "host/serve/listen.h"
#include "host/serve/serve.h"
#include "host/serve/service.h"

/** One thread: the sockets it owns, one per address, and what it has counted. */
struct worker {
    struct answer_server *server;
    const struct service *service;
    struct limit_rules *limits; /* NULL: none */
    const struct listen_address *address;
    size_t socket_count;
    int socket[SERVE_LISTEN_MAX];
    int stop; /* an eventfd: readable when it is time to end */
    pthread_t thread;
    bool started;
    struct serve_counters counters;
    struct serve_counts counts;
} __attribute__((aligned(64)));

static inline void worker_count(uint64_t *counter, uint64_t more)
{
    /* Only this thread writes; others may read. */
    __atomic_store_n(counter, *counter + more, __ATOMIC_RELAXED);
}

/** The thread function; the argument is a struct worker. */
void *udp_worker(void *worker);

#endif
