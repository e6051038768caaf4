/*
 * tree_test.c - a tree against a sorted array, and against a store that lies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/merkle/reference.h"

static const struct hash empty_root;

static void tree_new(struct tree *tree, struct region *region)
{
    region_init(region, SIZE_MAX / 2);
    assert_int_equal(tree_open(tree, MERKLE_ZONE, &empty_root, region, NULL), SWORN_OK);
}

static void assert_neighbours(struct tree *tree, const struct reference *reference,
                              struct octets key)
{
    size_t at = reference_lower(reference, key);
    size_t after = at + (reference_has(reference, key) ? 1 : 0);
    struct tree_leaf leaf;

    assert_int_equal(tree_at_or_after(tree, key, &leaf),
                     at < reference->count ? SWORN_OK : SWORN_ABSENT);
    assert_true(at == reference->count ||
                octets_equal(leaf.key, reference_key(&reference->entries[at])));
    assert_int_equal(tree_after(tree, key, &leaf),
                     after < reference->count ? SWORN_OK : SWORN_ABSENT);
    assert_true(after == reference->count ||
                octets_equal(leaf.key, reference_key(&reference->entries[after])));
    assert_int_equal(tree_before(tree, key, &leaf), at > 0 ? SWORN_OK : SWORN_ABSENT);
    assert_true(at == 0 || octets_equal(leaf.key, reference_key(&reference->entries[at - 1])));
}

static void random_step(struct tree *tree, struct reference *reference, uint64_t *seed)
{
    uint8_t room[TEST_KEY_MAX];
    struct octets key = random_key(seed, room);
    uint64_t value = random_below(seed, 4);

    if (random_below(seed, 3) > 0) {
        assert_int_equal(tree_put(tree, key, octets_of(&value, sizeof(value))), SWORN_OK);
        reference_put(reference, key, value);
        return;
    }
    if (reference_has(reference, key)) {
        assert_int_equal(tree_remove(tree, key), SWORN_OK);
        reference_remove(reference, key);
        return;
    }
    assert_int_equal(tree_remove(tree, key), SWORN_ABSENT);
}

static void every_operation_agrees_with_a_sorted_array(void **state)
{
    struct reference reference = {0};
    struct region region;
    struct tree tree;
    uint64_t seed = 1;

    (void)state;
    tree_new(&tree, &region);
    for (size_t i = 0; i < 6000; i++) {
        uint8_t room[TEST_KEY_MAX];
        struct hash root, expected;

        random_step(&tree, &reference, &seed);
        assert_neighbours(&tree, &reference, random_key(&seed, room));
        if (i % 50 == 0) {
            expected = reference_root(MERKLE_ZONE, &reference);
            assert_int_equal(tree_root(&tree, &root), SWORN_OK);
            assert_memory_equal(root.octets, expected.octets, HASH_SIZE);
            assert_same_leaves(&tree, &reference);
        }
    }
    reference_free(&reference);
    region_clear(&region);
}

static void the_root_depends_on_what_is_in_the_tree_and_not_on_how_it_came_there(void **state)
{
    struct reference reference = {0};
    struct region region, other_region;
    struct tree tree, other;
    struct hash root, other_root;
    uint64_t seed = 2;

    (void)state;
    tree_new(&tree, &region);
    tree_new(&other, &other_region);
    for (size_t i = 0; i < 3000; i++) {
        random_step(&tree, &reference, &seed);
    }
    for (size_t i = reference.count; i > 0; i--) {
        const struct reference_entry *entry = &reference.entries[i - 1];

        assert_int_equal(tree_put(&other, reference_key(entry), reference_value(entry)), SWORN_OK);
    }
    assert_int_equal(tree_root(&tree, &root), SWORN_OK);
    assert_int_equal(tree_root(&other, &other_root), SWORN_OK);
    assert_memory_equal(root.octets, other_root.octets, HASH_SIZE);

    while (reference.count > 0) {
        struct octets key = reference_key(&reference.entries[random_below(&seed, reference.count)]);

        assert_int_equal(tree_remove(&tree, key), SWORN_OK);
        reference_remove(&reference, key);
    }
    assert_int_equal(tree_root(&tree, &root), SWORN_OK);
    assert_true(hash_is_zero(&root));
    reference_free(&reference);
    region_clear(&region);
    region_clear(&other_region);
}

static void a_copy_is_a_snapshot(void **state)
{
    struct reference before = {0};
    struct region region;
    struct tree tree, snapshot;
    struct hash root, snapshot_root, expected;
    uint64_t seed = 3;

    (void)state;
    tree_new(&tree, &region);
    for (size_t i = 0; i < 500; i++) {
        random_step(&tree, &before, &seed);
    }
    snapshot = tree;
    for (size_t i = 0; i < 500; i++) {
        uint8_t room[TEST_KEY_MAX];
        struct octets key = random_key(&seed, room);

        assert_int_equal(tree_put(&tree, key, key), SWORN_OK);
    }
    assert_int_equal(tree_root(&tree, &root), SWORN_OK);
    assert_int_equal(tree_root(&snapshot, &snapshot_root), SWORN_OK);
    expected = reference_root(MERKLE_ZONE, &before);
    assert_memory_equal(snapshot_root.octets, expected.octets, HASH_SIZE);
    assert_false(hash_equal(&root, &snapshot_root));
    assert_same_leaves(&snapshot, &before);
    reference_free(&before);
    region_clear(&region);
}

static void putting_the_same_value_again_makes_nothing_new(void **state)
{
    struct octets key = octets_of_text("key");
    struct octets value = octets_of_text("value");
    struct region region;
    struct tree tree, before;

    (void)state;
    tree_new(&tree, &region);
    assert_int_equal(tree_put(&tree, key, value), SWORN_OK);
    assert_int_equal(tree_put(&tree, octets_of_text("other"), value), SWORN_OK);
    before = tree;
    assert_int_equal(tree_put(&tree, key, value), SWORN_OK);
    assert_ptr_equal(tree.root, before.root);
    region_clear(&region);
}

static void keys_that_differ_in_final_zeros_only_cannot_both_be_there(void **state)
{
    struct octets shorter = octets_of("a", 1);
    struct octets longer = octets_of("a\0", 2);
    struct region region;
    struct tree tree;
    struct tree_leaf leaf;

    (void)state;
    tree_new(&tree, &region);
    assert_int_equal(tree_put(&tree, octets_of("b", 1), shorter), SWORN_OK);
    assert_int_equal(tree_put(&tree, shorter, shorter), SWORN_OK);
    assert_int_equal(tree_put(&tree, longer, shorter), SWORN_MALFORMED);
    assert_int_equal(tree_find(&tree, longer, &leaf), SWORN_ABSENT);
    assert_int_equal(tree_remove(&tree, longer), SWORN_ABSENT);
    assert_int_equal(tree_before(&tree, longer, &leaf), SWORN_OK);
    assert_true(octets_equal(leaf.key, shorter));
    assert_int_equal(tree_at_or_after(&tree, longer, &leaf), SWORN_OK);
    assert_true(octets_equal(leaf.key, octets_of("b", 1)));
    region_clear(&region);
}

static void the_longest_keys_and_the_deepest_paths_fit(void **state)
{
    uint8_t key[MERKLE_KEY_MAX + 1] = {0};
    struct octets whole = octets_of(key, MERKLE_KEY_MAX);
    struct region region;
    struct tree tree;
    struct tree_leaf leaf;
    struct hash root;

    (void)state;
    tree_new(&tree, &region);
    /* A key for each bit, with that bit alone: a path of 4055 branches. */
    for (size_t bit = 0; bit < MERKLE_BITS_MAX; bit++) {
        memset(key, 0, sizeof(key));
        key[bit / 8] = (uint8_t)(0x80 >> bit % 8);
        assert_int_equal(tree_put(&tree, whole, whole), SWORN_OK);
    }
    assert_int_equal(tree_root(&tree, &root), SWORN_OK);
    memset(key, 0, sizeof(key));
    assert_int_equal(tree_find(&tree, whole, &leaf), SWORN_ABSENT);
    assert_int_equal(tree_after(&tree, whole, &leaf), SWORN_OK);
    assert_int_equal(leaf.key.data[MERKLE_KEY_MAX - 1], 1);
    assert_int_equal(tree_put(&tree, whole, whole), SWORN_OK);
    assert_int_equal(tree_root(&tree, &root), SWORN_OK);
    assert_int_equal(tree_put(&tree, octets_of(key, sizeof(key)), whole), SWORN_LIMIT);
    assert_int_equal(tree_find(&tree, octets_of(key, sizeof(key)), &leaf), SWORN_LIMIT);
    region_clear(&region);
}

