/*
 * master_test.c - master files of all shapes come out as the records they mean, and what is wrong
 * is named with its line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/dns/master.h"
#include "core/dns/rrset.h"

struct result {
    char text[4096]; /* each record as "line owner TTL class type RDATA", LF behind each */
    size_t used;
    enum sworn_result answer; /* of the callback */
};

static enum sworn_result note_record(void *context, const struct master_record *record,
                                     struct reason *reason)
{
    struct result *result = context;
    struct writer text = writer_over(result->text, sizeof(result->text) - 1);
    char owner[NAME_TEXT_SIZE];
    char type[16];

    text.used = result->used;
    name_to_text(&record->owner, owner);
    rr_code_to_text(record->type, type);
    assert_int_equal(write_format(&text, "%zu %s %u %u %s ", record->line, owner, record->ttl,
                                  record->class, type),
                     SWORN_OK);
    assert_int_equal(rdata_to_text(record->type, record->rdata, false, &text), SWORN_OK);
    assert_int_equal(write_u8(&text, '\n'), SWORN_OK);
    result->used = text.used;
    return result->answer == SWORN_OK ? SWORN_OK : because(reason, result->answer, "no more");
}

/* Files that $INCLUDE finds. */
static const struct {
    const char *path;
    const char *text;
} files[] = {
    {"sub", "a A 192.0.2.7\n@ TXT in\n$ORIGIN deep\nb A 192.0.2.8\n"},
    {"self", "$INCLUDE self\n"},
    {"broken", "a A 192.0.2.7\n\na A 1\n"},
    {"blank", "  A 192.0.2.7\n"},
    {"ttl", "$TTL 77\n"},
};

static enum sworn_result include(void *context, struct octets path, struct octets *text,
                                 struct reason *reason)
{
    (void)context;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (octets_equal(path, octets_of_text(files[i].path))) {
            *text = octets_of_text(files[i].text);
            return SWORN_OK;
        }
    }
    return because(reason, SWORN_IO, "no such file");
}

static enum sworn_result parse(const char *text, bool includes, struct result *result,
                               struct reason *reason)
{
    struct master_options options = {.default_ttl = 60,
                                     .context = result,
                                     .record = note_record,
                                     .include = includes ? include : NULL};

    assert_int_equal(name_from_text(octets_of_text("example."), NULL, &options.origin), SWORN_OK);
    enum sworn_result parsed = master_parse(octets_of_text(text), &options, reason);
    result->text[result->used] = '\0';
    return parsed;
}

static void assert_records(const char *text, const char *expected)
{
    struct result result = {0};
    struct reason reason = {{0}};

    if (parse(text, true, &result, &reason) != SWORN_OK) {
        fail_msg("%s: %s", text, reason.text);
    }
    assert_string_equal(result.text, expected);
}

static void assert_refused(const char *text, const char *cause)
{
    struct result result = {0};
    struct reason reason = {{0}};
    enum sworn_result parsed = parse(text, true, &result, &reason);

    if (parsed == SWORN_OK || strcmp(reason.text, cause) != 0) {
        fail_msg("\"%s\": %s \"%s\", not \"%s\"", text, result_name(parsed), reason.text, cause);
    }
}

static void the_example_of_rfc_1035_is_read(void **state)
{
    (void)state;
    assert_records(
        "@   IN  SOA     VENERA      Action\\.domains (\n"
        "                                 20     ; SERIAL\n"
        "                                 7200   ; REFRESH\n"
        "                                 600    ; RETRY\n"
        "                                 3600000; EXPIRE\n"
        "                                 60)    ; MINIMUM\n"
        "\n"
        "        NS      A.ISI.EDU.\n"
        "        MX      10      VENERA\n"
        "\n"
        "A       A       26.3.0.103\n",
        "1 example. 60 1 SOA VENERA.example. Action\\.domains.example. 20 7200 600 3600000 60\n"
        "8 example. 60 1 NS A.ISI.EDU.\n"
        "9 example. 60 1 MX 10 VENERA.example.\n"
        "11 A.example. 60 1 A 26.3.0.103\n");
}

static void ttl_and_class_come_in_either_order_or_not_at_all(void **state)
{
    (void)state;
    assert_records("a 5 IN A 192.0.2.1\n"
                   "a IN 6 A 192.0.2.1\n"
                   "a A 192.0.2.1\n"
                   "a in 1h30M a 192.0.2.1\n"
                   "a CLASS3 TXT c\n"
                   "a TXT c\n"
                   "5 7 TXT owner\n",
                   "1 a.example. 5 1 A 192.0.2.1\n"
                   "2 a.example. 6 1 A 192.0.2.1\n"
                   "3 a.example. 6 1 A 192.0.2.1\n"
                   "4 a.example. 5400 1 A 192.0.2.1\n"
                   "5 a.example. 5400 3 TXT \"c\"\n"
                   "6 a.example. 5400 3 TXT \"c\"\n"
                   "7 5.example. 7 3 TXT \"owner\"\n");
}

