/*
 * ended.c - deleting what a removed zone leaves behind; see ended.h.
 */
#include "host/commit/ended.h"

#include <stdlib.h>

#include "host/commit/serving.h"
#include "host/store/journal.h"

#define ROWS_MAX 5000 /* deleted in one transaction */
#define PREFIX   "ended "

static void meta_key(const struct name *apex, struct row_key *key)
{
    char text[NAME_TEXT_SIZE];
    size_t size;

    name_to_hash_text(apex, text);
    size = strlen(text);
    /* A name with many escapes is longer than a key may be: its beginning has to do. */
    size = size < ROW_KEY_MAX - sizeof(PREFIX) ? size : ROW_KEY_MAX - sizeof(PREFIX);
    memcpy(key->octets, PREFIX, sizeof(PREFIX) - 1);
    memcpy(key->octets + sizeof(PREFIX) - 1, text, size);
    key->size = sizeof(PREFIX) - 1 + size;
}

enum sworn_result ended_add(struct commit_server *server, const struct hash *zone_id,
                            struct octets apex)
{
    struct ended_zone *ended = calloc(1, sizeof(*ended));
    enum sworn_result result;

    SWORN_ENSURE(ended != NULL, SWORN_NO_MEMORY);
    ended->id = *zone_id;
    result = name_from_text(apex, NULL, &ended->apex);
    if (result != SWORN_OK) {
        free(ended);
        return result;
    }
    ended->next = server->ended;
    server->ended = ended;
    return SWORN_OK;
}

void ended_free(struct commit_server *server)
{
    while (server->ended != NULL) {
        struct ended_zone *ended = server->ended;

        server->ended = ended->next;
        free(ended);
    }
}

/* Rows of one table that begin with the zone's number; `left` of them may still go. */
static enum sworn_result rows_go(struct store_view *view, enum store_table table, uint32_t number,
                                 size_t *left)
{
    struct row_key prefix, key;
    struct octets found, value;

    row_of_zone(number, octets_of(NULL, 0), &prefix);
    while (*left > 0) {
        enum sworn_result result =
            store_next(view, table, row_octets(&prefix), false, &found, &value);

        if (result == SWORN_ABSENT ||
            (result == SWORN_OK && (found.size < prefix.size || found.size > ROW_KEY_MAX ||
                                    memcmp(found.data, prefix.octets, prefix.size) != 0))) {
            return SWORN_OK;
        }
        SWORN_TRY(result);
        memcpy(key.octets, found.data, found.size);
        key.size = found.size;
        SWORN_TRY(store_delete(view, table, row_octets(&key)));
        (*left)--;
    }
    return SWORN_OK;
}

/* Which of two blobs a live zone still names: a walk over all leaves. */
static enum sworn_result blobs_used(struct store_view *view, const struct hash blob[2],
                                    bool used[2])
{
    static const uint8_t zones[] = {1, 0}; /* values of the top tree; keys of zones in it */
    struct store_walk *walk;
    struct octets key, value;
    struct zone_leaf leaf;
    enum sworn_result result;

    SWORN_TRY(store_walk_begin(view, STORE_TOP, octets_of(zones, sizeof(zones)), &walk));
    for (result = SWORN_OK; result == SWORN_OK && !(used[0] && used[1]);) {
        result = store_walk_next(walk, &key, &value);
        if (result == SWORN_OK) {
            result = zone_leaf_read(value, &leaf);
        }
        for (int i = 0; result == SWORN_OK && leaf.state == ZONE_LIVE && i < 2; i++) {
            used[i] = used[i] || hash_equal(&blob[i], &leaf.guard) ||
                      hash_equal(&blob[i], &leaf.environment);
        }
    }
    store_walk_end(walk);
    return result == SWORN_ABSENT ? SWORN_OK : result;
}

static enum sworn_result blobs_go(struct store_view *view, const struct hash *zone_id)
{
    struct hash blob[2];
    bool used[2] = {false, false};
    struct zone_leaf leaf;
    struct octets value;

    SWORN_TRY(zone_leaf_get(view, zone_id, &value));
    SWORN_TRY(zone_leaf_read(value, &leaf));
    blob[0] = leaf.guard;
    blob[1] = leaf.environment;
    SWORN_TRY(blobs_used(view, blob, used));
    for (int i = 0; i < 2; i++) {
        enum sworn_result result =
            used[i] ? SWORN_OK : store_delete(view, STORE_BLOBS, octets_of_hash(&blob[i]));

        SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    }
    return SWORN_OK;
}

/* The last of it: what says that there was something to do. */
static enum sworn_result forget(struct store_view *view, const struct ended_zone *ended)
{
    struct row_key key;

    meta_key(&ended->apex, &key);
    SWORN_TRY(store_put(view, STORE_META, row_octets(&key), octets_of("", 0)));
    SWORN_TRY(serving_forget(view, &ended->id));
    SWORN_TRY(blobs_go(view, &ended->id));
    return store_delete(view, STORE_ZONES, octets_of_hash(&ended->id));
}

static enum sworn_result go(struct store_view *view, const struct ended_zone *ended, bool *done)
{
    static const enum store_table tables[] = {STORE_SETS, STORE_PAGES, STORE_LOCAL, STORE_JOURNAL};
    struct zone_row row;
    size_t left = ROWS_MAX;

    SWORN_TRY(zone_row_get(view, &ended->id, &row));
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        SWORN_TRY(rows_go(view, tables[i], row.number, &left));
    }
    *done = left > 0;
    return *done ? forget(view, ended) : SWORN_OK;
}

void ended_tick(struct commit_server *server)
{
    struct ended_zone *ended = server->ended;
    struct store_view *view;
    enum sworn_result result;
    bool done = false;

    if (ended == NULL || store_write(server->store, &view) != SWORN_OK) {
        return;
    }
    result = go(view, ended, &done);
    if (result == SWORN_OK) {
        result = store_commit(view);
    } else {
        store_end(view);
    }
    if (result != SWORN_OK) {
        log_warning(server->log, "rows of a removed zone are not deleted: %s", result_name(result));
    }
    /* One that cannot be cleared now is tried again at the next start. */
    if (done || result != SWORN_OK) {
        server->ended = ended->next;
        free(ended);
    }
}

enum sworn_result ended_before(struct commit_server *server, const struct name *apex, bool *before)
{
    struct store_view *view;
    struct row_key key;
    struct octets value;
    enum sworn_result result;

    *before = true;
    for (const struct ended_zone *ended = server->ended; ended != NULL; ended = ended->next) {
        if (name_equal(&ended->apex, apex)) {
            return SWORN_OK;
        }
    }
    meta_key(apex, &key);
    SWORN_TRY(store_read(server->store, &view));
    result = store_get(view, STORE_META, row_octets(&key), &value);
    store_end(view);
    *before = result == SWORN_OK;
    return result == SWORN_ABSENT ? SWORN_OK : result;
}