static void an_empty_value_is_a_value(void **state)
{
    struct region region;
    struct tree tree;
    struct octets value = octets_of_text("not empty");

    (void)state;
    tree_new(&tree, &region);
    assert_int_equal(tree_put(&tree, octets_of_text("k"), octets_of(NULL, 0)), SWORN_OK);
    assert_int_equal(tree_get(&tree, octets_of_text("k"), &value), SWORN_OK);
    assert_int_equal(value.size, 0);
    region_clear(&region);
}

/* A store of a tree with 200 leaves in pages of 200 octets, and ways to spoil it. */
struct lie {
    struct reference reference;
    struct store store;
    struct hash root;
};

static void lie_setup(struct lie *lie)
{
    struct region region;
    struct tree tree, nothing;
    uint64_t seed = 4;

    *lie = (struct lie){0};
    tree_new(&tree, &region);
    nothing = tree;
    while (lie->reference.count < 200) {
        random_step(&tree, &lie->reference, &seed);
    }
    for (size_t i = 0; i < lie->reference.count; i++) {
        store_put_value(&lie->store, reference_value(&lie->reference.entries[i]));
    }
    store_commit(&lie->store, &nothing, &tree, 200);
    assert_int_equal(tree_root(&tree, &lie->root), SWORN_OK);
    region_clear(&region);
}

