/*
 * server.c - beginning, end, ticking and health of the commit layer; see commit.h.
 */
#include "host/commit/server.h"

#include "host/commit/boot.h"
#include "host/commit/clean.h"
#include "host/commit/publish.h"
#include "host/commit/renew.h"

#include <stdlib.h>
#include <time.h>

#define START_ATTEMPTS 50

static enum sworn_result load_one(struct commit_server *server, struct store_view *view,
                                  const struct hash *zone_id, struct reason *reason)
{
    struct hosted_zone *zone;
    struct zone_leaf leaf;
    struct zone_row row;
    struct octets value;
    struct reason cause = {0};
    enum sworn_result result = zone_leaf_get(view, zone_id, &value);

    SWORN_SAY(result == SWORN_OK, reason, SWORN_PROOF, "the store lost the leaf of a zone");
    result = zone_leaf_read(value, &leaf);
    SWORN_SAY(result == SWORN_OK, reason, result, "the store's leaf of a zone is damaged");
    if (leaf.state != ZONE_LIVE) {
        return SWORN_OK;
    }
    result = zone_row_get(view, zone_id, &row);
    if (result == SWORN_OK) {
        result = hosted_zone_add(server, zone_id, &leaf, row.number, &zone);
    }
    SWORN_SAY(result == SWORN_OK, reason, result, "zone %.*s: its leaf or its row is damaged",
              (int)leaf.apex.size, (const char *)leaf.apex.data);
    zone->cleaning = clean_is_owed(view, row.number);
    zone->serial = leaf.serial;
    SWORN_TRY(log_size_get(view, &zone->index));
    zone->index--; /* the newest entry: what the zone has come to lies not behind it */
    result = publish_whole(server, zone, &cause);
    SWORN_SAY(result == SWORN_OK, reason, result, "zone %.*s: %s", (int)leaf.apex.size,
              (const char *)leaf.apex.data,
              cause.text[0] != 0 ? cause.text : "its rows are damaged");
    publish_tell(server, zone);
    return SWORN_OK;
}

/* Each apex of the top tree has its zone: a zone whose row got lost would not be missed else. */
static enum sworn_result count_zones(const struct commit_server *server, struct store_view *view,
                                     struct reason *reason)
{
    static const uint8_t apexes[] = {1, 1}; /* values of the top tree; keys of apexes in it */
    struct store_walk *walk;
    struct octets key, value;
    size_t expected = 0, found = 0;
    enum sworn_result result;

    SWORN_TRY(store_walk_begin(view, STORE_TOP, octets_of(apexes, sizeof(apexes)), &walk));
    for (result = SWORN_OK; result == SWORN_OK; expected += result == SWORN_OK) {
        result = store_walk_next(walk, &key, &value);
    }
    store_walk_end(walk);
    SWORN_ENSURE(result == SWORN_ABSENT, result);
    for (const struct hosted_zone *zone = server->zones; zone != NULL; zone = zone->next) {
        found++;
    }
    SWORN_SAY(found == expected, reason, SWORN_PROOF,
              "the store has rows of %zu zones where the top tree has %zu: rows are lost", found,
              expected);
    return SWORN_OK;
}

static enum sworn_result load_all(struct commit_server *server, struct reason *reason)
{
    struct store_walk *walk = NULL;
    struct store_view *view;
    enum sworn_result result;

    SWORN_TRY(store_read(server->store, &view));
    result = store_walk_begin(view, STORE_ZONES, octets_of(NULL, 0), &walk);
    while (result == SWORN_OK) {
        struct octets key, value;
        struct hash zone_id;

        result = store_walk_next(walk, &key, &value);
        if (result == SWORN_OK && key.size == HASH_SIZE) {
            memcpy(zone_id.octets, key.data, HASH_SIZE);
            result = load_one(server, view, &zone_id, reason);
            result = result == SWORN_ABSENT ? SWORN_PROOF : result;
        }
    }
    store_walk_end(walk);
    if (result == SWORN_ABSENT) {
        result = count_zones(server, view, reason);
    }
    store_end(view);
    return result;
}

