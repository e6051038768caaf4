/*
 * What a server says about a zone is believed only when every octet of it is proven.
 */
#include "tests/unit/cli/world.h"

#include <stdio.h>

static void honest_reply_is_believed(void **state)
{
    struct world world;
    struct reason reason = {{0}};
    struct view view;

    (void)state;
    world_make(&world, &(struct twist){0});
    struct sent sent = world_sent_update(&world);

    assert_int_equal(world_check(&world, NULL, &sent, &view, &reason), SWORN_OK);
    assert_string_equal(reason.text, "");
    assert_int_equal(view.leaf.serial, 5);
    assert_int_equal(view.leaf.sequence, 1);
    assert_int_equal(view.checkpoint.size, 3);
    world_free(&world);
}

static void honest_creation_is_believed_without_a_creation_member(void **state)
{
    struct world world;
    struct reason reason = {{0}};
    struct view view;

    (void)state;
    world_make(&world, &(struct twist){.only_created = true});
    struct sent sent = world_sent_creation(&world);

    world.reply.has_creation = false;
    assert_int_equal(world_check(&world, NULL, &sent, &view, &reason), SWORN_OK);
    assert_true(view.has_creation);
    world_free(&world);
}

/* Flip each bit of a field; every one must be noticed. Returns how many were tried. */
static size_t every_flip_is_refused(struct world *world, const struct memory *kept,
                                    struct octets field, const char *name)
{
    uint8_t *octets = (uint8_t *)(uintptr_t)field.data;
    struct reason reason;
    struct view view;

