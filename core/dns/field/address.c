/*
 * address.c - fields that are names or addresses.
 *
 *   A6 (RFC 2874 3.1)  u8 prefix length ‖ the address less its prefix, padded to octets at the left
 *   ATMA               u8 format: 0 = AESA, in text hex; 1 = E.164, in text "+" and digits
 */
#include "core/dns/field/codec.h"
#include "core/dns/field/field.h"
#include "core/dns/name_text.h"

enum sworn_result name_field_parse(struct text_in *in)
{
    struct octets word;
    struct name name;

    if ((in->field->flags & FIELD_A6_PREFIX) != 0 && in->rdata->start[in->start] == 0) {
        return SWORN_OK;
    }
    SWORN_TRY(take_word(in, &word));
    SWORN_TRY(name_parse(word, in->origin, &name, in->reason));
    return write_octets(in->rdata, name_octets(&name));
}

enum sworn_result name_field_skip(struct reader *rdata, const struct rr_field *field)
{
    struct name name;

    if ((field->flags & FIELD_A6_PREFIX) != 0 && rdata->start[0] == 0) {
        return SWORN_OK;
    }
    return name_read(rdata, &name);
}

enum sworn_result name_field_print(struct text_out *out)
{
    struct name name;
    char text[NAME_TEXT_SIZE];

    if ((out->field->flags & FIELD_A6_PREFIX) != 0 && out->rdata.start[0] == 0) {
        return SWORN_OK;
    }
    SWORN_TRY(begin_word(out));
    SWORN_TRY(name_read(&out->rdata, &name));
    name_to_text(&name, text);
    return write_text(out->text, text);
}

enum sworn_result ipv4_field_parse(struct text_in *in)
{
    struct octets word;
    uint8_t address[4];

    SWORN_TRY(take_word(in, &word));
    SWORN_SAY(ipv4_parse(word, address) == SWORN_OK, in->reason, SWORN_MALFORMED,
              "\"%.*s\" is no IPv4 address", shown(word), (const char *)word.data);
    return write_octets(in->rdata, octets_of(address, 4));
}

enum sworn_result ipv4_field_print(struct text_out *out)
{
    struct octets address;

    SWORN_TRY(begin_word(out));
    SWORN_TRY(read_slice(&out->rdata, 4, &address));
    return ipv4_print(out->text, address.data);
}

enum sworn_result ipv6_field_parse(struct text_in *in)
{
    struct octets word;
    uint8_t address[16];

    SWORN_TRY(take_word(in, &word));
    SWORN_SAY(ipv6_parse(word, address) == SWORN_OK, in->reason, SWORN_MALFORMED,
              "\"%.*s\" is no IPv6 address", shown(word), (const char *)word.data);
    return write_octets(in->rdata, octets_of(address, 16));
}

enum sworn_result ipv6_field_print(struct text_out *out)
{
    struct octets address;

    SWORN_TRY(begin_word(out));
    SWORN_TRY(read_slice(&out->rdata, 16, &address));
    return ipv6_print(out->text, address.data);
}

/* Groups of `digits` hex digits with `separator` between them. */
static enum sworn_result parse_groups(struct text_in *in, size_t groups, size_t digits,
                                      char separator)
{
    struct hex_decoder decoder = {0};
    struct octets word;

    SWORN_TRY(take_word(in, &word));
    bool right = word.size == groups * (digits + 1) - 1;
    for (size_t i = 0; right && i < groups; i++) {
        const uint8_t *group = word.data + i * (digits + 1);
        right = (i == 0 || group[-1] == separator) &&
                hex_feed(&decoder, octets_of(group, digits), in->rdata) == SWORN_OK;
    }
    SWORN_SAY(right, in->reason, SWORN_MALFORMED,
              "\"%.*s\" is not %zu groups of %zu hex digits with \"%c\" between them", shown(word),
              (const char *)word.data, groups, digits, separator);
    return SWORN_OK;
}

static enum sworn_result print_groups(struct text_out *out, size_t groups, size_t size,
                                      char separator)
{
    struct octets group;

    SWORN_TRY(begin_word(out));
    for (size_t i = 0; i < groups; i++) {
        SWORN_TRY(i == 0 ? SWORN_OK : write_u8(out->text, (uint8_t)separator));
        SWORN_TRY(read_slice(&out->rdata, size, &group));
        SWORN_TRY(hex_print(out->text, group));
    }
    return SWORN_OK;
}

enum sworn_result eui_parse(struct text_in *in)
{
    return parse_groups(in, in->field->kind == FIELD_EUI48 ? 6 : 8, 2, '-');
}

enum sworn_result eui_print(struct text_out *out)
{
    return print_groups(out, out->field->kind == FIELD_EUI48 ? 6 : 8, 1, '-');
}

enum sworn_result node64_parse(struct text_in *in)
{
    return parse_groups(in, 4, 4, ':');
}

enum sworn_result node64_print(struct text_out *out)
{
    return print_groups(out, 4, 2, ':');
}

/* Hex with dots wherever the writer likes them; at least one octet. */
static enum sworn_result parse_dotted_hex(struct text_in *in, struct octets text)
{
    struct hex_decoder decoder = {0};
    size_t before = in->rdata->used;
    bool right = true;

