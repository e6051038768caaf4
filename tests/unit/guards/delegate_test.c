/*
 * delegate_test.c - keys that may write certain names and types write those, however spelled, and
 * nothing else.
 */
#include "core/dns/rr.h"
#include "core/dns/rr_table.h"
#include "tests/unit/guards/holders.h"

#include <stdio.h>
#include <stdlib.h>

/* Keys: two owners, a certificate bot, a team, one that may write a few exact names. */
enum { OWNER = 1, SECOND_OWNER = 2, BOT = 4, TEAM = 8, CLERK = 16, HOLDERS = 5 };

struct world {
    struct fixture fixture;
    struct holders holders;
    struct octets code;
};

static const uint8_t rules[] =
    "\2"                                  /* owners */
    "\2\1\x0f_acme-challenge\0\0\1\0\x10" /* bot: begins with _acme-challenge, TXT */
    "\3\1\0\3dev\0\0"                     /* team: dev and below, ordinary types */
    "\3\0\0\3dev\0\1\0\2"                 /* team: NS at dev itself */
    "\4\0\0\3www\0\2\0\1\0\x1c"           /* clerk: www, A and AAAA */
    "\4\0\0\0\1\0\x0f"                    /* clerk: the apex, MX */
    "\4\1\x04_tcp\0\2eu\0\1\0\x21"        /* clerk: _tcp, something, eu: SRV */
    "\4\0\0\6h\xE4us.x\0\1\0\x10"         /* clerk: one label with a dot and an octet */
    "\4\1\1a\0\1a\0\1\0\x21"              /* clerk: a, something, a */
    "\4\1\0\3all\0\1\x7f\xff";            /* clerk: all and below, TYPE32767 */

static int setup_world(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    struct writer environment;

    if (world == NULL) {
        return -1;
    }
    fixture_begin(&world->fixture);
    holders_begin(&world->holders, HOLDERS);
    environment = holders_set(&world->holders, &world->fixture.region);
    assert_int_equal(write_octets(&environment, octets_of(rules, sizeof(rules) - 1)), SWORN_OK);
    world->fixture.call.environment = written(&environment);
    world->code = file_of(&world->fixture, "SWORN_BUILD", "guards/delegate.wasm");
    *state = world;
    return 0;
}

static int teardown_world(void **state)
{
    struct world *world = *state;

    holders_end(&world->holders);
    fixture_end(&world->fixture);
    free(world);
    return 0;
}

#define world_test(function) cmocka_unit_test_setup_teardown(function, setup_world, teardown_world)

/* The zone anew, empty, and the same environment. */
static void again(struct world *world)
{
    struct octets environment = world->fixture.call.environment;

    fixture_again(&world->fixture);
    world->fixture.call.environment = environment;
}

static void give(struct world *world, unsigned who, struct writer *operations)
{
    struct octets message = message_of(&world->fixture, written(operations));

    world->fixture.call.argument = signed_by(&world->fixture, &world->holders, who, message);
}

static void give_record(struct world *world, unsigned who, const char *json)
{
    struct writer list = operations(&world->fixture);

    add_record(&list, json);
    give(world, who, &list);
}

#define SET(name, type, content)                                                                   \
    "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"" type "\",\"name\":\"" name                 \
    "\",\"content\":\"" content "\",\"ttl\":null}}"
#define REMOVE(name, type)                                                                         \
    "{\"RemoveRecords\":{\"record\":\"" type "\",\"name\":\"" name "\",\"index\":null}}"

static uint16_t count_at(struct world *world, const char *owner, uint16_t type)
{
    struct name name;
    struct rrset rrset;

    assert_int_equal(name_from_text(octets_of_text(owner), NULL, &name), SWORN_OK);
    return change_get(&world->fixture.change, &name, type, &rrset) == SWORN_OK ? rrset.count : 0;
}

static void assert_may(struct world *world, unsigned who, const char *json, const char *owner,
                       uint16_t type)
{
    again(world);
    give_record(world, who, json);
    assert_run(&world->fixture, world->code, SWORN_OK, "");
    if (count_at(world, owner, type) != 1) {
        fail_msg("%s did not write %s", json, owner);
    }
}

static void assert_may_not(struct world *world, unsigned who, const char *json, const char *text)
{
    again(world);
    give_record(world, who, json);
    assert_run(&world->fixture, world->code, SWORN_REFUSED, text);
}

