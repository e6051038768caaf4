/*
 * table.c - chains of connection IDs; see table.h.
 */
#include "host/serve/quic/index/table.h"

#include <stdlib.h>
#include <sys/random.h>

#define CHAINS 16384

struct cid_table {
    uint64_t seed[2];
    struct cid_place *chain[CHAINS];
};

enum sworn_result cid_table_new(struct cid_table **made)
{
    struct cid_table *table = calloc(1, sizeof(*table));

    SWORN_ENSURE(table != NULL, SWORN_NO_MEMORY);
    (void)!getrandom(table->seed, sizeof(table->seed), 0);
    *made = table;
    return SWORN_OK;
}

void cid_table_free(struct cid_table *table)
{
    free(table);
}

static size_t chain_of(const struct cid_table *table, const uint8_t *cid, size_t size)
{
    uint64_t hash = table->seed[0];

    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ cid[i]) * (table->seed[1] | 1);
        hash ^= hash >> 29;
    }
    return (size_t)(hash >> 17) % CHAINS;
}

void *cid_find(const struct cid_table *table, const uint8_t *cid, size_t size)
{
    const struct cid_place *place = table->chain[chain_of(table, cid, size)];

    while (place != NULL &&
           !octets_equal(octets_of(place->cid.data, place->cid.datalen), octets_of(cid, size))) {
        place = place->next;
    }
    return place == NULL ? NULL : place->connection;
}

enum sworn_result cid_add(struct cid_table *table, const ngtcp2_cid *cid, void *connection,
                          struct cid_place **own)
{
    struct cid_place **chain = &table->chain[chain_of(table, cid->data, cid->datalen)];
    struct cid_place *place = calloc(1, sizeof(*place));

    SWORN_ENSURE(place != NULL, SWORN_NO_MEMORY);
    place->cid = *cid;
    place->connection = connection;
    place->next = *chain;
    *chain = place;
    place->another = *own;
    *own = place;
    return SWORN_OK;
}

/* Out of its chain, and out of memory. */
static void place_free(struct cid_table *table, struct cid_place *place)
{
    struct cid_place **at = &table->chain[chain_of(table, place->cid.data, place->cid.datalen)];

    while (*at != place) {
        at = &(*at)->next;
    }
    *at = place->next;
    free(place);
}

void cid_remove(struct cid_table *table, const ngtcp2_cid *cid, struct cid_place **own)
{
    struct cid_place **at = own;

    while (*at != NULL && !octets_equal(octets_of((*at)->cid.data, (*at)->cid.datalen),
                                        octets_of(cid->data, cid->datalen))) {
        at = &(*at)->another;
    }
    if (*at != NULL) {
        struct cid_place *place = *at;

        *at = place->another;
        place_free(table, place);
    }
}

void cid_remove_all(struct cid_table *table, struct cid_place **own)
{
    while (*own != NULL) {
        struct cid_place *place = *own;

        *own = place->another;
        place_free(table, place);
    }
}
