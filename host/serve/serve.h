/*
 * serve.h - DNS over UDP and TCP, IPv4 and IPv6: threads between sockets and host/answer.
 *
 * A thread for each core with a UDP socket of its own per address (SO_REUSEPORT), and one for TCP.
 */
#ifndef SWORN_HOST_SERVE_SERVE_H
#define SWORN_HOST_SERVE_SERVE_H

#include "host/answer/zone.h"

#define SERVE_LISTEN_MAX  16
#define SERVE_THREADS_MAX 256

struct limit_rules;

struct serve_options {
    const char *const *listen; /* "127.0.0.1:5300", "[::1]:5300"; port 0 takes a free one */
    size_t listen_count;
    unsigned threads;           /* for UDP; 0: one for each core */
    struct limit_rules *limits; /* of responses over UDP; NULL: none */
};

struct serve;

/**
 * Bind all addresses and start to answer.
 *
 * \return SWORN_OK; SWORN_MALFORMED for an address that is none; SWORN_CONFLICT when one is taken
 *         ("127.0.0.1:5300 is taken"); SWORN_IO, SWORN_NO_MEMORY
 */
SWORN_CHECK enum sworn_result serve_start(const struct serve_options *options,
                                          struct answer_server *server, struct serve **serve,
                                          struct reason *reason);

/** Stop all threads, close everything. */
void serve_stop(struct serve *serve);

/** The port that `listen[index]` is bound to. */
uint16_t serve_port(const struct serve *serve, size_t index);

struct serve_counters {
    uint64_t udp_queries;
    uint64_t udp_responses;
    uint64_t tcp_connections;
    uint64_t tcp_queries;
};

void serve_counters(const struct serve *serve, struct serve_counters *counters);

/** All threads' counts (host/serve/counts.h). */
struct serve_counts;
void serve_counts(const struct serve *serve, struct serve_counts *counts);

#endif
