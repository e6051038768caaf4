/*
 * connection.c - the life of a connection; see connection.h.
 */
#include "host/serve/quic/connection.h"

#include <stdlib.h>
#include <sys/random.h>

#include "host/serve/quic/callbacks.h"

#define STREAMS_MAX       64
#define STREAM_WINDOW     ((uint64_t)2 + 65535)
#define WINDOW            ((uint64_t)256 * 1024)
#define HANDSHAKE_SECONDS 5
#define ALPN              "doq"

static ngtcp2_conn *conn_of(ngtcp2_crypto_conn_ref *reference)
{
    return ((struct quic_connection *)reference->user_data)->conn;
}

static enum sworn_result open_tls(struct quic_connection *connection)
{
    struct tls_keeper *keeper = connection->home->desk->service->tls;
    gnutls_datum_t alpn = {.data = (unsigned char *)(uintptr_t)ALPN, .size = sizeof(ALPN) - 1};

    SWORN_ENSURE(gnutls_init(&connection->tls, GNUTLS_SERVER) == GNUTLS_E_SUCCESS, SWORN_NO_MEMORY);
    connection->identity = tls_keeper_hold(keeper);
    SWORN_ENSURE(gnutls_priority_set(connection->tls, connection->home->priority) ==
                     GNUTLS_E_SUCCESS,
                 SWORN_CRYPTO);
    SWORN_ENSURE(ngtcp2_crypto_gnutls_configure_server_session(connection->tls) == 0, SWORN_CRYPTO);
    SWORN_TRY(tls_identity_give(connection->identity, keeper, connection->tls));
    SWORN_ENSURE(gnutls_alpn_set_protocols(connection->tls, &alpn, 1, GNUTLS_ALPN_MANDATORY) ==
                     GNUTLS_E_SUCCESS,
                 SWORN_CRYPTO);
    connection->reference.get_conn = conn_of;
    connection->reference.user_data = connection;
    gnutls_session_set_ptr(connection->tls, &connection->reference);
    return SWORN_OK;
}

static void fill_settings(ngtcp2_settings *settings, const struct quic_beginning *beginning)
{
    ngtcp2_settings_default(settings);
    settings->initial_ts = quic_now();
    settings->handshake_timeout = HANDSHAKE_SECONDS * NGTCP2_SECONDS;
    settings->no_pmtud = 1;
    settings->token = beginning->header->token;
}

static void fill_params(ngtcp2_transport_params *params, const struct quic_connection *connection,
                        const struct quic_beginning *beginning, const ngtcp2_cid *own)
{
    ngtcp2_transport_params_default(params);
    params->initial_max_streams_bidi = STREAMS_MAX;
    params->initial_max_stream_data_bidi_remote = STREAM_WINDOW;
    params->initial_max_data = WINDOW;
    params->max_idle_timeout =
        (ngtcp2_duration)service_idle(connection->home->desk->service) * NGTCP2_MILLISECONDS;
    params->original_dcid = *beginning->original;
    params->retry_scid_present = beginning->retried;
    if (beginning->retried) {
        params->retry_scid = beginning->header->dcid;
    }
    params->stateless_reset_token_present = 1;
    (void)ngtcp2_crypto_generate_stateless_reset_token(params->stateless_reset_token,
                                                       connection->home->secret, QUIC_SECRET, own);
}

static enum sworn_result open_quic(struct quic_connection *connection,
                                   struct quic_datagram *datagram,
                                   const struct quic_beginning *beginning)
{
    struct cid_table *table = connection->home->table;
    ngtcp2_path path = quic_path(datagram);
    ngtcp2_cid own = {.datalen = QUIC_CID_SIZE};
    ngtcp2_transport_params params;
    ngtcp2_settings settings;

    (void)!getrandom(own.data, QUIC_CID_SIZE, 0);
    fill_settings(&settings, beginning);
    fill_params(&params, connection, beginning, &own);
    SWORN_ENSURE(ngtcp2_conn_server_new(&connection->conn, &beginning->header->scid, &own, &path,
                                        beginning->header->version, &quic_callbacks, &settings,
                                        &params, NULL, connection) == 0,
                 SWORN_NO_MEMORY);
    ngtcp2_conn_set_tls_native_handle(connection->conn, connection->tls);
    SWORN_TRY(cid_add(table, &own, connection, &connection->ids));
    return cid_add(table, &beginning->header->dcid, connection, &connection->ids);
}

