/*
 * view.c - a zone tree read as DNS reads it; see view.h.
 *
 *   keys of one name, in order:  name ‖ 00 ‖ type …  then those below it:  name ‖ label ‖ 00 …
 *   (a label's first octet is never 00), and all of them before  name less its last 00 ‖ 01
 *
 * Leaves of hashes, 01 00 ‖ hash, are no names and are stepped over: in a root zone they lie behind
 * the sets of the apex, in any other before them.
 */
#include "enclave/dnssec/view.h"

#include "core/dns/rr.h"
#include "core/dnssec/nsec3.h"

void view_of(struct tree *tree, const struct name *apex, struct view *view)
{
    view->tree = tree;
    view->zonemd = false;
    name_key_of(apex, &view->apex);
}

void name_key_of(const struct name *name, struct name_key *key)
{
    key->size = (uint16_t)name_to_key(name, key->octets);
}

void name_key_of_set(struct octets set_key, struct name_key *key)
{
    key->size = (uint16_t)(set_key.size - 3);
    memcpy(key->octets, set_key.data, key->size);
}

struct octets set_key_of(struct octets name, uint16_t type, struct rrset_key *key)
{
    if (name.size > 0) {
        memcpy(key->octets, name.data, name.size);
    }
    key->octets[name.size] = 0;
    key->octets[name.size + 1] = (uint8_t)(type >> 8);
    key->octets[name.size + 2] = (uint8_t)type;
    key->size = (uint16_t)(name.size + 3);
    return octets_of(key->octets, key->size);
}

static enum sworn_result has_set(const struct view *view, struct octets name, uint16_t type,
                                 bool *has)
{
    struct rrset_key key;
    struct tree_leaf leaf;
    enum sworn_result result = tree_find(view->tree, set_key_of(name, type, &key), &leaf);

    *has = result == SWORN_OK;
    return result == SWORN_ABSENT ? SWORN_OK : result;
}

static enum sworn_result hides(const struct view *view, struct octets name, bool *hidden)
{
    *hidden = false;
    if (name.size > view->apex.size) {
        SWORN_TRY(has_set(view, name, RR_NS, hidden));
    }
    if (*hidden) {
        return SWORN_OK;
    }
    return has_set(view, name, RR_DNAME, hidden);
}

enum sworn_result view_hides(const struct view *view, const struct name_key *name, bool *hidden)
{
    return hides(view, name_key_octets(name), hidden);
}

enum sworn_result view_hidden_by(const struct view *view, struct octets name,
                                 struct name_key *ancestor)
{
    for (size_t size = view->apex.size; size < name.size; size++) {
        bool hidden;

        if (size > view->apex.size && name.data[size - 1] != 0) {
            continue; /* not at the end of a label */
        }
        SWORN_TRY(hides(view, octets_of(name.data, size), &hidden));
        if (hidden) {
            ancestor->size = (uint16_t)size;
            memcpy(ancestor->octets, name.data, size);
            return SWORN_OK;
        }
    }
    return SWORN_ABSENT;
}

/* Whether the name owns any set. */
static enum sworn_result owns_any(const struct view *view, struct octets name, bool *owns)
{
    struct rrset_key key;
    struct tree_leaf leaf;
    enum sworn_result result = tree_at_or_after(view->tree, set_key_of(name, 0, &key), &leaf);

    *owns = result == SWORN_OK && leaf.key.size == name.size + 3 &&
            memcmp(leaf.key.data, key.octets, name.size + 1) == 0;
    return result == SWORN_ABSENT ? SWORN_OK : result;
}

enum sworn_result view_standing(const struct view *view, const struct name_key *name,
                                enum standing *standing)
{
    struct octets octets = name_key_octets(name);
    struct name_key ancestor;
    enum sworn_result result;
    bool yes;

    *standing = STANDING_NONE;
    SWORN_TRY(owns_any(view, octets, &yes));
    if (!yes) {
        return SWORN_OK;
    }
    result = view_hidden_by(view, octets, &ancestor);
    SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    *standing = STANDING_HIDDEN;
    if (result == SWORN_OK) {
        return SWORN_OK;
    }
    yes = false;
    if (name->size > view->apex.size) {
        SWORN_TRY(has_set(view, octets, RR_NS, &yes));
    }
    *standing = yes ? STANDING_CUT : STANDING_AUTHORITATIVE;
    return SWORN_OK;
}

enum sworn_result view_standing_here(const struct view *view, struct octets name,
                                     enum standing *standing)
{
    struct rrset_key key;
    struct tree_leaf leaf;
    enum sworn_result result = tree_at_or_after(view->tree, set_key_of(name, 0, &key), &leaf);
    bool cut = false;

    *standing = STANDING_NONE;
    if (result == SWORN_ABSENT) {
        return SWORN_OK;
    }
    SWORN_TRY(result);
    if (leaf.key.size < name.size + 3 || memcmp(leaf.key.data, key.octets, name.size) != 0) {
        return SWORN_OK;
    }
    /* A label's first octet is never 00: with one behind it the name itself is the owner. */
    *standing = STANDING_EMPTY;
    if (leaf.key.data[name.size] != 0) {
        return SWORN_OK;
    }
    if (name.size > view->apex.size) {
        SWORN_TRY(has_set(view, name, RR_NS, &cut));
    }
    *standing = cut ? STANDING_CUT : STANDING_AUTHORITATIVE;
    return SWORN_OK;
}

