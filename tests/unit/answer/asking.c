/*
 * asking.c - see asking.h.
 */
#include "tests/unit/answer/asking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/dns/rr.h"
#include "tests/unit/host/fake_sign.h"

static const char zone_text[] = "$ORIGIN example.\n$TTL 3600\n"
                                "@ 7200 SOA ns1 host 287454020 7200 3600 86400 300\n"
                                "@ NS ns1\n@ MX 10 mail\n@ TXT \"apex\"\n"
                                "ns1 A 192.0.2.1\nmail A 192.0.2.2\n"
                                "*.wild A 192.0.2.3\n"
                                "sub NS ns.sub\nns.sub A 192.0.2.4\n"
                                "alias CNAME mail\n"
                                "t350 TXT ";

static void zone_load(struct asking *asking)
{
    char text[sizeof(zone_text) + 4000];
    struct zone_sets sets;
    struct reason reason;
    size_t size = (size_t)snprintf(text, sizeof(text), "%s", zone_text);

    /* A set of TXT for each size between small and too large. */
    for (int i = 0; i < 5; i++) {
        size += (size_t)snprintf(text + size, sizeof(text) - size, " \"%060d\"", i);
    }
    for (int i = 0; i < 10; i++) {
        size += (size_t)snprintf(text + size, sizeof(text) - size, "\nt1000 TXT \"%090d\"", i);
    }
    snprintf(text + size, sizeof(text) - size, "\n");
    if (!zone_sets_read(&sets, octets_of_text(text), "example.", &reason)) {
        fail_msg("%s", reason.text);
    }
    fake_sign(&sets);
    assert_int_equal(zone_sets_load(&sets, asking->server), SWORN_OK);
    zone_sets_free(&sets);
}

int asking_set_up(void **state)
{
    struct asking *asking = calloc(1, sizeof(*asking));

    assert_non_null(asking);
    assert_int_equal(answer_server_new(&asking->server), SWORN_OK);
    zone_load(asking);
    assert_int_equal(answer_reader_new(asking->server, &asking->reader), SWORN_OK);
    region_init(&asking->region, 1 << 24);
    asking->request = (struct answer_request){
        .response = asking->response, .room = 1232, .transport = TRANSPORT_UDP};
    octets_from_hex("00000000000000000000ffff c0000235", asking->request.client.octets);
    *state = asking;
    return 0;
}

int asking_tear_down(void **state)
{
    struct asking *asking = *state;

    region_clear(&asking->region);
    answer_reader_free(asking->reader);
    answer_server_free(asking->server);
    free(asking);
    return 0;
}

size_t octets_from_hex(const char *hex, uint8_t *octets)
{
    size_t size = 0;
    unsigned value;

    for (; *hex == ' '; hex++) {
    }
    while (*hex != 0) {
        assert_int_equal(sscanf(hex, "%2x", &value), 1);
        octets[size++] = (uint8_t)value;
        hex += 2;
        for (; *hex == ' '; hex++) {
        }
    }
    return size;
}

static size_t name_skip(const uint8_t *at)
{
    size_t size = 0;

    while (at[size] != 0 && at[size] < 0xc0) {
        size += at[size] + 1U;
    }
    return size + (at[size] == 0 ? 1 : 2);
}

/* The message is known to parse: walk to its OPT, which has to be the last record. */
static void find_opt(struct asking *asking)
{
    const uint8_t *at = asking->response + 12;
    unsigned records = get_u16(asking->response + 6) + get_u16(asking->response + 8) +
                       get_u16(asking->response + 10);

    asking->has_opt = false;
    asking->options = octets_of(NULL, 0);
    if (get_u16(asking->response + 4) == 1) {
        at += name_skip(at) + 4;
    }
    for (; records > 0; records--) {
        at += name_skip(at);
        assert_false(asking->has_opt);
        if (get_u16(at) == RR_OPT) {
            asking->has_opt = true;
            asking->options = octets_of(at + 10, get_u16(at + 8));
        }
        at += 10 + get_u16(at + 8);
    }
    assert_ptr_equal(at, asking->response + asking->size);
}

int asking_send(struct asking *asking, struct octets query)
{
    struct reason reason = {.text = ""};

    asking->request.query = query;
    asking->size = answer_query(asking->reader, &asking->request, &asking->facts);
    if (asking->size == 0 || asking->size == ANSWER_ELSEWHERE) {
        return asking->size == 0 ? NO_RESPONSE : NOT_HERE;
    }
    assert_true(asking->size >= 12 && asking->size <= asking->request.room);
    if (message_lines(octets_of(asking->response, asking->size), &asking->region, &asking->lines,
                      &reason) != SWORN_OK) {
        fail_msg("response does not parse: %s", reason.text);
    }
    assert_true(asking->lines.qr);
    assert_memory_equal(asking->response, query.data, 2);
    assert_int_equal(asking->facts.rcode, asking->lines.rcode);
    find_opt(asking);
    return asking->lines.rcode;
}

int asking_send_hex(struct asking *asking, const char *hex)
{
    return asking_send(asking, octets_of(asking->query, octets_from_hex(hex, asking->query)));
}

int asking_ask(struct asking *asking, const char *name, uint16_t type, const char *options_hex)
{
    struct query_options options = {
        .name = name, .type = type, .edns = true, .dnssec = true, .udp_size = 1232};
    size_t size = query_make(&options, asking->query);
    size_t more = octets_from_hex(options_hex, asking->query + size);

    put_u16(asking->query + size - 2, (unsigned)more);
    return asking_send(asking, octets_of(asking->query, size + more));
}

struct octets asking_option(const struct asking *asking, unsigned code)
{
    struct octets found = {.data = NULL};
    const uint8_t *at = asking->options.data;
    size_t left = asking->options.size;

    while (left >= 4) {
        size_t size = get_u16(at + 2);

        assert_true(size + 4 <= left);
        if (get_u16(at) == code) {
            assert_null(found.data); /* each option once */
            found = octets_of(at + 4, size);
        }
        at += 4 + size;
        left -= 4 + size;
    }
    assert_int_equal(left, 0);
    return found;
}

void asking_configure(struct asking *asking, const struct answer_settings *settings)
{
    struct reason reason = {.text = ""};

    if (answer_configure(asking->server, settings, &reason) != SWORN_OK) {
        fail_msg("%s", reason.text);
    }
}
