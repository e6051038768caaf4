/*
 * operation.c - what record operations do to a zone; see operation.h.
 *
 * An operation that fails may have done a part of its work: the request is refused as a whole then,
 * so nobody looks.
 */
#include "core/change/operation.h"

#include "core/change/operand.h"
#include "core/change/walk.h"
#include "core/dns/rr.h"

#include <strings.h>

/* The longest RDATA, every octet as \DDD with its backslash doubled by JSON, and some room. */
#define OPERATION_SIZE_MAX ((size_t)512 * 1024)
#define SCRATCH_MAX        ((size_t)64 * 1024 * 1024)

struct update {
    bool append;
    bool ttl_given;
    uint16_t type;
    uint32_t ttl;
    struct name owner;
    struct octets content;
};

struct removal {
    bool owner_given;
    bool index_given;
    uint16_t type;
    uint64_t index;
    struct name owner;
};

/* Whether the enclave makes this set itself, so that nobody else may (promise 1). */
static bool is_enclaves(const struct change *change, const struct name *owner, uint16_t type)
{
    static const uint8_t challenge[] = "\017_acme-challenge";
    struct name lower = *owner;

    if (type_is_enclaves(type)) {
        return true;
    }
    name_lower(&lower);
    return change->acme && (type == RR_CAA || (lower.size >= sizeof(challenge) &&
                                               memcmp(lower.wire, challenge, 16) == 0));
}

/* The member "record", as a type that a guard may write. */
static enum sworn_result writable_type(const json_t *object, uint16_t *type, struct reason *reason)
{
    struct octets text;
    char code[16];

    SWORN_TRY(bounded_json_text(object, "record", &text, reason));
    SWORN_TRY(operand_type(text, type, reason));
    rr_code_to_text(*type, code);
    SWORN_SAY(!type_is_enclaves(*type), reason, SWORN_MALFORMED,
              "%s records are made by the enclave, never given", code);
    return SWORN_OK;
}

static enum sworn_result not_enclaves(const struct change *change, const struct name *owner,
                                      uint16_t type, struct reason *reason)
{
    char subject[SUBJECT_SIZE];

    if (!is_enclaves(change, owner, type)) {
        return SWORN_OK;
    }
    subject_write(owner, type, subject);
    return because(reason, SWORN_MALFORMED, "%smade by the enclave, never given", subject);
}

static bool is_text(struct octets text, const char *expected)
{
    return octets_equal(text, octets_of_text(expected));
}

static enum sworn_result read_mode(const json_t *json, bool *append, struct reason *reason)
{
    struct octets mode;

    SWORN_TRY(bounded_json_text(json, "mode", &mode, reason));
    /* "Appened" is how the draft of the ABI spells it. */
    *append = is_text(mode, "Append") || is_text(mode, "Appened");
    SWORN_SAY(*append || is_text(mode, "Set"), reason, SWORN_MALFORMED,
              "\"mode\" is neither Set nor Append");
    return SWORN_OK;
}

static enum sworn_result read_ttl(const json_t *json, struct update *update, struct reason *reason)
{
    struct octets text;

    if (json_is_null(json_object_get(json, "ttl"))) {
        return SWORN_OK;
    }
    SWORN_TRY(bounded_json_text(json, "ttl", &text, reason));
    if (is_text(text, "auto")) {
        return SWORN_OK;
    }
    update->ttl_given = true;
    return operand_ttl(text, &update->ttl, reason);
}

static enum sworn_result read_update(const struct change *change, const json_t *json,
                                     struct update *update, struct reason *reason)
{
    static const char *const members[] = {"mode", "record", "name", "content", "ttl"};
    struct octets name;

    *update = (struct update){.ttl = DEFAULT_TTL};
    SWORN_TRY(bounded_json_members(json, "UpdateRecord", members,
                                   sizeof(members) / sizeof(members[0]), reason));
    SWORN_TRY(read_mode(json, &update->append, reason));
    SWORN_TRY(writable_type(json, &update->type, reason));
    SWORN_TRY(bounded_json_text(json, "name", &name, reason));
    SWORN_TRY(operand_name(change, name, &update->owner, reason));
    SWORN_TRY(bounded_json_text(json, "content", &update->content, reason));
    SWORN_TRY(read_ttl(json, update, reason));
    return not_enclaves(change, &update->owner, update->type, reason);
}

