/*
 * What comes in from files, command lines, JSON and DNS messages: taken whole, or refused by name.
 */
#include "tests/unit/cli/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/file.h"
#include "cli/options.h"
#include "cli/remote/live.h"
#include "cli/zone/zonefile.h"
#include "net/text.h"

struct fixture {
    struct region region;
    struct name apex;
    struct record_list list;
    struct zonefile_dropped dropped;
    struct reason reason;
};

static int open_fixture(void **state)
{
    struct fixture *fixture = test_calloc(1, sizeof(*fixture));

    region_init(&fixture->region, (size_t)64 << 20);
    fixture->apex = world_name("demo.test.");
    records_init(&fixture->list, &fixture->region);
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;

    region_clear(&fixture->region);
    test_free(fixture);
    return 0;
}

#define APEX_RECORDS "@ 3600 IN SOA a. b. 1 2 3 4 5\n@ 3600 IN NS ns.example.\n"

static enum sworn_result parse(struct fixture *fixture, const char *text, const char *path)
{
    records_init(&fixture->list, &fixture->region);
    return zonefile_parse(octets_of_text(text), path, &fixture->apex, &fixture->list,
                          &fixture->dropped, &fixture->reason);
}

static void what_is_not_the_owners_is_dropped_and_counted(void **state)
{
    struct fixture *fixture = *state;
    static const char text[] =
        APEX_RECORDS "@ 3600 IN DNSKEY 257 3 13 AAAA\n"
                     "@ 3600 IN CDS 0 0 0 00\n"
                     "@ 3600 IN NSEC3PARAM 1 0 0 -\n"
                     "www 60 IN A 192.0.2.1\nwww 60 IN A 192.0.2.1\nWWW 30 IN A 192.0.2.2\n"
                     "www 60 IN NSEC demo.test. A\n"
                     "out.example. 60 IN A 192.0.2.3\n";
    struct name www = world_name("www.demo.test.");
    struct record_set *set;

    assert_int_equal(parse(fixture, text, "zone"), SWORN_OK);
    assert_int_equal(fixture->dropped.enclaves, 4);
    assert_int_equal(fixture->dropped.outside, 1);
    assert_int_equal(fixture->dropped.duplicates, 1);
    assert_int_equal(fixture->dropped.ttls, 1);
    assert_int_equal(fixture->list.count, 3);
    set = records_find(&fixture->list, &www, RR_A);
    assert_non_null(set);
    assert_int_equal(set->rrset.count, 2);
    assert_int_equal(set->rrset.ttl, 30);
}

static void a_file_that_is_no_zone_is_refused_with_the_cause(void **state)
{
    struct fixture *fixture = *state;
    static const char *const wrong[][2] = {
        {"@ 3600 IN NS a.\n", "no SOA"},
        {"@ 3600 IN SOA a. b. 1 2 3 4 5\n", "no NS"},
        {APEX_RECORDS "@ 3600 IN SOA a. b. 2 2 3 4 5\n", "2 SOA"},
        {APEX_RECORDS "www 60 CH TXT x\n", "line 3"},
        {APEX_RECORDS "www 60 IN A nonsense\n", "line 3"},
        {APEX_RECORDS "$INCLUDE /nowhere/at/all\n", "/nowhere/at/all"},
        {"", "no SOA"},
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        fixture->reason.text[0] = '\0';
        assert_int_not_equal(parse(fixture, wrong[i][0], "zone"), SWORN_OK);
        if (strstr(fixture->reason.text, wrong[i][1]) == NULL) {
            fail_msg("'%s' does not name '%s'", fixture->reason.text, wrong[i][1]);
        }
    }
}

static void included_files_are_beside_the_file(void **state)
{
    struct fixture *fixture = *state;
    char folder[] = "/tmp/sworn-zone-XXXXXX", path[64], included[64];
    struct name www = world_name("www.demo.test.");

    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/zone", folder);
    (void)snprintf(included, sizeof(included), "%s/more", folder);
    assert_int_equal(
        file_create(included, 0600, octets_of_text("www 60 IN A 192.0.2.1\n"), &fixture->reason),
        SWORN_OK);
    assert_int_equal(parse(fixture, APEX_RECORDS "$INCLUDE more\n", path), SWORN_OK);
    assert_non_null(records_find(&fixture->list, &www, RR_A));
    assert_int_equal(remove(included), 0);
    assert_int_equal(remove(folder), 0);
}