static void a_bot_writes_challenges_under_every_name(void **state)
{
    static const struct {
        const char *json, *owner;
    } cases[] = {
        {SET("_acme-challenge", "TXT", "x"), "_acme-challenge.demo.test."},
        {SET("_acme-challenge.www", "TXT", "x"), "_acme-challenge.www.demo.test."},
        {SET("_acme-challenge.a.b.c", "TYPE16", "x"), "_acme-challenge.a.b.c.demo.test."},
        {SET("_ACME-Challenge.WWW", "txt", "x"), "_acme-challenge.www.demo.test."},
        {SET("\\\\095acme\\\\-challenge", "TXT", "x"), "_acme-challenge.demo.test."},
        {SET("\\u005facme-challenge.www.Demo.test.", "TXT", "x"), "_acme-challenge.www.demo.test."},
        {SET("_acme-challenge.*", "TXT", "x"), "_acme-challenge.*.demo.test."},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_may(*state, BOT, cases[i].json, cases[i].owner, RR_TXT);
    }
}

static void a_bot_writes_nothing_else(void **state)
{
    static const struct {
        const char *json, *subject;
    } cases[] = {
        {SET("www", "TXT", "x"), "www TXT"},
        {SET("", "TXT", "x"), "@ TXT"},
        {SET("@", "TXT", "x"), "@ TXT"},
        {SET("demo.test.", "TXT", "x"), "@ TXT"},
        {SET("*", "TXT", "x"), "* TXT"},
        {SET("www._acme-challenge", "TXT", "x"), "www._acme-challenge TXT"},
        {SET("x_acme-challenge", "TXT", "x"), "x_acme-challenge TXT"},
        {SET("_acme-challenge-.www", "TXT", "x"), "_acme-challenge-.www TXT"},
        {SET("_acme-challenge\\\\.www", "TXT", "x"), "_acme-challenge\\046www TXT"},
        {SET("_acme\\\\-challeng", "TXT", "x"), "_acme-challeng TXT"},
        {SET("_acme-challenge.www", "A", "192.0.2.1"), "_acme-challenge.www A"},
        {SET("_acme-challenge.www", "TYPE1", "192.0.2.1"), "_acme-challenge.www A"},
        {SET("_acme-challenge.www", "NS", "ns.example."), "_acme-challenge.www NS"},
        {SET("_acme-challenge", "CNAME", "example."), "_acme-challenge CNAME"},
        {SET("_acme-challenge", "TYPE65552", "x"), NULL},
        {REMOVE("www", "TXT"), "www TXT"},
        {REMOVE("_acme-challenge", "CAA"), "_acme-challenge CAA"},
    };
    char text[160];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        (void)snprintf(text, sizeof(text), "operation 1: whoever signed may not write %s",
                       cases[i].subject == NULL ? "" : cases[i].subject);
        assert_may_not(*state, BOT, cases[i].json,
                       cases[i].subject != NULL ? text
                                                : "operation 1: the type is not known by name: "
                                                  "write it as TYPE and its number");
    }
}

static void names_that_are_none_or_elsewhere_are_refused(void **state)
{
    static const char *const names[] = {
        ".",        "www.other.test.",
        "test.",    "xdemo.test.",
        "a..b",     ".a",
        "a.b..",    "a b",
        "\\\\25",   "\\\\256",
        "\\\\",     "a(b",
        "\xC3\xA4", "a234567890123456789012345678901234567890123456789012345678901234",
    };
    char json[256];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)snprintf(json, sizeof(json), SET("%s", "TXT", "x"), names[i]);
        assert_may_not(*state, TEAM | BOT, json,
                       "operation 1: the name is none, or not one of this zone");
    }
}

static void a_name_is_as_long_as_names_can_be(void **state)
{
    struct world *world = *state;
    char name[512] = "", json[1024];

    /* 3 × 64 + 46 + dev 4 + demo.test 11 = 253 octets with the root's: there is room for two. */
    for (size_t i = 0; i < 3; i++) {
        strcat(name, "a23456789012345678901234567890123456789012345678901234567890123.");
    }
    strcat(name, "a23456789012345678901234567890123456789012345.dev");
    (void)snprintf(json, sizeof(json), SET("%s", "TXT", "x"), name);
    assert_may_not(world, BOT, json,
                   "operation 1: whoever signed may not write "
                   "a23456789012345678901234567890123456789012345678901234567890"
                   "123.a234567890123456789012345678901234567890123456789012345"
                   "67890123.a2345678901234567890123456789012345678901234567890"
                   "1234567890123.a2345678901234567890123456789012345678901234"
                   "5.dev TXT");
    (void)snprintf(json, sizeof(json), SET("bb%s", "TXT", "x"), name);
    assert_may_not(world, TEAM, json, "operation 1: the name is none, or not one of this zone");
    again(world);
    (void)snprintf(json, sizeof(json), SET("%s", "TXT", "x"), name);
    give_record(world, TEAM, json);
    assert_run(&world->fixture, world->code, SWORN_OK, "");
}

