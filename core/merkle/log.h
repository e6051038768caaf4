/*
 * log.h - the append-only log: an RFC 6962 Merkle tree over the entries of all commits, and the
 * entry's form.
 *
 *   entry = u16 version (1) ‖ u8 kind ‖ u64 epoch ‖ 32 zone id ‖ u16 size ‖ apex text
 *           ‖ 32 zone root before ‖ 32 zone root after ‖ 32 top root after
 *           ‖ 32 guard ‖ 32 environment ‖ 32 policy ‖ 32 guard state ‖ 32 argument (hashes)
 *           ‖ u32 serial ‖ u64 certified time
 *
 * The epoch is the entry's index in the log, so a zone's creation epoch is the index of the entry
 * that created it.
 * The peaks are the roots of the complete subtrees that make up a log of `size` entries, largest
 * first: one for each bit set in `size`. They are all that is needed to append and to compute the
 * root.
 */
#ifndef SWORN_CORE_MERKLE_LOG_H
#define SWORN_CORE_MERKLE_LOG_H

#include "core/cursor/reader.h"
#include "core/cursor/writer.h"
#include "core/merkle/merkle.h"

enum log_kind { LOG_CREATE = 1, LOG_UPDATE = 2, LOG_REFRESH = 3, LOG_STEP = 4, LOG_REMOVE = 5 };

#define LOG_ENTRY_MAX 2048

struct log_entry {
    enum log_kind kind;
    uint64_t epoch;
    struct hash zone_id;
    struct octets apex; /* text, as hashed */
    struct hash zone_before, zone_after, top_after;
    struct hash guard, environment, policy, state, argument;
    uint32_t serial;
    uint64_t time;
};

SWORN_CHECK enum sworn_result log_entry_write(const struct log_entry *entry, struct writer *writer);
SWORN_CHECK enum sworn_result log_entry_read(struct octets octets, struct log_entry *entry);

#define LOG_PEAKS_MAX 64

struct log_peaks {
    uint64_t size;                    /* entries */
    struct hash peaks[LOG_PEAKS_MAX]; /* popcount(size) of them, largest subtree first */
};

/** Number of peaks of a log of `size` entries. */
size_t log_peak_count(uint64_t size);

/** Append a leaf hash. */
SWORN_CHECK enum sworn_result log_append(struct log_peaks *peaks, const struct hash *leaf);

/** SHA-256(00 ‖ entry). */
SWORN_CHECK enum sworn_result log_leaf_hash(struct octets entry, struct hash *hash);

/** The root of the log; of the empty one SHA-256 of nothing (RFC 6962 2.1). */
SWORN_CHECK enum sworn_result log_root(const struct log_peaks *peaks, struct hash *root);

/**
 * Inclusion proof (RFC 9162 2.1.3): `path` is count × 32 octets, nearest sibling first.
 *
 * \return SWORN_OK, SWORN_PROOF, SWORN_MALFORMED
 */
SWORN_CHECK enum sworn_result log_verify_inclusion(const struct hash *leaf, uint64_t index,
                                                   uint64_t size, struct octets path,
                                                   const struct hash *root);

/**
 * For whoever stores the log: the hash of a complete subtree of 2^level leaves, the `index`-th of
 * its level.
 */
struct log_source {
    void *context;
    enum sworn_result (*subtree)(void *context, unsigned level, uint64_t index, struct hash *hash);
};

/** Write the inclusion path of entry `index` in a log of `size`. */
SWORN_CHECK enum sworn_result log_prove_inclusion(const struct log_source *source, uint64_t index,
                                                  uint64_t size, struct writer *path);

/** The peaks of a log of `size`, from its store. */
SWORN_CHECK enum sworn_result log_load_peaks(const struct log_source *source, uint64_t size,
                                             struct log_peaks *peaks);

#endif
