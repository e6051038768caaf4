/*
 * reply.c - see reply.h.
 */
#include "cli/remote/reply.h"

#include <jansson.h>

#include "core/merkle/checkpoint.h"
#include "net/text.h"

static enum sworn_result text_member(const json_t *object, const char *name, struct octets *text,
                                     struct reason *reason)
{
    const json_t *member = json_object_get(object, name);

    SWORN_SAY(json_is_string(member), reason, SWORN_PROOF, "the server's answer has no \"%s\"",
              name);
    *text = octets_of(json_string_value(member), json_string_length(member));
    return SWORN_OK;
}

static enum sworn_result hex_octets(struct octets text, struct region *region,
                                    struct octets *octets)
{
    struct writer writer;
    void *room;

    SWORN_TRY(region_alloc(region, text.size / 2, &room));
    writer = writer_over(room, text.size / 2);
    SWORN_TRY(hex_read(text, &writer));
    *octets = written(&writer);
    return SWORN_OK;
}

static enum sworn_result hex_member(const json_t *object, const char *name, struct region *region,
                                    struct octets *octets, struct reason *reason)
{
    struct octets text;

    SWORN_TRY(text_member(object, name, &text, reason));
    SWORN_SAY(hex_octets(text, region, octets) == SWORN_OK, reason, SWORN_PROOF,
              "\"%s\" in the server's answer is not hex", name);
    return SWORN_OK;
}

static enum sworn_result hex32_member(const json_t *object, const char *name, uint8_t octets[32],
                                      struct reason *reason)
{
    struct writer writer = writer_over(octets, 32);
    struct octets text;

    SWORN_TRY(text_member(object, name, &text, reason));
    SWORN_SAY(hex_read(text, &writer) == SWORN_OK && writer.used == 32, reason, SWORN_PROOF,
              "\"%s\" in the server's answer is not 32 octets in hex", name);
    return SWORN_OK;
}

static enum sworn_result number_member(const json_t *object, const char *name, uint64_t *number,
                                       struct reason *reason)
{
    const json_t *member = json_object_get(object, name);

    SWORN_SAY(json_is_integer(member) && json_integer_value(member) >= 0, reason, SWORN_PROOF,
              "\"%s\" in the server's answer is no number", name);
    *number = (uint64_t)json_integer_value(member);
    return SWORN_OK;
}

static enum sworn_result entry_members(const json_t *object, struct region *region,
                                       struct reply_entry *entry, struct reason *reason)
{
    SWORN_TRY(hex_member(object, "entry", region, &entry->entry, reason));
    SWORN_TRY(number_member(object, "index", &entry->index, reason));
    return hex_member(object, "inclusion", region, &entry->inclusion, reason);
}

/* A line for the terminal, whatever the server put into it. */
static enum sworn_result warning_member(const json_t *root, struct region *region,
                                        const char **warning)
{
    const json_t *member = json_object_get(root, "warning");
    char *text;

    if (!json_is_string(member)) {
        return SWORN_OK;
    }
    SWORN_TRY(region_text(region, octets_of_text(json_string_value(member)), &text));
    for (char *at = text; *at != 0; at++) {
        *at = (char)(*at >= 0x20 && *at < 0x7f ? *at : '?');
    }
    *warning = text;
    return SWORN_OK;
}

static enum sworn_result reply_members(const json_t *root, struct region *region,
                                       struct reply *reply, struct reason *reason)
{
    const json_t *log = json_object_get(root, "log");
    const json_t *leaf = json_object_get(root, "leaf");
    const json_t *dnskey = json_object_get(root, "dnskey");
    const json_t *creation = json_object_get(root, "creation");
    struct octets note;

    *reply = (struct reply){0};
    SWORN_TRY(hex32_member(root, "zone_id", reply->zone_id.octets, reason));
    reply->published = json_is_true(json_object_get(root, "published"));
    SWORN_TRY(warning_member(root, region, &reply->warning));
    if (json_object_get(root, "fuel") != NULL) {
        SWORN_TRY(number_member(root, "fuel", &reply->fuel, reason));
    }
    SWORN_TRY(hex32_member(log, "public_key", reply->log_key, reason));
    SWORN_TRY(entry_members(log, region, &reply->newest, reason));
    SWORN_TRY(text_member(log, "checkpoint", &note, reason));
    SWORN_TRY(region_copy(region, note, &reply->checkpoint));
    SWORN_TRY(hex_member(leaf, "value", region, &reply->leaf_value, reason));
    SWORN_TRY(hex_member(leaf, "proof", region, &reply->leaf_proof, reason));
    SWORN_TRY(hex_member(dnskey, "value", region, &reply->dnskey_value, reason));
    SWORN_TRY(hex_member(dnskey, "proof", region, &reply->dnskey_proof, reason));
    reply->has_creation = json_is_object(creation);
    return reply->has_creation ? entry_members(creation, region, &reply->creation, reason)
                               : SWORN_OK;
}

/* An array of hex strings. */
static enum sworn_result hex_array(const json_t *array, struct region *region,
                                   struct octets **octets, uint16_t *count)
{
    size_t size = json_array_size(array);
    void *memory;

