/*
 * rows.h - the store's rows by what they mean: keys of the tables, the log, trees as sources of
 * pages.
 */
#ifndef SWORN_HOST_STORE_ROWS_H
#define SWORN_HOST_STORE_ROWS_H

#include "host/store/store.h"

#define ROW_KEY_MAX 511

struct row_key {
    size_t size;
    uint8_t octets[ROW_KEY_MAX];
};

static inline struct octets row_octets(const struct row_key *key)
{
    return octets_of(key->octets, key->size);
}

enum local_row {
    LOCAL_STATE = 0,
    LOCAL_SEALED_KEY = 1,
    LOCAL_CLEANING = 2, /* u16 type ‖ key: rows of an abandoned denial chain from there on go */
};

/** u64 index, for STORE_LOG. */
void row_of_entry(uint64_t index, struct row_key *key);
/**
 * u32 number ‖ octets, for STORE_PAGES and STORE_SETS; octets over 507 are cut, which no key is.
 */
void row_of_zone(uint32_t number, struct octets octets, struct row_key *key);
/** u32 number ‖ u8, for STORE_LOCAL. */
void row_of_local(uint32_t number, enum local_row row, struct row_key *key);
/** u8 ‖ octets, for STORE_TOP: 0 page by hash, 1 value by key. */
void row_of_top(uint8_t kind, struct octets octets, struct row_key *key);

/** What the host knows of a zone besides its leaf. */
struct zone_row {
    uint32_t number;
    uint64_t created; /* index of the entry that created it */
    uint64_t sets;    /* rows in STORE_SETS: rows that got lost are noticed by it */
};
SWORN_CHECK enum sworn_result zone_row_get(struct store_view *view, const struct hash *zone_id,
                                           struct zone_row *row);
SWORN_CHECK enum sworn_result zone_row_put(struct store_view *view, const struct hash *zone_id,
                                           const struct zone_row *row);

/** The id of the zone at an apex, from the top tree's values; SWORN_ABSENT. */
SWORN_CHECK enum sworn_result zone_id_at(struct store_view *view, const struct name *apex,
                                         struct hash *zone_id);

/** The leaf's value of a zone (core/boundary/zone_leaf.h), borrowed. */
SWORN_CHECK enum sworn_result zone_leaf_get(struct store_view *view, const struct hash *zone_id,
                                            struct octets *value);

/** Size of the log: one more than the last entry's index. */
SWORN_CHECK enum sworn_result log_size_get(struct store_view *view, uint64_t *size);

/** Append an entry and the subtrees that it completes. */
SWORN_CHECK enum sworn_result log_row_append(struct store_view *view, uint64_t index,
                                             struct octets entry);

/** Subtree hashes of the log, for proofs and peaks. */
struct log_source log_rows(struct store_view *view);

/** A tree's pages and values out of a view. `number` is ignored for the top tree. */
struct rows_source {
    struct tree_source source;
    struct store_view *view;
    enum merkle_kind kind;
    uint32_t number;
};
void rows_source_init(struct rows_source *source, struct store_view *view, enum merkle_kind kind,
                      uint32_t number);

/**
 * Whether a row of STORE_SETS, by its key without the zone's number, belongs to the zone as it is
 * served, transferred and exported. `denial` is zone_leaf.denial: of the sets NSEC and NSEC3 only
 * those of the chain that is served are shown, the others being one in the making or one that goes.
 * Never shown are the leaves of hashes (core/dnssec/nsec3.h), which are no record sets: their keys
 * are not to be read as such.
 *
 * A commit whose leaf has another `denial` than the one before it (applied.flipped) turns the whole
 * chain over: what is served is loaded whole, and no difference describes it.
 */
bool row_is_served(uint8_t denial, struct octets key);

/** Begin a walk over the rows of STORE_SETS of one zone whose keys begin with `prefix`. */
SWORN_CHECK enum sworn_result set_walk_begin(struct store_view *view, uint32_t number,
                                             struct octets prefix, struct store_walk **walk);

/**
 * Each row of STORE_SETS of one zone, in order, the key without the zone's number. A result other
 * than SWORN_OK from `each` ends the walk.
 */
SWORN_CHECK enum sworn_result set_each(struct store_view *view, uint32_t number, void *context,
                                       enum sworn_result (*each)(void *context, struct octets key,
                                                                 struct octets row));

/** The value part of a row of STORE_SETS. */
SWORN_CHECK enum sworn_result row_value(struct octets row, struct octets *value);

/** Write what a tree has become: pages that are new, pages that go. */
SWORN_CHECK enum sworn_result rows_write_pages(struct rows_source *source, struct tree *old,
                                               struct tree *tree, struct region *scratch);

#endif