bool is_signed(enum standing standing, uint16_t type)
{
    return standing == STANDING_AUTHORITATIVE || (standing == STANDING_CUT && type == RR_DS);
}

/* First leaf behind everything at and below `name`; the tree's end for the root. */
static enum sworn_result leaf_behind(const struct view *view, struct octets name,
                                     struct tree_leaf *leaf)
{
    uint8_t key[NAME_KEY_MAX];

    SWORN_ENSURE(name.size > 0, SWORN_ABSENT);
    memcpy(key, name.data, name.size);
    key[name.size - 1] = 1;
    return tree_at_or_after(view->tree, octets_of(key, name.size), leaf);
}

/* First leaf behind the sets of `name` itself. */
static enum sworn_result leaf_after_sets(const struct view *view, struct octets name,
                                         struct tree_leaf *leaf)
{
    struct rrset_key key;

    SWORN_TRY(tree_after(view->tree, set_key_of(name, 0xffff, &key), leaf));
    if (nsec3_is_leaf_key(leaf->key)) {
        return tree_at_or_after(view->tree, nsec3_leaves_end(), leaf);
    }
    return SWORN_OK;
}

enum sworn_result view_next_owner(const struct view *view, const struct name_key *name,
                                  struct name_key *next)
{
    struct octets octets = name_key_octets(name);
    struct tree_leaf leaf;
    enum sworn_result result;
    bool hidden;

    SWORN_TRY(hides(view, octets, &hidden));
    result = hidden ? leaf_behind(view, octets, &leaf) : leaf_after_sets(view, octets, &leaf);
    if (result == SWORN_ABSENT) {
        *next = view->apex;
        return SWORN_OK;
    }
    SWORN_TRY(result);
    /*
     * Nothing between an owner and its next key hides that key: what would hide it sorts before it.
     */
    name_key_of_set(leaf.key, next);
    return SWORN_OK;
}

enum sworn_result view_next_shown(const struct view *view, const struct name_key *name,
                                  struct name_key *next)
{
    struct octets octets = name_key_octets(name);
    struct tree_leaf leaf;
    struct name_key above;
    enum sworn_result result = view_hidden_by(view, octets, &above);
    bool hidden;

    SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    if (result == SWORN_OK) {
        SWORN_TRY(leaf_behind(view, name_key_octets(&above), &leaf));
        name_key_of_set(leaf.key, next);
        return SWORN_OK;
    }
    SWORN_TRY(hides(view, octets, &hidden));
    if (hidden) {
        SWORN_TRY(leaf_behind(view, octets, &leaf));
    } else {
        SWORN_TRY(leaf_after_sets(view, octets, &leaf));
    }
    name_key_of_set(leaf.key, next);
    return SWORN_OK;
}

enum sworn_result view_previous_owner(const struct view *view, const struct name_key *name,
                                      struct name_key *previous)
{
    struct rrset_key key;
    struct octets before = set_key_of(name_key_octets(name), 0, &key);
    struct tree_leaf leaf;
    struct name_key found;
    enum sworn_result result;

    if (name->size <= view->apex.size) {
        /* Behind every key: none is as long as this, each label being ended by 00. */
        memset(key.octets, 0xff, sizeof(key.octets));
        before = octets_of(key.octets, sizeof(key.octets));
    }
    SWORN_TRY(tree_before(view->tree, before, &leaf));
    if (nsec3_is_leaf_key(leaf.key)) {
        SWORN_TRY(tree_before(view->tree, nsec3_leaves_begin(), &leaf));
    }
    name_key_of_set(leaf.key, &found);
    result = view_hidden_by(view, name_key_octets(&found), previous);
    if (result == SWORN_ABSENT) {
        *previous = found;
        return SWORN_OK;
    }
    return result;
}

enum sworn_result view_types(const struct view *view, const struct name_key *name,
                             struct region *region, struct type_list *list)
{
    struct octets octets = name_key_octets(name);
    struct writer types = writer_in(region, 65536 * sizeof(uint16_t));
    struct rrset_key key;
    struct tree_leaf leaf;
    enum sworn_result result = tree_at_or_after(view->tree, set_key_of(octets, 0, &key), &leaf);

    while (result == SWORN_OK && leaf.key.size == octets.size + 3 &&
           memcmp(leaf.key.data, key.octets, octets.size + 1) == 0) {
        uint16_t type =
            (uint16_t)(leaf.key.data[octets.size + 1] << 8 | leaf.key.data[octets.size + 2]);

        SWORN_TRY(write_octets(&types, octets_of(&type, sizeof(type))));
        result = tree_after(view->tree, leaf.key, &leaf);
    }
    SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    list->types = (uint16_t *)(void *)types.start;
    list->count = types.used / sizeof(uint16_t);
    return SWORN_OK;
}

static enum sworn_result name_below(const struct name_key *top, enum sworn_result result,
                                    const struct tree_leaf *leaf, struct name_key *name)
{
    SWORN_TRY(result);
    SWORN_ENSURE(leaf->key.size >= (size_t)top->size + 3 &&
                     memcmp(leaf->key.data, top->octets, top->size) == 0,
                 SWORN_ABSENT);
    name_key_of_set(leaf->key, name);
    return SWORN_OK;
}

enum sworn_result view_next_below(const struct view *view, const struct name_key *top,
                                  const struct name_key *name, struct name_key *next)
{
    struct tree_leaf leaf;
    enum sworn_result result = leaf_after_sets(view, name_key_octets(name), &leaf);

    return name_below(top, result, &leaf, next);
}
