/*
 * edit.c - record sets into nodes; see edit.h.
 *
 * Whatever is replaced is linked out of trie and order before it is retired: a private change frees
 * it there and then.
 */
#include "host/answer/edit.h"

#include <stdlib.h>

#include "core/dns/rr.h"

/* The owner of the set that is being put in. */
struct place {
    const uint8_t *key;
    size_t size;
    uint64_t hash;
};

static struct place place_of(const struct edit *edit, const uint8_t *key, size_t size)
{
    return (struct place){
        .key = key, .size = size, .hash = hash_key(&edit->server->seed, key, size)};
}

static struct node *node_at(const struct edit *edit, const struct place *place)
{
    return (struct node *)trie_find(edit->zone->trie, &edit->server->seed, place->key, place->size,
                                    place->hash);
}

static enum sworn_result node_alloc(struct txn *txn, const struct place *place, size_t sets,
                                    struct node **made)
{
    size_t key_at = sizeof(struct node) + sets * sizeof(struct fragment *);
    struct node *node;
    void *memory;

    SWORN_ENSURE(sets <= UINT16_MAX / 16, SWORN_LIMIT);
    SWORN_TRY(txn_alloc(txn, key_at + place->size, &memory));
    node = memory;
    *node = (struct node){
        .keyed = {.key_size = (uint16_t)place->size, .key_at = (uint16_t)key_at},
        .txn = txn->number,
        .set_count = (uint16_t)sets,
    };
    if (place->size > 0) {
        memcpy((uint8_t *)memory + key_at, place->key, place->size);
    }
    *made = node;
    return SWORN_OK;
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

/* A node that this change may edit, in place of `old`. */
static enum sworn_result node_own(struct edit *edit, const struct place *place, struct node *old,
                                  struct node **owned)
{
    struct node *node;

