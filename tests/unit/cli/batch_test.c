/*
 * The difference between two zones, applied as the enclave applies operations, makes the one into
 * the other; batches keep within their bounds and split no name.
 */
#include "tests/unit/cli/world.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/zone/batch.h"
#include "core/change/operation.h"
#include "core/dns/soa.h"

struct zones {
    struct region region;
    struct name apex;
    struct record_list before, after;
    struct difference difference;
};

static void zones_open(struct zones *zones)
{
    region_init(&zones->region, (size_t)256 << 20);
    zones->apex = world_name("demo.test.");
    records_init(&zones->before, &zones->region);
    records_init(&zones->after, &zones->region);
}

static void zones_compare(struct zones *zones)
{
    assert_int_equal(records_order(&zones->before), SWORN_OK);
    assert_int_equal(records_order(&zones->after), SWORN_OK);
    assert_int_equal(difference_make(&zones->before, &zones->after, &zones->apex, false,
                                     &zones->region, &zones->difference),
                     SWORN_OK);
}

/* Take operations apart as a guard does and apply them to the tree of `before`. */
static struct hash root_after(struct zones *zones, struct octets operations)
{
    struct guard_limits limits = {.operations = 1 << 20, .changed = 1 << 20, .visited = 1 << 20};
    const struct hash empty = {0};
    struct reader reader = reader_of(operations);
    struct change change;
    struct tree tree;
    struct hash root;

    assert_int_equal(tree_open(&tree, MERKLE_ZONE, &empty, &zones->region, NULL), SWORN_OK);
    for (size_t i = 0; i < zones->before.count; i++) {
        assert_int_equal(tree_put(&tree, zones->before.sets[i].key, zones->before.sets[i].value),
                         SWORN_OK);
    }
    change_begin(&change, &zones->apex, &tree, &limits, &zones->region);
    while (reader_left(&reader) > 0) {
        struct reason reason = {{0}};
        struct octets json;
        uint8_t kind;

        assert_int_equal(read_u8(&reader, &kind), SWORN_OK);
        assert_int_equal(kind, OPERATION_RECORD);
        assert_int_equal(read_slice_u32(&reader, &json), SWORN_OK);
        if (operation_apply(&change, json, &reason) != SWORN_OK) {
            fail_msg("%.*s: %s", (int)json.size, (const char *)json.data, reason.text);
        }
    }
    assert_int_equal(tree_root(&change.after, &root), SWORN_OK);
    return root;
}

static void difference_leads_to(struct zones *zones)
{
    struct writer operations = writer_in(&zones->region, MESSAGE_MAX);
    struct hash expected, root;

    assert_int_equal(batch_operations(&zones->difference, 0, zones->difference.count, &operations),
                     SWORN_OK);
    root = root_after(zones, written(&operations));
    assert_int_equal(records_root(&zones->after, &expected), SWORN_OK);
    assert_memory_equal(root.octets, expected.octets, HASH_SIZE);
}

static void every_kind_of_difference_is_made(void **state)
{
    struct zones zones;
    struct record_list *before = &zones.before, *after = &zones.after;

    (void)state;
    zones_open(&zones);
    world_add(before, "demo.test.", RR_NS, 3600, "a.", NULL);
    world_add(after, "demo.test.", RR_NS, 3600, "a.", "b.", NULL);
    world_add(before, "gone.demo.test.", RR_A, 3600, "192.0.2.1", NULL);
    world_add(before, "gone.demo.test.", RR_TXT, 3600, "\"x\"", NULL);
    world_add(after, "new.demo.test.", RR_MX, 60, "10 Mail.Example.", "20 b.demo.test.", NULL);
    world_add(before, "ttl.demo.test.", RR_A, 3600, "192.0.2.1", "192.0.2.2", NULL);
    world_add(after, "ttl.demo.test.", RR_A, 60, "192.0.2.1", "192.0.2.2", NULL);
    world_add(before, "case.demo.test.", RR_CNAME, 60, "Target.Example.", NULL);
    world_add(after, "case.demo.test.", RR_CNAME, 60, "target.example.", NULL);
    world_add(before, "same.demo.test.", RR_A, 60, "192.0.2.3", NULL);
    world_add(after, "same.demo.test.", RR_A, 60, "192.0.2.3", NULL);
    world_add(before, "type.demo.test.", RR_A, 60, "192.0.2.3", NULL);
    world_add(after, "type.demo.test.", RR_CNAME, 60, "same.demo.test.", NULL);
    world_add(after, "*.demo.test.", RR_TXT, 60, "\"say \\\"hi\\\" \\\\ \\000\\255;\" \"\"", NULL);
    world_add(after, "\\@.demo.test.", RR_A, 60, "192.0.2.4", NULL);
    world_add(after, "a\\.b\\032c\\007\\200.demo.test.", 65280, 0, "\\# 3 00ff10", NULL);
    zones_compare(&zones);
    assert_int_equal(zones.difference.count, 9);
    difference_leads_to(&zones);
    region_clear(&zones.region);
}

