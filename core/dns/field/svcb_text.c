/*
 * svcb_text.c - service parameters in text (RFC 9460 2.1, appendix A); see svcb.h.
 *
 *   key [ "=" ( value | quoted value ) ]      in any order; on the wire they are sorted
 *
 * A value is unescaped once as a character-string; in a list of protocols a second time, so that
 * "," and "\" can be part of one: a comma is written \\, and a backslash \\\\.
 */
#include "core/dns/field/codec.h"
#include "core/dns/field/svcb.h"
#include "core/dns/name_text.h"

struct value_in {
    struct text_in *in;
    struct octets text;
    size_t at;
};

static bool value_ended(const struct value_in *value)
{
    return value->at == value->text.size;
}

static enum sworn_result next_octet(struct value_in *value, uint8_t *octet)
{
    return text_unescape(value->text, &value->at, octet, value->in->reason);
}

/* What comes before the next comma, at most `max` octets. */
static enum sworn_result next_item(struct value_in *value, uint8_t *item, size_t max, size_t *size)
{
    uint8_t octet;

    *size = 0;
    while (!value_ended(value)) {
        SWORN_TRY(next_octet(value, &octet));
        if (octet == ',') {
            /* A comma is followed by something. */
            SWORN_ENSURE(!value_ended(value), SWORN_MALFORMED);
            break;
        }
        SWORN_ENSURE(*size < max, SWORN_MALFORMED);
        item[*size] = octet;
        *size += 1;
    }
    SWORN_ENSURE(*size > 0, SWORN_MALFORMED);
    return SWORN_OK;
}

/* Keys may come in any order and go out sorted (RFC 9460 8). */
static enum sworn_result parse_keys(struct value_in *value)
{
    struct writer *rdata = value->in->rdata;
    uint8_t item[32];
    uint16_t list[SVC_PARAMS_MAX];
    size_t count = 0;
    size_t size;
    uint16_t key;

    while (!value_ended(value)) {
        SWORN_TRY(next_item(value, item, sizeof(item), &size));
        SWORN_TRY(svc_key_from_text(octets_of(item, size), &key));
        SWORN_ENSURE(count < SVC_PARAMS_MAX, SWORN_LIMIT);
        size_t at = count;
        for (; at > 0 && list[at - 1] > key; at--) {
            list[at] = list[at - 1];
        }
        list[at] = key;
        count++;
    }
    for (size_t i = 0; i < count; i++) {
        SWORN_TRY(write_u16(rdata, list[i]));
    }
    return SWORN_OK;
}

/* One protocol: the second unescaping, in which a backslash takes the next octet as it is. */
static enum sworn_result parse_protocol(struct value_in *value)
{
    struct writer *rdata = value->in->rdata;
    size_t at = rdata->used;
    uint8_t octet;

    SWORN_TRY(write_u8(rdata, 0));
    while (!value_ended(value)) {
        SWORN_TRY(next_octet(value, &octet));
        if (octet == ',') {
            SWORN_ENSURE(!value_ended(value), SWORN_MALFORMED);
            break;
        }
        if (octet == '\\') {
            SWORN_ENSURE(!value_ended(value), SWORN_MALFORMED);
            SWORN_TRY(next_octet(value, &octet));
        }
        SWORN_TRY(write_u8(rdata, octet));
    }
    SWORN_ENSURE(rdata->used - at - 1 <= 255, SWORN_MALFORMED);
    rdata->start[at] = (uint8_t)(rdata->used - at - 1);
    return SWORN_OK;
}

static enum sworn_result parse_addresses(struct value_in *value, bool ipv6)
{
    uint8_t address[16];
    uint8_t item[48];
    size_t size;

    while (!value_ended(value)) {
        SWORN_TRY(next_item(value, item, sizeof(item), &size));
        struct octets text = octets_of(item, size);
        SWORN_TRY(ipv6 ? ipv6_parse(text, address) : ipv4_parse(text, address));
        SWORN_TRY(write_octets(value->in->rdata, octets_of(address, ipv6 ? 16 : 4)));
    }
    return SWORN_OK;
}

static enum sworn_result parse_port(struct value_in *value)
{
    uint8_t item[8];
    size_t size;
    uint64_t port;

