/*
 * body.c - JSON bodies; see body.h.
 */
#include "host/api/body.h"

#include "core/change/json.h"
#include "net/text.h"

#define SERVE_MAX 256
#define SERVE_CAP ((size_t)64 * 1024)

static enum sworn_result read_octets(const json_t *json, const char *member, struct region *region,
                                     struct octets *octets, struct reason *reason)
{
    struct octets text;
    struct writer writer;
    void *memory;

    SWORN_TRY(bounded_json_text(json, member, &text, reason));
    SWORN_TRY(region_alloc(region, text.size, &memory));
    writer = writer_over(memory, text.size);
    SWORN_SAY(base64_read(text, &writer) == SWORN_OK, reason, SWORN_MALFORMED,
              "\"%s\" is not base64 (RFC 4648 4, with padding)", member);
    *octets = written(&writer);
    return SWORN_OK;
}

enum sworn_result creation_read(struct octets body, size_t size_max, struct region *region,
                                struct commit_creation *creation, struct reason *reason)
{
    static const char *const members[] = {"apex", "guard", "environment", "policy", "argument"};
    struct octets apex;
    json_t *json;

    SWORN_TRY(bounded_json_read(body, size_max, region, &json, reason));
    SWORN_TRY(bounded_json_members(json, "the body", members, sizeof(members) / sizeof(members[0]),
                                   reason));
    SWORN_TRY(bounded_json_text(json, "apex", &apex, reason));
    SWORN_SAY(name_from_text(apex, NULL, &creation->apex) == SWORN_OK, reason, SWORN_MALFORMED,
              "\"apex\" is not an absolute name with its final dot");
    SWORN_TRY(read_octets(json, "guard", region, &creation->guard, reason));
    SWORN_TRY(read_octets(json, "environment", region, &creation->environment, reason));
    SWORN_TRY(read_octets(json, "policy", region, &creation->policy, reason));
    return read_octets(json, "argument", region, &creation->argument, reason);
}

enum sworn_result serve_read(struct octets body, bool *serve, struct reason *reason)
{
    static const char *const members[] = {"serve"};
    struct region region;
    json_t *json;
    enum sworn_result result;

    region_init(&region, SERVE_CAP);
    result = bounded_json_read(body, SERVE_MAX, &region, &json, reason);
    if (result == SWORN_OK) {
        result = bounded_json_members(json, "the body", members, 1, reason);
    }
    if (result == SWORN_OK && !json_is_boolean(json_object_get(json, "serve"))) {
        result = because(reason, SWORN_MALFORMED, "\"serve\" is neither true nor false");
    }
    if (result == SWORN_OK) {
        *serve = json_is_true(json_object_get(json, "serve"));
    }
    region_clear(&region);
    return result;
}
