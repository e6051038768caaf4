/*
 * options_test.c - each EDNS option: when it is answered, with what, and that it fits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/dns/rr.h"
#include "tests/unit/answer/asking.h"

#define SERIAL "11223344" /* of the zone, in hex */

static const struct answer_settings all_settings = {
    .identity = "ns1",
    .version = "sworn",
    .nsid = "ns1.example",
    .cookies = true,
    .error_agent = "report.example.net.",
    .keepalive = 10,
};

#define NSID_ASKED        "0003 0000"
#define COOKIE_ASKED      "000a 0008 2464c4abcf10c957"
#define KEEPALIVE_ASKED   "000b 0000"
#define PADDING_ASKED     "000c 0000"
#define ZONEVERSION_ASKED "0013 0000"
#define ALL_ASKED         NSID_ASKED COOKIE_ASKED KEEPALIVE_ASKED PADDING_ASKED ZONEVERSION_ASKED

static void assert_option(const struct asking *asking, unsigned code, const char *hex)
{
    uint8_t expected[256];
    size_t size = octets_from_hex(hex, expected);
    struct octets option = asking_option(asking, code);

    assert_int_equal(option.size, size);
    assert_non_null(option.data);
    assert_memory_equal(option.data, expected, size);
}

static void assert_no_option(const struct asking *asking, unsigned code)
{
    assert_null(asking_option(asking, code).data);
}

static void nothing_is_told_that_was_not_asked(void **state)
{
    struct asking *asking = *state;
    struct answer_settings settings = all_settings;

    settings.error_agent = NULL;
    asking_configure(asking, &settings);
    assert_int_equal(asking_ask(asking, "mail.example.", RR_A, ""), 0);
    assert_true(asking->has_opt);
    assert_int_equal(asking->options.size, 0);
    assert_int_equal(asking_send_hex(asking, HEADER SOA_QUESTION), 0);
    assert_false(asking->has_opt);
}

static void unknown_options_and_client_subnet_are_ignored(void **state)
{
    struct asking *asking = *state;

    assert_int_equal(asking_ask(asking, "mail.example.", RR_A,
                                "fde9 0002 abcd 0008 0007 0001 18 00 c00002 ffff 0000 0000 0000"),
                     0);
    assert_int_equal(asking->options.size, 0);
    assert_int_equal(asking->lines.count[0], 2);
}

static void options_that_end_early_are_malformed(void **state)
{
    static const char *const broken[] = {
        "00",
        "0003",
        "000300",
        "0003 0001",
        "0003 ffff 00",
        "0003 0000 00",
        "000c 0002 00",
        "000a 0008 01020304050607",
        "fde9 0000 fde9 0001",
    };
    struct asking *asking = *state;

    asking_configure(asking, &all_settings);
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        if (asking_ask(asking, "mail.example.", RR_A, broken[i]) != RCODE_FORMERR) {
            fail_msg("options %s: response code %d", broken[i], asking->lines.rcode);
        }
        /* RFC 6891 7: who knows EDNS shows it in the error. */
        assert_true(asking->has_opt);
        assert_int_equal(asking->options.size, 0);
    }
}

static void nsid_is_told_who_asks(void **state)
{
    struct asking *asking = *state;

    assert_int_equal(asking_ask(asking, "mail.example.", RR_A, NSID_ASKED), 0);
    assert_no_option(asking, OPTION_NSID);
    asking_configure(asking, &all_settings);
    assert_int_equal(asking_ask(asking, "mail.example.", RR_A, NSID_ASKED), 0);
    assert_option(asking, OPTION_NSID, "6e73312e6578616d706c65");
    assert_int_equal(asking_ask(asking, "www.test.", RR_A, NSID_ASKED), RCODE_REFUSED);
    assert_option(asking, OPTION_NSID, "6e73312e6578616d706c65");
    assert_int_equal(asking_ask(asking, "mail.example.", RR_A, "0003 0002 abcd"), 0);
    assert_option(asking, OPTION_NSID, "6e73312e6578616d706c65");
}

static void zone_version_is_that_of_the_zone_that_answers(void **state)
{
    static const char *const names[] = {"example.",         "mail.example.",  "nothing.example.",
                                        "www.sub.example.", "alias.example.", "x.wild.example."};
    struct asking *asking = *state;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        asking_ask(asking, names[i], RR_A, ZONEVERSION_ASKED);
        assert_option(asking, OPTION_ZONEVERSION, "01 00" SERIAL);
    }
    asking_ask(asking, "www.test.", RR_A, ZONEVERSION_ASKED);
    assert_no_option(asking, OPTION_ZONEVERSION);
    asking_ask(asking, "example.", RR_A, "");
    assert_no_option(asking, OPTION_ZONEVERSION);
}

