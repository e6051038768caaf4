/*
 * quic.c - the thread of QUIC: which connection a datagram is for, and how one begins.
 *
 *   datagram ─ known ID ──────────────→ connection
 *            ├ other version ─────────→ the versions we have
 *            ├ short header ──────────→ stateless reset
 *            └ initial ─ token ───────→ new connection
 *                      ├ few waiting ─→ new connection
 *                      └ else ────────→ retry: who asks has to show that it is where it says
 */
#include "host/serve/quic/quic.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <unistd.h>

#include "host/serve/quic/connection.h"

#define PRIORITY                                                                                   \
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:"      \
    "-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:%DISABLE_TLS13_COMPAT_MODE"

#define DATAGRAMS     64  /* of one socket before the next one's */
#define REPLIES       64  /* at one event */
#define UNPROVEN_MAX  32  /* connections that have not finished their handshake */
#define PRESSED       128 /* of all places, in 1/256: from here on all have to show a token */
#define RETRY_SECONDS 10
#define TOKEN_SECONDS 3600
#define NS_IN_A_MS    1000000

struct quic {
    struct desk desk;
    struct quic_home home;
    size_t socket_count;
    struct quic_socket socket[SERVE_LISTEN_MAX];
    int epoll;
    bool started;
    pthread_t thread;
    struct serve_counters counters;
    struct serve_counts counts;
    struct quic_datagram datagram;
};

/* --- beginnings ------------------------------------------------------------------------------ */

enum proof { PROOF_NONE, PROOF_RETRY, PROOF_TOKEN, PROOF_WRONG };

/* What the token in an initial packet shows. */
static enum proof check_token(const struct quic *quic, const struct quic_datagram *datagram,
                              const ngtcp2_pkt_hd *header, ngtcp2_cid *original)
{
    const struct sockaddr *remote = (const struct sockaddr *)&datagram->remote;
    const uint8_t *token = header->token.base;
    size_t size = header->token.len;

    if (size == 0) {
        return PROOF_NONE;
    }
    if (token[0] == NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY) {
        return ngtcp2_crypto_verify_retry_token(original, token, size, quic->home.secret,
                                                QUIC_SECRET, header->version, remote,
                                                datagram->remote_size, &header->dcid,
                                                RETRY_SECONDS * NGTCP2_SECONDS, quic_now()) == 0
                   ? PROOF_RETRY
                   : PROOF_WRONG;
    }
    /* A token of another time, or of another server, is as good as none. */
    return ngtcp2_crypto_verify_regular_token(token, size, quic->home.secret, QUIC_SECRET, remote,
                                              datagram->remote_size, TOKEN_SECONDS * NGTCP2_SECONDS,
                                              quic_now()) == 0
               ? PROOF_TOKEN
               : PROOF_NONE;
}

static bool has_to_prove(const struct quic *quic)
{
    return quic->home.handshaking >= UNPROVEN_MAX ||
           census_pressure(quic->desk.service->census) >= PRESSED;
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
static bool make_room(struct quic *quic, const struct client_address *client)
{
    for (struct quic_connection *at = quic->home.oldest; at != NULL; at = at->newer) {
        if (at->handshaken && quic_connection_is_idle(at) &&
            (client == NULL || same_client(&at->client, client))) {
            quic_connection_close(at, DOQ_NO_ERROR);
            return true;
        }
    }
    return false;
}

static bool admit(struct quic *quic, const struct client_address *client)
{
    struct census *census = quic->desk.service->census;
    enum census_verdict verdict = census_enter(census, client, false);

    if (verdict == CENSUS_CLIENT_FULL && make_room(quic, client)) {
        verdict = census_enter(census, client, false);
    }
    if (verdict == CENSUS_FULL && make_room(quic, NULL)) {
        verdict = census_enter(census, client, false);
    }
    return verdict == CENSUS_WELCOME;
}

static void begin(struct quic *quic, struct quic_datagram *datagram)
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
    proof = check_token(quic, datagram, &header, &original);
    if (proof == PROOF_WRONG) {
        quic_send_refusal(datagram, &header, NGTCP2_INVALID_TOKEN);
        return;
    }
    if (proof == PROOF_NONE && has_to_prove(quic)) {
        quic_send_retry(datagram, &header, quic->home.secret, quic_now());
        return;
    }
    client_of(&datagram->remote, &client);
    if (!admit(quic, &client)) {
        quic_send_refusal(datagram, &header, NGTCP2_CONNECTION_REFUSED);
        return;
    }
    if (proof == PROOF_RETRY) {
        beginning.original = &original;
        beginning.retried = true;
    }
    if (quic_connection_new(&quic->home, datagram, &beginning, &connection) == SWORN_OK) {
        count_more(&quic->counters.connections[TRANSPORT_QUIC], 1);
        (void)quic_connection_receive(connection, datagram);
    }
}

/* --- datagrams ------------------------------------------------------------------------------- */

static void take(struct quic *quic, struct quic_datagram *datagram)
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
    connection = cid_find(quic->home.table, header.dcid, header.dcidlen);
    if (connection != NULL) {
        (void)quic_connection_receive(connection, datagram);
        return;
    }
    if (header.version == 0) {
        quic_send_reset(datagram, &header, quic->home.secret);
        return;
    }
    begin(quic, datagram);
}

static void drain(struct quic *quic, struct quic_socket *socket)
{
    for (int i = 0; i < DATAGRAMS && quic_receive(socket, &quic->datagram); i++) {
        take(quic, &quic->datagram);
    }
}

