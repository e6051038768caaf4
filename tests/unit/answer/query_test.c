/*
 * query_test.c - messages that are odd, wrong or not questions; many of them have brought down or
 * confused some server before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/dns/rr.h"
#include "tests/unit/answer/asking.h"

#define TSIG "016b00 00fa 00ff 00000000 0000"

struct message {
    const char *what;
    const char *hex;
    int rcode;
};

static void check(struct asking *asking, const struct message *messages, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int rcode = asking_send_hex(asking, messages[i].hex);

        if (rcode != messages[i].rcode) {
            fail_msg("%s: %d instead of %d", messages[i].what, rcode, messages[i].rcode);
        }
    }
}

#define CHECK(asking, messages) check(asking, messages, sizeof(messages) / sizeof((messages)[0]))

static void what_is_no_question_goes_elsewhere(void **state)
{
    static const struct message messages[] = {
        {"NOTIFY", "1234 2400 0001 0000 0000 0000" SOA_QUESTION, NOT_HERE},
        {"UPDATE", "1234 2800 0001 0000 0000 0000" SOA_QUESTION, NOT_HERE},
        {"UPDATE of nothing", "1234 2800 0000 0000 0000 0000", NOT_HERE},
        {"AXFR", HEADER QNAME "00fc 0001", NOT_HERE},
        {"IXFR with its SOA",
         "1234 0000 0001 0000 0001 0000" QNAME "00fb 0001 c00c 0006 0001 00000000 0016 00 00"
         "00000001 00000002 00000003 00000004 00000005",
         NOT_HERE},
        {"a question with TSIG", HEADER_EDNS SOA_QUESTION TSIG, NOT_HERE},
        {"a question with OPT and TSIG",
         "1234 0000 0001 0000 0000 0002" SOA_QUESTION PLAIN_OPT TSIG, NOT_HERE},
        {"TSIG before OPT", "1234 0000 0001 0000 0000 0002" SOA_QUESTION TSIG PLAIN_OPT, 1},
        {"two TSIG", "1234 0000 0001 0000 0000 0002" SOA_QUESTION TSIG TSIG, 1},
        {"TSIG, then octets", HEADER_EDNS SOA_QUESTION TSIG "00", 1},
        {"SIG(0) on a question", HEADER_EDNS SOA_QUESTION "00 0018 00ff 00000000 0002 abcd", 0},
    };

    CHECK((struct asking *)*state, messages);
}

static void responses_are_not_answered(void **state)
{
    static const struct message messages[] = {
        {"a response", "1234 8000 0001 0000 0000 0000" SOA_QUESTION, NO_RESPONSE},
        {"a response to UPDATE", "1234 a800 0001 0000 0000 0000" SOA_QUESTION, NO_RESPONSE},
        {"FORMERR", "1234 8001 0000 0000 0000 0000", NO_RESPONSE},
        {"eleven octets", "1234 0000 0001 0000 0000 00", NO_RESPONSE},
        {"nothing", "", NO_RESPONSE},
    };

    CHECK((struct asking *)*state, messages);
}

static void other_opcodes_are_not_implemented(void **state)
{
    struct asking *asking = *state;

    for (unsigned opcode = 1; opcode < 16; opcode++) {
        char hex[100];

        snprintf(hex, sizeof(hex), "1234 %02x00 0001 0000 0000 0000%s", opcode << 3, SOA_QUESTION);
        if (opcode == 4 || opcode == 5) {
            continue;
        }
        assert_int_equal(asking_send_hex(asking, hex), RCODE_NOTIMP);
        assert_int_equal(asking->lines.opcode, opcode);
        assert_int_equal(asking->size, 12); /* RFC 8906 8.1.3: nothing but the header */
    }
}

