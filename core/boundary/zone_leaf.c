/*
 * zone_leaf.c - the leaf of a zone in the top tree; the format is drawn in zone_leaf.h.
 */
#include "core/boundary/zone_leaf.h"

#include "core/merkle/merkle.h"

#define LEAF_NSEC     1 /* versions: without what follows from hashed denial, and with it */
#define LEAF_DENIAL   2
#define APEX_TEXT_MAX (NAME_TEXT_SIZE - 1)

enum { TOP_ZONE = 0, TOP_APEX = 1 };

/** Only what version 1 cannot say is said in version 2. */
static uint16_t leaf_version(const struct zone_leaf *leaf)
{
    return leaf->denial == DENIAL_NSEC && leaf->denial_change == CHANGE_NONE ? LEAF_NSEC
                                                                             : LEAF_DENIAL;
}

static bool denial_is_sound(const struct zone_leaf *leaf)
{
    bool of_nsec = leaf->denial_change == CHANGE_HASHES || leaf->denial_change == CHANGE_SWEEP;
    bool has_cursor = leaf->denial_change == CHANGE_HASHES || leaf->denial_change == CHANGE_CHAIN;

    return leaf->denial <= DENIAL_NSEC3 && leaf->denial_change <= CHANGE_SWEEP &&
           (!of_nsec || leaf->denial == DENIAL_NSEC) &&
           leaf->denial_mixed <= (zone_leaf_builds(leaf) ? 1 : 0) &&
           leaf->denial_cursor.size <= (has_cursor ? ZONE_CURSOR_MAX : 0);
}

/** What decoding demands and encoding promises. */
static bool leaf_is_sound(const struct zone_leaf *leaf)
{
    return (leaf->state == ZONE_LIVE || leaf->state == ZONE_REMOVED) && leaf->apex.size > 0 &&
           leaf->apex.size <= APEX_TEXT_MAX && leaf->key_count <= ZONE_KEYS_MAX &&
           leaf->provenance_count <= ZONE_PROVENANCE_MAX && leaf->owed <= OWED_DENIAL_TTL &&
           leaf->cursor.size <= ZONE_CURSOR_MAX && denial_is_sound(leaf);
}

static enum sworn_result keys_read(struct reader *reader, struct zone_leaf *leaf)
{
    SWORN_TRY(read_u8(reader, &leaf->key_count));
    SWORN_ENSURE(leaf->key_count <= ZONE_KEYS_MAX, SWORN_MALFORMED);
    for (size_t i = 0; i < leaf->key_count; i++) {
        SWORN_TRY(read_u8(reader, &leaf->keys[i].role));
        SWORN_TRY(read_u8(reader, &leaf->keys[i].algorithm));
        SWORN_TRY(read_slice_u16(reader, &leaf->keys[i].public_key));
    }
    return SWORN_OK;
}

static enum sworn_result provenance_read(struct reader *reader, struct zone_leaf *leaf)
{
    SWORN_TRY(read_u16(reader, &leaf->provenance_count));
    SWORN_ENSURE(leaf->provenance_count <= ZONE_PROVENANCE_MAX, SWORN_MALFORMED);
    for (size_t i = 0; i < leaf->provenance_count; i++) {
        SWORN_TRY(read_u8(reader, &leaf->provenance[i].platform));
        SWORN_TRY(read_hash(reader, &leaf->provenance[i].measurement));
        SWORN_TRY(read_u64(reader, &leaf->provenance[i].epoch));
    }
    return SWORN_OK;
}

static enum sworn_result state_read(struct reader *reader, struct zone_leaf *leaf,
                                    uint16_t *version)
{
    SWORN_TRY(read_u16(reader, version));
    SWORN_ENSURE(*version == LEAF_NSEC || *version == LEAF_DENIAL, SWORN_MALFORMED);
    SWORN_TRY(read_u8(reader, &leaf->state));
    SWORN_TRY(read_slice_u16(reader, &leaf->apex));
    SWORN_TRY(read_hash(reader, &leaf->zone_root));
    SWORN_TRY(read_u32(reader, &leaf->serial));
    SWORN_TRY(read_u64(reader, &leaf->sequence));
    SWORN_TRY(read_hash(reader, &leaf->guard));
    SWORN_TRY(read_hash(reader, &leaf->environment));
    SWORN_TRY(read_hash(reader, &leaf->guard_state));
    return read_slice_u32(reader, &leaf->policy);
}

static enum sworn_result denial_read(struct reader *reader, struct zone_leaf *leaf)
{
    SWORN_TRY(read_u8(reader, &leaf->denial));
    SWORN_TRY(read_u8(reader, &leaf->denial_change));
    SWORN_TRY(read_u8(reader, &leaf->denial_mixed));
    return read_slice_u16(reader, &leaf->denial_cursor);
}

enum sworn_result zone_leaf_read(struct octets octets, struct zone_leaf *leaf)
{
    struct reader reader = reader_of(octets);
    uint16_t version;

