/*
 * zones.c - the list of zones that this host works on; see server.h.
 */
#include "host/commit/server.h"

#include "core/change/policy.h"

#include <stdlib.h>
#include <time.h>

#define UNPUBLISHED_CAP ((size_t)4096 * 1024 * 1024)

uint64_t commit_now(void)
{
    return (uint64_t)time(NULL);
}

struct hosted_zone *hosted_zone_at(struct commit_server *server, const struct name *apex)
{
    struct hosted_zone *zone = server->zones;

    while (zone != NULL && !name_equal(&zone->apex, apex)) {
        zone = zone->next;
    }
    return zone;
}

enum sworn_result hosted_zone_update(struct hosted_zone *zone, const struct zone_leaf *leaf)
{
    struct policy policy;
    struct reason reason;
    uint64_t soon;

    SWORN_TRY(policy_read(leaf->policy, &policy, &reason));
    /* New signatures live for nine tenths of the lifetime at least, and are due at the half. */
    soon = commit_now() + policy.lifetime / 10 * 4;
    if (zone->lifetime != policy.lifetime || soon < zone->due) {
        zone->due = zone->lifetime == policy.lifetime ? soon : 0;
    }
    zone->lifetime = policy.lifetime;
    zone->limit = policy.limits.changed;
    zone->owed = zone_leaf_owes(leaf);
    zone->denial = leaf->denial;
    zone->turns = leaf->owed == OWED_NOTHING && zone_leaf_owes(leaf);
    zone->builds = zone_leaf_builds(leaf);
    return SWORN_OK;
}

enum sworn_result hosted_zone_add(struct commit_server *server, const struct hash *id,
                                  const struct zone_leaf *leaf, uint32_t number,
                                  struct hosted_zone **added)
{
    struct hosted_zone *zone = calloc(1, sizeof(*zone));
    enum sworn_result result;

    SWORN_ENSURE(zone != NULL, SWORN_NO_MEMORY);
    zone->id = *id;
    zone->number = number;
    zone->whole = true;
    region_init(&zone->unpublished_region, UNPUBLISHED_CAP);
    result = name_from_text(leaf->apex, NULL, &zone->apex);
    if (result == SWORN_OK) {
        result = hosted_zone_update(zone, leaf);
    }
    if (result != SWORN_OK) {
        free(zone);
        return result;
    }
    (void)pthread_mutex_lock(&server->brief);
    zone->next = server->zones;
    server->zones = zone;
    (void)pthread_mutex_unlock(&server->brief);
    *added = zone;
    return SWORN_OK;
}

void hosted_zone_remove(struct commit_server *server, struct hosted_zone *zone)
{
    struct hosted_zone **place = &server->zones;

    while (*place != NULL && *place != zone) {
        place = &(*place)->next;
    }
    if (*place == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&server->brief);
    *place = zone->next;
    (void)pthread_mutex_unlock(&server->brief);
    region_clear(&zone->unpublished_region);
    free(zone);
}

void hosted_zone_show(struct commit_server *server, struct hosted_zone *zone)
{
    const struct shown_zone shown = {
        .serial = zone->serial,
        .lifetime = zone->lifetime,
        .expires = zone->expires == UINT64_MAX ? 0 : zone->expires,
        .sets = zone->sets,
        .waiting = zone->waiting,
        .stopped = zone->stopped,
    };

    (void)pthread_mutex_lock(&server->brief);
    zone->shown = shown;
    (void)pthread_mutex_unlock(&server->brief);
}