static void a_team_has_its_name_and_all_below(void **state)
{
    struct world *world = *state;

    assert_may(world, TEAM, SET("dev", "A", "192.0.2.1"), "dev.demo.test.", RR_A);
    assert_may(world, TEAM, SET("a.b.DEV", "AAAA", "2001:db8::1"), "a.b.dev.demo.test.", RR_AAAA);
    assert_may(world, TEAM, SET("*.dev", "CNAME", "example."), "*.dev.demo.test.", RR_CNAME);
    assert_may(world, TEAM, SET("_acme-challenge.dev", "TXT", "x"),
               "_acme-challenge.dev.demo.test.", RR_TXT);
    assert_may(world, TEAM, SET("dev.demo.test.", "NS", "ns.example."), "dev.demo.test.", RR_NS);
    assert_may_not(world, TEAM, SET("adev", "A", "192.0.2.1"),
                   "operation 1: whoever signed may not write adev A");
    assert_may_not(world, TEAM, SET("a\\\\.dev", "A", "192.0.2.1"),
                   "operation 1: whoever signed may not write a\\046dev A");
    assert_may_not(world, TEAM, SET("dev.www", "A", "192.0.2.1"),
                   "operation 1: whoever signed may not write dev.www A");
    assert_may_not(world, TEAM, SET("a.dev", "NS", "ns.example."),
                   "operation 1: whoever signed may not write a.dev NS");
}

static void all_types_are_not_those_that_hand_on(void **state)
{
    static const char *const types[] = {"NS",     "ns",    "TYPE2",   "SOA",   "DS",
                                        "TYPE43", "DNAME", "TYPE039", "CAA",   "TYPE257",
                                        "CSYNC",  "DSYNC", "TA",      "DLV",   "TYPE65400",
                                        "TYPE0",  "OPT",   "ANY",     "TYPE41"};
    char json[200];

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct world *world = *state;

        (void)snprintf(json, sizeof(json), REMOVE("x.dev", "%s"), types[i]);
        again(world);
        give_record(world, TEAM, json);
        assert_run_about(&world->fixture, world->code, SWORN_REFUSED, "operation 1: ");
    }
}

static void rules_of_one_name_and_of_both_ends_hold(void **state)
{
    struct world *world = *state;

    assert_may(world, CLERK, SET("www", "A", "192.0.2.1"), "www.demo.test.", RR_A);
    assert_may(world, CLERK, SET("@", "MX", "0 ."), "demo.test.", RR_MX);
    assert_may(world, CLERK, SET("_tcp.eu", "SRV", "0 0 1 x"), "_tcp.eu.demo.test.", RR_SRV);
    assert_may(world, CLERK, SET("_tcp.b.eu", "SRV", "0 0 1 x"), "_tcp.b.eu.demo.test.", RR_SRV);
    assert_may(world, CLERK, SET("h\\\\228us\\\\.x", "TXT", "x"), "h\\228us\\.x.demo.test.",
               RR_TXT);
    assert_may(world, CLERK, SET("a.all", "TYPE32767", "\\\\# 1 00"), "a.all.demo.test.", 32767);
    assert_may(world, CLERK, SET("a.a", "SRV", "0 0 1 x"), "a.a.demo.test.", RR_SRV);
    assert_may_not(world, CLERK, SET("a", "SRV", "0 0 1 x"),
                   "operation 1: whoever signed may not write a SRV");
    assert_may_not(world, CLERK, SET("www", "TXT", "x"),
                   "operation 1: whoever signed may not write www TXT");
    assert_may_not(world, CLERK, SET("a.www", "A", "192.0.2.1"),
                   "operation 1: whoever signed may not write a.www A");
    assert_may_not(world, CLERK, SET("a._tcp.eu", "SRV", "0 0 1 x"),
                   "operation 1: whoever signed may not write a._tcp.eu SRV");
    assert_may_not(world, CLERK, SET("_tcp.us", "SRV", "0 0 1 x"),
                   "operation 1: whoever signed may not write _tcp.us SRV");
    assert_may_not(world, CLERK, SET("eu", "SRV", "0 0 1 x"),
                   "operation 1: whoever signed may not write eu SRV");
    assert_may_not(world, CLERK, SET("a.all", "TYPE32766", "\\\\# 1 00"),
                   "operation 1: whoever signed may not write a.all TYPE32766");
}