static void compression_in_the_question_is_malformed(void **state)
{
    static const struct message messages[] = {
        {"a pointer to itself", HEADER "c00c 0006 0001", 1},
        {"a pointer to the header", HEADER "c000 0006 0001", 1},
        {"a pointer behind the end", HEADER "ffff 0006 0001", 1},
        {"a label, then a pointer to it", HEADER "0161 c00c 0006 0001", 1},
        {"two pointers at each other", HEADER "c00e c00c 0006 0001", 1},
        {"half a pointer", HEADER "c0", 1},
        {"label type 01", HEADER "41 61 00 0006 0001", 1},
        {"label type 10", HEADER "81 61 00 0006 0001", 1},
        {"a record that points to itself", HEADER_EDNS SOA_QUESTION "c01a 0001 0001 00000000 0000",
         0},
        {"an OPT owned by way of a pointer",
         HEADER_EDNS SOA_QUESTION "c014 0029 04d0 00000000 0000", 1},
    };

    CHECK((struct asking *)*state, messages);
}

static void counts_that_lie_are_malformed(void **state)
{
    static const struct message messages[] = {
        {"no question", "1234 0000 0000 0000 0000 0000", 1},
        {"no question, but one is there", "1234 0000 0000 0000 0000 0000" SOA_QUESTION, 1},
        {"two questions", "1234 0000 0002 0000 0000 0000" SOA_QUESTION SOA_QUESTION, 1},
        {"two questions, one is there", "1234 0000 0002 0000 0000 0000" SOA_QUESTION, 1},
        {"65,535 questions", "1234 0000 ffff 0000 0000 0000" SOA_QUESTION, 1},
        {"one question, none is there", HEADER, 1},
        {"question cut in the type", HEADER QNAME "00", 1},
        {"question cut in the class", HEADER QNAME "0006 00", 1},
        {"an answer", "1234 0000 0001 0001 0000 0000" SOA_QUESTION, 1},
        {"an authority", "1234 0000 0001 0000 0001 0000" SOA_QUESTION, 1},
        {"an additional that is not there", HEADER_EDNS SOA_QUESTION, 1},
        {"65,535 additional, one is there", "1234 0000 0001 0000 0000 ffff" SOA_QUESTION PLAIN_OPT,
         1},
        {"an additional that is not counted", HEADER SOA_QUESTION PLAIN_OPT, 1},
        {"a record whose size lies", HEADER_EDNS SOA_QUESTION "00 0001 0001 00000000 0005 01020304",
         1},
    };

    CHECK((struct asking *)*state, messages);
}

static void opt_has_its_place_and_is_alone(void **state)
{
    static const struct message messages[] = {
        {"two OPT", "1234 0000 0001 0000 0000 0002" SOA_QUESTION PLAIN_OPT PLAIN_OPT, 1},
        {"OPT in the answer", "1234 0000 0001 0001 0000 0000" SOA_QUESTION PLAIN_OPT, 1},
        {"OPT in the authority", "1234 0000 0001 0000 0001 0000" SOA_QUESTION PLAIN_OPT, 1},
        {"OPT that the root does not own", HEADER_EDNS SOA_QUESTION "0161" PLAIN_OPT, 1},
        {"OPT behind another record",
         "1234 0000 0001 0000 0000 0002" SOA_QUESTION "00 0001 0001 00000000 0000" PLAIN_OPT, 0},
        {"OPT before another record",
         "1234 0000 0001 0000 0000 0002" SOA_QUESTION PLAIN_OPT "00 0001 0001 00000000 0000", 0},
        {"OPT cut in its size", HEADER_EDNS SOA_QUESTION "00 0029 04d0 00000000 00", 1},
        {"OPT with less than its size", HEADER_EDNS SOA_QUESTION "00 0029 04d0 00000000 0004 0003",
         1},
        {"all flags", HEADER_EDNS SOA_QUESTION "00 0029 04d0 0000ffff 0000", 0},
        {"an upper response code in a query", HEADER_EDNS SOA_QUESTION "00 0029 04d0 ff000000 0000",
         0},
        {"size 0", HEADER_EDNS SOA_QUESTION "00 0029 0000 00000000 0000", 0},
    };
    struct asking *asking = *state;

    CHECK(asking, messages);
    asking_send_hex(asking, HEADER_EDNS SOA_QUESTION "00 0029 04d0 0000ffff 0000");
    assert_true(asking->lines.do_bit);
    assert_int_equal(get_u16(asking->options.data - 4), 0x8000); /* no other flag comes back */
}

