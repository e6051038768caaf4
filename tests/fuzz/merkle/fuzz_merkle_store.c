/*
 * fuzz_merkle_store.c - any history of changes against a sorted array and a store of pages.
 *
 *   input = u16 page size ‖ steps
 *   step  = u8 ‖ u8 size ‖ key: put (even) or remove (odd); from 0xf0 on commit and open again
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/cursor/reader.h"
#include "tests/unit/merkle/reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

#define COMMIT 0xf0

struct history {
    struct store *store;
    struct tree_source source;
    struct reference reference;
    struct region region;
    struct tree old, tree;
    uint16_t page_size;
};

static void commit(struct history *history)
{
    struct hash root;
    struct hash expected = reference_root(MERKLE_ZONE, &history->reference);

    store_commit(history->store, &history->old, &history->tree, history->page_size);
    must(tree_root(&history->tree, &root) == SWORN_OK && hash_equal(&root, &expected));
    assert_no_orphans(history->store, &root);
    region_clear(&history->region);
    must(tree_open(&history->old, MERKLE_ZONE, &root, &history->region, &history->source) ==
         SWORN_OK);
    history->tree = history->old;
}

static void put(struct history *history, struct octets key, uint64_t value)
{
    /* The reference knows no keys that differ in final zeros only. */
    if (key.size == 0 || key.data[key.size - 1] == 0) {
        return;
    }
    must(tree_put(&history->tree, key, octets_of(&value, sizeof(value))) == SWORN_OK);
    reference_put(&history->reference, key, value);
    store_put_value(history->store, octets_of(&value, sizeof(value)));
}

static enum sworn_result step(struct history *history, struct reader *reader)
{
    uint8_t what;
    struct octets key;

    SWORN_TRY(read_u8(reader, &what));
    if (what >= COMMIT) {
        commit(history);
        return SWORN_OK;
    }
    SWORN_TRY(read_slice_u8(reader, &key));
    SWORN_ENSURE(key.size <= TEST_KEY_MAX, SWORN_MALFORMED);
    if (what % 2 == 0) {
        put(history, key, what);
        return SWORN_OK;
    }
    if (reference_has(&history->reference, key)) {
        must(tree_remove(&history->tree, key) == SWORN_OK);
        reference_remove(&history->reference, key);
        return SWORN_OK;
    }
    must(tree_remove(&history->tree, key) == SWORN_ABSENT);
    return SWORN_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct hash nothing = {0};
    struct reader reader = reader_of(octets_of(data, size));
    struct history history = {.page_size = 0};

    if (read_u16(&reader, &history.page_size) != SWORN_OK) {
        return 0;
    }
    history.store = calloc(1, sizeof(*history.store));
    must(history.store != NULL);
    history.source = store_source(history.store);
    region_init(&history.region, 1 << 26);
    must(tree_open(&history.old, MERKLE_ZONE, &nothing, &history.region, &history.source) ==
         SWORN_OK);
    history.tree = history.old;
    while (step(&history, &reader) == SWORN_OK) {
    }
    commit(&history);
    assert_same_leaves(&history.tree, &history.reference);
    region_clear(&history.region);
    reference_free(&history.reference);
    store_free(history.store);
    free(history.store);
    return 0;
}
