/*
 * edit.c - record sets into a zone; see edit.h.
 */
#include "host/answer/edit/edit.h"

#include <stdlib.h>

#include "core/dns/rr.h"
#include "host/answer/denial/hashed.h"
#include "host/answer/edit/nodes.h"

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

enum sworn_result edit_denial(struct edit *edit)
{
    struct zone *zone = edit->zone;
    const struct fragment *nsec = node_set(zone->apex, RR_NSEC);
    struct fragment *old = zone->soa_nsec;

    zone->soa_nsec = NULL;
    if (zone->soa_denial != NULL && nsec != NULL) {
        SWORN_TRY(fragment_join(&edit->txn, zone->soa_denial, nsec, &zone->soa_nsec));
    }
    return txn_retire(&edit->txn, old);
}

/* An NSEC3 is an item of the order by hash, and no name (RFC 5155 7.2.8). */
static enum sworn_result hashed_set(struct edit *edit, const struct signed_set *set)
{
    struct zone *zone = edit->zone;
    struct hashed *hashed;
    struct nsec3_hash hash;
    const struct keyed *old;
    struct name apex;

    SWORN_TRY(name_from_key(octets_of(zone->key, zone->keyed.key_size), &apex));
    SWORN_ENSURE(nsec3_owner_read(&set->rrset.owner, &apex, &hash) == SWORN_OK, SWORN_INVALID);
    old = order_find(&zone->hashes, hash.octets, sizeof(hash.octets));
    if (old != NULL && !keyed_is(old, hash.octets, sizeof(hash.octets))) {
        old = NULL;
    }
    zone->keeps_hashes = true;
    if (set->rrset.count > 0) {
        SWORN_TRY(hashed_render(&edit->txn, set, &apex, &hashed));
        SWORN_TRY(order_put(&edit->txn, &zone->hashes, &hashed->keyed));
    } else {
        SWORN_TRY(order_remove(&edit->txn, &zone->hashes, hash.octets, sizeof(hash.octets)));
    }
    return txn_retire(&edit->txn, (void *)old);
}

enum sworn_result edit_set(struct edit *edit, const struct signed_set *set)
{
    const struct keyed *apex = &edit->zone->keyed;
    struct fragment *fragment = NULL;
    uint8_t key[NAME_KEY_MAX];
    struct place place = place_of(edit, key, name_to_key(&set->rrset.owner, key));

    SWORN_ENSURE(place.size >= apex->key_size && memcmp(key, keyed_key(apex), apex->key_size) == 0,
                 SWORN_INVALID);
    if (set->rrset.type == RR_NSEC3) {
        return hashed_set(edit, set);
    }
    if (set->rrset.type == RR_NSEC3PARAM) {
        edit->zone->keeps_hashes = true;
    }
    if (set->rrset.count > 0) {
        SWORN_TRY(fragment_render(&edit->server->renderer, &edit->txn, set, &fragment));
    }
    if (set->rrset.type == RR_SOA && fragment != NULL && place.size == apex->key_size) {
        SWORN_TRY(soa_denial_render(edit, set));
    }
    SWORN_TRY(edit_concerns(edit, &place, &set->rrset.owner, set->rrset.type, fragment));
    return node_change(edit, &place, set->rrset.type, fragment);
}

enum sworn_result zone_new(struct answer_server *server, const struct name *apex, uint32_t txn,
                           struct zone **made)
{
    uint8_t key[NAME_KEY_MAX];
    size_t size = name_to_key(apex, key);
    struct zone *zone = calloc(1, sizeof(*zone) + size);
    struct edit edit = {.server = server, .txn = {.number = txn, .is_private = true}};

    SWORN_ENSURE(zone != NULL, SWORN_NO_MEMORY);
    zone->keyed = (struct keyed){.key_size = (uint16_t)size, .key_at = sizeof(*zone)};
    zone->labels = (uint16_t)name_labels(apex);
    zone->apex_size = apex->size;
    zone->order.skip = size;
    memcpy(zone->key, key, size);
    *made = edit.zone = zone;
    SWORN_TRY(glue_uses_new(&zone->uses));
    zone->names = 1;
    struct place place = place_of(&edit, key, size);
    return node_first(&edit, &place);
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

static void hashed_free(struct keyed *keyed)
{
    free(keyed);
}

void zone_free(struct zone *zone)
{
    if (zone == NULL) {
        return;
    }
    order_free(&zone->order, NULL);
    order_free(&zone->hashes, hashed_free);
    trie_free(zone->trie, node_free);
    glue_uses_free(zone->uses);
    free(zone->soa_denial);
    free(zone->soa_nsec);
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