static enum sworn_result options_of(struct fixture *fixture, const struct option_rule *rule,
                                    struct options *options, ...)
{
    char *words[16] = {(char *)(uintptr_t) "sworn"};
    int count = 1;
    va_list list;
    char *word;

    va_start(list, options);
    while ((word = va_arg(list, char *)) != NULL) {
        words[count++] = word;
    }
    va_end(list);
    return options_parse(count, words, rule, &fixture->region, options, &fixture->reason);
}

static void options_are_taken_by_their_command_only(void **state)
{
    struct fixture *fixture = *state;
    const struct option_rule rule = {1, OPTION_BIT(OPTION_NS) | OPTION_BIT(OPTION_SET),
                                     OPTION_BIT(OPTION_KEY), true};
    const struct option_rule several = {1, OPTION_BIT(OPTION_KEY), 0, false};
    struct options options;

    assert_int_equal(options_of(fixture, &rule, &options, "apex", "--key", "k", "--ns", "a", "b",
                                "--set", "x", "--ns=c", NULL),
                     SWORN_OK);
    assert_string_equal(options.positional[0], "apex");
    assert_string_equal(options.value[OPTION_KEY], "k");
    assert_int_equal(options.list[OPTION_NS].count, 3);
    assert_string_equal(options.list[OPTION_NS].items[2], "c");
    assert_int_equal(options.edit_count, 1);
    assert_int_equal(options_of(fixture, &rule, &options, "apex", NULL), SWORN_MALFORMED);
    assert_non_null(strstr(fixture->reason.text, "--key"));
    assert_int_equal(options_of(fixture, &rule, &options, "--key", "k", NULL), SWORN_MALFORMED);
    assert_int_equal(options_of(fixture, &rule, &options, "a", "b", "--key", "k", NULL),
                     SWORN_MALFORMED);
    assert_int_equal(options_of(fixture, &rule, &options, "a", "--key", "k", "--cds", NULL),
                     SWORN_MALFORMED);
    assert_int_equal(options_of(fixture, &rule, &options, "a", "--key", NULL), SWORN_MALFORMED);
    assert_int_equal(options_of(fixture, &rule, &options, "a", "--key", "k", "--key", "l", NULL),
                     SWORN_MALFORMED);
    assert_int_equal(options_of(fixture, &several, &options, "a", "--key", "k", "--key", "l", NULL),
                     SWORN_OK);
    assert_int_equal(options.list[OPTION_KEY].count, 2);
    assert_string_equal(options.value[OPTION_KEY], "k");
    assert_int_equal(options_of(fixture, &rule, &options, "--help", NULL), SWORN_OK);
}

static void numbers_of_options_are_whole_and_bounded(void **state)
{
    static const char *const wrong[] = {"0", "15", "7x", "", "-1", " 7", "99999999999999999999"};
    struct fixture *fixture = *state;
    struct options options = {0};
    uint32_t number;

    assert_int_equal(option_number(&options, OPTION_LIFETIME, 1, 14, 7, &number, &fixture->reason),
                     SWORN_OK);
    assert_int_equal(number, 7);
    options.value[OPTION_LIFETIME] = "14";
    assert_int_equal(option_number(&options, OPTION_LIFETIME, 1, 14, 7, &number, &fixture->reason),
                     SWORN_OK);
    assert_int_equal(number, 14);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        options.value[OPTION_LIFETIME] = wrong[i];
        assert_int_equal(
            option_number(&options, OPTION_LIFETIME, 1, 14, 7, &number, &fixture->reason),
            SWORN_MALFORMED);
    }
}

