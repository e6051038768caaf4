/*
 * bitmap.c - sets of types and of ports.
 *
 *   NSEC, NSEC3, CSYNC (RFC 4034 4.1.2)  window* = u8 high octet ‖ u8 size 1..32 ‖ bits,
 *                                        increasing, no empty window, no 00 at a window's end
 *   NXT (RFC 2535 5.2)                   bits of types 1..127, bit 0 clear
 *   WKS (RFC 1035 3.4.2)                 u8 protocol ‖ bits of ports
 */
#include "core/dns/field/codec.h"
#include "core/dns/field/field.h"
#include "core/dns/rr.h"

#define WINDOWS     256
#define WINDOW_SIZE 32

static void set_bit(uint8_t *bits, size_t index)
{
    bits[index / 8] |= (uint8_t)(0x80 >> (index % 8));
}

static bool has_bit(const uint8_t *bits, size_t index)
{
    return (bits[index / 8] & 0x80 >> (index % 8)) != 0;
}

/* Octets up to the last that is not 00. */
static size_t used_octets(const uint8_t *bits, size_t size)
{
    while (size > 0 && bits[size - 1] == 0) {
        size--;
    }
    return size;
}

static enum sworn_result take_type(struct text_in *in, uint16_t *code)
{
    struct octets word;

    SWORN_TRY(take_word(in, &word));
    SWORN_SAY(rr_code_from_text(word, code) == SWORN_OK, in->reason, SWORN_MALFORMED,
              "\"%.*s\" is no RR type", shown(word), (const char *)word.data);
    return SWORN_OK;
}

enum sworn_result bitmap_parse(struct text_in *in)
{
    uint8_t bits[WINDOWS * WINDOW_SIZE];
    bool used[WINDOWS] = {false};
    uint16_t code;

    while (!at_end(in)) {
        SWORN_TRY(take_type(in, &code));
        uint8_t *window = bits + (size_t)(code >> 8) * WINDOW_SIZE;
        if (!used[code >> 8]) {
            memset(window, 0, WINDOW_SIZE);
            used[code >> 8] = true;
        }
        set_bit(window, code & 0xFF);
    }
    for (size_t i = 0; i < WINDOWS; i++) {
        if (!used[i]) {
            continue;
        }
        const uint8_t *window = bits + i * WINDOW_SIZE;
        SWORN_TRY(write_u8(in->rdata, (uint8_t)i));
        SWORN_TRY(write_slice_u8(in->rdata, octets_of(window, used_octets(window, WINDOW_SIZE))));
    }
    return SWORN_OK;
}

enum sworn_result bitmap_skip(struct reader *rdata, const struct rr_field *field)
{
    int last = -1;
    uint8_t window;
    struct octets bits;

    (void)field;
    while (reader_left(rdata) > 0) {
        SWORN_TRY(read_u8(rdata, &window));
        SWORN_TRY(read_slice_u8(rdata, &bits));
        SWORN_ENSURE(window > last && bits.size >= 1 && bits.size <= WINDOW_SIZE &&
                         bits.data[bits.size - 1] != 0,
                     SWORN_MALFORMED);
        last = window;
    }
    return SWORN_OK;
}

static enum sworn_result print_types(struct text_out *out, unsigned window, struct octets bits)
{
    char text[16];

    for (size_t i = 0; i < bits.size * 8; i++) {
        if (!has_bit(bits.data, i)) {
            continue;
        }
        rr_code_to_text((uint16_t)(window << 8 | i), text);
        SWORN_TRY(begin_word(out));
        SWORN_TRY(write_text(out->text, text));
    }
    return SWORN_OK;
}

enum sworn_result bitmap_print(struct text_out *out)
{
    uint8_t window;
    struct octets bits;

    while (reader_left(&out->rdata) > 0) {
        SWORN_TRY(read_u8(&out->rdata, &window));
        SWORN_TRY(read_slice_u8(&out->rdata, &bits));
        SWORN_TRY(print_types(out, window, bits));
    }
    return SWORN_OK;
}