static void what_names_no_set_is_for_owners(void **state)
{
    static const char *const jsons[] = {
        "\"Clear\"",
        "{\"RemoveRecords\":{\"record\":\"TXT\",\"name\":null,\"index\":null}}",
        "{\"RemoveRecords\":{\"record\":null,\"name\":\"_acme-challenge\",\"index\":null}}",
        "{\"RemoveRecords\":{\"record\":null,\"name\":null,\"index\":null}}",
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(jsons) / sizeof(jsons[0]); i++) {
        assert_may_not(world, BOT | TEAM | CLERK, jsons[i],
                       "operation 1: only an owner may remove without naming name and type");
    }
    again(world);
    give_record(world, SECOND_OWNER, jsons[0]);
    assert_run(&world->fixture, world->code, SWORN_OK, "");
}

static void what_is_more_than_records_is_for_owners(void **state)
{
    struct world *world = *state;

    for (unsigned kind = 0; kind <= 18; kind++) {
        struct writer list = operations(&world->fixture);

        if (kind == KIND_RECORD) {
            continue;
        }
        again(world);
        add(&list, (enum kind)kind, octets_of("\0\0\0\0env", kind == KIND_REMOVE ? 0 : 7));
        give(world, BOT | TEAM | CLERK, &list);
        assert_run(&world->fixture, world->code, SWORN_REFUSED,
                   "operation 1: only an owner may do more than write records");
        give(world, OWNER | BOT, &list);
        if (kind >= KIND_OWNER && kind <= KIND_REMOVE) {
            assert_run(&world->fixture, world->code, SWORN_OK, "");
        } else {
            assert_run_about(&world->fixture, world->code, SWORN_REFUSED, "no operation has kind");
        }
    }
}

static void json_that_is_not_strict_is_refused(void **state)
{
    static const char *const jsons[] = {
        "",
        "{}",
        "\"clear\"",
        "[" SET("_acme-challenge", "TXT", "x") "]",
        SET("_acme-challenge", "TXT", "x") " x",
        SET("_acme-challenge", "TXT", "x\",\"name\":\"www"),
        SET("_acme-challenge", "TXT", "x\",\"more\":\"www"),
        SET("_acme-challenge\\u0000", "TXT", "x"),
        "{\"UpdateRecord\":{\"mode\":\"Set\"}}",
        "{\"RemoveRecords\":{\"record\":\"TXT\",\"name\":\"_acme-challenge\",\"index\":-1}}",
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(jsons) / sizeof(jsons[0]); i++) {
        again(world);
        give_record(world, BOT, jsons[i]);
        assert_run_about(&world->fixture, world->code, SWORN_REFUSED, "operation 1: an operation");
    }
}

static void content_and_ttl_arrive_as_they_were_given(void **state)
{
    struct world *world = *state;
    struct name owner;
    struct rrset rrset;

    again(world);
    give_record(world, BOT,
                "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"TXT\",\"content\":"
                "\"\\\"\\u00e4 \\\\\\\"b\\\" c\",\"name\":\"_acme-challenge\",\"ttl\":\"60\"}}");
    assert_run(&world->fixture, world->code, SWORN_OK, "");
    assert_int_equal(name_from_text(octets_of_text("_acme-challenge.demo.test."), NULL, &owner),
                     SWORN_OK);
    assert_int_equal(change_get(&world->fixture.change, &owner, RR_TXT, &rrset), SWORN_OK);
    assert_int_equal(rrset.ttl, 60);
    assert_true(octets_equal(rrset.rdata[0], octets_of("\5\xC3\xA4 \"b\1c", 8)));
}

