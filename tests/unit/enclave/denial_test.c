/*
 * denial_test.c - random changes of random zones, with steps of a change of denial in between: what
 * the plans of all commits have made is what one plan makes of the zone as it stands.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/dns/rr.h"
#include "core/dnssec/nsec3.h"
#include "enclave/commit_parts.h"
#include "enclave/dnssec/hashed.h"

#include <stdlib.h>

#define ROUNDS      400
#define TTL         300
#define LABELS_MOST 5
#define ROWS_MAX    40000

/* One row as a host has it: a record set, a record of a chain, or the leaf of a hash. */
struct row {
    struct octets key;
    struct octets value;
};

struct rows {
    struct row *items;
    size_t count;
};

struct world {
    struct region region;
    struct name apex;
    struct tree tree; /* the zone's */
    struct zone_leaf leaf;
    struct rows rows; /* as a host has them */
    struct reason reason;
    uint64_t random;
    unsigned seen; /* 1 << enum denial_change of each state that there was */
    size_t flips;
};

static uint32_t draw(struct world *world, uint32_t below)
{
    world->random = world->random * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(world->random >> 33) % below;
}

static struct row *row_at(const struct rows *rows, struct octets key)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (octets_equal(rows->items[i].key, key)) {
            return &rows->items[i];
        }
    }
    return NULL;
}

static void rows_begin(struct rows *rows)
{
    rows->items = calloc(ROWS_MAX, sizeof(*rows->items));
    rows->count = 0;
    assert_non_null(rows->items);
}

static void rows_put(struct rows *rows, struct octets key, struct octets value)
{
    struct row *row = row_at(rows, key);

    if (value.size == 0) {
        assert_non_null(row);
        *row = rows->items[--rows->count];
        return;
    }
    if (row == NULL) {
        assert_true(rows->count < ROWS_MAX);
        row = &rows->items[rows->count++];
        row->key = key;
    }
    row->value = value;
}

static uint16_t type_of(struct octets key)
{
    if (nsec3_is_leaf_key(key)) {
        return 0;
    }
    return (uint16_t)(key.data[key.size - 2] << 8 | key.data[key.size - 1]);
}

static void rows_drop(struct rows *rows, uint16_t type)
{
    for (size_t i = rows->count; i > 0; i--) {
        if (type_of(rows->items[i - 1].key) == type) {
            rows->items[i - 1] = rows->items[--rows->count];
        }
    }
}

static void put_set(struct world *world, struct change *change, const struct name *owner,
                    uint16_t type)
{
    static const uint8_t soa[22];
    static const uint8_t root_name[1];
    const uint8_t number = (uint8_t)draw(world, 256);
    const uint8_t text[] = {1, number};
    const uint8_t caa[] = {0, 1, 'a', number};
    const uint8_t ds[36] = {0, 1, 13, 2, number};
    const uint8_t address[4] = {192, 0, 2, number};
    struct octets rdata = octets_of(address, sizeof(address));
    struct rrset rrset = {.owner = *owner, .type = type, .ttl = TTL, .count = 1, .rdata = &rdata};
    uint8_t numbered[22];

    if (type == RR_TXT) {
        rdata = octets_of(text, sizeof(text));
    }
    if (type == RR_DS) {
        rdata = octets_of(ds, sizeof(ds));
    }
    if (type == RR_CAA) {
        rdata = octets_of(caa, sizeof(caa));
    }
    if (type == RR_NS || type == RR_DNAME) {
        rdata = octets_of(root_name, 1);
    }
    if (type == RR_SOA) {
        memcpy(numbered, soa, sizeof(soa));
        memcpy(numbered + 2, &world->leaf.serial, sizeof(world->leaf.serial));
        numbered[20] = 0xff; /* MINIMUM, so that the TTL decides */
        rdata = octets_of(numbered, sizeof(numbered));
    }
    if (type == RR_NSEC3PARAM) {
        rdata = nsec3param_rdata();
    }
    assert_int_equal(change_put(change, &rrset), SWORN_OK);
}

