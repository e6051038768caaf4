/*
 * case.c - recorded calls; see case.h.
 */
#include "tests/unit/guard/case.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/change/policy.h"
#include "core/dns/name.h"

#define FILE_MAX ((size_t)16 * 1024 * 1024)

/* The octets of a file; false when there is none. */
static bool read_file(struct guard_case *recorded, const char *path, struct octets *octets)
{
    struct writer writer = writer_in(&recorded->files, FILE_MAX);
    FILE *file = fopen(path, "rb");
    uint8_t part[4096];
    size_t size;
    bool complete = true;

    if (file == NULL) {
        return false;
    }
    while (complete && (size = fread(part, 1, sizeof(part), file)) > 0) {
        complete = write_octets(&writer, octets_of(part, size)) == SWORN_OK;
    }
    (void)fclose(file);
    *octets = written(&writer);
    return complete;
}

static struct octets part_of(struct guard_case *recorded, const char *name)
{
    struct octets octets = octets_of(NULL, 0);
    char path[600];

    (void)snprintf(path, sizeof(path), "%s/%s", recorded->folder, name);
    (void)read_file(recorded, path, &octets);
    return octets;
}

static bool take_hash(const char *text, struct hash *hash)
{
    for (size_t i = 0; i < HASH_SIZE; i++) {
        unsigned octet;

        if (sscanf(text + 2 * i, "%2x", &octet) != 1) {
            return false;
        }
        hash->octets[i] = (uint8_t)octet;
    }
    return text[2 * (size_t)HASH_SIZE] == '\0';
}

static bool take_line(struct guard_case *recorded, const char *name, const char *value)
{
    struct guard_call *call = &recorded->call;

    if (strcmp(name, "guard") == 0) {
        return snprintf(recorded->guard, sizeof(recorded->guard), "%s", value) > 0;
    }
    if (strcmp(name, "entry") == 0) {
        call->entry = strcmp(value, "setup") == 0 ? GUARD_SETUP : GUARD_UPDATE;
        return call->entry == GUARD_SETUP || strcmp(value, "update") == 0;
    }
    if (strcmp(name, "apex") == 0) {
        return region_copy(&recorded->files, octets_of_text(value), &call->apex_text) == SWORN_OK;
    }
    if (strcmp(name, "zone-id") == 0) {
        return take_hash(value, &call->zone_id);
    }
    if (strcmp(name, "sequence") == 0) {
        return sscanf(value, "%" SCNu64, &call->sequence) == 1;
    }
    return strcmp(name, "now") == 0 && sscanf(value, "%" SCNu64, &call->now) == 1;
}

static bool read_call(struct guard_case *recorded)
{
    struct octets text = part_of(recorded, "call");
    const char *at = (const char *)text.data;
    const char *end = at + text.size;

    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        char name[64], value[256];
        char line[400];

        if (line_end == NULL || line_end - at >= (ptrdiff_t)sizeof(line)) {
            return false;
        }
        (void)snprintf(line, sizeof(line), "%.*s", (int)(line_end - at), at);
        if (sscanf(line, "%63s %255s", name, value) != 2 || !take_line(recorded, name, value)) {
            return false;
        }
        at = line_end + 1;
    }
    return recorded->guard[0] != '\0' && recorded->call.apex_text.size > 0;
}

static bool load_code(struct guard_case *recorded, const char *guards)
{
    char path[1200];

    if (strstr(recorded->guard, ".wasm") != NULL) {
        (void)snprintf(path, sizeof(path), "%s/%s", recorded->folder, recorded->guard);
    } else {
        (void)snprintf(path, sizeof(path), "%s/%s.wasm", guards, recorded->guard);
    }
    if (!read_file(recorded, path, &recorded->call.code)) {
        (void)fprintf(stderr, "%s cannot be read\n", path);
        return false;
    }
    return true;
}

bool case_load(struct guard_case *recorded, const char *folder, const char *guards)
{
    struct policy policy;

    *recorded = (struct guard_case){.guard = ""};
    region_init(&recorded->files, 4 * FILE_MAX);
    region_init(&recorded->work, 16 * FILE_MAX);
    (void)snprintf(recorded->folder, sizeof(recorded->folder), "%s", folder);
    if (!read_call(recorded)) {
        (void)fprintf(stderr, "%s/call is not as case.h says\n", folder);
        return false;
    }
    policy_default(&policy);
    recorded->call.limits = policy.limits;
    recorded->call.environment = part_of(recorded, "environment");
    recorded->call.argument = part_of(recorded, "argument");
    recorded->call.state = part_of(recorded, "state");
    recorded->call.policy = part_of(recorded, "policy");
    recorded->call.region = &recorded->work;
    recorded->call.change = &recorded->change;
    recorded->records = part_of(recorded, "records");
    return load_code(recorded, guards);
}

void case_free(struct guard_case *recorded)
{
    region_clear(&recorded->work);
    region_clear(&recorded->files);
}

static enum sworn_result apply_records(struct guard_case *recorded)
{
    struct octets left = recorded->records;

    while (left.size > 0) {
        const uint8_t *line_end = memchr(left.data, '\n', left.size);
        size_t size;

        SWORN_ENSURE(line_end != NULL, SWORN_MALFORMED);
        size = (size_t)(line_end - left.data);
        SWORN_TRY(
            operation_apply(&recorded->change, octets_of(left.data, size), &recorded->reason));
        left = octets_of(line_end + 1, left.size - size - 1);
    }
    return SWORN_OK;
}

static enum sworn_result prepare(struct guard_case *recorded)
{
    static const struct hash nothing;
    struct octets apex_text = recorded->call.apex_text;
    struct name apex;

    region_clear(&recorded->work);
    SWORN_TRY(name_from_text(apex_text, NULL, &apex));
    SWORN_TRY(tree_open(&recorded->tree, MERKLE_ZONE, &nothing, &recorded->work, NULL));
    change_begin(&recorded->change, &apex, &recorded->tree, &recorded->call.limits,
                 &recorded->work);
    SWORN_TRY(apply_records(recorded));
    recorded->change.operations = 0;
    recorded->change.visited = 0;
    return SWORN_OK;
}

void case_prepare(struct guard_case *recorded)
{
    recorded->reason.text[0] = '\0';
    if (prepare(recorded) != SWORN_OK) {
        (void)fprintf(stderr, "%s/records: %s\n", recorded->folder, recorded->reason.text);
        exit(1);
    }
}

enum sworn_result case_call(struct guard_case *recorded, struct engine_cache *cache)
{
    return guard_run(cache, &recorded->call, &recorded->reason);
}

enum sworn_result case_run(struct guard_case *recorded, struct engine_cache *cache)
{
    case_prepare(recorded);
    return case_call(recorded, cache);
}
