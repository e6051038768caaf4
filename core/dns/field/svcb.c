/*
 * svcb.c - what makes a list of service parameters a right one; see svcb.h. Text and wire are both
 * held to it.
 */
#include "core/dns/field/svcb.h"

#include "core/dns/field/codec.h"

static const struct svc_key keys[] = {
    {"mandatory", SVC_KEYS}, {"alpn", SVC_PROTOCOLS}, {"no-default-alpn", SVC_EMPTY},
    {"port", SVC_PORT},      {"ipv4hint", SVC_IPV4},  {"ech", SVC_BASE64},
    {"ipv6hint", SVC_IPV6},  {"dohpath", SVC_TEXT},   {"ohttp", SVC_EMPTY},
};

enum { KEY_MANDATORY = 0, KEY_ALPN = 1, KEY_NO_DEFAULT_ALPN = 2 };

#define KEYS (sizeof(keys) / sizeof(keys[0]))

const struct svc_key *svc_key_find(uint16_t key)
{
    return key < KEYS ? &keys[key] : NULL;
}

enum sworn_result svc_key_from_text(struct octets text, uint16_t *key)
{
    uint64_t number;

    for (size_t i = 0; i < KEYS; i++) {
        if (octets_equal(text, octets_of_text(keys[i].name))) {
            *key = (uint16_t)i;
            return SWORN_OK;
        }
    }
    SWORN_ENSURE(text.size > 3 && memcmp(text.data, "key", 3) == 0, SWORN_MALFORMED);
    SWORN_ENSURE(text.data[3] != '0' || text.size == 4, SWORN_MALFORMED);
    SWORN_TRY(decimal_parse(octets_of(text.data + 3, text.size - 3), SVC_INVALID_KEY - 1, &number));
    *key = (uint16_t)number;
    return SWORN_OK;
}

enum sworn_result svc_key_print(struct writer *text, uint16_t key)
{
    if (key < KEYS) {
        return write_text(text, keys[key].name);
    }
    SWORN_TRY(write_text(text, "key"));
    return decimal_print(text, key);
}

enum sworn_result svc_param_read(struct reader *params, struct svc_param *param)
{
    SWORN_TRY(read_u16(params, &param->key));
    return read_slice_u16(params, &param->value);
}

static bool holds_key(struct octets params, uint16_t key)
{
    struct reader reader = reader_of(params);
    struct svc_param param;

    while (svc_param_read(&reader, &param) == SWORN_OK && param.key <= key) {
        if (param.key == key) {
            return true;
        }
    }
    return false;
}

/* RFC 9460 8: increasing, not itself, and each a parameter of this record. */
static enum sworn_result check_mandatory(struct octets value, struct octets params,
                                         struct reason *reason)
{
    struct reader list = reader_of(value);
    struct reader rest = reader_of(params);
    struct svc_param param = {0};
    uint16_t last = KEY_MANDATORY;
    uint16_t key;

    SWORN_SAY(value.size > 0, reason, SWORN_MALFORMED, "mandatory lists no key");
    while (reader_left(&list) > 0) {
        SWORN_SAY(read_u16(&list, &key) == SWORN_OK, reason, SWORN_MALFORMED,
                  "mandatory breaks off");
        SWORN_SAY(key > last, reason, SWORN_MALFORMED,
                  "mandatory lists itself, or keys twice or out of order");
        last = key;
        /* Both lists increase, so one walk over the parameters finds them all. */
        while (param.key < key && reader_left(&rest) > 0) {
            SWORN_TRY(svc_param_read(&rest, &param));
        }
        SWORN_SAY(param.key == key, reason, SWORN_MALFORMED,
                  "mandatory lists key %u, which is not there", key);
    }
    return SWORN_OK;
}

static enum sworn_result check_protocols(struct octets value)
{
    struct reader list = reader_of(value);
    struct octets protocol;

    SWORN_ENSURE(value.size > 0, SWORN_MALFORMED);
    while (reader_left(&list) > 0) {
        SWORN_TRY(read_slice_u8(&list, &protocol));
        SWORN_ENSURE(protocol.size > 0, SWORN_MALFORMED);
    }
    return SWORN_OK;
}

static bool form_is_right(enum svc_form form, struct octets value)
{
    switch (form) {
    case SVC_KEYS:
    case SVC_ANY:
        return true;
    case SVC_PROTOCOLS:
        return check_protocols(value) == SWORN_OK;
    case SVC_EMPTY:
        return value.size == 0;
    case SVC_PORT:
        return value.size == 2;
    case SVC_IPV4:
        return value.size > 0 && value.size % 4 == 0;
    case SVC_IPV6:
        return value.size > 0 && value.size % 16 == 0;
    case SVC_BASE64:
    case SVC_TEXT:
        return value.size > 0;
    }
    return false;
}

enum sworn_result svc_params_check(struct octets params, struct reason *reason)
{
    struct reader reader = reader_of(params);
    struct svc_param param;
    int last = -1;

    while (reader_left(&reader) > 0) {
        SWORN_SAY(svc_param_read(&reader, &param) == SWORN_OK, reason, SWORN_MALFORMED,
                  "a parameter breaks off");
        SWORN_SAY(param.key > last && param.key != SVC_INVALID_KEY, reason, SWORN_MALFORMED,
                  "key %u is there twice, out of order or reserved", param.key);
        last = param.key;
        const struct svc_key *key = svc_key_find(param.key);
        SWORN_SAY(key == NULL || form_is_right(key->form, param.value), reason, SWORN_MALFORMED,
                  "the value of %s is malformed", key->name);
        if (param.key == KEY_MANDATORY) {
            struct octets rest = octets_of(reader.at, reader_left(&reader));
            SWORN_TRY(check_mandatory(param.value, rest, reason));
        }
    }
    /* RFC 9460 7.1.1 */
    SWORN_SAY(!holds_key(params, KEY_NO_DEFAULT_ALPN) || holds_key(params, KEY_ALPN), reason,
              SWORN_MALFORMED, "no-default-alpn needs alpn beside it");
    return SWORN_OK;
}

enum sworn_result svcparams_skip(struct reader *rdata, const struct rr_field *field)
{
    (void)field;
    return svc_params_check(read_rest(rdata), NULL);
}
