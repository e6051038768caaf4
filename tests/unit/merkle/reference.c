/*
 * reference.c - see reference.h.
 */
#include "tests/unit/merkle/reference.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/cursor/reader.h"

uint64_t random_next(uint64_t *seed)
{
    uint64_t mixed = (*seed += UINT64_C(0x9e3779b97f4a7c15));

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

struct octets reference_key(const struct reference_entry *entry)
{
    return octets_of(entry->key, entry->key_size);
}

struct octets reference_value(const struct reference_entry *entry)
{
    return octets_of(&entry->value, sizeof(entry->value));
}

size_t reference_lower(const struct reference *reference, struct octets key)
{
    size_t low = 0;
    size_t high = reference->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (octets_compare(reference_key(&reference->entries[middle]), key) < 0) {
            low = middle + 1;
            continue;
        }
        high = middle;
    }
    return low;
}

bool reference_has(const struct reference *reference, struct octets key)
{
    size_t at = reference_lower(reference, key);

    return at < reference->count && octets_equal(reference_key(&reference->entries[at]), key);
}

void reference_put(struct reference *reference, struct octets key, uint64_t value)
{
    size_t at = reference_lower(reference, key);

    if (!reference_has(reference, key)) {
        if (reference->count == reference->capacity) {
            reference->capacity = reference->capacity * 2 + 64;
            reference->entries =
                realloc(reference->entries, reference->capacity * sizeof(*reference->entries));
            assert_non_null(reference->entries);
        }
        memmove(&reference->entries[at + 1], &reference->entries[at],
                (reference->count - at) * sizeof(*reference->entries));
        reference->count++;
        memset(&reference->entries[at], 0, sizeof(reference->entries[at]));
        memcpy(reference->entries[at].key, key.data, key.size);
        reference->entries[at].key_size = key.size;
    }
    reference->entries[at].value = value;
}

void reference_remove(struct reference *reference, struct octets key)
{
    size_t at = reference_lower(reference, key);

    reference->count--;
    memmove(&reference->entries[at], &reference->entries[at + 1],
            (reference->count - at) * sizeof(*reference->entries));
}

void reference_free(struct reference *reference)
{
    free(reference->entries);
    *reference = (struct reference){0};
}

static struct hash root_of(enum merkle_kind kind, const struct reference_entry *entries,
                           size_t count)
{
    struct octets first = reference_key(&entries[0]);
    struct octets last = reference_key(&entries[count - 1]);
    struct hash left, right, hash;
    size_t bit, split;

    if (count == 1) {
        assert_int_equal(sha256_one(reference_value(&entries[0]), &left), SWORN_OK);
        assert_int_equal(merkle_leaf_hash(kind, first, &left, &hash), SWORN_OK);
        return hash;
    }
    for (bit = 0; merkle_bit(first, bit) == merkle_bit(last, bit); bit++) {
    }
    for (split = 1; merkle_bit(reference_key(&entries[split]), bit) == 0; split++) {
    }
    left = root_of(kind, entries, split);
    right = root_of(kind, entries + split, count - split);
    assert_int_equal(merkle_node_hash(kind, (uint16_t)bit, &left, &right, &hash), SWORN_OK);
    return hash;
}

struct hash reference_root(enum merkle_kind kind, const struct reference *reference)
{
    if (reference->count == 0) {
        return (struct hash){0};
    }
    return root_of(kind, reference->entries, reference->count);
}

struct octets random_key(uint64_t *seed, uint8_t key[TEST_KEY_MAX])
{
    static const uint8_t letters[] = {0x00, 0x01, 0x02, 0x61, 0x62, 0x80, 0xff};
    size_t size = 1 + random_below(seed, random_below(seed, 20) == 0 ? TEST_KEY_MAX - 1 : 5);

    for (size_t i = 0; i < size; i++) {
        key[i] = letters[random_below(seed, sizeof(letters))];
    }
    key[size - 1] = letters[1 + random_below(seed, sizeof(letters) - 1)];
    return octets_of(key, size);
}

void assert_same_leaves(struct tree *tree, const struct reference *reference)
{
    struct octets at = octets_of(NULL, 0);
    struct tree_leaf leaf;
    struct octets value;

    for (size_t i = 0; i < reference->count; i++) {
        assert_int_equal(tree_after(tree, at, &leaf), SWORN_OK);
        assert_true(octets_equal(leaf.key, reference_key(&reference->entries[i])));
        assert_int_equal(tree_get(tree, leaf.key, &value), SWORN_OK);
        assert_true(octets_equal(value, reference_value(&reference->entries[i])));
        at = reference_key(&reference->entries[i]);
    }
    assert_int_equal(tree_after(tree, at, &leaf), SWORN_ABSENT);
}

static struct stored **bucket(struct stored **buckets, const struct hash *hash)
{
    return &buckets[(hash->octets[0] | hash->octets[1] << 8) % STORE_BUCKETS];
}

