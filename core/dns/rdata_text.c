/*
 * rdata_text.c - RDATA from text and to text, field by field as the table says; see rr.h.
 *
 *   field*                 the type's own form
 *   "\#" size hex*         any type (RFC 3597 5)
 */
#include "core/dns/field/codec.h"
#include "core/dns/field/field.h"
#include "core/dns/rdata.h"

enum sworn_result rr_code_from_text(struct octets text, uint16_t *code)
{
    size_t count;
    const struct rr_type *types = rr_type_all(&count);
    uint64_t number;

    SWORN_ENSURE(text.size > 0, SWORN_MALFORMED);
    for (size_t i = 0; i < count; i++) {
        /* All mnemonics begin with a letter; most rows are passed by here. */
        if ((text.data[0] & ~0x20) == types[i].name[0] && text_is(text, types[i].name)) {
            *code = types[i].code;
            return SWORN_OK;
        }
    }
    SWORN_ENSURE(text.size > 4 && text_is(octets_of(text.data, 4), "TYPE"), SWORN_MALFORMED);
    SWORN_TRY(decimal_parse(octets_of(text.data + 4, text.size - 4), UINT16_MAX, &number));
    *code = (uint16_t)number;
    return SWORN_OK;
}

void rr_code_to_text(uint16_t code, char text[16])
{
    const struct rr_type *type = rr_type_find(code);
    struct writer writer = writer_over(text, 15);

    /* "TYPE65535" and the longest mnemonic fit. */
    if (type != NULL) {
        (void)!write_text(&writer, type->name);
    }
    if (type == NULL) {
        (void)!write_text(&writer, "TYPE");
        (void)!decimal_print(&writer, code);
    }
    text[writer.used] = '\0';
}

/* RFC 3597 5: the token \#, the length, then so many octets in hex. */
static enum sworn_result parse_generic(struct text_in *in)
{
    static const struct rr_field size_field = {FIELD_U16, 0, "length"};
    static const struct rr_field octets_field = {FIELD_HEX, FIELD_OPTIONAL, "octets"};
    struct octets mark;
    uint64_t size;

    SWORN_TRY(take_word(in, &mark));
    in->field = &size_field;
    SWORN_TRY(take_number(in, RDATA_MAX, &size));
    in->field = &octets_field;
    SWORN_TRY(hex_field_parse(in));
    SWORN_SAY(in->rdata->used - in->start == size, in->reason, SWORN_MALFORMED,
              "there are %zu, the length says %u", in->rdata->used - in->start, (unsigned)size);
    return SWORN_OK;
}

/* For reasons, where no field of the table is meant. */
static const struct rr_field whole = {FIELD_OPAQUE, 0, "data"};

static enum sworn_result parse_own_form(struct text_in *in, const struct rr_type *type)
{
    if (type == NULL) {
        return opaque_parse(in);
    }
    for (in->field = type->fields; in->field->kind != FIELD_END; in->field++) {
        SWORN_TRY(field_ops(in->field->kind)->parse(in));
    }
    in->field = &whole;
    return SWORN_OK;
}

static enum sworn_result parse_fields(struct text_in *in, const struct rr_type *type)
{
    in->field = &whole;
    SWORN_TRY(scan(in->scanner, &in->next, in->reason));
    in->line = in->scanner->line;
    bool generic =
        in->next.kind == TOKEN_WORD && octets_equal(in->next.text, octets_of_text("\\#"));
    SWORN_TRY(generic ? parse_generic(in) : parse_own_form(in, type));
    SWORN_SAY(at_end(in), in->reason, SWORN_MALFORMED, "\"%.*s\" is more than the type has",
              shown(in->next.text), (const char *)in->next.text.data);
    return SWORN_OK;
}

static enum sworn_result explain(const struct text_in *in, uint16_t code, enum sworn_result result)
{
    struct reason place;
    char mnemonic[16];

    if (in->reason == NULL) {
        return result;
    }
    if (in->reason->text[0] == '\0') {
        (void)because(in->reason, result, "%s",
                      result == SWORN_LIMIT ? "does not fit" : result_name(result));
    }
    reason_plain(in->reason);
    rr_code_to_text(code, mnemonic);
    (void)because(&place, result, "%s %s: ", mnemonic, in->field->name);
    reason_prefix(in->reason, &place);
    return result;
}

enum sworn_result rdata_scan(uint16_t type, struct scanner *scanner, const struct name *origin,
                             struct writer *rdata, struct reason *reason)
{
    const struct rr_type *row = rr_type_find(type);
    struct text_in in = {.scanner = scanner,
                         .origin = origin,
                         .rdata = rdata,
                         .line = scanner->line,
                         .start = rdata->used,
                         .reason = reason};

    if (reason != NULL) {
        reason->text[0] = '\0';
    }
    scanner->parameter = type == RR_SVCB || type == RR_HTTPS;
    enum sworn_result result = parse_fields(&in, row);
    size_t size = rdata->used - in.start;
    if (result == SWORN_OK && size > RDATA_MAX) {
        result = because(reason, SWORN_LIMIT, "%zu octets are more than a record can hold", size);
    }
    struct octets octets = octets_of(size == 0 ? NULL : rdata->start + in.start, size);
    /* Fields may be right one by one and wrong together, and \# may say anything. */
    if (result == SWORN_OK && rdata_check(type, octets) != SWORN_OK) {
        result = because(reason, SWORN_MALFORMED, "these octets are no such record's");
    }
    if (result != SWORN_OK) {
        rdata->used = in.start;
        scanner->line = in.line;
        return explain(&in, type, result);
    }
    return SWORN_OK;
}

enum sworn_result rdata_from_text(uint16_t type, struct octets text, const struct name *origin,
                                  struct writer *rdata, struct reason *reason)
{
    struct scanner scanner = scanner_of(text);

    scanner.one_line = true;
    return rdata_scan(type, &scanner, origin, rdata, reason);
}

static enum sworn_result print_generic(struct octets rdata, struct writer *text)
{
    SWORN_TRY(write_text(text, "\\# "));
    SWORN_TRY(decimal_print(text, rdata.size));
    if (rdata.size == 0) {
        return SWORN_OK;
    }
    SWORN_TRY(write_u8(text, ' '));
    return hex_print(text, rdata);
}

static enum sworn_result print_fields(const struct rr_type *type, struct octets rdata,
                                      struct writer *text)
{
    struct text_out out = {.rdata = reader_of(rdata), .text = text, .start = text->used};

    for (out.field = type->fields; out.field->kind != FIELD_END; out.field++) {
        SWORN_TRY(field_ops(out.field->kind)->print(&out));
    }
    return SWORN_OK;
}

enum sworn_result rdata_to_text(uint16_t type, struct octets rdata, bool generic,
                                struct writer *text)
{
    const struct rr_type *row = generic ? NULL : rr_type_find(type);
    size_t start = text->used;

    if (row == NULL) {
        return print_generic(rdata, text);
    }
    SWORN_TRY(rdata_check(type, rdata));
    enum sworn_result result = print_fields(row, rdata, text);
    if (result == SWORN_ABSENT) {
        text->used = start;
        return print_generic(rdata, text);
    }
    return result;
}
