/*
 * apply.c - one commit of the enclave's into the store; see apply.h.
 *
 * The enclave hands out leaves; the pages above them are made here with the same code that the
 * enclave verifies them with, and must lead to the same roots.
 */
#include "host/commit/apply.h"

#include "core/dns/rr.h"

/* The top root that the store stands at: that of the last entry. */
static enum sworn_result top_root_before(struct store_view *view, uint64_t index, struct hash *root)
{
    struct log_entry entry;
    struct row_key key;
    struct octets octets;

    *root = (struct hash){0};
    if (index == 0) {
        return SWORN_OK;
    }
    row_of_entry(index - 1, &key);
    SWORN_TRY(store_get(view, STORE_LOG, row_octets(&key), &octets));
    SWORN_TRY(log_entry_read(octets, &entry));
    *root = entry.top_after;
    return SWORN_OK;
}

static enum sworn_result leaf_apply(struct store_view *view, struct tree *tree,
                                    const struct committed_leaf *leaf)
{
    struct row_key key;

    row_of_top(1, leaf->key, &key);
    if (leaf->value.size == 0) {
        SWORN_TRY(tree_remove(tree, leaf->key));
        return store_delete(view, STORE_TOP, row_octets(&key));
    }
    SWORN_TRY(tree_put(tree, leaf->key, leaf->value));
    return store_put(view, STORE_TOP, row_octets(&key), leaf->value);
}

static enum sworn_result tree_finish(struct rows_source *source, struct tree *old,
                                     struct tree *tree, const struct hash *certified,
                                     struct region *region)
{
    struct hash root;

    SWORN_TRY(tree_root(tree, &root));
    SWORN_ENSURE(hash_equal(&root, certified), SWORN_PROOF);
    return rows_write_pages(source, old, tree, region);
}

/* Which denial chains a zone has rows of: the one that is served, and one in the making. */
static unsigned chains_of(const struct zone_leaf *leaf)
{
    unsigned both = 1U << DENIAL_NSEC | 1U << DENIAL_NSEC3;

    return zone_leaf_builds(leaf) ? both : 1U << leaf->denial;
}

/* A chain that this commit gives up is left as rows that belong to nothing: they go by and by. */
static enum sworn_result note_chains(struct store_view *view, const struct zone_leaf *before,
                                     struct applied *applied)
{
    unsigned gone = chains_of(before) & ~chains_of(&applied->leaf);
    uint8_t type[2];
    struct writer writer = writer_over(type, sizeof(type));
    struct row_key key;

    if (gone == 0) {
        return SWORN_OK;
    }
    SWORN_TRY(
        write_u16(&writer, denial_type(gone == 1U << DENIAL_NSEC3 ? DENIAL_NSEC3 : DENIAL_NSEC)));
    row_of_local(applied->row.number, LOCAL_CLEANING, &key);
    applied->leaves_rows = true;
    return store_put(view, STORE_LOCAL, row_octets(&key), written(&writer));
}

/* The leaf as it was; for a new zone as it begins, in which nothing flips. */
static enum sworn_result leaf_before(struct store_view *view, const struct hash *zone_id, bool *was,
                                     struct zone_leaf *leaf)
{
    struct octets value;
    enum sworn_result result = zone_leaf_get(view, zone_id, &value);

    *was = result == SWORN_OK;
    if (!*was) {
        return result == SWORN_ABSENT ? SWORN_OK : result;
    }
    return zone_leaf_read(value, leaf);
}

static enum sworn_result top_apply(struct store_view *view, const struct message_committed *reply,
                                   struct region *region, struct applied *applied)
{
    struct rows_source source;
    struct zone_leaf before;
    struct tree old, tree;
    struct hash root;
    bool was;

    /* What is borrowed from the row is not looked at again: only its numbers are. */
    SWORN_TRY(leaf_before(view, &applied->entry.zone_id, &was, &before));
    rows_source_init(&source, view, MERKLE_TOP, 0);
    SWORN_TRY(top_root_before(view, applied->index, &root));
    SWORN_TRY(tree_open(&old, MERKLE_TOP, &root, region, &source.source));
    tree = old;
    for (uint32_t i = 0; i < reply->top.count; i++) {
        struct committed_leaf leaf;

        SWORN_TRY(committed_leaf_read(reply->top.items[i], &leaf));
        SWORN_TRY(leaf_apply(view, &tree, &leaf));
        if (leaf.key.size > 0 && leaf.key.data[0] == 0) {
            SWORN_TRY(zone_leaf_read(leaf.value, &applied->leaf));
        }
    }
    if (was) {
        applied->existed = true;
        applied->serial_before = before.serial;
        applied->flipped = before.denial != applied->leaf.denial;
        SWORN_TRY(note_chains(view, &before, applied));
    }
    return tree_finish(&source, &old, &tree, &applied->entry.top_after, region);
}

