/*
 * serve.h - DNS over UDP, TCP, TLS, HTTPS and QUIC: threads between sockets and host/answer.
 *
 * A thread for each core with a UDP socket of its own per address (SO_REUSEPORT); for every two of
 * them, at most four, one for TCP and one for TLS and HTTPS, so that handshakes delay nobody else;
 * one for QUIC; a small pool for what is not answered on the spot (host/serve/exchange.h).
 */
#ifndef SWORN_HOST_SERVE_SERVE_H
#define SWORN_HOST_SERVE_SERVE_H

#include "host/answer/zone.h"

#define SERVE_LISTEN_MAX  16
#define SERVE_THREADS_MAX 256

struct limit_rules;
struct log;

struct serve_options {
    const char *const *listen; /* "127.0.0.1:5300", "[::1]:5300"; port 0 takes a free one */
    size_t listen_count;
    unsigned threads;              /* for UDP; 0: one for each core */
    struct limit_rules *limits;    /* of responses over UDP; NULL: none */
    const char *const *listen_tls; /* RFC 7858 */
    size_t listen_tls_count;
    const char *const *listen_https; /* RFC 8484 */
    size_t listen_https_count;
    const char *const *listen_quic; /* RFC 9250 */
    size_t listen_quic_count;
    const char *certificate; /* PEM files; needed by the three above */
    const char *private_key;
    const char *const *proxy; /* networks whose PROXYv2 headers are believed */
    size_t proxy_count;
    unsigned tcp_connections; /* of all kinds; 0: 4096 */
    unsigned tcp_client;      /* of one client; 0: 64 */
    unsigned tcp_idle;        /* seconds; 0: 10 */
    struct exchange_handler elsewhere;
    struct log *log;      /* NULL: none */
    const int *inherited; /* sockets bound already, used where their address is one to listen at */
    size_t inherited_count;
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

/** The port that `listen[index]` is bound to, or that of another transport. */
uint16_t serve_port(const struct serve *serve, size_t index);
uint16_t serve_port_of(const struct serve *serve, enum transport transport, size_t index);

/** Read the certificate and its key again; those in use stay when that fails. */
SWORN_CHECK enum sworn_result serve_reload(struct serve *serve, struct reason *reason);

struct serve_counters {
    uint64_t udp_queries;
    uint64_t udp_responses;
    uint64_t tcp_connections;
    uint64_t tcp_queries;
    uint64_t connections[TRANSPORTS]; /* accepted, since the start */
};

void serve_counters(const struct serve *serve, struct serve_counters *counters);

/** All threads' counts (host/serve/counts.h). */
struct serve_counts;
void serve_counts(const struct serve *serve, struct serve_counts *counts);

#endif
