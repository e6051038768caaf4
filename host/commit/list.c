/*
 * list.c - the zones that are there; see commit.h.
 */
#include "host/commit/server.h"

#include <stdlib.h>

static int by_apex(const void *a, const void *b)
{
    const struct commit_zone *one = a, *other = b;

    return name_compare(&one->apex, &other->apex);
}

/* What is known of all of them at one moment. */
static enum sworn_result copy_all(struct commit_server *server, struct commit_zone **zones,
                                  size_t *count)
{
    size_t room = 0;

    *count = 0;
    for (const struct hosted_zone *zone = server->zones; zone != NULL; zone = zone->next) {
        room++;
    }
    *zones = malloc((room + 1) * sizeof(**zones));
    SWORN_ENSURE(*zones != NULL, SWORN_NO_MEMORY);
    for (const struct hosted_zone *zone = server->zones; zone != NULL; zone = zone->next) {
        (*zones)[(*count)++] = (struct commit_zone){
            .apex = zone->apex,
            .zone_id = zone->id,
            .serial = zone->shown.serial,
            .expires = zone->shown.expires,
            .sets = zone->shown.sets,
            .published = !zone->shown.waiting,
            .served = !zone->shown.stopped,
        };
    }
    return SWORN_OK;
}

enum sworn_result commit_zones(struct commit_server *server, void *context,
                               enum sworn_result (*each)(void *context,
                                                         const struct commit_zone *zone))
{
    struct commit_zone *zones;
    enum sworn_result result;
    size_t count;

    (void)pthread_mutex_lock(&server->brief);
    result = copy_all(server, &zones, &count);
    (void)pthread_mutex_unlock(&server->brief);
    SWORN_TRY(result);
    qsort(zones, count, sizeof(*zones), by_apex);
    for (size_t i = 0; i < count && result == SWORN_OK; i++) {
        result = each(context, &zones[i]);
    }
    free(zones);
    return result;
}
