/*
 * nodes.c - names come and go with their sets; see nodes.h.
 *
 * Whatever is replaced is linked out of trie and order before it is retired: a private change frees
 * it there and then.
 */
#include "host/answer/edit/nodes.h"

#include "core/dns/rr.h"

struct place place_of(const struct edit *edit, const uint8_t *key, size_t size)
{
    return (struct place){
        .key = key, .size = size, .hash = hash_key(&edit->server->seed, key, size)};
}

struct node *node_at(const struct edit *edit, const struct place *place)
{
    return (struct node *)trie_find(edit->zone->trie, &edit->server->seed, place->key, place->size,
                                    place->hash);
}

/* Behind the key: its hash and that of the wildcard below it. */
static void put_hashes(struct node *node, const struct node *old)
{
    uint8_t *hash = (uint8_t *)node + node->keyed.key_at + node->keyed.key_size;
    uint8_t wire[NAME_MAX_SIZE + 2] = {1, '*'};
    struct name name;

    node->flags |= NODE_HASHED;
    if (old != NULL && (old->flags & NODE_HASHED) != 0) {
        memcpy(hash, node_hash(old), DENIAL_HASH_SIZE * 2);
        return;
    }
    if (name_from_key(octets_of(keyed_key(&node->keyed), node->keyed.key_size), &name) !=
        SWORN_OK) {
        name_root(&name); /* no place has such a key */
    }
    memcpy(wire + 2, name.wire, name.size);
    denial_hash(wire + 2, name.size, hash);
    denial_hash(wire, name.size + 2U, hash + DENIAL_HASH_SIZE);
}

static unsigned key_labels(const uint8_t *key, size_t size)
{
    unsigned labels = 0;

    for (size_t i = 0; i < size; i++) {
        labels += key[i] == 0;
    }
    return labels;
}

/* Whether the last label of a key has no octet that is escaped. */
static bool label_is_plain(const uint8_t *key, size_t size)
{
    size_t at = size - 1;

    while (at > 0 && key[at - 1] > 1) {
        at--;
    }
    return at == 0 || key[at - 1] == 0;
}

/* A node with room for that many sets; all else is taken over from `old` (NULL: nothing). */
static enum sworn_result node_alloc(struct edit *edit, const struct place *place, size_t sets,
                                    const struct node *old, struct node **made)
{
    size_t key_at = sizeof(struct node) + sets * (sizeof(struct fragment *) + sizeof(uint16_t));
    size_t hashes = edit->zone->keeps_hashes ? DENIAL_HASH_SIZE * 2 : 0;
    struct node *node;
    void *memory;

    SWORN_ENSURE(sets <= UINT16_MAX / 16, SWORN_LIMIT);
    SWORN_TRY(txn_alloc(&edit->txn, key_at + place->size + hashes, &memory));
    node = memory;
    *node = (struct node){
        .keyed = {.key_size = (uint16_t)place->size, .key_at = (uint16_t)key_at},
        .txn = edit->txn.number,
        .labels = (uint8_t)key_labels(place->key, place->size),
        .set_count = (uint16_t)sets,
    };
    if (old != NULL) {
        node->children = old->children;
        node->flags = old->flags & (uint8_t)~NODE_HASHED;
        node->glue = old->glue;
    }
    if (place->size > 0) {
        memcpy((uint8_t *)memory + key_at, place->key, place->size);
        node->flags |= label_is_plain(place->key, place->size) ? NODE_PLAIN_LABEL : 0;
    }
    if (hashes > 0) {
        put_hashes(node, old);
    }
    *made = node;
    return SWORN_OK;
}

static void node_put(struct node *node, unsigned index, struct fragment *fragment)
{
    uint16_t *types = (uint16_t *)(node->set + node->set_count);

    node->set[index] = fragment;
    types[index] = fragment->type;
}

/* `count` sets of another node, from its number `from` on. */
static void node_put_those(struct node *node, unsigned index, const struct node *old, unsigned from,
                           unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        node_put(node, index + i, old->set[from + i]);
    }
}

/* `node` at its key, in place of `old` (NULL: nothing was there). */
static enum sworn_result node_link(struct edit *edit, const struct place *place, struct node *node,
                                   struct node *old)
{
    struct zone *zone = edit->zone;

    SWORN_TRY(trie_put(&edit->txn, &zone->trie, &edit->server->seed, &node->keyed, place->hash));
    if (node_set(node, RR_NSEC) != NULL) {
        SWORN_TRY(order_put(&edit->txn, &zone->order, &node->keyed));
    } else if (old != NULL && node_set(old, RR_NSEC) != NULL) {
        SWORN_TRY(order_remove(&edit->txn, &zone->order, place->key, place->size));
    }
    if (place->size == zone->keyed.key_size) {
        zone->apex = node;
    }
    return txn_retire(&edit->txn, old);
}

enum sworn_result node_first(struct edit *edit, const struct place *place)
{
    struct node *node;

    SWORN_TRY(node_alloc(edit, place, 0, NULL, &node));
    return node_link(edit, place, node, NULL);
}

enum sworn_result node_own(struct edit *edit, const struct place *place, struct node *old,
                           struct node **owned)
{
    struct node *node;

    if (old->txn == edit->txn.number) {
        *owned = old;
        return SWORN_OK;
    }
    SWORN_TRY(node_alloc(edit, place, old->set_count, old, &node));
    node_put_those(node, 0, old, 0, old->set_count);
    SWORN_TRY(node_link(edit, place, node, old));
    *owned = node;
    return SWORN_OK;
}

