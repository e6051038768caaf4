/*
 * string.c - fields that are text: <character-string>s (RFC 1035 3.3), text up to the end of the
 * RDATA, tags.
 */
#include "core/dns/field/codec.h"
#include "core/dns/field/field.h"
#include "core/dns/name_text.h"

/* Unescape the next word or quoted string into the RDATA. */
static enum sworn_result put_unescaped(struct text_in *in, size_t max)
{
    struct token token;
    size_t before = in->rdata->used;
    uint8_t octet;

    SWORN_TRY(take_any(in, &token));
    SWORN_SAY(token.value.data == NULL, in->reason, SWORN_MALFORMED, "a quote inside a word");
    for (size_t at = 0; at < token.text.size;) {
        SWORN_TRY(text_unescape(token.text, &at, &octet, in->reason));
        SWORN_SAY(in->rdata->used - before < max, in->reason, SWORN_LIMIT,
                  "a string is longer than %zu octets", max);
        SWORN_TRY(write_u8(in->rdata, octet));
    }
    return SWORN_OK;
}

enum sworn_result string_parse(struct text_in *in)
{
    size_t at = in->rdata->used;

    if ((in->field->flags & FIELD_OPTIONAL) != 0 && at_end(in)) {
        return SWORN_OK;
    }
    SWORN_TRY(write_u8(in->rdata, 0));
    SWORN_TRY(put_unescaped(in, 255));
    in->rdata->start[at] = (uint8_t)(in->rdata->used - at - 1);
    return SWORN_OK;
}

enum sworn_result string_skip(struct reader *rdata, const struct rr_field *field)
{
    struct octets string;

    if ((field->flags & FIELD_OPTIONAL) != 0 && reader_left(rdata) == 0) {
        return SWORN_OK;
    }
    return read_slice_u8(rdata, &string);
}

static enum sworn_result print_quoted(struct writer *text, struct octets string)
{
    SWORN_TRY(write_u8(text, '"'));
    for (size_t i = 0; i < string.size; i++) {
        SWORN_TRY(escaped_print(text, string.data[i], "\"\\"));
    }
    return write_u8(text, '"');
}

enum sworn_result string_print(struct text_out *out)
{
    struct octets string;

    if ((out->field->flags & FIELD_OPTIONAL) != 0 && reader_left(&out->rdata) == 0) {
        return SWORN_OK;
    }
    SWORN_TRY(begin_word(out));
    SWORN_TRY(read_slice_u8(&out->rdata, &string));
    return print_quoted(out->text, string);
}

enum sworn_result strings_parse(struct text_in *in)
{
    do {
        SWORN_TRY(string_parse(in));
    } while (!at_end(in));
    return SWORN_OK;
}

enum sworn_result strings_skip(struct reader *rdata, const struct rr_field *field)
{
    do {
        SWORN_TRY(string_skip(rdata, field));
    } while (reader_left(rdata) > 0);
    return SWORN_OK;
}

enum sworn_result strings_print(struct text_out *out)
{
    do {
        SWORN_TRY(string_print(out));
    } while (reader_left(&out->rdata) > 0);
    return SWORN_OK;
}

enum sworn_result text_parse(struct text_in *in)
{
    size_t before = in->rdata->used;

    SWORN_TRY(put_unescaped(in, SIZE_MAX));
    SWORN_SAY(in->rdata->used > before || (in->field->flags & FIELD_OPTIONAL) != 0, in->reason,
              SWORN_MALFORMED, "is empty");
    return SWORN_OK;
}

enum sworn_result text_skip(struct reader *rdata, const struct rr_field *field)
{
    struct octets rest = read_rest(rdata);

    SWORN_ENSURE(rest.size > 0 || (field->flags & FIELD_OPTIONAL) != 0, SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result text_print(struct text_out *out)
{
    SWORN_TRY(begin_word(out));
    return print_quoted(out->text, read_rest(&out->rdata));
}

/* RFC 8659 4.1: a tag is letters and digits, at least one. */
static bool is_tag(struct octets text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t lower = text.data[i] | 0x20;
        bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        if (!digit && (lower < 'a' || lower > 'z')) {
            return false;
        }
    }
    return text.size > 0 && text.size <= 255;
}

enum sworn_result tag_parse(struct text_in *in)
{
    struct octets word;

    SWORN_TRY(take_word(in, &word));
    SWORN_SAY(is_tag(word), in->reason, SWORN_MALFORMED, "\"%.*s\" is not letters and digits",
              shown(word), (const char *)word.data);
    return write_slice_u8(in->rdata, word);
}

enum sworn_result tag_skip(struct reader *rdata, const struct rr_field *field)
{
    struct octets tag;

    (void)field;
    SWORN_TRY(read_slice_u8(rdata, &tag));
    SWORN_ENSURE(is_tag(tag), SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result tag_print(struct text_out *out)
{
    struct octets tag;

    SWORN_TRY(begin_word(out));
    SWORN_TRY(read_slice_u8(&out->rdata, &tag));
    return write_octets(out->text, tag);
}
