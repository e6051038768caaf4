/*
 * boot.c - bringing the enclave to where the store is; see boot.h.
 */
#include "host/commit/boot.h"

static enum sworn_result hello(struct commit_server *server, struct region *region,
                               struct reason *reason)
{
    uint8_t limits[GUARD_LIMITS_SIZE];
    struct writer writer = writer_over(limits, sizeof(limits));
    struct message_hello message = {.version = BOUNDARY_VERSION,
                                    .zonemd_most = server->zonemd_most};
    struct message_hello_reply reply;
    struct link_call call = {.type = MESSAGE_HELLO,
                             .message = &message,
                             .size = sizeof(message),
                             .reply_type = MESSAGE_HELLO_REPLY,
                             .reply = &reply,
                             .reply_size = sizeof(reply)};

    SWORN_TRY(guard_limits_write(&server->limits, &writer));
    message.limits = written(&writer);
    return link_ask(&server->link, &call, region, reason);
}

static enum sworn_result genesis_store(struct store_view *view,
                                       const struct message_genesis_reply *reply)
{
    static const uint8_t zero[8];

    SWORN_TRY(store_put(view, STORE_META, octets_of_text("size"), octets_of(zero, sizeof(zero))));
    SWORN_TRY(store_put(view, STORE_META, octets_of_text("log key"), reply->sealed_log_key));
    SWORN_TRY(store_put(view, STORE_META, octets_of_text("log public key"), reply->log_public_key));
    return store_put(view, STORE_META, octets_of_text("checkpoint"), reply->checkpoint);
}

static enum sworn_result genesis(struct commit_server *server, struct region *region,
                                 struct reason *reason)
{
    struct message_genesis message = {0};
    struct message_genesis_reply reply;
    struct link_call call = {.type = MESSAGE_GENESIS,
                             .message = &message,
                             .size = sizeof(message),
                             .reply_type = MESSAGE_GENESIS_REPLY,
                             .reply = &reply,
                             .reply_size = sizeof(reply)};
    struct store_view *view;
    enum sworn_result result;

    SWORN_TRY(link_ask(&server->link, &call, region, reason));
    SWORN_TRY(store_write(server->store, &view));
    result = genesis_store(view, &reply);
    if (result != SWORN_OK) {
        store_end(view);
        return because(reason, SWORN_IO, "the store does not take the log's key");
    }
    return store_commit(view);
}

/* The log's last entry and its path, for a log that has one. */
static enum sworn_result start_entry(struct store_view *view, uint64_t size, struct region *region,
                                     struct message_start *message)
{
    struct log_source source = log_rows(view);
    struct writer peaks = writer_in(region, LOG_PEAKS_MAX * HASH_SIZE);
    struct writer path = writer_in(region, LOG_PEAKS_MAX * HASH_SIZE);
    struct log_peaks found;
    struct row_key key;

    SWORN_TRY(log_load_peaks(&source, size, &found));
    for (size_t i = 0; i < log_peak_count(size); i++) {
        SWORN_TRY(write_hash(&peaks, &found.peaks[i]));
    }
    message->peaks = written(&peaks);
    if (size == 0) {
        return SWORN_OK;
    }
    row_of_entry(size - 1, &key);
    SWORN_TRY(store_get(view, STORE_LOG, row_octets(&key), &message->entry));
    SWORN_TRY(log_prove_inclusion(&source, size - 1, size, &path));
    message->inclusion = written(&path);
    return SWORN_OK;
}

static enum sworn_result start_message(struct store_view *view, struct region *region,
                                       struct message_start *message)
{
    uint64_t size;

    SWORN_TRY(log_size_get(view, &size));
    SWORN_TRY(store_get(view, STORE_META, octets_of_text("log key"), &message->sealed_log_key));
    SWORN_TRY(
        store_get(view, STORE_META, octets_of_text("log public key"), &message->log_public_key));
    SWORN_TRY(store_get(view, STORE_META, octets_of_text("checkpoint"), &message->checkpoint));
    return start_entry(view, size, region, message);
}

static enum sworn_result start_from(struct commit_server *server, struct store_view *view,
                                    struct region *region, struct reason *reason)
{
    struct message_start message = {0};
    struct message_started reply;
    struct link_call call = {.type = MESSAGE_START,
                             .message = &message,
                             .size = sizeof(message),
                             .reply_type = MESSAGE_STARTED,
                             .reply = &reply,
                             .reply_size = sizeof(reply)};
    enum sworn_result result = start_message(view, region, &message);

    SWORN_SAY(result == SWORN_OK, reason, SWORN_PROOF,
              "the store has no whole head of the log: rows are lost");
    return link_ask(&server->link, &call, region, reason);
}

static enum sworn_result start(struct commit_server *server, struct region *region,
                               struct reason *reason)
{
    struct store_view *view;
    struct octets key, value;
    enum sworn_result result;

    SWORN_TRY(hello(server, region, reason));
    SWORN_TRY(store_read(server->store, &view));
    /* Every store that had its genesis says how long its log is: a new log begins in a new one. */
    result = store_get(view, STORE_META, octets_of_text("size"), &value);
    if (result == SWORN_ABSENT) {
        result = store_next(view, STORE_LOG, octets_of("", 1), false, &key, &value);
    }
    if (result != SWORN_ABSENT) {
        result = result == SWORN_OK ? start_from(server, view, region, reason) : result;
        store_end(view);
        return result;
    }
    store_end(view);
    return genesis(server, region, reason);
}

enum sworn_result boot_enclave(struct commit_server *server, struct reason *reason)
{
    struct region region;
    enum sworn_result result;

    if (link_is_up(&server->link)) {
        return SWORN_OK;
    }
    SWORN_TRY(link_up(&server->link, reason));
    region_init(&region, COMMIT_CAP);
    result = start(server, &region, reason);
    region_clear(&region);
    server->red = result != SWORN_OK && result != SWORN_UNAVAILABLE;
    if (server->red) {
        server->red_reason = *reason;
    }
    if (result != SWORN_OK) {
        link_down(&server->link);
        return result;
    }
    link_proven(&server->link);
    log_info(server->log, "enclave: started%s",
             server->counters.enclave_starts++ > 0 ? " again" : "");
    return SWORN_OK;
}