static void stated_ttl_is_not_changed_by_those_of_records(void **state)
{
    (void)state;
    assert_records("a A 192.0.2.1\n$TTL 1w2d3h4m5s\na A 192.0.2.1\na 9 A 192.0.2.1\na A 192.0.2.1\n"
                   "$ttl 0 ; none\na A 192.0.2.1\n",
                   "1 a.example. 60 1 A 192.0.2.1\n"
                   "3 a.example. 788645 1 A 192.0.2.1\n"
                   "4 a.example. 9 1 A 192.0.2.1\n"
                   "5 a.example. 788645 1 A 192.0.2.1\n"
                   "7 a.example. 0 1 A 192.0.2.1\n");
}

static void origin_changes_names_that_follow(void **state)
{
    (void)state;
    assert_records("$ORIGIN sub\na NS @\n$ORIGIN other.\na NS b\n$ORIGIN .\nc NS d\n",
                   "2 a.sub.example. 60 1 NS sub.example.\n"
                   "4 a.other. 60 1 NS b.other.\n"
                   "6 c. 60 1 NS d.\n");
}

static void quotes_escapes_and_comments_are_told_apart(void **state)
{
    (void)state;
    assert_records(
        "a\\;b\\.c\\ d TXT \";\" ( a;b\n;\n\t\"c;d\" ) ;e \"\n\\$x TXT \\\"\r\n\\@ TXT \\\\\n",
        "1 a\\;b\\.c\\032d.example. 60 1 TXT \";\" \"a\" \"c;d\"\n"
        "4 \\$x.example. 60 1 TXT \"\\\"\"\n"
        "5 \\@.example. 60 1 TXT \"\\\\\"\n");
}

static void parentheses_may_be_anywhere(void **state)
{
    (void)state;
    assert_records("a ( 5\nIN\n) A ( 192.0.2.1 )\n( b\nA 192.0.2.2 )\n  ( \n ) A 192.0.2.3\n",
                   "1 a.example. 5 1 A 192.0.2.1\n"
                   "4 b.example. 5 1 A 192.0.2.2\n"
                   "7 b.example. 5 1 A 192.0.2.3\n");
}

static void last_line_needs_no_end(void **state)
{
    (void)state;
    assert_records("", "");
    assert_records("\n ; only comments\n;", "");
    assert_records("a A 192.0.2.1", "1 a.example. 60 1 A 192.0.2.1\n");
    assert_records("a APL", "1 a.example. 60 1 APL \n");
}

static void included_files_have_their_own_origin_and_owner(void **state)
{
    (void)state;
    assert_records("x A 192.0.2.1\n"
                   "$INCLUDE sub in.example.\n"
                   " A 192.0.2.2\n"
                   "$INCLUDE \"sub\" ; here\n"
                   "y A 192.0.2.3\n"
                   "$INCLUDE ttl",
                   "1 x.example. 60 1 A 192.0.2.1\n"
                   "1 a.in.example. 60 1 A 192.0.2.7\n"
                   "2 in.example. 60 1 TXT \"in\"\n"
                   "4 b.deep.in.example. 60 1 A 192.0.2.8\n"
                   "3 x.example. 60 1 A 192.0.2.2\n"
                   "1 a.example. 60 1 A 192.0.2.7\n"
                   "2 example. 60 1 TXT \"in\"\n"
                   "4 b.deep.example. 60 1 A 192.0.2.8\n"
                   "5 y.example. 60 1 A 192.0.2.3\n");
}

static void includes_are_refused_without_a_callback(void **state)
{
    struct result result = {0};
    struct reason reason = {{0}};

    (void)state;
    assert_int_equal(parse("\n$INCLUDE sub\n", false, &result, &reason), SWORN_MALFORMED);
    assert_string_equal(reason.text, "line 2: $INCLUDE is not allowed here");
}