static void lie_teardown(struct lie *lie)
{
    reference_free(&lie->reference);
    store_free(&lie->store);
}

/** Fetch all that there is; the first result that is no success. */
static enum sworn_result read_all(struct lie *lie)
{
    struct tree_source source = store_source(&lie->store);
    struct region region;
    struct tree tree;
    enum sworn_result result = SWORN_OK;

    region_init(&region, SIZE_MAX / 2);
    assert_int_equal(tree_open(&tree, MERKLE_ZONE, &lie->root, &region, &source), SWORN_OK);
    for (size_t i = 0; i < lie->reference.count && result == SWORN_OK; i++) {
        struct octets value;

        result = tree_get(&tree, reference_key(&lie->reference.entries[i]), &value);
    }
    region_clear(&region);
    return result;
}

static void a_tree_opened_from_its_pages_is_the_same_tree(void **state)
{
    struct lie lie;
    struct tree_source source;
    struct region region;
    struct tree tree;
    uint64_t seed = 5;

    (void)state;
    lie_setup(&lie);
    source = store_source(&lie.store);
    region_init(&region, SIZE_MAX / 2);
    for (size_t i = 0; i < 200; i++) {
        uint8_t room[TEST_KEY_MAX];

        assert_int_equal(tree_open(&tree, MERKLE_ZONE, &lie.root, &region, &source), SWORN_OK);
        assert_neighbours(&tree, &lie.reference, random_key(&seed, room));
    }
    assert_same_leaves(&tree, &lie.reference);
    region_clear(&region);
    lie_teardown(&lie);
}

