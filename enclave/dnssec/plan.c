/*
 * plan.c - what a change makes necessary; see plan.h.
 *
 *   names looked at = owners of changed sets
 *                   + all names below an owner that begins or ceases to hide what is below it
 *   at each of them: the sets that differ or whose being signed differs, and its NSEC;
 *   for each of them that begins or ceases to own an NSEC: the NSEC of the owner before it
 */
#include "enclave/dnssec/plan_parts.h"

#include "core/dns/rr.h"
#include "core/guard/guard.h"
#include "enclave/dnssec/chain.h"
#include "enclave/dnssec/hashed.h"

#include <stdlib.h>

enum sworn_result plan_add(struct plan *plan, const struct planned *item)
{
    SWORN_TRY(region_grow(plan->region, &plan->items, plan->count, &plan->capacity,
                          sizeof(*plan->items)));
    plan->items[plan->count++] = *item;
    return SWORN_OK;
}

static enum sworn_result survey_add(struct survey *survey, const struct name_key *name)
{
    struct region *region = survey->plan->region;

    SWORN_TRY(region_grow(region, &survey->names, survey->count, &survey->capacity,
                          sizeof(*survey->names)));
    SWORN_TRY(region_copy(region, name_key_octets(name), &survey->names[survey->count]));
    survey->count++;
    return SWORN_OK;
}

static int compare_keys(const void *a, const void *b)
{
    return octets_compare(*(const struct octets *)a, *(const struct octets *)b);
}

static void survey_sort(struct survey *survey)
{
    size_t kept = 0;

    if (survey->count == 0) {
        return;
    }
    qsort(survey->names, survey->count, sizeof(*survey->names), compare_keys);
    for (size_t i = 0; i < survey->count; i++) {
        if (kept == 0 || !octets_equal(survey->names[kept - 1], survey->names[i])) {
            survey->names[kept++] = survey->names[i];
        }
    }
    survey->count = kept;
}

/* All names below `top` in one of the two trees. */
static enum sworn_result survey_below(struct survey *survey, const struct view *view,
                                      const struct name_key *top, struct reason *reason)
{
    struct name_key name = *top;
    enum sworn_result result = view_next_below(view, top, &name, &name);

    while (result == SWORN_OK) {
        SWORN_SAY(survey->count < survey->plan->visit_limit, reason, SWORN_LIMIT,
                  "a zone cut or DNAME of this request hides or shows more than %zu names; remove "
                  "or add those in smaller requests first",
                  survey->plan->visit_limit);
        SWORN_TRY(survey_add(survey, &name));
        result = view_next_below(view, top, &name, &name);
    }
    return result == SWORN_ABSENT ? SWORN_OK : result;
}

/* Whether a name hides what is below it; only one that is not hidden itself counts. */
static enum sworn_result hides_visibly(const struct view *view, const struct name_key *name,
                                       bool *hides)
{
    enum standing standing;

    *hides = false;
    SWORN_TRY(view_standing(view, name, &standing));
    if (!owns_denial(standing)) {
        return SWORN_OK;
    }
    return view_hides(view, name, hides);
}

static enum sworn_result survey_names(struct survey *survey, const struct rrset_key *differences,
                                      size_t count, struct reason *reason)
{
    size_t owners;

    for (size_t i = 0; i < count; i++) {
        struct name_key name;

        name_key_of_set(octets_of(differences[i].octets, differences[i].size), &name);
        SWORN_TRY(survey_add(survey, &name));
    }
    survey_sort(survey);
    owners = survey->count;
    for (size_t i = 0; i < owners; i++) {
        struct name_key name;
        bool hid, hides;

        name_key_from(survey->names[i], &name);
        SWORN_TRY(hides_visibly(&survey->before, &name, &hid));
        SWORN_TRY(hides_visibly(&survey->after, &name, &hides));
        if (hid != hides) {
            SWORN_TRY(survey_below(survey, &survey->before, &name, reason));
            SWORN_TRY(survey_below(survey, &survey->after, &name, reason));
        }
    }
    survey_sort(survey);
    return SWORN_OK;
}

