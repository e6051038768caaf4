/*
 * reply.h - the way back of an exchange to the thread that owns its connection.
 *
 *   pool's thread:  send() → letters of the reply → the owner's thread is woken
 *   owner's thread: takes letters as its connection has room, which lets send() go on
 *
 * Two hold a reply: the connection, until the reply is over or the connection ends, and the pool,
 * until the handler has returned. Whoever comes second frees it; neither waits for the other but
 * in send(), and there not long: ten seconds at a time, and over all in proportion to what the
 * client has taken.
 */
#ifndef SWORN_HOST_SERVE_POOL_REPLY_H
#define SWORN_HOST_SERVE_POOL_REPLY_H

#include <pthread.h>

#include "host/serve/pool/pool.h"

/** One message; the owner frees it. */
struct letter {
    struct letter *next;
    size_t size;
    uint8_t octets[];
};

/** Of one thread that owns connections. */
struct replies {
    pthread_mutex_t lock;
    int wake;            /* an eventfd: readable when replies_next() has something */
    struct reply *ready; /* whose turn is next */
    struct reply *ready_last;
};

struct reply {
    struct pool_job job; /* first */
    struct replies *home;
    size_t taken;   /* octets that the client's connection took */
    int64_t waited; /* milliseconds that send() waited for it, in all */
    /* The owner's. */
    void *owner;
    int64_t stream;
    struct reply *next;
    /* Under home->lock. */
    struct reply *next_ready;
    struct letter *first;
    struct letter *last;
    size_t queued; /* octets */
    bool posted;
    bool closed; /* the owner has let go */
    bool ended;  /* the handler has returned */
    pthread_cond_t room;
    uint8_t message[];
};

SWORN_CHECK enum sworn_result replies_init(struct replies *replies);

/** After all replies were closed and the pool is gone. */
void replies_clear(struct replies *replies);

struct reply_request {
    enum transport transport;
    struct client_address client;
    struct octets message;
    void *owner;
    int64_t stream;
};

/** Hand a copy of the message to the pool; SWORN_LIMIT, SWORN_UNAVAILABLE, SWORN_NO_MEMORY. */
SWORN_CHECK enum sworn_result reply_begin(struct replies *replies, struct pool *pool,
                                          const struct reply_request *request,
                                          struct reply **reply);

/** The next reply that has news, or NULL; it has an owner. */
struct reply *replies_next(struct replies *replies);

/** Its next message, or NULL; `over`: there will be no other. */
struct letter *reply_next(struct reply *reply, bool *over);

/** The owner is done with it, or gone. */
void reply_close(struct reply *reply);

#endif
