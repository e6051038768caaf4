/*
 * answer_test.c - the classes of answers, over a small zone as if it were signed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/dns/rr.h"
#include "tests/unit/host/fake_sign.h"
#include "tests/unit/host/message_lines.h"

static const char zone_text[] =
    "$ORIGIN example.\n"
    "$TTL 3600\n"
    "@ 7200 SOA ns1 host 1 7200 3600 86400 300\n"
    "@ NS ns1\n@ NS ns.other.test.\n@ MX 10 mail\n@ TXT \"apex\"\n"
    "ns1 A 192.0.2.1\n"
    "mail A 192.0.2.2\nmail AAAA 2001:db8::2\n"
    "a.deep.ent TXT \"below empty non-terminals\"\n"
    "*.wild A 192.0.2.3\n*.wild MX 5 mail\n"
    "*.alias CNAME mail\n"
    "*.star.ent2.wildent TXT \"the wildcard is one label up\"\n"
    "below.*.wildent TXT \"the wildcard is an empty non-terminal\"\n"
    "sub NS ns.sub\nsub NS ns.sibling\nsub NS ns1\nsub NS ns.other.test.\n"
    "sub DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000\n"
    "ns.sub A 192.0.2.4\nns.sub AAAA 2001:db8::4\n"
    "sibling NS ns.sibling\nns.sibling A 192.0.2.5\n"
    "c1 CNAME c2\nc2 CNAME mail\nloop1 CNAME loop2\nloop2 CNAME loop1\n"
    "c3 CNAME nothing\nc4 CNAME www.sub\nc5 CNAME www.elsewhere.test.\nc6 CNAME www.d\n"
    "d DNAME t\nd TXT \"beside\"\nx.t A 192.0.2.6\n"
    "big TXT \"";

struct fixture {
    struct answer_server *server;
    struct answer_reader *reader;
    struct region region;
    uint8_t response[65535];
    size_t size;
    struct message_lines lines;
};

static void load(struct fixture *fixture, const char *text, const char *origin)
{
    struct zone_sets sets;
    struct reason reason;

    if (!zone_sets_read(&sets, octets_of_text(text), origin, &reason)) {
        fail_msg("%s", reason.text);
    }
    fake_sign(&sets);
    assert_int_equal(zone_sets_load(&sets, fixture->server), SWORN_OK);
    zone_sets_free(&sets);
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    char text[sizeof(zone_text) + 2000];
    size_t size = (size_t)snprintf(text, sizeof(text), "%s", zone_text);

    for (int i = 0; i < 7; i++) {
        size +=
            (size_t)snprintf(text + size, sizeof(text) - size, "%s%0200d", i > 0 ? "\" \"" : "", i);
    }
    snprintf(text + size, sizeof(text) - size, "\"\n");
    assert_int_equal(answer_server_new(&fixture->server), SWORN_OK);
    load(fixture, text, "example.");
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

static const struct message_lines *send(struct fixture *fixture, struct octets query, bool udp)
{
    struct answer_request request = {.query = query,
                                     .response = fixture->response,
                                     .room = udp ? 1232 : 65535,
                                     .transport = udp ? TRANSPORT_UDP : TRANSPORT_TCP};
    struct reason reason = {.text = ""};

    fixture->size = answer_query(fixture->reader, &request, &(struct answer_facts){0});
    assert_true(fixture->size >= 12 && fixture->size <= request.room);
    if (message_lines(octets_of(fixture->response, fixture->size), &fixture->region,
                      &fixture->lines, &reason) != SWORN_OK) {
        fail_msg("response does not parse: %s", reason.text);
    }
    assert_true(fixture->lines.qr);
    return &fixture->lines;
}

static const struct message_lines *ask(struct fixture *fixture, const char *name, uint16_t type,
                                       bool dnssec)
{
    struct query_options options = {
        .name = name, .type = type, .edns = true, .dnssec = dnssec, .udp_size = 1232};
    uint8_t query[512];

    return send(fixture, octets_of(query, query_make(&options, query)), true);
}

/* What an RRSIG covers, as text; NULL for another record. The type is the third field. */
static const char *covered(const char *line)
{
    for (int fields = 0; fields < 2; fields++) {
        line = strchr(line, ' ') + 1;
    }
    return strncmp(line, "RRSIG ", 6) == 0 ? line + 6 : NULL;
}