    SWORN_TRY(next_item(value, item, sizeof(item), &size));
    SWORN_ENSURE(value_ended(value), SWORN_MALFORMED);
    SWORN_TRY(decimal_parse(octets_of(item, size), UINT16_MAX, &port));
    return write_u16(value->in->rdata, (uint16_t)port);
}

static enum sworn_result parse_base64(struct value_in *value)
{
    struct base64_decoder decoder = {0};
    uint8_t octet;

    while (!value_ended(value)) {
        SWORN_TRY(next_octet(value, &octet));
        SWORN_TRY(base64_feed(&decoder, octets_of(&octet, 1), value->in->rdata));
    }
    return base64_end(&decoder);
}

static enum sworn_result parse_any(struct value_in *value)
{
    uint8_t octet;

    while (!value_ended(value)) {
        SWORN_TRY(next_octet(value, &octet));
        SWORN_TRY(write_u8(value->in->rdata, octet));
    }
    return SWORN_OK;
}

static enum sworn_result parse_value(struct value_in *value, enum svc_form form)
{
    switch (form) {
    case SVC_KEYS:
        return parse_keys(value);
    case SVC_PROTOCOLS:
        while (!value_ended(value)) {
            SWORN_TRY(parse_protocol(value));
        }
        return SWORN_OK;
    case SVC_PORT:
        return parse_port(value);
    case SVC_IPV4:
        return parse_addresses(value, false);
    case SVC_IPV6:
        return parse_addresses(value, true);
    case SVC_BASE64:
        return parse_base64(value);
    case SVC_EMPTY:
    case SVC_TEXT:
    case SVC_ANY:
        return parse_any(value);
    }
    return SWORN_MALFORMED;
}

static void reverse(uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < size / 2; i++) {
        uint8_t other = octets[size - 1 - i];
        octets[size - 1 - i] = octets[i];
        octets[i] = other;
    }
}

/* Move the last of the parameters, from `at` on, before the first one with a higher key. */
static void sort_in(uint8_t *params, size_t size, size_t at, uint16_t key)
{
    struct reader reader = reader_of(octets_of(params, at));
    struct svc_param param;
    size_t place = 0;

    while (svc_param_read(&reader, &param) == SWORN_OK && param.key <= key) {
        place = (size_t)(reader.at - reader.start);
    }
    /* Turning both parts and then the whole swaps them. */
    reverse(params + place, at - place);
    reverse(params + at, size - at);
    reverse(params + place, size - place);
}

/* "key", "key=", "key=value", or "key=" and the quoted value that the scanner has set apart. */
static enum sworn_result split(const struct token *token, struct octets *key, struct octets *value)
{
    size_t equals = 0;

    *key = token->text;
    *value = token->value;
    while (equals < key->size && key->data[equals] != '=') {
        equals++;
    }
    if (equals == key->size) {
        return SWORN_OK;
    }
    key->size = equals;
    struct octets bare = octets_of(token->text.data + equals + 1, token->text.size - equals - 1);
    SWORN_ENSURE(value->data == NULL || bare.size == 0, SWORN_MALFORMED);
    *value = value->data == NULL ? bare : *value;
    return SWORN_OK;
}

static enum sworn_result parse_param(struct text_in *in, size_t params)
{
    struct writer *rdata = in->rdata;
    size_t at = rdata->used;
    struct value_in value = {.in = in};
    struct token token;
    struct octets name;
    uint16_t key;

    SWORN_SAY(in->next.kind == TOKEN_WORD, in->reason, SWORN_MALFORMED, "must not be quoted whole");
    SWORN_TRY(take_any(in, &token));
    SWORN_SAY(split(&token, &name, &value.text) == SWORN_OK, in->reason, SWORN_MALFORMED,
              "a quote inside a value");
    SWORN_SAY(svc_key_from_text(name, &key) == SWORN_OK, in->reason, SWORN_MALFORMED,
              "\"%.*s\" is no key", shown(name), (const char *)name.data);
    SWORN_TRY(write_u16(rdata, key));
    SWORN_TRY(write_u16(rdata, 0));
    /* keyNNNNN takes octets as they are on the wire, also of keys that have a name. */
    bool numbered = svc_key_find(key) == NULL || memcmp(name.data, "key", 3) == 0;
    enum sworn_result result = parse_value(&value, numbered ? SVC_ANY : svc_key_find(key)->form);
    SWORN_SAY(result != SWORN_MALFORMED, in->reason, SWORN_MALFORMED,
              "the value of %.*s is malformed", shown(name), (const char *)name.data);
    SWORN_TRY(result);
    SWORN_ENSURE(rdata->used - at - 4 <= UINT16_MAX, SWORN_LIMIT);
    SWORN_TRY(write_u16_at(rdata, at + 2, (uint16_t)(rdata->used - at - 4)));
    sort_in(rdata->start + params, rdata->used - params, at - params, key);
    return SWORN_OK;
}

