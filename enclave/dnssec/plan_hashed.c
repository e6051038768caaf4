/*
 * plan_hashed.c - what a change makes of the chain of hashes; see plan.h.
 *
 *   names looked at = those of the survey
 *                   + their ancestors that begin or cease to own an NSEC3 (empty non-terminals)
 *   each that begins or ceases: its leaf 01 00 ‖ hash; its NSEC3; that of the hash before it
 *   each that stays: its NSEC3, if its types or its neighbour changed
 */
#include "enclave/dnssec/plan_parts.h"

#include "core/dns/rr.h"
#include "enclave/dnssec/chain.h"
#include "enclave/dnssec/hashed.h"

#include <stdlib.h>

#define LABELS_MAX 127 /* of a name (RFC 1035 3.1) */

/* A name whose NSEC3 may have to be another one. */
struct hashed_name {
    struct nsec3_hash hash; /* first: they are sorted by it */
    struct octets key;
    enum standing before;
    enum standing after;
};

/* On the way down to a name: whether what is below a label is hidden. */
struct hidden {
    bool before, after;
};

struct hashed_names {
    struct survey *survey;
    struct hidden way[LABELS_MAX + 1]; /* down to the last name looked at, the apex first */
    struct hashed_name *items;
    size_t count;
    size_t capacity;
    size_t turned; /* of them begin or cease to own an NSEC3 */
};

static bool turns(const struct hashed_name *name)
{
    return owns_hashed_denial(name->before) != owns_hashed_denial(name->after);
}

static enum sworn_result names_add(struct hashed_names *names, const struct hashed_name *name)
{
    SWORN_TRY(region_grow(names->survey->plan->region, &names->items, names->count,
                          &names->capacity, sizeof(*names->items)));
    names->turned += turns(name);
    names->items[names->count++] = *name;
    return SWORN_OK;
}

/* On the way down to a name: where one of its ancestors stands, and whether it hides the rest. */
static enum sworn_result step_down(const struct view *view, struct octets ancestor, bool *hidden,
                                   enum standing *standing)
{
    struct name_key key;
    bool hides;

    if (*hidden) {
        *standing = STANDING_HIDDEN;
        return SWORN_OK;
    }
    SWORN_TRY(view_standing_here(view, ancestor, standing));
    if (!owns_denial(*standing)) {
        return SWORN_OK;
    }
    name_key_from(ancestor, &key);
    SWORN_TRY(view_hides(view, &key, &hides));
    *hidden = hides;
    return SWORN_OK;
}

/* Whether an ancestor was met on the way down to the name before this one already. */
static bool met_before(const struct survey *survey, size_t index, size_t size)
{
    struct octets name = survey->names[index];
    struct octets previous;

    if (index == 0) {
        return false;
    }
    previous = survey->names[index - 1];
    return previous.size >= size && (size == 0 || memcmp(previous.data, name.data, size) == 0);
}

/* A name of the survey, and the ancestors that no name before it has. */
static enum sworn_result survey_down(struct hashed_names *names, size_t index)
{
    struct survey *survey = names->survey;
    struct octets name = survey->names[index];
    size_t depth = 0;

    for (size_t size = survey->after.apex.size; size <= name.size; size++) {
        struct hashed_name item = {.key = octets_of(name.data, size)};
        struct hidden hidden = {false, false};

        if (size > survey->after.apex.size) {
            if (name.data[size - 1] != 0) {
                continue; /* not at the end of a label */
            }
            hidden = names->way[depth++];
        }
        if (met_before(survey, index, size)) {
            continue; /* and what it hides is still known */
        }
        SWORN_TRY(step_down(&survey->before, item.key, &hidden.before, &item.before));
        SWORN_TRY(step_down(&survey->after, item.key, &hidden.after, &item.after));
        names->way[depth] = hidden;
        if ((size < name.size && !turns(&item)) ||
            (!owns_hashed_denial(item.before) && !owns_hashed_denial(item.after))) {
            continue;
        }
        SWORN_TRY(hashed_of(item.key, &item.hash));
        SWORN_TRY(names_add(names, &item));
    }
    return SWORN_OK;
}