    if (old->txn == edit->txn.number) {
        *owned = old;
        return SWORN_OK;
    }
    SWORN_TRY(node_alloc(&edit->txn, place, old->set_count, &node));
    node->children = old->children;
    node->flags = old->flags;
    node->glue = old->glue;
    memcpy(node->set, old->set, old->set_count * sizeof(struct fragment *));
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

/* The new name below `place` makes itself known upwards, as far as nothing was there. */
static enum sworn_result parents_make(struct edit *edit, struct place place)
{
    while (place.size > edit->zone->keyed.key_size) {
        struct place above = place_of(edit, place.key, parent_size(place.key, place.size));
        struct node *parent = node_at(edit, &above);
        bool is_new = parent == NULL;

        if (is_new) {
            SWORN_TRY(node_alloc(&edit->txn, &above, 0, &parent));
            SWORN_TRY(node_link(edit, &above, parent, NULL));
            edit->zone->names++;
        }
        SWORN_TRY(node_own(edit, &above, parent, &parent));
        parent->children++;
        if (is_wildcard(&place, above.size)) {
            parent->flags |= NODE_WILDCARD_BELOW;
        }
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
            node->flags &= (uint16_t)~NODE_WILDCARD_BELOW;
        }
        place = above;
    }
    return SWORN_OK;
}

static uint16_t flags_of(const struct edit *edit, const struct node *node)
{
    unsigned flags = node->flags & NODE_WILDCARD_BELOW;

    if (node->keyed.key_size > edit->zone->keyed.key_size && node_set(node, RR_NS) != NULL) {
        flags |= NODE_CUT;
    }
    if (node_set(node, RR_DNAME) != NULL) {
        flags |= NODE_DNAME;
    }
    if (node_set(node, RR_CNAME) != NULL) {
        flags |= NODE_CNAME;
    }
    return (uint16_t)flags;
}

/* A new node with the sets of `old` and `fragment` among them at `index`. */
static enum sworn_result node_widen(struct edit *edit, const struct place *place, struct node *old,
                                    unsigned index, struct fragment *fragment)
{
    unsigned count = old == NULL ? 0 : old->set_count;
    struct node *node;

    SWORN_TRY(node_alloc(&edit->txn, place, count + 1, &node));
    node->set[index] = fragment;
    if (old != NULL) {
        memcpy(node->set, old->set, index * sizeof(struct fragment *));
        memcpy(node->set + index + 1, old->set + index,
               (count - index) * sizeof(struct fragment *));
        node->children = old->children;
        node->flags = old->flags;
        node->glue = old->glue;
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

    SWORN_TRY(node_alloc(&edit->txn, place, old->set_count - 1U, &node));
    memcpy(node->set, old->set, index * sizeof(struct fragment *));
    memcpy(node->set + index, old->set + index + 1,
           (old->set_count - 1U - index) * sizeof(struct fragment *));
    node->children = old->children;
    node->flags = old->flags;
    node->glue = old->glue;
    node->flags = flags_of(edit, node);
    SWORN_TRY(node_link(edit, place, node, old));
    SWORN_TRY(txn_retire(&edit->txn, gone));
    return node_prune(edit, *place);
}

/* `fragment` (NULL: none) is the set of that type at that place from now on. */
static enum sworn_result node_change(struct edit *edit, const struct place *place, uint16_t type,
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
    node->set[index] = fragment;
    return txn_retire(&edit->txn, old);
}

/* --- glue ------------------------------------------------------------------------------------ */

static enum sworn_result grow(void **array, size_t count, size_t *room, size_t size)
{
    size_t wide = *room == 0 ? 64 : *room * 2;
    void *memory;

    if (count < *room) {
        return SWORN_OK;
    }
    memory = realloc(*array, wide * size);
    SWORN_ENSURE(memory != NULL, SWORN_NO_MEMORY);
    *array = memory;
    *room = wide;
    return SWORN_OK;
}

static enum sworn_result cut_concerned(void *context, uint64_t cut)
{
    struct edit *edit = context;

    SWORN_TRY(grow((void **)&edit->cut, edit->cut_count, &edit->cut_room, sizeof(uint64_t)));
    edit->cut[edit->cut_count++] = cut;
    return SWORN_OK;
}

/* Whose name servers are being gone through. */
struct cut_servers {
    struct edit *edit;
    uint64_t cut;
};

static enum sworn_result server_used(void *argument, uint64_t server)
{
    struct cut_servers *servers = argument;

    return glue_uses_add(servers->edit->zone->uses, server, servers->cut);
}

static enum sworn_result server_dropped(void *argument, uint64_t server)
{
    struct cut_servers *servers = argument;
    struct edit *edit = servers->edit;

    SWORN_TRY(grow((void **)&edit->dropped, edit->dropped_count, &edit->dropped_room,
                   sizeof(struct use)));
    edit->dropped[edit->dropped_count++] = (struct use){.server = server, .cut = servers->cut};
    return SWORN_OK;
}

static struct glue_context glue_context(struct edit *edit)
{
    return (struct glue_context){
        .renderer = &edit->server->renderer, .seed = &edit->server->seed, .zone = edit->zone};
}

/* Before the set is changed: which glue will have to be rendered again. */
static enum sworn_result glue_concerned(struct edit *edit, const struct place *place,
                                        const struct name *owner, uint16_t type,
                                        const struct fragment *fragment)
{
    struct glue_context context = glue_context(edit);
    struct cut_servers servers = {.edit = edit, .cut = place->hash};
    const struct node *node = node_at(edit, place);
    const struct fragment *old = node == NULL ? NULL : node_set(node, type);

    if ((type == RR_A || type == RR_AAAA) && !edit->txn.is_private) {
        return glue_uses_of(edit->zone->uses, place->hash, edit, cut_concerned);
    }
    if (type != RR_NS) {
        return SWORN_OK;
    }
    if (old != NULL) {
        SWORN_TRY(glue_servers(&context, old, owner, &servers, server_dropped));
    }
    if (fragment != NULL) {
        SWORN_TRY(glue_servers(&context, fragment, owner, &servers, server_used));
    }
    return cut_concerned(edit, place->hash);
}

/* Nodes with one hash; more than one is next to impossible, more than these are left out. */
struct alike {
    size_t count;
    const struct keyed *item[4];
};

static void alike_add(void *context, const struct keyed *item)
{
    struct alike *alike = context;

    if (alike->count < sizeof(alike->item) / sizeof(alike->item[0])) {
        alike->item[alike->count++] = item;
    }
}

static enum sworn_result glue_refresh(struct edit *edit, const struct keyed *cut)
{
    struct glue_context context = glue_context(edit);
    struct place place = place_of(edit, keyed_key(cut), cut->key_size);
    struct node *node = node_at(edit, &place);
    struct glue *glue = NULL;
    struct glue *old;

    SWORN_TRY(glue_render(&context, &edit->txn, node, &glue));
    if (glue == NULL && node->glue == NULL) {
        return SWORN_OK;
    }
    SWORN_TRY(node_own(edit, &place, node, &node));
    old = node->glue;
    node->glue = glue;
    return txn_retire(&edit->txn, old);
}

static int hash_compare(const void *a, const void *b)
{
    const uint64_t *left = a;
    const uint64_t *right = b;

    return (*left > *right) - (*left < *right);
}

enum sworn_result edit_glue(struct edit *edit)
{
    if (edit->cut_count > 1) {
        qsort(edit->cut, edit->cut_count, sizeof(uint64_t), hash_compare);
    }
    for (size_t i = 0; i < edit->cut_count; i++) {
        struct alike alike = {.count = 0};

        if (i > 0 && edit->cut[i] == edit->cut[i - 1]) {
            continue;
        }
        trie_with_hash(edit->zone->trie, edit->cut[i], &alike, alike_add);
        for (size_t n = 0; n < alike.count; n++) {
            SWORN_TRY(glue_refresh(edit, alike.item[n]));
        }
    }
    return SWORN_OK;
}

/* Whether a name server is still one of the cut's. */
struct still {
    uint64_t server;
    bool used;
};

static enum sworn_result still_used(void *argument, uint64_t server)
{
    struct still *still = argument;

    still->used = still->used || still->server == server;
    return SWORN_OK;
}

void edit_uses(struct edit *edit)
{
    struct glue_context context = glue_context(edit);

    for (size_t i = 0; i < edit->dropped_count; i++) {
        struct still still = {.server = edit->dropped[i].server};
        struct alike alike = {.count = 0};

        trie_with_hash(edit->zone->trie, edit->dropped[i].cut, &alike, alike_add);
        for (size_t n = 0; n < alike.count; n++) {
            const struct keyed *cut = alike.item[n];
            const struct fragment *ns = node_set(node_of(cut), RR_NS);
            struct name owner;

            if (ns == NULL ||
                name_from_key(octets_of(keyed_key(cut), cut->key_size), &owner) != SWORN_OK ||
                glue_servers(&context, ns, &owner, &still, still_used) != SWORN_OK) {
                continue;
            }
        }
        if (!still.used) {
            glue_uses_remove(edit->zone->uses, edit->dropped[i].server, edit->dropped[i].cut);
        }
    }
}

/* --- the zone -------------------------------------------------------------------------------- */

/* RFC 2308 3: a negative answer lives as long as the SOA, and no longer than its MINIMUM. */
static enum sworn_result soa_denial_render(struct edit *edit, const struct signed_set *soa)
{
    struct signed_set denial = *soa;
    struct octets rdata = soa->rrset.rdata[0];
    struct fragment *old = edit->zone->soa_denial;
    uint32_t minimum;

    SWORN_ENSURE(rdata.size >= 22, SWORN_MALFORMED);
    minimum =
        (uint32_t)get_u16(rdata.data + rdata.size - 4) << 16 | get_u16(rdata.data + rdata.size - 2);
    denial.rrset.ttl = soa->rrset.ttl < minimum ? soa->rrset.ttl : minimum;
    SWORN_TRY(
        fragment_render(&edit->server->renderer, &edit->txn, &denial, &edit->zone->soa_denial));
    return txn_retire(&edit->txn, old);
}

enum sworn_result edit_set(struct edit *edit, const struct signed_set *set)
{
    const struct keyed *apex = &edit->zone->keyed;
    struct fragment *fragment = NULL;
    uint8_t key[NAME_KEY_MAX];
    struct place place = place_of(edit, key, name_to_key(&set->rrset.owner, key));

    SWORN_ENSURE(place.size >= apex->key_size && memcmp(key, keyed_key(apex), apex->key_size) == 0,
                 SWORN_INVALID);
    if (set->rrset.count > 0) {
        SWORN_TRY(fragment_render(&edit->server->renderer, &edit->txn, set, &fragment));
    }
    if (set->rrset.type == RR_SOA && fragment != NULL && place.size == apex->key_size) {
        SWORN_TRY(soa_denial_render(edit, set));
    }
    SWORN_TRY(glue_concerned(edit, &place, &set->rrset.owner, set->rrset.type, fragment));
    return node_change(edit, &place, set->rrset.type, fragment);
}

enum sworn_result zone_new(struct answer_server *server, const struct name *apex, uint32_t txn,
                           struct zone **made)
{
    uint8_t key[NAME_KEY_MAX];
    size_t size = name_to_key(apex, key);
    struct zone *zone = calloc(1, sizeof(*zone) + size);
    struct edit edit = {.server = server, .txn = {.number = txn, .is_private = true}};
    struct node *node;

    SWORN_ENSURE(zone != NULL, SWORN_NO_MEMORY);
    zone->keyed = (struct keyed){.key_size = (uint16_t)size, .key_at = sizeof(*zone)};
    zone->labels = (uint16_t)name_labels(apex);
    zone->apex_size = apex->size;
    zone->order.skip = size;
    memcpy(zone->key, key, size);
    *made = edit.zone = zone;
    SWORN_TRY(glue_uses_new(&zone->uses));
    SWORN_TRY(node_alloc(&edit.txn, &(struct place){.key = key, .size = size}, 0, &node));
    zone->names = 1;
    struct place place = place_of(&edit, key, size);
    return node_link(&edit, &place, node, NULL);
}

static void node_free(struct keyed *keyed)
{
    struct node *node = (struct node *)keyed;

    for (unsigned i = 0; i < node->set_count; i++) {
        free(node->set[i]);
    }
    free(node->glue);
    free(node);
}

void zone_free(struct zone *zone)
{
    if (zone == NULL) {
        return;
    }
    order_free(&zone->order);
    trie_free(zone->trie, node_free);
    glue_uses_free(zone->uses);
    free(zone->soa_denial);
    free(zone);
}

enum sworn_result edit_begin(struct edit *edit, struct answer_server *server,
                             const struct zone *zone)
{
    size_t size = sizeof(*zone) + zone->keyed.key_size;
    void *memory;

    *edit = (struct edit){.server = server, .txn = {.number = ++server->txn}};
    SWORN_TRY(txn_alloc(&edit->txn, size, &memory));
    memcpy(memory, zone, size);
    edit->zone = memory;
    return txn_retire(&edit->txn, (void *)zone);
}

void edit_free(struct edit *edit)
{
    free(edit->dropped);
    free(edit->cut);
}
