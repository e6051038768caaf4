/*
 * publish_test.c - what is in the store comes to be served, also when serving it failed before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "host/commit/publish.h"
#include "tests/unit/host/fake_sign.h"

#include <unistd.h>

#define ZONE                                                                                       \
    "@ 300 SOA ns.other. root.other. 1 1800 900 604800 300\n"                                      \
    "@ 300 NS ns.other.\n"                                                                         \
    "www 300 A 192.0.2.1\n"
#define NUMBER 7

struct world {
    char folder[64];
    struct commit_server server;
    struct hosted_zone zone;
    struct zone_sets sets;
};

static void put_rows(struct world *world)
{
    struct zone_row row = {.number = NUMBER, .sets = world->sets.count};
    struct store_view *view;

    assert_int_equal(store_write(world->server.store, &view), SWORN_OK);
    assert_int_equal(zone_row_put(view, &world->zone.id, &row), SWORN_OK);
    for (size_t i = 0; i < world->sets.count; i++) {
        struct writer writer = writer_in(&world->sets.region, 65536);
        const struct signed_set *set = &world->sets.set[i];
        struct rrset_key key;
        struct row_key row_key;

        rrset_key(&set->rrset.owner, set->rrset.type, &key);
        row_of_zone(NUMBER, octets_of(key.octets, key.size), &row_key);
        assert_int_equal(signed_set_write(set, &writer), SWORN_OK);
        assert_int_equal(store_put(view, STORE_SETS, row_octets(&row_key), written(&writer)),
                         SWORN_OK);
    }
    assert_int_equal(store_commit(view), SWORN_OK);
}

static int begin(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    struct reason reason = {""};

    assert_non_null(world);
    (void)snprintf(world->folder, sizeof(world->folder), "/tmp/publish_test.XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    assert_int_equal(store_open(world->folder, &world->server.store, &reason), SWORN_OK);
    assert_int_equal(answer_server_new(&world->server.answers), SWORN_OK);
    assert_true(zone_sets_read(&world->sets, octets_of_text(ZONE), "example.", &reason));
    fake_sign(&world->sets);
    world->zone = (struct hosted_zone){.number = NUMBER, .apex = world->sets.apex};
    region_init(&world->zone.unpublished_region, (size_t)1024 * 1024);
    put_rows(world);
    *state = world;
    return 0;
}

static int end(void **state)
{
    struct world *world = *state;
    char path[96];

    region_clear(&world->zone.unpublished_region);
    answer_server_free(world->server.answers);
    store_close(world->server.store);
    zone_sets_free(&world->sets);
    (void)snprintf(path, sizeof(path), "%s/data.mdb", world->folder);
    (void)unlink(path);
    (void)snprintf(path, sizeof(path), "%s/lock.mdb", world->folder);
    (void)unlink(path);
    (void)rmdir(world->folder);
    free(world);
    return 0;
}

/* A zone that is served takes changes. */
static bool is_served(const struct world *world)
{
    return answer_change(world->server.answers, &world->zone.apex, world->sets.set, 1) == SWORN_OK;
}

/* The changes of a commit are named once: if the answers do not take them, who would know later? */
static void changes_that_cannot_be_served_are_served_with_the_whole(void **state)
{
    struct world *world = *state;

    world->zone.whole = false; /* so it is believed to be served, and is not */
    assert_false(is_served(world));
    assert_int_equal(publish_now(&world->server, &world->zone, NULL, 0), SWORN_OK);
    assert_true(is_served(world));
    assert_false(world->zone.waiting);
}

static void changes_that_cannot_be_remembered_are_served_with_the_whole(void **state)
{
    struct world *world = *state;
    struct rrset_key keys[64] = {{0}};

    for (size_t i = 0; i < 64; i++) {
        keys[i].size = 200;
    }
    region_init(&world->zone.unpublished_region, 4096);
    publish_later(&world->zone, keys, 64);
    assert_true(world->zone.waiting);
    assert_int_equal(publish_now(&world->server, &world->zone, NULL, 0), SWORN_OK);
    assert_true(is_served(world));
}

/* It is tried again when the zone has waited, and not before. */
static void a_zone_that_cannot_be_served_waits_to_be_loaded_whole(void **state)
{
    struct world *world = *state;
    struct zone_row row = {.number = NUMBER, .sets = world->sets.count + 1};
    struct store_view *view;

    assert_int_equal(store_write(world->server.store, &view), SWORN_OK);
    assert_int_equal(zone_row_put(view, &world->zone.id, &row), SWORN_OK);
    assert_int_equal(store_commit(view), SWORN_OK);
    assert_int_equal(publish_now(&world->server, &world->zone, NULL, 0), SWORN_PROOF);
    assert_true(world->zone.waiting);
    assert_true(world->zone.whole);
    put_rows(world);
    assert_int_equal(publish_now(&world->server, &world->zone, NULL, 0), SWORN_OK);
    assert_true(is_served(world));
    assert_false(world->zone.waiting);
    assert_false(world->zone.whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(changes_that_cannot_be_served_are_served_with_the_whole,
                                        begin, end),
        cmocka_unit_test_setup_teardown(changes_that_cannot_be_remembered_are_served_with_the_whole,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_zone_that_cannot_be_served_waits_to_be_loaded_whole,
                                        begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