static void no_page_with_a_changed_bit_is_believed(void **state)
{
    struct lie lie;

    (void)state;
    lie_setup(&lie);
    assert_int_equal(read_all(&lie), SWORN_OK);
    for (size_t b = 0; b < STORE_BUCKETS; b++) {
        for (struct stored *page = lie.store.pages[b]; page != NULL; page = page->next) {
            for (size_t bit = 0; bit < page->size * 8; bit += 1 + bit % 3) {
                page->octets[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
                assert_int_equal(read_all(&lie), SWORN_PROOF);
                page->octets[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
            }
            page->size--;
            assert_int_equal(read_all(&lie), SWORN_PROOF);
            page->size += 2; /* there is one octet more than was stored */
            assert_int_equal(read_all(&lie), SWORN_PROOF);
            page->size--;
        }
        b += 16;
    }
    lie_teardown(&lie);
}

static void no_changed_value_is_believed(void **state)
{
    struct lie lie;

    (void)state;
    lie_setup(&lie);
    for (size_t b = 0; b < STORE_BUCKETS; b++) {
        for (struct stored *value = lie.store.values[b]; value != NULL; value = value->next) {
            value->octets[3] ^= 1;
            assert_int_equal(read_all(&lie), SWORN_PROOF);
            value->octets[3] ^= 1;
        }
    }
    assert_int_equal(read_all(&lie), SWORN_OK);
    lie_teardown(&lie);
}

/*
 * A host that says "there is no such page" must not make a key absent: the enclave would deny what
 * exists.
 */
static void a_page_that_is_withheld_makes_no_key_absent(void **state)
{
    struct lie lie;
    struct stored *root;
    struct hash elsewhere;

    (void)state;
    lie_setup(&lie);
    root = store_page(&lie.store, &lie.root);
    elsewhere = root->hash;
    root->hash.octets[31] ^= 1;
    assert_int_equal(read_all(&lie), SWORN_UNAVAILABLE);
    root->hash = elsewhere;
    lie_teardown(&lie);
}

static enum sworn_result value_lent(void *context, struct octets key, const struct hash *hash,
                                    struct region *region, struct octets *value)
{
    (void)key;
    (void)hash;
    (void)region;
    *value = octets_of(context, 5);
    return SWORN_OK;
}

/* A refresh brings values along that are gone with its request; the tree stays for the next one. */
static void a_value_outlives_what_the_source_lent(void **state)
{
    char lent[] = "value";
    struct lie lie;
    struct tree_source source;
    struct region region;
    struct tree tree, nothing;
    struct octets key = octets_of_text("key");
    struct octets value;
    struct hash root;

    (void)state;
    memset(&lie, 0, sizeof(lie));
    tree_new(&tree, &region);
    nothing = tree;
    assert_int_equal(tree_put(&tree, key, octets_of(lent, 5)), SWORN_OK);
    store_commit(&lie.store, &nothing, &tree, 200);
    assert_int_equal(tree_root(&tree, &root), SWORN_OK);
    source = store_source(&lie.store);
    source.value = value_lent;
    source.context = &lie.store;
    assert_int_equal(tree_open(&tree, MERKLE_ZONE, &root, &region, &source), SWORN_OK);
    assert_int_equal(tree_find(&tree, key, &(struct tree_leaf){0}), SWORN_OK);
    source.context = lent;
    assert_int_equal(tree_get(&tree, key, &value), SWORN_OK);
    memset(lent, 'x', 5);
    assert_int_equal(tree_get(&tree, key, &value), SWORN_OK);
    assert_memory_equal(value.data, "value", 5);
    region_clear(&region);
    lie_teardown(&lie);
}

static enum sworn_result page_given(void *context, const struct hash *node, struct octets key,
                                    struct region *region, struct octets *page)
{
    (void)node;
    (void)key;
    return region_copy(region, *(const struct octets *)context, page);
}

/** Open a tree whose root is what the page hashes to if hashes were all that counts. */
static enum sworn_result find_in_page(struct octets page, const struct hash *root,
                                      struct octets key)
{
    struct tree_source source = {.context = &page, .page = page_given};
    struct region region;
    struct tree tree;
    struct tree_leaf leaf;
    enum sworn_result result;

    region_init(&region, 1 << 20);
    assert_int_equal(tree_open(&tree, MERKLE_ZONE, root, &region, &source), SWORN_OK);
    result = tree_find(&tree, key, &leaf);
    region_clear(&region);
    return result;
}

static void a_page_that_is_only_its_own_stub_ends_the_walk(void **state)
{
    uint8_t page[1 + HASH_SIZE] = {0};
    struct hash root = {{7}};

    (void)state;
    memcpy(page + 1, root.octets, HASH_SIZE);
    assert_int_equal(find_in_page(octets_of(page, sizeof(page)), &root, octets_of_text("k")),
                     SWORN_PROOF);
}

/** A branch over two one-octet leaves, hashed honestly whatever its shape. */
static size_t two_leaves(uint8_t page[256], uint16_t crit_bit, uint8_t left, uint8_t right,
                         struct hash *root)
{
    struct writer writer = writer_over(page, 256);
    struct hash value = {{1}};
    struct hash hashes[2];

    assert_int_equal(write_u8(&writer, 3), SWORN_OK);
    assert_int_equal(write_u16(&writer, crit_bit), SWORN_OK);
    for (size_t i = 0; i < 2; i++) {
        struct octets key = octets_of(i == 0 ? &left : &right, 1);

        assert_int_equal(write_u8(&writer, 2), SWORN_OK);
        assert_int_equal(write_slice_u16(&writer, key), SWORN_OK);
        assert_int_equal(write_hash(&writer, &value), SWORN_OK);
        assert_int_equal(merkle_leaf_hash(MERKLE_ZONE, key, &value, &hashes[i]), SWORN_OK);
    }
    assert_int_equal(merkle_node_hash(MERKLE_ZONE, crit_bit, &hashes[0], &hashes[1], root),
                     SWORN_OK);
    return writer.used;
}

static void a_leaf_on_the_wrong_side_is_refused_though_the_hashes_agree(void **state)
{
    uint8_t page[256];
    struct hash root;
    size_t size;

    (void)state;
    size = two_leaves(page, 7, 'b', 'c', &root);
    assert_int_equal(find_in_page(octets_of(page, size), &root, octets_of_text("b")), SWORN_OK);
    size = two_leaves(page, 7, 'c', 'b', &root);
    assert_int_equal(find_in_page(octets_of(page, size), &root, octets_of_text("b")), SWORN_PROOF);
    size = two_leaves(page, MERKLE_BITS_MAX, 'b', 'c', &root);
    assert_int_equal(find_in_page(octets_of(page, size), &root, octets_of_text("b")), SWORN_PROOF);
}

static void a_page_of_branches_without_end_is_refused(void **state)
{
    static uint8_t page[3 * (MERKLE_BITS_MAX + 10)];
    struct hash root = {{7}};
    struct writer writer = writer_over(page, sizeof(page));

    (void)state;
    for (size_t i = 0; i < MERKLE_BITS_MAX + 10; i++) {
        assert_int_equal(write_u8(&writer, 3), SWORN_OK);
        assert_int_equal(write_u16(&writer, (uint16_t)i), SWORN_OK);
    }
    assert_int_equal(find_in_page(written(&writer), &root, octets_of_text("b")), SWORN_PROOF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_agrees_with_a_sorted_array),
        cmocka_unit_test(the_root_depends_on_what_is_in_the_tree_and_not_on_how_it_came_there),
        cmocka_unit_test(a_copy_is_a_snapshot),
        cmocka_unit_test(putting_the_same_value_again_makes_nothing_new),
        cmocka_unit_test(keys_that_differ_in_final_zeros_only_cannot_both_be_there),
        cmocka_unit_test(the_longest_keys_and_the_deepest_paths_fit),
        cmocka_unit_test(an_empty_value_is_a_value),
        cmocka_unit_test(a_tree_opened_from_its_pages_is_the_same_tree),
        cmocka_unit_test(no_page_with_a_changed_bit_is_believed),
        cmocka_unit_test(no_changed_value_is_believed),
        cmocka_unit_test(a_page_that_is_withheld_makes_no_key_absent),
        cmocka_unit_test(a_value_outlives_what_the_source_lent),
        cmocka_unit_test(a_page_that_is_only_its_own_stub_ends_the_walk),
        cmocka_unit_test(a_leaf_on_the_wrong_side_is_refused_though_the_hashes_agree),
        cmocka_unit_test(a_page_of_branches_without_end_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