static enum sworn_result leaf_put(struct survey *survey, struct octets key,
                                  const struct hashed_name *name, struct planned *item,
                                  struct reason *reason)
{
    struct name wire;
    struct octets there;
    enum sworn_result result = tree_get(survey->after.tree, key, &there);

    SWORN_TRY(name_from_key(name->key, &wire));
    SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    SWORN_SAY(result == SWORN_ABSENT || octets_equal(there, name_octets(&wire)), reason,
              SWORN_INVALID, "two names of this zone have the same hash");
    SWORN_TRY(region_copy(survey->plan->region, name_octets(&wire), &item->value));
    return tree_put(survey->after.tree, key, item->value);
}

enum sworn_result plan_add_leaf(struct plan *plan, const struct planned *item)
{
    plan->leaves++;
    return plan_add(plan, item);
}

/* The leaf of a name that begins or ceases to own an NSEC3. */
static enum sworn_result plan_leaf(struct survey *survey, const struct hashed_name *name,
                                   struct reason *reason)
{
    struct nsec3_leaf_key memory;
    struct octets key = nsec3_leaf_key_of(&name->hash, &memory);
    struct planned item = {0};

    if (!turns(name) || !span_has(&survey->plan->chains.hashes, name->key)) {
        return SWORN_OK;
    }
    SWORN_TRY(region_copy(survey->plan->region, key, &item.key));
    if (owns_hashed_denial(name->after)) {
        SWORN_TRY(leaf_put(survey, key, name, &item, reason));
    } else {
        SWORN_TRY(tree_remove(survey->after.tree, key));
    }
    return plan_add_leaf(survey->plan, &item);
}

static enum sworn_result nsec3_value(const struct view *view, const struct hashed_name *name,
                                     enum standing standing, uint32_t ttl, struct region *region,
                                     struct octets *value)
{
    struct name_key owner;
    struct octets rdata;

    name_key_from(name->key, &owner);
    SWORN_TRY(chain_nsec3(view, &owner, standing, &name->hash, region, &rdata));
    return one_record(ttl, rdata, region, value);
}

static enum sworn_result nsec3_key(const struct view *view, const struct nsec3_hash *hash,
                                   struct region *region, struct octets *key)
{
    struct name apex, owner;
    struct rrset_key set_key;

    SWORN_TRY(name_from_key(name_key_octets(&view->apex), &apex));
    SWORN_TRY(nsec3_owner(hash, &apex, &owner));
    rrset_key(&owner, RR_NSEC3, &set_key);
    return region_copy(region, octets_of(set_key.octets, set_key.size), key);
}

/* The NSEC3 of a name: made, made anew when its content differs, or gone. */
static enum sworn_result plan_nsec3(struct survey *survey, const struct hashed_name *name)
{
    struct region *region = survey->plan->region;
    struct planned item = {0};

    if (!span_has(&survey->plan->chains.nsec3,
                  octets_of(name->hash.octets, sizeof(name->hash.octets)))) {
        return SWORN_OK;
    }
    if (owns_hashed_denial(name->after)) {
        SWORN_TRY(nsec3_value(&survey->after, name, name->after, survey->denial_ttl, region,
                              &item.value));
        item.sign = true;
    }
    if (owns_hashed_denial(name->after) && owns_hashed_denial(name->before)) {
        struct octets old;

        /* With the same TTL: one that only has another TTL is left to the steps. */
        SWORN_TRY(
            nsec3_value(&survey->before, name, name->before, survey->denial_ttl, region, &old));
        if (octets_equal(old, item.value)) {
            return SWORN_OK;
        }
    }
    SWORN_TRY(nsec3_key(&survey->after, &name->hash, region, &item.key));
    return plan_add(survey->plan, &item);
}

static int compare_hashes(const void *a, const void *b)
{
    return memcmp(a, b, NSEC3_HASH_SIZE);
}

static bool is_among(const struct hashed_names *names, const struct nsec3_hash *hash)
{
    return names->count > 0 &&
           bsearch(hash, names->items, names->count, sizeof(*names->items), compare_hashes) != NULL;
}

