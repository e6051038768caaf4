/*
 * callbacks.c - events of a connection; see callbacks.h.
 */
#include "host/serve/quic/callbacks.h"

#include <sys/random.h>

static void fail(struct quic_connection *connection, uint64_t error)
{
    if (!connection->failed) {
        connection->failed = true;
        connection->error = error;
    }
}

static struct quic_stream *stream_of(const struct quic_connection *connection, int64_t id)
{
    struct quic_stream *stream = connection->streams;

    while (stream != NULL && stream->id != id) {
        stream = stream->next;
    }
    return stream;
}

static int on_open(ngtcp2_conn *conn, int64_t id, void *context)
{
    struct quic_connection *connection = context;
    struct quic_stream *stream = quic_stream_new(id);

    (void)conn;
    if (stream == NULL) {
        return NGTCP2_ERR_CALLBACK_FAILURE;
    }
    stream->next = connection->streams;
    connection->streams = stream;
    return 0;
}

static int on_close(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t error, void *context,
                    void *stream_context)
{
    struct quic_connection *connection = context;
    struct quic_stream **at = &connection->streams;

    (void)flags, (void)error, (void)stream_context;
    while (*at != NULL && (*at)->id != id) {
        at = &(*at)->next;
    }
    if (*at != NULL) {
        struct quic_stream *stream = *at;

        *at = stream->next;
        ngtcp2_conn_extend_max_offset(conn, stream->in_used);
        quic_stream_free(stream);
    }
    /* One ends, another may begin. */
    if (ngtcp2_is_bidi_stream(id) != 0) {
        ngtcp2_conn_extend_max_streams_bidi(conn, 1);
    }
    return 0;
}

