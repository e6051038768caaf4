/*
 * store.h - everything that swornd keeps, in one LMDB environment; one transaction for each commit.
 *
 *   meta    text               -> "format": u32 (1); "log key": sealed; "log public key";
 *                                "checkpoint"; "size": u64 entries; "zones": u32 next number;
 *                                "stopped " ‖ zone id and "ended " ‖ apex: nothing
 *                                (host/commit/serving.h, ended.h)
 *   log     u64 index          -> entry
 *   nodes   u8 level ‖ u64 index -> 32 hash of a complete subtree of the log
 *   top     00 ‖ 32 hash       -> page of the top tree; 01 ‖ key -> its value
 *   zones   32 zone id         -> u32 number ‖ u64 index of the entry that created it ‖ u64 index
 *   of the newest entry
 *   pages   u32 number ‖ 32 hash -> page of a zone's tree
 *   sets    u32 number ‖ key   -> row (signed_set.h), NSEC and NSEC3 sets among them; the leaves of
 *                                 hashes (core/dnssec/nsec3.h) are rows without RRSIGs
 *   blobs   32 hash            -> guard code or environment
 *   local   u32 number ‖ u8    -> 00 guard state, 01 sealed key, 02 cleaning (rows.h)
 *
 * Nothing here is trusted: the enclave verifies what it is given, owners verify what they are
 * shown.
 */
#ifndef SWORN_HOST_STORE_STORE_H
#define SWORN_HOST_STORE_STORE_H

#include "core/boundary/message.h"
#include "core/boundary/zone_leaf.h"
#include "core/merkle/log.h"
#include "core/merkle/tree.h"
#include "host/store/signed_set.h"

#define STORE_FORMAT 1

struct store;

/** Open or make the store in `folder`, which exists. Another format number is SWORN_CONFLICT. */
SWORN_CHECK enum sworn_result store_open(const char *folder, struct store **store,
                                         struct reason *reason);
void store_close(struct store *store);

/** A snapshot for reading, or the one transaction that writes. */
struct store_view;
SWORN_CHECK enum sworn_result store_read(struct store *store, struct store_view **view);
SWORN_CHECK enum sworn_result store_write(struct store *store, struct store_view **view);
/** Commit a writing view (durable when this returns SWORN_OK); ends the view either way. */
SWORN_CHECK enum sworn_result store_commit(struct store_view *view);
/** End a view; what it wrote is forgotten. */
void store_end(struct store_view *view);

enum store_table {
    STORE_META,
    STORE_LOG,
    STORE_NODES,
    STORE_TOP,
    STORE_ZONES,
    STORE_PAGES,
    STORE_SETS,
    STORE_BLOBS,
    STORE_LOCAL,
    STORE_JOURNAL
};
#define STORE_TABLES 10

/** One row; the octets are good until the view ends or the table is written. SWORN_ABSENT. */
SWORN_CHECK enum sworn_result store_get(struct store_view *view, enum store_table table,
                                        struct octets key, struct octets *value);
SWORN_CHECK enum sworn_result store_put(struct store_view *view, enum store_table table,
                                        struct octets key, struct octets value);
/** SWORN_ABSENT when it is not there. */
SWORN_CHECK enum sworn_result store_delete(struct store_view *view, enum store_table table,
                                           struct octets key);

/** First row whose key is >= (`after`: >) `key`; SWORN_ABSENT. Borrowed as above. */
SWORN_CHECK enum sworn_result store_next(struct store_view *view, enum store_table table,
                                         struct octets key, bool after, struct octets *found,
                                         struct octets *value);

/** Walks a table's rows with one key prefix, in order. */
struct store_walk;
SWORN_CHECK enum sworn_result store_walk_begin(struct store_view *view, enum store_table table,
                                               struct octets prefix, struct store_walk **walk);
/** SWORN_ABSENT after the last; `key` without the prefix. */
SWORN_CHECK enum sworn_result store_walk_next(struct store_walk *walk, struct octets *key,
                                              struct octets *value);
void store_walk_end(struct store_walk *walk);

#endif