static void keepalive_is_told_on_streams_only(void **state)
{
    struct asking *asking = *state;

    asking_configure(asking, &all_settings);
    for (int transport = 0; transport < TRANSPORTS; transport++) {
        bool stream = transport == TRANSPORT_TCP || transport == TRANSPORT_TLS;

        asking->request.transport = (enum transport)transport;
        assert_int_equal(asking_ask(asking, "example.", RR_NS, KEEPALIVE_ASKED), 0);
        assert_true(asking->facts.keepalive);
        if (stream) {
            assert_option(asking, OPTION_KEEPALIVE, "0064");
        } else {
            assert_no_option(asking, OPTION_KEEPALIVE);
        }
        /* A client must not name a time; over UDP the option is ignored whatever it holds. */
        assert_int_equal(asking_ask(asking, "example.", RR_NS, "000b 0002 0064"), stream ? 1 : 0);
        asking_ask(asking, "example.", RR_NS, "");
        assert_false(asking->facts.keepalive);
    }
}

static void padding_fills_blocks_where_nobody_can_look_in(void **state)
{
    struct asking *asking = *state;

    asking_configure(asking, &all_settings);
    asking->request.room = 65535;
    for (int transport = 0; transport < TRANSPORTS; transport++) {
        bool encrypted = transport >= TRANSPORT_TLS;

        asking->request.transport = (enum transport)transport;
        assert_int_equal(asking_ask(asking, "example.", RR_NS, ALL_ASKED), 0);
        assert_int_equal(asking->size % 468 == 0, encrypted);
        assert_int_equal(asking_option(asking, OPTION_PADDING).data != NULL, encrypted);
        asking_ask(asking, "example.", RR_NS, NSID_ASKED);
        assert_no_option(asking, OPTION_PADDING);
    }
}

static void padding_ends_where_the_message_must(void **state)
{
    struct asking *asking = *state;

    asking->request.transport = TRANSPORT_TLS;
    for (size_t room = 512; room < 1000; room++) {
        asking->request.room = room;
        asking_ask(asking, "example.", RR_NS, PADDING_ASKED);
        assert_true(asking->size <= room);
        assert_true(asking->size % 468 == 0 || asking->size == room);
    }
}

static void refusals_say_why(void **state)
{
    static const char not_authoritative[] = "0014 6e6f2073756368207a6f6e652068657265";
    struct asking *asking = *state;

    assert_int_equal(asking_ask(asking, "www.test.", RR_A, ""), RCODE_REFUSED);
    assert_option(asking, OPTION_EDE, not_authoritative);
    assert_int_equal(asking_ask(asking, "example.", 128, ""), RCODE_FORMERR); /* NXNAME */
    assert_int_equal(get_u16(asking_option(asking, OPTION_EDE).data), 30);
    assert_int_equal(asking_ask(asking, "example.", 254, ""), RCODE_NOTIMP); /* MAILA */
    assert_int_equal(get_u16(asking_option(asking, OPTION_EDE).data), 21);
    assert_int_equal(asking_send_hex(asking, HEADER_EDNS QNAME "0006 0004" PLAIN_OPT),
                     RCODE_REFUSED); /* class HS */
    assert_int_equal(get_u16(asking_option(asking, OPTION_EDE).data), 21);
    assert_int_equal(asking_ask(asking, "nothing.example.", RR_A, ""), RCODE_NXDOMAIN);
    assert_no_option(asking, OPTION_EDE);
}