static void mistakes_are_named_with_their_line(void **state)
{
    (void)state;
    assert_refused("a A 192.0.2.1\n\na A 1\n", "line 3: A address: \"1\" is no IPv4 address");
    assert_refused("a SOA a b ( 1\n 2\n x\n 4 5 )",
                   "line 3: SOA retry: \"x\" is no number from 0 to "
                   "4294967295");
    assert_refused("a MX 1\nb A 192.0.2.1", "line 1: MX mail exchange: is missing");
    assert_refused("\n a A 192.0.2.1", "line 2: a blank owner, and no record before whose owner it"
                                       " could mean");
    assert_refused("a", "line 1: the type is missing");
    assert_refused("a 1 2 A 192.0.2.1", "line 1: \"2\" is neither TTL, class nor type");
    assert_refused("a IN IN A 192.0.2.1", "line 1: \"IN\" is neither TTL, class nor type");
    assert_refused("a \"A\" 192.0.2.1", "line 1: the type must not be quoted");
    assert_refused("\"a\" A 192.0.2.1", "line 1: the owner must not be quoted");
    assert_refused("a..b A 192.0.2.1", "line 1: the name has an empty label");
    assert_refused("a 2147483648 A 192.0.2.1",
                   "line 1: \"2147483648\" is no TTL from 0 to 2147483647");
    assert_refused("a 4000w A 192.0.2.1", "line 1: \"4000w\" is no TTL from 0 to 2147483647");
    assert_refused("$TTL 1x", "line 1: \"1x\" is no TTL from 0 to 2147483647");
    assert_refused("$TTL\n", "line 1: the TTL after $TTL is missing");
    assert_refused("$TTL 1 2", "line 1: \"2\" is too much on this line");
    assert_refused("$ORIGIN", "line 1: the name after $ORIGIN is missing");
    assert_refused("$GENERATE 1-2 a A 192.0.2.$", "line 1: unknown directive \"$GENERATE\"");
    assert_refused("a ANY \\# 0", "line 1: ANY records do not stand in zones");
    assert_refused("a TSIG \\# 0", "line 1: TSIG records do not stand in zones");
    assert_refused("a TYPE0 \\# 0", "line 1: TYPE0 records do not stand in zones");
    assert_refused("a A ( 192.0.2.1\n\n", "line 3: A address: \"(\" without \")\"");
    assert_refused("a A 192.0.2.1 )", "line 1: A address: \")\" without \"(\"");
    assert_refused("a TXT \"b\nc\"", "line 1: TXT data: a quoted string does not end on its line");
    assert_refused("\xc3\xa4 A 192.0.2.1",
                   "line 1: octet 195 in a name has to be written as \\195");
}

static void mistakes_in_included_files_are_named_with_the_file(void **state)
{
    (void)state;
    assert_refused("\n$INCLUDE broken\n",
                   "file broken line 3: A address: \"1\" is no IPv4 address");
    assert_refused("x A 192.0.2.1\n$INCLUDE blank\n",
                   "file blank line 1: a blank owner, and no record"
                   " before whose owner it could mean");
    assert_refused("\n$INCLUDE none\n", "line 2: no such file");
    assert_refused("$INCLUDE\n", "line 1: the path after $INCLUDE is missing");
    assert_refused("$INCLUDE sub a. b\n", "line 1: \"b\" is too much on this line");
    assert_refused("$INCLUDE self\n",
                   "file self line 1: files include one another more than 8 deep");
}

static void callback_ends_the_parse_with_its_result(void **state)
{
    struct result result = {.answer = SWORN_LIMIT};
    struct reason reason = {{0}};

    (void)state;
    assert_int_equal(parse("\na A 192.0.2.1\nb A 192.0.2.1\n", false, &result, &reason),
                     SWORN_LIMIT);
    assert_string_equal(reason.text, "line 2: no more");
    assert_string_equal(result.text, "2 a.example. 60 1 A 192.0.2.1\n");
}

static void ttls_are_read_with_units(void **state)
{
    static const char *const wrong[] = {
        "", "h", "1h1", "1x", "-1", "2147483648", "1 h", "99999999999999999999w", "3551w"};
    uint32_t ttl = 0;

    (void)state;
    assert_int_equal(ttl_from_text(octets_of_text("2147483647"), &ttl), SWORN_OK);
    assert_int_equal(ttl, 2147483647);
    assert_int_equal(ttl_from_text(octets_of_text("1W1d1H1m1s"), &ttl), SWORN_OK);
    assert_int_equal(ttl, 694861);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(ttl_from_text(octets_of_text(wrong[i]), &ttl), SWORN_MALFORMED);
    }
}

static void sets_print_a_line_each_record(void **state)
{
    struct octets rdata[] = {octets_of("\300\0\2\1", 4), octets_of("\300\0\2\2", 4)};
    struct rrset set = {.type = RR_A, .ttl = 3600, .count = 2, .rdata = rdata};
    uint8_t room[256];
    struct writer text = writer_over(room, sizeof(room));

    (void)state;
    assert_int_equal(name_from_text(octets_of_text("www.example."), NULL, &set.owner), SWORN_OK);
    assert_int_equal(master_print(&set, &text), SWORN_OK);
    assert_true(octets_equal(written(&text), octets_of_text("www.example. 3600 IN A 192.0.2.1\n"
                                                            "www.example. 3600 IN A 192.0.2.2\n")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_rfc_1035_is_read),
        cmocka_unit_test(ttl_and_class_come_in_either_order_or_not_at_all),
        cmocka_unit_test(stated_ttl_is_not_changed_by_those_of_records),
        cmocka_unit_test(origin_changes_names_that_follow),
        cmocka_unit_test(quotes_escapes_and_comments_are_told_apart),
        cmocka_unit_test(parentheses_may_be_anywhere),
        cmocka_unit_test(last_line_needs_no_end),
        cmocka_unit_test(included_files_have_their_own_origin_and_owner),
        cmocka_unit_test(includes_are_refused_without_a_callback),
        cmocka_unit_test(mistakes_are_named_with_their_line),
        cmocka_unit_test(mistakes_in_included_files_are_named_with_the_file),
        cmocka_unit_test(callback_ends_the_parse_with_its_result),
        cmocka_unit_test(ttls_are_read_with_units),
        cmocka_unit_test(sets_print_a_line_each_record),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
