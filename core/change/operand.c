/*
 * operand.c - owner, type and TTL as a guard writes them; see operand.h.
 */
#include "core/change/operand.h"

#include "core/dns/rr.h"

/* As much of a guard's text as a reason shows. */
static int shown(struct octets text)
{
    return (int)(text.size < 80 ? text.size : 80);
}

enum sworn_result operand_name(const struct change *change, struct octets text, struct name *name,
                               struct reason *reason)
{
    if (text.size == 0) {
        *name = change->apex;
        return SWORN_OK;
    }
    SWORN_SAY(name_from_text(text, &change->apex, name) == SWORN_OK, reason, SWORN_MALFORMED,
              "\"%.*s\" is not a name", shown(text), (const char *)text.data);
    SWORN_SAY(name_within(name, &change->apex), reason, SWORN_MALFORMED,
              "the name %.*s is outside the zone", shown(text), (const char *)text.data);
    /* As in keys: the tree keeps no other case of an owner. */
    name_lower(name);
    return SWORN_OK;
}

enum sworn_result operand_type(struct octets text, uint16_t *type, struct reason *reason)
{
    SWORN_SAY(rr_code_from_text(text, type) == SWORN_OK, reason, SWORN_MALFORMED,
              "\"%.*s\" is not a record type", shown(text), (const char *)text.data);
    SWORN_SAY(rr_is_data(*type), reason, SWORN_MALFORMED, "%.*s is not a type that a zone can hold",
              shown(text), (const char *)text.data);
    return SWORN_OK;
}

enum sworn_result operand_ttl(struct octets text, uint32_t *ttl, struct reason *reason)
{
    uint64_t sum = 0;

    SWORN_SAY(text.size > 0 && text.size <= 10, reason, SWORN_MALFORMED,
              "the TTL \"%.*s\" is not a number from 0 to %d", shown(text), (const char *)text.data,
              TTL_MAX);
    for (size_t i = 0; i < text.size; i++) {
        SWORN_SAY(text.data[i] >= '0' && text.data[i] <= '9', reason, SWORN_MALFORMED,
                  "the TTL \"%.*s\" is not a number from 0 to %d", shown(text),
                  (const char *)text.data, TTL_MAX);
        sum = sum * 10 + (uint64_t)(text.data[i] - '0');
    }
    SWORN_SAY(sum <= TTL_MAX, reason, SWORN_MALFORMED, "the TTL %.*s is more than %d", shown(text),
              (const char *)text.data, TTL_MAX);
    *ttl = (uint32_t)sum;
    return SWORN_OK;
}

enum sworn_result operand_optional_name(const struct change *change, const json_t *object,
                                        const char *member, bool *given, struct name *name,
                                        struct reason *reason)
{
    struct octets text;

    *given = !json_is_null(json_object_get(object, member));
    if (!*given) {
        return SWORN_OK;
    }
    SWORN_TRY(bounded_json_text(object, member, &text, reason));
    return operand_name(change, text, name, reason);
}
