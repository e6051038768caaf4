/*
 * proof.c - proofs of presence and absence: made from a tree, verified without one; see proof.h.
 */
#include "core/merkle/proof.h"

#include "core/cursor/reader.h"
#include "core/merkle/node.h"

enum { ENDS_AT_KEY = 0, ENDS_AT_OTHER_LEAF = 1 };

enum sworn_result tree_prove(struct tree *tree, struct octets key, struct writer *proof)
{
    struct tree_path path;
    struct hash root;

    SWORN_TRY(tree_root(tree, &root));
    if (tree->root == NULL) {
        SWORN_ENSURE(key.size <= MERKLE_KEY_MAX, SWORN_LIMIT);
        SWORN_TRY(write_u16(proof, 0));
        return write_u8(proof, ENDS_AT_KEY);
    }
    SWORN_TRY(tree_descend(tree, key, &path));
    SWORN_TRY(write_u16(proof, (uint16_t)path.depth));
    for (size_t i = 0; i < path.depth; i++) {
        const struct tree_node *branch = path.branches[i];

        SWORN_TRY(write_u16(proof, branch->crit_bit));
        SWORN_TRY(write_hash(proof, &branch->child[!merkle_bit(key, branch->crit_bit)]->hash));
    }
    if (octets_equal(path.leaf->leaf->key, key)) {
        return write_u8(proof, ENDS_AT_KEY);
    }
    SWORN_TRY(write_u8(proof, ENDS_AT_OTHER_LEAF));
    SWORN_TRY(write_slice_u16(proof, path.leaf->leaf->key));
    return write_hash(proof, &path.leaf->leaf->value_hash);
}

/** A proof taken apart. */
struct proof {
    uint16_t count;
    struct octets steps; /* count of them, root first */
    uint8_t ending;
    struct octets leaf_key; /* of the other leaf */
    struct hash leaf_value_hash;
};

#define STEP_SIZE ((size_t)2 + HASH_SIZE)

struct step {
    uint16_t crit_bit;
    struct hash sibling;
};

static enum sworn_result step_read(const struct proof *proof, size_t index, struct step *step)
{
    struct reader reader = reader_of(octets_of(proof->steps.data + index * STEP_SIZE, STEP_SIZE));

    SWORN_TRY(read_u16(&reader, &step->crit_bit));
    SWORN_TRY(read_hash(&reader, &step->sibling));
    return read_end(&reader);
}

static enum sworn_result steps_check(const struct proof *proof)
{
    struct step step;
    size_t floor = 0;

    for (size_t i = 0; i < proof->count; i++) {
        SWORN_TRY(step_read(proof, i, &step));
        SWORN_ENSURE(step.crit_bit >= floor && step.crit_bit < MERKLE_BITS_MAX, SWORN_MALFORMED);
        floor = step.crit_bit + (size_t)1;
    }
    return SWORN_OK;
}

static enum sworn_result proof_read(struct octets octets, struct proof *proof)
{
    struct reader reader = reader_of(octets);

    SWORN_TRY(read_u16(&reader, &proof->count));
    SWORN_TRY(read_slice(&reader, proof->count * STEP_SIZE, &proof->steps));
    SWORN_TRY(read_u8(&reader, &proof->ending));
    SWORN_ENSURE(proof->ending <= ENDS_AT_OTHER_LEAF, SWORN_MALFORMED);
    if (proof->ending == ENDS_AT_OTHER_LEAF) {
        SWORN_TRY(read_slice_u16(&reader, &proof->leaf_key));
        SWORN_TRY(read_hash(&reader, &proof->leaf_value_hash));
        SWORN_ENSURE(proof->leaf_key.size <= MERKLE_KEY_MAX, SWORN_MALFORMED);
    }
    SWORN_TRY(read_end(&reader));
    return steps_check(proof);
}

/** From the leaf's hash up to the root, each side taken from the key. */
static enum sworn_result climb(enum merkle_kind kind, const struct proof *proof, struct octets key,
                               struct hash *hash)
{
    struct step step;

    for (size_t i = proof->count; i > 0; i--) {
        SWORN_TRY(step_read(proof, i - 1, &step));
        if (merkle_bit(key, step.crit_bit) == 0) {
            SWORN_TRY(merkle_node_hash(kind, step.crit_bit, hash, &step.sibling, hash));
            continue;
        }
        SWORN_TRY(merkle_node_hash(kind, step.crit_bit, &step.sibling, hash, hash));
    }
    return SWORN_OK;
}

enum sworn_result merkle_verify_present(enum merkle_kind kind, struct octets proof,
                                        struct octets key, const struct hash *value_hash,
                                        const struct hash *root)
{
    struct proof parts;
    struct hash hash;

    SWORN_ENSURE(key.size <= MERKLE_KEY_MAX, SWORN_LIMIT);
    SWORN_TRY(proof_read(proof, &parts));
    SWORN_ENSURE(parts.ending == ENDS_AT_KEY, SWORN_PROOF);
    SWORN_TRY(merkle_leaf_hash(kind, key, value_hash, &hash));
    SWORN_TRY(climb(kind, &parts, key, &hash));
    SWORN_ENSURE(hash_equal(&hash, root), SWORN_PROOF);
    return SWORN_OK;
}

/** Whether a lookup of `key` ends where `leaf_key` lies: equal in every bit that the path tests. */
static enum sworn_result same_path(const struct proof *proof, struct octets key)
{
    struct step step;

    for (size_t i = 0; i < proof->count; i++) {
        SWORN_TRY(step_read(proof, i, &step));
        SWORN_ENSURE(merkle_bit(key, step.crit_bit) == merkle_bit(proof->leaf_key, step.crit_bit),
                     SWORN_PROOF);
    }
    return SWORN_OK;
}

enum sworn_result merkle_verify_absent(enum merkle_kind kind, struct octets proof,
                                       struct octets key, const struct hash *root)
{
    struct proof parts;
    struct hash hash;

    SWORN_ENSURE(key.size <= MERKLE_KEY_MAX, SWORN_LIMIT);
    SWORN_TRY(proof_read(proof, &parts));
    if (parts.ending == ENDS_AT_KEY) {
        SWORN_ENSURE(parts.count == 0 && hash_is_zero(root), SWORN_PROOF);
        return SWORN_OK;
    }
    SWORN_ENSURE(!octets_equal(parts.leaf_key, key), SWORN_PROOF);
    SWORN_TRY(same_path(&parts, key));
    SWORN_TRY(merkle_leaf_hash(kind, parts.leaf_key, &parts.leaf_value_hash, &hash));
    SWORN_TRY(climb(kind, &parts, key, &hash));
    SWORN_ENSURE(hash_equal(&hash, root), SWORN_PROOF);
    return SWORN_OK;
}
