/*
 * apl.c - lists of address prefixes (RFC 3123 4).
 *
 *   item = u16 family ‖ u8 prefix length ‖ u8 (N bit, size) ‖ address less its 00 at the end
 *   text = ["!"] family ":" address "/" prefix length
 */
#include "core/dns/field/codec.h"
#include "core/dns/field/field.h"

#define N_BIT     0x80
#define SIZE_MASK 0x7F

enum { FAMILY_IPV4 = 1, FAMILY_IPV6 = 2 };

struct prefix {
    uint16_t family;
    uint8_t length;
    bool negated;
    uint8_t address[16];
    size_t size;
};

static size_t address_size(uint16_t family)
{
    return family == FAMILY_IPV4 ? 4 : 16;
}

/* Where `character` is in `text`, its size when it is not. */
static size_t find(struct octets text, char character)
{
    size_t i = 0;

    while (i < text.size && text.data[i] != character) {
        i++;
    }
    return i;
}

static struct octets cut(struct octets text, size_t from, size_t to)
{
    return octets_of(text.data + from, to - from);
}

static enum sworn_result parse_prefix(struct octets text, struct prefix *prefix)
{
    uint64_t number;
    size_t start = text.size > 0 && text.data[0] == '!' ? 1 : 0;
    size_t colon = find(text, ':');
    size_t slash = find(text, '/');

    SWORN_ENSURE(start < colon && colon < slash && slash < text.size, SWORN_MALFORMED);
    *prefix = (struct prefix){.negated = start == 1};
    SWORN_TRY(decimal_parse(cut(text, start, colon), FAMILY_IPV6, &number));
    SWORN_ENSURE(number >= FAMILY_IPV4, SWORN_MALFORMED);
    prefix->family = (uint16_t)number;
    struct octets address = cut(text, colon + 1, slash);
    SWORN_TRY(number == FAMILY_IPV4 ? ipv4_parse(address, prefix->address)
                                    : ipv6_parse(address, prefix->address));
    SWORN_TRY(
        decimal_parse(cut(text, slash + 1, text.size), 8 * address_size(prefix->family), &number));
    prefix->length = (uint8_t)number;
    prefix->size = address_size(prefix->family);
    while (prefix->size > 0 && prefix->address[prefix->size - 1] == 0) {
        prefix->size--;
    }
    return SWORN_OK;
}

enum sworn_result apl_parse(struct text_in *in)
{
    struct octets word;
    struct prefix prefix;

    while (!at_end(in)) {
        SWORN_TRY(take_word(in, &word));
        SWORN_SAY(parse_prefix(word, &prefix) == SWORN_OK, in->reason, SWORN_MALFORMED,
                  "\"%.*s\" is no prefix as [!]family:address/length", shown(word),
                  (const char *)word.data);
        SWORN_TRY(write_u16(in->rdata, prefix.family));
        SWORN_TRY(write_u8(in->rdata, prefix.length));
        SWORN_TRY(write_u8(in->rdata, (uint8_t)(prefix.size | (prefix.negated ? N_BIT : 0))));
        SWORN_TRY(write_octets(in->rdata, octets_of(prefix.address, prefix.size)));
    }
    return SWORN_OK;
}

static enum sworn_result read_prefix(struct reader *rdata, struct prefix *prefix)
{
    struct octets address;
    uint8_t size;

    SWORN_TRY(read_u16(rdata, &prefix->family));
    SWORN_TRY(read_u8(rdata, &prefix->length));
    SWORN_TRY(read_u8(rdata, &size));
    prefix->negated = (size & N_BIT) != 0;
    SWORN_TRY(read_slice(rdata, size & SIZE_MASK, &address));
    /* RFC 3123 4: no trailing zero octets. */
    SWORN_ENSURE(address.size == 0 || address.data[address.size - 1] != 0, SWORN_MALFORMED);
    if (prefix->family != FAMILY_IPV4 && prefix->family != FAMILY_IPV6) {
        return SWORN_OK;
    }
    size_t whole = address_size(prefix->family);
    SWORN_ENSURE(address.size <= whole && prefix->length <= 8 * whole, SWORN_MALFORMED);
    memset(prefix->address, 0, sizeof(prefix->address));
    if (address.size > 0) {
        memcpy(prefix->address, address.data, address.size);
    }
    return SWORN_OK;
}

enum sworn_result apl_skip(struct reader *rdata, const struct rr_field *field)
{
    struct prefix prefix;

    (void)field;
    while (reader_left(rdata) > 0) {
        SWORN_TRY(read_prefix(rdata, &prefix));
    }
    return SWORN_OK;
}

enum sworn_result apl_print(struct text_out *out)
{
    struct prefix prefix;

    while (reader_left(&out->rdata) > 0) {
        SWORN_TRY(read_prefix(&out->rdata, &prefix));
        SWORN_ENSURE(prefix.family == FAMILY_IPV4 || prefix.family == FAMILY_IPV6, SWORN_ABSENT);
        SWORN_TRY(begin_word(out));
        SWORN_TRY(write_text(out->text, prefix.negated ? "!" : ""));
        SWORN_TRY(decimal_print(out->text, prefix.family));
        SWORN_TRY(write_u8(out->text, ':'));
        SWORN_TRY(prefix.family == FAMILY_IPV4 ? ipv4_print(out->text, prefix.address)
                                               : ipv6_print(out->text, prefix.address));
        SWORN_TRY(write_u8(out->text, '/'));
        SWORN_TRY(decimal_print(out->text, prefix.length));
    }
    return SWORN_OK;
}
