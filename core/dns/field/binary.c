/*
 * binary.c - fields of octets without meaning to the DNS: keys, digests, salts, and what has no
 * text at all.
 */
#include "core/dns/field/codec.h"
#include "core/dns/field/field.h"

#define DIGEST_MIN 12 /* RFC 8976 2.2.4 */

/* Whether a field up to the end of the RDATA may be of that size. */
static bool size_is_right(size_t size, const struct rr_field *field)
{
    size_t least = (field->flags & FIELD_OPTIONAL) != 0 ? 0 : 1;

    return size >= ((field->flags & FIELD_DIGEST) != 0 ? DIGEST_MIN : least);
}

enum sworn_result rest_skip(struct reader *rdata, const struct rr_field *field)
{
    SWORN_ENSURE(size_is_right(read_rest(rdata).size, field), SWORN_MALFORMED);
    return SWORN_OK;
}

/* What stands for octets that hex or base64 cannot show: "-" for none, "0" for one 00. */
static bool take_stand_in(struct text_in *in, enum sworn_result *result)
{
    struct octets ignored;

    if (in->next.kind != TOKEN_WORD) {
        return false;
    }
    if ((in->field->flags & FIELD_DASH) != 0 && text_is(in->next.text, "-")) {
        *result = take_word(in, &ignored);
        return true;
    }
    if ((in->field->flags & FIELD_DELETE) != 0 && text_is(in->next.text, "0")) {
        *result = take_word(in, &ignored);
        *result = *result == SWORN_OK ? write_u8(in->rdata, 0) : *result;
        return true;
    }
    return false;
}

static enum sworn_result check_size(const struct text_in *in, size_t before)
{
    size_t size = in->rdata->used - before;

    SWORN_SAY(size_is_right(size, in->field), in->reason, SWORN_MALFORMED, "%s",
              size == 0 ? "is missing" : "is shorter than 12 octets");
    return SWORN_OK;
}

enum sworn_result hex_field_parse(struct text_in *in)
{
    struct hex_decoder decoder = {0};
    size_t before = in->rdata->used;
    enum sworn_result result = SWORN_OK;
    struct octets word;

    if (take_stand_in(in, &result)) {
        return result;
    }
    while (!at_end(in)) {
        SWORN_TRY(take_word(in, &word));
        result = hex_feed(&decoder, word, in->rdata);
        SWORN_SAY(result != SWORN_MALFORMED, in->reason, result, "\"%.*s\" is not hex", shown(word),
                  (const char *)word.data);
        SWORN_TRY(result);
    }
    SWORN_SAY(hex_end(&decoder) == SWORN_OK, in->reason, SWORN_MALFORMED,
              "has an odd number of hex digits");
    return check_size(in, before);
}

enum sworn_result hex_field_print(struct text_out *out)
{
    if (reader_left(&out->rdata) == 0) {
        return SWORN_OK;
    }
    SWORN_TRY(begin_word(out));
    return hex_print(out->text, read_rest(&out->rdata));
}

enum sworn_result base64_field_parse(struct text_in *in)
{
    struct base64_decoder decoder = {0};
    size_t before = in->rdata->used;
    enum sworn_result result = SWORN_OK;
    struct octets word;

    if (take_stand_in(in, &result)) {
        return result;
    }
    while (!at_end(in)) {
        SWORN_TRY(take_word(in, &word));
        result = base64_feed(&decoder, word, in->rdata);
        SWORN_SAY(result != SWORN_MALFORMED, in->reason, result, "\"%.*s\" is not base64",
                  shown(word), (const char *)word.data);
        SWORN_TRY(result);
    }
    SWORN_SAY(base64_end(&decoder) == SWORN_OK, in->reason, SWORN_MALFORMED,
              "is base64 that breaks off");
    return check_size(in, before);
}

enum sworn_result base64_field_print(struct text_out *out)
{
    if (reader_left(&out->rdata) > 0) {
        SWORN_TRY(begin_word(out));
        return base64_print(out->text, read_rest(&out->rdata));
    }
    if ((out->field->flags & FIELD_DASH) == 0) {
        return SWORN_OK;
    }
    SWORN_TRY(begin_word(out));
    return write_u8(out->text, '-');
}

