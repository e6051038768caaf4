/*
 * transfer_test.c - transfers out of a store: what is sent when the journal is whole, cut, or has
 * what nobody may see yet.
 */
#include "transfer_world.h"

#include "core/dns/rcode.h"
#include "core/dns/rr.h"
#include "core/dns/soa.h"
#include "host/transfer/tell/dsync.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static int setup(void **state)
{
    struct world *world = malloc(sizeof(*world));

    assert_non_null(world);
    world_open(world);
    world_begin(world);
    world_set(world, "@", RR_NS, "ns");
    world_set(world, "ns", RR_A, "192.0.2.1");
    for (int i = 0; i < 40; i++) {
        char owner[16];

        (void)snprintf(owner, sizeof(owner), "n%d", i);
        world_set(world, owner, RR_TXT, "\"some text that makes the zone larger than a change\"");
    }
    world_end(world, true);
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    world_close(*state);
    free(*state);
    return 0;
}

static void change(struct world *world, const char *owner, const char *text, bool publish)
{
    world_begin(world);
    world_set(world, owner, RR_A, text);
    world_end(world, publish);
}

struct asked {
    unsigned rcode, messages, records, soas;
    uint32_t serial; /* of the first record */
};

/* Ask over TCP under the key. */
static struct asked ask(struct world *world, const char *name, uint16_t type, uint32_t serial)
{
    struct world_reply *reply = calloc(1, sizeof(*reply));
    struct asked asked = {0};
    uint8_t question[512];
    struct dns_reader reader;
    struct dns_question echoed;
    struct dns_record record;

    assert_non_null(reply);
    world_ask(world,
              octets_of(question, world_question(name, type, serial, question, sizeof(question))),
              true, TRANSPORT_TCP, reply);
    asked.messages = reply->messages;
    assert_int_equal(dns_read(octets_of(reply->last, reply->size), &reader), SWORN_OK);
    asked.rcode = reader.header.flags & 15;
    if (reader.header.count[DNS_QUESTION] == 1) {
        assert_int_equal(dns_read_question(&reader, &echoed), SWORN_OK);
    }
    while (dns_read_record(&reader, &record) == SWORN_OK) {
        if (record.section == DNS_ANSWER) {
            asked.serial = asked.records == 0 ? soa_serial(record.rdata) : asked.serial;
            asked.soas += record.type == RR_SOA;
            asked.records++;
        }
    }
    free(reply);
    return asked;
}

static void difference_has_what_changed_and_nothing_else(void **state)
{
    struct world *world = *state;
    struct asked asked;

    change(world, "www", "192.0.2.2", true);
    asked = ask(world, "example.", RR_IXFR, 1);
    /* SOA SOA; SOA www RRSIG; SOA. The RRSIG of the SOA is always the same here. */
    assert_int_equal(asked.records, 6);
    assert_int_equal(asked.soas, 4);
    assert_int_equal(asked.serial, 2);
}

static void what_came_and_went_is_in_no_difference(void **state)
{
    struct world *world = *state;

    change(world, "www", "192.0.2.2", true);
    change(world, "www", NULL, true);
    assert_int_equal(ask(world, "example.", RR_IXFR, 1).records, 4);
    assert_int_equal(ask(world, "example.", RR_IXFR, 2).records, 6);
}

static void unpublished_commits_are_undone(void **state)
{
    struct world *world = *state;
    struct asked before = ask(world, "example.", RR_AXFR, 0);
    struct asked asked;

    change(world, "a", "192.0.2.2", false);
    change(world, "zz", "192.0.2.2", false);
    change(world, "ns", NULL, false);
    asked = ask(world, "example.", RR_AXFR, 0);
    assert_int_equal(asked.records, before.records);
    assert_int_equal(asked.serial, 1);
    assert_int_equal(ask(world, "example.", RR_IXFR, 1).records, 1);
    change(world, "b", "192.0.2.2", true);
    asked = ask(world, "example.", RR_IXFR, 1);
    assert_int_equal(asked.serial, 5);
    assert_int_equal(asked.soas, 4);
}

static void unpublished_state_that_cannot_be_undone_is_not_sent(void **state)
{
    struct world *world = *state;

    change(world, "a", "192.0.2.2", false);
    assert_int_equal(store_write(world->store, &world->view), SWORN_OK);
    assert_int_equal(journal_drop(world->view, 7, false), SWORN_OK);
    assert_int_equal(store_commit(world->view), SWORN_OK);
    assert_int_equal(ask(world, "example.", RR_AXFR, 0).rcode, RCODE_SERVFAIL);
}

