/*
 * hashed.c - names by their hashes; see hashed.h.
 */
#include "enclave/dnssec/hashed.h"

enum sworn_result hashed_standing(const struct view *view, const struct name_key *name,
                                  enum standing *standing)
{
    struct octets octets = name_key_octets(name);
    struct name_key above;
    enum sworn_result result = view_hidden_by(view, octets, &above);

    SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    if (result == SWORN_OK) {
        *standing = STANDING_HIDDEN;
        return SWORN_OK;
    }
    return view_standing_here(view, octets, standing);
}

/*
 * Empty non-terminals on the way down to a name sort between it and the one before it, which is
 * below none of them.
 */
enum sworn_result hashed_next_name(const struct view *view, const struct name_key *name,
                                   struct name_key *next)
{
    struct name_key shown;
    size_t common = 0;

    SWORN_TRY(view_next_shown(view, name, &shown));
    while (common < name->size && common < shown.size &&
           name->octets[common] == shown.octets[common]) {
        common++;
    }
    for (size_t size = view->apex.size + 1; size < shown.size; size++) {
        if (shown.octets[size - 1] == 0 && size > common) {
            next->size = (uint16_t)size;
            memcpy(next->octets, shown.octets, size);
            return SWORN_OK;
        }
    }
    *next = shown;
    return SWORN_OK;
}

enum sworn_result hashed_of(struct octets name, struct nsec3_hash *hash)
{
    struct name wire;

    SWORN_TRY(name_from_key(name, &wire));
    return nsec3_hash_of(&wire, hash);
}

enum sworn_result hashed_name(const struct view *view, const struct nsec3_hash *hash,
                              struct name_key *name)
{
    struct nsec3_leaf_key key;
    struct octets value;
    struct reader reader;
    struct name wire;

    SWORN_TRY(tree_get(view->tree, nsec3_leaf_key_of(hash, &key), &value));
    reader = reader_of(value);
    SWORN_TRY(name_read(&reader, &wire));
    SWORN_TRY(read_end(&reader));
    name_key_of(&wire, name);
    return SWORN_OK;
}

static enum sworn_result hash_of_leaf(const struct tree_leaf *leaf, struct nsec3_hash *hash)
{
    SWORN_ENSURE(nsec3_is_leaf_key(leaf->key), SWORN_ABSENT);
    SWORN_ENSURE(leaf->key.size == NSEC3_LEAF_SIZE, SWORN_MALFORMED);
    memcpy(hash->octets, leaf->key.data + 2, sizeof(hash->octets));
    return SWORN_OK;
}

enum sworn_result hashed_from(const struct view *view, const struct nsec3_hash *hash, bool after,
                              struct nsec3_hash *found)
{
    struct nsec3_leaf_key key;
    struct octets octets = nsec3_leaf_key_of(hash, &key);
    struct tree_leaf leaf;

    SWORN_TRY(after ? tree_after(view->tree, octets, &leaf)
                    : tree_at_or_after(view->tree, octets, &leaf));
    return hash_of_leaf(&leaf, found);
}

enum sworn_result hashed_next(const struct view *view, const struct nsec3_hash *hash,
                              struct nsec3_hash *next)
{
    enum sworn_result result = hashed_from(view, hash, true, next);
    struct tree_leaf leaf;

    if (result != SWORN_ABSENT) {
        return result;
    }
    SWORN_TRY(tree_at_or_after(view->tree, nsec3_leaves_begin(), &leaf));
    return hash_of_leaf(&leaf, next);
}

enum sworn_result hashed_previous(const struct view *view, const struct nsec3_hash *hash,
                                  struct nsec3_hash *previous)
{
    struct nsec3_leaf_key key;
    struct tree_leaf leaf;
    enum sworn_result result = tree_before(view->tree, nsec3_leaf_key_of(hash, &key), &leaf);

    if (result == SWORN_OK) {
        result = hash_of_leaf(&leaf, previous);
    }
    if (result != SWORN_ABSENT) {
        return result;
    }
    SWORN_TRY(tree_before(view->tree, nsec3_leaves_end(), &leaf));
    return hash_of_leaf(&leaf, previous);
}