/* A name of `size` octets, as a query for it; its last label is "example" where there is room. */
static size_t query_of_size(uint8_t *query, size_t name)
{
    size_t at = octets_from_hex(HEADER, query);
    size_t left = name - 9;

    while (left > 0) {
        size_t label = left > 64 ? 63 : left - 1;

        label = left - 1 - label == 1 ? label - 1 : label; /* none of size 0 */
        query[at] = (uint8_t)label;
        memset(query + at + 1, 'a', label);
        at += 1 + label;
        left -= 1 + label;
    }
    return at + octets_from_hex(SOA_QUESTION, query + at);
}

static void names_have_255_octets_at_most(void **state)
{
    struct asking *asking = *state;
    uint8_t query[512];

    for (size_t size = 11; size <= 255; size++) {
        assert_int_equal(asking_send(asking, octets_of(query, query_of_size(query, size))),
                         RCODE_NXDOMAIN);
    }
    for (size_t size = 256; size < 330; size++) {
        assert_int_equal(asking_send(asking, octets_of(query, query_of_size(query, size))),
                         RCODE_FORMERR);
        assert_int_equal(asking->size, 12);
    }
}

static void name_of_127_labels_is_looked_up(void **state)
{
    struct asking *asking = *state;
    uint8_t query[512];
    size_t at = octets_from_hex(HEADER, query);

    for (int i = 0; i < 123; i++) {
        at += octets_from_hex("0161", query + at);
    }
    at += octets_from_hex(SOA_QUESTION, query + at);
    assert_int_equal(asking_send(asking, octets_of(query, at)), RCODE_NXDOMAIN);
}

static void every_type_gets_an_answer_or_its_code(void **state)
{
    struct asking *asking = *state;

    for (unsigned type = 0; type <= 65535; type += type < 300 ? 1 : 251) {
        bool elsewhere = type == RR_AXFR || type == RR_IXFR;
        bool none = type == RR_OPT || type == RR_TSIG || type == RR_TKEY || type == 128;
        bool obsolete = type == 253 || type == 254;
        int expected = elsewhere ? NOT_HERE : none ? RCODE_FORMERR : obsolete ? RCODE_NOTIMP : 0;
        char hex[100];

        snprintf(hex, sizeof(hex), "%s%s %04x 0001", HEADER, QNAME, type);
        if (asking_send_hex(asking, hex) != expected) {
            fail_msg("type %u: %d", type, asking->lines.rcode);
        }
        assert_int_equal(asking->facts.type, type);
        region_clear(&asking->region);
    }
}

static void refusals_carry_code_question_and_opt(void **state)
{
    struct asking *asking = *state;
    struct answer_request *request = &asking->request;
    uint8_t *query = asking->query;
    size_t size = octets_from_hex("1234 2900 0001 0000 0001 0001" QNAME "0006 0001"
                                  "c00c 00ff 00ff 00000000 0000" PLAIN_OPT,
                                  query);

    request->query = octets_of(query, size);
    asking->size = answer_refusal(request, RCODE_REFUSED);
    assert_true(asking->size > 12 + 13 + 11 && asking->size <= 512);
    assert_int_equal(asking->response[2], 0xa9); /* QR, UPDATE, RD */
    assert_int_equal(asking->response[3], RCODE_REFUSED);
    assert_memory_equal(asking->response + 12, query + 12, 13);
    assert_memory_equal(asking->response + 4, "\0\1\0\0\0\0\0\1", 8);
    assert_int_equal(asking->response[26 + 1], RR_OPT);

    /* Whatever is cut off or wrong behind the question: the answer stays whole. */
    for (size_t cut = 12; cut < size; cut++) {
        request->query.size = cut;
        asking->size = answer_refusal(request, RCODE_NOTIMP);
        assert_int_equal(asking->size, cut < 25 ? 12 : 25);
        assert_int_equal(asking->response[5], cut < 25 ? 0 : 1);
    }
    /* A label of a type that is none ends like a pointer, and is no question to copy. */
    request->query =
        octets_of(query, octets_from_hex("0801 0100 0001 0000 0200 0000 8000 0000 2405 01", query));
    assert_int_equal(answer_refusal(request, RCODE_NOTIMP), 12);
    request->query.size = 11;
    assert_int_equal(answer_refusal(request, RCODE_NOTIMP), 0);
    query[2] |= 0x80;
    request->query.size = size;
    assert_int_equal(answer_refusal(request, RCODE_NOTIMP), 0);
}

