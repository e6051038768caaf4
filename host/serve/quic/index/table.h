/*
 * table.h - connection IDs and the connections they lead to.
 *
 *   places, chained: ID → connection; each connection lists its own
 *
 * A client chooses the first ID that it is found by, so places are found by a seeded hash.
 */
#ifndef SWORN_HOST_SERVE_QUIC_INDEX_TABLE_H
#define SWORN_HOST_SERVE_QUIC_INDEX_TABLE_H

#include <ngtcp2/ngtcp2.h>

#include "core/cursor/octets.h"
#include "core/cursor/result.h"

struct cid_table;

struct cid_place {
    struct cid_place *next;    /* of the same hash */
    struct cid_place *another; /* of the same connection */
    void *connection;
    ngtcp2_cid cid;
};

SWORN_CHECK enum sworn_result cid_table_new(struct cid_table **table);
void cid_table_free(struct cid_table *table);

void *cid_find(const struct cid_table *table, const uint8_t *cid, size_t size);

/** `own` is the head of the connection's list. */
SWORN_CHECK enum sworn_result cid_add(struct cid_table *table, const ngtcp2_cid *cid,
                                      void *connection, struct cid_place **own);
void cid_remove(struct cid_table *table, const ngtcp2_cid *cid, struct cid_place **own);
void cid_remove_all(struct cid_table *table, struct cid_place **own);

#endif