    for (size_t i = 0; right && i < text.size; i++) {
        right = text.data[i] == '.' ||
                hex_feed(&decoder, octets_of(text.data + i, 1), in->rdata) == SWORN_OK;
    }
    right = right && hex_end(&decoder) == SWORN_OK && in->rdata->used > before;
    SWORN_SAY(right, in->reason, SWORN_MALFORMED, "\"%.*s\" is not an address in hex", shown(text),
              (const char *)text.data);
    return SWORN_OK;
}

/* RFC 1706 7: "0x", hex, and dots anywhere. */
enum sworn_result nsap_parse(struct text_in *in)
{
    struct octets word;

    SWORN_TRY(take_word(in, &word));
    bool prefixed = word.size > 2 && word.data[0] == '0' && (word.data[1] | 0x20) == 'x';
    SWORN_SAY(prefixed, in->reason, SWORN_MALFORMED, "\"%.*s\" does not begin with 0x", shown(word),
              (const char *)word.data);
    return parse_dotted_hex(in, octets_of(word.data + 2, word.size - 2));
}

enum sworn_result nsap_skip(struct reader *rdata, const struct rr_field *field)
{
    (void)field;
    SWORN_ENSURE(read_rest(rdata).size > 0, SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result nsap_print(struct text_out *out)
{
    SWORN_TRY(begin_word(out));
    SWORN_TRY(write_text(out->text, "0x"));
    return hex_print(out->text, read_rest(&out->rdata));
}

static bool all_digits(struct octets text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return text.size > 0;
}

enum sworn_result atma_parse(struct text_in *in)
{
    struct octets word;

    SWORN_TRY(take_word(in, &word));
    if (word.data[0] != '+') {
        SWORN_TRY(write_u8(in->rdata, 0));
        return parse_dotted_hex(in, word);
    }
    struct octets digits = octets_of(word.data + 1, word.size - 1);
    SWORN_SAY(all_digits(digits), in->reason, SWORN_MALFORMED, "\"%.*s\" is no E.164 number",
              shown(word), (const char *)word.data);
    SWORN_TRY(write_u8(in->rdata, 1));
    return write_octets(in->rdata, digits);
}

enum sworn_result atma_skip(struct reader *rdata, const struct rr_field *field)
{
    uint8_t format;

    (void)field;
    SWORN_TRY(read_u8(rdata, &format));
    struct octets address = read_rest(rdata);
    SWORN_ENSURE(address.size > 0 && (format != 1 || all_digits(address)), SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result atma_print(struct text_out *out)
{
    uint8_t format;

    SWORN_TRY(begin_word(out));
    SWORN_TRY(read_u8(&out->rdata, &format));
    if (format == 1) {
        SWORN_TRY(write_u8(out->text, '+'));
        return write_octets(out->text, read_rest(&out->rdata));
    }
    SWORN_ENSURE(format == 0, SWORN_ABSENT);
    return hex_print(out->text, read_rest(&out->rdata));
}

/* Octets of the suffix behind a prefix of `prefix` bits. */
static size_t a6_suffix(uint8_t prefix)
{
    return (128U - prefix + 7U) / 8U;
}

enum sworn_result a6_parse(struct text_in *in)
{
    uint8_t address[16] = {0};
    struct octets word;
    uint64_t prefix;

    SWORN_TRY(take_number(in, 128, &prefix));
    SWORN_TRY(write_u8(in->rdata, (uint8_t)prefix));
    if (prefix == 128) {
        return SWORN_OK;
    }
    SWORN_TRY(take_word(in, &word));
    SWORN_SAY(ipv6_parse(word, address) == SWORN_OK, in->reason, SWORN_MALFORMED,
              "\"%.*s\" is no IPv6 address", shown(word), (const char *)word.data);
    /* RFC 2874 3.1: bits that pad the suffix are zero; so are those of the prefix in the text. */
    size_t size = a6_suffix((uint8_t)prefix);
    uint8_t *first = address + 16 - size;
    *first &= (uint8_t)(0xFF >> (prefix % 8));
    return write_octets(in->rdata, octets_of(first, size));
}

enum sworn_result a6_skip(struct reader *rdata, const struct rr_field *field)
{
    struct octets suffix;
    uint8_t prefix;

    (void)field;
    SWORN_TRY(read_u8(rdata, &prefix));
    SWORN_ENSURE(prefix <= 128, SWORN_MALFORMED);
    SWORN_TRY(read_slice(rdata, a6_suffix(prefix), &suffix));
    SWORN_ENSURE(suffix.size == 0 || suffix.data[0] >> (8 - prefix % 8) == 0, SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result a6_print(struct text_out *out)
{
    uint8_t address[16] = {0};
    struct octets suffix;
    uint8_t prefix;

    SWORN_TRY(begin_word(out));
    SWORN_TRY(read_u8(&out->rdata, &prefix));
    SWORN_TRY(decimal_print(out->text, prefix));
    SWORN_TRY(read_slice(&out->rdata, a6_suffix(prefix), &suffix));
    if (suffix.size == 0) {
        return SWORN_OK;
    }
    memcpy(address + 16 - suffix.size, suffix.data, suffix.size);
    SWORN_TRY(begin_word(out));
    return ipv6_print(out->text, address);
}