/* Size of the parent's key. */
static size_t parent_size(const uint8_t *key, size_t size)
{
    for (size--; size > 0 && key[size - 1] != 0; size--) {
    }
    return size;
}

static bool is_wildcard(const struct place *place, size_t parent)
{
    return place->size == parent + 2 && place->key[parent] == '*';
}

static uint8_t flags_of_child(const struct place *place, size_t parent)
{
    unsigned flags = is_wildcard(place, parent) ? NODE_WILDCARD_BELOW : 0;

    return (uint8_t)(flags | (place->key[parent] < '*' ? NODE_EARLY_BELOW : 0));
}

/* The new name below `place` makes itself known upwards, as far as nothing was there. */
static enum sworn_result parents_make(struct edit *edit, struct place place)
{
    while (place.size > edit->zone->keyed.key_size) {
        struct place above = place_of(edit, place.key, parent_size(place.key, place.size));
        struct node *parent = node_at(edit, &above);
        bool is_new = parent == NULL;

        if (is_new) {
            SWORN_TRY(node_alloc(edit, &above, 0, NULL, &parent));
            SWORN_TRY(node_link(edit, &above, parent, NULL));
            edit->zone->names++;
        }
        SWORN_TRY(node_own(edit, &above, parent, &parent));
        parent->children++;
        parent->flags |= flags_of_child(&place, above.size);
        if (!is_new) {
            return SWORN_OK;
        }
        place = above;
    }
    return SWORN_OK;
}

/* A node without sets and without names below it goes, and so upwards. */
static enum sworn_result node_prune(struct edit *edit, struct place place)
{
    struct node *node = node_at(edit, &place);

    while (node->set_count == 0 && node->children == 0 && place.size > edit->zone->keyed.key_size) {
        struct place above = place_of(edit, place.key, parent_size(place.key, place.size));
        struct node *parent = node_at(edit, &above);

        SWORN_TRY(trie_remove(&edit->txn, &edit->zone->trie, &edit->server->seed, place.key,
                              place.size, place.hash));
        SWORN_TRY(txn_retire(&edit->txn, node->glue));
        SWORN_TRY(txn_retire(&edit->txn, node));
        edit->zone->names--;
        SWORN_TRY(node_own(edit, &above, parent, &node));
        node->children--;
        if (is_wildcard(&place, above.size)) {
            node->flags &= (uint8_t)~NODE_WILDCARD_BELOW;
        }
        place = above;
    }
    return SWORN_OK;
}

static uint8_t flags_of(const struct edit *edit, const struct node *node)
{
    unsigned flags = node->flags & ~(unsigned)(NODE_CUT | NODE_DNAME | NODE_CNAME);

    if (node->keyed.key_size > edit->zone->keyed.key_size && node_set(node, RR_NS) != NULL) {
        flags |= NODE_CUT;
    }
    if (node_set(node, RR_DNAME) != NULL) {
        flags |= NODE_DNAME;
    }
    if (node_set(node, RR_CNAME) != NULL) {
        flags |= NODE_CNAME;
    }
    return (uint8_t)flags;
}

/* A new node with the sets of `old` and `fragment` among them at `index`. */
static enum sworn_result node_widen(struct edit *edit, const struct place *place, struct node *old,
                                    unsigned index, struct fragment *fragment)
{
    unsigned count = old == NULL ? 0 : old->set_count;
    struct node *node;

    SWORN_TRY(node_alloc(edit, place, count + 1, old, &node));
    node_put(node, index, fragment);
    if (old != NULL) {
        node_put_those(node, 0, old, 0, index);
        node_put_those(node, index + 1, old, index, count - index);
    }
    node->flags = flags_of(edit, node);
    SWORN_TRY(node_link(edit, place, node, old));
    if (old != NULL) {
        return SWORN_OK;
    }
    edit->zone->names++;
    return parents_make(edit, *place);
}

static enum sworn_result node_narrow(struct edit *edit, const struct place *place, struct node *old,
                                     unsigned index)
{
    struct fragment *gone = old->set[index];
    struct node *node;

    SWORN_TRY(node_alloc(edit, place, old->set_count - 1U, old, &node));
    node_put_those(node, 0, old, 0, index);
    node_put_those(node, index, old, index + 1, old->set_count - 1U - index);
    node->flags = flags_of(edit, node);
    SWORN_TRY(node_link(edit, place, node, old));
    SWORN_TRY(txn_retire(&edit->txn, gone));
    return node_prune(edit, *place);
}

enum sworn_result node_change(struct edit *edit, const struct place *place, uint16_t type,
                              struct fragment *fragment)
{
    struct node *node = node_at(edit, place);
    unsigned index = 0;
    struct fragment *old;

    while (node != NULL && index < node->set_count && node->set[index]->type < type) {
        index++;
    }
    if (node == NULL || index == node->set_count || node->set[index]->type != type) {
        return fragment == NULL ? SWORN_OK : node_widen(edit, place, node, index, fragment);
    }
    if (fragment == NULL) {
        return node_narrow(edit, place, node, index);
    }
    SWORN_TRY(node_own(edit, place, node, &node));
    old = node->set[index];
    node_put(node, index, fragment);
    return txn_retire(&edit->txn, old);
}