static void gap_in_the_journal_means_the_whole_zone(void **state)
{
    struct world *world = *state;
    unsigned whole;

    change(world, "a", "192.0.2.2", true);
    assert_int_equal(store_write(world->store, &world->view), SWORN_OK);
    assert_int_equal(journal_drop(world->view, 7, false), SWORN_OK);
    assert_int_equal(store_commit(world->view), SWORN_OK);
    change(world, "b", "192.0.2.2", true);
    whole = ask(world, "example.", RR_AXFR, 0).records;
    assert_int_equal(ask(world, "example.", RR_IXFR, 1).records, whole);
    assert_int_equal(ask(world, "example.", RR_IXFR, 2).records, 6);
}

static void serials_are_compared_on_a_circle(void **state)
{
    struct world *world = *state;
    static const uint32_t ahead[] = {1, 2, 0x7fffffff, 0x80000000};

    for (size_t i = 0; i < sizeof(ahead) / sizeof(ahead[0]); i++) {
        assert_int_equal(ask(world, "example.", RR_IXFR, ahead[i]).records, 1);
    }
    assert_true(ask(world, "example.", RR_IXFR, 0x80000002).records > 1);
    assert_true(ask(world, "example.", RR_IXFR, 0xffffffff).records > 1);
}

static void damaged_journal_is_no_answer_and_no_crash(void **state)
{
    struct world *world = *state;
    struct row_key key;
    struct octets found, value;

    change(world, "a", "192.0.2.2", true);
    change(world, "b", "192.0.2.2", true);
    row_of_zone(7, octets_of("\0", 1), &key);
    assert_int_equal(store_write(world->store, &world->view), SWORN_OK);
    for (int i = 0; i < 8; i++) {
        struct row_key copy;

        if (store_next(world->view, STORE_JOURNAL, row_octets(&key), true, &found, &value) != 0) {
            break;
        }
        memcpy(copy.octets, found.data, found.size);
        copy.size = found.size;
        key = copy;
        assert_int_equal(store_put(world->view, STORE_JOURNAL, row_octets(&copy),
                                   octets_of("\xff\xff\xff", (size_t)(i % 4))),
                         SWORN_OK);
    }
    assert_int_equal(store_commit(world->view), SWORN_OK);
    /* SERVFAIL, or the whole zone: but not a wrong one. */
    assert_true(ask(world, "example.", RR_IXFR, 1).soas <= 2);
}

static void half_a_difference_is_none(void **state)
{
    struct world *world = *state;
    uint8_t octets[16] = {0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1};

    change(world, "a", "192.0.2.2", true);
    assert_int_equal(ask(world, "example.", RR_IXFR, 1).soas, 4);
    assert_int_equal(store_write(world->store, &world->view), SWORN_OK);
    assert_int_equal(store_delete(world->view, STORE_JOURNAL, octets_of(octets, sizeof(octets))),
                     SWORN_OK);
    assert_int_equal(store_commit(world->view), SWORN_OK);
    assert_int_equal(ask(world, "example.", RR_IXFR, 1).soas, 2);
}

static void client_that_is_gone_ends_the_transfer(void **state)
{
    struct world_reply *reply = calloc(1, sizeof(*reply));
    uint8_t question[512];
    size_t size = world_question("example.", RR_AXFR, 0, question, sizeof(question));

    assert_non_null(reply);
    reply->gone = true;
    world_ask(*state, octets_of(question, size), true, TRANSPORT_TCP, reply);
    assert_int_equal(reply->messages, 0);
    free(reply);
}

static void dsync_is_looked_up_where_the_parent_may_have_it(void **state)
{
    static const struct {
        size_t labels;
        const char *name;
    } cases[] = {
        {1, "a._dsync.b.c."}, {2, "a.b._dsync.c."}, {3, "a.b.c._dsync."}, {0, "_dsync.a.b.c."}};
    struct name child, expected, name;

    (void)state;
    assert_int_equal(name_from_text(octets_of_text("a.b.c."), NULL, &child), SWORN_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(name_from_text(octets_of_text(cases[i].name), NULL, &expected), 0);
        assert_int_equal(dsync_name(&child, cases[i].labels, &name), SWORN_OK);
        assert_true(name_equal(&name, &expected));
    }
    assert_int_equal(dsync_name(&child, 4, &name), SWORN_INVALID);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(difference_has_what_changed_and_nothing_else),
        WITH_WORLD(what_came_and_went_is_in_no_difference),
        WITH_WORLD(unpublished_commits_are_undone),
        WITH_WORLD(unpublished_state_that_cannot_be_undone_is_not_sent),
        WITH_WORLD(gap_in_the_journal_means_the_whole_zone),
        WITH_WORLD(serials_are_compared_on_a_circle),
        WITH_WORLD(damaged_journal_is_no_answer_and_no_crash),
        WITH_WORLD(half_a_difference_is_none),
        WITH_WORLD(client_that_is_gone_ends_the_transfer),
        cmocka_unit_test(dsync_is_looked_up_where_the_parent_may_have_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
