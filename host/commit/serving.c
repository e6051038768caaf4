/*
 * serving.c - the operator stops serving a zone, or begins again; see serving.h.
 */
#include "host/commit/serving.h"

#include "host/commit/publish.h"

#define PREFIX "stopped "

static void meta_key(const struct hash *zone_id, struct row_key *key)
{
    memcpy(key->octets, PREFIX, sizeof(PREFIX) - 1);
    memcpy(key->octets + sizeof(PREFIX) - 1, zone_id->octets, HASH_SIZE);
    key->size = sizeof(PREFIX) - 1 + HASH_SIZE;
}

bool serving_is_stopped(struct store_view *view, const struct hash *zone_id)
{
    struct octets value;
    struct row_key key;

    meta_key(zone_id, &key);
    return store_get(view, STORE_META, row_octets(&key), &value) == SWORN_OK;
}

enum sworn_result serving_forget(struct store_view *view, const struct hash *zone_id)
{
    struct row_key key;
    enum sworn_result result;

    meta_key(zone_id, &key);
    result = store_delete(view, STORE_META, row_octets(&key));
    return result == SWORN_ABSENT ? SWORN_OK : result;
}

static enum sworn_result keep(struct commit_server *server, const struct hash *zone_id,
                              bool stopped)
{
    struct store_view *view;
    struct row_key key;
    enum sworn_result result;

    meta_key(zone_id, &key);
    SWORN_TRY(store_write(server->store, &view));
    result = stopped ? store_put(view, STORE_META, row_octets(&key), octets_of("", 0))
                     : serving_forget(view, zone_id);
    if (result != SWORN_OK) {
        store_end(view);
        return result;
    }
    return store_commit(view);
}

static void stop(struct commit_server *server, struct hosted_zone *zone)
{
    (void)!answer_remove(server->answers, &zone->apex);
    zone->whole = true;
    if (server->events.removed != NULL) {
        server->events.removed(server->events.context, &zone->apex);
    }
}

static enum sworn_result serve(struct commit_server *server, const struct name *apex, bool wanted,
                               struct reason *reason)
{
    struct hosted_zone *zone = hosted_zone_at(server, apex);
    char text[NAME_TEXT_SIZE];
    enum sworn_result result;

    SWORN_SAY(zone != NULL, reason, SWORN_ABSENT, "there is no such zone here");
    if (zone->stopped == !wanted) {
        return SWORN_OK;
    }
    result = keep(server, &zone->id, !wanted);
    SWORN_SAY(result == SWORN_OK, reason, SWORN_IO, "the store failed: nothing was changed");
    zone->stopped = !wanted;
    name_to_text(apex, text);
    log_info(server->log, "zone %s: %s", text, wanted ? "served again" : "not served any more");
    if (wanted) {
        result = publish_now(server, zone, NULL, 0);
    } else {
        stop(server, zone);
    }
    hosted_zone_show(server, zone);
    SWORN_SAY(result == SWORN_OK, reason, result, "the zone could not be loaded");
    return SWORN_OK;
}

enum sworn_result commit_serve(struct commit_server *server, const struct name *apex, bool wanted,
                               struct reason *reason)
{
    enum sworn_result result;

    server_lock(server);
    result = serve(server, apex, wanted, reason);
    server_unlock(server);
    return result;
}
