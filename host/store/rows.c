/*
 * rows.c - the store's rows by what they mean; see rows.h.
 */
#include "host/store/rows.h"

#include "core/dns/rr.h"

#define PAGE_SIZE 3900 /* a little under LMDB's page of 4096, with its header */

static void row_fill(struct row_key *key, uint64_t number, size_t width, struct octets octets)
{
    struct writer writer = writer_over(key->octets, sizeof(key->octets));
    size_t room = sizeof(key->octets) - width;
    enum sworn_result result = SWORN_OK;

    if (octets.size > room) {
        octets.size = room;
    }
    for (size_t i = 0; i < width && result == SWORN_OK; i++) {
        result = write_u8(&writer, (uint8_t)(number >> (8 * (width - 1 - i))));
    }
    if (result == SWORN_OK) {
        result = write_octets(&writer, octets);
    }
    key->size = writer.used; /* it fits: the room was measured above */
    (void)result;
}

void row_of_entry(uint64_t index, struct row_key *key)
{
    row_fill(key, index, 8, octets_of(NULL, 0));
}

void row_of_zone(uint32_t number, struct octets octets, struct row_key *key)
{
    row_fill(key, number, 4, octets);
}

void row_of_local(uint32_t number, enum local_row row, struct row_key *key)
{
    uint8_t octet = (uint8_t)row;

    row_fill(key, number, 4, octets_of(&octet, 1));
}

void row_of_top(uint8_t kind, struct octets octets, struct row_key *key)
{
    row_fill(key, kind, 1, octets);
}

enum sworn_result zone_row_get(struct store_view *view, const struct hash *zone_id,
                               struct zone_row *row)
{
    struct octets value;
    struct reader reader;

    SWORN_TRY(store_get(view, STORE_ZONES, octets_of_hash(zone_id), &value));
    reader = reader_of(value);
    SWORN_TRY(read_u32(&reader, &row->number));
    SWORN_TRY(read_u64(&reader, &row->created));
    SWORN_TRY(read_u64(&reader, &row->sets));
    return read_end(&reader);
}

enum sworn_result zone_row_put(struct store_view *view, const struct hash *zone_id,
                               const struct zone_row *row)
{
    uint8_t memory[20];
    struct writer writer = writer_over(memory, sizeof(memory));

    SWORN_TRY(write_u32(&writer, row->number));
    SWORN_TRY(write_u64(&writer, row->created));
    SWORN_TRY(write_u64(&writer, row->sets));
    return store_put(view, STORE_ZONES, octets_of_hash(zone_id), written(&writer));
}

static enum sworn_result top_value(struct store_view *view, struct octets key, struct octets *value)
{
    struct row_key row;

    row_of_top(1, key, &row);
    return store_get(view, STORE_TOP, row_octets(&row), value);
}

enum sworn_result zone_id_at(struct store_view *view, const struct name *apex, struct hash *zone_id)
{
    uint8_t key[TOP_KEY_MAX];
    struct octets value;
    struct reader reader;

    SWORN_TRY(top_value(view, octets_of(key, top_key_of_apex(apex, key)), &value));
    reader = reader_of(value);
    SWORN_TRY(read_hash(&reader, zone_id));
    return read_end(&reader);
}

enum sworn_result zone_leaf_get(struct store_view *view, const struct hash *zone_id,
                                struct octets *value)
{
    uint8_t key[TOP_KEY_MAX];

    return top_value(view, octets_of(key, top_key_of_zone(zone_id, key)), value);
}

enum sworn_result log_size_get(struct store_view *view, uint64_t *size)
{
    struct octets meta;
    struct reader reader;

    SWORN_TRY(store_get(view, STORE_META, octets_of_text("size"), &meta));
    reader = reader_of(meta);
    SWORN_TRY(read_u64(&reader, size));
    return read_end(&reader);
}

static void row_of_node(unsigned level, uint64_t index, struct row_key *key)
{
    struct row_key number;

    row_of_entry(index, &number);
    row_fill(key, level, 1, row_octets(&number));
}

static enum sworn_result node_get(void *context, unsigned level, uint64_t index, struct hash *hash)
{
    struct row_key key;
    struct octets value;
    struct reader reader;

    row_of_node(level, index, &key);
    SWORN_TRY(store_get(context, STORE_NODES, row_octets(&key), &value));
    reader = reader_of(value);
    SWORN_TRY(read_hash(&reader, hash));
    return read_end(&reader);
}

struct log_source log_rows(struct store_view *view)
{
    return (struct log_source){.context = view, .subtree = node_get};
}

static enum sworn_result node_put(struct store_view *view, unsigned level, uint64_t index,
                                  const struct hash *hash)
{
    struct row_key key;

    row_of_node(level, index, &key);
    return store_put(view, STORE_NODES, row_octets(&key), octets_of_hash(hash));
}

enum sworn_result log_row_append(struct store_view *view, uint64_t index, struct octets entry)
{
    static const uint8_t node_prefix = 1; /* RFC 6962 2.1 */
    struct row_key key, size;
    struct hash hash, left;
    unsigned level = 0;