enum sworn_result nxt_parse(struct text_in *in)
{
    uint8_t bits[16] = {0};
    uint16_t code;

    while (!at_end(in)) {
        SWORN_TRY(take_type(in, &code));
        SWORN_SAY(code >= 1 && code <= 127, in->reason, SWORN_MALFORMED,
                  "type %u is not one of 1 to 127, which NXT can list", code);
        set_bit(bits, code);
    }
    return write_octets(in->rdata, octets_of(bits, used_octets(bits, sizeof(bits))));
}

enum sworn_result nxt_skip(struct reader *rdata, const struct rr_field *field)
{
    struct octets bits = read_rest(rdata);

    (void)field;
    SWORN_ENSURE(bits.size == 0 ||
                     (bits.size <= 16 && bits.data[0] < 0x80 && bits.data[bits.size - 1] != 0),
                 SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result nxt_print(struct text_out *out)
{
    return print_types(out, 0, read_rest(&out->rdata));
}

struct service {
    const char *word;
    uint16_t number;
};

static const struct service protocols[] = {{"icmp", 1}, {"tcp", 6}, {"udp", 17}};

static const struct service ports[] = {
    {"ftp-data", 20}, {"ftp", 21},     {"ssh", 22},         {"telnet", 23}, {"smtp", 25},
    {"time", 37},     {"domain", 53},  {"tftp", 69},        {"finger", 79}, {"http", 80},
    {"pop3", 110},    {"sunrpc", 111}, {"nntp", 119},       {"ntp", 123},   {"imap2", 143},
    {"snmp", 161},    {"https", 443},  {"submission", 587}, {"imaps", 993}, {"pop3s", 995},
};

static enum sworn_result take_service(struct text_in *in, const struct service *services,
                                      size_t count, uint64_t max, uint64_t *number)
{
    struct octets word;

    SWORN_TRY(take_word(in, &word));
    for (size_t i = 0; i < count; i++) {
        if (text_is(word, services[i].word)) {
            *number = services[i].number;
            return SWORN_OK;
        }
    }
    SWORN_SAY(decimal_parse(word, max, number) == SWORN_OK, in->reason, SWORN_MALFORMED,
              "\"%.*s\" is neither a known service nor a number up to %u", shown(word),
              (const char *)word.data, (unsigned)max);
    return SWORN_OK;
}

enum sworn_result services_parse(struct text_in *in)
{
    uint8_t bits[8192] = {0};
    uint64_t number;

    SWORN_TRY(take_service(in, protocols, sizeof(protocols) / sizeof(protocols[0]), 255, &number));
    SWORN_TRY(write_u8(in->rdata, (uint8_t)number));
    while (!at_end(in)) {
        SWORN_TRY(take_service(in, ports, sizeof(ports) / sizeof(ports[0]), 65535, &number));
        set_bit(bits, (size_t)number);
    }
    return write_octets(in->rdata, octets_of(bits, used_octets(bits, sizeof(bits))));
}

enum sworn_result services_skip(struct reader *rdata, const struct rr_field *field)
{
    uint8_t protocol;

    (void)field;
    SWORN_TRY(read_u8(rdata, &protocol));
    SWORN_ENSURE(read_rest(rdata).size <= 8192, SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result services_print(struct text_out *out)
{
    uint8_t protocol;

    SWORN_TRY(begin_word(out));
    SWORN_TRY(read_u8(&out->rdata, &protocol));
    SWORN_TRY(decimal_print(out->text, protocol));
    struct octets bits = read_rest(&out->rdata);
    /* A list of ports cannot show zeros at the end. */
    SWORN_ENSURE(used_octets(bits.data, bits.size) == bits.size, SWORN_ABSENT);
    for (size_t i = 0; i < bits.size * 8; i++) {
        if (!has_bit(bits.data, i)) {
            continue;
        }
        SWORN_TRY(begin_word(out));
        SWORN_TRY(decimal_print(out->text, i));
    }
    return SWORN_OK;
}
