/*
 * json.c - bounds around jansson; see json.h.
 */
#include "core/change/json.h"

#include <inttypes.h>

/*
 * Nesting is counted over the raw octets, brackets in strings apart. What is no JSON at all may be
 * counted wrongly, but never lower than the depth jansson reaches before it notices.
 */
static enum sworn_result depth_check(struct octets text, struct reason *reason)
{
    size_t depth = 0;
    bool in_string = false;

    for (size_t i = 0; i < text.size; i++) {
        uint8_t octet = text.data[i];

        SWORN_SAY(octet != 0, reason, SWORN_MALFORMED, "JSON: NUL at octet %zu", i);
        if (in_string && octet == '\\') {
            i++;
            SWORN_SAY(i == text.size || text.data[i] != 0, reason, SWORN_MALFORMED,
                      "JSON: NUL at octet %zu", i);
            continue;
        }
        if (octet == '"') {
            in_string = !in_string;
        }
        if (in_string) {
            continue;
        }
        depth += octet == '[' || octet == '{';
        depth -= depth > 0 && (octet == ']' || octet == '}');
        SWORN_SAY(depth <= JSON_DEPTH_MAX, reason, SWORN_MALFORMED,
                  "JSON: nested deeper than %d at octet %zu", JSON_DEPTH_MAX, i);
    }
    return SWORN_OK;
}

static void json_release(void *object)
{
    json_decref(object);
}

enum sworn_result bounded_json_read(struct octets text, size_t size_max, struct region *region,
                                    json_t **json, struct reason *reason)
{
    json_error_t error;

    SWORN_SAY(text.size <= size_max, reason, SWORN_LIMIT, "JSON: %zu octets, at most %zu",
              text.size, size_max);
    SWORN_SAY(text.size > 0, reason, SWORN_MALFORMED, "JSON: empty");
    SWORN_TRY(depth_check(text, reason));
    *json = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
                       &error);
    SWORN_SAY(*json != NULL, reason, SWORN_MALFORMED, "JSON: %.120s at octet %d", error.text,
              error.position);
    return region_defer(region, json_release, *json);
}

enum sworn_result bounded_json_members(const json_t *json, const char *what,
                                       const char *const *names, size_t count,
                                       struct reason *reason)
{
    const char *name;
    json_t *value;

    SWORN_SAY(json_is_object(json), reason, SWORN_MALFORMED, "%s is not an object", what);
    for (size_t i = 0; i < count; i++) {
        SWORN_SAY(json_object_get(json, names[i]) != NULL, reason, SWORN_MALFORMED,
                  "%s lacks the member \"%s\"", what, names[i]);
    }
    json_object_foreach((json_t *)(uintptr_t)json, name, value)
    {
        bool known = false;

        for (size_t i = 0; i < count; i++) {
            known = known || strcmp(name, names[i]) == 0;
        }
        SWORN_SAY(known, reason, SWORN_MALFORMED, "%s has an unknown member \"%.64s\"", what, name);
    }
    return SWORN_OK;
}

enum sworn_result bounded_json_text(const json_t *object, const char *name, struct octets *text,
                                    struct reason *reason)
{
    const json_t *value = json_object_get(object, name);

    SWORN_SAY(json_is_string(value), reason, SWORN_MALFORMED, "\"%s\" is not a string", name);
    *text = octets_of(json_string_value(value), json_string_length(value));
    return SWORN_OK;
}