static void any_name(struct world *world, struct name *name)
{
    static const struct {
        const char *octets;
        size_t size;
    } labels[] = {{"a", 1}, {"b", 1}, {"c", 1}, {"*", 1}, {"\0", 1}, {"\1", 1}, {"a\0", 2}};
    uint32_t depth = draw(world, LABELS_MOST + 1);

    *name = world->apex;
    for (uint32_t i = 0; i < depth; i++) {
        size_t at = draw(world, sizeof(labels) / sizeof(labels[0]));
        struct name child;

        assert_int_equal(name_prepend(octets_of(labels[at].octets, labels[at].size), name, &child),
                         SWORN_OK);
        *name = child;
    }
}

static void change_randomly(struct world *world, struct change *change)
{
    static const uint16_t types[] = {RR_A, RR_A, RR_A, RR_NS, RR_DS, RR_DNAME, RR_TXT, RR_CAA};
    uint32_t count = draw(world, 6);

    for (uint32_t i = 0; i < count; i++) {
        uint16_t type = types[draw(world, sizeof(types) / sizeof(types[0]))];
        struct name name;

        any_name(world, &name);
        if (name_equal(&name, &world->apex)) {
            type = RR_TXT; /* what the apex must have stays, and it hides nothing */
        }
        if (draw(world, 100) < 45) {
            for (size_t k = 0; k < sizeof(types) / sizeof(types[0]) && draw(world, 8) != 0; k++) {
                if (!name_equal(&name, &world->apex) || types[k] == RR_TXT) {
                    assert_int_equal(change_remove(change, &name, types[k]), SWORN_OK);
                }
            }
            continue;
        }
        put_set(world, change, &name, type);
    }
}

/* What commit_finish() does, as far as no key is needed. */
static void finish(struct world *world, struct change *change, struct plan *plan)
{
    world->leaf.serial++;
    put_set(world, change, &world->apex, RR_SOA);
    if (world->leaf.denial == DENIAL_NSEC3) {
        put_set(world, change, &world->apex, RR_NSEC3PARAM);
    } else {
        assert_int_equal(change_remove(change, &world->apex, RR_NSEC3PARAM), SWORN_OK);
    }
    plan->chains = chains_of(&world->leaf);
    assert_int_equal(plan_change(plan, change, &world->reason), SWORN_OK);
}

static unsigned chains_there(const struct zone_leaf *leaf)
{
    return zone_leaf_builds(leaf) ? 3 : 1U << leaf->denial;
}

static void commit_one(struct world *world, bool with_step)
{
    static const struct guard_limits limits = {.changed = 4096, .visited = 16384};
    unsigned before = chains_there(&world->leaf);
    enum denial denial = world->leaf.denial;
    struct commit commit = {.region = &world->region,
                            .reason = &world->reason,
                            .leaf = world->leaf,
                            .denial_ttl_before = TTL};
    struct plan plan = {.region = &world->region,
                        /* now and then room for a few records only */
                        .limit = draw(world, 2) == 0 ? 12 : 4096,
                        .visit_limit = 16384};
    struct change change;
    struct view view;

    change_begin(&change, &world->apex, &world->tree, &limits, &world->region);
    if (with_step) {
        commit.policy.denial = (uint8_t)draw(world, 2); /* looked at behind a sweep */
        view_of(&change.after, &world->apex, &view);
        assert_int_equal(denial_step(&commit, &plan, &view), SWORN_OK);
        world->leaf = commit.leaf;
    } else {
        plan.limit = 4096;
        change_randomly(world, &change);
    }
    finish(world, &change, &plan);
    for (size_t i = 0; i < plan.count; i++) {
        rows_put(&world->rows, plan.items[i].key, plan.items[i].value);
    }
    if ((before & ~chains_there(&world->leaf) & 1) != 0) {
        rows_drop(&world->rows, RR_NSEC);
    }
    if ((before & ~chains_there(&world->leaf) & 2) != 0) {
        rows_drop(&world->rows, RR_NSEC3);
    }
    world->tree = change.after;
    world->seen |= 1U << world->leaf.denial_change;
    world->flips += world->leaf.denial != denial;
}

