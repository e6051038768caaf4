/*
 * fuzz_message.c - every message has one form: fields that decode are what encoding them makes.
 *
 *   input = u8 which ‖ fields of a message, or one of a commit's sets, or one of its leaves
 */
#include <stdlib.h>

#include "core/boundary/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint16_t types[] = {
    MESSAGE_HELLO,         MESSAGE_GENESIS,    MESSAGE_START,     MESSAGE_CREATE,
    MESSAGE_UPDATE,        MESSAGE_REFRESH,    MESSAGE_STEP,      MESSAGE_HELLO_REPLY,
    MESSAGE_GENESIS_REPLY, MESSAGE_STARTED,    MESSAGE_COMMITTED, MESSAGE_ERROR,
    MESSAGE_NEED_PAGE,     MESSAGE_NEED_VALUE, MESSAGE_NEED_BLOB, MESSAGE_NEED_KEY,
    MESSAGE_PAGES,         MESSAGE_OCTETS,     MESSAGE_EVIDENCE,  MESSAGE_EVIDENCE_REPLY,
};
#define TYPE_COUNT (sizeof(types) / sizeof(types[0]))

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void message(uint16_t type, struct octets fields, struct region *region)
{
    struct reason reason = {{0}};
    struct writer again = writer_in(region, (size_t)FRAME_MAX + FRAME_HEADER);
    struct frame frame;
    void *structure;
    uint32_t length;
    struct reader reader;

    must(message_size(type) > 0);
    must(region_alloc(region, message_size(type), &structure) == SWORN_OK);
    if (message_read(type, fields, region, structure, message_size(type), &reason) != SWORN_OK) {
        must(reason.text[0] != 0);
        return;
    }
    must(message_write(type, 0x0102030405060708, structure, message_size(type), &again) ==
         SWORN_OK);
    reader = reader_of(written(&again));
    must(read_u32(&reader, &length) == SWORN_OK && length == reader_left(&reader));
    must(frame_read(read_rest(&reader), &frame) == SWORN_OK);
    must(frame.type == type && frame.id == 0x0102030405060708);
    must(octets_equal(frame.fields, fields));
}

static void set(struct octets octets, struct region *region)
{
    struct writer again = writer_in(region, FRAME_MAX);
    struct committed_set set;

    if (committed_set_read(octets, region, &set) == SWORN_OK) {
        must(committed_set_write(&set, &again) == SWORN_OK);
        must(octets_equal(octets, written(&again)));
    }
}

static void leaf(struct octets octets, struct region *region)
{
    struct writer again = writer_in(region, FRAME_MAX);
    struct committed_leaf leaf;

    if (committed_leaf_read(octets, &leaf) == SWORN_OK) {
        must(committed_leaf_write(&leaf, &again) == SWORN_OK);
        must(octets_equal(octets, written(&again)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct octets octets;
    struct region region;
    size_t which;

    if (size < 1) {
        return 0;
    }
    which = data[0] % (TYPE_COUNT + 2);
    octets = octets_of(data + 1, size - 1);
    region_init(&region, (size_t)64 << 20);
    if (which < TYPE_COUNT) {
        message(types[which], octets, &region);
    }
    if (which == TYPE_COUNT) {
        set(octets, &region);
    }
    if (which == TYPE_COUNT + 1) {
        leaf(octets, &region);
    }
    region_clear(&region);
    return 0;
}
