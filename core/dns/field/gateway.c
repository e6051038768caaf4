/*
 * gateway.c - RDATA in which one octet says what another part is.
 *
 *   IPSECKEY (RFC 4025 2)   precedence ‖ kind ‖ algorithm ‖ gateway ‖ key
 *   AMTRELAY (RFC 8777 4)   precedence ‖ D bit, kind ‖ relay
 *   HIP (RFC 8005 5)        u8 HIT size ‖ algorithm ‖ u16 key size ‖ HIT ‖ key ‖ names
 *
 *   kind 0 nothing, in text "."; 1 IPv4; 2 IPv6; 3 a name
 */
#include "core/dns/field/codec.h"
#include "core/dns/field/field.h"
#include "core/dns/name_text.h"

#define D_BIT     0x80
#define KIND_MASK 0x7F

enum { GATEWAY_NONE, GATEWAY_IPV4, GATEWAY_IPV6, GATEWAY_NAME };

static enum sworn_result parse_kind(struct text_in *in, uint8_t kind)
{
    struct octets word;

    if (kind == GATEWAY_IPV4) {
        return ipv4_field_parse(in);
    }
    if (kind == GATEWAY_IPV6) {
        return ipv6_field_parse(in);
    }
    if (kind == GATEWAY_NAME) {
        return name_field_parse(in);
    }
    SWORN_SAY(kind == GATEWAY_NONE, in->reason, SWORN_MALFORMED,
              "kind %u has no text: write \"\\# length hex\" (RFC 3597)", kind);
    SWORN_TRY(take_word(in, &word));
    SWORN_SAY(text_is(word, "."), in->reason, SWORN_MALFORMED, "kind 0 is written as \".\"");
    return SWORN_OK;
}

static enum sworn_result skip_kind(struct reader *rdata, uint8_t kind)
{
    struct octets address;
    struct name name;

    SWORN_ENSURE(kind <= GATEWAY_NAME, SWORN_MALFORMED);
    if (kind == GATEWAY_NAME) {
        return name_read(rdata, &name);
    }
    size_t size = kind == GATEWAY_IPV6 ? 16 : 4;
    return read_slice(rdata, kind == GATEWAY_NONE ? 0 : size, &address);
}

static enum sworn_result print_kind(struct text_out *out, uint8_t kind)
{
    if (kind == GATEWAY_IPV4) {
        return ipv4_field_print(out);
    }
    if (kind == GATEWAY_IPV6) {
        return ipv6_field_print(out);
    }
    if (kind == GATEWAY_NAME) {
        return name_field_print(out);
    }
    SWORN_TRY(begin_word(out));
    return write_u8(out->text, '.');
}

/* The kind is a field of its own, before this one. */
enum sworn_result gateway_parse(struct text_in *in)
{
    return parse_kind(in, in->rdata->start[in->start + 1]);
}

enum sworn_result gateway_skip(struct reader *rdata, const struct rr_field *field)
{
    (void)field;
    return skip_kind(rdata, rdata->start[1]);
}

enum sworn_result gateway_print(struct text_out *out)
{
    return print_kind(out, out->rdata.start[1]);
}

enum sworn_result relay_parse(struct text_in *in)
{
    uint64_t discovery;
    uint64_t kind;

    SWORN_TRY(take_number(in, 1, &discovery));
    SWORN_TRY(take_number(in, 127, &kind));
    SWORN_TRY(write_u8(in->rdata, (uint8_t)(discovery << 7 | kind)));
    return parse_kind(in, (uint8_t)kind);
}

enum sworn_result relay_skip(struct reader *rdata, const struct rr_field *field)
{
    uint8_t kind;

    (void)field;
    SWORN_TRY(read_u8(rdata, &kind));
    return skip_kind(rdata, kind & KIND_MASK);
}

enum sworn_result relay_print(struct text_out *out)
{
    uint8_t kind;

    SWORN_TRY(begin_word(out));
    SWORN_TRY(read_u8(&out->rdata, &kind));
    SWORN_TRY(write_text(out->text, (kind & D_BIT) != 0 ? "1 " : "0 "));
    SWORN_TRY(decimal_print(out->text, kind & KIND_MASK));
    return print_kind(out, kind & KIND_MASK);
}

enum sworn_result hip_parse(struct text_in *in)
{
    struct hex_decoder hex = {0};
    struct base64_decoder base64 = {0};
    size_t at = in->rdata->used;
    struct octets word;
    uint64_t algorithm;

    SWORN_TRY(take_number(in, 255, &algorithm));
    SWORN_TRY(put_number(in->rdata, 4, algorithm << 16));
    SWORN_TRY(take_word(in, &word));
    bool right = word.size <= 510 && hex_feed(&hex, word, in->rdata) == SWORN_OK &&
                 hex_end(&hex) == SWORN_OK;
    SWORN_SAY(right, in->reason, SWORN_MALFORMED, "\"%.*s\" is not at most 255 octets of hex",
              shown(word), (const char *)word.data);
    in->rdata->start[at] = (uint8_t)(in->rdata->used - at - 4);

    size_t key = in->rdata->used;
    SWORN_TRY(take_word(in, &word));
    right = base64_feed(&base64, word, in->rdata) == SWORN_OK && base64_end(&base64) == SWORN_OK &&
            in->rdata->used - key <= UINT16_MAX;
    SWORN_SAY(right, in->reason, SWORN_MALFORMED, "\"%.*s\" is not base64", shown(word),
              (const char *)word.data);
    SWORN_TRY(write_u16_at(in->rdata, at + 2, (uint16_t)(in->rdata->used - key)));
    while (!at_end(in)) {
        SWORN_TRY(name_field_parse(in));
    }
    return SWORN_OK;
}

struct hip {
    uint8_t algorithm;
    struct octets hit;
    struct octets key;
};

static enum sworn_result hip_read(struct reader *rdata, struct hip *hip)
{
    uint8_t hit_size;
    uint16_t key_size;

    SWORN_TRY(read_u8(rdata, &hit_size));
    SWORN_TRY(read_u8(rdata, &hip->algorithm));
    SWORN_TRY(read_u16(rdata, &key_size));
    SWORN_TRY(read_slice(rdata, hit_size, &hip->hit));
    SWORN_TRY(read_slice(rdata, key_size, &hip->key));
    /* What is empty could not be written. */
    SWORN_ENSURE(hit_size > 0 && key_size > 0, SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result hip_skip(struct reader *rdata, const struct rr_field *field)
{
    struct hip hip;

    SWORN_TRY(hip_read(rdata, &hip));
    while (reader_left(rdata) > 0) {
        SWORN_TRY(name_field_skip(rdata, field));
    }
    return SWORN_OK;
}

enum sworn_result hip_print(struct text_out *out)
{
    struct hip hip;

    SWORN_TRY(begin_word(out));
    SWORN_TRY(hip_read(&out->rdata, &hip));
    SWORN_TRY(decimal_print(out->text, hip.algorithm));
    SWORN_TRY(begin_word(out));
    SWORN_TRY(hex_print(out->text, hip.hit));
    SWORN_TRY(begin_word(out));
    SWORN_TRY(base64_print(out->text, hip.key));
    while (reader_left(&out->rdata) > 0) {
        SWORN_TRY(name_field_print(out));
    }
    return SWORN_OK;
}
