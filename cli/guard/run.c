/*
 * run.c - see run.h.
 */
#include "cli/guard/run.h"

#include "core/merkle/tree.h"

static void release_cache(void *cache)
{
    guard_cache_free(cache);
}

static enum sworn_result zone_tree(struct run *run, const struct name *apex,
                                   const struct record_list *records, struct tree *tree)
{
    static const struct hash nothing;
    struct change loading;

    SWORN_TRY(tree_open(tree, MERKLE_ZONE, &nothing, run->region, NULL));
    change_begin(&loading, apex, tree, &run->policy.limits, run->region);
    for (size_t i = 0; records != NULL && i < records->count; i++) {
        SWORN_TRY(change_put(&loading, &records->sets[i].rrset));
    }
    *tree = loading.after;
    return SWORN_OK;
}

enum sworn_result run_open(struct run *run, const struct name *apex,
                           const struct record_list *records, struct region *region,
                           struct reason *reason)
{
    struct writer policy = writer_in(region, POLICY_MAX);
    char text[NAME_TEXT_SIZE], *apex_text;
    struct tree tree;

    run->region = region;
    SWORN_SAY(guard_cache_new(&run->cache) == SWORN_OK, reason, SWORN_CRYPTO,
              "the engine does not start");
    SWORN_TRY(region_defer(region, release_cache, run->cache));
    SWORN_TRY(zone_tree(run, apex, records, &tree));
    change_begin(&run->change, apex, &tree, &run->policy.limits, region);
    SWORN_TRY(policy_write(&run->policy, &policy));
    name_to_hash_text(&run->change.apex, text);
    SWORN_TRY(region_text(region, octets_of_text(text), &apex_text));
    run->call.policy = written(&policy);
    run->call.apex_text = octets_of_text(apex_text);
    run->call.limits = run->policy.limits;
    run->call.change = &run->change;
    run->call.region = region;
    return SWORN_OK;
}

enum sworn_result run_call(struct run *run, struct reason *reason)
{
    SWORN_TRY(guard_run(run->cache, &run->call, reason));
    return run->call.remove ? SWORN_OK : change_validate(&run->change, reason);
}

enum sworn_result run_new_owner(struct run *run, struct reason *reason)
{
    struct guard_call next = run->call;

    next.entry = GUARD_SETUP;
    if (!run->call.owner_keeps_code) {
        next.code = run->call.owner_code;
    }
    next.environment = run->call.owner_environment;
    next.argument = octets_of(NULL, 0);
    next.state = octets_of(NULL, 0);
    if (run->call.policy_given) {
        next.policy = run->call.new_policy;
    }
    run->call = next;
    return run_call(run, reason);
}

/* The set at a key of `tree`; count 0 when it has none. */
static enum sworn_result set_at(struct run *run, struct tree *tree, const struct rrset_key *key,
                                const struct name *owner, uint16_t type, struct rrset *set)
{
    struct octets value;
    enum sworn_result result = tree_get(tree, octets_of(key->octets, key->size), &value);

    *set = (struct rrset){.owner = *owner, .type = type};
    if (result == SWORN_ABSENT) {
        return SWORN_OK;
    }
    SWORN_TRY(result);
    return rrset_read(value, owner, type, run->region, set);
}

enum sworn_result run_differences(struct run *run, struct run_difference **differences,
                                  size_t *count)
{
    struct rrset_key *keys;
    void *memory;

    SWORN_TRY(change_differences(&run->change, &keys, count));
    SWORN_TRY(region_array(run->region, *count, sizeof(struct run_difference), &memory));
    *differences = memory;
    for (size_t i = 0; i < *count; i++) {
        struct run_difference *difference = &(*differences)[i];
        struct name owner;
        uint16_t type;

        SWORN_TRY(rrset_key_read(octets_of(keys[i].octets, keys[i].size), &owner, &type));
        SWORN_TRY(set_at(run, &run->change.before, &keys[i], &owner, type, &difference->before));
        SWORN_TRY(set_at(run, &run->change.after, &keys[i], &owner, type, &difference->after));
    }
    return SWORN_OK;
}

enum sworn_result run_records(struct run *run, struct record_list *records)
{
    struct tree *tree = &run->change.after;
    struct record_set set = {0};
    struct tree_leaf leaf;
    enum sworn_result result = tree_at_or_after(tree, octets_of("", 0), &leaf);
    struct name owner;
    uint16_t type;

    records_init(records, run->region);
    for (; result == SWORN_OK; result = tree_after(tree, leaf.key, &leaf)) {
        SWORN_TRY(rrset_key_read(leaf.key, &owner, &type));
        SWORN_TRY(change_get(&run->change, &owner, type, &set.rrset));
        SWORN_TRY(records_add(records, &set));
    }
    return result == SWORN_ABSENT ? SWORN_OK : result;
}
