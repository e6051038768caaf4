/*
 * query.c - what a guard sees of its zone; see operation_query() in operation.h.
 *
 * Strings of the answer are ASCII: names and RDATA in master-file form have every other octet as
 * \DDD, so JSON needs no escapes but those of quote and backslash.
 */
#include "core/change/operation.h"

#include "core/change/operand.h"
#include "core/change/walk.h"
#include "core/dns/rr.h"

#define QUERY_SIZE_MAX ((size_t)16 * 1024)
#define SCRATCH_MAX    ((size_t)64 * 1024 * 1024)
#define CONTENT_MAX    ((size_t)1024 * 1024)

struct query {
    bool owner_given;
    bool type_given;
    struct name owner;
    uint16_t type;
    bool some; /* records written so far */
};

static enum sworn_result read_query(const struct change *change, struct octets text,
                                    struct region *scratch, struct query *query,
                                    struct reason *reason)
{
    static const char *const members[] = {"name", "record"};
    struct octets type;
    json_t *json;

    *query = (struct query){0};
    SWORN_TRY(bounded_json_read(text, QUERY_SIZE_MAX, scratch, &json, reason));
    SWORN_TRY(bounded_json_members(json, "a query", members, 2, reason));
    SWORN_TRY(
        operand_optional_name(change, json, "name", &query->owner_given, &query->owner, reason));
    query->type_given = !json_is_null(json_object_get(json, "record"));
    if (!query->type_given) {
        return SWORN_OK;
    }
    SWORN_TRY(bounded_json_text(json, "record", &type, reason));
    return operand_type(type, &query->type, reason);
}

static enum sworn_result write_string(struct writer *result, struct octets text)
{
    SWORN_TRY(write_u8(result, '"'));
    for (size_t i = 0; i < text.size; i++) {
        uint8_t octet = text.data[i];

        if (octet < 0x20 || octet > 0x7e) {
            SWORN_TRY(write_format(result, "\\\\%03u", octet));
            continue;
        }
        if (octet == '"' || octet == '\\') {
            SWORN_TRY(write_u8(result, '\\'));
        }
        SWORN_TRY(write_u8(result, octet));
    }
    return write_u8(result, '"');
}

/* In the form that update_record() takes: relative to the apex, "@" for the apex itself. */
static enum sworn_result write_relative(struct writer *result, const struct change *change,
                                        const struct name *owner)
{
    char text[NAME_TEXT_SIZE], apex[NAME_TEXT_SIZE];
    size_t size;

    if (name_equal(owner, &change->apex)) {
        return write_text(result, "\"@\"");
    }
    name_to_text(owner, text);
    name_to_text(&change->apex, apex);
    /* Both in lower case: one ends the other. The root's text is the final dot alone. */
    size = strlen(text) - strlen(apex) - (change->apex.size > 1 ? 1 : 0);
    return write_string(result, octets_of(text, size));
}

static enum sworn_result write_hex(struct writer *result, struct octets octets)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < octets.size; i++) {
        SWORN_TRY(write_u8(result, (uint8_t)digits[octets.data[i] >> 4]));
        SWORN_TRY(write_u8(result, (uint8_t)digits[octets.data[i] & 15]));
    }
    return SWORN_OK;
}

static enum sworn_result write_record(struct writer *result, const struct change *change,
                                      const struct rrset *rrset, uint16_t index,
                                      struct region *scratch)
{
    struct writer content = writer_in(scratch, CONTENT_MAX);
    char code[16];

    rr_code_to_text(rrset->type, code);
    SWORN_TRY(rdata_to_text(rrset->type, rrset->rdata[index], false, &content));
    SWORN_TRY(write_text(result, "{\"name\":"));
    SWORN_TRY(write_relative(result, change, &rrset->owner));
    SWORN_TRY(
        write_format(result, ",\"record\":\"%s\",\"ttl\":\"%u\",\"content\":", code, rrset->ttl));
    SWORN_TRY(write_string(result, written(&content)));
    SWORN_TRY(write_text(result, ",\"rdata\":\""));
    SWORN_TRY(write_hex(result, rrset->rdata[index]));
    return write_format(result, "\",\"index\":%u}", index);
}

static enum sworn_result write_set(struct change *change, struct query *query,
                                   const struct rrset *rrset, struct writer *result)
{
    for (uint16_t i = 0; i < rrset->count; i++) {
        struct region scratch;
        enum sworn_result record = SWORN_OK;

        region_init(&scratch, SCRATCH_MAX);
        if (query->some) {
            record = write_text(result, ",");
        }
        if (record == SWORN_OK) {
            record = write_record(result, change, rrset, i, &scratch);
        }
        region_clear(&scratch);
        SWORN_TRY(record);
        query->some = true;
    }
    return SWORN_OK;
}

/* Count the set, and write it if it is of the type asked for. */
static enum sworn_result answer_set(struct change *change, struct query *query,
                                    const struct name *owner, uint16_t type, struct writer *result,
                                    struct reason *reason)
{
    struct region scratch;
    struct rrset rrset;
    enum sworn_result outcome;

    SWORN_TRY(change_visit(change, reason));
    if (query->type_given && query->type != type) {
        return SWORN_OK;
    }
    region_init(&scratch, SCRATCH_MAX);
    outcome = change_load(change, owner, type, &scratch, &rrset);
    if (outcome == SWORN_OK) {
        outcome = write_set(change, query, &rrset, result);
    }
    region_clear(&scratch);
    return outcome;
}

static enum sworn_result answer(struct change *change, struct query *query, struct writer *result,
                                struct reason *reason)
{
    struct walk walk;
    struct name owner;
    uint16_t type;
    enum sworn_result outcome;

    if (query->owner_given && query->type_given) {
        outcome = answer_set(change, query, &query->owner, query->type, result, reason);
        return outcome == SWORN_ABSENT ? SWORN_OK : outcome;
    }
    walk_zone(&walk, change);
    if (query->owner_given) {
        walk_name(&walk, change, &query->owner);
    }
    while ((outcome = walk_next(&walk, &owner, &type)) == SWORN_OK) {
        SWORN_TRY(answer_set(change, query, &owner, type, result, reason));
    }
    SWORN_ENSURE(outcome == SWORN_ABSENT, outcome);
    return SWORN_OK;
}

static enum sworn_result run(struct change *change, struct octets json, struct region *scratch,
                             struct writer *result, struct reason *reason)
{
    uint32_t before = change->visited;
    struct query query;

    SWORN_TRY(read_query(change, json, scratch, &query, reason));
    SWORN_TRY(write_text(result, "["));
    SWORN_TRY(answer(change, &query, result, reason));
    if (change->visited == before) {
        /* To find nothing is work, too: the number of queries has an end. */
        SWORN_TRY(change_visit(change, reason));
    }
    return write_text(result, "]");
}

enum sworn_result operation_query(struct change *change, struct octets json, struct writer *result,
                                  struct reason *reason)
{
    struct region scratch;
    enum sworn_result outcome;

    region_init(&scratch, QUERY_SIZE_MAX * 4);
    outcome = run(change, json, &scratch, result, reason);
    region_clear(&scratch);
    return outcome;
}