/* All that one plan makes of the zone's record sets, both chains whole. */
static void plan_afresh(struct world *world, struct rows *rows, struct tree *tree)
{
    static const struct guard_limits limits = {.changed = ROWS_MAX, .visited = ROWS_MAX};
    static const struct hash empty;
    static const struct span whole = {.kept = true, .whole = true};
    struct plan plan = {.region = &world->region,
                        .limit = ROWS_MAX,
                        .visit_limit = ROWS_MAX,
                        .chains = {.nsec = whole, .nsec3 = whole, .hashes = whole}};
    struct tree_leaf leaf = {0};
    struct change change;
    struct tree nothing;
    enum sworn_result result;

    assert_int_equal(tree_open(&nothing, MERKLE_ZONE, &empty, &world->region, NULL), SWORN_OK);
    change_begin(&change, &world->apex, &nothing, &limits, &world->region);
    for (result = tree_at_or_after(&world->tree, octets_of(NULL, 0), &leaf); result == SWORN_OK;
         result = tree_after(&world->tree, leaf.key, &leaf)) {
        struct rrset rrset;
        struct octets value;
        struct name owner;
        uint16_t type;

        if (nsec3_is_leaf_key(leaf.key)) {
            continue;
        }
        assert_int_equal(tree_get(&world->tree, leaf.key, &value), SWORN_OK);
        assert_int_equal(rrset_key_read(leaf.key, &owner, &type), SWORN_OK);
        rrset = (struct rrset){.owner = owner, .type = type};
        assert_int_equal(rrset_read(value, &owner, type, &world->region, &rrset), SWORN_OK);
        assert_int_equal(change_put(&change, &rrset), SWORN_OK);
    }
    *tree = change.after;
    assert_int_equal(plan_change(&plan, &change, &world->reason), SWORN_OK);
    for (size_t i = 0; i < plan.count; i++) {
        rows_put(rows, plan.items[i].key, plan.items[i].value);
    }
}

/* Whether a row that a plan of the whole makes is one that there must be now. */
static bool is_due(const struct world *world, const struct row *row)
{
    struct chains chains = chains_of(&world->leaf);
    struct nsec3_hash hash;
    struct name_key key;
    struct name name;
    uint16_t type = type_of(row->key);

    if (type == 0) {
        struct reader reader = reader_of(row->value);

        assert_int_equal(name_read(&reader, &name), SWORN_OK);
        name_key_of(&name, &key);
        return span_has(&chains.hashes, name_key_octets(&key));
    }
    assert_int_equal(rrset_key_read(row->key, &name, &type), SWORN_OK);
    if (type == RR_NSEC) {
        name_key_of(&name, &key);
        return span_has(&chains.nsec, name_key_octets(&key));
    }
    if (type == RR_NSEC3) {
        assert_int_equal(nsec3_owner_read(&name, &world->apex, &hash), SWORN_OK);
        return span_has(&chains.nsec3, octets_of(hash.octets, sizeof(hash.octets)));
    }
    return true;
}

static void check(struct world *world)
{
    struct rows fresh;
    struct tree tree;
    struct hash root, fresh_root;
    size_t due = 0, there = 0;
    bool sweeps = world->leaf.denial_change == CHANGE_SWEEP;

    rows_begin(&fresh);
    plan_afresh(world, &fresh, &tree);
    for (size_t i = 0; i < fresh.count; i++) {
        const struct row *row = &fresh.items[i];
        const struct row *ours = row_at(&world->rows, row->key);

        if (!is_due(world, row)) {
            continue;
        }
        due++;
        assert_non_null(ours);
        assert_true(octets_equal(ours->value, row->value));
    }
    for (size_t i = 0; i < world->rows.count; i++) {
        there += !sweeps || type_of(world->rows.items[i].key) != 0;
    }
    assert_int_equal(due, there);
    if (world->leaf.denial_change == CHANGE_NONE && world->leaf.denial == DENIAL_NSEC) {
        assert_int_equal(tree_root(&world->tree, &root), SWORN_OK);
        assert_int_equal(tree_root(&tree, &fresh_root), SWORN_OK);
        assert_true(hash_equal(&root, &fresh_root)); /* a change there and back leaves no trace */
    }
    free(fresh.items);
}