static void hex_text(struct writer *json, const char *before, struct octets octets)
{
    assert_int_equal(write_text(json, before), SWORN_OK);
    assert_int_equal(write_text(json, "\""), SWORN_OK);
    assert_int_equal(hex_write(json, octets), SWORN_OK);
    assert_int_equal(write_text(json, "\""), SWORN_OK);
}

/* The world's reply as the API would write it; `records` is put at its end. */
static struct octets reply_json(struct world *world, const char *records)
{
    struct writer json = writer_in(&world->region, 1 << 20);
    const struct reply *reply = &world->reply;

    hex_text(&json, "{\"zone_id\":", octets_of_hash(&reply->zone_id));
    hex_text(&json, ",\"published\":true,\"fuel\":7,\"log\":{\"public_key\":",
             octets_of(reply->log_key, 32));
    hex_text(&json, ",\"entry\":", reply->newest.entry);
    hex_text(&json, ",\"index\":2,\"inclusion\":", reply->newest.inclusion);
    assert_int_equal(write_text(&json, ",\"checkpoint\":\""), SWORN_OK);
    for (size_t i = 0; i < reply->checkpoint.size; i++) {
        uint8_t octet = reply->checkpoint.data[i];

        assert_int_equal(octet == '\n' ? write_text(&json, "\\n") : write_u8(&json, octet),
                         SWORN_OK);
    }
    hex_text(&json, "\"},\"leaf\":{\"value\":", reply->leaf_value);
    hex_text(&json, ",\"proof\":", reply->leaf_proof);
    hex_text(&json, "},\"dnskey\":{\"value\":", reply->dnskey_value);
    hex_text(&json, ",\"proof\":", reply->dnskey_proof);
    hex_text(&json, "},\"creation\":{\"entry\":", reply->creation.entry);
    hex_text(&json, ",\"index\":1,\"inclusion\":", reply->creation.inclusion);
    assert_int_equal(write_text(&json, "}"), SWORN_OK);
    assert_int_equal(write_text(&json, records), SWORN_OK);
    assert_int_equal(write_text(&json, "}"), SWORN_OK);
    return written(&json);
}

static void a_reply_in_json_verifies_like_its_octets(void **state)
{
    struct fixture *fixture = *state;
    struct world world;
    struct octets json;
    struct view view;

    world_make(&world, &(struct twist){0});
    json = reply_json(&world, "");
    assert_int_equal(reply_read(json, &world.region, &world.reply, &fixture->reason), SWORN_OK);
    assert_int_equal(world.reply.fuel, 7);
    assert_true(world.reply.published);
    assert_int_equal(world_check(&world, NULL, NULL, &view, &fixture->reason), SWORN_OK);
    world_free(&world);
}

static void broken_json_is_a_reply_that_does_not_verify(void **state)
{
    struct fixture *fixture = *state;
    struct world world;
    struct octets json;

    world_make(&world, &(struct twist){0});
    json = reply_json(&world, "");
    for (size_t size = 0; size < json.size; size += 37) {
        struct reply reply;

        assert_int_equal(
            reply_read(octets_of(json.data, size), &world.region, &reply, &fixture->reason),
            SWORN_PROOF);
    }
    world_free(&world);
}

