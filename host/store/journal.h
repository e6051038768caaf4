/*
 * journal.h - what each commit changed of a zone's signed sets, for incremental transfers (RFC
 * 1995). Rows of STORE_JOURNAL:
 *
 *   u32 number                          -> u64 size of the zone ‖ u64 size of its journal ‖ u32
 *                                          commits in it
 *   u32 number ‖ u64 index ‖ u32 0      -> u32 serial before ‖ u32 serial after ‖ u64 size
 *   u32 number ‖ u64 index ‖ u32 1..    -> n × (u16 size ‖ key ‖ u32 size ‖ row before ‖ u32 size ‖
 *                                          row after)
 *
 * The index is that of the commit's entry in the log. A row that was not or is not there any more
 * has size 0. Sizes are of keys and rows, so a journal as large as its zone says that a whole
 * transfer is as cheap. Written in the transaction of the commit; nothing but transfers reads it.
 */
#ifndef SWORN_HOST_STORE_JOURNAL_H
#define SWORN_HOST_STORE_JOURNAL_H

#include "host/store/rows.h"

#define JOURNAL_SMALL ((uint64_t)16 * 1024) /* a journal of this size is always allowed */

struct journal_writer {
    struct store_view *view;
    uint32_t number;
    uint64_t index;
    uint32_t part;
    uint64_t size;
    uint64_t zone_size;
    struct region *region;
    struct writer changes;
};

/** How much is kept. */
struct journal_limits {
    unsigned commits; /* 0: no journal */
    uint64_t needed;  /* commits with this index and later ones are kept whatever the limits say */
};

/** Begin a commit of a zone; the row of sums is made where it is missing. */
SWORN_CHECK enum sworn_result journal_begin(struct journal_writer *journal, struct store_view *view,
                                            uint32_t number, uint64_t index, struct region *region);

/** One set: its rows before and after, empty for none; copied. */
SWORN_CHECK enum sworn_result journal_change(struct journal_writer *journal, struct octets key,
                                             struct octets before, struct octets after);

/** End it and drop the oldest commits past the limits. */
SWORN_CHECK enum sworn_result journal_end(struct journal_writer *journal, uint32_t serial_before,
                                          uint32_t serial_after,
                                          const struct journal_limits *limits);

/** Forget all commits of a zone; with `sums` also its sums: the zone ends. */
SWORN_CHECK enum sworn_result journal_drop(struct store_view *view, uint32_t number, bool sums);

/** A set that differs between two states of a zone; borrowed from the view. */
struct journal_change {
    struct octets key;
    struct octets before, after; /* rows; empty for none */
    uint64_t order;
};

/** The sets that differ between two states, in canonical order, each once. */
struct journal_span {
    struct journal_change *change; /* the region's */
    size_t count;
    uint64_t size; /* of all rows in it */
};

/**
 * The difference between the state of serial `from` and that of serial `to`, out of the commits
 * `first` to `last`.
 *
 * \return SWORN_OK; SWORN_ABSENT when the journal has not all that lies between them; SWORN_LIMIT
 *         for more changes than are worth collecting; SWORN_NO_MEMORY
 */
SWORN_CHECK enum sworn_result journal_collect(struct store_view *view, uint32_t number,
                                              uint64_t first, uint64_t last, uint32_t from,
                                              uint32_t to, struct region *region,
                                              struct journal_span *span);

/** The newest commit, not after `last`, that began at serial `from`; SWORN_ABSENT. */
SWORN_CHECK enum sworn_result journal_find(struct store_view *view, uint32_t number, uint32_t from,
                                           uint64_t last, uint64_t *index);

/** Size of the zone in keys and rows; SWORN_ABSENT where no commit was ever written here. */
SWORN_CHECK enum sworn_result journal_zone_size(struct store_view *view, uint32_t number,
                                                uint64_t *size);

#endif