    *leaf = (struct zone_leaf){0};
    SWORN_ENSURE(octets.size <= ZONE_LEAF_MAX, SWORN_LIMIT);
    SWORN_TRY(state_read(&reader, leaf, &version));
    SWORN_TRY(keys_read(&reader, leaf));
    SWORN_TRY(provenance_read(&reader, leaf));
    SWORN_TRY(read_u8(&reader, &leaf->owed));
    SWORN_TRY(read_slice_u16(&reader, &leaf->cursor));
    SWORN_TRY(read_u32(&reader, &leaf->old_denial_ttl));
    if (version == LEAF_DENIAL) {
        SWORN_TRY(denial_read(&reader, leaf));
    }
    SWORN_TRY(read_end(&reader));
    SWORN_ENSURE(leaf_is_sound(leaf) && version == leaf_version(leaf), SWORN_MALFORMED);
    return SWORN_OK;
}

static enum sworn_result keys_write(const struct zone_leaf *leaf, struct writer *writer)
{
    SWORN_TRY(write_u8(writer, leaf->key_count));
    for (size_t i = 0; i < leaf->key_count; i++) {
        SWORN_TRY(write_u8(writer, leaf->keys[i].role));
        SWORN_TRY(write_u8(writer, leaf->keys[i].algorithm));
        SWORN_TRY(write_slice_u16(writer, leaf->keys[i].public_key));
    }
    return SWORN_OK;
}

static enum sworn_result provenance_write(const struct zone_leaf *leaf, struct writer *writer)
{
    SWORN_TRY(write_u16(writer, leaf->provenance_count));
    for (size_t i = 0; i < leaf->provenance_count; i++) {
        SWORN_TRY(write_u8(writer, leaf->provenance[i].platform));
        SWORN_TRY(write_hash(writer, &leaf->provenance[i].measurement));
        SWORN_TRY(write_u64(writer, leaf->provenance[i].epoch));
    }
    return SWORN_OK;
}

static enum sworn_result state_write(const struct zone_leaf *leaf, struct writer *writer)
{
    SWORN_TRY(write_u16(writer, leaf_version(leaf)));
    SWORN_TRY(write_u8(writer, leaf->state));
    SWORN_TRY(write_slice_u16(writer, leaf->apex));
    SWORN_TRY(write_hash(writer, &leaf->zone_root));
    SWORN_TRY(write_u32(writer, leaf->serial));
    SWORN_TRY(write_u64(writer, leaf->sequence));
    SWORN_TRY(write_hash(writer, &leaf->guard));
    SWORN_TRY(write_hash(writer, &leaf->environment));
    SWORN_TRY(write_hash(writer, &leaf->guard_state));
    return write_slice_u32(writer, leaf->policy);
}

static enum sworn_result denial_write(const struct zone_leaf *leaf, struct writer *writer)
{
    if (leaf_version(leaf) == LEAF_NSEC) {
        return SWORN_OK;
    }
    SWORN_TRY(write_u8(writer, leaf->denial));
    SWORN_TRY(write_u8(writer, leaf->denial_change));
    SWORN_TRY(write_u8(writer, leaf->denial_mixed));
    return write_slice_u16(writer, leaf->denial_cursor);
}

enum sworn_result zone_leaf_write(const struct zone_leaf *leaf, struct writer *writer)
{
    size_t start = writer->used;

    SWORN_ENSURE(leaf_is_sound(leaf), SWORN_MALFORMED);
    SWORN_TRY(state_write(leaf, writer));
    SWORN_TRY(keys_write(leaf, writer));
    SWORN_TRY(provenance_write(leaf, writer));
    SWORN_TRY(write_u8(writer, leaf->owed));
    SWORN_TRY(write_slice_u16(writer, leaf->cursor));
    SWORN_TRY(write_u32(writer, leaf->old_denial_ttl));
    SWORN_TRY(denial_write(leaf, writer));
    SWORN_ENSURE(writer->used - start <= ZONE_LEAF_MAX, SWORN_LIMIT);
    return SWORN_OK;
}

size_t top_key_of_zone(const struct hash *zone_id, uint8_t key[TOP_KEY_MAX])
{
    key[0] = TOP_ZONE;
    memcpy(key + 1, zone_id->octets, HASH_SIZE);
    return 1 + HASH_SIZE;
}

size_t top_key_of_apex(const struct name *apex, uint8_t key[TOP_KEY_MAX])
{
    size_t size;

    key[0] = TOP_APEX;
    size = 1 + name_to_key(apex, key + 1);
    key[size] = 0;
    return size + 1;
}

enum sworn_result zone_id_of(const struct zone_creation *creation, struct hash *id)
{
    static const char domain[] = "sworn-zone-v1"; /* hashed with its final 00 */
    uint8_t octets[sizeof(domain) + 5 * HASH_SIZE + 2 + APEX_TEXT_MAX + 8];
    struct writer writer = writer_over(octets, sizeof(octets));

    SWORN_TRY(write_octets(&writer, octets_of(domain, sizeof(domain))));
    SWORN_TRY(write_hash(&writer, &creation->log_id));
    SWORN_TRY(write_slice_u16(&writer, creation->apex));
    SWORN_TRY(write_u64(&writer, creation->epoch));
    SWORN_TRY(write_hash(&writer, &creation->guard));
    SWORN_TRY(write_hash(&writer, &creation->environment));
    SWORN_TRY(write_hash(&writer, &creation->policy));
    SWORN_TRY(write_hash(&writer, &creation->argument));
    return sha256_one(written(&writer), id);
}