static int on_data(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t offset,
                   const uint8_t *data, size_t size, void *context, void *stream_context)
{
    struct quic_connection *connection = context;
    struct quic_stream *stream = stream_of(connection, id);
    bool end = (flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0;

    (void)conn, (void)offset, (void)stream_context;
    if (stream != NULL && !quic_stream_take(stream, octets_of(data, size), end)) {
        fail(connection, DOQ_PROTOCOL_ERROR);
    }
    return 0;
}

static int on_acked(ngtcp2_conn *conn, int64_t id, uint64_t offset, uint64_t size, void *context,
                    void *stream_context)
{
    struct quic_stream *stream = stream_of(context, id);

    (void)conn, (void)offset, (void)stream_context;
    if (stream != NULL) {
        quic_stream_acked(stream, size);
    }
    return 0;
}

/* The client gives its question up (RFC 9250 4.3.1), or does not want the answer. */
static int on_reset(ngtcp2_conn *conn, int64_t id, uint64_t final_size, uint64_t error,
                    void *context, void *stream_context)
{
    struct quic_stream *stream = stream_of(context, id);

    (void)final_size, (void)error, (void)stream_context;
    if (stream != NULL) {
        quic_stream_silence(stream);
    }
    (void)ngtcp2_conn_shutdown_stream_write(conn, id, DOQ_NO_ERROR);
    return 0;
}

static int on_stop_sending(ngtcp2_conn *conn, int64_t id, uint64_t error, void *context,
                           void *stream_context)
{
    struct quic_stream *stream = stream_of(context, id);

    (void)conn, (void)error, (void)stream_context;
    if (stream != NULL) {
        quic_stream_silence(stream);
    }
    return 0;
}

static int on_handshake(ngtcp2_conn *conn, void *context)
{
    struct quic_connection *connection = context;
    const ngtcp2_path *path = ngtcp2_conn_get_path(conn);
    uint8_t token[NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN];
    gnutls_datum_t alpn;
    ngtcp2_ssize size;

    connection->handshaken = true;
    connection->home->handshaking--;
    if (gnutls_alpn_get_selected_protocol(connection->tls, &alpn) != GNUTLS_E_SUCCESS) {
        return NGTCP2_ERR_CALLBACK_FAILURE;
    }
    /* With it the next connection from there needs no retry (RFC 9000 8.1.3). */
    size =
        ngtcp2_crypto_generate_regular_token(token, connection->home->secret, QUIC_SECRET,
                                             path->remote.addr, path->remote.addrlen, quic_now());
    if (size > 0) {
        (void)ngtcp2_conn_submit_new_token(conn, token, (size_t)size);
    }
    return 0;
}

/*
 * RFC 9001 8.2: who sends no transport parameters is refused. The library goes on without, and ends
 * the process by an assertion when it sends what belongs to a handshake that came so far.
 */
static int on_key(ngtcp2_conn *conn, ngtcp2_crypto_level level, void *context)
{
    (void)level, (void)context;
    if (ngtcp2_conn_get_remote_transport_params(conn) != NULL &&
        ngtcp2_conn_get_negotiated_version(conn) != 0) {
        return 0;
    }
    ngtcp2_conn_set_tls_alert(conn, GNUTLS_A_MISSING_EXTENSION);
    return NGTCP2_ERR_CALLBACK_FAILURE;
}

static void on_random(uint8_t *octets, size_t size, const ngtcp2_rand_ctx *context)
{
    (void)context;
    (void)!getrandom(octets, size, 0);
}

static int on_new_id(ngtcp2_conn *conn, ngtcp2_cid *cid, uint8_t *token, size_t size, void *context)
{
    struct quic_connection *connection = context;

    (void)conn;
    cid->datalen = size;
    (void)!getrandom(cid->data, size, 0);
    if (ngtcp2_crypto_generate_stateless_reset_token(token, connection->home->secret, QUIC_SECRET,
                                                     cid) != 0 ||
        cid_add(connection->home->table, cid, connection, &connection->ids) != SWORN_OK) {
        return NGTCP2_ERR_CALLBACK_FAILURE;
    }
    return 0;
}

static int on_old_id(ngtcp2_conn *conn, const ngtcp2_cid *cid, void *context)
{
    struct quic_connection *connection = context;

    (void)conn;
    cid_remove(connection->home->table, cid, &connection->ids);
    return 0;
}

const ngtcp2_callbacks quic_callbacks = {
    .recv_client_initial = ngtcp2_crypto_recv_client_initial_cb,
    .recv_crypto_data = ngtcp2_crypto_recv_crypto_data_cb,
    .handshake_completed = on_handshake,
    .encrypt = ngtcp2_crypto_encrypt_cb,
    .decrypt = ngtcp2_crypto_decrypt_cb,
    .hp_mask = ngtcp2_crypto_hp_mask_cb,
    .recv_stream_data = on_data,
    .acked_stream_data_offset = on_acked,
    .stream_open = on_open,
    .stream_close = on_close,
    .rand = on_random,
    .get_new_connection_id = on_new_id,
    .remove_connection_id = on_old_id,
    .update_key = ngtcp2_crypto_update_key_cb,
    .stream_reset = on_reset,
    .delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb,
    .delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb,
    .get_path_challenge_data = ngtcp2_crypto_get_path_challenge_data_cb,
    .stream_stop_sending = on_stop_sending,
    .version_negotiation = ngtcp2_crypto_version_negotiation_cb,
    .recv_tx_key = on_key,
};

void quic_answer(struct quic_connection *connection, struct quic_stream *stream)
{
    struct quic_home *home = connection->home;
    struct octets query = quic_stream_query(stream);
    struct desk_question question = {.transport = TRANSPORT_QUIC,
                                     .client = &connection->client,
                                     .query = query,
                                     .response = home->scratch,
                                     .owner = connection,
                                     .stream = stream->id};
    struct desk_outcome outcome;
    size_t size;

    stream->answered = true;
    /* RFC 9250 4.2.1: the stream tells which query it is, the ID is zero. */
    if (query.size < 2 || query.data[0] != 0 || query.data[1] != 0) {
        fail(connection, DOQ_PROTOCOL_ERROR);
        return;
    }
    size = desk_answer(home->desk, &question, &outcome);
    stream->reply = outcome.later;
    if (outcome.later != NULL) {
        return;
    }
    /* RFC 9250 5.5.2: edns-tcp-keepalive has no place here. */
    if (size == 0 || outcome.facts.keepalive) {
        fail(connection, DOQ_PROTOCOL_ERROR);
        return;
    }
    stream->last = true;
    if (!quic_stream_put(stream, octets_of(home->scratch, size))) {
        fail(connection, DOQ_INTERNAL_ERROR);
    }
}