/* The records without signatures, one after another: "owner TTL TYPE rdata|...". */
static const char *section(struct fixture *fixture, int number)
{
    struct writer text = writer_in(&fixture->region, 1 << 20);
    char *joined;

    for (size_t i = 0; i < fixture->lines.count[number]; i++) {
        const char *line = fixture->lines.line[number][i];

        if (covered(line) == NULL) {
            assert_int_equal(write_format(&text, "%s%s", text.used > 0 ? "|" : "", line), SWORN_OK);
        }
    }
    assert_int_equal(region_text(&fixture->region, written(&text), &joined), SWORN_OK);
    return joined;
}

/* How many signatures a section has over sets of `type`, written as "A " or "NSEC ". */
static size_t signatures(const struct fixture *fixture, int number, const char *type)
{
    size_t count = 0;

    for (size_t i = 0; i < fixture->lines.count[number]; i++) {
        const char *type_covered = covered(fixture->lines.line[number][i]);

        count += type_covered != NULL && strncmp(type_covered, type, strlen(type)) == 0;
    }
    return count;
}

#define SOA       "example. 300 SOA ns1.example. host.example. 1 7200 3600 86400 300"
#define APEX_NSEC "example. 300 NSEC *.alias.example. NS SOA MX TXT RRSIG NSEC"

static void answer_is_the_set_with_its_signature(void **state)
{
    struct fixture *fixture = *state;
    const struct message_lines *lines = ask(fixture, "example.", RR_MX, true);

    assert_int_equal(lines->rcode, 0);
    assert_true(lines->aa);
    assert_string_equal(section(fixture, 0), "example. 3600 MX 10 mail.example.");
    assert_int_equal(signatures(fixture, 0, "MX "), 1);
    assert_int_equal(lines->count[1] + lines->count[2], 0);
    ask(fixture, "mail.example.", RR_AAAA, false);
    assert_string_equal(section(fixture, 0), "mail.example. 3600 AAAA 2001:db8::2");
    assert_int_equal(fixture->lines.count[0], 1);
}

static void negative_answers_live_as_long_as_minimum_and_are_denied(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(ask(fixture, "mail.example.", RR_TXT, true)->rcode, 0);
    assert_true(fixture->lines.aa);
    assert_string_equal(section(fixture, 1),
                        SOA "|mail.example. 300 NSEC ns1.example. A AAAA RRSIG NSEC");
    assert_int_equal(signatures(fixture, 1, "SOA "), 1);
    assert_int_equal(signatures(fixture, 1, "NSEC "), 1);
    /* Absent: the name, and the wildcard in its place. */
    assert_int_equal(ask(fixture, "nope.example.", RR_A, true)->rcode, 3);
    assert_string_equal(section(fixture, 1),
                        APEX_NSEC "|" SOA "|mail.example. 300 NSEC ns1.example. A AAAA RRSIG NSEC");
    /* One NSEC does for both. */
    ask(fixture, "0.example.", RR_A, true);
    assert_string_equal(section(fixture, 1), APEX_NSEC "|" SOA);
    ask(fixture, "0.example.", RR_A, false);
    assert_string_equal(section(fixture, 1), SOA);
    assert_int_equal(fixture->lines.count[1], 1);
}

static void empty_non_terminal_exists(void **state)
{
    struct fixture *fixture = *state;

    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            ask(fixture, i == 0 ? "ent.example." : "deep.ent.example.", RR_A, true)->rcode, 0);
        assert_string_equal(section(fixture, 1),
                            "d.example. 300 NSEC a.deep.ent.example. TXT DNAME RRSIG NSEC|" SOA);
    }
}