/* An enclave that does not come up at the first attempt gets a few more. */
static enum sworn_result boot_patiently(struct commit_server *server, struct reason *reason)
{
    struct timespec pause = {.tv_nsec = 100000000};
    enum sworn_result result = boot_enclave(server, reason);

    for (int i = 0; i < START_ATTEMPTS && result == SWORN_UNAVAILABLE; i++) {
        (void)nanosleep(&pause, NULL);
        result = boot_enclave(server, reason);
    }
    return result;
}

enum sworn_result commit_server_new(const struct commit_options *options, struct store *store,
                                    struct answer_server *answers, struct commit_server **server,
                                    struct reason *reason)
{
    struct link_options link = {.enclave = options->enclave,
                                .secret_file = options->secret_file,
                                .patience = options->patience,
                                .log = options->log};
    struct commit_server *made = calloc(1, sizeof(*made));
    enum sworn_result result;

    SWORN_ENSURE(made != NULL, SWORN_NO_MEMORY);
    (void)pthread_mutex_init(&made->lock, NULL);
    made->store = store;
    made->answers = answers;
    made->accept_time = options->accept_time;
    made->events = options->events;
    made->log = options->log;
    link_init(&made->link, &link);
    result = boot_patiently(made, reason);
    if (result == SWORN_OK) {
        result = load_all(made, reason);
    }
    if (result != SWORN_OK) {
        commit_server_free(made);
        return result;
    }
    *server = made;
    return SWORN_OK;
}

void commit_server_free(struct commit_server *server)
{
    if (server == NULL) {
        return;
    }
    link_down(&server->link);
    while (server->zones != NULL) {
        hosted_zone_remove(server, server->zones);
    }
    (void)pthread_mutex_destroy(&server->lock);
    free(server);
}

static void tick_zone(struct commit_server *server, struct hosted_zone *zone)
{
    struct reason reason = {0};
    char apex[NAME_TEXT_SIZE];

    name_to_text(&zone->apex, apex);
    if (zone->waiting && commit_now() - zone->waiting_since >= PUBLISH_AFTER &&
        publish_now(server, zone, NULL, 0) != SWORN_OK) {
        log_warning(server->log, "zone %s: batches that waited for more could not be published",
                    apex);
    }
    if (renew_zone(server, zone, &reason) != SWORN_OK) {
        log_warning(server->log, "zone %s: signatures are not renewed: %s", apex, reason.text);
    }
}

void commit_tick(struct commit_server *server)
{
    struct reason reason = {0};

    (void)pthread_mutex_lock(&server->lock);
    link_look(&server->link);
    if (boot_enclave(server, &reason) == SWORN_OK) {
        for (struct hosted_zone *zone = server->zones; zone != NULL; zone = zone->next) {
            tick_zone(server, zone);
        }
    }
    (void)pthread_mutex_unlock(&server->lock);
}

static bool healthy(const struct commit_server *server, struct reason *reason)
{
    uint64_t now = commit_now();
    char apex[NAME_TEXT_SIZE];

    if (server->red) {
        *reason = server->red_reason;
        return false;
    }
    if (!link_is_up(&server->link)) {
        return because(reason, SWORN_UNAVAILABLE, "the enclave is being restarted: %s",
                       server->link.why) == SWORN_OK;
    }
    for (const struct hosted_zone *zone = server->zones; zone != NULL; zone = zone->next) {
        if (zone->expires != 0 && zone->expires < now + zone->lifetime / 7) {
            name_to_text(&zone->apex, apex);
            return because(reason, SWORN_UNAVAILABLE,
                           "signatures of %.400s have less than a seventh of their life left",
                           apex) == SWORN_OK;
        }
    }
    return true;
}

bool commit_healthy(struct commit_server *server, struct reason *reason)
{
    bool well;

    (void)pthread_mutex_lock(&server->lock);
    link_look(&server->link);
    well = healthy(server, reason);
    (void)pthread_mutex_unlock(&server->lock);
    return well;
}
