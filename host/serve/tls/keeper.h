/*
 * keeper.h - the certificate and the private key, read again when they change.
 *
 * Who begins a session holds the identity of that moment: one that is read later does not touch
 * it. Files that cannot be used leave the old identity in place, and are reported once.
 */
#ifndef SWORN_HOST_SERVE_TLS_KEEPER_H
#define SWORN_HOST_SERVE_TLS_KEEPER_H

#include <gnutls/gnutls.h>

#include "core/cursor/result.h"

struct tls_keeper;

struct log;

/**
 * \param log  told of what is read again, and of what cannot be; may be NULL
 * \return SWORN_OK; SWORN_MALFORMED with the files and the cause; SWORN_NO_MEMORY
 */
SWORN_CHECK enum sworn_result tls_keeper_new(const char *certificate, const char *private_key,
                                             struct log *log, struct tls_keeper **keeper,
                                             struct reason *reason);
void tls_keeper_free(struct tls_keeper *keeper);

/** Read the files now. */
SWORN_CHECK enum sworn_result tls_keeper_reload(struct tls_keeper *keeper, struct reason *reason);

struct tls_identity;

/**
 * The identity for a new session; every few seconds the files are looked at first, and read when
 * they have changed.
 */
struct tls_identity *tls_keeper_hold(struct tls_keeper *keeper);
void tls_identity_let_go(struct tls_identity *identity);

/** Give a session of a server what it needs from the identity, and tickets. */
SWORN_CHECK enum sworn_result tls_identity_give(const struct tls_identity *identity,
                                                const struct tls_keeper *keeper,
                                                gnutls_session_t session);

#endif