static enum sworn_result find(struct tree *tree, struct octets key, bool *there, struct hash *hash)
{
    struct tree_leaf leaf;
    enum sworn_result result = tree_find(tree, key, &leaf);

    *there = result == SWORN_OK;
    if (*there) {
        *hash = leaf.value_hash;
    }
    return result == SWORN_ABSENT ? SWORN_OK : result;
}

/* One set of a name: does it differ, and is it signed before and after? */
static enum sworn_result plan_set(struct survey *survey, struct octets key, bool was_signed,
                                  bool signed_now)
{
    struct planned item = {0};
    struct hash hash_before, hash_after;
    bool there_before, there_after, differs;

    SWORN_TRY(find(survey->before.tree, key, &there_before, &hash_before));
    SWORN_TRY(find(survey->after.tree, key, &there_after, &hash_after));
    was_signed = was_signed && there_before;
    signed_now = signed_now && there_after;
    differs =
        there_before != there_after || (there_after && !hash_equal(&hash_before, &hash_after));
    if (!differs && was_signed == signed_now) {
        return SWORN_OK;
    }
    item.sign = signed_now;
    SWORN_TRY(region_copy(survey->plan->region, key, &item.key));
    if (there_after) {
        SWORN_TRY(tree_get(survey->after.tree, key, &item.value));
    }
    return plan_add(survey->plan, &item);
}

static enum sworn_result plan_sets(struct survey *survey, const struct name_key *name,
                                   enum standing before, enum standing after)
{
    struct type_list old_types, new_types;
    size_t i = 0, j = 0;

    SWORN_TRY(view_types(&survey->before, name, survey->plan->region, &old_types));
    SWORN_TRY(view_types(&survey->after, name, survey->plan->region, &new_types));
    survey->plan->listed += old_types.count + new_types.count;
    while (i < old_types.count || j < new_types.count) {
        struct rrset_key key;
        uint32_t old_type = i < old_types.count ? old_types.types[i] : 0x10000;
        uint32_t new_type = j < new_types.count ? new_types.types[j] : 0x10000;
        uint16_t type = (uint16_t)(old_type < new_type ? old_type : new_type);

        i += old_type == type;
        j += new_type == type;
        SWORN_TRY(plan_set(survey, set_key_of(name_key_octets(name), type, &key),
                           is_signed(before, type), is_signed(after, type)));
    }
    return SWORN_OK;
}

enum sworn_result one_record(uint32_t ttl, struct octets rdata, struct region *region,
                             struct octets *value)
{
    struct writer writer = writer_in(region, RDATA_MAX + 8);

    SWORN_TRY(write_u32(&writer, ttl));
    SWORN_TRY(write_u16(&writer, 1));
    SWORN_TRY(write_slice_u16(&writer, rdata));
    *value = written(&writer);
    return SWORN_OK;
}

static enum sworn_result nsec_value(const struct view *view, const struct name_key *owner,
                                    enum standing standing, uint32_t ttl, struct region *region,
                                    struct octets *value)
{
    struct octets rdata;

    SWORN_TRY(chain_nsec(view, owner, standing, region, &rdata));
    return one_record(ttl, rdata, region, value);
}

/* The NSEC of a name: made, made anew when its content differs, or gone. */
static enum sworn_result plan_nsec(struct survey *survey, const struct name_key *name,
                                   enum standing before, enum standing after)
{
    struct region *region = survey->plan->region;
    struct planned item = {0};
    struct rrset_key key;

    if ((!owns_denial(before) && !owns_denial(after)) ||
        !span_has(&survey->plan->chains.nsec, name_key_octets(name))) {
        return SWORN_OK;
    }
    if (owns_denial(after)) {
        SWORN_TRY(nsec_value(&survey->after, name, after, survey->denial_ttl, region, &item.value));
        item.sign = true;
    }
    if (owns_denial(before) && owns_denial(after)) {
        struct octets old;

        /* With the same TTL: one that only has another TTL is left to the steps. */
        SWORN_TRY(nsec_value(&survey->before, name, before, survey->denial_ttl, region, &old));
        if (octets_equal(old, item.value)) {
            return SWORN_OK;
        }
    }
    SWORN_TRY(region_copy(region, set_key_of(name_key_octets(name), RR_NSEC, &key), &item.key));
    return plan_add(survey->plan, &item);
}

