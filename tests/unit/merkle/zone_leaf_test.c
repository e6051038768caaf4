/*
 * zone_leaf_test.c - what the top tree holds about a zone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/boundary/zone_leaf.h"

static const uint8_t public_key[64] = {7};

static struct zone_leaf example(void)
{
    return (struct zone_leaf){
        .state = ZONE_LIVE,
        .apex = octets_of_text("example."),
        .zone_root = {{1}},
        .serial = 2024010100,
        .sequence = UINT64_C(1) << 40,
        .guard = {{2}},
        .environment = {{3}},
        .guard_state = {{4}},
        .policy = octets_of_text("policy"),
        .key_count = 1,
        .keys = {{.role = KEY_ROLE_CSK,
                  .algorithm = 13,
                  .public_key = octets_of(public_key, sizeof(public_key))}},
        .provenance_count = 2,
        .provenance = {{.platform = PLATFORM_PROCESS, .epoch = 3},
                       {.platform = 2, .measurement = {{9}}, .epoch = 5}},
        .owed = OWED_DENIAL_TTL,
        .cursor = octets_of_text("cursor"),
        .old_denial_ttl = 300,
    };
}

static void a_leaf_is_read_as_it_was_written(void **state)
{
    uint8_t room[ZONE_LEAF_MAX];
    uint8_t again[ZONE_LEAF_MAX];
    struct writer writer = writer_over(room, sizeof(room));
    struct writer other = writer_over(again, sizeof(again));
    struct zone_leaf leaf = example();
    struct zone_leaf read;

    (void)state;
    assert_int_equal(zone_leaf_write(&leaf, &writer), SWORN_OK);
    assert_int_equal(zone_leaf_read(written(&writer), &read), SWORN_OK);
    assert_true(octets_equal(read.apex, leaf.apex));
    assert_int_equal(read.sequence, leaf.sequence);
    assert_int_equal(read.serial, leaf.serial);
    assert_true(octets_equal(read.policy, leaf.policy));
    assert_true(octets_equal(read.keys[0].public_key, leaf.keys[0].public_key));
    assert_int_equal(read.provenance[1].epoch, 5);
    assert_true(octets_equal(read.cursor, leaf.cursor));
    assert_int_equal(read.old_denial_ttl, 300);
    assert_int_equal(zone_leaf_write(&read, &other), SWORN_OK);
    assert_true(octets_equal(written(&writer), written(&other)));
    for (size_t size = 0; size < writer.used; size++) {
        assert_int_equal(zone_leaf_read(octets_of(room, size), &read), SWORN_MALFORMED);
    }
    assert_int_equal(zone_leaf_read(octets_of(room, writer.used + 1), &read), SWORN_MALFORMED);
}

/* Each state of a change of denial; version 2 says nothing that version 1 could. */
static void a_leaf_has_one_form_for_each_state_of_its_denial(void **state)
{
    size_t sound = 0;

    (void)state;
    for (unsigned i = 0; i < 3U * 6 * 2 * 2; i++) {
        uint8_t room[ZONE_LEAF_MAX], again[ZONE_LEAF_MAX];
        struct writer writer = writer_over(room, sizeof(room));
        struct writer other = writer_over(again, sizeof(again));
        struct zone_leaf leaf = example(), read;

        leaf.denial = (uint8_t)(i / 24);
        leaf.denial_change = (uint8_t)(i / 4 % 6);
        leaf.denial_mixed = (uint8_t)(i / 2 % 2);
        leaf.denial_cursor = octets_of("cursor", i % 2 * 6);
        if (zone_leaf_write(&leaf, &writer) != SWORN_OK) {
            continue;
        }
        sound++;
        assert_int_equal(room[1], leaf.denial == 0 && leaf.denial_change == 0 ? 1 : 2);
        assert_int_equal(zone_leaf_read(written(&writer), &read), SWORN_OK);
        assert_int_equal(zone_leaf_write(&read, &other), SWORN_OK);
        assert_true(octets_equal(written(&writer), written(&other)));
        room[1] = (uint8_t)(3 - room[1]);
        assert_int_equal(zone_leaf_read(written(&writer), &read), SWORN_MALFORMED);
    }
    /* NSEC: none, hashes 2, chain 4, flip 2, sweep; NSEC3: none, chain 4, flip 2. */
    assert_int_equal(sound, 17);
}

