/*
 * server.c - beginning, end, ticking and health of the commit layer; see commit.h.
 */
#include "host/commit/server.h"

#include "host/commit/boot.h"
#include "host/commit/clean.h"
#include "host/commit/ended.h"
#include "host/commit/publish.h"
#include "host/commit/renew.h"
#include "host/commit/serving.h"

#include <stdlib.h>
#include <time.h>

#define START_ATTEMPTS 50
#define TELL_AGAIN     60 /* seconds between lines about the same failure */
#define HOLD_FOR       20 /* milliseconds that a look at all zones keeps others waiting */

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
        return ended_add(server, zone_id, leaf.apex);
    }
    result = zone_row_get(view, zone_id, &row);
    if (result == SWORN_OK) {
        result = hosted_zone_add(server, zone_id, &leaf, row.number, &zone);
    }
    SWORN_SAY(result == SWORN_OK, reason, result, "zone %.*s: its leaf or its row is damaged",
              (int)leaf.apex.size, (const char *)leaf.apex.data);
    zone->cleaning = clean_is_owed(view, row.number);
    zone->serial = leaf.serial;
    zone->sets = row.sets;
    zone->stopped = serving_is_stopped(view, zone_id);
    SWORN_TRY(log_size_get(view, &zone->index));
    zone->index--; /* the newest entry: what the zone has come to lies not behind it */
    hosted_zone_show(server, zone);
    if (zone->stopped) {
        return SWORN_OK;
    }
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
    (void)pthread_mutex_init(&made->turn, NULL);
    (void)pthread_mutex_init(&made->lock, NULL);
    (void)pthread_mutex_init(&made->brief, NULL);
    made->store = store;
    made->answers = answers;
    made->accept_time = options->accept_time;
    made->limits = options->limits;
    made->zonemd_most = options->zonemd_most;
    made->events = options->events;
    made->log = options->log;
    link_init(&made->link, &link);
    server_lock(made);
    result = boot_patiently(made, reason);
    if (result == SWORN_OK) {
        result = load_all(made, reason);
    }
    server_unlock(made);
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
    ended_free(server);
    (void)pthread_mutex_destroy(&server->turn);
    (void)pthread_mutex_destroy(&server->lock);
    (void)pthread_mutex_destroy(&server->brief);
    free(server);
}

static void tick_zone(struct commit_server *server, struct hosted_zone *zone)
{
    struct reason reason = {0};
    uint64_t now = commit_now();
    bool tell = now - zone->told >= TELL_AGAIN;
    char apex[NAME_TEXT_SIZE];

    if (zone->waiting && now - zone->waiting_since >= PUBLISH_AFTER &&
        publish_now(server, zone, NULL, 0) != SWORN_OK && tell) {
        zone->told = now;
        name_to_text(&zone->apex, apex);
        log_warning(server->log, "zone %s: batches that waited for more could not be published",
                    apex);
    }
    if (renew_zone(server, zone, &reason) != SWORN_OK && tell) {
        zone->told = now;
        name_to_text(&zone->apex, apex);
        log_warning(server->log, "zone %s: signatures are not renewed: %s", apex, reason.text);
    }
    hosted_zone_show(server, zone);
}

static uint64_t milliseconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Zones that were not looked at in this round, for a while; false when none is left. */
static bool tick_some(struct commit_server *server)
{
    uint64_t end = milliseconds() + HOLD_FOR;
    struct reason reason = {0};

    if (boot_enclave(server, &reason) != SWORN_OK) {
        return false;
    }
    for (struct hosted_zone *zone = server->zones; zone != NULL; zone = zone->next) {
        if (zone->round == server->round) {
            continue;
        }
        if (milliseconds() >= end) {
            return true;
        }
        zone->round = server->round;
        tick_zone(server, zone);
    }
    ended_tick(server);
    return false;
}

void commit_tick(struct commit_server *server)
{
    bool more = true;

    server_lock(server);
    server->round++;
    link_look(&server->link);
    while (more) {
        more = tick_some(server);
        server_unlock(server);
        if (more) {
            server_lock(server);
        }
    }
}

/* --- what others know ------------------------------------------------------------------------ */

void server_lock(struct commit_server *server)
{
    (void)pthread_mutex_lock(&server->turn);
    (void)pthread_mutex_lock(&server->lock);
    (void)pthread_mutex_unlock(&server->turn);
}

static void show(struct commit_server *server)
{
    struct shown_server *shown = &server->shown;

    (void)pthread_mutex_lock(&server->brief);
    shown->up = link_is_up(&server->link);
    shown->red = server->red;
    shown->counters = server->counters;
    if (server->red) {
        shown->why = server->red_reason;
    } else if (!shown->up) {
        (void)because(&shown->why, SWORN_UNAVAILABLE, "the enclave is being restarted: %s",
                      server->link.why);
    }
    (void)pthread_mutex_unlock(&server->brief);
}

void server_unlock(struct commit_server *server)
{
    show(server);
    (void)pthread_mutex_unlock(&server->lock);
}

static bool zone_healthy(const struct hosted_zone *zone, uint64_t now, struct reason *reason)
{
    const struct shown_zone *shown = &zone->shown;
    char apex[NAME_TEXT_SIZE];

    if (shown->stopped || shown->expires == 0 || shown->expires >= now + shown->lifetime / 7) {
        return true;
    }
    name_to_text(&zone->apex, apex);
    (void)because(reason, SWORN_UNAVAILABLE,
                  "signatures of %.400s have less than a seventh of their life left", apex);
    return false;
}

bool commit_healthy(struct commit_server *server, struct reason *reason)
{
    uint64_t now = commit_now();
    bool well;

    /* An enclave that ended unseen is only looked for while nobody works with it. */
    if (pthread_mutex_trylock(&server->lock) == 0) {
        link_look(&server->link);
        server_unlock(server);
    }
    (void)pthread_mutex_lock(&server->brief);
    well = server->shown.up && !server->shown.red;
    if (!well) {
        *reason = server->shown.why;
    }
    for (const struct hosted_zone *zone = server->zones; well && zone != NULL; zone = zone->next) {
        well = zone_healthy(zone, now, reason);
    }
    (void)pthread_mutex_unlock(&server->brief);
    return well;
}

void commit_count(struct commit_server *server, struct commit_counters *counters)
{
    (void)pthread_mutex_lock(&server->brief);
    *counters = server->shown.counters;
    (void)pthread_mutex_unlock(&server->brief);
}