static void zone_begin(struct world *world, const char *apex, uint64_t seed)
{
    static const struct guard_limits limits = {.changed = 4096, .visited = 16384};
    static const struct hash empty;
    struct plan plan = {.region = &world->region, .limit = 4096, .visit_limit = 16384};
    struct change change;

    *world = (struct world){.random = seed};
    region_init(&world->region, SIZE_MAX / 2);
    rows_begin(&world->rows);
    plan.region = &world->region;
    assert_int_equal(name_from_text(octets_of_text(apex), NULL, &world->apex), SWORN_OK);
    assert_int_equal(tree_open(&world->tree, MERKLE_ZONE, &empty, &world->region, NULL), SWORN_OK);
    change_begin(&change, &world->apex, &world->tree, &limits, &world->region);
    world->leaf.denial = (uint8_t)(seed % 2);
    put_set(world, &change, &world->apex, RR_NS);
    finish(world, &change, &plan);
    for (size_t i = 0; i < plan.count; i++) {
        rows_put(&world->rows, plan.items[i].key, plan.items[i].value);
    }
    world->tree = change.after;
    check(world);
}

/* The tree and the rows that are left, in a region of their own: the rest is waste by now. */
static void random_walk(const char *apex, uint64_t seed)
{
    struct world *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    zone_begin(world, apex, seed);
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t what = draw(world, 100);
        unsigned before = chains_there(&world->leaf);

        if (what < 3) {
            denial_wanted(&world->leaf, (uint8_t)draw(world, 2));
            if ((before & ~chains_there(&world->leaf)) != 0) {
                rows_drop(&world->rows, denial_type(1 - world->leaf.denial));
            }
        }
        commit_one(world, what >= 50 && world->leaf.denial_change != CHANGE_NONE);
        check(world);
    }
    assert_int_equal(world->seen, 0x1f);
    assert_true(world->flips > 3);
    free(world->rows.items);
    region_clear(&world->region);
    free(world);
}

static void all_commits_together_make_what_one_makes_of_the_zone(void **state)
{
    (void)state;
    random_walk("example.", 1);
    random_walk("b.c.example.", 2);
}

/* There the leaves of hashes lie between the apex and the first name. */
static void the_same_in_a_root_zone(void **state)
{
    (void)state;
    random_walk(".", 3);
    random_walk(".", 4);
}

static void put_type(struct world *world, struct change *change, const char *owner, uint16_t type)
{
    struct name name;

    assert_int_equal(name_from_text(octets_of_text(owner), &world->apex, &name), SWORN_OK);
    put_set(world, change, &name, type);
}

/* Few names may have many types: a cut above them is refused before all of those are loaded. */
static void types_without_end_below_a_new_cut_are_not_all_looked_at(void **state)
{
    enum { NAMES = 8, TYPES = 40, FIRST_TYPE = 65300, LIMIT = 4, VISITS = 20 };
    static const struct guard_limits limits = {.changed = 4096, .visited = 16384};
    static const struct span whole = {.kept = true, .whole = true};
    struct world *world = calloc(1, sizeof(*world));
    struct change change;
    struct plan plan;

    (void)state;
    assert_non_null(world);
    zone_begin(world, "example.", 2);
    change_begin(&change, &world->apex, &world->tree, &limits, &world->region);
    for (int i = 0; i < NAMES * TYPES; i++) {
        char owner[16] = {(char)('a' + i / TYPES), '.', 'x', 0};

        put_type(world, &change, owner, (uint16_t)(FIRST_TYPE + i % TYPES));
    }
    world->tree = change.after;
    change_begin(&change, &world->apex, &world->tree, &limits, &world->region);
    put_type(world, &change, "x", RR_NS);
    plan = (struct plan){
        .region = &world->region, .limit = LIMIT, .visit_limit = VISITS, .chains = {.nsec = whole}};
    assert_int_equal(plan_change(&plan, &change, &world->reason), SWORN_LIMIT);
    assert_non_null(strstr(world->reason.text, "more than 24 record sets, at most 4"));
    assert_in_range(plan.count, LIMIT + VISITS, LIMIT + VISITS + TYPES + 2);
    free(world->rows.items);
    region_clear(&world->region);
    free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_commits_together_make_what_one_makes_of_the_zone),
        cmocka_unit_test(the_same_in_a_root_zone),
        cmocka_unit_test(types_without_end_below_a_new_cut_are_not_all_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
