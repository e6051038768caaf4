/*
 * glue.c - which glue a change makes stale, and rendering it again; see edit.h.
 */
#include <stdlib.h>

#include "core/dns/rr.h"
#include "host/answer/edit/nodes.h"

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
/*
 * Cuts whose glue depends on what is not at the names of their servers are kept in the table of
 * uses, as if some made-up servers were theirs: many, for the table has no room for long lists.
 */
#define LOOSE_SERVERS 64

static uint64_t loose_server(uint64_t cut)
{
    return UINT64_C(0x100000001) * (1 + cut % LOOSE_SERVERS);
}

static enum sworn_result loose_cuts(struct edit *edit)
{
    for (uint64_t i = 0; i < LOOSE_SERVERS; i++) {
        SWORN_TRY(glue_uses_of(edit->zone->uses, loose_server(i), edit, cut_concerned));
    }
    return SWORN_OK;
}

/* What may give servers other addresses, or take them away, though nothing at their names changed.
 */
static void note_structure(struct edit *edit, const struct place *place, const struct name *owner,
                           uint16_t type, const struct fragment *fragment)
{
    const struct node *node = node_at(edit, place);

    if (node == NULL || (fragment == NULL && node->set_count == 1) || type == RR_NS ||
        type == RR_DNAME || name_is_wildcard(owner)) {
        edit->structure = true;
    }
    if (type == RR_DNAME && node != NULL && node->children > 0) {
        edit->hides = true;
    }
}

enum sworn_result edit_concerns(struct edit *edit, const struct place *place,
                                const struct name *owner, uint16_t type,
                                const struct fragment *fragment)
{
    struct glue_context context = glue_context(edit);
    struct cut_servers servers = {.edit = edit, .cut = place->hash};
    const struct node *node = node_at(edit, place);
    const struct fragment *old = node == NULL ? NULL : node_set(node, type);

    note_structure(edit, place, owner, type, fragment);
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
    bool loose;

    SWORN_TRY(glue_render(&context, &edit->txn, node, &glue, &loose));
    if (loose) {
        SWORN_TRY(glue_uses_add(edit->zone->uses, loose_server(place.hash), place.hash));
    }
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

struct all_cuts {
    struct edit *edit;
    enum sworn_result result;
};

static void each_cut(void *context, const struct keyed *item)
{
    struct all_cuts *all = context;

    if (node_set(node_of(item), RR_NS) != NULL && all->result == SWORN_OK) {
        all->result = cut_concerned(
            all->edit, hash_key(&all->edit->server->seed, keyed_key(item), item->key_size));
    }
}

enum sworn_result edit_glue(struct edit *edit)
{
    struct all_cuts all = {.edit = edit, .result = SWORN_OK};

    if (edit->structure && !edit->txn.is_private) {
        SWORN_TRY(loose_cuts(edit));
    }
    if (edit->hides && !edit->txn.is_private) {
        trie_each(edit->zone->trie, &all, each_cut);
        SWORN_TRY(all.result);
    }
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
