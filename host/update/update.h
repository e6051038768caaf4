/*
 * update.h - dynamic update (RFC 2136): the message goes to the zone's guard as its argument, and
 * the guard's verdict comes back as a response code. Nothing here decides.
 *
 * Clients repeat a message whose reply was lost: while its reply is remembered here, the same
 * octets get it again without running the guard.
 */
#ifndef SWORN_HOST_UPDATE_UPDATE_H
#define SWORN_HOST_UPDATE_UPDATE_H

#include "host/commit/commit.h"
#include "host/config/config.h"
#include "host/limit/limit.h"
#include "host/serve/exchange.h"

struct update_server;

SWORN_CHECK enum sworn_result update_server_new(struct commit_server *commits,
                                                struct config_current *config,
                                                struct update_server **server);
void update_server_free(struct update_server *server);

/** Limit how many one client may send; before the first message. Without: none are refused. */
void update_server_limit(struct update_server *server, struct limit_rules *limits);

/**
 * Answer one UPDATE. Blocks while the enclave works.
 *
 * \param key       that the message was signed with by TSIG and verified, NULL for none; the TSIG
 *                  record itself is no longer in `message`, which is what the owner signed
 * \param response  at least 512 octets
 * \return size of the response; 0 for none
 */
size_t update_handle(struct update_server *server, const struct exchange *exchange,
                     struct octets message, const struct config_key *key, uint8_t *response,
                     size_t room);

#endif
