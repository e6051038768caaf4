/*
 * zone.c - the tree of a change, and which of its sets differ; see zone.h.
 */
#include "core/change/zone.h"

#include "core/change/walk.h"
#include "core/dns/rr.h"

#include <stdlib.h>

void change_begin(struct change *change, const struct name *apex, const struct tree *before,
                  const struct guard_limits *limits, struct region *region)
{
    *change = (struct change){
        .apex = *apex, .before = *before, .after = *before, .region = region, .limits = *limits};
    name_lower(&change->apex);
}

enum sworn_result change_load(struct change *change, const struct name *owner, uint16_t type,
                              struct region *region, struct rrset *rrset)
{
    struct rrset_key key;
    struct octets value;

    rrset_key(owner, type, &key);
    SWORN_TRY(tree_get(&change->after, octets_of(key.octets, key.size), &value));
    SWORN_TRY(rrset_read(value, owner, type, region, rrset));
    change->records_loaded += rrset->count;
    change->octets_loaded += value.size;
    return SWORN_OK;
}

enum sworn_result change_get(struct change *change, const struct name *owner, uint16_t type,
                             struct rrset *rrset)
{
    return change_load(change, owner, type, change->region, rrset);
}

static enum sworn_result touch(struct change *change, const struct rrset_key *key)
{
    struct change_key *head = change->touched;
    void *memory;

    /* One set is often touched several times in a row: RFC 2181 sets are built record by record. */
    if (head != NULL && head->key.size == key->size &&
        memcmp(head->key.octets, key->octets, key->size) == 0) {
        return SWORN_OK;
    }
    SWORN_TRY(region_alloc(change->region, sizeof(*head), &memory));
    head = memory;
    head->next = change->touched;
    head->key = *key;
    change->touched = head;
    return SWORN_OK;
}

static enum sworn_result put_value(struct change *change, const struct rrset *rrset,
                                   struct region *scratch)
{
    struct writer value = writer_in(scratch, (size_t)2 * RDATA_MAX);
    struct rrset_key key;

    SWORN_TRY(rrset_write(rrset, &value));
    rrset_key(&rrset->owner, rrset->type, &key);
    SWORN_TRY(touch(change, &key));
    return tree_put(&change->after, octets_of(key.octets, key.size), written(&value));
}

enum sworn_result change_put(struct change *change, const struct rrset *rrset)
{
    struct region scratch;
    enum sworn_result result;

    if (rrset->count == 0) {
        return change_remove(change, &rrset->owner, rrset->type);
    }
    region_init(&scratch, (size_t)16 * RDATA_MAX);
    result = put_value(change, rrset, &scratch);
    region_clear(&scratch);
    return result;
}

enum sworn_result change_remove(struct change *change, const struct name *owner, uint16_t type)
{
    struct rrset_key key;
    enum sworn_result result;

    rrset_key(owner, type, &key);
    result = tree_remove(&change->after, octets_of(key.octets, key.size));
    if (result == SWORN_ABSENT) {
        return SWORN_OK;
    }
    SWORN_TRY(result);
    return touch(change, &key);
}

static int compare_keys(const void *a, const void *b)
{
    const struct rrset_key *const *left = a;
    const struct rrset_key *const *right = b;

    return octets_compare(octets_of((*left)->octets, (*left)->size),
                          octets_of((*right)->octets, (*right)->size));
}

/* The touched keys, sorted; duplicates still in. */
static enum sworn_result sorted_keys(struct change *change, const struct rrset_key ***keys,
                                     size_t *count)
{
    size_t total = 0;
    void *memory;

    for (const struct change_key *key = change->touched; key != NULL; key = key->next) {
        total++;
    }
    SWORN_TRY(region_array(change->region, total, sizeof(**keys), &memory));
    *keys = memory;
    *count = 0;
    for (const struct change_key *key = change->touched; key != NULL; key = key->next) {
        (*keys)[(*count)++] = &key->key;
    }
    if (total > 1) {
        qsort(*keys, total, sizeof(**keys), compare_keys);
    }
    return SWORN_OK;
}

/* The hash of what `tree` holds at `key`, zero when it holds nothing. */
static enum sworn_result value_hash(struct tree *tree, const struct rrset_key *key,
                                    struct hash *hash)
{
    struct tree_leaf leaf = {0};
    enum sworn_result result = tree_find(tree, octets_of(key->octets, key->size), &leaf);

    SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    *hash = leaf.value_hash;
    if (result == SWORN_ABSENT) {
        memset(hash, 0, sizeof(*hash));
    }
    return SWORN_OK;
}

enum sworn_result change_differences(struct change *change, struct rrset_key **keys, size_t *count)
{
    const struct rrset_key **sorted;
    struct hash before, after;
    size_t total;
    void *memory;

    SWORN_TRY(sorted_keys(change, &sorted, &total));
    SWORN_TRY(region_array(change->region, total, sizeof(**keys), &memory));
    *keys = memory;
    *count = 0;
    for (size_t i = 0; i < total; i++) {
        if (i > 0 && compare_keys(&sorted[i - 1], &sorted[i]) == 0) {
            continue;
        }
        SWORN_TRY(value_hash(&change->before, sorted[i], &before));
        SWORN_TRY(value_hash(&change->after, sorted[i], &after));
        if (!hash_equal(&before, &after)) {
            (*keys)[(*count)++] = *sorted[i];
        }
    }
    return SWORN_OK;
}
