/*
 * publish.c - from the store to what is served; see publish.h.
 */
#include "host/commit/publish.h"

#include "core/dns/rr_table.h"

#define ROW_CAP ((size_t)16 * 1024 * 1024)

static enum sworn_result remember(struct hosted_zone *zone, const struct rrset_key *keys,
                                  size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct unpublished *item;
        void *memory;

        SWORN_TRY(region_alloc(&zone->unpublished_region,
                               offsetof(struct unpublished, key.octets) + keys[i].size, &memory));
        item = memory;
        item->next = zone->unpublished;
        item->key.size = keys[i].size;
        memcpy(item->key.octets, keys[i].octets, keys[i].size);
        zone->unpublished = item;
    }
    return SWORN_OK;
}

static void wait_from_now(struct hosted_zone *zone)
{
    zone->waiting = true;
    zone->waiting_since = commit_now();
}

void publish_later(struct hosted_zone *zone, const struct rrset_key *keys, size_t count)
{
    /* What cannot be remembered is found again by loading the whole. */
    zone->whole = zone->whole || remember(zone, keys, count) != SWORN_OK;
    wait_from_now(zone);
}

static enum sworn_result row_to_set(struct octets key, struct octets row, struct region *region,
                                    struct signed_set *set)
{
    struct name owner;
    uint16_t type;

    SWORN_TRY(rrset_key_read(key, &owner, &type));
    return signed_set_read(row, &owner, type, region, set);
}

/* Whose row is damaged, as far as its key still says. */
static void blame_row(struct octets key, enum sworn_result result, struct reason *reason)
{
    const struct rr_type *row;
    char text[NAME_TEXT_SIZE];
    struct name owner;
    uint16_t type;

    if (rrset_key_read(key, &owner, &type) != SWORN_OK) {
        (void)because(reason, result, "a row has a key that is none of a record set");
        return;
    }
    row = rr_type_find(type);
    name_to_text(&owner, text);
    (void)because(reason, result, "the row of %.400s %s is damaged", text,
                  row == NULL ? "of an unknown type" : row->name);
}

static enum sworn_result load_row(struct answer_loading *loading, struct octets key,
                                  struct octets row, struct region *region, struct reason *reason)
{
    struct signed_set set;
    enum sworn_result result = row_to_set(key, row, region, &set);

    if (result == SWORN_OK) {
        result = answer_load_set(loading, &set);
    }
    if (result != SWORN_OK) {
        blame_row(key, result, reason);
    }
    return result;
}

static enum sworn_result load_rows(struct store_walk *walk, uint8_t denial,
                                   struct answer_loading *loading, uint64_t *rows,
                                   struct reason *reason)
{
    enum sworn_result result = SWORN_OK;
    struct region region;

    region_init(&region, ROW_CAP);
    while (result == SWORN_OK) {
        struct octets key, row;

        result = store_walk_next(walk, &key, &row);
        *rows += result == SWORN_OK;
        if (result == SWORN_OK && row_is_served(denial, key)) {
            result = load_row(loading, key, row, &region, reason);
        }
        region_clear(&region);
    }
    return result == SWORN_ABSENT ? SWORN_OK : result;
}

static enum sworn_result load_zone(struct commit_server *server, struct hosted_zone *zone,
                                   struct store_view *view, struct reason *reason)
{
    struct answer_loading *loading;
    struct store_walk *walk;
    struct zone_row row;
    enum sworn_result result;
    uint64_t rows = 0;

    SWORN_TRY(zone_row_get(view, &zone->id, &row));
    SWORN_TRY(answer_load_begin(server->answers, &zone->apex, &loading));
    result = set_walk_begin(view, zone->number, octets_of(NULL, 0), &walk);
    if (result == SWORN_OK) {
        result = load_rows(walk, zone->denial, loading, &rows, reason);
        store_walk_end(walk);
    }
    if (result == SWORN_OK && rows != row.sets) {
        result = because(reason, SWORN_PROOF,
                         "the store has %llu record sets of a zone that had %llu: rows are lost",
                         (unsigned long long)rows, (unsigned long long)row.sets);
    }
    if (result != SWORN_OK) {
        (void)!answer_load_end(loading, false);
        return result;
    }
    return answer_load_end(loading, true);
}