static struct stored **find(struct stored **buckets, const struct hash *hash)
{
    struct stored **at = bucket(buckets, hash);

    while (*at != NULL && !hash_equal(&(*at)->hash, hash)) {
        at = &(*at)->next;
    }
    return at;
}

static void insert(struct stored **buckets, const struct hash *hash, struct octets octets)
{
    struct stored **at = find(buckets, hash);

    assert_null(*at);
    *at = calloc(1, sizeof(**at));
    assert_non_null(*at);
    (*at)->hash = *hash;
    (*at)->octets = malloc(octets.size + 1);
    assert_non_null((*at)->octets);
    memcpy((*at)->octets, octets.data, octets.size);
    (*at)->size = octets.size;
}

struct stored *store_page(struct store *store, const struct hash *hash)
{
    return *find(store->pages, hash);
}

void store_put_value(struct store *store, struct octets value)
{
    struct hash hash;

    assert_int_equal(sha256_one(value, &hash), SWORN_OK);
    if (*find(store->values, &hash) == NULL) {
        insert(store->values, &hash, value);
    }
}

static void chains_free(struct stored **buckets)
{
    for (size_t i = 0; i < STORE_BUCKETS; i++) {
        while (buckets[i] != NULL) {
            struct stored *gone = buckets[i];

            buckets[i] = gone->next;
            free(gone->octets);
            free(gone);
        }
    }
}

void store_free(struct store *store)
{
    chains_free(store->pages);
    chains_free(store->values);
    *store = (struct store){0};
}

static enum sworn_result source_page(void *context, const struct hash *node, struct octets key,
                                     struct region *region, struct octets *page)
{
    struct store *store = context;
    struct stored *found = store_page(store, node);

    (void)key;
    SWORN_ENSURE(found != NULL, SWORN_ABSENT);
    store->fetched++;
    return region_copy(region, octets_of(found->octets, found->size), page);
}

static enum sworn_result source_value(void *context, struct octets key, const struct hash *hash,
                                      struct region *region, struct octets *value)
{
    struct store *store = context;
    struct stored *found = *find(store->values, hash);

    (void)key;
    SWORN_ENSURE(found != NULL, SWORN_ABSENT);
    return region_copy(region, octets_of(found->octets, found->size), value);
}

struct tree_source store_source(struct store *store)
{
    return (struct tree_source){.context = store, .page = source_page, .value = source_value};
}

static enum sworn_result sink_dropped(void *context, const struct hash *top)
{
    struct store *store = context;
    struct stored **at = find(store->pages, top);
    struct stored *gone = *at;

    assert_non_null(gone);
    *at = gone->next;
    store->page_count--;
    store->page_octets -= gone->size;
    free(gone->octets);
    free(gone);
    return SWORN_OK;
}

static enum sworn_result sink_stored(void *context, const struct hash *top, struct octets page)
{
    struct store *store = context;

    insert(store->pages, top, page);
    store->page_count++;
    store->page_octets += page.size;
    return SWORN_OK;
}

struct tree_page_sink store_sink(struct store *store)
{
    return (struct tree_page_sink){
        .context = store, .dropped = sink_dropped, .stored = sink_stored};
}

static size_t reach(struct store *store, const struct hash *hash)
{
    struct stored *page = store_page(store, hash);
    struct reader reader;
    size_t pages = 1;

    assert_non_null(page);
    page->reached++;
    assert_int_equal(page->reached, 1);
    reader = reader_of(octets_of(page->octets, page->size));
    while (reader_left(&reader) > 0) {
        struct octets skipped;
        struct hash stub;
        uint8_t form;

        assert_int_equal(read_u8(&reader, &form), SWORN_OK);
        if (form == 0) {
            assert_int_equal(read_hash(&reader, &stub), SWORN_OK);
            pages += reach(store, &stub);
        } else if (form == 2) {
            assert_int_equal(read_slice_u16(&reader, &skipped), SWORN_OK);
            assert_int_equal(read_slice(&reader, HASH_SIZE, &skipped), SWORN_OK);
        } else {
            assert_int_equal(form, 3);
            assert_int_equal(read_slice(&reader, 2, &skipped), SWORN_OK);
        }
    }
    page->reached = 0;
    return pages;
}

void assert_no_orphans(struct store *store, const struct hash *root)
{
    assert_int_equal(hash_is_zero(root) ? 0 : reach(store, root), store->page_count);
}

void store_commit(struct store *store, struct tree *old, struct tree *tree, size_t page_size)
{
    struct tree_page_sink sink = store_sink(store);
    struct region scratch;
    struct hash root;

    region_init(&scratch, SIZE_MAX / 2);
    assert_int_equal(tree_root(tree, &root), SWORN_OK);
    assert_int_equal(tree_pages(old, tree, page_size, &scratch, &sink), SWORN_OK);
    region_clear(&scratch);
}