static void the_enclaves_records_and_the_soa_are_passed_over(void **state)
{
    struct zones zones;

    (void)state;
    zones_open(&zones);
    world_add(&zones.before, "demo.test.", RR_SOA, 3600, "a. b. 1 2 3 4 5", NULL);
    world_add(&zones.after, "demo.test.", RR_SOA, 60, "a. b. 9 2 3 4 6", NULL);
    world_add(&zones.before, "demo.test.", RR_CDS, 3600, "0 0 0 00", NULL);
    world_add(&zones.before, "www.demo.test.", RR_NSEC, 3600, "demo.test. A", NULL);
    zones_compare(&zones);
    assert_int_equal(zones.difference.count, 0);
    region_clear(&zones.region);
}

static void generated_differences_lead_to_the_other_zone(void **state)
{
    static const uint16_t types[] = {RR_A, RR_TXT, RR_NS, RR_MX};
    static const char *const data[] = {"192.0.2.%d", "\"t%d\"", "n%d.example.", "%d Mx.example."};
    unsigned seed = 1;

    (void)state;
    for (int round = 0; round < 20; round++) {
        struct zones zones;

        zones_open(&zones);
        for (int i = 0; i < 120; i++) {
            for (int side = 0; side < 2; side++) {
                struct record_list *list = side == 0 ? &zones.before : &zones.after;
                size_t type = (size_t)rand_r(&seed) % 4;
                char owner[64], text[64], again[64];

                if (rand_r(&seed) % 3 == 0) {
                    continue;
                }
                (void)snprintf(owner, sizeof(owner), "n%d.x%d.demo.test.", i, i % 7);
                (void)snprintf(text, sizeof(text), data[type], rand_r(&seed) % 3);
                (void)snprintf(again, sizeof(again), data[type], 3 + rand_r(&seed) % 3);
                world_add(list, owner, types[type], (uint32_t)(60 + rand_r(&seed) % 2), text, again,
                          NULL);
            }
        }
        zones_compare(&zones);
        difference_leads_to(&zones);
        region_clear(&zones.region);
    }
}

static void many_names(struct zones *zones, int count)
{
    for (int i = 0; i < count; i++) {
        char owner[64];

        (void)snprintf(owner, sizeof(owner), "n%04d.demo.test.", i);
        world_add(&zones->after, owner, RR_A, 60, "192.0.2.1", "192.0.2.2", NULL);
        world_add(&zones->after, owner, RR_TXT, 60, "\"x\"", NULL);
    }
}

