/*
 * fuzz_merkle_proof.c - no proof shows what is not so.
 *
 *   input = u8 leaves in the tree ‖ u8 size ‖ key ‖ u8 value ‖ proof
 *
 * Leaf i has the key of two octets {37 i, i} with 1 at the end, and the value i.
 */
#include <stdlib.h>

#include "core/cursor/reader.h"
#include "core/merkle/proof.h"
#include "core/merkle/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LEAVES 32

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

struct input {
    uint8_t leaves;
    struct octets key;
    uint8_t value;
    struct octets proof;
};

static enum sworn_result input_read(struct octets octets, struct input *input)
{
    struct reader reader = reader_of(octets);

    SWORN_TRY(read_u8(&reader, &input->leaves));
    input->leaves %= LEAVES;
    SWORN_TRY(read_slice_u8(&reader, &input->key));
    SWORN_TRY(read_u8(&reader, &input->value));
    input->proof = read_rest(&reader);
    return SWORN_OK;
}

static void plant(struct tree *tree, size_t leaves)
{
    for (size_t i = 0; i < leaves; i++) {
        const uint8_t key[] = {(uint8_t)(37 * i), (uint8_t)i, 1};
        const uint8_t value = (uint8_t)i;

        must(tree_put(tree, octets_of(key, sizeof(key)), octets_of(&value, 1)) == SWORN_OK);
    }
}

/** Whether the key is there, and with that value. */
static bool holds(struct tree *tree, const struct input *input, bool *present)
{
    struct octets value;
    enum sworn_result result = tree_get(tree, input->key, &value);

    *present = result == SWORN_OK;
    return result == SWORN_OK && value.data[0] == input->value;
}

static void honest_proof_is_accepted(struct tree *tree, const struct input *input,
                                     const struct hash *root, struct region *region)
{
    struct writer proof = writer_in(region, 1 << 16);
    struct tree_leaf leaf;
    enum sworn_result result = tree_find(tree, input->key, &leaf);

    must(tree_prove(tree, input->key, &proof) == SWORN_OK);
    if (result == SWORN_OK) {
        must(merkle_verify_present(MERKLE_ZONE, written(&proof), input->key, &leaf.value_hash,
                                   root) == SWORN_OK);
        return;
    }
    must(merkle_verify_absent(MERKLE_ZONE, written(&proof), input->key, root) == SWORN_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct hash nothing = {0};
    struct region region;
    struct input input;
    struct tree tree;
    struct hash root, value_hash;
    bool present, right;

    if (input_read(octets_of(data, size), &input) != SWORN_OK) {
        return 0;
    }
    region_init(&region, 1 << 22);
    must(tree_open(&tree, MERKLE_ZONE, &nothing, &region, NULL) == SWORN_OK);
    plant(&tree, input.leaves);
    must(tree_root(&tree, &root) == SWORN_OK);
    must(sha256_one(octets_of(&input.value, 1), &value_hash) == SWORN_OK);
    right = holds(&tree, &input, &present);

    if (merkle_verify_present(MERKLE_ZONE, input.proof, input.key, &value_hash, &root) ==
        SWORN_OK) {
        must(right);
    }
    if (merkle_verify_absent(MERKLE_ZONE, input.proof, input.key, &root) == SWORN_OK) {
        must(!present);
    }
    honest_proof_is_accepted(&tree, &input, &root, &region);
    region_clear(&region);
    return 0;
}
