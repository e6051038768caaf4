/*
 * snapshot.c - a zone as it is published; see snapshot.h.
 */
#include "host/transfer/out/snapshot.h"

#define SNAPSHOT_CAP ((size_t)64 * 1024 * 1024)

/* The zone is there, and what is behind the published state can be undone. */
static enum sworn_result undo(struct snapshot *snapshot)
{
    const struct published *zone = &snapshot->zone;
    struct zone_leaf leaf;
    struct octets value;

    SWORN_TRY(zone_leaf_get(snapshot->view, &zone->id, &value));
    SWORN_TRY(zone_leaf_read(value, &leaf));
    SWORN_ENSURE(leaf.state == ZONE_LIVE, SWORN_ABSENT);
    if (leaf.serial == zone->serial) {
        return SWORN_OK;
    }
    return journal_collect(snapshot->view, zone->number, zone->index + 1, UINT64_MAX, zone->serial,
                           leaf.serial, &snapshot->region, &snapshot->undone);
}

enum sworn_result snapshot_open(struct store *store, const struct published *zone,
                                struct snapshot *snapshot)
{
    struct row_key prefix;

    *snapshot = (struct snapshot){.zone = *zone};
    region_init(&snapshot->region, SNAPSHOT_CAP);
    SWORN_TRY(store_read(store, &snapshot->view));
    SWORN_TRY(undo(snapshot));
    row_of_zone(zone->number, octets_of(NULL, 0), &prefix);
    return store_walk_begin(snapshot->view, STORE_SETS, row_octets(&prefix), &snapshot->walk);
}

void snapshot_close(struct snapshot *snapshot)
{
    store_walk_end(snapshot->walk);
    store_end(snapshot->view);
    region_clear(&snapshot->region);
}

enum sworn_result snapshot_set(const struct snapshot *snapshot, struct octets key,
                               struct octets row, struct region *region, struct signed_set *set)
{
    struct name owner;
    uint16_t type;

    SWORN_ENSURE(row.size > 0 && row_is_served(snapshot->zone.denial, key), SWORN_ABSENT);
    SWORN_TRY(rrset_key_read(key, &owner, &type));
    return signed_set_read(row, &owner, type, region, set);
}

/* The next row of the store, unless one is held already; an empty key after the last. */
static enum sworn_result hold_row(struct snapshot *snapshot)
{
    enum sworn_result result;

    if (snapshot->held) {
        return SWORN_OK;
    }
    result = store_walk_next(snapshot->walk, &snapshot->key, &snapshot->row);
    if (result == SWORN_ABSENT) {
        snapshot->key = octets_of(NULL, 0);
        result = SWORN_OK;
    }
    snapshot->held = result == SWORN_OK;
    return result;
}

/* The next row of the published state; an empty row where there was none. */
static enum sworn_result next_row(struct snapshot *snapshot, struct octets *key, struct octets *row)
{
    bool any = snapshot->next < snapshot->undone.count;
    const struct journal_change *undone = any ? &snapshot->undone.change[snapshot->next] : NULL;
    int order = -1;

    SWORN_TRY(hold_row(snapshot));
    if (snapshot->key.size == 0 && !any) {
        return SWORN_ABSENT;
    }
    if (any) {
        order = snapshot->key.size == 0 ? 1 : octets_compare(snapshot->key, undone->key);
    }
    *key = order < 0 ? snapshot->key : undone->key;
    *row = order < 0 ? snapshot->row : undone->before;
    snapshot->next += order >= 0;
    /* The end stays held. */
    snapshot->held = order > 0;
    return SWORN_OK;
}

enum sworn_result snapshot_next(struct snapshot *snapshot, struct region *scratch,
                                struct signed_set *set)
{
    struct octets key, row;
    enum sworn_result result = SWORN_ABSENT;

    while (result == SWORN_ABSENT) {
        SWORN_TRY(next_row(snapshot, &key, &row));
        result = snapshot_set(snapshot, key, row, scratch, set);
    }
    return result;
}

enum sworn_result snapshot_apex(struct snapshot *snapshot, uint16_t type, struct region *region,
                                struct signed_set *set)
{
    struct rrset_key key;
    struct row_key row_key;
    struct octets octets, row;

    rrset_key(&snapshot->zone.apex, type, &key);
    octets = octets_of(key.octets, key.size);
    for (size_t i = 0; i < snapshot->undone.count; i++) {
        const struct journal_change *change = &snapshot->undone.change[i];

        if (octets_equal(change->key, octets)) {
            return snapshot_set(snapshot, octets, change->before, region, set);
        }
    }
    row_of_zone(snapshot->zone.number, octets, &row_key);
    SWORN_TRY(store_get(snapshot->view, STORE_SETS, row_octets(&row_key), &row));
    return snapshot_set(snapshot, octets, row, region, set);
}
