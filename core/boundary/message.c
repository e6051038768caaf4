/*
 * message.c - the table of messages, and the one encoder and decoder that read it; see message.h.
 */
#include "core/boundary/message.h"

enum field_kind { FIELD_U8, FIELD_U16, FIELD_U32, FIELD_U64, FIELD_HASH, FIELD_OCTETS, FIELD_LIST };

struct field {
    const char *name;
    enum field_kind kind;
    size_t offset;
};

#define FIELDS_MAX 13

struct message_form {
    uint16_t type;
    const char *name;
    size_t size;
    struct field fields[FIELDS_MAX]; /* ended by a NULL name */
};

#define FIELD(structure, member, kind)                                                             \
    {                                                                                              \
#member, kind, offsetof(struct structure, member)                                          \
    }
#define FORM(type, name, structure, ...)                                                           \
    {                                                                                              \
        type, name, sizeof(struct structure),                                                      \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

static const struct message_form forms[] = {
    FORM(MESSAGE_HELLO, "hello", message_hello, FIELD(message_hello, version, FIELD_U32),
         FIELD(message_hello, limits, FIELD_OCTETS), FIELD(message_hello, zonemd_most, FIELD_U32)),
    FORM(MESSAGE_GENESIS, "genesis", message_genesis, FIELD(message_genesis, reserved, FIELD_U8)),
    FORM(MESSAGE_START, "start", message_start, FIELD(message_start, sealed_log_key, FIELD_OCTETS),
         FIELD(message_start, log_public_key, FIELD_OCTETS),
         FIELD(message_start, checkpoint, FIELD_OCTETS), FIELD(message_start, peaks, FIELD_OCTETS),
         FIELD(message_start, entry, FIELD_OCTETS), FIELD(message_start, inclusion, FIELD_OCTETS)),
    FORM(MESSAGE_CREATE, "create", message_create, FIELD(message_create, time, FIELD_U64),
         FIELD(message_create, apex, FIELD_OCTETS), FIELD(message_create, guard, FIELD_HASH),
         FIELD(message_create, environment, FIELD_HASH),
         FIELD(message_create, policy, FIELD_OCTETS),
         FIELD(message_create, argument, FIELD_OCTETS)),
    FORM(MESSAGE_UPDATE, "update", message_update, FIELD(message_update, time, FIELD_U64),
         FIELD(message_update, zone_id, FIELD_HASH), FIELD(message_update, argument, FIELD_OCTETS)),
    FORM(MESSAGE_REFRESH, "refresh", message_refresh, FIELD(message_refresh, time, FIELD_U64),
         FIELD(message_refresh, zone_id, FIELD_HASH), FIELD(message_refresh, keys, FIELD_LIST),
         FIELD(message_refresh, values, FIELD_LIST)),
    FORM(MESSAGE_STEP, "step", message_step, FIELD(message_step, time, FIELD_U64),
         FIELD(message_step, zone_id, FIELD_HASH)),
    FORM(MESSAGE_EVIDENCE, "evidence", message_evidence,
         FIELD(message_evidence, nonce, FIELD_OCTETS)),
    FORM(MESSAGE_HELLO_REPLY, "hello reply", message_hello_reply,
         FIELD(message_hello_reply, platform, FIELD_U8),
         FIELD(message_hello_reply, version, FIELD_OCTETS)),
    FORM(MESSAGE_GENESIS_REPLY, "genesis reply", message_genesis_reply,
         FIELD(message_genesis_reply, sealed_log_key, FIELD_OCTETS),
         FIELD(message_genesis_reply, log_public_key, FIELD_OCTETS),
         FIELD(message_genesis_reply, checkpoint, FIELD_OCTETS)),
    FORM(MESSAGE_STARTED, "started", message_started, FIELD(message_started, size, FIELD_U64)),
    FORM(MESSAGE_COMMITTED, "committed", message_committed,
         FIELD(message_committed, entry, FIELD_OCTETS),
         FIELD(message_committed, checkpoint, FIELD_OCTETS),
         FIELD(message_committed, sets, FIELD_LIST), FIELD(message_committed, top, FIELD_LIST),
         FIELD(message_committed, state_changed, FIELD_U8),
         FIELD(message_committed, state, FIELD_OCTETS),
         FIELD(message_committed, owner_changed, FIELD_U8),
         FIELD(message_committed, guard, FIELD_OCTETS),
         FIELD(message_committed, environment, FIELD_OCTETS),
         FIELD(message_committed, sealed_key, FIELD_OCTETS),
         FIELD(message_committed, removed, FIELD_U8), FIELD(message_committed, fuel, FIELD_U64)),
    FORM(MESSAGE_ERROR, "error", message_error, FIELD(message_error, result, FIELD_U16),
         FIELD(message_error, rcode, FIELD_U16), FIELD(message_error, message, FIELD_OCTETS)),
    FORM(MESSAGE_EVIDENCE_REPLY, "evidence reply", message_evidence_reply,
         FIELD(message_evidence_reply, statement, FIELD_OCTETS),
         FIELD(message_evidence_reply, signature, FIELD_OCTETS)),
    FORM(MESSAGE_NEED_PAGE, "need page", message_need_page,
         FIELD(message_need_page, kind, FIELD_U8), FIELD(message_need_page, zone_id, FIELD_HASH),
         FIELD(message_need_page, node, FIELD_HASH), FIELD(message_need_page, key, FIELD_OCTETS)),
    FORM(MESSAGE_NEED_VALUE, "need value", message_need_value,
         FIELD(message_need_value, kind, FIELD_U8), FIELD(message_need_value, zone_id, FIELD_HASH),
         FIELD(message_need_value, key, FIELD_OCTETS)),
    FORM(MESSAGE_NEED_BLOB, "need blob", message_need_blob,
         FIELD(message_need_blob, role, FIELD_U8), FIELD(message_need_blob, zone_id, FIELD_HASH),
         FIELD(message_need_blob, hash, FIELD_HASH)),
    FORM(MESSAGE_NEED_KEY, "need key", message_need_key, FIELD(message_need_key, role, FIELD_U8),
         FIELD(message_need_key, zone_id, FIELD_HASH)),
    FORM(MESSAGE_PAGES, "pages", message_pages, FIELD(message_pages, pages, FIELD_LIST)),
    FORM(MESSAGE_OCTETS, "octets", message_octets, FIELD(message_octets, present, FIELD_U8),
         FIELD(message_octets, octets, FIELD_OCTETS)),
};

static const struct message_form *form_of(uint16_t type)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (forms[i].type == type) {
            return &forms[i];
        }
    }
    return NULL;
}