static bool surveyed(const struct survey *survey, const struct name_key *name)
{
    struct octets key = name_key_octets(name);

    return bsearch(&key, survey->names, survey->count, sizeof(key), compare_keys) != NULL;
}

/* The owner before one that came or went points to another name now. */
static enum sworn_result plan_previous(struct survey *survey, const struct name_key *name,
                                       struct survey *previous)
{
    struct name_key before_it;

    SWORN_TRY(view_previous_owner(&survey->after, name, &before_it));
    if (surveyed(survey, &before_it)) {
        return SWORN_OK;
    }
    return survey_add(previous, &before_it);
}

static enum sworn_result plan_name(struct survey *survey, struct octets key,
                                   struct survey *previous)
{
    enum standing before, after;
    struct name_key name;

    name_key_from(key, &name);
    SWORN_TRY(view_standing(&survey->before, &name, &before));
    SWORN_TRY(view_standing(&survey->after, &name, &after));
    SWORN_TRY(plan_sets(survey, &name, before, after));
    SWORN_TRY(plan_nsec(survey, &name, before, after));
    if (owns_denial(before) == owns_denial(after) || !survey->plan->chains.nsec.kept) {
        return SWORN_OK;
    }
    return plan_previous(survey, &name, previous);
}

static enum sworn_result plan_survey(struct survey *survey, struct reason *reason)
{
    struct survey previous = {.plan = survey->plan};
    const struct plan *plan = survey->plan;

    for (size_t i = 0; i < survey->count; i++) {
        SWORN_TRY(plan_name(survey, survey->names[i], &previous));
        /* Names are bounded, their types are not: work ends long before all of them are counted. */
        SWORN_SAY(plan->count - plan->leaves <= plan->limit + plan->visit_limit, reason,
                  SWORN_LIMIT,
                  "this changes or signs more than %zu record sets, at most %zu are allowed in one "
                  "request",
                  plan->limit + plan->visit_limit, plan->limit);
    }
    survey_sort(&previous);
    for (size_t i = 0; i < previous.count; i++) {
        struct name_key name;
        enum standing standing;

        name_key_from(previous.names[i], &name);
        SWORN_TRY(view_standing(&survey->after, &name, &standing));
        SWORN_TRY(plan_nsec(survey, &name, standing, standing));
    }
    return SWORN_OK;
}

/* Signing, and looking at what names own, is paid for with what the guard has left. */
static enum sworn_result pay(struct plan *plan, struct reason *reason)
{
    uint64_t cost = (uint64_t)plan->listed * FUEL_PER_LISTED;
    /* What stands besides the items: the ZONEMD, which is made of their signatures. */
    uint64_t count = plan->zonemd ? 1 : 0;

    if (plan->fuel == NULL) {
        return SWORN_OK;
    }
    for (size_t i = 0; i < plan->count; i++) {
        count += plan->items[i].sign;
    }
    cost += count * FUEL_PER_SIGNATURE;
    SWORN_SAY(
        cost <= *plan->fuel, reason, SWORN_REFUSED,
        "out of fuel: %llu signatures and %zu record sets looked at cost %llu, the guard left "
        "%llu",
        (unsigned long long)count, plan->listed, (unsigned long long)cost,
        (unsigned long long)*plan->fuel);
    *plan->fuel -= cost;
    return SWORN_OK;
}

enum sworn_result plan_change(struct plan *plan, struct change *change, struct reason *reason)
{
    struct survey survey = {.plan = plan};
    struct rrset_key *differences;
    size_t count;

