/*
 * answer_nsec3_test.c - what a zone with NSEC3 shows for each class of denial (RFC 5155 7.2).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/dns/rr.h"
#include "core/dnssec/nsec3.h"
#include "host/answer/denial/hash.h"
#include "tests/unit/host/fake_sign.h"
#include "tests/unit/host/message_lines.h"

static const char zone_text[] =
    "@ SOA ns host 1 7200 3600 86400 300\n@ NS ns\nns A 192.0.2.1\n"
    "a.b.ent TXT x\n*.wild A 192.0.2.2\n*.nscut NS ns\n"
    "insecure NS ns.insecure\nns.insecure A 192.0.2.3\n"
    "secure NS ns\n"
    "secure DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000\n"
    "alias CNAME x.absent\n";

struct fixture {
    struct answer_server *server;
    struct answer_reader *reader;
    struct region region;
    uint8_t response[65535];
    struct message_lines lines;
};

static void load(struct fixture *fixture, const char *text)
{
    struct zone_sets sets;
    struct reason reason;

    if (!zone_sets_read(&sets, octets_of_text(text), "example.", &reason)) {
        fail_msg("%s", reason.text);
    }
    fake_sign_nsec3(&sets);
    assert_int_equal(zone_sets_load(&sets, fixture->server), SWORN_OK);
    zone_sets_free(&sets);
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));

    assert_int_equal(answer_server_new(&fixture->server), SWORN_OK);
    load(fixture, zone_text);
    assert_int_equal(answer_reader_new(fixture->server, &fixture->reader), SWORN_OK);
    region_init(&fixture->region, 1 << 24);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    region_clear(&fixture->region);
    answer_reader_free(fixture->reader);
    answer_server_free(fixture->server);
    free(fixture);
    return 0;
}

static void ask(struct fixture *fixture, const char *name, uint16_t type)
{
    struct query_options options = {
        .name = name, .type = type, .edns = true, .dnssec = true, .udp_size = 1232};
    uint8_t query[512];
    struct answer_request request = {.query = octets_of(query, query_make(&options, query)),
                                     .response = fixture->response,
                                     .room = sizeof(fixture->response),
                                     .transport = TRANSPORT_TCP};
    struct reason reason = {.text = ""};
    size_t size = answer_query(fixture->reader, &request, &(struct answer_facts){0});

    if (message_lines(octets_of(fixture->response, size), &fixture->region, &fixture->lines,
                      &reason) != SWORN_OK) {
        fail_msg("%s: %s", name, reason.text);
    }
}

/* Records of a section with this type; RRSIG aside. */
static size_t count(const struct fixture *fixture, int section, const char *type)
{
    size_t found = 0;

    for (size_t i = 0; i < fixture->lines.count[section]; i++) {
        const char *line = strchr(strchr(fixture->lines.line[section][i], ' ') + 1, ' ') + 1;

        found += strncmp(line, type, strlen(type)) == 0 && line[strlen(type)] == ' ';
    }
    return found;
}

/* The owner of the NSEC3 that matches a name. */
static void owner_for(const char *text, char owner[NAME_TEXT_SIZE])
{
    struct nsec3_hash hash;
    struct name apex;
    struct name name;

    assert_int_equal(name_from_text(octets_of_text("example."), NULL, &apex), SWORN_OK);
    assert_int_equal(name_from_text(octets_of_text(text), &apex, &name), SWORN_OK);
    assert_int_equal(nsec3_hash_of(&name, &hash), SWORN_OK);
    assert_int_equal(nsec3_owner(&hash, &apex, &name), SWORN_OK);
    name_to_text(&name, owner);
}

static bool shows(const struct fixture *fixture, const char *text)
{
    char owner[NAME_TEXT_SIZE];

    owner_for(text, owner);
    for (size_t i = 0; i < fixture->lines.count[1]; i++) {
        if (strncmp(fixture->lines.line[1][i], owner, strlen(owner)) == 0) {
            return true;
        }
    }
    return false;
}

static void absent_name_shows_the_closest_encloser_and_what_covers(void **state)
{
    struct fixture *fixture = *state;

    ask(fixture, "x.y.ent.example.", RR_A);
    assert_int_equal(fixture->lines.rcode, 3);
    assert_true(shows(fixture, "ent"));
    assert_in_range(count(fixture, 1, "NSEC3"), 2, 3); /* one may cover both others */
    assert_int_equal(count(fixture, 1, "SOA"), 1);
}

static void empty_non_terminal_has_an_nsec3_of_its_own(void **state)
{
    struct fixture *fixture = *state;

    ask(fixture, "b.ent.example.", RR_A);
    assert_int_equal(fixture->lines.rcode, 0);
    assert_true(shows(fixture, "b.ent"));
    assert_int_equal(count(fixture, 1, "NSEC3"), 1);
}