/* RFC 9567: unasked, but not for a zone that the agent itself is in. */
static void errors_have_an_agent_outside_the_zone(void **state)
{
    struct asking *asking = *state;
    struct answer_settings settings = all_settings;

    asking_configure(asking, &settings);
    asking_ask(asking, "mail.example.", RR_A, "");
    assert_option(asking, OPTION_REPORT_CHANNEL, "067265706f7274076578616d706c65036e657400");
    asking_ask(asking, "www.test.", RR_A, "");
    assert_no_option(asking, OPTION_REPORT_CHANNEL);
    assert_int_equal(asking_send_hex(asking, HEADER SOA_QUESTION), 0);
    assert_false(asking->has_opt);
    settings.error_agent = "Report.EXAMPLE.";
    asking_configure(asking, &settings);
    asking_ask(asking, "mail.example.", RR_A, "");
    assert_no_option(asking, OPTION_REPORT_CHANNEL);
    settings.error_agent = "example";
    asking_configure(asking, &settings);
    asking_ask(asking, "mail.example.", RR_A, "");
    assert_no_option(asking, OPTION_REPORT_CHANNEL);
    settings.error_agent = "xexample.";
    asking_configure(asking, &settings);
    asking_ask(asking, "mail.example.", RR_A, "");
    assert_option(asking, OPTION_REPORT_CHANNEL, "08786578616d706c6500");
}

static void higher_versions_get_badvers_whatever_their_options_are(void **state)
{
    struct asking *asking = *state;

    asking_configure(asking, &all_settings);
    assert_int_equal(
        asking_send_hex(asking, HEADER_EDNS SOA_QUESTION "00 0029 04d0 00010000 0005 0003000000"),
        RCODE_BADVERS);
    assert_true(asking->has_opt);
    assert_int_equal(asking->options.size, 0);
    assert_int_equal(asking->lines.count[0], 0);
}

/* Every size a client can name: with all options asked for, nothing passes it. */
static void options_have_their_room_within_every_limit(void **state)
{
    static const char *const names[] = {"t350.example.",    "t1000.example.",   "mail.example.",
                                        "nothing.example.", "www.sub.example.", "www.test."};
    struct asking *asking = *state;
    unsigned truncated = 0, whole = 0;

    asking_configure(asking, &all_settings);
    for (unsigned udp_size = 0; udp_size < 1400; udp_size += 3) {
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            unsigned limit = udp_size < 512 ? 512 : udp_size > 1232 ? 1232 : udp_size;
            struct query_options options = {
                .name = names[i], .type = RR_TXT, .edns = true, .udp_size = (uint16_t)udp_size};
            size_t size = query_make(&options, asking->query);
            size_t more = octets_from_hex(ALL_ASKED, asking->query + size);

            put_u16(asking->query + size - 2, (unsigned)more);
            asking_send(asking, octets_of(asking->query, size + more));
            assert_true(asking->size <= limit);
            assert_true(asking->has_opt);
            assert_int_equal(asking_option(asking, OPTION_COOKIE).size, COOKIE_SIZE);
            assert_int_equal(asking_option(asking, OPTION_NSID).size, 11);
            truncated += asking->lines.tc;
            whole += asking->lines.count[0] == 10;
        }
    }
    assert_true(truncated > 0 && whole > 0);
}

static void longest_name_and_all_options_fit_the_smallest_message(void **state)
{
    struct asking *asking = *state;
    struct answer_settings settings = all_settings;
    char nsid[129];
    char agent[256];
    uint8_t *at = asking->query;
    size_t size;

    memset(nsid, 'n', 128);
    nsid[128] = 0;
    memset(agent, 'a', 255);
    for (int i = 63; i < 250; i += 64) {
        agent[i] = '.';
    }
    agent[250] = 0;
    settings.nsid = nsid;
    settings.error_agent = agent;
    asking_configure(asking, &settings);
    size = octets_from_hex(HEADER_EDNS, at);
    for (int i = 0; i < 4; i++) {
        size_t label = i < 3 ? 63 : 53;

        at[size] = (uint8_t)label;
        memset(at + size + 1, 'q', label);
        size += 1 + label;
    }
    size += octets_from_hex("076578616d706c65 00 0001 0001 00 0029 0200 00000000 001c" ALL_ASKED,
                            at + size);
    assert_int_equal(asking_send(asking, octets_of(at, size)), RCODE_NXDOMAIN);
    assert_true(asking->size <= 512);
    assert_int_equal(asking_option(asking, OPTION_NSID).size, 128);
    assert_int_equal(asking_option(asking, OPTION_COOKIE).size, COOKIE_SIZE);
}