enum sworn_result publish_whole(struct commit_server *server, struct hosted_zone *zone,
                                struct reason *reason)
{
    struct store_view *view;
    enum sworn_result result;

    SWORN_TRY(store_read(server->store, &view));
    result = load_zone(server, zone, view, reason);
    store_end(view);
    if (result == SWORN_OK) {
        zone->whole = false;
    }
    return result;
}

/* The set as the store has it; count 0 when it is gone. */
static enum sworn_result set_of(struct store_view *view, const struct hosted_zone *zone,
                                const struct rrset_key *key, struct region *region,
                                struct signed_set *set)
{
    struct octets octets = octets_of(key->octets, key->size);
    struct row_key row_key;
    struct octets row;
    enum sworn_result result;

    row_of_zone(zone->number, octets, &row_key);
    result = store_get(view, STORE_SETS, row_octets(&row_key), &row);
    if (result == SWORN_ABSENT) {
        *set = (struct signed_set){0};
        return rrset_key_read(octets, &set->rrset.owner, &set->rrset.type);
    }
    SWORN_TRY(result);
    return row_to_set(octets, row, region, set);
}

static enum sworn_result add_served(struct store_view *view, const struct hosted_zone *zone,
                                    const struct rrset_key *key, struct region *region,
                                    struct signed_set *sets, size_t *count)
{
    if (!row_is_served(zone->denial, octets_of(key->octets, key->size))) {
        return SWORN_OK;
    }
    return set_of(view, zone, key, region, &sets[(*count)++]);
}

static enum sworn_result change_from(struct commit_server *server, struct hosted_zone *zone,
                                     struct store_view *view, const struct rrset_key *keys,
                                     size_t count, struct region *region)
{
    size_t room = count;
    size_t total = 0;
    void *memory;
    struct signed_set *sets;

    for (const struct unpublished *item = zone->unpublished; item != NULL; item = item->next) {
        room++;
    }
    SWORN_TRY(region_array(region, room, sizeof(*sets), &memory));
    sets = memory;
    for (const struct unpublished *item = zone->unpublished; item != NULL; item = item->next) {
        SWORN_TRY(add_served(view, zone, &item->key, region, sets, &total));
    }
    for (size_t i = 0; i < count; i++) {
        SWORN_TRY(add_served(view, zone, &keys[i], region, sets, &total));
    }
    return answer_change(server->answers, &zone->apex, sets, total);
}

static enum sworn_result publish_changes(struct commit_server *server, struct hosted_zone *zone,
                                         const struct rrset_key *keys, size_t count)
{
    struct store_view *view;
    struct region region;
    enum sworn_result result;

    region_init(&region, COMMIT_CAP);
    SWORN_TRY(store_read(server->store, &view));
    result = change_from(server, zone, view, keys, count, &region);
    store_end(view);
    region_clear(&region);
    return result;
}

void publish_tell(struct commit_server *server, struct hosted_zone *zone)
{
    const struct commit_publication publication = {
        .apex = &zone->apex,
        .zone_id = &zone->id,
        .number = zone->number,
        .serial = zone->serial,
        .index = zone->index,
        .denial = zone->denial,
        .delegation_changed = zone->for_parent,
    };

    zone->published = zone->index;
    zone->for_parent = false;
    if (server->events.published != NULL) {
        server->events.published(server->events.context, &publication);
    }
}

static void forget_waiting(struct hosted_zone *zone)
{
    region_clear(&zone->unpublished_region);
    zone->unpublished = NULL;
    zone->waiting = false;
}

enum sworn_result publish_now(struct commit_server *server, struct hosted_zone *zone,
                              const struct rrset_key *keys, size_t count)
{
    struct reason reason = {0};

    if (zone->stopped) {
        zone->whole = true;
        forget_waiting(zone);
        return SWORN_OK;
    }
    /*
     * Changes that could not be served would stay away from the answers for good: only this commit
     * names them. The whole zone has them, now or when the next attempt is due.
     */
    zone->whole = zone->whole || publish_changes(server, zone, keys, count) != SWORN_OK;
    if (zone->whole) {
        wait_from_now(zone);
        SWORN_TRY(publish_whole(server, zone, &reason));
    }
    forget_waiting(zone);
    publish_tell(server, zone);
    return SWORN_OK;
}