    SWORN_ENSURE(json_is_array(array) && size <= UINT16_MAX, SWORN_MALFORMED);
    SWORN_TRY(region_array(region, size, sizeof(struct octets), &memory));
    *octets = memory;
    *count = (uint16_t)size;
    for (size_t i = 0; i < size; i++) {
        const json_t *text = json_array_get(array, i);

        SWORN_ENSURE(json_is_string(text), SWORN_MALFORMED);
        SWORN_TRY(hex_octets(octets_of(json_string_value(text), json_string_length(text)), region,
                             *octets + i));
    }
    return SWORN_OK;
}

static enum sworn_result record_members(const json_t *object, struct record_list *records)
{
    const json_t *ttl = json_object_get(object, "ttl");
    const json_t *rrsig = json_object_get(object, "rrsig");
    struct record_set set = {0};
    struct octets text;

    SWORN_TRY(text_member(object, "name", &text, NULL));
    SWORN_TRY(name_from_text(text, NULL, &set.rrset.owner));
    name_lower(&set.rrset.owner);
    SWORN_TRY(text_member(object, "type", &text, NULL));
    SWORN_TRY(rr_code_from_text(text, &set.rrset.type));
    SWORN_ENSURE(json_is_integer(ttl) && json_integer_value(ttl) >= 0 &&
                     json_integer_value(ttl) <= TTL_MAX,
                 SWORN_MALFORMED);
    set.rrset.ttl = (uint32_t)json_integer_value(ttl);
    SWORN_TRY(hex_array(json_object_get(object, "rdata"), records->region, &set.rrset.rdata,
                        &set.rrset.count));
    SWORN_ENSURE(set.rrset.count > 0, SWORN_MALFORMED);
    if (rrsig != NULL) {
        SWORN_TRY(hex_array(rrsig, records->region, &set.rrsig, &set.rrsig_count));
    }
    return records_add(records, &set);
}

static enum sworn_result records_member(const json_t *root, struct record_list *records,
                                        struct reason *reason)
{
    const json_t *array = json_object_get(root, "records");
    size_t count = json_array_size(array);

    SWORN_SAY(json_is_array(array), reason, SWORN_PROOF, "the server's answer has no \"records\"");
    for (size_t i = 0; i < count; i++) {
        enum sworn_result result = record_members(json_array_get(array, i), records);

        SWORN_ENSURE(result != SWORN_NO_MEMORY, result);
        SWORN_SAY(result == SWORN_OK, reason, SWORN_PROOF,
                  "record set %zu in the server's answer is malformed", i);
    }
    SWORN_SAY(records_order(records) == SWORN_OK, reason, SWORN_PROOF,
              "the server's answer holds a record set twice");
    return SWORN_OK;
}

/* Names that the zone tree holds by their hashes. */
static enum sworn_result hashes_member(const json_t *root, struct record_list *records,
                                       struct reason *reason)
{
    const json_t *array = json_object_get(root, "hashes");
    size_t count = json_array_size(array);
    void *memory;

    SWORN_SAY(array == NULL || json_is_array(array), reason, SWORN_PROOF,
              "\"hashes\" in the server's answer is no list");
    SWORN_TRY(region_array(records->region, count, sizeof(struct octets), &memory));
    records->hashed = memory;
    for (size_t i = 0; i < count; i++) {
        const json_t *text = json_array_get(array, i);
        struct name name;

        SWORN_SAY(json_is_string(text) &&
                      name_from_text(octets_of(json_string_value(text), json_string_length(text)),
                                     NULL, &name) == SWORN_OK,
                  reason, SWORN_PROOF, "name %zu of \"hashes\" in the server's answer is none", i);
        name_lower(&name);
        SWORN_TRY(region_copy(records->region, name_octets(&name),
                              &records->hashed[records->hashed_count++]));
    }
    return SWORN_OK;
}

static enum sworn_result reply_parse(struct octets json, struct region *region, struct reply *reply,
                                     struct record_list *records, struct reason *reason)
{
    json_error_t error;
    json_t *root = json_loadb((const char *)json.data, json.size, JSON_REJECT_DUPLICATES, &error);
    enum sworn_result result;

    SWORN_SAY(root != NULL, reason, SWORN_PROOF, "the server's answer is not JSON: %s (line %d)",
              error.text, error.line);
    result = reply_members(root, region, reply, reason);
    if (result == SWORN_OK && records != NULL) {
        result = records_member(root, records, reason);
    }
    if (result == SWORN_OK && records != NULL) {
        result = hashes_member(root, records, reason);
    }
    json_decref(root);
    return result;
}

enum sworn_result reply_read(struct octets json, struct region *region, struct reply *reply,
                             struct reason *reason)
{
    return reply_parse(json, region, reply, NULL, reason);
}

enum sworn_result reply_read_records(struct octets json, struct region *region, struct reply *reply,
                                     struct record_list *records, struct reason *reason)
{
    return reply_parse(json, region, reply, records, reason);
}