static void wildcard_answers_for_names_that_are_not_there(void **state)
{
    struct fixture *fixture = *state;

    assert_true(ask(fixture, "any.thing.WILD.example.", RR_MX, true)->aa);
    assert_string_equal(section(fixture, 0), "any.thing.wild.example. 3600 MX 5 mail.example.");
    assert_string_equal(section(fixture, 1),
                        "*.wild.example. 300 NSEC below.*.wildent.example. A MX RRSIG NSEC");
    /* NODATA: the wildcard's own NSEC happens to cover the name too. */
    ask(fixture, "thing.wild.example.", RR_TXT, true);
    assert_string_equal(section(fixture, 1),
                        "*.wild.example. 300 NSEC below.*.wildent.example. A MX RRSIG NSEC|" SOA);
    /* The wildcard itself, asked for by name. */
    ask(fixture, "*.wild.example.", RR_A, true);
    assert_string_equal(section(fixture, 0), "*.wild.example. 3600 A 192.0.2.3");
    assert_int_equal(fixture->lines.count[1], 0);
    /* A wildcard that is an empty non-terminal stands for the name all the same. */
    assert_int_equal(ask(fixture, "x.wildent.example.", RR_TXT, true)->rcode, 0);
    /* No wildcard at the closest encloser: those above do not matter. */
    assert_int_equal(ask(fixture, "x.ent2.wildent.example.", RR_TXT, true)->rcode, 3);
}

static void referral_has_ds_and_addresses(void **state)
{
    struct fixture *fixture = *state;
    const struct message_lines *lines = ask(fixture, "a.b.sub.example.", RR_A, true);

    assert_false(lines->aa);
    assert_int_equal(lines->count[0], 0);
    assert_string_equal(
        section(fixture, 1),
        "sub.example. 3600 DS 1 13 2 "
        "0000000000000000000000000000000000000000000000000000000000000000|"
        "sub.example. 3600 NS ns.other.test.|sub.example. 3600 NS ns.sibling.example.|"
        "sub.example. 3600 NS ns.sub.example.|sub.example. 3600 NS ns1.example.");
    assert_int_equal(signatures(fixture, 1, "DS "), 1);
    assert_string_equal(section(fixture, 2),
                        "ns.sibling.example. 3600 A 192.0.2.5|ns.sub.example. 3600 A 192.0.2.4|"
                        "ns.sub.example. 3600 AAAA 2001:db8::4|ns1.example. 3600 A 192.0.2.1");
    assert_int_equal(signatures(fixture, 2, "A "), 1); /* ns1 is authoritative here */
    ask(fixture, "sibling.example.", RR_A, true);
    assert_string_equal(section(fixture, 1), "sibling.example. 300 NSEC sub.example. NS RRSIG NSEC|"
                                             "sibling.example. 3600 NS ns.sibling.example.");
    ask(fixture, "ns.sibling.example.", RR_A, false);
    assert_int_equal(fixture->lines.count[1], 1);
}

static void ds_at_a_cut_is_answered_by_the_parent(void **state)
{
    struct fixture *fixture = *state;

    assert_true(ask(fixture, "sub.example.", RR_DS, true)->aa);
    assert_int_equal(signatures(fixture, 0, "DS "), 1);
    assert_true(ask(fixture, "sibling.example.", RR_DS, true)->aa);
    assert_string_equal(section(fixture, 1),
                        SOA "|sibling.example. 300 NSEC sub.example. NS RRSIG NSEC");
    assert_true(ask(fixture, "example.", RR_DS, true)->aa);
    assert_string_equal(section(fixture, 1), APEX_NSEC "|" SOA);
    /* With the child served here too. */
    load(fixture, "@ SOA . . 1 1 1 1 1\n@ NS ns\n@ TXT \"child\"\nns A 192.0.2.9\n",
         "sub.example.");
    ask(fixture, "sub.example.", RR_TXT, false);
    assert_string_equal(section(fixture, 0), "sub.example. 3600 TXT \"child\"");
    ask(fixture, "sub.example.", RR_DS, true);
    assert_int_equal(signatures(fixture, 0, "DS "), 1);
}

