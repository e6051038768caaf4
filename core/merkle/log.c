/*
 * log.c - the append-only log; see log.h.
 *
 * A log of 7 entries is complete subtrees of 4, 2 and 1 leaves; their roots are its peaks, and its
 * root joins them from the right: node(peak 4, node(peak 2, peak 1)).
 */
#include "core/merkle/log.h"

#define ENTRY_VERSION 1
#define APEX_TEXT_MAX 1023

enum { LOG_LEAF = 0, LOG_NODE = 1 };

static enum sworn_result hashes_write(const struct log_entry *entry, struct writer *writer)
{
    SWORN_TRY(write_hash(writer, &entry->zone_before));
    SWORN_TRY(write_hash(writer, &entry->zone_after));
    SWORN_TRY(write_hash(writer, &entry->top_after));
    SWORN_TRY(write_hash(writer, &entry->guard));
    SWORN_TRY(write_hash(writer, &entry->environment));
    SWORN_TRY(write_hash(writer, &entry->policy));
    SWORN_TRY(write_hash(writer, &entry->state));
    return write_hash(writer, &entry->argument);
}

static enum sworn_result hashes_read(struct reader *reader, struct log_entry *entry)
{
    SWORN_TRY(read_hash(reader, &entry->zone_before));
    SWORN_TRY(read_hash(reader, &entry->zone_after));
    SWORN_TRY(read_hash(reader, &entry->top_after));
    SWORN_TRY(read_hash(reader, &entry->guard));
    SWORN_TRY(read_hash(reader, &entry->environment));
    SWORN_TRY(read_hash(reader, &entry->policy));
    SWORN_TRY(read_hash(reader, &entry->state));
    return read_hash(reader, &entry->argument);
}

enum sworn_result log_entry_write(const struct log_entry *entry, struct writer *writer)
{
    SWORN_ENSURE(entry->kind >= LOG_CREATE && entry->kind <= LOG_REMOVE, SWORN_MALFORMED);
    SWORN_ENSURE(entry->apex.size > 0 && entry->apex.size <= APEX_TEXT_MAX, SWORN_LIMIT);
    SWORN_TRY(write_u16(writer, ENTRY_VERSION));
    SWORN_TRY(write_u8(writer, (uint8_t)entry->kind));
    SWORN_TRY(write_u64(writer, entry->epoch));
    SWORN_TRY(write_hash(writer, &entry->zone_id));
    SWORN_TRY(write_slice_u16(writer, entry->apex));
    SWORN_TRY(hashes_write(entry, writer));
    SWORN_TRY(write_u32(writer, entry->serial));
    return write_u64(writer, entry->time);
}

enum sworn_result log_entry_read(struct octets octets, struct log_entry *entry)
{
    struct reader reader = reader_of(octets);
    uint16_t version;
    uint8_t kind;

    SWORN_TRY(read_u16(&reader, &version));
    SWORN_ENSURE(version == ENTRY_VERSION, SWORN_MALFORMED);
    SWORN_TRY(read_u8(&reader, &kind));
    SWORN_ENSURE(kind >= LOG_CREATE && kind <= LOG_REMOVE, SWORN_MALFORMED);
    entry->kind = kind;
    SWORN_TRY(read_u64(&reader, &entry->epoch));
    SWORN_TRY(read_hash(&reader, &entry->zone_id));
    SWORN_TRY(read_slice_u16(&reader, &entry->apex));
    SWORN_ENSURE(entry->apex.size > 0 && entry->apex.size <= APEX_TEXT_MAX, SWORN_MALFORMED);
    SWORN_TRY(hashes_read(&reader, entry));
    SWORN_TRY(read_u32(&reader, &entry->serial));
    SWORN_TRY(read_u64(&reader, &entry->time));
    return read_end(&reader);
}

size_t log_peak_count(uint64_t size)
{
    return (size_t)__builtin_popcountll(size);
}

enum sworn_result log_leaf_hash(struct octets entry, struct hash *hash)
{
    const uint8_t prefix = LOG_LEAF;

    return sha256((struct octets[]){octets_of(&prefix, 1), entry}, 2, hash);
}

static enum sworn_result log_node_hash(const struct hash *left, const struct hash *right,
                                       struct hash *hash)
{
    const uint8_t prefix = LOG_NODE;

    return sha256(
        (struct octets[]){octets_of(&prefix, 1), octets_of_hash(left), octets_of_hash(right)}, 3,
        hash);
}

