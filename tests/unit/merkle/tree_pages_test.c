/*
 * tree_pages_test.c - after any history of changes the store holds exactly the pages of the tree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/merkle/reference.h"

#define SINGLE_NODE_MAX (1 + 2 + TEST_KEY_MAX + HASH_SIZE)

static void pages_within(const struct store *store, size_t page_size)
{
    size_t limit = page_size > SINGLE_NODE_MAX ? page_size : SINGLE_NODE_MAX;

    for (size_t b = 0; b < STORE_BUCKETS; b++) {
        for (const struct stored *page = store->pages[b]; page != NULL; page = page->next) {
            assert_in_range(page->size, 1, limit);
        }
    }
}

static void batch(struct tree *tree, struct reference *reference, struct store *store,
                  uint64_t *seed)
{
    /* Now mostly growing, now mostly shrinking, so that pages are split and emptied. */
    size_t putting = *seed % 7 < 4 ? 70 : 30;
    size_t steps = 1 + random_below(seed, random_below(seed, 10) == 0 ? 200 : 4);

    for (size_t i = 0; i < steps; i++) {
        uint8_t room[TEST_KEY_MAX];
        struct octets key = random_key(seed, room);
        uint64_t value = random_next(seed);

        if (random_below(seed, 100) < putting) {
            assert_int_equal(tree_put(tree, key, octets_of(&value, sizeof(value))), SWORN_OK);
            reference_put(reference, key, value);
            store_put_value(store, octets_of(&value, sizeof(value)));
        } else if (reference->count > 0) {
            key = reference_key(&reference->entries[random_below(seed, reference->count)]);
            assert_int_equal(tree_remove(tree, key), SWORN_OK);
            reference_remove(reference, key);
        }
    }
}

static void run(size_t page_size, size_t batches, uint64_t seed)
{
    struct reference reference = {0};
    struct store *store = calloc(1, sizeof(*store));
    struct tree_source source = store_source(store);
    struct hash root = {0};

    for (size_t i = 0; i < batches; i++) {
        struct region region;
        struct tree old, tree;
        struct hash expected;

        region_init(&region, SIZE_MAX / 2);
        assert_int_equal(tree_open(&old, MERKLE_TOP, &root, &region, &source), SWORN_OK);
        tree = old;
        batch(&tree, &reference, store, &seed);
        store_commit(store, &old, &tree, page_size);
        assert_int_equal(tree_root(&tree, &root), SWORN_OK);
        expected = reference_root(MERKLE_TOP, &reference);
        assert_memory_equal(root.octets, expected.octets, HASH_SIZE);
        assert_no_orphans(store, &root);
        region_clear(&region);
        if (i % 100 == 0) {
            pages_within(store, page_size);
            assert_int_equal(tree_open(&tree, MERKLE_TOP, &root, &region, &source), SWORN_OK);
            assert_same_leaves(&tree, &reference);
            region_clear(&region);
        }
    }
    /* The root's page may be small; all others are full to a third by construction. */
    if (store->page_count > 10 && page_size > 3 * SINGLE_NODE_MAX) {
        assert_true(store->page_octets > store->page_count * page_size / 3);
    }
    store_free(store);
    free(store);
    reference_free(&reference);
}

static void the_store_holds_exactly_the_pages_of_the_tree_small(void **state)
{
    (void)state;
    run(1, 500, 11);
    run(150, 2000, 12);
}

static void the_store_holds_exactly_the_pages_of_the_tree(void **state)
{
    (void)state;
    run(400, 2000, 13);
    run(4000, 1000, 14);
}

static void a_change_reads_and_writes_a_few_pages_of_many(void **state)
{
    struct store *store = calloc(1, sizeof(*store));
    struct tree_source source = store_source(store);
    struct hash root = {0};
    struct region region;
    struct tree old, tree;
    uint64_t seed = 15;
    size_t fetched = 0;

    (void)state;
    region_init(&region, SIZE_MAX / 2);
    assert_int_equal(tree_open(&old, MERKLE_ZONE, &root, &region, &source), SWORN_OK);
    tree = old;
    for (size_t i = 0; i < 20000; i++) {
        uint64_t key = random_next(&seed) | 1;

        assert_int_equal(tree_put(&tree, octets_of(&key, sizeof(key)), octets_of_text("v")),
                         SWORN_OK);
    }
    store_put_value(store, octets_of_text("v"));
    store_commit(store, &old, &tree, 3500);
    assert_int_equal(tree_root(&tree, &root), SWORN_OK);
    assert_in_range(store->page_count, 300, 600);

    for (size_t i = 0; i < 500; i++) {
        uint64_t key = random_next(&seed) | 1;

        region_clear(&region);
        store->fetched = 0;
        assert_int_equal(tree_open(&old, MERKLE_ZONE, &root, &region, &source), SWORN_OK);
        tree = old;
        assert_int_equal(tree_put(&tree, octets_of(&key, sizeof(key)), octets_of_text("v")),
                         SWORN_OK);
        store_commit(store, &old, &tree, 3500);
        assert_int_equal(tree_root(&tree, &root), SWORN_OK);
        fetched += store->fetched;
    }
    assert_in_range(fetched / 500, 2, 4);
    assert_no_orphans(store, &root);
    region_clear(&region);
    store_free(store);
    free(store);
}

static void a_tree_that_was_never_looked_into_is_dropped_as_a_whole(void **state)
{
    struct store *store = calloc(1, sizeof(*store));
    struct tree_source source = store_source(store);
    struct hash root = {0};
    struct region region;
    struct tree old, tree, nothing;
    uint64_t seed = 16;

    (void)state;
    region_init(&region, SIZE_MAX / 2);
    assert_int_equal(tree_open(&nothing, MERKLE_ZONE, &root, &region, &source), SWORN_OK);
    tree = nothing;
    for (size_t i = 0; i < 1000; i++) {
        uint64_t key = random_next(&seed) | 1;

        assert_int_equal(tree_put(&tree, octets_of(&key, sizeof(key)), octets_of_text("v")),
                         SWORN_OK);
    }
    store_commit(store, &nothing, &tree, 500);
    assert_int_equal(tree_root(&tree, &root), SWORN_OK);
    assert_int_equal(tree_open(&old, MERKLE_ZONE, &root, &region, &source), SWORN_OK);
    store_commit(store, &old, &nothing, 500);
    assert_int_equal(store->page_count, 0);
    region_clear(&region);
    store_free(store);
    free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_store_holds_exactly_the_pages_of_the_tree_small),
        cmocka_unit_test(the_store_holds_exactly_the_pages_of_the_tree),
        cmocka_unit_test(a_change_reads_and_writes_a_few_pages_of_many),
        cmocka_unit_test(a_tree_that_was_never_looked_into_is_dropped_as_a_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
