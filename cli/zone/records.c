/*
 * records.c - see records.h.
 */
#include "cli/zone/records.h"

#include <stdlib.h>

#include "core/dns/soa.h"
#include "core/dnssec/nsec3.h"
#include "core/merkle/tree.h"

void records_init(struct record_list *list, struct region *region)
{
    *list = (struct record_list){.region = region};
}

static enum sworn_result records_grow(struct record_list *list)
{
    return region_grow(list->region, &list->sets, list->count, &list->capacity,
                       sizeof(*list->sets));
}

/* Key and value of a set whose RDATA is in order. */
static enum sworn_result record_encode(struct record_set *set, struct region *region)
{
    struct rrset_key key;
    struct writer value;
    size_t size = 6;
    void *room;

    for (uint16_t i = 0; i < set->rrset.count; i++) {
        SWORN_TRY(rdata_check(set->rrset.type, set->rrset.rdata[i]));
        size += 2 + set->rrset.rdata[i].size;
    }
    SWORN_TRY(region_alloc(region, size, &room));
    value = writer_over(room, size);
    SWORN_TRY(rrset_write(&set->rrset, &value));
    set->value = written(&value);
    rrset_key(&set->rrset.owner, set->rrset.type, &key);
    return region_copy(region, octets_of(key.octets, key.size), &set->key);
}

enum sworn_result records_add(struct record_list *list, const struct record_set *set)
{
    struct record_set *added;
    struct region scratch;
    enum sworn_result result;

    SWORN_TRY(records_grow(list));
    added = &list->sets[list->count];
    *added = *set;
    region_init(&scratch, SIZE_MAX / 2);
    result = rrset_sort(&added->rrset, &scratch);
    region_clear(&scratch);
    SWORN_TRY(result);
    SWORN_TRY(record_encode(added, list->region));
    list->count++;
    return SWORN_OK;
}

static int by_key(const void *a, const void *b)
{
    const struct record_set *left = a, *right = b;

    return octets_compare(left->key, right->key);
}

enum sworn_result records_order(struct record_list *list)
{
    bool ordered = true;

    for (size_t i = 1; i < list->count && ordered; i++) {
        ordered = by_key(&list->sets[i - 1], &list->sets[i]) < 0;
    }
    if (ordered) {
        return SWORN_OK;
    }
    qsort(list->sets, list->count, sizeof(struct record_set), by_key);
    for (size_t i = 1; i < list->count; i++) {
        SWORN_ENSURE(by_key(&list->sets[i - 1], &list->sets[i]) != 0, SWORN_CONFLICT);
    }
    return SWORN_OK;
}

struct record_set *records_find(const struct record_list *list, const struct name *owner,
                                uint16_t type)
{
    struct rrset_key key;
    struct record_set wanted = {0};

    rrset_key(owner, type, &key);
    wanted.key = octets_of(key.octets, key.size);
    return list->count == 0
               ? NULL
               : bsearch(&wanted, list->sets, list->count, sizeof(struct record_set), by_key);
}

bool type_is_outside_tree(uint16_t type)
{
    return type == RR_RRSIG || type == RR_NSEC || type == RR_NSEC3 || type == RR_ZONEMD;
}

size_t records_in_tree(const struct record_list *list)
{
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        count += !type_is_outside_tree(list->sets[i].rrset.type);
    }
    return count;
}

/* The hash is computed here, whatever a server says that it is. */
static enum sworn_result put_hashed(struct tree *tree, struct octets wire)
{
    struct reader reader = reader_of(wire);
    struct nsec3_leaf_key key;
    struct nsec3_hash hash;
    struct name name;

    SWORN_TRY(name_read(&reader, &name));
    SWORN_TRY(nsec3_hash_of(&name, &hash));
    return tree_put(tree, nsec3_leaf_key_of(&hash, &key), wire);
}

static enum sworn_result records_tree_root(const struct record_list *list, struct region *region,
                                           struct hash *root)
{
    const struct hash empty = {0};
    struct tree tree;

    SWORN_TRY(tree_open(&tree, MERKLE_ZONE, &empty, region, NULL));
    for (size_t i = 0; i < list->count; i++) {
        if (!type_is_outside_tree(list->sets[i].rrset.type)) {
            SWORN_TRY(tree_put(&tree, list->sets[i].key, list->sets[i].value));
        }
    }
    for (size_t i = 0; i < list->hashed_count; i++) {
        SWORN_TRY(put_hashed(&tree, list->hashed[i]));
    }
    return tree_root(&tree, root);
}

enum sworn_result records_root(const struct record_list *list, struct hash *root)
{
    struct region region;
    enum sworn_result result;

    region_init(&region, SIZE_MAX / 2);
    result = records_tree_root(list, &region, root);
    region_clear(&region);
    return result;
}

enum sworn_result soa_with_serial(const struct record_set *soa, uint32_t serial,
                                  struct region *region, struct record_set *changed)
{
    struct octets rdata;
    struct writer number;
    void *memory;

    SWORN_ENSURE(soa->rrset.count == 1 && soa->rrset.rdata[0].size > SOA_NUMBERS, SWORN_MALFORMED);
    SWORN_TRY(region_copy(region, soa->rrset.rdata[0], &rdata));
    number = writer_over((uint8_t *)(uintptr_t)rdata.data + rdata.size - SOA_NUMBERS, 4);
    SWORN_TRY(write_u32(&number, serial));
    SWORN_TRY(region_array(region, 1, sizeof(struct octets), &memory));
    *changed = *soa;
    changed->rrset.rdata = memory;
    changed->rrset.rdata[0] = rdata;
    return record_encode(changed, region);
}
