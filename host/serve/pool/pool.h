/*
 * pool.h - the threads that carry exchanges out (host/serve/exchange.h).
 *
 * A bounded queue, and a bound for each client on what waits and on what runs, so that one client
 * can neither fill the queue nor hold all threads. Transfers, which last as long as their clients
 * take, never hold all of them; datagrams, which anybody may send in anybody's name, never fill
 * more than half of the queue. What finds no place is refused at once: the transport says SERVFAIL.
 */
#ifndef SWORN_HOST_SERVE_POOL_POOL_H
#define SWORN_HOST_SERVE_POOL_POOL_H

#include "core/cursor/result.h"
#include "host/serve/client/address.h"
#include "host/serve/exchange.h"

struct pool;

/** One exchange on its way through the pool; embedded in what its transport needs. */
struct pool_job {
    struct exchange exchange;           /* first: send() finds its way back */
    void (*over)(struct pool_job *job); /* the handler has returned, or was never called */
    struct pool_job *next;
    uint8_t block[CLIENT_BLOCK];
    bool transfer;
};

SWORN_CHECK enum sworn_result pool_new(const struct exchange_handler *handler, struct pool **pool);

/** Stop, drop what waits, wait for what runs: its send() has to return false by now. */
void pool_free(struct pool *pool);

/**
 * \return SWORN_OK: over() will be called; SWORN_LIMIT, SWORN_UNAVAILABLE (no handler): it will not
 */
SWORN_CHECK enum sworn_result pool_take(struct pool *pool, struct pool_job *job);

#endif
