/*
 * message.c - see message.h.
 */
#include "cli/zone/message.h"

static const char context_text[] = "sworn-update-v1"; /* its NUL is the 00 */

enum sworn_result message_encode(const struct message *message, struct writer *octets)
{
    char apex[NAME_TEXT_SIZE];

    name_to_hash_text(message->apex, apex);
    SWORN_TRY(write_octets(octets, octets_of(context_text, sizeof(context_text))));
    SWORN_TRY(write_slice_u16(octets, octets_of_text(apex)));
    SWORN_TRY(write_hash(octets, &message->zone_id));
    SWORN_TRY(write_u64(octets, message->sequence));
    return write_octets(octets, message->operations);
}

/* `text` as a JSON string; it holds only 0x20..0x7E (names and RDATA escape the rest as \DDD). */
static enum sworn_result json_text(struct writer *json, struct octets text)
{
    SWORN_TRY(write_u8(json, '"'));
    for (size_t i = 0; i < text.size; i++) {
        SWORN_ENSURE(text.data[i] >= 0x20 && text.data[i] <= 0x7E, SWORN_MALFORMED);
        if (text.data[i] == '"' || text.data[i] == '\\') {
            SWORN_TRY(write_u8(json, '\\'));
        }
        SWORN_TRY(write_u8(json, text.data[i]));
    }
    return write_u8(json, '"');
}

/* `owner` as operations name it: relative to the apex, "@" for the apex itself. */
static enum sworn_result json_owner(struct writer *json, const struct name *apex,
                                    const struct name *owner)
{
    uint8_t wire[NAME_MAX_SIZE];
    char text[NAME_TEXT_SIZE];
    struct reader reader;
    struct name relative;
    size_t size;

    SWORN_ENSURE(name_within(owner, apex), SWORN_INVALID);
    size = (size_t)(owner->size - apex->size);
    if (size == 0) {
        return json_text(json, octets_of_text("@"));
    }
    memcpy(wire, owner->wire, size);
    wire[size] = 0;
    reader = reader_of(octets_of(wire, size + 1));
    SWORN_TRY(name_read(&reader, &relative));
    name_to_text(&relative, text);
    return json_text(json, octets_of(text, strlen(text) - 1));
}

/* Type's own form if that reads back as the same octets, else RFC 3597's. */
static enum sworn_result json_content(struct writer *json, const struct name *apex, uint16_t type,
                                      struct octets rdata)
{
    struct region scratch;
    struct writer text, again;
    enum sworn_result result;

    region_init(&scratch, SIZE_MAX / 2);
    text = writer_in(&scratch, (size_t)1 << 22);
    again = writer_in(&scratch, RDATA_MAX);
    if (rdata_to_text(type, rdata, false, &text) != SWORN_OK ||
        rdata_from_text(type, written(&text), apex, &again, NULL) != SWORN_OK ||
        !octets_equal(written(&again), rdata)) {
        text = writer_in(&scratch, (size_t)1 << 22);
        result = rdata_to_text(type, rdata, true, &text);
    } else {
        result = SWORN_OK;
    }
    if (result == SWORN_OK) {
        result = json_text(json, written(&text));
    }
    region_clear(&scratch);
    return result;
}

/* kind ‖ a length that is written when the octets are there */
static enum sworn_result operation_begin(struct writer *operations, enum operation_kind kind,
                                         size_t *start)
{
    SWORN_TRY(write_u8(operations, (uint8_t)kind));
    SWORN_TRY(write_u32(operations, 0));
    *start = operations->used;
    return SWORN_OK;
}

static enum sworn_result operation_end(struct writer *operations, size_t start)
{
    size_t size = operations->used - start;

    SWORN_ENSURE(size <= UINT32_MAX, SWORN_LIMIT);
    SWORN_TRY(write_u16_at(operations, start - 4, (uint16_t)(size >> 16)));
    return write_u16_at(operations, start - 2, (uint16_t)size);
}

enum sworn_result operation_record(struct writer *operations, const struct name *apex,
                                   const struct record_edit *edit)
{
    char type[16];
    size_t start;

    rr_code_to_text(edit->type, type);
    SWORN_TRY(operation_begin(operations, OPERATION_RECORD, &start));
    SWORN_TRY(write_format(
        operations, "{\"UpdateRecord\":{\"mode\":\"%s\",\"record\":\"%s\",\"name\":", edit->mode,
        type));
    SWORN_TRY(json_owner(operations, apex, edit->owner));
    SWORN_TRY(write_text(operations, ",\"content\":"));
    SWORN_TRY(json_content(operations, apex, edit->type, edit->rdata));
    if (edit->with_ttl) {
        SWORN_TRY(write_format(operations, ",\"ttl\":\"%lu\"}}", (unsigned long)edit->ttl));
    } else {
        SWORN_TRY(write_text(operations, ",\"ttl\":null}}"));
    }
    return operation_end(operations, start);
}

enum sworn_result operations_set(struct writer *operations, const struct name *apex,
                                 const struct rrset *set, uint32_t *count)
{
    for (uint16_t i = 0; i < set->count; i++) {
        const struct record_edit edit = {
            .mode = i == 0 ? "Set" : "Append",
            .owner = &set->owner,
            .type = set->type,
            .rdata = set->rdata[i],
            .with_ttl = true,
            .ttl = set->ttl,
        };

        SWORN_TRY(operation_record(operations, apex, &edit));
    }
    *count += set->count;
    return SWORN_OK;
}

enum sworn_result operation_remove(struct writer *operations, const struct name *apex,
                                   const struct name *owner, uint16_t type)
{
    char text[16];
    size_t start;

    rr_code_to_text(type, text);
    SWORN_TRY(operation_begin(operations, OPERATION_RECORD, &start));
    SWORN_TRY(write_format(operations, "{\"RemoveRecords\":{\"record\":\"%s\",\"name\":", text));
    SWORN_TRY(json_owner(operations, apex, owner));
    SWORN_TRY(write_text(operations, ",\"index\":null}}"));
    return operation_end(operations, start);
}

enum sworn_result operation_policy(struct writer *operations, struct octets policy)
{
    size_t start;

    SWORN_TRY(operation_begin(operations, OPERATION_POLICY, &start));
    SWORN_TRY(write_octets(operations, policy));
    return operation_end(operations, start);
}

enum sworn_result operation_end_zone(struct writer *operations)
{
    size_t start;

    SWORN_TRY(operation_begin(operations, OPERATION_REMOVE_ZONE, &start));
    return operation_end(operations, start);
}

enum sworn_result operation_owner(struct writer *operations, struct octets code,
                                  struct octets environment)
{
    size_t start;

    SWORN_ENSURE(code.size <= UINT32_MAX, SWORN_LIMIT);
    SWORN_TRY(operation_begin(operations, OPERATION_OWNER, &start));
    for (unsigned shift = 0; shift < 32; shift += 8) { /* the one little-endian number: u32le */
        SWORN_TRY(write_u8(operations, (uint8_t)(code.size >> shift)));
    }
    SWORN_TRY(write_octets(operations, code));
    SWORN_TRY(write_octets(operations, environment));
    return operation_end(operations, start);
}

enum sworn_result operation_of_timelock(struct writer *operations, enum operation_kind kind,
                                        struct octets octets)
{
    size_t start;

    SWORN_TRY(operation_begin(operations, kind, &start));
    SWORN_TRY(write_octets(operations, octets));
    return operation_end(operations, start);
}
