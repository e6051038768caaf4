/*
 * differential_types_test.c - records of every type, generated: what core/dns prints, libzscanner
 * and ldns parse to the same octets; what ldns prints, core/dns parses to the same octets; the
 * canonical form is the one ldns has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/dns/rr.h"
#include "core/dns/token.h"
#include "tests/unit/dns/generate.h"
#include "tests/unit/dns/oracle.h"

#define MEMORY  ((size_t)64 << 20)
#define RECORDS 200 /* of each type */

enum comparison { OUR_TEXT_BY_ZSCANNER, OUR_TEXT_BY_LDNS, THEIR_TEXT, CANONICAL, COMPARISONS };

static const char *const comparison_names[COMPARISONS] = {
    "our text by libzscanner", "our text by ldns", "ldns' text by us", "canonical form by ldns"};

/* Where an oracle is known not to agree, what is compared instead, and why it is not our doing. */
enum instead { GENERIC, NOTHING };

struct exception {
    uint16_t first, last; /* types */
    enum comparison comparison;
    enum instead instead;
    bool (*when)(struct octets rdata); /* NULL: always */
    const char *why;
};

static bool is_empty(struct octets rdata)
{
    return rdata.size == 6;
}

static bool holds_any(struct octets octets, const char *characters)
{
    for (size_t i = 0; i < octets.size; i++) {
        if (octets.data[i] != 0 && strchr(characters, octets.data[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* A comma or a backslash in a protocol. */
static bool holds_comma(struct octets rdata)
{
    return holds_any(rdata, ",\\");
}

static bool holds_delimiter(struct octets rdata)
{
    return holds_any(rdata, ",\\()\";");
}

/* An alpn of two protocols, the first of one octet. */
static bool begins_short(struct octets rdata)
{
    static const uint8_t begin[] = {0, 1, 0, 5, 1};

    return memmem(rdata.data, rdata.size, begin, sizeof(begin)) != NULL;
}

static bool holds_backslash(struct octets rdata)
{
    return holds_any(rdata, "\\");
}

static bool holds_quote(struct octets rdata)
{
    return holds_any(rdata, "\"");
}

/* Expiration or inception past 2038. */
static bool signed_late(struct octets rdata)
{
    return rdata.data[8] >= 0x80 || rdata.data[12] >= 0x80;
}

/* The same of TKEY, behind the name. */
static bool made_late(struct octets rdata)
{
    struct reader reader = reader_of(rdata);
    struct name name;

    return name_read(&reader, &name) == SWORN_OK && (reader.at[0] >= 0x80 || reader.at[4] >= 0x80);
}

#define UNKNOWN "it has no text form of these types: RFC 3597 5 has one for all"
#define ZSCANNER(first, last)                                                                      \
    {                                                                                              \
        first, last, OUR_TEXT_BY_ZSCANNER, GENERIC, NULL, UNKNOWN                                  \
    }
#define LDNS(first, last)                                                                          \
    {                                                                                              \
        first, last, OUR_TEXT_BY_LDNS, GENERIC, NULL, UNKNOWN                                      \
    }

/* clang-format off */
static const struct exception exceptions[] = {
    ZSCANNER(3, 4), ZSCANNER(7, 11), ZSCANNER(19, 20), ZSCANNER(22, 24), ZSCANNER(26, 27),
    ZSCANNER(30, 32), ZSCANNER(34, 34), ZSCANNER(38, 38), ZSCANNER(40, 41), ZSCANNER(55, 58),
    ZSCANNER(66, 68), ZSCANNER(100, 103), ZSCANNER(128, 255), ZSCANNER(258, 264),
    ZSCANNER(32768, 32769),
    LDNS(30, 30), LDNS(38, 38), LDNS(56, 57), LDNS(66, 68), LDNS(258, 264), LDNS(32768, 32768),

    {23, 23, OUR_TEXT_BY_LDNS, NOTHING, NULL, "ldns has a string where RFC 1706 6 has a name"},
    {23, 23, THEIR_TEXT, NOTHING, NULL, "the same"},
    {23, 23, CANONICAL, NOTHING, NULL, "the same"},
    {34, 34, OUR_TEXT_BY_LDNS, NOTHING, NULL, "ldns knows no format octet (AF-SAA-0069 4)"},
    {34, 34, THEIR_TEXT, NOTHING, NULL, "the same"},
    {40, 40, OUR_TEXT_BY_LDNS, NOTHING, NULL, "ldns has but one of the octets before the data"},
    {40, 40, THEIR_TEXT, NOTHING, NULL, "the same"},
    {40, 40, CANONICAL, NOTHING, NULL, "the same"},
    {249, 250, OUR_TEXT_BY_LDNS, NOTHING, NULL, "ldns cannot parse what it prints for these"},
    {62, 62, OUR_TEXT_BY_LDNS, NOTHING, is_empty, "RFC 7477 2.1.2 has no rule against no types"},
    {64, 65, OUR_TEXT_BY_LDNS, NOTHING, holds_comma, "ldns unescapes once, RFC 9460 A.1 twice"},
    {64, 65, OUR_TEXT_BY_ZSCANNER, NOTHING, begins_short,
     "libzscanner takes \"u\" in a list for empty (RFC 9460 7.1.1: 1 to 255 octets)"},
    {64, 65, OUR_TEXT_BY_ZSCANNER, NOTHING, holds_backslash,
     "libzscanner unescapes \\, twice but not \\\\ (RFC 9460 A.1, D.2)"},
    {64, 65, THEIR_TEXT, NOTHING, holds_delimiter, "ldns escapes values once and some not at all"},
    {11, 11, THEIR_TEXT, NOTHING, NULL, "ldns prints the machine's own names of ports"},
    {30, 30, THEIR_TEXT, NOTHING, NULL, "ldns prints RFC 3597's mark in the middle of RDATA"},
    {38, 38, CANONICAL, NOTHING, NULL, "RFC 4034 6.2 lists A6, ldns does not"},
    {24, 24, THEIR_TEXT, NOTHING, signed_late, "ldns prints years before 1970 for some past 2038"},
    {46, 46, THEIR_TEXT, NOTHING, signed_late, "the same"},
    {249, 249, THEIR_TEXT, NOTHING, made_late, "the same"},
    {0, UINT16_MAX, THEIR_TEXT, NOTHING, holds_quote,
     "ldns prints a quote in a name bare; RFC 1035 5.1 lets it begin a string"},
};
/* clang-format on */

/* The exception that applies to this record, NULL when it has to agree. */
static const struct exception *exception_for(uint16_t type, enum comparison comparison,
                                             struct octets rdata)
{
    for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++) {
        const struct exception *exception = &exceptions[i];
        if (type >= exception->first && type <= exception->last &&
            exception->comparison == comparison &&
            (exception->when == NULL || exception->when(rdata))) {
            return exception;
        }
    }
    return NULL;
}

struct fixture {
    struct region region;
    struct octets rdata;
    struct octets text; /* a line */
    struct oracle_records theirs;
    char message[2048];
};

/* Our line; generic: as RFC 3597 5 writes a type that nobody knows. */
static void print_line(struct fixture *fixture, uint16_t type, bool generic)
{
    struct writer text = writer_in(&fixture->region, (size_t)1 << 20);
    char mnemonic[16];

    rr_code_to_text(type, mnemonic);
    if (generic) {
        (void)snprintf(mnemonic, sizeof(mnemonic), "TYPE%u", type);
    }
    assert_int_equal(write_format(&text, "o. 3600 IN %s ", mnemonic), SWORN_OK);
    assert_int_equal(rdata_to_text(type, fixture->rdata, generic, &text), SWORN_OK);
    assert_int_equal(write_u8(&text, '\n'), SWORN_OK);
    fixture->text = written(&text);
}

/* Types that do not stand in zones are parsed as well: only RDATA is, behind the fourth blank. */
static bool parse_ours(struct fixture *fixture, uint16_t type, struct octets *result)
{
    struct writer rdata = writer_in(&fixture->region, RDATA_MAX);
    struct reason reason = {{0}};
    struct octets text = fixture->text;
    size_t blanks = 0;

    for (; text.size > 0 && blanks < 4; text.data++, text.size--) {
        blanks += *text.data == ' ' || *text.data == '\t' ? 1 : 0;
    }
    /* ldns ends lines with what it has to say about a key. */
    const uint8_t *comment = memmem(text.data, text.size, " ;{", 3);
    text.size = comment != NULL ? (size_t)(comment - text.data) : text.size;
    text.size -= text.size > 0 && text.data[text.size - 1] == '\n' ? 1 : 0;
    bool right = rdata_from_text(type, text, NULL, &rdata, &reason) == SWORN_OK;
    (void)snprintf(fixture->theirs.error, sizeof(fixture->theirs.error), "%.250s", reason.text);
    *result = written(&rdata);
    return right;
}

/* The one record that a parser has found. */
static bool take_one(const struct fixture *fixture, bool parsed, struct octets *result)
{
    if (!parsed || fixture->theirs.count != 1) {
        return false;
    }
    *result = fixture->theirs.list[0].rdata;
    return true;
}

/* What the other side makes of the record. */
static bool ask(struct fixture *fixture, uint16_t type, enum comparison comparison, bool generic,
                struct octets *result)
{
    print_line(fixture, type, generic);
    switch (comparison) {
    case OUR_TEXT_BY_ZSCANNER:
        return take_one(fixture, oracle_zscanner(fixture->text, &fixture->theirs), result);
    case OUR_TEXT_BY_LDNS:
        return take_one(fixture, oracle_ldns(fixture->text, &fixture->theirs), result);
    case THEIR_TEXT:
        return oracle_ldns_text(type, fixture->rdata, &fixture->region, &fixture->text) &&
               parse_ours(fixture, type, result);
    case CANONICAL:
        return oracle_ldns_canonical(type, fixture->rdata, &fixture->region, result);
    default:
        return false;
    }
}

static struct octets expected(struct fixture *fixture, uint16_t type, enum comparison comparison)
{
    struct writer canonical = writer_in(&fixture->region, RDATA_MAX);

    if (comparison != CANONICAL) {
        return fixture->rdata;
    }
    assert_int_equal(rdata_canonical(type, fixture->rdata, &canonical), SWORN_OK);
    return written(&canonical);
}

/* Whether both agree; the fixture's message says on what not. */
static bool agrees(struct fixture *fixture, uint16_t type, enum comparison comparison, bool generic)
{
    struct octets theirs = {0};
    struct octets ours = expected(fixture, type, comparison);
    bool understood = ask(fixture, type, comparison, generic, &theirs);

    if (understood && octets_equal(theirs, ours)) {
        return true;
    }
    (void)snprintf(fixture->message, sizeof(fixture->message), "%s: %.*s is %s, not %s %s",
                   comparison_names[comparison], shown(fixture->text),
                   (const char *)fixture->text.data, oracle_hex(ours, &fixture->region),
                   understood ? oracle_hex(theirs, &fixture->region) : "refused:",
                   understood ? "" : fixture->theirs.error);
    return false;
}

static void compare_record(const struct rr_type *type, enum comparison comparison, uint64_t *seed,
                           size_t used[])
{
    struct fixture fixture = {0};

    region_init(&fixture.region, MEMORY);
    fixture.theirs.region = &fixture.region;
    struct writer rdata = writer_in(&fixture.region, RDATA_MAX);
    generate_rdata(seed, type, &rdata);
    fixture.rdata = written(&rdata);
    assert_int_equal(rdata_check(type->code, fixture.rdata), SWORN_OK);

    const struct exception *exception = exception_for(type->code, comparison, fixture.rdata);
    bool agreed = agrees(&fixture, type->code, comparison, false);
    if (!agreed && exception != NULL) {
        used[exception - exceptions]++;
        agreed = exception->instead == NOTHING || agrees(&fixture, type->code, comparison, true);
    }
    region_clear(&fixture.region);
    if (!agreed) {
        fail_msg("%s, %s", type->name, fixture.message);
    }
}

static void every_type_is_read_and_printed_as_others_do(void **state)
{
    enum comparison comparison = (enum comparison)(uintptr_t)*state;
    size_t used[sizeof(exceptions) / sizeof(exceptions[0])] = {0};
    size_t count;
    const struct rr_type *types = rr_type_all(&count);

    for (size_t i = 0; i < count; i++) {
        uint64_t seed = 20260101U + types[i].code;
        for (size_t record = 0; record < RECORDS; record++) {
            compare_record(&types[i], comparison, &seed, used);
        }
    }
    /* An exception that nothing needs hides the next mistake. */
    for (size_t i = 0; i < sizeof(used) / sizeof(used[0]); i++) {
        if (exceptions[i].comparison == comparison && used[i] == 0) {
            fail_msg("type %u, %s: the exception \"%s\" is not needed", exceptions[i].first,
                     comparison_names[comparison], exceptions[i].why);
        }
    }
}

#define COMPARE(what)                                                                              \
    {                                                                                              \
        .name = "every_type_is_read_and_printed_as_others_do: " #what,                             \
        .test_func = every_type_is_read_and_printed_as_others_do,                                  \
        .initial_state = (void *)(uintptr_t)(what)                                                 \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        COMPARE(OUR_TEXT_BY_ZSCANNER),
        COMPARE(OUR_TEXT_BY_LDNS),
        COMPARE(THEIR_TEXT),
        COMPARE(CANONICAL),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