static enum sworn_result row_in_the_way(void *context, struct octets key, struct octets row)
{
    (void)context;
    (void)key;
    (void)row;
    return SWORN_PROOF;
}

/*
 * A number that lost or damaged rows make free again: what the zone that has it would lose by being
 * written over cannot be had back.
 */
static enum sworn_result number_is_free(struct store_view *view, uint32_t number)
{
    return set_each(view, number, NULL, row_in_the_way);
}

static enum sworn_result zone_number(struct store_view *view, const struct hash *zone_id,
                                     struct applied *applied)
{
    uint8_t memory[4];
    struct writer writer = writer_over(memory, sizeof(memory));
    struct reader reader;
    struct octets value;
    uint32_t next = 0;
    enum sworn_result result = zone_row_get(view, zone_id, &applied->row);

    if (result != SWORN_ABSENT) {
        return result;
    }
    result = store_get(view, STORE_META, octets_of_text("zones"), &value);
    if (result == SWORN_OK) {
        reader = reader_of(value);
        SWORN_TRY(read_u32(&reader, &next));
    }
    SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    SWORN_TRY(number_is_free(view, next));
    applied->row = (struct zone_row){.number = next, .created = applied->index};
    SWORN_TRY(write_u32(&writer, next + 1));
    return store_put(view, STORE_META, octets_of_text("zones"), written(&writer));
}

/* New signatures alone are nothing that the parent has to look at. */
static void note_for_parent(const struct committed_set *set, struct octets old,
                            struct applied *applied)
{
    struct octets value = {0};
    unsigned type;

    if (set->key.size < 3 || nsec3_is_leaf_key(set->key)) {
        return;
    }
    type = (unsigned)set->key.data[set->key.size - 2] << 8 | set->key.data[set->key.size - 1];
    if ((type == RR_CDS || type == RR_CDNSKEY) &&
        (old.size == 0 || row_value(old, &value) == SWORN_OK)) {
        applied->for_parent = applied->for_parent || !octets_equal(value, set->value);
    }
}

/* The row of a set: its value and signatures as one; gone when it has neither. */
static enum sworn_result set_apply(struct store_view *view, const struct committed_set *set,
                                   struct region *region, struct applied *applied,
                                   struct journal_writer *journal)
{
    struct writer writer = writer_in(region, (size_t)256 * 1024);
    struct zone_row *row = &applied->row;
    struct row_key key;
    struct octets old = {0};
    bool was;

    row_of_zone(row->number, set->key, &key);
    was = store_get(view, STORE_SETS, row_octets(&key), &old) == SWORN_OK;
    note_for_parent(set, old, applied);
    if (set->value.size == 0) {
        SWORN_ENSURE(was, SWORN_PROOF);
        SWORN_TRY(journal_change(journal, set->key, old, octets_of(NULL, 0)));
        row->sets--;
        return store_delete(view, STORE_SETS, row_octets(&key));
    }
    SWORN_TRY(write_slice_u32(&writer, set->value));
    SWORN_TRY(write_u16(&writer, (uint16_t)set->rrsigs.count));
    for (uint32_t i = 0; i < set->rrsigs.count; i++) {
        SWORN_TRY(write_slice_u16(&writer, set->rrsigs.items[i]));
    }
    SWORN_TRY(journal_change(journal, set->key, old, written(&writer)));
    row->sets += !was;
    return store_put(view, STORE_SETS, row_octets(&key), written(&writer));
}

static bool in_tree(struct octets key)
{
    unsigned type;

    if (key.size < 3 || nsec3_is_leaf_key(key)) {
        return key.size == NSEC3_LEAF_SIZE;
    }
    type = (unsigned)key.data[key.size - 2] << 8 | key.data[key.size - 1];
    return type != RR_NSEC && type != RR_NSEC3 && type != RR_ZONEMD;
}

static enum sworn_result sets_apply(struct store_view *view, const struct message_committed *reply,
                                    struct region *region, struct journal_writer *journal,
                                    struct applied *applied)
{
    struct rows_source source;
    struct tree old, tree;
    void *keys;