    for (size_t bit = 0; bit < field.size * 8; bit++) {
        octets[bit / 8] ^= (uint8_t)(1U << bit % 8);
        if (world_check(world, kept, NULL, &view, &reason) == SWORN_OK) {
            fail_msg("%s: bit %zu is not noticed", name, bit);
        }
        octets[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    return field.size * 8;
}

static void every_bit_of_a_reply_counts(void **state)
{
    struct world world;
    struct reason reason;
    struct view view;
    size_t flips = 0;

    (void)state;
    world_make(&world, &(struct twist){0});
    struct reply *reply = &world.reply;

    flips += every_flip_is_refused(&world, NULL, octets_of_hash(&reply->zone_id), "zone id");
    flips += every_flip_is_refused(&world, NULL, octets_of(reply->log_key, 32), "log key");
    flips += every_flip_is_refused(&world, NULL, reply->newest.entry, "entry");
    flips += every_flip_is_refused(&world, NULL, reply->newest.inclusion, "inclusion");
    flips += every_flip_is_refused(&world, NULL, reply->checkpoint, "checkpoint");
    flips += every_flip_is_refused(&world, NULL, reply->leaf_value, "leaf");
    flips += every_flip_is_refused(&world, NULL, reply->leaf_proof, "leaf proof");
    flips += every_flip_is_refused(&world, NULL, reply->dnskey_value, "DNSKEY");
    flips += every_flip_is_refused(&world, NULL, reply->dnskey_proof, "DNSKEY proof");
    flips += every_flip_is_refused(&world, NULL, reply->creation.entry, "creation");
    flips += every_flip_is_refused(&world, NULL, reply->creation.inclusion, "its inclusion");
    assert_true(flips > 10000);
    assert_int_equal(world_check(&world, NULL, NULL, &view, &reason), SWORN_OK);
    world_free(&world);
}

static void another_index_is_refused(void **state)
{
    struct world world;
    struct reason reason;
    struct view view;

    (void)state;
    world_make(&world, &(struct twist){0});
    world.reply.newest.index = 1;
    assert_int_equal(world_check(&world, NULL, NULL, &view, &reason), SWORN_PROOF);
    world.reply.newest.index = 3;
    assert_int_equal(world_check(&world, NULL, NULL, &view, &reason), SWORN_PROOF);
    world.reply.newest.index = 2;
    world.reply.creation.index = 0;
    assert_int_equal(world_check(&world, NULL, NULL, &view, &reason), SWORN_PROOF);
    world_free(&world);
}

static void without_memory_the_creation_must_be_shown(void **state)
{
    struct world world;
    struct reason reason;
    struct memory kept;
    struct view view;

    (void)state;
    world_make(&world, &(struct twist){0});
    assert_int_equal(world_check(&world, NULL, NULL, &view, &reason), SWORN_OK);
    memory_of_view(&view, &kept);
    world.reply.has_creation = false;
    assert_int_equal(world_check(&world, NULL, NULL, &view, &reason), SWORN_PROOF);
    assert_int_equal(world_check(&world, &kept, NULL, &view, &reason), SWORN_OK);
    world_free(&world);
}

/* Worlds in which everything is hashed and signed well, but says something it must not. */
static void epoch_off(struct log_entry *entry)
{
    entry->epoch++;
}

static void other_apex(struct log_entry *entry)
{
    entry->apex = octets_of_text("evil.test.");
}

static void other_root(struct log_entry *entry)
{
    entry->zone_after.octets[0] ^= 1;
}

static void other_guard(struct log_entry *entry)
{
    entry->guard.octets[0] ^= 1;
}

static void other_environment(struct log_entry *entry)
{
    entry->environment.octets[0] ^= 1;
}

static void other_policy(struct log_entry *entry)
{
    entry->policy.octets[0] ^= 1;
}

static void other_state(struct log_entry *entry)
{
    entry->state.octets[0] ^= 1;
}

static void other_serial(struct log_entry *entry)
{
    entry->serial++;
}

static void entry_of_another_zone(struct log_entry *entry)
{
    entry->zone_id.octets[0] ^= 1;
    entry->kind = LOG_REMOVE;
    entry->apex = octets_of_text("other.test.");
    entry->zone_after.octets[0] ^= 1;
    entry->policy.octets[0] ^= 1;
    entry->serial++;
}

static void removal(struct log_entry *entry)
{
    entry->kind = LOG_REMOVE;
}

static void leaf_removed(struct zone_leaf *leaf)
{
    leaf->state = ZONE_REMOVED;
}

static void leaf_other_apex(struct zone_leaf *leaf)
{
    leaf->apex = octets_of_text("evil.test.");
}

static void leaf_other_key(struct zone_leaf *leaf)
{
    static const uint8_t key[32] = {1};

    leaf->keys[0].public_key = octets_of(key, sizeof(key));
}

static void leaf_second_key(struct zone_leaf *leaf)
{
    leaf->keys[1] = leaf->keys[0];
    leaf->key_count = 2;
}

static void leaf_odd_policy(struct zone_leaf *leaf)
{
    leaf->policy = octets_of_text("odd");
}

static void creation_of_another_kind(struct log_entry *creation)
{
    creation->kind = LOG_UPDATE;
}

static void consistent_lies_are_refused(void **state)
{
    static const struct twist lies[] = {
        {.entry = epoch_off},         {.entry = other_apex},
        {.entry = other_root},        {.entry = other_guard},
        {.entry = other_environment}, {.entry = other_policy},
        {.entry = other_state},       {.entry = other_serial},
        {.entry = removal},           {.creation = other_apex},
        {.leaf = leaf_removed},       {.leaf = leaf_other_apex},
        {.leaf = leaf_other_key},     {.leaf = leaf_second_key},
        {.leaf = leaf_odd_policy},    {.creation = creation_of_another_kind},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        struct world world;
        struct reason reason = {{0}};
        struct view view;

        world_make(&world, &lies[i]);
        if (world_check(&world, NULL, NULL, &view, &reason) != SWORN_PROOF) {
            fail_msg("lie %zu is believed", i);
        }
        assert_string_not_equal(reason.text, "");
        world_free(&world);
    }
}

/* Several zones share a log: its last entry certifies all of them, and is about one. */
static void last_entry_of_another_zone_is_believed(void **state)
{
    const struct twist twist = {.entry = entry_of_another_zone};
    struct world world;
    struct reason reason = {{0}};
    struct view view;
    struct sent sent;

    (void)state;
    world_make(&world, &twist);
    assert_int_equal(world_check(&world, NULL, NULL, &view, &reason), SWORN_OK);
    assert_int_equal(view.leaf.serial, world.leaf.serial);
    sent = world_sent_update(&world);
    assert_int_equal(world_check(&world, NULL, &sent, &view, &reason), SWORN_PROOF);
    assert_non_null(strstr(reason.text, "another zone's"));
    world_free(&world);
}

static void entry_that_is_not_the_last_is_refused(void **state)
{
    const struct twist twists[] = {{.longer_log = true},
                                   {.longer_log = true, .only_created = true}};

    (void)state;
    for (size_t i = 0; i < sizeof(twists) / sizeof(twists[0]); i++) {
        struct world world;
        struct reason reason = {{0}};
        struct view view;

        world_make(&world, &twists[i]);
        assert_int_equal(world_check(&world, NULL, NULL, &view, &reason), SWORN_PROOF);
        assert_non_null(strstr(reason.text, "not the last"));
        world_free(&world);
    }
}

static void an_entry_that_is_not_the_request_is_refused(void **state)
{
    struct world world;
    struct reason reason;
    struct view view;
    struct sent sent;

    (void)state;
    world_make(&world, &(struct twist){0});
    for (int field = 0; field < 6; field++) {
        struct hash other = {{1}};

        sent = world_sent_update(&world);
        sent.kind = field == 0 ? LOG_REFRESH : sent.kind;
        sent.guard = field == 1 ? &other : sent.guard;
        sent.environment = field == 2 ? &other : sent.environment;
        sent.policy = field == 3 ? &other : sent.policy;
        sent.argument = field == 4 ? other : sent.argument;
        sent.sequence = field == 5 ? 2 : sent.sequence;
        assert_int_equal(world_check(&world, NULL, &sent, &view, &reason), SWORN_PROOF);
        assert_non_null(strstr(reason.text, "request: "));
    }
    /* What may be late is in that sequence or a later one, never before. */
    sent = world_sent_update(&world);
    sent.may_be_late = true;
    for (sent.sequence = 0; sent.sequence < 3; sent.sequence++) {
        assert_int_equal(world_check(&world, NULL, &sent, &view, &reason),
                         sent.sequence < 2 ? SWORN_OK : SWORN_PROOF);
    }
    world_free(&world);
}

static void another_log_is_noticed_by_what_was_kept(void **state)
{
    struct world world, other;
    struct reason reason;
    struct memory kept;
    struct view view;

    (void)state;
    world_make(&world, &(struct twist){0});
    world_make(&other, &(struct twist){.log_seed = 1});
    assert_int_equal(world_check(&world, NULL, NULL, &view, &reason), SWORN_OK);
    memory_of_view(&view, &kept);
    assert_int_equal(world_check(&other, NULL, NULL, &view, &reason), SWORN_OK);
    assert_int_equal(world_check(&other, &kept, NULL, &view, &reason), SWORN_PROOF);
    assert_non_null(strstr(reason.text, "another log key"));
    world_free(&world);
    world_free(&other);
}

static void rollback_is_noticed_by_what_was_kept(void **state)
{
    struct world world, old;
    struct reason reason;
    struct memory kept;
    struct view view;

    (void)state;
    world_make(&world, &(struct twist){0});
    world_make(&old, &(struct twist){.only_created = true});
    assert_int_equal(world_check(&world, NULL, NULL, &view, &reason), SWORN_OK);
    memory_of_view(&view, &kept);
    assert_int_equal(world_check(&old, NULL, NULL, &view, &reason), SWORN_OK);
    assert_int_equal(world_check(&old, &kept, NULL, &view, &reason), SWORN_PROOF);
    assert_non_null(strstr(reason.text, "older checkpoint"));
    world_free(&world);
    world_free(&old);
}

static void memory_compares_each_of_its_fields(void **state)
{
    const struct memory kept = {.known = true, .checkpoint_size = 5, .index = 4, .sequence = 3};
    struct memory shown = kept;
    struct reason reason;

    (void)state;
    assert_int_equal(memory_check(&kept, &shown, &reason), SWORN_OK);
    shown.checkpoint_root.octets[0] = 1;
    assert_int_equal(memory_check(&kept, &shown, &reason), SWORN_PROOF);
    shown.checkpoint_size = 6;
    assert_int_equal(memory_check(&kept, &shown, &reason), SWORN_OK);
    shown.zone_id.octets[0] = 1;
    assert_int_equal(memory_check(&kept, &shown, &reason), SWORN_PROOF);
    shown.zone_id.octets[0] = 0;
    shown.index = 3;
    assert_int_equal(memory_check(&kept, &shown, &reason), SWORN_PROOF);
    shown.index = 4;
    shown.sequence = 2;
    assert_int_equal(memory_check(&kept, &shown, &reason), SWORN_PROOF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_reply_is_believed),
        cmocka_unit_test(honest_creation_is_believed_without_a_creation_member),
        cmocka_unit_test(every_bit_of_a_reply_counts),
        cmocka_unit_test(another_index_is_refused),
        cmocka_unit_test(without_memory_the_creation_must_be_shown),
        cmocka_unit_test(consistent_lies_are_refused),
        cmocka_unit_test(last_entry_of_another_zone_is_believed),
        cmocka_unit_test(entry_that_is_not_the_last_is_refused),
        cmocka_unit_test(an_entry_that_is_not_the_request_is_refused),
        cmocka_unit_test(another_log_is_noticed_by_what_was_kept),
        cmocka_unit_test(rollback_is_noticed_by_what_was_kept),
        cmocka_unit_test(memory_compares_each_of_its_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
