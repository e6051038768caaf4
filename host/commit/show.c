/*
 * show.c - the proofs that owners are given; see show.h.
 *
 * The entry is the log's last one: its top root is the state, whichever zone it was about.
 */
#include "host/commit/show.h"

#include "core/dns/rr.h"

#include <stdlib.h>

#define PROOF_MAX ((size_t)256 * 1024)

static enum sworn_result entry_with_path(struct store_view *view, uint64_t index, uint64_t size,
                                         struct region *region, struct octets *entry,
                                         struct octets *path)
{
    struct log_source source = log_rows(view);
    struct writer writer = writer_in(region, LOG_PEAKS_MAX * HASH_SIZE);
    struct row_key key;
    struct octets found;

    row_of_entry(index, &key);
    SWORN_TRY(store_get(view, STORE_LOG, row_octets(&key), &found));
    SWORN_TRY(region_copy(region, found, entry));
    SWORN_TRY(log_prove_inclusion(&source, index, size, &writer));
    *path = written(&writer);
    return SWORN_OK;
}

/* A value of one of the trees with the proof that it is in it. */
static enum sworn_result prove(struct rows_source *source, const struct hash *root,
                               struct octets key, struct region *region, struct octets *value,
                               struct octets *proof)
{
    struct writer writer = writer_in(region, PROOF_MAX);
    struct tree tree;

    SWORN_TRY(tree_open(&tree, source->kind, root, region, &source->source));
    SWORN_TRY(tree_get(&tree, key, value));
    SWORN_TRY(tree_prove(&tree, key, &writer));
    *proof = written(&writer);
    return SWORN_OK;
}

static enum sworn_result show_leaf(struct store_view *view, const struct log_entry *entry,
                                   struct region *region, struct commit_proof *proof)
{
    uint8_t key[TOP_KEY_MAX];
    struct rows_source source;

    rows_source_init(&source, view, MERKLE_TOP, 0);
    return prove(&source, &entry->top_after, octets_of(key, top_key_of_zone(&proof->zone_id, key)),
                 region, &proof->leaf_value, &proof->leaf_proof);
}

static enum sworn_result show_dnskey(struct store_view *view, uint32_t number,
                                     struct region *region, struct commit_proof *proof)
{
    struct rows_source source;
    struct zone_leaf leaf;
    struct rrset_key key;
    struct name apex;

    SWORN_TRY(zone_leaf_read(proof->leaf_value, &leaf));
    SWORN_TRY(name_from_text(leaf.apex, NULL, &apex));
    rrset_key(&apex, RR_DNSKEY, &key);
    rows_source_init(&source, view, MERKLE_ZONE, number);
    return prove(&source, &leaf.zone_root, octets_of(key.octets, key.size), region,
                 &proof->dnskey_value, &proof->dnskey_proof);
}

static enum sworn_result show_head(struct store_view *view, struct region *region,
                                   struct commit_proof *proof)
{
    struct octets octets;

    SWORN_TRY(store_get(view, STORE_META, octets_of_text("log public key"), &octets));
    SWORN_ENSURE(octets.size == sizeof(proof->log_public_key), SWORN_IO);
    memcpy(proof->log_public_key, octets.data, octets.size);
    SWORN_TRY(store_get(view, STORE_META, octets_of_text("checkpoint"), &octets));
    return region_copy(region, octets, &proof->checkpoint);
}

enum sworn_result show_zone(struct store_view *view, const struct hash *zone_id,
                            struct region *region, struct commit_proof *proof)
{
    struct log_entry entry;
    struct zone_row row;
    uint64_t size;

    *proof = (struct commit_proof){.zone_id = *zone_id};
    SWORN_TRY(zone_row_get(view, zone_id, &row));
    SWORN_TRY(log_size_get(view, &size));
    SWORN_ENSURE(size > 0 && row.created < size, SWORN_IO);
    SWORN_TRY(show_head(view, region, proof));
    proof->index = size - 1;
    SWORN_TRY(entry_with_path(view, proof->index, size, region, &proof->entry, &proof->inclusion));
    proof->creation_index = row.created;
    SWORN_TRY(entry_with_path(view, row.created, size, region, &proof->creation_entry,
                              &proof->creation_inclusion));
    SWORN_TRY(log_entry_read(proof->entry, &entry));
    SWORN_TRY(show_leaf(view, &entry, region, proof));
    return show_dnskey(view, row.number, region, proof);
}

/* Whether batches wait, whether it is served. */
static void show_state(struct commit_server *server, const struct name *apex,
                       struct commit_proof *proof)
{
    const struct hosted_zone *zone;

    (void)pthread_mutex_lock(&server->brief);
    zone = hosted_zone_at(server, apex);
    proof->published = zone == NULL || !zone->shown.waiting;
    proof->served = zone == NULL || !zone->shown.stopped;
    (void)pthread_mutex_unlock(&server->brief);
}

static enum sworn_result show_at(struct commit_server *server, struct store_view *view,
                                 const struct name *apex, struct region *region,
                                 struct commit_proof *proof, struct reason *reason)
{
    struct hash zone_id;
    enum sworn_result result = zone_id_at(view, apex, &zone_id);

    SWORN_SAY(result != SWORN_ABSENT, reason, SWORN_ABSENT, "there is no such zone here");
    SWORN_TRY(result);
    result = show_zone(view, &zone_id, region, proof);
    SWORN_SAY(result == SWORN_OK, reason, SWORN_IO,
              "the store cannot prove this zone (%s): it is damaged", result_name(result));
    show_state(server, apex, proof);
    return SWORN_OK;
}

