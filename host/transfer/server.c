/*
 * server.c - which zones are published, and what has to be done about it; see server.h.
 */
#include "host/transfer/server.h"

#include "host/transfer/tell/inform.h"
#include "host/transfer/tell/notify.h"
#include "net/client.h"

#include <stdlib.h>
#include <time.h>

uint64_t transfer_clock(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static struct transfer_zone **bucket_of(struct transfer_server *server, const struct name *apex)
{
    struct name lower = *apex;
    uint32_t hash = UINT32_C(2166136261);

    name_lower(&lower);
    for (unsigned i = 0; i < lower.size; i++) {
        hash = (hash ^ lower.wire[i]) * UINT32_C(16777619);
    }
    return &server->zones[(hash ^ hash >> 16) % ZONE_BUCKETS];
}

struct transfer_zone *transfer_zone_at(struct transfer_server *server, const struct name *apex)
{
    struct transfer_zone *zone = *bucket_of(server, apex);

    while (zone != NULL && !name_equal(&zone->published.apex, apex)) {
        zone = zone->next;
    }
    return zone;
}

struct transfer_zone *transfer_zone_make(struct transfer_server *server, const struct name *apex)
{
    struct transfer_zone **bucket = bucket_of(server, apex);
    struct transfer_zone *zone = transfer_zone_at(server, apex);

    if (zone != NULL) {
        return zone;
    }
    zone = calloc(1, sizeof(*zone));
    if (zone != NULL) {
        zone->published.apex = *apex;
        zone->next = *bucket;
        *bucket = zone;
    }
    return zone;
}

static void unqueue(struct transfer_server *server, const struct target *target)
{
    struct target **place = &server->queue;

    while (*place != NULL && *place != target) {
        place = &(*place)->next_queued;
    }
    if (*place != NULL) {
        *place = target->next_queued;
        if (*place == NULL) {
            server->queue_end = place;
        }
    }
}

static void targets_free(struct transfer_server *server, struct transfer_zone *zone)
{
    while (zone->targets != NULL) {
        struct target *target = zone->targets;

        zone->targets = target->next;
        if (target->queued) {
            unqueue(server, target);
        }
        if (target->flying) {
            notifier_forget(server->notifier, target);
        }
        free(target);
    }
}

static void zone_drop(struct transfer_server *server, struct transfer_zone *zone)
{
    struct transfer_zone **place = bucket_of(server, &zone->published.apex);

    while (*place != zone) {
        place = &(*place)->next;
    }
    *place = zone->next;
    targets_free(server, zone);
    free(zone);
}

size_t transfer_remotes(const struct config *config, const struct transfer_zone *zone,
                        const struct config_remote *remotes[REMOTES_MAX])
{
    const struct config_template *own = config_template_of(config, &zone->published.apex);
    size_t count = 0;

    for (unsigned i = 0; i < config->template_count; i++) {
        const struct config_template *settings = &config->template[i];
        struct name catalog;
        bool wanted = zone->is_catalog ? catalog_of(settings, &catalog) &&
                                             name_equal(&catalog, &zone->published.apex)
                                       : settings == own;

        for (unsigned j = 0; wanted && j < settings->notify_count && count < REMOTES_MAX; j++) {
            size_t k = 0;

            while (k < count && remotes[k] != settings->notify[j]) {
                k++;
            }
            remotes[k] = settings->notify[j];
            count += k == count;
        }
    }
    return count;
}

void transfer_queue(struct transfer_server *server, struct target *target, uint64_t due)
{
    target->due = due;
    if (target->queued) {
        return;
    }
    target->queued = true;
    target->next_queued = NULL;
    *server->queue_end = target;
    server->queue_end = &target->next_queued;
}

static struct target *target_make(struct transfer_zone *zone, const char *id)
{
    struct target *target = zone->targets;

    while (target != NULL && strncmp(target->id, id, ID_SIZE - 1) != 0) {
        target = target->next;
    }
    if (target != NULL) {
        return target;
    }
    target = calloc(1, sizeof(*target));
    if (target != NULL) {
        (void)strncpy(target->id, id, ID_SIZE - 1);
        target->zone = zone;
        target->next = zone->targets;
        zone->targets = target;
    }
    return target;
}

void transfer_announce(struct transfer_server *server, const struct config *config,
                       struct transfer_zone *zone)
{
    const struct config_remote *remotes[REMOTES_MAX];
    size_t count = transfer_remotes(config, zone, remotes);

    for (size_t i = 0; i < count; i++) {
        struct target *target = target_make(zone, remotes[i]->id);

        if (target == NULL) {
            continue; /* it finds out by itself when its refresh timer ends */
        }
        target->state.serial_published = zone->published.serial;
        target->tries = 0;
        target->again = target->flying;
        if (!target->flying) {
            transfer_queue(server, target, transfer_clock());
        }
    }
}

static void note_publication(struct transfer_server *server, const struct config *config,
                             const struct commit_publication *publication)
{
    struct transfer_zone *zone = transfer_zone_make(server, publication->apex);

    if (zone == NULL) {
        return;
    }
    if (!hash_equal(&zone->published.id, publication->zone_id)) {
        server->members_changed = true;
    }
    zone->published.id = *publication->zone_id;
    zone->published.number = publication->number;
    zone->published.serial = publication->serial;
    zone->published.index = publication->index;
    zone->published.denial = publication->denial;
    zone->is_catalog = false;
    transfer_announce(server, config, zone);
}

static void on_published(void *context, const struct commit_publication *publication)
{
    struct transfer_server *server = context;
    struct config_held *held = config_hold(server->config);
    const struct config *config = config_of(held);

    (void)pthread_mutex_lock(&server->lock);
    note_publication(server, config, publication);
    (void)pthread_mutex_unlock(&server->lock);
    if (publication->delegation_changed && config_template_of(config, publication->apex)->dsync) {
        inform_parent(server->informer, publication->apex);
    }
    config_let_go(held);
    notifier_wake(server->notifier);
}

static void on_removed(void *context, const struct name *apex)
{
    struct transfer_server *server = context;
    struct transfer_zone *zone;

    (void)pthread_mutex_lock(&server->lock);
    zone = transfer_zone_at(server, apex);
    if (zone != NULL && !zone->is_catalog) {
        zone_drop(server, zone);
        server->members_changed = true;
    }
    (void)pthread_mutex_unlock(&server->lock);
    notifier_wake(server->notifier);
}

static unsigned journal_of(void *context, const struct name *apex)
{
    struct transfer_server *server = context;
    struct config_held *held = config_hold(server->config);
    unsigned commits = config_template_of(config_of(held), apex)->journal;

    config_let_go(held);
    return commits;
}

struct commit_events transfer_events(struct transfer_server *server)
{
    return (struct commit_events){
        .context = server, .published = on_published, .removed = on_removed, .journal = journal_of};
}

enum sworn_result transfer_server_new(const struct transfer_options *options,
                                      struct transfer_server **server)
{
    struct transfer_server *made = calloc(1, sizeof(*made));
    enum sworn_result result;

    SWORN_ENSURE(made != NULL, SWORN_NO_MEMORY);
    (void)pthread_mutex_init(&made->lock, NULL);
    made->config = options->config;
    made->store = options->store;
    made->log = options->log;
    made->queue_end = &made->queue;
    made->members_changed = true;
    catalogs_init(&made->catalogs);
    result = notifier_new(made, &made->notifier);
    if (result == SWORN_OK) {
        result = informer_new(options->config, &made->informer);
    }
    if (result != SWORN_OK) {
        transfer_server_free(made);
        return result;
    }
    *server = made;
    return SWORN_OK;
}

enum sworn_result transfer_server_start(struct transfer_server *server)
{
    transfer_catalogs(server);
    SWORN_TRY(informer_start(server->informer));
    return notifier_start(server->notifier);
}

void transfer_server_reload(struct transfer_server *server)
{
    struct config_held *held = config_hold(server->config);

    (void)pthread_mutex_lock(&server->lock);
    server->members_changed = true;
    for (size_t i = 0; i < ZONE_BUCKETS; i++) {
        for (struct transfer_zone *zone = server->zones[i]; zone != NULL; zone = zone->next) {
            transfer_announce(server, config_of(held), zone);
        }
    }
    (void)pthread_mutex_unlock(&server->lock);
    config_let_go(held);
    notifier_wake(server->notifier);
}

void transfer_server_free(struct transfer_server *server)
{
    if (server == NULL) {
        return;
    }
    notifier_stop(server->notifier);
    informer_free(server->informer);
    for (size_t i = 0; i < ZONE_BUCKETS; i++) {
        while (server->zones[i] != NULL) {
            zone_drop(server, server->zones[i]);
        }
    }
    notifier_free(server->notifier);
    catalogs_clear(&server->catalogs);
    (void)pthread_mutex_destroy(&server->lock);
    free(server);
}

bool transfer_published(struct transfer_server *server, const struct name *apex,
                        struct published *published)
{
    struct transfer_zone *zone;
    bool found;

    (void)pthread_mutex_lock(&server->lock);
    zone = transfer_zone_at(server, apex);
    found = zone != NULL && !zone->is_catalog;
    if (found) {
        *published = zone->published;
    }
    (void)pthread_mutex_unlock(&server->lock);
    return found;
}

static bool has_address(const struct config_remote *remote, const struct client_address *client)
{
    struct client_address address;
    struct endpoint endpoint;

    if (endpoint_read(remote->address, &endpoint) != SWORN_OK) {
        return false;
    }
    endpoint_client(&endpoint, &address);
    return memcmp(address.octets, client->octets, sizeof(address.octets)) == 0;
}

static void note_target(struct transfer_zone *zone, const char *id, uint32_t serial)
{
    struct target *target = target_make(zone, id);

    if (target != NULL) {
        target->state.serial_transferred = serial;
        target->state.transferred = (uint64_t)time(NULL);
    }
}

void transfer_note(struct transfer_server *server, const struct transfer_request *request,
                   const struct name *apex, uint32_t serial)
{
    const struct config_remote *remotes[REMOTES_MAX];
    struct transfer_zone *zone;
    bool known = false;
    size_t count;

    (void)pthread_mutex_lock(&server->lock);
    zone = transfer_zone_at(server, apex);
    count = zone == NULL ? 0 : transfer_remotes(request->config, zone, remotes);
    /* By key and address; a secondary may ask from another address than it listens on. */
    for (int by_key = 0; by_key < 2 && !known; by_key++) {
        for (size_t i = 0; i < count; i++) {
            if (remotes[i]->key != request->key ||
                (by_key == 0 && !has_address(remotes[i], &request->exchange->client)) ||
                (by_key == 1 && request->key == NULL)) {
                continue;
            }
            note_target(zone, remotes[i]->id, serial);
            known = true;
        }
    }
    (void)pthread_mutex_unlock(&server->lock);
}

void transfer_status(struct transfer_server *server, void *context,
                     void (*each)(void *context, const struct name *zone, const char *remote,
                                  const struct transfer_state *state))
{
    (void)pthread_mutex_lock(&server->lock);
    for (size_t i = 0; i < ZONE_BUCKETS; i++) {
        for (const struct transfer_zone *zone = server->zones[i]; zone != NULL; zone = zone->next) {
            for (const struct target *target = zone->targets; target != NULL;
                 target = target->next) {
                each(context, &zone->published.apex, target->id, &target->state);
            }
        }
    }
    (void)pthread_mutex_unlock(&server->lock);
}

void transfer_counters(struct transfer_server *server, struct transfer_counters *counters)
{
    (void)pthread_mutex_lock(&server->lock);
    *counters = server->counters;
    (void)pthread_mutex_unlock(&server->lock);
}