static void records_are_added_and_removed_one_by_one(void **state)
{
    struct world *world = *state;
    struct writer list = operations(&world->fixture);

    add_record(&list, SET("_acme-challenge", "TXT", "a"));
    for (char which = 'b'; which < 'e'; which++) {
        char json[256];

        (void)snprintf(json, sizeof(json),
                       "{\"UpdateRecord\":{\"mode\":\"Append\",\"record\":\"TXT\",\"name\":"
                       "\"_acme-challenge\",\"content\":\"%c\",\"ttl\":\"auto\"}}",
                       which);
        add_record(&list, json);
    }
    add_record(&list, "{\"RemoveRecords\":{\"record\":\"TXT\",\"name\":\"_acme-challenge\","
                      "\"index\":0}}");
    give(world, BOT, &list);
    assert_run(&world->fixture, world->code, SWORN_OK, "");
    assert_int_equal(count_at(world, "_acme-challenge.demo.test.", RR_TXT), 3);
    again(world);
    add_record(&list, REMOVE("_acme-challenge", "TXT"));
    give(world, BOT, &list);
    assert_run(&world->fixture, world->code, SWORN_OK, "");
    assert_int_equal(count_at(world, "_acme-challenge.demo.test.", RR_TXT), 0);
}

static void nothing_is_done_before_all_is_checked(void **state)
{
    struct world *world = *state;
    struct writer list = operations(&world->fixture);

    again(world);
    add_record(&list, SET("_acme-challenge", "TXT", "a"));
    add_record(&list, SET("www", "TXT", "a"));
    give(world, BOT, &list);
    assert_run(&world->fixture, world->code, SWORN_REFUSED,
               "operation 2: whoever signed may not write www TXT");
    assert_int_equal(count_at(world, "_acme-challenge.demo.test.", RR_TXT), 0);
}

static void who_signs_together_may_do_what_each_may(void **state)
{
    struct world *world = *state;
    struct writer list = operations(&world->fixture);

    again(world);
    add_record(&list, SET("_acme-challenge", "TXT", "a"));
    add_record(&list, SET("www", "A", "192.0.2.1"));
    give(world, BOT, &list);
    assert_run_about(&world->fixture, world->code, SWORN_REFUSED, "operation 2: ");
    give(world, CLERK, &list);
    assert_run_about(&world->fixture, world->code, SWORN_REFUSED, "operation 1: ");
    give(world, BOT | CLERK, &list);
    assert_run(&world->fixture, world->code, SWORN_OK, "");
    again(world);
    add_record(&list, SET("mail", "A", "192.0.2.1"));
    give(world, BOT | CLERK, &list);
    assert_run_about(&world->fixture, world->code, SWORN_REFUSED, "operation 3: ");
    give(world, SECOND_OWNER | BOT | CLERK, &list);
    assert_run(&world->fixture, world->code, SWORN_OK, "");
}

static void one_wrong_signature_among_right_ones_refuses(void **state)
{
    struct world *world = *state;
    struct writer list = operations(&world->fixture);
    struct octets argument;

    again(world);
    add_record(&list, SET("_acme-challenge", "TXT", "a"));
    give(world, OWNER | BOT, &list);
    argument = world->fixture.call.argument;
    ((uint8_t *)(uintptr_t)argument.data)[2 + 64 + 1] ^= 1; /* in the bot's */
    assert_run(&world->fixture, world->code, SWORN_REFUSED,
               "signature does not match key 2 of the set");
    give(world, 0, &list);
    assert_run(&world->fixture, world->code, SWORN_REFUSED, "nobody has signed");
    world->fixture.call.argument = octets_of(NULL, 0);
    assert_run(&world->fixture, world->code, SWORN_REFUSED,
               "argument is empty, must be signatures and a message");
}

static void a_message_is_for_one_zone_and_sequence(void **state)
{
    struct world *world = *state;
    struct guard_call *call = &world->fixture.call;

    again(world);
    give_record(world, BOT, SET("_acme-challenge", "TXT", "x"));
    call->sequence++;
    assert_run(&world->fixture, world->code, SWORN_REFUSED, "sequence is 1, must be 2");
    call->sequence--;
    call->zone_id.octets[31] ^= 1;
    assert_run(&world->fixture, world->code, SWORN_REFUSED,
               "message is for another zone: its zone id is not this zone's");
    call->apex_text = octets_of_text("other.test.");
    assert_run(&world->fixture, world->code, SWORN_REFUSED,
               "message is for another zone: demo.test.");
}

