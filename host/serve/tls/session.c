/*
 * session.c - GnuTLS over a wire; see session.h.
 */
#include "host/serve/tls/session.h"

#include <errno.h>
#include <stdlib.h>

#define PRIORITY                                                                                   \
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-DHE-RSA:-CIPHER-ALL:+AES-128-GCM:"           \
    "+AES-256-GCM:+CHACHA20-POLY1305:-MAC-ALL:+AEAD:%SERVER_PRECEDENCE"

struct tls_session {
    gnutls_session_t tls;
    struct tls_identity *identity;
    bool alpn_required;
    bool unsent; /* a record waits for room in the socket */
    bool done;   /* the handshake is */
};

static ssize_t pull(gnutls_transport_ptr_t wire, void *octets, size_t size)
{
    ssize_t got = wire_read(wire, octets, size);

    if (got >= 0) {
        return got;
    }
    errno = got == WIRE_WAITS ? EAGAIN : ECONNRESET;
    return -1;
}

static ssize_t push(gnutls_transport_ptr_t wire, const void *octets, size_t size)
{
    ssize_t sent = wire_write(wire, octets, size);

    if (sent >= 0) {
        return sent;
    }
    errno = sent == WIRE_WAITS ? EAGAIN : ECONNRESET;
    return -1;
}

static enum sworn_result session_prepare(struct tls_session *session, struct tls_keeper *keeper,
                                         const struct tls_purpose *purpose)
{
    gnutls_datum_t alpn = {.data = (unsigned char *)(uintptr_t)purpose->alpn,
                           .size = (unsigned)strlen(purpose->alpn)};

    SWORN_ENSURE(gnutls_priority_set_direct(session->tls, PRIORITY, NULL) == GNUTLS_E_SUCCESS,
                 SWORN_CRYPTO);
    SWORN_TRY(tls_identity_give(session->identity, keeper, session->tls));
    /* Mandatory: a client that offers others alone gets no_application_protocol. */
    SWORN_ENSURE(gnutls_alpn_set_protocols(session->tls, &alpn, 1, GNUTLS_ALPN_MANDATORY) ==
                     GNUTLS_E_SUCCESS,
                 SWORN_CRYPTO);
    gnutls_handshake_set_timeout(session->tls, GNUTLS_INDEFINITE_TIMEOUT);
    return SWORN_OK;
}

enum sworn_result tls_session_new(struct tls_keeper *keeper, const struct tls_purpose *purpose,
                                  struct wire *wire, struct tls_session **made)
{
    struct tls_session *session = calloc(1, sizeof(*session));
    enum sworn_result result;

    SWORN_ENSURE(session != NULL, SWORN_NO_MEMORY);
    if (gnutls_init(&session->tls, GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) !=
        GNUTLS_E_SUCCESS) {
        free(session);
        return SWORN_NO_MEMORY;
    }
    session->alpn_required = purpose->alpn_required;
    session->identity = tls_keeper_hold(keeper);
    result = session_prepare(session, keeper, purpose);
    if (result != SWORN_OK) {
        tls_session_free(session);
        return result;
    }
    gnutls_transport_set_ptr(session->tls, wire);
    gnutls_transport_set_pull_function(session->tls, pull);
    gnutls_transport_set_push_function(session->tls, push);
    *made = session;
    return SWORN_OK;
}

void tls_session_free(struct tls_session *session)
{
    if (session == NULL) {
        return;
    }
    if (session->done) {
        (void)gnutls_bye(session->tls, GNUTLS_SHUT_WR);
    }
    gnutls_deinit(session->tls);
    tls_identity_let_go(session->identity);
    free(session);
}

static enum tls_step handshake_end(struct tls_session *session)
{
    gnutls_datum_t chosen;

    if (session->alpn_required &&
        gnutls_alpn_get_selected_protocol(session->tls, &chosen) != GNUTLS_E_SUCCESS) {
        (void)gnutls_alert_send(session->tls, GNUTLS_AL_FATAL, GNUTLS_A_NO_APPLICATION_PROTOCOL);
        return TLS_BROKEN;
    }
    session->done = true;
    return TLS_DONE;
}

enum tls_step tls_session_handshake(struct tls_session *session)
{
    int error = gnutls_handshake(session->tls);

    while (error != GNUTLS_E_SUCCESS) {
        if (error == GNUTLS_E_AGAIN) {
            return gnutls_record_get_direction(session->tls) == 0 ? TLS_READS : TLS_WRITES;
        }
        if (gnutls_error_is_fatal(error) != 0) {
            (void)gnutls_alert_send_appropriate(session->tls, error);
            return TLS_BROKEN;
        }
        error = gnutls_handshake(session->tls);
    }
    return handshake_end(session);
}

ssize_t tls_session_read(struct tls_session *session, void *octets, size_t size)
{
    ssize_t got = gnutls_record_recv(session->tls, octets, size);

    if (got >= 0) {
        return got;
    }
    if (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED) {
        return WIRE_WAITS;
    }
    /* A socket closed without goodbye ends what was said, as over TCP. A wish to begin anew
     * (GNUTLS_E_REHANDSHAKE) is among the rest. */
    return got == GNUTLS_E_PREMATURE_TERMINATION ? 0 : WIRE_BROKEN;
}

ssize_t tls_session_write(struct tls_session *session, const void *octets, size_t size)
{
    /* A record that did not go out whole is sent on before another is made. */
    ssize_t sent = session->unsent ? gnutls_record_send(session->tls, NULL, 0)
                                   : gnutls_record_send(session->tls, octets, size);

    session->unsent = sent == GNUTLS_E_AGAIN || sent == GNUTLS_E_INTERRUPTED;
    if (session->unsent) {
        return WIRE_WAITS;
    }
    return sent >= 0 ? sent : WIRE_BROKEN;
}

size_t tls_session_pending(const struct tls_session *session)
{
    return gnutls_record_check_pending(session->tls);
}
