/*
 * fuzz_merkle_page.c - a hostile page whose hash is what was asked for all the same.
 *
 *   input = u8 size ‖ key ‖ page
 *
 * The page is read once for the hash it has; a tree of that root is then walked, changed and
 * proven. Pages below it are withheld.
 */
#include <stdlib.h>

#include "core/cursor/reader.h"
#include "core/merkle/node.h"
#include "core/merkle/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

struct input {
    struct octets key;
    struct octets page;
    struct hash root;
};

static enum sworn_result page_given(void *context, const struct hash *node, struct octets key,
                                    struct region *region, struct octets *page)
{
    const struct input *input = context;

    (void)key;
    SWORN_ENSURE(hash_equal(node, &input->root), SWORN_ABSENT);
    return region_copy(region, input->page, page);
}

static enum sworn_result value_withheld(void *context, struct octets key, const struct hash *hash,
                                        struct region *region, struct octets *value)
{
    (void)context;
    (void)key;
    (void)hash;
    (void)region;
    (void)value;
    return SWORN_ABSENT;
}

static enum sworn_result input_read(struct octets octets, struct region *region,
                                    struct input *input)
{
    struct reader reader = reader_of(octets);
    struct tree_node *top;

    SWORN_TRY(read_slice_u8(&reader, &input->key));
    input->page = read_rest(&reader);
    SWORN_TRY(page_read(MERKLE_ZONE, input->page, 0, region, &top));
    input->root = top->hash;
    return SWORN_OK;
}

/** All leaves in order from the first, as far as they are there. */
static void walk(struct tree *tree)
{
    struct tree_leaf leaf = {0};
    enum sworn_result result = tree_at_or_after(tree, leaf.key, &leaf);

    for (size_t i = 0; result == SWORN_OK; i++) {
        struct octets at = leaf.key;

        must(i < 100000);
        result = tree_after(tree, at, &leaf);
        must(result != SWORN_OK || octets_compare(leaf.key, at) > 0);
    }
}

static void prove(struct tree *tree, const struct input *input, struct region *region)
{
    struct writer proof = writer_in(region, 1 << 18);
    struct tree_leaf leaf;
    struct hash root;

    if (tree_prove(tree, input->key, &proof) != SWORN_OK) {
        return;
    }
    must(tree_root(tree, &root) == SWORN_OK);
    if (tree_find(tree, input->key, &leaf) == SWORN_OK) {
        must(merkle_verify_present(MERKLE_ZONE, written(&proof), input->key, &leaf.value_hash,
                                   &root) == SWORN_OK);
        return;
    }
    must(merkle_verify_absent(MERKLE_ZONE, written(&proof), input->key, &root) == SWORN_OK);
}

static void change(struct tree *tree, const struct input *input)
{
    struct tree before = *tree;
    struct tree_leaf leaf;
    struct hash root, again;

    must(tree_root(&before, &root) == SWORN_OK);
    if (tree_put(tree, input->key, octets_of_text("value")) != SWORN_OK) {
        return;
    }
    must(tree_root(tree, &again) == SWORN_OK);
    must(tree_find(tree, input->key, &leaf) == SWORN_OK);
    must(tree_remove(tree, input->key) == SWORN_OK);
    must(tree_root(tree, &again) == SWORN_OK);
    if (tree_find(&before, input->key, &leaf) == SWORN_ABSENT) {
        must(hash_equal(&root, &again));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input;
    struct tree_source source = {.context = &input, .page = page_given, .value = value_withheld};
    struct region region;
    struct tree tree;
    struct tree_leaf leaf;
    struct octets value;

    region_init(&region, 1 << 24);
    if (input_read(octets_of(data, size), &region, &input) == SWORN_OK) {
        must(tree_open(&tree, MERKLE_ZONE, &input.root, &region, &source) == SWORN_OK);
        walk(&tree);
        must(tree_get(&tree, input.key, &value) != SWORN_OK);
        if (tree_before(&tree, input.key, &leaf) == SWORN_OK) {
            must(octets_compare(leaf.key, input.key) < 0);
        }
        prove(&tree, &input, &region);
        change(&tree, &input);
        prove(&tree, &input, &region);
    }
    region_clear(&region);
    return 0;
}