    SWORN_TRY(change_differences(change, &differences, &count));
    SWORN_SAY(count <= plan->limit, reason, SWORN_LIMIT,
              "this changes %zu record sets, at most %zu are allowed in one request", count,
              plan->limit);
    view_of(&change->before, &change->apex, &survey.before);
    view_of(&change->after, &change->apex, &survey.after);
    survey.before.zonemd = plan->zonemd_before;
    survey.after.zonemd = plan->zonemd;
    SWORN_TRY(chain_ttl(&survey.after, &survey.denial_ttl));
    SWORN_TRY(survey_names(&survey, differences, count, reason));
    SWORN_TRY(plan_survey(&survey, reason));
    if (plan->chains.hashes.kept) {
        SWORN_TRY(plan_hashed(&survey, reason));
    }
    SWORN_SAY(plan->count - plan->leaves <= plan->limit, reason, SWORN_LIMIT,
              "this changes or signs %zu record sets, at most %zu are allowed in one request",
              plan->count - plan->leaves, plan->limit);
    return pay(plan, reason);
}

/* Sets of one name follow each other in a refresh: its standing is looked up once. */
static enum sworn_result standing_again(struct plan *plan, const struct view *view,
                                        const struct name_key *name, enum standing *standing)
{
    if (plan->last_known && octets_equal(name_key_octets(&plan->last), name_key_octets(name))) {
        *standing = plan->last_standing;
        return SWORN_OK;
    }
    plan->last_known = false;
    SWORN_TRY(view_standing(view, name, standing));
    plan->last = *name;
    plan->last_standing = *standing;
    plan->last_known = true;
    return SWORN_OK;
}

enum sworn_result plan_nsec_of(struct plan *plan, const struct view *view,
                               const struct name_key *name, uint32_t ttl)
{
    struct planned item = {.sign = true};
    struct rrset_key key;
    enum standing standing;

    SWORN_TRY(standing_again(plan, view, name, &standing));
    SWORN_ENSURE(owns_denial(standing), SWORN_ABSENT);
    SWORN_TRY(
        region_copy(plan->region, set_key_of(name_key_octets(name), RR_NSEC, &key), &item.key));
    SWORN_TRY(nsec_value(view, name, standing, ttl, plan->region, &item.value));
    return plan_add(plan, &item);
}

/* A record of a chain, if that reaches so far. */
static enum sworn_result denial_again(struct plan *plan, const struct view *view,
                                      const struct name *owner, uint16_t type, uint32_t ttl)
{
    struct nsec3_hash hash;
    struct name_key name;
    struct name apex;

    if (type == RR_NSEC) {
        name_key_of(owner, &name);
        SWORN_ENSURE(span_has(&plan->chains.nsec, name_key_octets(&name)), SWORN_ABSENT);
        return plan_nsec_of(plan, view, &name, ttl);
    }
    SWORN_TRY(name_from_key(name_key_octets(&view->apex), &apex));
    SWORN_ENSURE(nsec3_owner_read(owner, &apex, &hash) == SWORN_OK &&
                     span_has(&plan->chains.nsec3, octets_of(hash.octets, sizeof(hash.octets))),
                 SWORN_ABSENT);
    return plan_nsec3_of(plan, view, &hash, ttl);
}

enum sworn_result plan_again(struct plan *plan, const struct view *view, struct octets set_key,
                             uint32_t denial_ttl, struct reason *reason)
{
    static const char not_signed[] =
        "a set that is to be signed again is not one that this zone signs";
    struct planned item = {.sign = true};
    struct name_key name;
    struct name owner;
    enum standing standing;
    enum sworn_result result;
    uint16_t type;

    SWORN_SAY(rrset_key_read(set_key, &owner, &type) == SWORN_OK, reason, SWORN_MALFORMED,
              "what is to be signed again is no record set's key");
    if (type == RR_NSEC || type == RR_NSEC3) {
        result = denial_again(plan, view, &owner, type, denial_ttl);
        SWORN_SAY(result != SWORN_ABSENT, reason, result, "%s", not_signed);
        return result;
    }
    name_key_of_set(set_key, &name);
    SWORN_TRY(standing_again(plan, view, &name, &standing));
    SWORN_SAY(is_signed(standing, type), reason, SWORN_ABSENT, "%s", not_signed);
    SWORN_TRY(region_copy(plan->region, set_key, &item.key));
    result = tree_get(view->tree, set_key, &item.value);
    SWORN_SAY(result != SWORN_ABSENT, reason, result,
              "a set that is to be signed again is not one that this zone has");
    SWORN_TRY(result);
    return plan_add(plan, &item);
}