/*
 * Exactly one record: a line end could begin a second one, a directive could change what names
 * mean. rdata_from_text() refuses comments and what is left over.
 */
static enum sworn_result one_line(struct octets content, const char *subject, struct reason *reason)
{
    static const char *const directives[] = {"$origin", "$ttl", "$include", "$generate"};
    size_t start = 0;

    for (size_t i = 0; i < content.size; i++) {
        SWORN_SAY(content.data[i] != '\n' && content.data[i] != '\r', reason, SWORN_MALFORMED,
                  "%sthe content holds a line end", subject);
    }
    while (start < content.size && (content.data[start] == ' ' || content.data[start] == '\t')) {
        start++;
    }
    for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++) {
        size_t size = strlen(directives[i]);

        SWORN_SAY(content.size - start < size ||
                      strncasecmp((const char *)content.data + start, directives[i], size) != 0,
                  reason, SWORN_MALFORMED, "%sthe content is a directive", subject);
    }
    return SWORN_OK;
}

static enum sworn_result parse_content(const struct change *change, const struct update *update,
                                       struct region *scratch, struct octets *rdata,
                                       struct reason *reason)
{
    struct writer writer = writer_in(scratch, RDATA_MAX);
    struct reason cause = {""};
    char subject[SUBJECT_SIZE];
    enum sworn_result result;

    subject_write(&update->owner, update->type, subject);
    SWORN_TRY(one_line(update->content, subject, reason));
    result = rdata_from_text(update->type, update->content, &change->apex, &writer, &cause);
    if (result != SWORN_OK) {
        return because(reason, result, "%s%s", subject,
                       cause.text[0] == 0 ? "the content is not RDATA of this type" : cause.text);
    }
    *rdata = written(&writer);
    return SWORN_OK;
}

/* The set that the record joins: what is there for Append, nothing for Set. */
static enum sworn_result joined_set(struct change *change, const struct update *update,
                                    struct region *scratch, struct rrset *rrset)
{
    enum sworn_result result;

    *rrset = (struct rrset){.owner = update->owner, .type = update->type, .ttl = update->ttl};
    if (!update->append) {
        return SWORN_OK;
    }
    result = change_load(change, &update->owner, update->type, scratch, rrset);
    return result == SWORN_ABSENT ? SWORN_OK : result;
}

static enum sworn_result join(struct change *change, const struct update *update,
                              struct octets rdata, struct region *scratch, struct reason *reason)
{
    struct rrset rrset;
    struct octets *grown;
    uint16_t count;
    void *memory;

    SWORN_TRY(joined_set(change, update, scratch, &rrset));
    count = rrset.count;
    SWORN_TRY(region_array(scratch, (size_t)count + 1, sizeof(*grown), &memory));
    grown = memory;
    if (count > 0) {
        memcpy(grown, rrset.rdata, count * sizeof(*grown));
    }
    grown[count] = rdata;
    rrset.rdata = grown;
    rrset.count = (uint16_t)(count + 1);
    /* Now, not only at the end: else a guard could grow a set by octets without end. */
    SWORN_TRY(change_set_fits(change, &rrset, reason));
    SWORN_TRY(rrset_sort(&rrset, scratch));
    if (rrset.count == count) {
        return SWORN_OK; /* a duplicate does nothing */
    }
    if (update->ttl_given) {
        rrset.ttl = update->ttl; /* RFC 2181 5.2: of the whole set */
    }
    return change_put(change, &rrset);
}

static enum sworn_result apply_update(struct change *change, const json_t *json,
                                      struct region *scratch, struct reason *reason)
{
    struct update update;
    struct octets rdata = {0};

    SWORN_TRY(read_update(change, json, &update, reason));
    SWORN_TRY(parse_content(change, &update, scratch, &rdata, reason));
    return join(change, &update, rdata, scratch, reason);
}

static enum sworn_result read_removal(const struct change *change, const json_t *json,
                                      struct removal *removal, struct reason *reason)
{
    static const char *const members[] = {"record", "name", "index"};
    const json_t *index;

