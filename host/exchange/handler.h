/*
 * handler.h - what is done with a message that answer_query() leaves to others: verify its TSIG
 * (RFC 8945), look up the access list, then by opcode and type to host/transfer, host/update or
 * back to answer_query(); sign what comes out.
 */
#ifndef SWORN_HOST_EXCHANGE_HANDLER_H
#define SWORN_HOST_EXCHANGE_HANDLER_H

#include "host/answer/zone.h"
#include "host/config/config.h"
#include "host/serve/exchange.h"

struct handler;
struct transfer_server;
struct update_server;

struct handler_parts {
    struct config_current *config;
    struct answer_server *answers;
    struct transfer_server *transfers; /* NULL: no transfers */
    struct update_server *updates;     /* NULL: no updates */
};

SWORN_CHECK enum sworn_result handler_new(const struct handler_parts *parts,
                                          struct handler **handler);
void handler_free(struct handler *handler);

/** For serve_start(). */
struct exchange_handler handler_of(struct handler *handler);

#endif