enum sworn_result svcparams_parse(struct text_in *in)
{
    size_t params = in->rdata->used;

    for (size_t count = 0; !at_end(in); count++) {
        SWORN_SAY(count < SVC_PARAMS_MAX, in->reason, SWORN_LIMIT, "more than %u of them",
                  SVC_PARAMS_MAX);
        SWORN_TRY(parse_param(in, params));
    }
    return svc_params_check(octets_of(in->rdata->start + params, in->rdata->used - params),
                            in->reason);
}

static enum sworn_result print_keys(struct writer *text, struct octets value)
{
    struct reader list = reader_of(value);
    uint16_t key;

    while (reader_left(&list) > 0) {
        SWORN_TRY(list.at == list.start ? SWORN_OK : write_u8(text, ','));
        SWORN_TRY(read_u16(&list, &key));
        SWORN_TRY(svc_key_print(text, key));
    }
    return SWORN_OK;
}

static enum sworn_result print_protocols(struct writer *text, struct octets value)
{
    struct reader list = reader_of(value);
    struct octets protocol;

    SWORN_TRY(write_u8(text, '"'));
    while (reader_left(&list) > 0) {
        SWORN_TRY(list.at == list.start ? SWORN_OK : write_u8(text, ','));
        SWORN_TRY(read_slice_u8(&list, &protocol));
        for (size_t i = 0; i < protocol.size; i++) {
            uint8_t octet = protocol.data[i];
            bool special = octet == ',' || octet == '\\';
            SWORN_TRY(special ? write_text(text, "\\\\") : SWORN_OK);
            SWORN_TRY(escaped_print(text, octet, "\"\\"));
        }
    }
    return write_u8(text, '"');
}

static enum sworn_result print_addresses(struct writer *text, struct octets value, size_t size)
{
    for (size_t i = 0; i < value.size; i += size) {
        SWORN_TRY(i == 0 ? SWORN_OK : write_u8(text, ','));
        SWORN_TRY(size == 4 ? ipv4_print(text, value.data + i) : ipv6_print(text, value.data + i));
    }
    return SWORN_OK;
}

static enum sworn_result print_any(struct writer *text, struct octets value)
{
    SWORN_TRY(write_u8(text, '"'));
    for (size_t i = 0; i < value.size; i++) {
        SWORN_TRY(escaped_print(text, value.data[i], "\"\\"));
    }
    return write_u8(text, '"');
}

static enum sworn_result print_value(struct writer *text, enum svc_form form, struct octets value)
{
    switch (form) {
    case SVC_KEYS:
        return print_keys(text, value);
    case SVC_PROTOCOLS:
        return print_protocols(text, value);
    case SVC_PORT:
        return decimal_print(text, (uint64_t)value.data[0] << 8 | value.data[1]);
    case SVC_IPV4:
        return print_addresses(text, value, 4);
    case SVC_IPV6:
        return print_addresses(text, value, 16);
    case SVC_BASE64:
        return base64_print(text, value);
    case SVC_EMPTY:
    case SVC_TEXT:
    case SVC_ANY:
        return print_any(text, value);
    }
    return SWORN_ABSENT;
}

enum sworn_result svcparams_print(struct text_out *out)
{
    struct svc_param param;

    for (size_t count = 0; reader_left(&out->rdata) > 0; count++) {
        SWORN_ENSURE(count < SVC_PARAMS_MAX, SWORN_ABSENT);
        SWORN_TRY(begin_word(out));
        SWORN_TRY(svc_param_read(&out->rdata, &param));
        SWORN_TRY(svc_key_print(out->text, param.key));
        if (param.value.size == 0) {
            continue;
        }
        SWORN_TRY(write_u8(out->text, '='));
        const struct svc_key *key = svc_key_find(param.key);
        SWORN_TRY(print_value(out->text, key == NULL ? SVC_ANY : key->form, param.value));
    }
    return SWORN_OK;
}