    row_of_entry(index, &key);
    row_of_entry(index + 1, &size);
    SWORN_TRY(store_put(view, STORE_LOG, row_octets(&key), entry));
    SWORN_TRY(store_put(view, STORE_META, octets_of_text("size"), row_octets(&size)));
    SWORN_TRY(log_leaf_hash(entry, &hash));
    SWORN_TRY(node_put(view, 0, index, &hash));
    /* Each trailing one bit of the index is a subtree that this entry completes. */
    for (uint64_t at = index; (at & 1) != 0; at >>= 1) {
        struct octets parts[3];

        SWORN_TRY(node_get(view, level, at - 1, &left));
        parts[0] = octets_of(&node_prefix, 1);
        parts[1] = octets_of_hash(&left);
        parts[2] = octets_of_hash(&hash);
        SWORN_TRY(sha256(parts, 3, &hash));
        level++;
        SWORN_TRY(node_put(view, level, at >> 1, &hash));
    }
    return SWORN_OK;
}

static enum store_table page_row(const struct rows_source *source, const struct hash *node,
                                 struct row_key *key)
{
    if (source->kind == MERKLE_TOP) {
        row_of_top(0, octets_of_hash(node), key);
        return STORE_TOP;
    }
    row_of_zone(source->number, octets_of_hash(node), key);
    return STORE_PAGES;
}

/* A missing row is the store's fault, not an answer. */
static enum sworn_result there(enum sworn_result result)
{
    return result == SWORN_ABSENT ? SWORN_PROOF : result;
}

static enum sworn_result rows_page(void *context, const struct hash *node, struct octets key,
                                   struct region *region, struct octets *page)
{
    struct rows_source *source = context;
    struct row_key row;
    struct octets found;
    enum store_table table = page_row(source, node, &row);

    (void)key;
    SWORN_TRY(there(store_get(source->view, table, row_octets(&row), &found)));
    /* Copied: a writing view moves rows about. */
    return region_copy(region, found, page);
}

enum sworn_result set_walk_begin(struct store_view *view, uint32_t number, struct octets prefix,
                                 struct store_walk **walk)
{
    struct row_key key;

    row_of_zone(number, prefix, &key);
    return store_walk_begin(view, STORE_SETS, row_octets(&key), walk);
}

enum sworn_result set_each(struct store_view *view, uint32_t number, void *context,
                           enum sworn_result (*each)(void *context, struct octets key,
                                                     struct octets row))
{
    struct store_walk *walk;
    struct octets key, row;
    enum sworn_result result;

    SWORN_TRY(set_walk_begin(view, number, octets_of(NULL, 0), &walk));
    result = store_walk_next(walk, &key, &row);
    while (result == SWORN_OK) {
        result = each(context, key, row);
        if (result == SWORN_OK) {
            result = store_walk_next(walk, &key, &row);
        }
    }
    store_walk_end(walk);
    return result == SWORN_ABSENT ? SWORN_OK : result;
}

bool row_is_served(uint8_t denial, struct octets key)
{
    unsigned type;

    if (key.size < 3 || nsec3_is_leaf_key(key)) {
        return false;
    }
    type = (unsigned)key.data[key.size - 2] << 8 | key.data[key.size - 1];
    return (type != RR_NSEC || denial == DENIAL_NSEC) &&
           (type != RR_NSEC3 || denial == DENIAL_NSEC3);
}

enum sworn_result row_value(struct octets row, struct octets *value)
{
    struct reader reader = reader_of(row);

    return read_slice_u32(&reader, value);
}

static enum sworn_result rows_value(void *context, struct octets key, const struct hash *value_hash,
                                    struct region *region, struct octets *value)
{
    struct rows_source *source = context;
    struct row_key row;
    struct octets found;

    (void)value_hash;
    if (source->kind == MERKLE_TOP) {
        SWORN_TRY(there(top_value(source->view, key, &found)));
        return region_copy(region, found, value);
    }
    row_of_zone(source->number, key, &row);
    SWORN_TRY(there(store_get(source->view, STORE_SETS, row_octets(&row), &found)));
    SWORN_TRY(row_value(found, &found));
    return region_copy(region, found, value);
}

void rows_source_init(struct rows_source *source, struct store_view *view, enum merkle_kind kind,
                      uint32_t number)
{
    *source = (struct rows_source){
        .source = {.context = source, .page = rows_page, .value = rows_value},
        .view = view,
        .kind = kind,
        .number = number,
    };
}

static enum sworn_result page_dropped(void *context, const struct hash *top)
{
    struct rows_source *source = context;
    struct row_key row;
    enum store_table table = page_row(source, top, &row);
    enum sworn_result result = store_delete(source->view, table, row_octets(&row));

    return result == SWORN_ABSENT ? SWORN_OK : result;
}

static enum sworn_result page_stored(void *context, const struct hash *top, struct octets page)
{
    struct rows_source *source = context;
    struct row_key row;
    enum store_table table = page_row(source, top, &row);

    return store_put(source->view, table, row_octets(&row), page);
}

enum sworn_result rows_write_pages(struct rows_source *source, struct tree *old, struct tree *tree,
                                   struct region *scratch)
{
    struct tree_page_sink sink = {
        .context = source, .dropped = page_dropped, .stored = page_stored};

    return tree_pages(old, tree, PAGE_SIZE, scratch, &sink);
}