    SWORN_TRY(region_array(region, reply->sets.count, sizeof(struct rrset_key), &keys));
    applied->keys = keys;
    rows_source_init(&source, view, MERKLE_ZONE, applied->row.number);
    SWORN_TRY(tree_open(&old, MERKLE_ZONE, &applied->entry.zone_before, region, &source.source));
    tree = old;
    for (uint32_t i = 0; i < reply->sets.count; i++) {
        struct committed_set set;
        struct rrset_key *key = &applied->keys[applied->count++];

        SWORN_TRY(committed_set_read(reply->sets.items[i], region, &set));
        applied->signed_sets += set.rrsigs.count > 0;
        SWORN_ENSURE(set.key.size <= RRSET_KEY_MAX, SWORN_MALFORMED);
        key->size = (uint16_t)set.key.size;
        memcpy(key->octets, set.key.data, set.key.size);
        if (in_tree(set.key) && set.value.size > 0) {
            SWORN_TRY(tree_put(&tree, set.key, set.value));
        }
        if (in_tree(set.key) && set.value.size == 0) {
            SWORN_TRY(tree_remove(&tree, set.key));
        }
        SWORN_TRY(set_apply(view, &set, region, applied, journal));
    }
    return tree_finish(&source, &old, &tree, &applied->entry.zone_after, region);
}

static enum sworn_result blob_put(struct store_view *view, struct octets blob)
{
    struct hash hash;

    SWORN_TRY(sha256_one(blob, &hash));
    return store_put(view, STORE_BLOBS, octets_of_hash(&hash), blob);
}

static enum sworn_result others_apply(struct store_view *view,
                                      const struct message_committed *reply,
                                      const struct commit_creation *creation,
                                      const struct applied *applied)
{
    struct row_key key;

    if (creation != NULL) {
        SWORN_TRY(blob_put(view, creation->guard));
        SWORN_TRY(blob_put(view, creation->environment));
    }
    if (reply->owner_changed) {
        SWORN_TRY(blob_put(view, reply->guard));
        SWORN_TRY(blob_put(view, reply->environment));
    }
    if (reply->state_changed) {
        row_of_local(applied->row.number, LOCAL_STATE, &key);
        SWORN_TRY(store_put(view, STORE_LOCAL, row_octets(&key), reply->state));
    }
    if (reply->sealed_key.size > 0) {
        row_of_local(applied->row.number, LOCAL_SEALED_KEY, &key);
        SWORN_TRY(store_put(view, STORE_LOCAL, row_octets(&key), reply->sealed_key));
    }
    return store_put(view, STORE_META, octets_of_text("checkpoint"), reply->checkpoint);
}

/*
 * No difference leads to a new zone, to another denial chain or to the end; nor is one kept that
 * nobody may ask for.
 */
static enum sworn_result journal_finish(struct journal_writer *journal,
                                        const struct message_committed *reply,
                                        const struct journal_limits *limits,
                                        const struct applied *applied)
{
    struct journal_limits all = *limits;

    if (reply->removed) {
        return journal_drop(journal->view, journal->number, true);
    }
    if (!applied->existed || applied->flipped) {
        all.commits = 0;
        all.needed = UINT64_MAX;
    }
    return journal_end(journal, applied->serial_before, applied->leaf.serial, &all);
}

static enum sworn_result apply_all(struct store_view *view, const struct message_committed *reply,
                                   const struct apply_context *context, struct region *region,
                                   struct applied *applied)
{
    struct journal_writer journal;

    *applied = (struct applied){0};
    SWORN_TRY(log_entry_read(reply->entry, &applied->entry));
    SWORN_TRY(log_size_get(view, &applied->index));
    SWORN_ENSURE(applied->entry.epoch == applied->index, SWORN_PROOF);
    SWORN_TRY(zone_number(view, &applied->entry.zone_id, applied));
    SWORN_TRY(top_apply(view, reply, region, applied));
    SWORN_TRY(journal_begin(&journal, view, applied->row.number, applied->index, region));
    SWORN_TRY(sets_apply(view, reply, region, &journal, applied));
    SWORN_TRY(journal_finish(&journal, reply, &context->journal, applied));
    SWORN_TRY(others_apply(view, reply, context->creation, applied));
    SWORN_TRY(zone_row_put(view, &applied->entry.zone_id, &applied->row));
    return log_row_append(view, applied->index, reply->entry);
}

enum sworn_result apply_commit(struct store_view *view, const struct message_committed *reply,
                               const struct apply_context *context, struct region *region,
                               struct applied *applied, struct reason *reason)
{
    enum sworn_result result = apply_all(view, reply, context, region, applied);

    SWORN_SAY(result == SWORN_OK, reason, result,
              "the store does not take the commit (%s): nothing of it is used",
              result_name(result));
    return SWORN_OK;
}