static void batches_keep_within_each_bound(void **state)
{
    const struct batch_bounds bounds[] = {
        {.operations = 10, .weight = 10000, .octets = 1 << 20},
        {.operations = 10000, .weight = 13, .octets = 1 << 20},
        {.operations = 10000, .weight = 10000, .octets = 1500},
    };
    struct zones zones;

    (void)state;
    zones_open(&zones);
    many_names(&zones, 100);
    zones_compare(&zones);
    for (size_t i = 0; i < 3; i++) {
        size_t at = 0, batches = 0;

        while (at < zones.difference.count) {
            size_t end = batch_end(&zones.difference, at, &bounds[i]);
            size_t operations = 0, weight = 0, octets = 0;

            assert_true(end > at);
            for (; at < end; at++) {
                operations += zones.difference.names[at].count;
                weight += zones.difference.names[at].weight;
                octets += zones.difference.names[at].operations.size;
            }
            assert_true(operations <= bounds[i].operations && weight <= bounds[i].weight &&
                        octets <= bounds[i].octets);
            batches++;
        }
        assert_true(batches > 10);
        assert_int_equal(batches, batch_count(&zones.difference, &bounds[i]));
    }
    region_clear(&zones.region);
}

static void a_name_too_large_for_a_bound_is_a_batch_of_its_own(void **state)
{
    const struct batch_bounds bounds = {.operations = 1, .weight = 1, .octets = 1};
    struct zones zones;

    (void)state;
    zones_open(&zones);
    many_names(&zones, 3);
    zones_compare(&zones);
    assert_int_equal(batch_end(&zones.difference, 0, &bounds), 1);
    assert_int_equal(batch_count(&zones.difference, &bounds), 3);
    region_clear(&zones.region);
}

static void bounds_leave_room_and_halve(void **state)
{
    const struct guard_limits limits = {.operations = 1000, .changed = 4096, .argument = 65536};
    struct batch_bounds whole = batch_bounds_of(&limits, 10, 1);
    struct batch_bounds half = batch_bounds_of(&limits, 10, 2);

    (void)state;
    assert_true(whole.weight < 4096 && whole.operations < 1000 && whole.octets < 65536);
    assert_int_equal(half.weight, whole.weight / 2);
    assert_true(batch_bounds_of(&(struct guard_limits){0}, 10, 1).weight == 1);
}

static void a_cut_over_names_weighs_what_it_hides(void **state)
{
    struct zones zones;

    (void)state;
    zones_open(&zones);
    for (int i = 0; i < 50; i++) {
        char owner[64];

        (void)snprintf(owner, sizeof(owner), "n%d.sub.demo.test.", i);
        world_add(&zones.before, owner, RR_A, 60, "192.0.2.1", NULL);
        world_add(&zones.after, owner, RR_A, 60, "192.0.2.1", NULL);
    }
    world_add(&zones.after, "sub.demo.test.", RR_NS, 60, "ns.example.", NULL);
    zones_compare(&zones);
    assert_int_equal(zones.difference.count, 1);
    assert_true(zones.difference.names[0].weight >= 1 + 2 * 50);
    region_clear(&zones.region);
}

static void soa_gets_another_serial_and_nothing_else(void **state)
{
    struct zones zones;
    struct record_set *soa, changed;

    (void)state;
    zones_open(&zones);
    soa = world_add(&zones.after, "demo.test.", RR_SOA, 60, "A. b. 1 2 3 4 5", NULL);
    assert_int_equal(soa_with_serial(soa, 0xfffffffeU, &zones.region, &changed), SWORN_OK);
    assert_int_equal(soa_serial(changed.rrset.rdata[0]), 0xfffffffeU);
    assert_int_equal(soa_serial(soa->rrset.rdata[0]), 1);
    assert_int_equal(soa_with_serial(&changed, 1, &zones.region, &changed), SWORN_OK);
    assert_true(octets_equal(changed.value, soa->value));
    region_clear(&zones.region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_difference_is_made),
        cmocka_unit_test(the_enclaves_records_and_the_soa_are_passed_over),
        cmocka_unit_test(generated_differences_lead_to_the_other_zone),
        cmocka_unit_test(batches_keep_within_each_bound),
        cmocka_unit_test(a_name_too_large_for_a_bound_is_a_batch_of_its_own),
        cmocka_unit_test(bounds_leave_room_and_halve),
        cmocka_unit_test(a_cut_over_names_weighs_what_it_hides),
        cmocka_unit_test(soa_gets_another_serial_and_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
