/*
 * batch.c - see batch.h.
 */
#include "cli/zone/batch.h"

#include "cli/zone/authority.h"
#include "core/change/zone.h"

/* For the SOA, the DNSKEY and other sets of the enclave's that a request may change. */
#define WEIGHT_RESERVE     ((size_t)16)
#define OPERATIONS_RESERVE ((size_t)4)
#define OCTETS_RESERVE     ((size_t)2048)
#define SIGNATURES_RESERVE ((size_t)1 + 255 * 67) /* of the largest set of keys */
#define DENIAL_PER_NAME    2 /* its own record and that of the name before it */

/* One of the two zones, and how far the merge has come in it. */
struct side {
    const struct record_list *list;
    struct authority authority;
    size_t at;
};

struct making {
    struct side before, after;
    const struct name *apex;
    bool hashed; /* empty non-terminals own records of the denial chain, too */
    struct region *region;
};

static bool set_is_owners(const struct record_set *set)
{
    return set->rrset.type != RR_SOA && !type_is_enclaves(set->rrset.type);
}

static const struct owner_name *side_name(const struct side *side)
{
    return side->at < side->authority.count ? &side->authority.names[side->at] : NULL;
}

/* Number of sets strictly below `key`. */
static size_t sets_below(const struct side *side, struct octets key)
{
    size_t low = 0, high = side->authority.count, sum = 0;

    while (low < high) { /* the first name past `key` */
        size_t middle = low + (high - low) / 2;

        if (octets_compare(side->authority.names[middle].key, key) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    while (low < side->authority.count && key_within(side->authority.names[low].key, key)) {
        sum += side->authority.names[low++].count;
    }
    return sum;
}

static const struct record_set *set_of_type(const struct record_list *list,
                                            const struct owner_name *name, uint16_t type)
{
    for (size_t i = 0; name != NULL && i < name->count; i++) {
        if (list->sets[name->first + i].rrset.type == type) {
            return &list->sets[name->first + i];
        }
    }
    return NULL;
}

/* Sets of `old` that `name` no longer has. */
static enum sworn_result removals(const struct making *making, const struct owner_name *old,
                                  const struct owner_name *name, struct writer *operations,
                                  struct name_change *change)
{
    for (size_t i = 0; old != NULL && i < old->count; i++) {
        const struct record_set *set = &making->before.list->sets[old->first + i];

        if (set_is_owners(set) && set_of_type(making->after.list, name, set->rrset.type) == NULL) {
            SWORN_TRY(
                operation_remove(operations, making->apex, &set->rrset.owner, set->rrset.type));
            change->count++;
            change->sets++;
        }
    }
    return SWORN_OK;
}

/* Sets of `name` that `old` does not have, or has otherwise. */
static enum sworn_result additions(const struct making *making, const struct owner_name *old,
                                   const struct owner_name *name, struct writer *operations,
                                   struct name_change *change)
{
    for (size_t i = 0; name != NULL && i < name->count; i++) {
        const struct record_set *set = &making->after.list->sets[name->first + i];
        const struct record_set *was = set_of_type(making->before.list, old, set->rrset.type);

        if (!set_is_owners(set) || (was != NULL && octets_equal(was->value, set->value))) {
            continue;
        }
        SWORN_TRY(operations_set(operations, making->apex, &set->rrset, &change->count));
        change->sets++;
    }
    return SWORN_OK;
}

/* Names between the apex and this one: any of them may come or go with it. */
static size_t names_between(const struct making *making, const struct owner_name *name)
{
    size_t labels = 0, above = name_labels(making->apex) + 1;

    for (size_t i = 0; i < name->key.size; i++) {
        labels += name->key.data[i] == 0; /* each ends a label */
    }
    return labels > above ? labels - above : 0;
}

/*
 * A cut or DNAME that is made unsigns what was below, one that is removed signs what then is; each
 * name there loses or gains its NSEC too. What comes or goes below has its own weight besides.
 */
static uint32_t weight_of(const struct making *making, const struct owner_name *old,
                          const struct owner_name *name, uint32_t sets)
{
    const struct owner_name *any = name != NULL ? name : old;
    bool covered = old != NULL && old->covers, covers = name != NULL && name->covers;
    bool hidden = (old == NULL || old->hidden) && (name == NULL || name->hidden);
    size_t weight = sets;

    if (!hidden) {
        weight += DENIAL_PER_NAME * (1 + (making->hashed ? names_between(making, any) : 0));
    }
    if (covers && !covered) {
        weight += 2 * sets_below(&making->before, any->key);
    }
    if (covered && !covers) {
        weight += 2 * sets_below(&making->after, any->key);
    }
    if (old != NULL && name != NULL && old->cut != name->cut) {
        weight += old->count + name->count;
    }
    return weight > UINT32_MAX ? UINT32_MAX : (uint32_t)weight;
}

static enum sworn_result name_change_make(const struct making *making, const struct owner_name *old,
                                          const struct owner_name *name,
                                          struct difference *difference)
{
    struct writer operations = writer_in(making->region, MESSAGE_MAX);
    struct name_change change = {0};

    SWORN_TRY(removals(making, old, name, &operations, &change));
    SWORN_TRY(additions(making, old, name, &operations, &change));
    if (change.count == 0) {
        return SWORN_OK;
    }
    change.operations = written(&operations);
    change.weight = weight_of(making, old, name, change.sets);
    difference->names[difference->count++] = change;
    return SWORN_OK;
}

/* The next name of either side, in canonical order, and what it was and is. */
static void merge_next(struct making *making, const struct owner_name **old,
                       const struct owner_name **name)
{
    const struct owner_name *left = side_name(&making->before);
    const struct owner_name *right = side_name(&making->after);
    int order = left == NULL ? 1 : right == NULL ? -1 : octets_compare(left->key, right->key);

    *old = order <= 0 ? left : NULL;
    *name = order >= 0 ? right : NULL;
    making->before.at += *old != NULL;
    making->after.at += *name != NULL;
}

enum sworn_result difference_make(const struct record_list *before, const struct record_list *after,
                                  const struct name *apex, bool hashed, struct region *region,
                                  struct difference *difference)
{
    struct making making = {.before = {.list = before},
                            .after = {.list = after},
                            .apex = apex,
                            .hashed = hashed,
                            .region = region};
    const struct owner_name *old, *name;
    void *memory;

    SWORN_TRY(authority_of(before, apex, region, &making.before.authority));
    SWORN_TRY(authority_of(after, apex, region, &making.after.authority));
    SWORN_TRY(region_array(region, making.before.authority.count + making.after.authority.count,
                           sizeof(struct name_change), &memory));
    *difference = (struct difference){.names = memory};
    for (merge_next(&making, &old, &name); old != NULL || name != NULL;
         merge_next(&making, &old, &name)) {
        SWORN_TRY(name_change_make(&making, old, name, difference));
    }
    return SWORN_OK;
}

static size_t less(size_t limit, size_t reserve, size_t share)
{
    size_t room = limit > reserve ? limit - reserve : 0;

    return room / share == 0 ? 1 : room / share;
}

struct batch_bounds batch_bounds_of(const struct guard_limits *limits, size_t apex_size,
                                    size_t share)
{
    return (struct batch_bounds){
        .operations = less(limits->operations, OPERATIONS_RESERVE, share),
        .weight = less(limits->changed, WEIGHT_RESERVE, share),
        .octets = less(limits->argument,
                       OCTETS_RESERVE + SIGNATURES_RESERVE + message_overhead(apex_size), share),
    };
}

size_t batch_end(const struct difference *difference, size_t from,
                 const struct batch_bounds *bounds)
{
    size_t operations = 0, weight = 0, octets = 0, end = from;

    while (end < difference->count) {
        const struct name_change *name = &difference->names[end];

        operations += name->count;
        weight += name->weight;
        octets += name->operations.size;
        if (end > from && (operations > bounds->operations || weight > bounds->weight ||
                           octets > bounds->octets)) {
            break;
        }
        end++;
    }
    return end;
}

size_t batch_count(const struct difference *difference, const struct batch_bounds *bounds)
{
    size_t count = 0, at = 0;

    do {
        at = batch_end(difference, at, bounds);
        count++;
    } while (at < difference->count);
    return count;
}

enum sworn_result batch_operations(const struct difference *difference, size_t from, size_t to,
                                   struct writer *operations)
{
    for (size_t i = from; i < to; i++) {
        SWORN_TRY(write_octets(operations, difference->names[i].operations));
    }
    return SWORN_OK;
}