enum sworn_result log_append(struct log_peaks *peaks, const struct hash *leaf)
{
    size_t count = log_peak_count(peaks->size);
    struct hash subtree = *leaf;

    SWORN_ENSURE(peaks->size < UINT64_MAX, SWORN_LIMIT);
    /* As in a binary counter: each trailing one carries. */
    for (uint64_t size = peaks->size; size % 2 == 1; size /= 2) {
        count--;
        SWORN_TRY(log_node_hash(&peaks->peaks[count], &subtree, &subtree));
    }
    peaks->peaks[count] = subtree;
    peaks->size++;
    return SWORN_OK;
}

/** Join the peaks from `first` on into one hash. */
static enum sworn_result peaks_join(const struct log_peaks *peaks, size_t first, struct hash *root)
{
    size_t count = log_peak_count(peaks->size);

    *root = peaks->peaks[count - 1];
    for (size_t i = count - 1; i > first; i--) {
        SWORN_TRY(log_node_hash(&peaks->peaks[i - 1], root, root));
    }
    return SWORN_OK;
}

enum sworn_result log_root(const struct log_peaks *peaks, struct hash *root)
{
    if (peaks->size == 0) {
        return sha256_one(octets_of(NULL, 0), root);
    }
    return peaks_join(peaks, 0, root);
}

enum sworn_result log_verify_inclusion(const struct hash *leaf, uint64_t index, uint64_t size,
                                       struct octets path, const struct hash *root)
{
    struct reader reader = reader_of(path);
    struct hash hash = *leaf;
    struct hash sibling;
    uint64_t last;

    SWORN_ENSURE(path.size % HASH_SIZE == 0, SWORN_MALFORMED);
    SWORN_ENSURE(index < size, SWORN_PROOF);
    /* RFC 9162 2.1.3.2: `index` and `last` are fn and sn, shifted as the path climbs. */
    for (last = size - 1; reader_left(&reader) > 0; index /= 2, last /= 2) {
        SWORN_ENSURE(last > 0, SWORN_PROOF);
        SWORN_TRY(read_hash(&reader, &sibling));
        if (index % 2 == 0 && index != last) {
            SWORN_TRY(log_node_hash(&hash, &sibling, &hash));
            continue;
        }
        SWORN_TRY(log_node_hash(&sibling, &hash, &hash));
        /* The last node of its level has no sibling until it is a right child. */
        while (index % 2 == 0 && index != 0) {
            index /= 2;
            last /= 2;
        }
    }
    SWORN_ENSURE(last == 0 && hash_equal(&hash, root), SWORN_PROOF);
    return SWORN_OK;
}

enum sworn_result log_load_peaks(const struct log_source *source, uint64_t size,
                                 struct log_peaks *peaks)
{
    uint64_t before = 0; /* leaves to the left of the next peak */
    size_t count = 0;

    *peaks = (struct log_peaks){.size = size};
    for (unsigned level = 64; level > 0; level--) {
        uint64_t leaves = (uint64_t)1 << (level - 1);

        if ((size & leaves) != 0) {
            SWORN_TRY(
                source->subtree(source->context, level - 1, before / leaves, &peaks->peaks[count]));
            count++;
            before += leaves;
        }
    }
    return SWORN_OK;
}

enum sworn_result log_prove_inclusion(const struct log_source *source, uint64_t index,
                                      uint64_t size, struct writer *path)
{
    struct log_peaks peaks;
    struct hash hash;
    uint64_t leaves = (uint64_t)1 << 63;
    uint64_t before = 0;
    size_t peak = 0;

    SWORN_ENSURE(index < size, SWORN_ABSENT);
    SWORN_TRY(log_load_peaks(source, size, &peaks));
    /* The peak above the entry. */
    for (; (size & leaves) == 0 || index - before >= leaves; leaves /= 2) {
        if ((size & leaves) != 0) {
            before += leaves;
            peak++;
        }
    }
    for (unsigned level = 0; (uint64_t)1 << level < leaves; level++) {
        SWORN_TRY(source->subtree(source->context, level, (index >> level) ^ 1, &hash));
        SWORN_TRY(write_hash(path, &hash));
    }
    if (peak + 1 < log_peak_count(size)) {
        SWORN_TRY(peaks_join(&peaks, peak + 1, &hash));
        SWORN_TRY(write_hash(path, &hash));
    }
    for (; peak > 0; peak--) {
        SWORN_TRY(write_hash(path, &peaks.peaks[peak - 1]));
    }
    return SWORN_OK;
}