static void expire(struct quic *quic)
{
    /* Each but once: what is due again at once waits for the next turn. */
    for (size_t left = quic->home.due.count; left > 0; left--) {
        struct due *due = due_first(&quic->home.due);

        if (due == NULL || due->time > quic_now()) {
            return;
        }
        (void)quic_connection_expire((struct quic_connection *)due);
    }
}

/* Milliseconds until something is due; -1: nothing. */
static int patience(const struct quic *quic)
{
    const struct due *due = due_first(&quic->home.due);
    uint64_t now = quic_now();
    uint64_t wait;

    if (due == NULL || due->time == DUE_NEVER) {
        return -1;
    }
    wait = due->time <= now ? 0 : (due->time - now) / NS_IN_A_MS + 1;
    return wait < INT32_MAX ? (int)wait : INT32_MAX;
}

/* Those that are left wake us again. */
static void serve_replies(struct quic *quic)
{
    struct reply *reply = replies_next(&quic->desk.replies);

    for (int i = 1; reply != NULL; i++) {
        (void)quic_connection_continue(reply->owner);
        reply = i < REPLIES ? replies_next(&quic->desk.replies) : NULL;
    }
}

/* --- the thread ------------------------------------------------------------------------------ */

/* Sockets by their number, then the replies, then the end. */
#define WAKE SERVE_LISTEN_MAX
#define STOP (SERVE_LISTEN_MAX + 1)

static bool on_event(struct quic *quic, uint64_t what)
{
    if (what == STOP) {
        return false;
    }
    if (what == WAKE) {
        serve_replies(quic);
        return true;
    }
    drain(quic, &quic->socket[what]);
    return true;
}

static void *quic_thread(void *argument)
{
    struct quic *quic = argument;
    bool going = answer_reader_new(quic->desk.service->answers, &quic->desk.reader) == SWORN_OK;

    while (going) {
        struct epoll_event events[SERVE_LISTEN_MAX + 2];
        int count = epoll_wait(quic->epoll, events, SERVE_LISTEN_MAX + 2, patience(quic));

        for (int i = 0; going && i < count; i++) {
            going = on_event(quic, events[i].data.u64);
        }
        expire(quic);
    }
    while (quic->home.oldest != NULL) {
        quic_connection_close(quic->home.oldest, DOQ_NO_ERROR);
    }
    answer_reader_free(quic->desk.reader);
    return NULL;
}

static bool watch(const struct quic *quic, int fd, uint64_t what)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = what};

    return epoll_ctl(quic->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool watch_all(struct quic *quic)
{
    bool done =
        watch(quic, quic->desk.service->stop, STOP) && watch(quic, quic->desk.replies.wake, WAKE);

    for (size_t i = 0; done && i < quic->socket_count; i++) {
        done = watch(quic, quic->socket[i].fd, i);
    }
    return done;
}

static enum sworn_result quic_open(struct quic *quic)
{
    SWORN_ENSURE(quic->epoll >= 0, SWORN_IO);
    SWORN_TRY(replies_init(&quic->desk.replies));
    SWORN_TRY(cid_table_new(&quic->home.table));
    SWORN_ENSURE(getrandom(quic->home.secret, QUIC_SECRET, 0) == QUIC_SECRET, SWORN_IO);
    SWORN_ENSURE(gnutls_priority_init(&quic->home.priority, PRIORITY, NULL) == GNUTLS_E_SUCCESS,
                 SWORN_CRYPTO);
    SWORN_ENSURE(watch_all(quic), SWORN_IO);
    quic->started = pthread_create(&quic->thread, NULL, quic_thread, quic) == 0;
    return quic->started ? SWORN_OK : SWORN_IO;
}

enum sworn_result quic_start(const struct service *service, const struct listen_address *addresses,
                             const int *sockets, size_t count, struct quic **made)
{
    struct quic *quic = calloc(1, sizeof(*quic));
    enum sworn_result result;

    SWORN_ENSURE(quic != NULL, SWORN_NO_MEMORY);
    quic->desk = (struct desk){.service = service,
                               .replies.wake = -1,
                               .counters = &quic->counters,
                               .counts = &quic->counts};
    quic->home.desk = &quic->desk;
    for (size_t i = 0; i < count; i++) {
        quic->socket[i] = (struct quic_socket){.address = &addresses[i], .fd = sockets[i]};
    }
    quic->socket_count = count;
    quic->epoll = epoll_create1(EPOLL_CLOEXEC);
    result = quic_open(quic);
    if (result != SWORN_OK) {
        quic_free(quic);
        return result;
    }
    *made = quic;
    return SWORN_OK;
}

void quic_join(struct quic *quic)
{
    if (quic != NULL && quic->started) {
        (void)pthread_join(quic->thread, NULL);
        quic->started = false;
    }
}

void quic_free(struct quic *quic)
{
    if (quic == NULL) {
        return;
    }
    replies_clear(&quic->desk.replies);
    due_clear(&quic->home.due);
    cid_table_free(quic->home.table);
    if (quic->home.priority != NULL) {
        gnutls_priority_deinit(quic->home.priority);
    }
    if (quic->epoll >= 0) {
        close(quic->epoll);
    }
    free(quic);
}

const struct serve_counters *quic_counters(const struct quic *quic)
{
    return &quic->counters;
}

const struct serve_counts *quic_counts(const struct quic *quic)
{
    return &quic->counts;
}