static void wrong_settings_are_named_and_change_nothing(void **state)
{
    static const char *const short_secret[] = {"00112233"};
    static const char *const not_hex[] = {"0011223344556677889900112233445g"};
    char text[300];
    struct answer_settings wrong[5] = {
        {.nsid = text},
        {.identity = text},
        {.cookies = true, .cookie_secrets = short_secret, .cookie_secret_count = 1},
        {.cookies = true, .cookie_secrets = not_hex, .cookie_secret_count = 1},
        {.error_agent = "a..b"},
    };
    static const char *const named[5] = {"nsid", "identity", "cookie-secrets", "cookie-secrets",
                                         "error-agent"};
    struct asking *asking = *state;

    memset(text, 'x', sizeof(text));
    text[299] = 0;
    asking_configure(asking, &all_settings);
    for (size_t i = 0; i < 5; i++) {
        struct reason reason = {.text = ""};

        assert_int_not_equal(answer_configure(asking->server, &wrong[i], &reason), SWORN_OK);
        assert_non_null(strstr(reason.text, named[i]));
        asking_ask(asking, "mail.example.", RR_A, NSID_ASKED);
        assert_option(asking, OPTION_NSID, "6e73312e6578616d706c65");
    }
}

/* --- class CH -------------------------------------------------------------------------------- */

#define ID_SERVER    "0269640673657276657200"
#define HOSTNAME     "08484f53544e414d450442696e6400" /* letter case does not matter */
#define VERSION_BIND "0776657273696f6e0462696e6400"
#define VERSION      "0776657273696f6e0673657276657200"

/* One question of class CH: the code, and the text that comes back. */
static unsigned ask_chaos(struct asking *asking, const char *name_hex, unsigned type,
                          const char **text)
{
    const struct answer_request *request = &asking->request;
    char hex[200];

    snprintf(hex, sizeof(hex), "%s%s %04x 0003", HEADER, name_hex, type);
    asking->request.query = octets_of(asking->query, octets_from_hex(hex, asking->query));
    memset(asking->response, 0, 512);
    asking->size = answer_query(asking->reader, request, &asking->facts);
    *text = (const char *)asking->response + request->query.size + 12 + 1;
    return asking->response[3] & 15;
}

static void server_names_itself_in_class_ch(void **state)
{
    static const char *const questions[][2] = {
        {ID_SERVER, "ns1"}, {HOSTNAME, "ns1"}, {VERSION, "sworn"}, {VERSION_BIND, "sworn"}};
    struct asking *asking = *state;
    const char *text;

    for (size_t i = 0; i < 4; i++) {
        asking_configure(asking, &(struct answer_settings){.cookies = true});
        assert_int_equal(ask_chaos(asking, questions[i][0], RR_TXT, &text), RCODE_REFUSED);
        asking_configure(asking, &all_settings);
        assert_int_equal(ask_chaos(asking, questions[i][0], RR_TXT, &text), 0);
        assert_memory_equal(asking->response + 2, "\x84\0\0\1\0\1\0\0\0\0", 10); /* QR, AA */
        assert_memory_equal(text - 13, "\xc0\x0c\0\x10\0\3\0\0\0\0\0", 11);
        assert_string_equal(text, questions[i][1]);
        assert_int_equal(text[-1], strlen(questions[i][1]));
        assert_int_equal(ask_chaos(asking, questions[i][0], RR_A, &text), RCODE_REFUSED);
    }
    assert_int_equal(ask_chaos(asking, QNAME, RR_TXT, &text), RCODE_REFUSED);
    assert_int_equal(asking->size, 12 + 13);
}

static void class_any_is_answered_without_authority(void **state)
{
    struct asking *asking = *state;

    assert_int_equal(asking_send_hex(asking, HEADER QNAME "0006 00ff"), 0);
    assert_false(asking->lines.aa);
    assert_int_equal(asking->lines.count[0], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, asking_set_up, asking_tear_down)
        TEST(nothing_is_told_that_was_not_asked),
        TEST(unknown_options_and_client_subnet_are_ignored),
        TEST(options_that_end_early_are_malformed),
        TEST(nsid_is_told_who_asks),
        TEST(zone_version_is_that_of_the_zone_that_answers),
        TEST(keepalive_is_told_on_streams_only),
        TEST(padding_fills_blocks_where_nobody_can_look_in),
        TEST(padding_ends_where_the_message_must),
        TEST(refusals_say_why),
        TEST(errors_have_an_agent_outside_the_zone),
        TEST(higher_versions_get_badvers_whatever_their_options_are),
        TEST(options_have_their_room_within_every_limit),
        TEST(longest_name_and_all_options_fit_the_smallest_message),
        TEST(wrong_settings_are_named_and_change_nothing),
        TEST(server_names_itself_in_class_ch),
        TEST(class_any_is_answered_without_authority),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