    *removal = (struct removal){0};
    SWORN_TRY(bounded_json_members(json, "RemoveRecords", members,
                                   sizeof(members) / sizeof(members[0]), reason));
    SWORN_TRY(writable_type(json, &removal->type, reason));
    SWORN_TRY(operand_optional_name(change, json, "name", &removal->owner_given, &removal->owner,
                                    reason));
    index = json_object_get(json, "index");
    if (json_is_null(index)) {
        return SWORN_OK;
    }
    SWORN_SAY(json_is_integer(index) && json_integer_value(index) >= 0, reason, SWORN_MALFORMED,
              "\"index\" is neither null nor a position");
    SWORN_SAY(removal->owner_given, reason, SWORN_MALFORMED, "\"index\" without \"name\"");
    removal->index_given = true;
    removal->index = (uint64_t)json_integer_value(index);
    return SWORN_OK;
}

/* One record of a set, by its position in canonical order. */
static enum sworn_result remove_at(struct change *change, const struct removal *removal,
                                   struct region *scratch, struct reason *reason)
{
    char subject[SUBJECT_SIZE];
    struct rrset rrset = {.count = 0};
    enum sworn_result result = change_load(change, &removal->owner, removal->type, scratch, &rrset);

    SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    if (removal->index >= rrset.count) {
        subject_write(&removal->owner, removal->type, subject);
        return because(reason, SWORN_MALFORMED, "%sno record at index %llu of %u", subject,
                       (unsigned long long)removal->index, rrset.count);
    }
    rrset.count--;
    for (size_t i = (size_t)removal->index; i < rrset.count; i++) {
        rrset.rdata[i] = rrset.rdata[i + 1];
    }
    return change_put(change, &rrset);
}

/* Remove what `type` says (0: every type) and the guard may write, anywhere in the zone. */
static enum sworn_result remove_everywhere(struct change *change, uint16_t type,
                                           struct reason *reason)
{
    struct walk walk;
    struct name owner;
    uint16_t found;
    enum sworn_result result;

    walk_zone(&walk, change);
    while ((result = walk_next(&walk, &owner, &found)) == SWORN_OK) {
        SWORN_TRY(change_visit(change, reason));
        if ((type == 0 || type == found) && !is_enclaves(change, &owner, found)) {
            SWORN_TRY(change_remove(change, &owner, found));
        }
    }
    SWORN_ENSURE(result == SWORN_ABSENT, result);
    return SWORN_OK;
}

static enum sworn_result apply_removal(struct change *change, const json_t *json,
                                       struct region *scratch, struct reason *reason)
{
    struct removal removal;

    SWORN_TRY(read_removal(change, json, &removal, reason));
    if (!removal.owner_given) {
        return remove_everywhere(change, removal.type, reason);
    }
    SWORN_TRY(not_enclaves(change, &removal.owner, removal.type, reason));
    SWORN_TRY(change_visit(change, reason));
    if (removal.index_given) {
        return remove_at(change, &removal, scratch, reason);
    }
    return change_remove(change, &removal.owner, removal.type);
}

static enum sworn_result apply(struct change *change, struct octets text, struct region *scratch,
                               struct reason *reason)
{
    json_t *json;
    const json_t *update, *removal;

    SWORN_TRY(bounded_json_read(text, OPERATION_SIZE_MAX, scratch, &json, reason));
    if (json_is_string(json) && strcmp(json_string_value(json), "Clear") == 0) {
        return remove_everywhere(change, 0, reason);
    }
    update = json_object_get(json, "UpdateRecord");
    removal = json_object_get(json, "RemoveRecords");
    SWORN_SAY(json_object_size(json) == 1 && (update != NULL || removal != NULL), reason,
              SWORN_MALFORMED,
              "an operation is \"Clear\", or one of UpdateRecord and RemoveRecords");
    if (update != NULL) {
        return apply_update(change, update, scratch, reason);
    }
    return apply_removal(change, removal, scratch, reason);
}

enum sworn_result operation_apply(struct change *change, struct octets json, struct reason *reason)
{
    struct region scratch;
    enum sworn_result result;

    SWORN_SAY(change->operations < change->limits.operations, reason, SWORN_LIMIT,
              "%u record operations, at most %u", change->operations + 1,
              change->limits.operations);
    change->operations++;
    region_init(&scratch, SCRATCH_MAX);
    result = apply(change, json, &scratch, reason);
    region_clear(&scratch);
    return result;
}