const char *message_name(uint16_t type)
{
    const struct message_form *form = form_of(type);

    return form == NULL ? "unknown" : form->name;
}

size_t message_size(uint16_t type)
{
    const struct message_form *form = form_of(type);

    return form == NULL ? 0 : form->size;
}

enum sworn_result frame_read(struct octets octets, struct frame *frame)
{
    struct reader reader = reader_of(octets);
    uint16_t version;

    SWORN_TRY(read_u16(&reader, &frame->type));
    SWORN_TRY(read_u16(&reader, &version));
    SWORN_TRY(read_u64(&reader, &frame->id));
    SWORN_ENSURE(version == BOUNDARY_VERSION, SWORN_MALFORMED);
    frame->fields = read_rest(&reader);
    return SWORN_OK;
}

static enum sworn_result list_read(struct reader *reader, struct region *region,
                                   struct octets_list *list)
{
    uint32_t count;
    void *items;

    SWORN_TRY(read_u32(reader, &count));
    /* Each item takes at least its length: a count that cannot be true allocates nothing. */
    SWORN_ENSURE(count <= reader_left(reader) / 4, SWORN_MALFORMED);
    SWORN_TRY(region_array(region, count, sizeof(struct octets), &items));
    list->count = count;
    list->items = items;
    for (uint32_t i = 0; i < count; i++) {
        SWORN_TRY(read_slice_u32(reader, &list->items[i]));
    }
    return SWORN_OK;
}

static enum sworn_result field_read(struct reader *reader, enum field_kind kind,
                                    struct region *region, void *place)
{
    switch (kind) {
    case FIELD_U8:
        return read_u8(reader, place);
    case FIELD_U16:
        return read_u16(reader, place);
    case FIELD_U32:
        return read_u32(reader, place);
    case FIELD_U64:
        return read_u64(reader, place);
    case FIELD_HASH:
        return read_hash(reader, place);
    case FIELD_OCTETS:
        return read_slice_u32(reader, place);
    case FIELD_LIST:
        return list_read(reader, region, place);
    }
    return SWORN_MALFORMED;
}

