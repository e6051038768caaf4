/*
 * arrival.c - which connection a datagram is for, and how one begins; see arrival.h.
 *
 *   datagram ─ known ID ──────────────→ connection
 *            ├ other version ─────────→ the versions we have
 *            ├ short header ──────────→ stateless reset
 *            └ initial ─ token ───────→ new connection
 *                      ├ few waiting ─→ new connection
 *                      └ else ────────→ retry: who asks has to show that it is where it says
 */
#include "host/serve/quic/arrival.h"

#include <sys/random.h>

#define PRIORITY                                                                                   \
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:"      \
    "-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:%DISABLE_TLS13_COMPAT_MODE"

#define LONG_HEADER   0x80
#define UNPROVEN_MAX  32  /* connections that have not finished their handshake */
#define PRESSED       128 /* of all places, in 1/256: from here on all have to show a token */
#define RETRY_SECONDS 10
#define TOKEN_SECONDS 3600

enum sworn_result quic_home_init(struct quic_home *home, struct desk *desk)
{
    home->desk = desk;
    SWORN_TRY(cid_table_new(&home->table));
    SWORN_ENSURE(getrandom(home->secret, QUIC_SECRET, 0) == QUIC_SECRET, SWORN_IO);
    SWORN_ENSURE(gnutls_priority_init(&home->priority, PRIORITY, NULL) == GNUTLS_E_SUCCESS,
                 SWORN_CRYPTO);
    return SWORN_OK;
}

void quic_home_close(struct quic_home *home)
{
    while (home->oldest != NULL) {
        quic_connection_close(home->oldest, DOQ_NO_ERROR);
    }
}

void quic_home_clear(struct quic_home *home)
{
    due_clear(&home->due);
    cid_table_free(home->table);
    if (home->priority != NULL) {
        gnutls_priority_deinit(home->priority);
    }
}

/* --- beginnings ------------------------------------------------------------------------------ */

enum proof { PROOF_NONE, PROOF_RETRY, PROOF_TOKEN, PROOF_WRONG };

/* What the token in an initial packet shows. */
static enum proof check_token(const struct quic_home *home, const struct quic_datagram *datagram,
                              const ngtcp2_pkt_hd *header, ngtcp2_cid *original)
{
    const struct sockaddr *remote = (const struct sockaddr *)&datagram->remote;
    const uint8_t *token = header->token.base;
    size_t size = header->token.len;

    if (size == 0) {
        return PROOF_NONE;
    }
    if (token[0] == NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY) {
        return ngtcp2_crypto_verify_retry_token(original, token, size, home->secret, QUIC_SECRET,
                                                header->version, remote, datagram->remote_size,
                                                &header->dcid, RETRY_SECONDS * NGTCP2_SECONDS,
                                                quic_now()) == 0
                   ? PROOF_RETRY
                   : PROOF_WRONG;
    }
    /* A token of another time, or of another server, is as good as none. */
    return ngtcp2_crypto_verify_regular_token(token, size, home->secret, QUIC_SECRET, remote,
                                              datagram->remote_size, TOKEN_SECONDS * NGTCP2_SECONDS,
                                              quic_now()) == 0
               ? PROOF_TOKEN
               : PROOF_NONE;
}

static bool has_to_prove(const struct quic_home *home)
{
    return home->handshaking >= UNPROVEN_MAX ||
           census_pressure(home->desk->service->census) >= PRESSED;
}

static bool same_client(const struct client_address *a, const struct client_address *b)
{
    uint8_t block_a[CLIENT_BLOCK];
    uint8_t block_b[CLIENT_BLOCK];

    client_block(a, block_a);
    client_block(b, block_b);
    return memcmp(block_a, block_b, CLIENT_BLOCK) == 0;
}

/* Close the idle connection that waited longest, of this client or (NULL) of any. */
static bool make_room(struct quic_home *home, const struct client_address *client)
{
    for (struct quic_connection *at = home->oldest; at != NULL; at = at->newer) {
        if (at->handshaken && quic_connection_is_idle(at) &&
            (client == NULL || same_client(&at->client, client))) {
            quic_connection_close(at, DOQ_NO_ERROR);
            return true;
        }
    }
    return false;
}

static bool admit(struct quic_home *home, const struct client_address *client)
{
    struct census *census = home->desk->service->census;
    enum census_verdict verdict = census_enter(census, client, false);

    if (verdict == CENSUS_CLIENT_FULL && make_room(home, client)) {
        verdict = census_enter(census, client, false);
    }
    if (verdict == CENSUS_FULL && make_room(home, NULL)) {
        verdict = census_enter(census, client, false);
    }
    return verdict == CENSUS_WELCOME;
}

static void begin(struct quic_home *home, struct quic_datagram *datagram)
{
    ngtcp2_pkt_hd header;
    ngtcp2_cid original;
    struct quic_beginning beginning = {.header = &header, .original = &header.dcid};
    struct quic_connection *connection;
    struct client_address client;
    enum proof proof;

    if (ngtcp2_accept(&header, datagram->octets, datagram->size) != 0 ||
        header.type != NGTCP2_PKT_INITIAL) {
        return;
    }
    proof = check_token(home, datagram, &header, &original);
    if (proof == PROOF_WRONG) {
        quic_send_refusal(datagram, &header, NGTCP2_INVALID_TOKEN);
        return;
    }
    if (proof == PROOF_NONE && has_to_prove(home)) {
        quic_send_retry(datagram, &header, home->secret, quic_now());
        return;
    }
    client_of(&datagram->remote, &client);
    if (!admit(home, &client)) {
        quic_send_refusal(datagram, &header, NGTCP2_CONNECTION_REFUSED);
        return;
    }
    if (proof == PROOF_RETRY) {
        beginning.original = &original;
        beginning.retried = true;
    }
    if (quic_connection_new(home, datagram, &beginning, &connection) == SWORN_OK) {
        count_more(&home->desk->counters->connections[TRANSPORT_QUIC], 1);
        (void)quic_connection_receive(connection, datagram);
    }
}

/* --- datagrams ------------------------------------------------------------------------------- */

void quic_arrive(struct quic_home *home, struct quic_datagram *datagram)
{
    ngtcp2_version_cid header;
    struct quic_connection *connection;
    int error;

    /* An empty datagram would end the process: the library insists on octets. */
    if (datagram->size == 0) {
        return;
    }
    error = ngtcp2_pkt_decode_version_cid(&header, datagram->octets, datagram->size, QUIC_CID_SIZE);
    if (error == NGTCP2_ERR_VERSION_NEGOTIATION) {
        quic_send_versions(datagram, &header);
        return;
    }
    if (error != 0) {
        return;
    }
    connection = cid_find(home->table, header.dcid, header.dcidlen);
    if (connection != NULL) {
        (void)quic_connection_receive(connection, datagram);
        return;
    }
    if (header.version != 0) {
        begin(home, datagram);
        return;
    }
    /* A list of versions is nothing to a server, and its IDs may be longer than the library's. */
    if ((datagram->octets[0] & LONG_HEADER) == 0) {
        quic_send_reset(datagram, &header, home->secret);
    }
}