static void alias_is_followed_inside_the_zone(void **state)
{
    struct fixture *fixture = *state;

    assert_true(ask(fixture, "C1.example.", RR_A, true)->aa);
    assert_string_equal(section(fixture, 0),
                        "c1.example. 3600 CNAME c2.example.|c2.example. 3600 CNAME mail.example.|"
                        "mail.example. 3600 A 192.0.2.2");
    assert_int_equal(fixture->lines.count[0], 6);
    assert_int_equal(ask(fixture, "c3.example.", RR_A, true)->rcode, 3);
    assert_string_equal(section(fixture, 1),
                        APEX_NSEC "|" SOA "|mail.example. 300 NSEC ns1.example. A AAAA RRSIG NSEC");
    ask(fixture, "c4.example.", RR_A, true);
    assert_true(fixture->lines.aa);
    assert_int_equal(signatures(fixture, 1, "DS "), 1);
    assert_int_equal(fixture->lines.count[2], 5);
    ask(fixture, "c5.example.", RR_A, true);
    assert_string_equal(section(fixture, 0), "c5.example. 3600 CNAME www.elsewhere.test.");
    ask(fixture, "c1.example.", RR_CNAME, false);
    assert_string_equal(section(fixture, 0), "c1.example. 3600 CNAME c2.example.");
    ask(fixture, "loop1.example.", RR_A, false);
    assert_string_equal(section(fixture, 0), "loop1.example. 3600 CNAME loop2.example.|"
                                             "loop2.example. 3600 CNAME loop1.example.");
    ask(fixture, "any.alias.example.", RR_A, true);
    assert_string_equal(section(fixture, 0), "any.alias.example. 3600 CNAME mail.example.|"
                                             "mail.example. 3600 A 192.0.2.2");
    assert_string_equal(section(fixture, 1),
                        "*.alias.example. 300 NSEC big.example. CNAME RRSIG NSEC");
}

