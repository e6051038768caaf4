/*
 * session.h - TLS over a connection's socket, never blocking (RFC 8446, RFC 5246).
 *
 * TLS 1.3, and 1.2 for those who have no other; only authenticated ciphers with a key exchange of
 * their own (RFC 9325); no renegotiation.
 */
#ifndef SWORN_HOST_SERVE_TLS_SESSION_H
#define SWORN_HOST_SERVE_TLS_SESSION_H

#include "host/serve/stream/wire.h"
#include "host/serve/tls/keeper.h"

struct tls_session;

/** What a session is for (RFC 7301). */
struct tls_purpose {
    const char *alpn;
    bool alpn_required; /* a client that offers none is turned away */
};

SWORN_CHECK enum sworn_result tls_session_new(struct tls_keeper *keeper,
                                              const struct tls_purpose *purpose, struct wire *wire,
                                              struct tls_session **session);

/** Says goodbye as far as that can be done at once. */
void tls_session_free(struct tls_session *session);

enum tls_step { TLS_READS, TLS_WRITES, TLS_DONE, TLS_BROKEN };

/** Go on with the handshake: what it waits for, or how it ended. */
enum tls_step tls_session_handshake(struct tls_session *session);

/** As wire_read() and wire_write(). */
ssize_t tls_session_read(struct tls_session *session, void *octets, size_t size);
ssize_t tls_session_write(struct tls_session *session, const void *octets, size_t size);

/** Octets that can be read without the socket. */
size_t tls_session_pending(const struct tls_session *session);

#endif
