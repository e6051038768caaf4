/*
 * server.c - zones come, change and go while they are being asked; see zone.h.
 *
 * The one thing that readers share with the writer is the pointer to the trie of zones. A change
 * makes a new trie, swaps the pointer and frees what it replaced after a grace period.
 */
#include "host/answer/server.h"

#include <stdlib.h>
#include <sys/random.h>

#include "host/answer/edit/edit.h"
#include "host/answer/grace.h"

struct answer_loading {
    struct edit edit;
};

enum sworn_result answer_server_new(struct answer_server **made)
{
    struct answer_server *server = calloc(1, sizeof(*server));

    SWORN_ENSURE(server != NULL, SWORN_NO_MEMORY);
    if (getrandom(&server->seed, sizeof(server->seed), 0) != sizeof(server->seed) ||
        getrandom(server->cookie_secret, COOKIE_SECRET_SIZE, 0) != COOKIE_SECRET_SIZE) {
        free(server);
        return SWORN_IO;
    }
    if (profile_new(server->cookie_secret, &server->profile) != SWORN_OK) {
        free(server);
        return SWORN_NO_MEMORY;
    }
    server->seed.factor |= 1;
    *made = server;
    return SWORN_OK;
}

static void zone_free_keyed(struct keyed *keyed)
{
    zone_free((struct zone *)keyed);
}

void answer_server_free(struct answer_server *server)
{
    if (server != NULL) {
        trie_free(server->zones, zone_free_keyed);
        free(server->profile);
        free(server);
    }
}

static struct zone *zone_at(const struct answer_server *server, const struct name *apex)
{
    uint8_t key[NAME_KEY_MAX];
    size_t size = name_to_key(apex, key);

    return (struct zone *)trie_find(server->zones, &server->seed, key, size,
                                    hash_key(&server->seed, key, size));
}

static uint64_t zone_hash(const struct answer_server *server, const struct zone *zone)
{
    return hash_key(&server->seed, zone->key, zone->keyed.key_size);
}

/* From here on readers find `zones`, and nobody reads what was there before. */
static void swap(struct answer_server *server, struct trie *zones)
{
    __atomic_store_n(&server->zones, zones, __ATOMIC_RELEASE);
    grace_wait(server);
}

static enum sworn_result publish(struct answer_server *server, struct txn *txn,
                                 const struct zone *zone)
{
    struct trie *zones = server->zones;

    SWORN_TRY(trie_put(txn, &zones, &server->seed, &zone->keyed, zone_hash(server, zone)));
    if (zone->labels > server->longest) {
        __atomic_store_n(&server->longest, zone->labels, __ATOMIC_RELAXED);
    }
    swap(server, zones);
    txn_finish(txn);
    return SWORN_OK;
}

enum sworn_result answer_load_begin(struct answer_server *server, const struct name *apex,
                                    struct answer_loading **made)
{
    struct answer_loading *loading = calloc(1, sizeof(*loading));
    struct zone *zone = NULL;
    enum sworn_result result;

    SWORN_ENSURE(loading != NULL, SWORN_NO_MEMORY);
    loading->edit =
        (struct edit){.server = server, .txn = {.number = ++server->txn, .is_private = true}};
    result = zone_new(server, apex, server->txn, &zone);
    if (result != SWORN_OK) {
        zone_free(zone);
        free(loading);
        return result;
    }
    loading->edit.zone = zone;
    *made = loading;
    return SWORN_OK;
}

enum sworn_result answer_load_set(struct answer_loading *loading, const struct signed_set *set)
{
    return edit_set(&loading->edit, set);
}

/* The loaded zone takes the place of the one that has its apex now. */
static enum sworn_result loaded(struct edit *edit)
{
    struct txn txn = {.number = ++edit->server->txn};
    struct name apex;
    struct zone *old;
    enum sworn_result result;

    SWORN_TRY(edit_denial(edit));
    SWORN_TRY(edit_glue(edit));
    SWORN_TRY(name_from_key(octets_of(edit->zone->key, edit->zone->keyed.key_size), &apex));
    old = zone_at(edit->server, &apex);
    result = publish(edit->server, &txn, edit->zone);
    if (result != SWORN_OK) {
        txn_abandon(&txn);
        return result;
    }
    zone_free(old);
    return SWORN_OK;
}

enum sworn_result answer_load_end(struct answer_loading *loading, bool publish_it)
{
    enum sworn_result result = publish_it ? loaded(&loading->edit) : SWORN_OK;

    if (!publish_it || result != SWORN_OK) {
        zone_free(loading->edit.zone);
    }
    edit_free(&loading->edit);
    free(loading);
    return result;
}

static enum sworn_result change(struct edit *edit, const struct signed_set *sets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        SWORN_TRY(edit_set(edit, &sets[i]));
    }
    SWORN_TRY(edit_denial(edit));
    SWORN_TRY(edit_glue(edit));
    SWORN_TRY(publish(edit->server, &edit->txn, edit->zone));
    edit_uses(edit);
    return SWORN_OK;
}

enum sworn_result answer_change(struct answer_server *server, const struct name *apex,
                                const struct signed_set *sets, size_t count)
{
    const struct zone *zone = zone_at(server, apex);
    struct edit edit;
    enum sworn_result result;

    SWORN_ENSURE(zone != NULL, SWORN_ABSENT);
    result = edit_begin(&edit, server, zone);
    if (result == SWORN_OK) {
        result = change(&edit, sets, count);
    }
    if (result != SWORN_OK) {
        txn_abandon(&edit.txn);
    }
    edit_free(&edit);
    return result;
}

enum sworn_result answer_remove(struct answer_server *server, const struct name *apex)
{
    struct txn txn = {.number = ++server->txn};
    struct zone *zone = zone_at(server, apex);
    struct trie *zones = server->zones;
    enum sworn_result result;

    SWORN_ENSURE(zone != NULL, SWORN_ABSENT);
    result = trie_remove(&txn, &zones, &server->seed, zone->key, zone->keyed.key_size,
                         zone_hash(server, zone));
    if (result != SWORN_OK) {
        txn_abandon(&txn);
        return result;
    }
    swap(server, zones);
    txn_finish(&txn);
    zone_free(zone);
    return SWORN_OK;
}