/* Whatever the octets are, and whatever stands beside them. */
static void a_batch_is_answered_as_its_queries_one_by_one(void **state)
{
    static const char *const hexes[] = {
        HEADER SOA_QUESTION,
        HEADER "03777777" SOA_QUESTION,
        HEADER "0161 0162 0163 04776c6400" SOA_QUESTION,
        HEADER "05616c696173" SOA_QUESTION,
        HEADER "0474657374 00 0001 0001",
        HEADER "00 0001 0001",
        HEADER "00 0010 0003",
        HEADER "c00c 0001 0001",
        "1234 2800 0001 0000 0000 0000" SOA_QUESTION,
        HEADER "0765",
        HEADER,
        "1234",
        "",
    };
    enum { COUNT = sizeof(hexes) / sizeof(hexes[0]), MANY = 40 };
    struct asking *asking = *state;
    uint8_t octets[COUNT][64];
    static uint8_t responses[MANY][1232];
    struct answer_request requests[MANY];
    struct answer_facts facts[MANY];
    size_t sizes[MANY];

    for (unsigned i = 0; i < MANY; i++) {
        requests[i] = asking->request;
        requests[i].query =
            octets_of(octets[i % COUNT], octets_from_hex(hexes[i % COUNT], octets[i % COUNT]));
        requests[i].response = responses[i];
    }
    for (unsigned count = 0; count <= MANY; count++) {
        memset(sizes, 0xff, sizeof(sizes));
        answer_batch(asking->reader, requests, count, facts, sizes);
        for (unsigned i = 0; i < count; i++) {
            struct answer_request alone = requests[i];
            struct answer_facts facts_alone;

            alone.response = asking->response;
            assert_int_equal(answer_query(asking->reader, &alone, &facts_alone), sizes[i]);
            assert_int_equal(facts[i].type, facts_alone.type);
            assert_int_equal(facts[i].rcode, facts_alone.rcode);
            assert_true(facts[i].family == facts_alone.family);
            if (sizes[i] != ANSWER_ELSEWHERE) {
                assert_memory_equal(responses[i], asking->response, sizes[i]);
            }
        }
    }
}

/* What a limit counts as one family. */
static uint64_t family(struct asking *asking, const char *name, uint16_t type)
{
    asking_ask(asking, name, type, "");
    return asking->facts.family;
}

static void responses_that_say_the_same_are_of_one_family(void **state)
{
    struct asking *asking = *state;
    uint64_t mail = family(asking, "mail.example.", RR_A);
    uint64_t absent = family(asking, "a.example.", RR_A);
    uint64_t wild = family(asking, "a.wild.example.", RR_A);
    uint64_t cut = family(asking, "a.sub.example.", RR_A);
    uint64_t refused = family(asking, "a.test.", RR_A);

    assert_int_equal(family(asking, "MAIL.example.", RR_A), mail);
    assert_int_equal(family(asking, "b.example.", RR_MX), absent);
    assert_int_equal(family(asking, "b.c.wild.example.", RR_A), wild);
    assert_int_equal(family(asking, "b.sub.example.", RR_MX), cut);
    assert_int_equal(family(asking, "b.c.test.", RR_MX), refused);
    assert_int_not_equal(family(asking, "ns1.example.", RR_A), mail);
    assert_true(mail != absent && mail != wild && mail != cut && mail != refused);
    assert_true(absent != wild && absent != cut && absent != refused);
    assert_true(wild != cut && wild != refused && cut != refused);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, asking_set_up, asking_tear_down)
        TEST(what_is_no_question_goes_elsewhere),
        TEST(responses_are_not_answered),
        TEST(other_opcodes_are_not_implemented),
        TEST(compression_in_the_question_is_malformed),
        TEST(counts_that_lie_are_malformed),
        TEST(opt_has_its_place_and_is_alone),
        TEST(names_have_255_octets_at_most),
        TEST(name_of_127_labels_is_looked_up),
        TEST(every_type_gets_an_answer_or_its_code),
        TEST(refusals_carry_code_question_and_opt),
        TEST(a_batch_is_answered_as_its_queries_one_by_one),
        TEST(responses_that_say_the_same_are_of_one_family),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