enum sworn_result salt_parse(struct text_in *in)
{
    struct hex_decoder decoder = {0};
    size_t at = in->rdata->used;
    struct octets word;

    SWORN_TRY(take_word(in, &word));
    SWORN_TRY(write_u8(in->rdata, 0));
    if (text_is(word, "-")) {
        return SWORN_OK;
    }
    bool right = word.size <= 510 && hex_feed(&decoder, word, in->rdata) == SWORN_OK &&
                 hex_end(&decoder) == SWORN_OK;
    SWORN_SAY(right, in->reason, SWORN_MALFORMED,
              "\"%.*s\" is neither \"-\" nor at most 255 octets"
              " of hex",
              shown(word), (const char *)word.data);
    in->rdata->start[at] = (uint8_t)(in->rdata->used - at - 1);
    return SWORN_OK;
}

enum sworn_result salt_print(struct text_out *out)
{
    struct octets salt;

    SWORN_TRY(begin_word(out));
    SWORN_TRY(read_slice_u8(&out->rdata, &salt));
    return salt.size == 0 ? write_u8(out->text, '-') : hex_print(out->text, salt);
}

enum sworn_result hash_parse(struct text_in *in)
{
    size_t at = in->rdata->used;
    struct octets word;

    SWORN_TRY(take_word(in, &word));
    SWORN_TRY(write_u8(in->rdata, 0));
    bool right =
        word.size <= 408 && base32_parse(word, in->rdata) == SWORN_OK && in->rdata->used > at + 1;
    SWORN_SAY(right, in->reason, SWORN_MALFORMED, "\"%.*s\" is not base32hex", shown(word),
              (const char *)word.data);
    in->rdata->start[at] = (uint8_t)(in->rdata->used - at - 1);
    return SWORN_OK;
}

enum sworn_result hash_skip(struct reader *rdata, const struct rr_field *field)
{
    struct octets hash;

    (void)field;
    SWORN_TRY(read_slice_u8(rdata, &hash));
    SWORN_ENSURE(hash.size > 0, SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result hash_print(struct text_out *out)
{
    struct octets hash;

    SWORN_TRY(begin_word(out));
    SWORN_TRY(read_slice_u8(&out->rdata, &hash));
    return base32_print(out->text, hash);
}

/* The length in text is what says whether base64 follows. */
enum sworn_result data16_parse(struct text_in *in)
{
    struct base64_decoder decoder = {0};
    struct octets word;
    uint64_t size;

    SWORN_TRY(take_number(in, UINT16_MAX, &size));
    SWORN_TRY(write_u16(in->rdata, (uint16_t)size));
    if (size == 0) {
        return SWORN_OK;
    }
    size_t before = in->rdata->used;
    SWORN_TRY(take_word(in, &word));
    bool right = base64_feed(&decoder, word, in->rdata) == SWORN_OK &&
                 base64_end(&decoder) == SWORN_OK && in->rdata->used - before == size;
    SWORN_SAY(right, in->reason, SWORN_MALFORMED, "\"%.*s\" is not %u octets in base64",
              shown(word), (const char *)word.data, (unsigned)size);
    return SWORN_OK;
}

enum sworn_result data16_skip(struct reader *rdata, const struct rr_field *field)
{
    struct octets data;

    (void)field;
    return read_slice_u16(rdata, &data);
}

enum sworn_result data16_print(struct text_out *out)
{
    struct octets data;

    SWORN_TRY(begin_word(out));
    SWORN_TRY(read_slice_u16(&out->rdata, &data));
    SWORN_TRY(decimal_print(out->text, data.size));
    if (data.size == 0) {
        return SWORN_OK;
    }
    SWORN_TRY(begin_word(out));
    return base64_print(out->text, data);
}

enum sworn_result opaque_parse(struct text_in *in)
{
    return because(in->reason, SWORN_MALFORMED,
                   "has no text of its own: write \"\\# length hex\" (RFC 3597)");
}

enum sworn_result opaque_skip(struct reader *rdata, const struct rr_field *field)
{
    (void)field;
    (void)read_rest(rdata);
    return SWORN_OK;
}

enum sworn_result opaque_print(struct text_out *out)
{
    (void)out;
    return SWORN_ABSENT;
}
