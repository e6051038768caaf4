/*
 * asks.h - answers to what the enclave asks for while it works on a request, out of one snapshot of
 * the store.
 */
#ifndef SWORN_HOST_COMMIT_ASKS_H
#define SWORN_HOST_COMMIT_ASKS_H

#include "host/commit/server.h"

struct asks {
    struct store_view *view;
    struct link_answers answers; /* for link_ask() */
    /* at creation: what is in no store yet */
    struct octets guard;
    struct octets environment;
};

void asks_init(struct asks *asks, struct store_view *view);

#endif