static void a_message_without_operations_is_an_owners(void **state)
{
    struct world *world = *state;
    struct writer list = operations(&world->fixture);

    again(world);
    give(world, BOT, &list);
    assert_run(&world->fixture, world->code, SWORN_REFUSED,
               "only an owner may send a message without operations");
    give(world, OWNER, &list);
    assert_run(&world->fixture, world->code, SWORN_OK, "");
}

static void creation_is_an_owners(void **state)
{
    struct world *world = *state;

    world->fixture.call.entry = GUARD_SETUP;
    world->fixture.call.sequence = 0;
    give_record(world, BOT, SET("_acme-challenge", "TXT", "x"));
    assert_run(&world->fixture, world->code, SWORN_REFUSED, "only an owner may create the zone");
    give_record(world, OWNER, SET("www", "TXT", "x"));
    assert_run(&world->fixture, world->code, SWORN_OK, "");
    assert_int_equal(count_at(world, "www.demo.test.", RR_TXT), 1);
    world->fixture.call.sequence = 7;
    assert_run(&world->fixture, world->code, SWORN_REFUSED,
               "argument must be empty after a change of owner");
    world->fixture.call.argument = octets_of(NULL, 0);
    assert_run(&world->fixture, world->code, SWORN_OK, "");
}

/* Environments that would leave nobody in charge, or mean something else than they seem to. */
static void rules_that_are_none_are_refused_at_once(void **state)
{
    static const struct {
        const char *octets;
        size_t size;
        const char *error;
    } cases[] = {
        {"", 0, "environment: the number of owners is missing"},
        {"\0", 1, "environment: the number of owners is not from 1 to the number of keys"},
        {"\6", 1, "environment: the number of owners is not from 1 to the number of keys"},
        {"\1\1\0\0\0\0", 5,
         "environment: rule 1 has types that are cut short or not strictly "
         "increasing"},
        {"\1\1", 2, "environment: rule 1 is cut short"},
        {"\1\0\0\0\0\0", 6, "environment: rule 1 is for an owner, who needs none"},
        {"\1\5\0\0\0\0", 6, "environment: rule 1 is for a key that is not in the set"},
        {"\1\1\2\0\0\0", 6, "environment: rule 1 has a reach that is neither 0 nor 1"},
        {"\1\1\0\1a\0\0\0", 8, "environment: rule 1 is for one name and has a beginning too"},
        {"\1\1\1\0\0\0\1\1\0\1A\0\0", 13,
         "environment: rule 2 has a name that is cut short or not in lower case"},
        {"\1\1\1\0\x40"
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\0\0",
         71, "environment: rule 1 has a name that is cut short or not in lower case"},
        {"\1\1\1\0\3ab", 7,
         "environment: rule 1 has a name that is cut short or not in lower "
         "case"},
        {"\1\1\1\0\0\2\0\1\0\1", 10,
         "environment: rule 1 has types that are cut short or not strictly increasing"},
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct writer environment = holders_set(&world->holders, &world->fixture.region);

        assert_int_equal(write_octets(&environment, octets_of(cases[i].octets, cases[i].size)),
                         SWORN_OK);
        world->fixture.call.environment = written(&environment);
        world->fixture.call.entry = GUARD_SETUP;
        world->fixture.call.argument = octets_of(NULL, 0);
        assert_run(&world->fixture, world->code, SWORN_REFUSED, cases[i].error);
        world->fixture.call.entry = GUARD_UPDATE;
        give_record(world, OWNER, SET("www", "TXT", "x"));
        assert_run(&world->fixture, world->code, SWORN_REFUSED, cases[i].error);
    }
}

/* Else a type that the enclave knows by name could be written by its number only. */
static void types_are_known_by_the_enclaves_names(void **state)
{
    size_t count;
    const struct rr_type *types = rr_type_all(&count);
    char json[200], text[200];

    for (size_t i = 0; i < count; i++) {
        if (!rr_is_data(types[i].code)) {
            continue;
        }
        (void)snprintf(json, sizeof(json), REMOVE("x", "%s"), types[i].name);
        (void)snprintf(text, sizeof(text), "operation 1: whoever signed may not write x %s",
                       types[i].name);
        assert_may_not(*state, BOT, json, text);
        (void)snprintf(json, sizeof(json), REMOVE("x", "TYPE%u"), types[i].code);
        assert_may_not(*state, BOT, json, text);
    }
}