enum sworn_result commit_show(struct commit_server *server, const struct name *apex,
                              struct region *region, struct commit_proof *proof,
                              struct reason *reason)
{
    struct store_view *view;
    enum sworn_result result;

    SWORN_TRY(store_read(server->store, &view));
    result = show_at(server, view, apex, region, proof, reason);
    store_end(view);
    return result;
}

static enum sworn_result part_get(struct store_view *view, const struct commit_proof *proof,
                                  enum commit_part part, struct octets *octets)
{
    struct zone_leaf leaf;
    struct zone_row row;
    struct row_key key;

    SWORN_TRY(zone_leaf_read(proof->leaf_value, &leaf));
    if (part == COMMIT_GUARD) {
        return store_get(view, STORE_BLOBS, octets_of_hash(&leaf.guard), octets);
    }
    if (part == COMMIT_ENVIRONMENT) {
        return store_get(view, STORE_BLOBS, octets_of_hash(&leaf.environment), octets);
    }
    SWORN_TRY(zone_row_get(view, &proof->zone_id, &row));
    row_of_local(row.number, LOCAL_STATE, &key);
    return store_get(view, STORE_LOCAL, row_octets(&key), octets);
}

static enum sworn_result show_part(struct commit_server *server, struct store_view *view,
                                   const struct name *apex, enum commit_part part,
                                   struct region *region, struct octets *octets,
                                   struct reason *reason)
{
    struct commit_proof proof;
    struct octets found;

    SWORN_TRY(show_at(server, view, apex, region, &proof, reason));
    SWORN_SAY(part_get(view, &proof, part, &found) == SWORN_OK, reason, SWORN_IO,
              "the store has lost this part of the zone");
    return region_copy(region, found, octets);
}

enum sworn_result commit_show_part(struct commit_server *server, const struct name *apex,
                                   enum commit_part part, struct region *region,
                                   struct octets *octets, struct reason *reason)
{
    struct store_view *view;
    enum sworn_result result;

    SWORN_TRY(store_read(server->store, &view));
    result = show_part(server, view, apex, part, region, octets, reason);
    store_end(view);
    return result;
}

enum sworn_result commit_checkpoint(struct commit_server *server, struct region *region,
                                    struct octets *note, uint8_t public_key[32])
{
    struct commit_proof proof;
    struct store_view *view;
    enum sworn_result result;

    SWORN_TRY(store_read(server->store, &view));
    result = show_head(view, region, &proof);
    store_end(view);
    SWORN_TRY(result);
    *note = proof.checkpoint;
    memcpy(public_key, proof.log_public_key, sizeof(proof.log_public_key));
    return SWORN_OK;
}

struct commit_records {
    struct store_view *view;
    struct store_walk *walk;   /* all rows */
    struct store_walk *hashed; /* the leaves of hashes */
    uint8_t denial;            /* that is served */
};

static enum sworn_result records_open(struct commit_server *server, const struct name *apex,
                                      struct region *region, struct commit_proof *proof,
                                      struct commit_records *records, struct reason *reason)
{
    struct zone_leaf leaf;
    struct zone_row row;

    SWORN_TRY(store_read(server->store, &records->view));
    SWORN_TRY(show_at(server, records->view, apex, region, proof, reason));
    SWORN_TRY(zone_leaf_read(proof->leaf_value, &leaf));
    records->denial = leaf.denial;
    SWORN_TRY(zone_row_get(records->view, &proof->zone_id, &row));
    SWORN_TRY(set_walk_begin(records->view, row.number, nsec3_leaves_begin(), &records->hashed));
    return set_walk_begin(records->view, row.number, octets_of(NULL, 0), &records->walk);
}

enum sworn_result commit_records_begin(struct commit_server *server, const struct name *apex,
                                       struct region *region, struct commit_proof *proof,
                                       struct commit_records **records, struct reason *reason)
{
    struct commit_records *made = calloc(1, sizeof(*made));
    enum sworn_result result;

    SWORN_ENSURE(made != NULL, SWORN_NO_MEMORY);
    result = records_open(server, apex, region, proof, made, reason);
    if (result != SWORN_OK) {
        commit_records_end(made);
        return result;
    }
    *records = made;
    return SWORN_OK;
}

enum sworn_result commit_records_next(struct commit_records *records, struct region *scratch,
                                      struct signed_set *set)
{
    struct octets key, row;
    struct name owner;
    uint16_t type;

    do {
        SWORN_TRY(store_walk_next(records->walk, &key, &row));
    } while (!row_is_served(records->denial, key));
    SWORN_TRY(rrset_key_read(key, &owner, &type));
    return signed_set_read(row, &owner, type, scratch, set);
}

enum sworn_result commit_records_hashed(struct commit_records *records, struct name *name)
{
    struct octets key, row, value;
    struct reader reader;

    SWORN_TRY(store_walk_next(records->hashed, &key, &row));
    SWORN_TRY(row_value(row, &value));
    reader = reader_of(value);
    SWORN_TRY(name_read(&reader, name));
    return read_end(&reader);
}

void commit_records_end(struct commit_records *records)
{
    if (records == NULL) {
        return;
    }
    store_walk_end(records->walk);
    store_walk_end(records->hashed);
    store_end(records->view);
    free(records);
}
