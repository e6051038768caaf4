/*
 * service.h - what the threads that answer over connections share, and what each has of its own.
 */
#ifndef SWORN_HOST_SERVE_SERVICE_H
#define SWORN_HOST_SERVE_SERVICE_H

#include "host/serve/client/census.h"
#include "host/serve/client/proxy.h"
#include "host/serve/counts.h"
#include "host/serve/pool/reply.h"
#include "host/serve/serve.h"

struct tls_keeper;

struct service {
    struct answer_server *answers;
    struct pool *pool;
    struct census *census;
    struct proxies *proxies;
    struct tls_keeper *tls; /* NULL: no certificate */
    unsigned idle_seconds;
    int stop; /* an eventfd: readable when it is time to end */
};

/** What one thread answers with. */
struct desk {
    const struct service *service;
    struct answer_reader *reader;
    struct replies replies;
    struct serve_counters *counters;
    struct serve_counts *counts;
};

/** Who asks what, and where an answer that comes later goes. */
struct desk_question {
    enum transport transport;
    const struct client_address *client;
    struct octets query;
    uint8_t *response; /* room for 65,535 octets */
    void *owner;
    int64_t stream;
};

struct desk_outcome {
    struct reply *later; /* an exchange began */
    struct answer_facts facts;
};

/**
 * Answer, or begin an exchange.
 *
 * \return the size of the response; 0 when this is no query, or when an exchange began
 */
size_t desk_answer(struct desk *desk, const struct desk_question *question,
                   struct desk_outcome *outcome);

/** The code that refuses what found no place (SWORN_LIMIT) or nobody to see to it. */
unsigned service_refusal(struct octets query, enum sworn_result why);

/**
 * Milliseconds that a connection may be idle: as configured while fewer than half of all places
 * are taken, down to a tenth of it as the last ones go.
 */
int64_t service_idle(const struct service *service);

/** A monotonic clock, in milliseconds. */
int64_t service_now(void);

#endif