/* The NSEC3 before one that came or went points to another hash now. */
static enum sworn_result add_previous(const struct hashed_names *names, const struct view *view,
                                      const struct nsec3_hash *hash, struct hashed_names *previous)
{
    struct hashed_name item;
    struct name_key name;

    SWORN_TRY(hashed_previous(view, hash, &item.hash));
    if (is_among(names, &item.hash) ||
        (previous->count > 0 &&
         compare_hashes(&previous->items[previous->count - 1].hash, &item.hash) == 0)) {
        return SWORN_OK;
    }
    SWORN_TRY(hashed_name(view, &item.hash, &name));
    SWORN_TRY(region_copy(names->survey->plan->region, name_key_octets(&name), &item.key));
    SWORN_TRY(hashed_standing(view, &name, &item.after));
    item.before = STANDING_NONE; /* it is another in any case */
    return names_add(previous, &item);
}

/* Sorted, so the same one before two of them comes twice in a row, or first and last. */
static enum sworn_result plan_previous(const struct hashed_names *names)
{
    struct hashed_names previous = {.survey = names->survey};

    for (size_t i = 0; i < names->count; i++) {
        if (turns(&names->items[i])) {
            SWORN_TRY(add_previous(names, &names->survey->after, &names->items[i].hash, &previous));
        }
    }
    if (previous.count > 1 &&
        compare_hashes(&previous.items[0], &previous.items[previous.count - 1]) == 0) {
        previous.count--;
    }
    for (size_t i = 0; i < previous.count; i++) {
        SWORN_TRY(plan_nsec3(names->survey, &previous.items[i]));
    }
    return SWORN_OK;
}

enum sworn_result plan_hashed(struct survey *survey, struct reason *reason)
{
    struct hashed_names names = {.survey = survey};

    for (size_t i = 0; i < survey->count; i++) {
        SWORN_TRY(survey_down(&names, i));
        SWORN_SAY(names.turned <= survey->plan->limit, reason, SWORN_LIMIT,
                  "this makes or removes more than %zu names, those between the dots counted",
                  survey->plan->limit);
    }
    for (size_t i = 0; i < names.count; i++) {
        SWORN_TRY(plan_leaf(survey, &names.items[i], reason));
    }
    if (!survey->plan->chains.nsec3.kept) {
        return SWORN_OK;
    }
    if (names.count > 1) {
        qsort(names.items, names.count, sizeof(*names.items), compare_hashes);
    }
    for (size_t i = 0; i < names.count; i++) {
        SWORN_TRY(plan_nsec3(survey, &names.items[i]));
    }
    return plan_previous(&names);
}

enum sworn_result plan_leaf_of(struct plan *plan, const struct view *view,
                               const struct name_key *name, struct reason *reason)
{
    struct survey survey = {.plan = plan, .after = *view};
    struct hashed_name item = {
        .key = name_key_octets(name), .before = STANDING_NONE, .after = STANDING_AUTHORITATIVE};
    struct nsec3_leaf_key memory;
    struct planned planned = {0};

    SWORN_TRY(hashed_of(item.key, &item.hash));
    SWORN_TRY(region_copy(plan->region, nsec3_leaf_key_of(&item.hash, &memory), &planned.key));
    SWORN_TRY(leaf_put(&survey, planned.key, &item, &planned, reason));
    return plan_add_leaf(plan, &planned);
}

enum sworn_result plan_nsec3_of(struct plan *plan, const struct view *view,
                                const struct nsec3_hash *hash, uint32_t ttl)
{
    struct hashed_name item = {.hash = *hash};
    struct planned planned = {.sign = true};
    struct name_key name;

    SWORN_TRY(hashed_name(view, hash, &name));
    SWORN_TRY(hashed_standing(view, &name, &item.after));
    SWORN_ENSURE(owns_hashed_denial(item.after), SWORN_MALFORMED);
    item.key = name_key_octets(&name);
    SWORN_TRY(nsec3_value(view, &item, item.after, ttl, plan->region, &planned.value));
    SWORN_TRY(nsec3_key(view, hash, plan->region, &planned.key));
    return plan_add(plan, &planned);
}