static void give_in_zone(struct world *world, const char *apex, const char *json)
{
    again(world);
    world->fixture.call.apex_text = octets_of_text(apex);
    assert_int_equal(name_from_text(octets_of_text(apex), NULL, &world->fixture.change.apex),
                     SWORN_OK);
    give_record(world, TEAM, json);
}

static void zones_at_the_root_and_with_odd_names_are_like_others(void **state)
{
    static const struct {
        const char *apex, *json, *owner;
    } good[] = {
        {".", SET("a.dev.", "A", "192.0.2.1"), "a.dev."},
        {".", SET("a.dev", "A", "192.0.2.1"), "a.dev."},
        {"a\\046b.test.", SET("dev.A\\\\.b.test.", "A", "192.0.2.1"), "dev.a\\.b.test."},
        {"dev.test.", SET("dev", "A", "192.0.2.1"), "dev.dev.test."},
    };
    static const struct {
        const char *apex, *json;
    } bad[] = {
        {".", SET(".", "A", "192.0.2.1")},
        {".", SET("dev.test.", "A", "192.0.2.1")},
        {"a\\046b.test.", SET("dev.a.b.test.", "A", "192.0.2.1")},
        {"dev.test.", SET("dev.test.", "A", "192.0.2.1")},
        {"dev.test.", SET("@", "A", "192.0.2.1")},
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        give_in_zone(world, good[i].apex, good[i].json);
        assert_run(&world->fixture, world->code, SWORN_OK, "");
        assert_int_equal(count_at(world, good[i].owner, RR_A), 1);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        give_in_zone(world, bad[i].apex, bad[i].json);
        assert_run_about(&world->fixture, world->code, SWORN_REFUSED, "operation 1: ");
    }
}

/* All of it is kept and written anew, and still fits the standard limits. */
static void a_delegate_fills_an_argument_to_its_limit(void **state)
{
    struct world *world = *state;
    struct writer list = operations(&world->fixture);

    again(world);
    while (written(&list).size < world->fixture.call.limits.argument - 600) {
        add_record(&list, SET("_acme-challenge.www", "TXT", "x"));
    }
    give(world, BOT, &list);
    assert_run(&world->fixture, world->code, SWORN_OK, "");
    print_message("delegate, an argument of %zu octets: %llu fuel\n",
                  world->fixture.call.argument.size, (unsigned long long)world->fixture.call.fuel);
}

/* Not more than docs/guards.md says, but for the rules here being more. */
static void a_call_costs_little(void **state)
{
    struct world *world = *state;

    assert_may(world, BOT, SET("_acme-challenge.www", "TXT", "x"), "_acme-challenge.www.demo.test.",
               RR_TXT);
    print_message("delegate, one record by an Ed25519 key: %zu octets of code, %llu fuel\n",
                  world->code.size, (unsigned long long)world->fixture.call.fuel);
    assert_in_range(world->fixture.call.fuel, 100000, 950000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(a_bot_writes_challenges_under_every_name),
        world_test(a_bot_writes_nothing_else),
        world_test(names_that_are_none_or_elsewhere_are_refused),
        world_test(a_name_is_as_long_as_names_can_be),
        world_test(a_team_has_its_name_and_all_below),
        world_test(all_types_are_not_those_that_hand_on),
        world_test(rules_of_one_name_and_of_both_ends_hold),
        world_test(what_names_no_set_is_for_owners),
        world_test(what_is_more_than_records_is_for_owners),
        world_test(json_that_is_not_strict_is_refused),
        world_test(content_and_ttl_arrive_as_they_were_given),
        world_test(records_are_added_and_removed_one_by_one),
        world_test(nothing_is_done_before_all_is_checked),
        world_test(who_signs_together_may_do_what_each_may),
        world_test(one_wrong_signature_among_right_ones_refuses),
        world_test(a_message_is_for_one_zone_and_sequence),
        world_test(a_message_without_operations_is_an_owners),
        world_test(creation_is_an_owners),
        world_test(rules_that_are_none_are_refused_at_once),
        world_test(types_are_known_by_the_enclaves_names),
        world_test(zones_at_the_root_and_with_odd_names_are_like_others),
        world_test(a_delegate_fills_an_argument_to_its_limit),
        world_test(a_call_costs_little),
    };

    return cmocka_run_group_tests_name("delegate", tests, NULL, NULL);
}