static void dname_makes_cname(void **state)
{
    struct fixture *fixture = *state;
    char name[256] = "";

    ask(fixture, "x.d.example.", RR_A, true);
    assert_string_equal(section(fixture, 0),
                        "d.example. 3600 DNAME t.example.|x.d.example. 3600 CNAME x.t.example.|"
                        "x.t.example. 3600 A 192.0.2.6");
    assert_int_equal(signatures(fixture, 0, "DNAME "), 1);
    assert_int_equal(signatures(fixture, 0, "CNAME "), 0);
    ask(fixture, "d.example.", RR_TXT, false);
    assert_string_equal(section(fixture, 0), "d.example. 3600 TXT \"beside\"");
    assert_int_equal(ask(fixture, "c6.example.", RR_A, false)->rcode, 3);
    assert_int_equal(fixture->lines.count[0], 3);

    /* RFC 6672 2.2: too long for a name. */
    load(fixture,
         "@ SOA . . 1 1 1 1 1\n@ NS ns\nns A 192.0.2.9\n"
         "d DNAME aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
         "test.");
    for (int i = 0; i < 4; i++) {
        snprintf(name + strlen(name), sizeof(name) - strlen(name), "%.*s.", i == 3 ? 20 : 60,
                 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
    }
    snprintf(name + strlen(name), sizeof(name) - strlen(name), "d.test.");
    assert_int_equal(ask(fixture, name, RR_A, false)->rcode, 6);
    assert_int_equal(fixture->lines.count[0], 1);
}

static void case_of_the_question_is_kept(void **state)
{
    struct fixture *fixture = *state;

    ask(fixture, "MaIl.ExAmPlE.", RR_A, false);
    assert_memory_equal(fixture->response + 12, "\4MaIl\7ExAmPlE", 14);
    assert_int_equal(fixture->response[12 + 14 + 4], 0xc0); /* the owner points there */
    assert_string_equal(section(fixture, 0), "mail.example. 3600 A 192.0.2.2");
}

static void answer_that_does_not_fit_is_truncated(void **state)
{
    struct fixture *fixture = *state;
    struct query_options options = {.name = "big.example.", .type = RR_TXT};
    uint8_t query[512];

    assert_true(ask(fixture, "big.example.", RR_TXT, false)->tc);
    assert_int_equal(fixture->lines.count[0], 0);
    assert_false(send(fixture, octets_of(query, query_make(&options, query)), false)->tc);
    assert_int_equal(fixture->lines.count[0], 1);
    assert_false(fixture->lines.opt);
    /* 512 octets without EDNS. */
    options.name = "example.";
    options.type = RR_ANY;
    send(fixture, octets_of(query, query_make(&options, query)), true);
    assert_true(fixture->size <= 512);
}

static void any_and_rrsig_are_one_set_and_all_signatures(void **state)
{
    struct fixture *fixture = *state;

    ask(fixture, "mail.example.", RR_ANY, true);
    assert_string_equal(section(fixture, 0), "mail.example. 3600 A 192.0.2.2");
    assert_int_equal(signatures(fixture, 0, "A "), 1);
    ask(fixture, "mail.example.", RR_RRSIG, false);
    assert_int_equal(fixture->lines.count[0], 3);
    ask(fixture, "mail.example.", RR_NSEC, false);
    assert_string_equal(section(fixture, 0),
                        "mail.example. 300 NSEC ns1.example. A AAAA RRSIG NSEC");
}

static void other_zones_are_refused_and_root_can_be_one(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(ask(fixture, "www.test.", RR_A, true)->rcode, 5);
    assert_false(fixture->lines.aa);
    load(fixture, ". SOA a. b. 1 1 1 1 1\n. NS a.\na. A 192.0.2.8\nexample. NS a.\n", ".");
    assert_int_equal(ask(fixture, "www.test.", RR_A, true)->rcode, 3);
    assert_string_equal(section(fixture, 1),
                        ". 1 SOA a. b. 1 1 1 1 1|. 300 NSEC a. NS SOA RRSIG NSEC|"
                        "example. 300 NSEC . NS RRSIG NSEC");
    ask(fixture, ".", RR_NS, true);
    assert_string_equal(section(fixture, 0), ". 3600 NS a.");
    ask(fixture, "mail.example.", RR_A, false); /* the longest apex */
    assert_string_equal(section(fixture, 0), "mail.example. 3600 A 192.0.2.2");
    struct name apex;
    assert_int_equal(name_from_text(octets_of_text("EXAMPLE."), NULL, &apex), SWORN_OK);
    assert_int_equal(answer_remove(fixture->server, &apex), SWORN_OK);
    ask(fixture, "mail.example.", RR_A, false);
    assert_string_equal(section(fixture, 1), "example. 3600 NS a.");
    assert_int_equal(answer_remove(fixture->server, &apex), SWORN_ABSENT);
}

/* --- malformed and odd queries --------------------------------------------------------------- */

struct odd {
    const char *what;
    const char *hex;
    int rcode; /* -1: no response */
};

static size_t from_hex(const char *hex, uint8_t *octets)
{
    size_t size = 0;
    unsigned value;

    for (; hex[0] != 0; hex += 2) {
        while (*hex == ' ') {
            hex++;
        }
        assert_int_equal(sscanf(hex, "%2x", &value), 1);
        octets[size++] = (uint8_t)value;
    }
    return size;
}

#define QNAME "076578616d706c6500"
#define OPT   "00 0029 04d0 00000000 0000"

static void odd_queries_get_the_code_that_names_the_cause(void **state)
{
    struct fixture *fixture = *state;
    static const struct odd odds[] = {
        {"eleven octets", "1234 0000 0001 0000 0000 00", -1},
        {"a response", "1234 8000 0001 0000 0000 0000" QNAME "0006 0001", -1},
        {"a header alone", "1234 0000 0001 0000 0000 0000", 1},
        {"no question", "1234 0000 0000 0000 0000 0000", 1},
        {"two questions", "1234 0000 0002 0000 0000 0000" QNAME "0006 0001" QNAME "0006 0001", 1},
        {"a pointer as name", "1234 0000 0001 0000 0000 0000 c00c 0006 0001", 1},
        {"an extended label", "1234 0000 0001 0000 0000 0000 4161 00 0006 0001", 1},
        {"a name that ends early", "1234 0000 0001 0000 0000 0000 0765", 1},
        {"an answer in a query", "1234 0000 0001 0001 0000 0000" QNAME "0006 0001", 1},
        {"octets after the end", "1234 0000 0001 0000 0000 0000" QNAME "0006 0001 00", 1},
        {"a record that is not there", "1234 0000 0001 0000 0000 0001" QNAME "0006 0001", 1},
        {"opcode STATUS", "1234 1000 0001 0000 0000 0000" QNAME "0006 0001", 4},
        {"class CH", "1234 0000 0001 0000 0000 0000" QNAME "0006 0003", 5},
        {"class ANY", "1234 0000 0001 0000 0000 0000" QNAME "0006 00ff", 0},
        {"type OPT", "1234 0000 0001 0000 0000 0000" QNAME "0029 0001", 1},
        {"type TSIG", "1234 0000 0001 0000 0000 0000" QNAME "00fa 0001", 1},
        {"type MAILA", "1234 0000 0001 0000 0000 0000" QNAME "00fe 0001", 4},
        {"an unknown type", "1234 0000 0001 0000 0000 0000" QNAME "4242 0001", 0},
        {"EDNS", "1234 0000 0001 0000 0000 0001" QNAME "0006 0001" OPT, 0},
        {"EDNS with an unknown option",
         "1234 0000 0001 0000 0000 0001" QNAME "0006 0001 00 0029 04d0 00000000 0006 fde9 0002 "
         "abcd",
         0},
        {"EDNS with half an option",
         "1234 0000 0001 0000 0000 0001" QNAME "0006 0001 00 0029 04d0 00000000 0003 fde9 00", 1},
        {"two OPT", "1234 0000 0001 0000 0000 0002" QNAME "0006 0001" OPT OPT, 1},
        {"OPT that the root does not own",
         "1234 0000 0001 0000 0000 0001" QNAME "0006 0001 0161" OPT, 1},
        {"EDNS version 1",
         "1234 0000 0001 0000 0000 0001" QNAME "0006 0001 00 0029 04d0 00010000 0000", 16},
    };

    for (size_t i = 0; i < sizeof(odds) / sizeof(odds[0]); i++) {
        uint8_t query[512];
        struct octets octets = octets_of(query, from_hex(odds[i].hex, query));
        struct answer_request request = {.query = octets,
                                         .response = fixture->response,
                                         .room = 1232,
                                         .transport = TRANSPORT_UDP};

        if (odds[i].rcode < 0) {
            assert_int_equal(answer_query(fixture->reader, &request, &(struct answer_facts){0}), 0);
            continue;
        }
        if (send(fixture, octets, true)->rcode != odds[i].rcode) {
            fail_msg("%s: response code %d instead of %d", odds[i].what, fixture->lines.rcode,
                     odds[i].rcode);
        }
        assert_int_equal(fixture->lines.id, 0x1234);
        assert_int_equal(fixture->lines.opcode, query[2] >> 3 & 15);
    }
}

static void flags_are_copied_or_cleared(void **state)
{
    struct fixture *fixture = *state;
    uint8_t query[512];
    size_t size = from_hex("abcd 01b0 0001 0000 0000 0001" QNAME "0006 0001"
                           "00 0029 1000 00008000 0000",
                           query);
    const struct message_lines *lines = send(fixture, octets_of(query, size), true);

    assert_int_equal(lines->id, 0xabcd);
    assert_true(lines->aa && lines->rd && lines->cd && lines->do_bit);
    assert_true(!lines->ra && !lines->ad && !lines->tc);
    assert_int_equal(lines->udp_size, 1232);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(answer_is_the_set_with_its_signature),
        TEST(negative_answers_live_as_long_as_minimum_and_are_denied),
        TEST(empty_non_terminal_exists),
        TEST(wildcard_answers_for_names_that_are_not_there),
        TEST(referral_has_ds_and_addresses),
        TEST(ds_at_a_cut_is_answered_by_the_parent),
        TEST(alias_is_followed_inside_the_zone),
        TEST(dname_makes_cname),
        TEST(case_of_the_question_is_kept),
        TEST(answer_that_does_not_fit_is_truncated),
        TEST(any_and_rrsig_are_one_set_and_all_signatures),
        TEST(other_zones_are_refused_and_root_can_be_one),
        TEST(odd_queries_get_the_code_that_names_the_cause),
        TEST(flags_are_copied_or_cleared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