static void link_newest(struct quic_connection *connection)
{
    struct quic_home *home = connection->home;

    connection->newer = NULL;
    connection->older = home->newest;
    *(home->newest != NULL ? &home->newest->newer : &home->oldest) = connection;
    home->newest = connection;
}

static void unlink_connection(struct quic_connection *connection)
{
    struct quic_home *home = connection->home;

    *(connection->older != NULL ? &connection->older->newer : &home->oldest) = connection->newer;
    *(connection->newer != NULL ? &connection->newer->older : &home->newest) = connection->older;
}

enum sworn_result quic_connection_new(struct quic_home *home, struct quic_datagram *datagram,
                                      const struct quic_beginning *beginning,
                                      struct quic_connection **made)
{
    struct quic_connection *connection = calloc(1, sizeof(*connection));
    enum sworn_result result;

    SWORN_ENSURE(connection != NULL, SWORN_NO_MEMORY);
    connection->home = home;
    connection->socket = datagram->socket;
    client_of(&datagram->remote, &connection->client);
    link_newest(connection);
    home->handshaking++;
    result = open_tls(connection);
    if (result == SWORN_OK) {
        result = open_quic(connection, datagram, beginning);
    }
    if (result == SWORN_OK) {
        result = due_set(&home->due, &connection->due, DUE_NEVER);
    }
    if (result != SWORN_OK) {
        quic_connection_free(connection);
        return result;
    }
    *made = connection;
    return SWORN_OK;
}

void quic_connection_free(struct quic_connection *connection)
{
    struct quic_home *home = connection->home;

    while (connection->streams != NULL) {
        struct quic_stream *stream = connection->streams;

        connection->streams = stream->next;
        quic_stream_free(stream);
    }
    unlink_connection(connection);
    due_remove(&home->due, &connection->due);
    cid_remove_all(home->table, &connection->ids);
    home->handshaking -= !connection->handshaken;
    census_leave(home->desk->service->census, &connection->client);
    ngtcp2_conn_del(connection->conn);
    if (connection->tls != NULL) {
        gnutls_deinit(connection->tls);
    }
    tls_identity_let_go(connection->identity);
    free(connection);
}

/* --- sending --------------------------------------------------------------------------------- */

static void send_packet(struct quic_connection *connection, const ngtcp2_path *path,
                        const uint8_t *packet, ngtcp2_ssize size)
{
    quic_send(connection->socket, path->local.addr, path->remote.addr, path->remote.addrlen,
              octets_of(packet, (size_t)size));
}

static void close_with(struct quic_connection *connection,
                       const ngtcp2_connection_close_error *error)
{
    uint8_t packet[QUIC_PACKET_SIZE];
    ngtcp2_path_storage path;
    ngtcp2_pkt_info info;
    ngtcp2_ssize size;

    ngtcp2_path_storage_zero(&path);
    size = ngtcp2_conn_write_connection_close(connection->conn, &path.path, &info, packet,
                                              sizeof(packet), error, quic_now());
    if (size > 0) {
        send_packet(connection, &path.path, packet, size);
    }
    quic_connection_free(connection);
}

void quic_connection_close(struct quic_connection *connection, uint64_t code)
{
    ngtcp2_connection_close_error error;

    ngtcp2_connection_close_error_default(&error);
    ngtcp2_connection_close_error_set_application_error(&error, code, NULL, 0);
    close_with(connection, &error);
}

static void close_by_library(struct quic_connection *connection, int code)
{
    ngtcp2_connection_close_error error;

    ngtcp2_connection_close_error_default(&error);
    ngtcp2_connection_close_error_set_transport_error_liberr(&error, code, NULL, 0);
    if (code == NGTCP2_ERR_CRYPTO) {
        ngtcp2_connection_close_error_set_transport_error_tls_alert(
            &error, ngtcp2_conn_get_tls_alert(connection->conn), NULL, 0);
    }
    close_with(connection, &error);
}

/* The next stream with something to send that the client has room for. */
static struct quic_stream *sender(const struct quic_connection *connection, struct octets *octets,
                                  bool *end)
{
    for (struct quic_stream *stream = connection->streams; stream != NULL; stream = stream->next) {
        if (!stream->blocked && quic_stream_next(stream, octets, end)) {
            return stream;
        }
    }
    return NULL;
}