static void a_leaf_out_of_bounds_is_neither_written_nor_read(void **state)
{
    uint8_t room[ZONE_LEAF_MAX];
    struct writer writer = writer_over(room, sizeof(room));
    struct zone_leaf leaf = example();
    struct zone_leaf read;

    (void)state;
    assert_int_equal(zone_leaf_write(&leaf, &writer), SWORN_OK);
    room[1] = 2;
    assert_int_equal(zone_leaf_read(written(&writer), &read), SWORN_MALFORMED);
    room[1] = 1;
    room[2] = 3;
    assert_int_equal(zone_leaf_read(written(&writer), &read), SWORN_MALFORMED);
    leaf.key_count = ZONE_KEYS_MAX + 1;
    assert_int_equal(zone_leaf_write(&leaf, &writer), SWORN_MALFORMED);
    leaf = example();
    leaf.provenance_count = ZONE_PROVENANCE_MAX + 1;
    assert_int_equal(zone_leaf_write(&leaf, &writer), SWORN_MALFORMED);
    leaf = example();
    leaf.apex.size = 0;
    assert_int_equal(zone_leaf_write(&leaf, &writer), SWORN_MALFORMED);
}

static void keys_of_the_top_tree_fit_and_are_apart(void **state)
{
    uint8_t key[TOP_KEY_MAX];
    struct name root, deep;
    struct hash id = {{1}};

    (void)state;
    assert_int_equal(top_key_of_zone(&id, key), 33);
    assert_int_equal(key[0], 0);
    name_root(&root);
    assert_int_equal(top_key_of_apex(&root, key), 2);
    assert_memory_equal(key, "\1\0", 2);
    /* Labels of octets that are escaped in keys: the longest key a name has. */
    for (size_t i = 0; i < 4; i++) {
        uint8_t label[63] = {0};

        assert_int_equal(name_prepend(octets_of(label, i < 3 ? 63 : 61), &root, &deep), SWORN_OK);
        root = deep;
    }
    assert_int_equal(deep.size, 255);
    assert_in_range(top_key_of_apex(&deep, key), 500, TOP_KEY_MAX);
}

static void every_part_of_a_creation_changes_the_zone_id(void **state)
{
    struct zone_creation creation = {.apex = octets_of_text("example.")};
    struct zone_creation other;
    struct hash id, changed;

    (void)state;
    assert_int_equal(zone_id_of(&creation, &id), SWORN_OK);
    other = creation;
    other.apex = octets_of_text("exampld.");
    assert_int_equal(zone_id_of(&other, &changed), SWORN_OK);
    assert_false(hash_equal(&id, &changed));
    other = creation;
    other.epoch = 1;
    assert_int_equal(zone_id_of(&other, &changed), SWORN_OK);
    assert_false(hash_equal(&id, &changed));
    for (size_t i = 0; i < 5; i++) {
        other = creation;
        struct hash *parts[] = {&other.log_id, &other.guard, &other.environment, &other.policy,
                                &other.argument};

        parts[i]->octets[31] = 1;
        assert_int_equal(zone_id_of(&other, &changed), SWORN_OK);
        assert_false(hash_equal(&id, &changed));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leaf_is_read_as_it_was_written),
        cmocka_unit_test(a_leaf_has_one_form_for_each_state_of_its_denial),
        cmocka_unit_test(a_leaf_out_of_bounds_is_neither_written_nor_read),
        cmocka_unit_test(keys_of_the_top_tree_fit_and_are_apart),
        cmocka_unit_test(every_part_of_a_creation_changes_the_zone_id),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
