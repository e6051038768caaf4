/*
 * field.c - the row of each kind of field, and what parsers and printers share; see field.h.
 */
#include "core/dns/field/field.h"

#include "core/dns/field/codec.h"

static const struct field_ops kinds[FIELD_KINDS] = {
    [FIELD_U8] = {1, number_parse, NULL, number_print},
    [FIELD_U16] = {2, number_parse, NULL, number_print},
    [FIELD_U32] = {4, number_parse, NULL, number_print},
    [FIELD_U48] = {6, number_parse, NULL, number_print},
    [FIELD_U64] = {8, number_parse, NULL, number_print},
    [FIELD_PERIOD] = {4, number_parse, NULL, number_print},
    [FIELD_ALGORITHM] = {1, number_parse, NULL, number_print},
    [FIELD_CERT_TYPE] = {2, number_parse, NULL, number_print},
    [FIELD_SCHEME] = {1, number_parse, NULL, scheme_print},
    [FIELD_TYPE] = {2, type_parse, NULL, type_print},
    [FIELD_DATE] = {4, date_field_parse, NULL, date_field_print},
    [FIELD_NAME] = {0, name_field_parse, name_field_skip, name_field_print},
    [FIELD_IPV4] = {4, ipv4_field_parse, NULL, ipv4_field_print},
    [FIELD_IPV6] = {16, ipv6_field_parse, NULL, ipv6_field_print},
    [FIELD_EUI48] = {6, eui_parse, NULL, eui_print},
    [FIELD_EUI64] = {8, eui_parse, NULL, eui_print},
    [FIELD_NODE64] = {8, node64_parse, NULL, node64_print},
    [FIELD_STRING] = {0, string_parse, string_skip, string_print},
    [FIELD_STRINGS] = {0, strings_parse, strings_skip, strings_print},
    [FIELD_TEXT] = {0, text_parse, text_skip, text_print},
    [FIELD_TAG] = {0, tag_parse, tag_skip, tag_print},
    [FIELD_HEX] = {0, hex_field_parse, rest_skip, hex_field_print},
    [FIELD_BASE64] = {0, base64_field_parse, rest_skip, base64_field_print},
    [FIELD_SALT] = {0, salt_parse, string_skip, salt_print},
    [FIELD_HASH] = {0, hash_parse, hash_skip, hash_print},
    [FIELD_DATA16] = {0, data16_parse, data16_skip, data16_print},
    [FIELD_BITMAP] = {0, bitmap_parse, bitmap_skip, bitmap_print},
    [FIELD_NXT_BITMAP] = {0, nxt_parse, nxt_skip, nxt_print},
    [FIELD_SERVICES] = {0, services_parse, services_skip, services_print},
    [FIELD_APL] = {0, apl_parse, apl_skip, apl_print},
    [FIELD_LOC] = {0, loc_parse, loc_skip, loc_print},
    [FIELD_NSAP] = {0, nsap_parse, nsap_skip, nsap_print},
    [FIELD_ATMA] = {0, atma_parse, atma_skip, atma_print},
    [FIELD_A6] = {0, a6_parse, a6_skip, a6_print},
    [FIELD_GATEWAY] = {0, gateway_parse, gateway_skip, gateway_print},
    [FIELD_RELAY] = {0, relay_parse, relay_skip, relay_print},
    [FIELD_HIP] = {0, hip_parse, hip_skip, hip_print},
    [FIELD_SVCPARAMS] = {0, svcparams_parse, svcparams_skip, svcparams_print},
    [FIELD_OPAQUE] = {0, opaque_parse, opaque_skip, opaque_print},
};

const struct field_ops *field_ops(enum field_kind kind)
{
    return &kinds[kind];
}

enum sworn_result field_skip(struct reader *rdata, const struct rr_field *field)
{
    const struct field_ops *ops = field_ops(field->kind);
    struct octets fixed;

    if (ops->skip != NULL) {
        return ops->skip(rdata, field);
    }
    return read_slice(rdata, ops->size, &fixed);
}

bool at_end(const struct text_in *in)
{
    return in->next.kind == TOKEN_END || in->next.kind == TOKEN_LINE_END;
}

enum sworn_result take_any(struct text_in *in, struct token *token)
{
    SWORN_SAY(!at_end(in), in->reason, SWORN_MALFORMED, "is missing");
    *token = in->next;
    in->line = token->line;
    enum sworn_result result = scan(in->scanner, &in->next, in->reason);
    in->line = result == SWORN_OK ? in->line : in->scanner->line;
    return result;
}

enum sworn_result take_word(struct text_in *in, struct octets *word)
{
    struct token token = {0};

    SWORN_SAY(in->next.kind != TOKEN_QUOTED, in->reason, SWORN_MALFORMED, "must not be quoted");
    SWORN_TRY(take_any(in, &token));
    SWORN_SAY(token.value.data == NULL, in->reason, SWORN_MALFORMED, "must not be quoted");
    *word = token.text;
    return SWORN_OK;
}

enum sworn_result take_number(struct text_in *in, uint64_t max, uint64_t *number)
{
    struct octets word;

    SWORN_TRY(take_word(in, &word));
    SWORN_SAY(decimal_parse(word, max, number) == SWORN_OK, in->reason, SWORN_MALFORMED,
              "\"%.*s\" is no number from 0 to %llu", shown(word), (const char *)word.data,
              (unsigned long long)max);
    return SWORN_OK;
}

enum sworn_result put_number(struct writer *writer, size_t size, uint64_t value)
{
    uint8_t *room;

    SWORN_TRY(write_room(writer, size, &room));
    for (size_t i = 0; i < size; i++) {
        room[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
    }
    return SWORN_OK;
}

enum sworn_result begin_word(struct text_out *out)
{
    return out->text->used > out->start ? write_u8(out->text, ' ') : SWORN_OK;
}
