/*
 * members.c - which zones are in which catalog: the lists are made anew when zones come and go.
 */
#include "host/transfer/server.h"

#include "host/transfer/tell/notify.h"

static bool is_member(const struct config *config, const struct transfer_zone *zone,
                      const struct name *catalog)
{
    const struct config_template *settings = config_template_of(config, &zone->published.apex);
    struct name own;

    return !zone->is_catalog && catalog_of(settings, &own) && name_equal(&own, catalog);
}

static size_t zones_count(const struct transfer_server *server)
{
    size_t count = 0;

    for (size_t i = 0; i < ZONE_BUCKETS; i++) {
        for (const struct transfer_zone *zone = server->zones[i]; zone != NULL; zone = zone->next) {
            count++;
        }
    }
    return count;
}

static enum sworn_result collect(const struct transfer_server *server, const struct config *config,
                                 struct catalog *catalog)
{
    for (size_t i = 0; i < ZONE_BUCKETS; i++) {
        for (const struct transfer_zone *zone = server->zones[i]; zone != NULL; zone = zone->next) {
            if (is_member(config, zone, &catalog->apex)) {
                SWORN_TRY(catalog_add(catalog, &zone->published.id, &zone->published.apex,
                                      config_template_of(config, &zone->published.apex)->group));
            }
        }
    }
    return SWORN_OK;
}

/* Members under the lock; the serial, which may be written to the store, without. */
static enum sworn_result make(struct transfer_server *server, const struct config *config,
                              const struct name *apex, uint32_t *serial)
{
    struct catalog *catalog;
    enum sworn_result result;

    (void)pthread_mutex_lock(&server->lock);
    result = catalog_new(apex, zones_count(server), &catalog);
    if (result == SWORN_OK) {
        result = collect(server, config, catalog);
        if (result != SWORN_OK) {
            catalog_free(catalog);
        }
    }
    (void)pthread_mutex_unlock(&server->lock);
    SWORN_TRY(result);
    return catalog_put(&server->catalogs, server->store, catalog, serial);
}

static void announce(struct transfer_server *server, const struct config *config,
                     const struct name *apex, uint32_t serial)
{
    struct transfer_zone *zone;

    (void)pthread_mutex_lock(&server->lock);
    zone = transfer_zone_make(server, apex);
    /* A zone that somebody created with the catalog's name stays a zone. */
    if (zone != NULL && (zone->is_catalog || hash_is_zero(&zone->published.id)) &&
        (!zone->is_catalog || zone->published.serial != serial)) {
        zone->is_catalog = true;
        zone->published.serial = serial;
        transfer_announce(server, config, zone);
    }
    (void)pthread_mutex_unlock(&server->lock);
}

/* Whether an earlier template has the same catalog. */
static bool was_made(const struct config *config, unsigned index, const struct name *apex)
{
    struct name other;

    for (unsigned i = 0; i < index; i++) {
        if (catalog_of(&config->template[i], &other) && name_equal(&other, apex)) {
            return true;
        }
    }
    return false;
}

void transfer_catalogs(struct transfer_server *server)
{
    struct config_held *held = config_hold(server->config);
    const struct config *config = config_of(held);
    struct name apex;
    uint32_t serial;

    (void)pthread_mutex_lock(&server->lock);
    server->members_changed = false;
    (void)pthread_mutex_unlock(&server->lock);
    catalogs_keep(&server->catalogs, config);
    for (unsigned i = 0; i < config->template_count; i++) {
        if (!catalog_of(&config->template[i], &apex) || was_made(config, i, &apex)) {
            continue;
        }
        if (make(server, config, &apex, &serial) == SWORN_OK) {
            announce(server, config, &apex, serial);
        }
    }
    config_let_go(held);
}