static void expanded_wildcard_shows_only_that_the_next_closer_name_is_absent(void **state)
{
    struct fixture *fixture = *state;

    ask(fixture, "x.y.wild.example.", RR_A);
    assert_int_equal(count(fixture, 0, "A"), 1);
    assert_int_equal(count(fixture, 1, "NSEC3"), 1);
    assert_int_equal(count(fixture, 1, "SOA"), 0);
}

static void type_absent_at_a_wildcard_shows_encloser_next_closer_and_wildcard(void **state)
{
    struct fixture *fixture = *state;

    ask(fixture, "x.y.wild.example.", RR_TXT);
    assert_int_equal(fixture->lines.rcode, 0);
    assert_true(shows(fixture, "wild") && shows(fixture, "*.wild"));
    assert_in_range(count(fixture, 1, "NSEC3"), 2, 3);
}

static void insecure_cut_is_shown_to_have_no_ds(void **state)
{
    struct fixture *fixture = *state;

    ask(fixture, "www.insecure.example.", RR_A);
    assert_true(shows(fixture, "insecure"));
    assert_int_equal(count(fixture, 1, "NS"), 1);
    ask(fixture, "insecure.example.", RR_DS);
    assert_true(shows(fixture, "insecure"));
    assert_int_equal(count(fixture, 1, "SOA"), 1);
    ask(fixture, "www.secure.example.", RR_A);
    assert_int_equal(count(fixture, 1, "DS"), 1);
    assert_int_equal(count(fixture, 1, "NSEC3"), 0);
}

static void end_of_an_alias_is_denied(void **state)
{
    struct fixture *fixture = *state;

    ask(fixture, "alias.example.", RR_A);
    assert_int_equal(fixture->lines.rcode, 3);
    assert_int_equal(count(fixture, 0, "CNAME"), 1);
    assert_true(shows(fixture, "@"));
}

/* RFC 5155 7.2.8 */
static void owner_of_an_nsec3_is_no_name(void **state)
{
    struct fixture *fixture = *state;
    char owner[NAME_TEXT_SIZE];

    owner_for("b.ent", owner);
    ask(fixture, owner, RR_NSEC3);
    assert_int_equal(fixture->lines.rcode, 3);
    assert_int_equal(fixture->lines.count[0], 0);
}

/* Addresses in front of the proof would shift the proof into another section. */
static void ns_at_a_wildcard_keeps_its_proof_in_the_authority_section(void **state)
{
    struct fixture *fixture = *state;

    ask(fixture, "x.nscut.example.", RR_NS);
    assert_int_equal(count(fixture, 0, "NS"), 1);
    assert_int_equal(count(fixture, 1, "NSEC3"), 1);
    assert_int_equal(count(fixture, 1, "A"), 0);
}

static void hash_is_that_of_the_enclave_for_every_size_and_case(void **state)
{
    struct name name;

    (void)state;
    name_root(&name);
    for (size_t size = 1; size < NAME_MAX_SIZE; size += size % 7 + 2) {
        uint8_t label[63];
        struct nsec3_hash expected;
        uint8_t hash[DENIAL_HASH_SIZE];
        struct name longer;

        memset(label, (int)('A' + size % 26), sizeof(label));
        assert_int_equal(nsec3_hash_of(&name, &expected), SWORN_OK);
        denial_hash(name.wire, name.size, hash);
        assert_memory_equal(hash, expected.octets, DENIAL_HASH_SIZE);
        if (name_prepend(octets_of(label, 1 + size % 7), &name, &longer) != SWORN_OK) {
            break;
        }
        name = longer;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_name_shows_the_closest_encloser_and_what_covers),
        cmocka_unit_test(empty_non_terminal_has_an_nsec3_of_its_own),
        cmocka_unit_test(expanded_wildcard_shows_only_that_the_next_closer_name_is_absent),
        cmocka_unit_test(type_absent_at_a_wildcard_shows_encloser_next_closer_and_wildcard),
        cmocka_unit_test(insecure_cut_is_shown_to_have_no_ds),
        cmocka_unit_test(end_of_an_alias_is_denied),
        cmocka_unit_test(owner_of_an_nsec3_is_no_name),
        cmocka_unit_test(ns_at_a_wildcard_keeps_its_proof_in_the_authority_section),
        cmocka_unit_test(hash_is_that_of_the_enclave_for_every_size_and_case),
    };

    return cmocka_run_group_tests_name("answer_nsec3", tests, set_up, tear_down);
}