static void records_in_json_are_checked_one_by_one(void **state)
{
#define RECORD(name, type, ttl, rdata)                                                             \
    "{\"name\":\"" name "\",\"type\":\"" type "\",\"ttl\":" ttl ",\"rdata\":[" rdata "]}"
    static const char good[] =
        ",\"records\":[" RECORD("WWW.demo.test.", "A", "60", "\"c0000201\"") "," RECORD(
            "demo.test.", "TYPE65280", "0", "\"\"") "]";
    static const char *const wrong[] = {
        "",
        ",\"records\":[1]",
        ",\"records\":[" RECORD("demo", "A", "60", "\"c0000201\"") "]",
        ",\"records\":[" RECORD("demo.test.", "A", "-1", "\"c0000201\"") "]",
        ",\"records\":[" RECORD("demo.test.", "A", "2147483648", "\"c0000201\"") "]",
        ",\"records\":[" RECORD("demo.test.", "A", "60", "\"c00002\"") "]",
        ",\"records\":[" RECORD("demo.test.", "A", "60", "\"c00002zz\"") "]",
        ",\"records\":[" RECORD("demo.test.", "A", "60", "") "]",
        ",\"records\":[" RECORD("a.", "A", "60", "\"c0000201\"") "," RECORD("A.", "A", "60",
                                                                            "\"c0000202\"") "]",
    };
    struct fixture *fixture = *state;
    struct record_list list;
    struct world world;
    struct reply reply;

    world_make(&world, &(struct twist){0});
    records_init(&list, &world.region);
    assert_int_equal(reply_read_records(reply_json(&world, good), &world.region, &reply, &list,
                                        &fixture->reason),
                     SWORN_OK);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.sets[0].rrset.type, 65280);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        records_init(&list, &world.region);
        if (reply_read_records(reply_json(&world, wrong[i]), &world.region, &reply, &list,
                               &fixture->reason) != SWORN_PROOF) {
            fail_msg("%s is taken", wrong[i]);
        }
    }
    world_free(&world);
}

/* id 7, one question demo.test. NS, two answers with compressed names */
static const uint8_t answer[] = "\0\7\x84\0\0\1\0\2\0\0\0\0\4demo\4test\0\0\2\0\1"
                                "\xc0\x0c\0\2\0\1\0\0\0\x3c\0\4\1a\xc0\x0c"
                                "\xc0\x0c\0\2\0\1\0\0\0\x3c\0\4\1b\xc0\x11";

static void a_live_answer_is_read_with_its_compressed_names(void **state)
{
    struct fixture *fixture = *state;
    struct record_set *set;
    bool truncated;

    assert_int_equal(live_read(octets_of(answer, sizeof(answer) - 1), 7, &fixture->apex, RR_NS,
                               &fixture->list, &set, &truncated, &fixture->reason),
                     SWORN_OK);
    assert_int_equal(set->rrset.count, 2);
    assert_int_equal(set->rrset.ttl, 60);
    assert_int_equal(set->rrset.rdata[0].size, 13); /* a.demo.test. */
    assert_int_equal(set->rrset.rdata[1].size, 8);  /* b.test. */
}

static void an_answer_to_another_question_or_cut_short_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct name other = world_name("other.test.");
    struct record_set *set;
    bool truncated;

    for (size_t size = 0; size < sizeof(answer) - 1; size++) {
        assert_int_equal(live_read(octets_of(answer, size), 7, &fixture->apex, RR_NS,
                                   &fixture->list, &set, &truncated, &fixture->reason),
                         SWORN_PROOF);
    }
    assert_int_equal(live_read(octets_of(answer, sizeof(answer) - 1), 8, &fixture->apex, RR_NS,
                               &fixture->list, &set, &truncated, &fixture->reason),
                     SWORN_PROOF);
    assert_int_equal(live_read(octets_of(answer, sizeof(answer) - 1), 7, &fixture->apex, RR_A,
                               &fixture->list, &set, &truncated, &fixture->reason),
                     SWORN_PROOF);
    assert_int_equal(live_read(octets_of(answer, sizeof(answer) - 1), 7, &other, RR_NS,
                               &fixture->list, &set, &truncated, &fixture->reason),
                     SWORN_PROOF);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(what_is_not_the_owners_is_dropped_and_counted),
        WITH_FIXTURE(a_file_that_is_no_zone_is_refused_with_the_cause),
        WITH_FIXTURE(included_files_are_beside_the_file),
        WITH_FIXTURE(options_are_taken_by_their_command_only),
        WITH_FIXTURE(numbers_of_options_are_whole_and_bounded),
        WITH_FIXTURE(a_reply_in_json_verifies_like_its_octets),
        WITH_FIXTURE(broken_json_is_a_reply_that_does_not_verify),
        WITH_FIXTURE(records_in_json_are_checked_one_by_one),
        WITH_FIXTURE(a_live_answer_is_read_with_its_compressed_names),
        WITH_FIXTURE(an_answer_to_another_question_or_cut_short_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