enum sworn_result message_read(uint16_t type, struct octets fields, struct region *region,
                               void *message, size_t size, struct reason *reason)
{
    const struct message_form *form = form_of(type);
    struct reader reader = reader_of(fields);

    SWORN_SAY(form != NULL, reason, SWORN_MALFORMED, "message type %u is unknown", type);
    SWORN_SAY(form->size == size, reason, SWORN_MALFORMED, "a message '%s' does not belong here",
              form->name);
    memset(message, 0, size);
    for (const struct field *field = form->fields; field->name != NULL; field++) {
        enum sworn_result result =
            field_read(&reader, field->kind, region, (uint8_t *)message + field->offset);

        SWORN_SAY(result == SWORN_OK, reason, result, "message '%s': field '%s' is %s", form->name,
                  field->name, result_name(result));
    }
    SWORN_SAY(read_end(&reader) == SWORN_OK, reason, SWORN_MALFORMED,
              "message '%s': %zu octets left over", form->name, reader_left(&reader));
    return SWORN_OK;
}

static enum sworn_result list_write(struct writer *writer, const struct octets_list *list)
{
    SWORN_TRY(write_u32(writer, list->count));
    for (uint32_t i = 0; i < list->count; i++) {
        SWORN_TRY(write_slice_u32(writer, list->items[i]));
    }
    return SWORN_OK;
}

static enum sworn_result field_write(struct writer *writer, enum field_kind kind, const void *place)
{
    switch (kind) {
    case FIELD_U8:
        return write_u8(writer, *(const uint8_t *)place);
    case FIELD_U16:
        return write_u16(writer, *(const uint16_t *)place);
    case FIELD_U32:
        return write_u32(writer, *(const uint32_t *)place);
    case FIELD_U64:
        return write_u64(writer, *(const uint64_t *)place);
    case FIELD_HASH:
        return write_hash(writer, place);
    case FIELD_OCTETS:
        return write_slice_u32(writer, *(const struct octets *)place);
    case FIELD_LIST:
        return list_write(writer, place);
    }
    return SWORN_MALFORMED;
}

enum sworn_result message_write(uint16_t type, uint64_t id, const void *message, size_t size,
                                struct writer *writer)
{
    const struct message_form *form = form_of(type);
    size_t start = writer->used;
    size_t length;

    SWORN_ENSURE(form != NULL && form->size == size, SWORN_MALFORMED);
    SWORN_TRY(write_u32(writer, 0));
    SWORN_TRY(write_u16(writer, type));
    SWORN_TRY(write_u16(writer, BOUNDARY_VERSION));
    SWORN_TRY(write_u64(writer, id));
    for (const struct field *field = form->fields; field->name != NULL; field++) {
        SWORN_TRY(field_write(writer, field->kind, (const uint8_t *)message + field->offset));
    }
    length = writer->used - start - 4;
    SWORN_ENSURE(length <= FRAME_MAX, SWORN_LIMIT);
    SWORN_TRY(write_u16_at(writer, start, (uint16_t)(length >> 16)));
    return write_u16_at(writer, start + 2, (uint16_t)length);
}

enum sworn_result committed_set_read(struct octets octets, struct region *region,
                                     struct committed_set *set)
{
    struct reader reader = reader_of(octets);
    uint16_t count;
    void *items;

    SWORN_TRY(read_slice_u16(&reader, &set->key));
    SWORN_TRY(read_slice_u32(&reader, &set->value));
    SWORN_TRY(read_u16(&reader, &count));
    SWORN_ENSURE(count <= reader_left(&reader) / 2, SWORN_MALFORMED);
    SWORN_TRY(region_array(region, count, sizeof(struct octets), &items));
    set->rrsigs = (struct octets_list){.count = count, .items = items};
    for (uint16_t i = 0; i < count; i++) {
        SWORN_TRY(read_slice_u16(&reader, &set->rrsigs.items[i]));
    }
    return read_end(&reader);
}

enum sworn_result committed_set_write(const struct committed_set *set, struct writer *writer)
{
    SWORN_TRY(write_slice_u16(writer, set->key));
    SWORN_TRY(write_slice_u32(writer, set->value));
    SWORN_TRY(write_u16(writer, (uint16_t)set->rrsigs.count));
    for (uint32_t i = 0; i < set->rrsigs.count; i++) {
        SWORN_TRY(write_slice_u16(writer, set->rrsigs.items[i]));
    }
    return SWORN_OK;
}

enum sworn_result committed_leaf_read(struct octets octets, struct committed_leaf *leaf)
{
    struct reader reader = reader_of(octets);

    SWORN_TRY(read_slice_u16(&reader, &leaf->key));
    SWORN_TRY(read_slice_u32(&reader, &leaf->value));
    return read_end(&reader);
}

enum sworn_result committed_leaf_write(const struct committed_leaf *leaf, struct writer *writer)
{
    SWORN_TRY(write_slice_u16(writer, leaf->key));
    return write_slice_u32(writer, leaf->value);
}