/* What could not be sent on a stream: not now, or never. false: the connection is at its end. */
static bool held_up(struct quic_stream *stream, ngtcp2_ssize size)
{
    if (stream == NULL) {
        return false;
    }
    if (size == NGTCP2_ERR_STREAM_DATA_BLOCKED) {
        stream->blocked = true;
        return true;
    }
    if (size == NGTCP2_ERR_STREAM_SHUT_WR || size == NGTCP2_ERR_STREAM_NOT_FOUND) {
        quic_stream_silence(stream);
        return true;
    }
    return false;
}

/* Send all that may be sent now; 0, or what failed. */
static int send_all(struct quic_connection *connection, ngtcp2_tstamp now)
{
    uint8_t packet[QUIC_PACKET_SIZE];
    ngtcp2_path_storage path;
    ngtcp2_pkt_info info;

    ngtcp2_path_storage_zero(&path);
    for (;;) {
        struct octets octets = {.size = 0};
        bool end = false;
        struct quic_stream *stream = sender(connection, &octets, &end);
        ngtcp2_vec vector = {.base = (uint8_t *)(uintptr_t)octets.data, .len = octets.size};
        uint32_t flags = stream != NULL && end ? NGTCP2_WRITE_STREAM_FLAG_FIN : 0U;
        ngtcp2_ssize taken = -1;
        ngtcp2_ssize size = ngtcp2_conn_writev_stream(
            connection->conn, &path.path, &info, packet, sizeof(packet), &taken, flags,
            stream == NULL ? -1 : stream->id, &vector, 1, now);

        if (size < 0 && !held_up(stream, size)) {
            return (int)size;
        }
        if (size == 0) {
            return 0;
        }
        if (stream != NULL && taken >= 0) {
            quic_stream_sent(stream, (size_t)taken, end && (size_t)taken == octets.size);
        }
        if (size > 0) {
            send_packet(connection, &path.path, packet, size);
        }
    }
}

/* Send, and see when it is due again. */
static bool go_on(struct quic_connection *connection)
{
    ngtcp2_tstamp now = quic_now();
    int error;

    if (connection->failed) {
        quic_connection_close(connection, connection->error);
        return false;
    }
    error = send_all(connection, now);
    if (error != 0) {
        close_by_library(connection, error);
        return false;
    }
    ngtcp2_conn_update_pkt_tx_time(connection->conn, now);
    (void)!due_set(&connection->home->due, &connection->due,
                   ngtcp2_conn_get_expiry(connection->conn));
    return true;
}

/* --- what happens to it ---------------------------------------------------------------------- */

/* Whole queries become answers; what exchanges have to say goes into their streams. */
static void work(struct quic_connection *connection)
{
    for (struct quic_stream *stream = connection->streams; stream != NULL; stream = stream->next) {
        stream->blocked = false;
        if (stream->whole && !stream->answered && !connection->failed) {
            unlink_connection(connection);
            link_newest(connection);
            quic_answer(connection, stream);
        }
        if (!quic_stream_take_reply(stream)) {
            connection->failed = true;
            connection->error = DOQ_INTERNAL_ERROR;
        }
    }
}

bool quic_connection_receive(struct quic_connection *connection, struct quic_datagram *datagram)
{
    ngtcp2_path path = quic_path(datagram);
    ngtcp2_pkt_info info = {.ecn = 0};
    int error = ngtcp2_conn_read_pkt(connection->conn, &path, &info, datagram->octets,
                                     datagram->size, quic_now());

    if (error == NGTCP2_ERR_DRAINING || error == NGTCP2_ERR_DROP_CONN ||
        error == NGTCP2_ERR_CLOSING || error == NGTCP2_ERR_RETRY) {
        quic_connection_free(connection);
        return false;
    }
    if (error != 0 && !connection->failed) {
        close_by_library(connection, error);
        return false;
    }
    return quic_connection_continue(connection);
}

bool quic_connection_expire(struct quic_connection *connection)
{
    int error = ngtcp2_conn_handle_expiry(connection->conn, quic_now());

    if (error == NGTCP2_ERR_IDLE_CLOSE || error == NGTCP2_ERR_HANDSHAKE_TIMEOUT) {
        quic_connection_free(connection);
        return false;
    }
    if (error != 0) {
        close_by_library(connection, error);
        return false;
    }
    return go_on(connection);
}

bool quic_connection_continue(struct quic_connection *connection)
{
    work(connection);
    return go_on(connection);
}
