/*
 * transfer_world.h - a handler of exchanges over a store in a folder of its own, with one zone,
 * example., that was changed by commits, and a catalog, catalog.; no enclave, no network.
 */
#ifndef SWORN_TESTS_UNIT_TRANSFER_TRANSFER_WORLD_H
#define SWORN_TESTS_UNIT_TRANSFER_TRANSFER_WORLD_H

#include "host/exchange/handler.h"
#include "host/store/journal.h"
#include "host/transfer/transfer.h"

/* What came back. */
struct world_reply {
    struct exchange exchange; /* first */
    struct tsig_chain *chain; /* to verify with; NULL: not signed */
    bool gone;                /* the client: send() fails */
    unsigned messages;
    size_t size; /* of the last one */
    uint8_t last[DNS_MESSAGE_MAX];
};

struct world {
    char folder[64];
    struct store *store;
    struct config_current *config;
    struct answer_server *answers;
    struct transfer_server *transfers;
    struct handler *handler;
    struct tsig_key key;
    uint8_t secret[32];
    struct name apex;
    struct hash id;
    uint32_t serial;
    uint64_t index;
    /* a commit under way */
    struct store_view *view;
    struct journal_writer journal;
    struct region region;
};

void world_open(struct world *world);
void world_close(struct world *world);

/** Changes between begin and end are one commit; `text` NULL removes the set. */
void world_begin(struct world *world);
void world_set(struct world *world, const char *owner, uint16_t type, const char *text);
void world_end(struct world *world, bool publish);

/** Hand a message to the handler; it is signed with the key first if `sign`. */
void world_ask(struct world *world, struct octets message, bool sign, enum transport transport,
               struct world_reply *reply);

/** A question for a zone's transfer; for IXFR with an SOA of `serial`. Returns its size. */
size_t world_question(const char *name, uint16_t type, uint32_t serial, uint8_t *room, size_t size);

#endif
