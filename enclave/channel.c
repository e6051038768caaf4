/*
 * channel.c - frames from and to the host; see channel.h.
 */
#include "enclave/channel.h"

#include <errno.h>
#include <unistd.h>

static enum sworn_result read_all(int fd, uint8_t *octets, size_t size)
{
    while (size > 0) {
        ssize_t got = read(fd, octets, size);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        SWORN_ENSURE(got > 0, SWORN_UNAVAILABLE);
        octets += got;
        size -= (size_t)got;
    }
    return SWORN_OK;
}

static enum sworn_result write_all(int fd, struct octets octets)
{
    while (octets.size > 0) {
        ssize_t put = write(fd, octets.data, octets.size);

        if (put < 0 && errno == EINTR) {
            continue;
        }
        SWORN_ENSURE(put > 0, SWORN_UNAVAILABLE);
        octets = octets_of(octets.data + put, octets.size - (size_t)put);
    }
    return SWORN_OK;
}

/* Read and forget, so that the next frame begins where the host thinks it does. */
static enum sworn_result pass_over(struct channel *channel, uint32_t size, enum sworn_result why)
{
    uint8_t sink[4096];

    while (size > 0) {
        size_t part = size < sizeof(sink) ? size : sizeof(sink);

        SWORN_TRY(read_all(channel->fd, sink, part));
        size -= (uint32_t)part;
    }
    return why;
}

enum sworn_result channel_receive(struct channel *channel, struct region *region,
                                  struct frame *frame)
{
    uint8_t length[4] = {0};
    uint32_t size;
    void *memory;
    struct reader reader = reader_of(octets_of(length, sizeof(length)));

    *frame = (struct frame){0};
    SWORN_TRY(read_all(channel->fd, length, sizeof(length)));
    SWORN_TRY(read_u32(&reader, &size));
    if (size > FRAME_MAX) {
        return pass_over(channel, size, SWORN_LIMIT);
    }
    if (region_alloc(region, size, &memory) != SWORN_OK) {
        return pass_over(channel, size, SWORN_NO_MEMORY);
    }
    SWORN_TRY(read_all(channel->fd, memory, size));
    return frame_read(octets_of(memory, size), frame);
}

enum sworn_result channel_send(struct channel *channel, uint16_t type, const void *message,
                               size_t size, struct region *region)
{
    struct writer writer = writer_in(region, (size_t)FRAME_MAX + FRAME_HEADER);

    SWORN_TRY(message_write(type, channel->id, message, size, &writer));
    return write_all(channel->fd, written(&writer));
}

enum sworn_result channel_ask(struct channel *channel, const struct question *question,
                              struct region *region, struct reason *reason)
{
    struct frame frame;
    enum sworn_result result;

    SWORN_TRY(channel_send(channel, question->type, question->message, question->size, region));
    result = channel_receive(channel, region, &frame);
    SWORN_SAY(result == SWORN_OK, reason, result, "the host's answer to '%s' is %s",
              message_name(question->type), result_name(result));
    SWORN_SAY(frame.type == question->reply_type && frame.id == channel->id, reason,
              SWORN_MALFORMED, "the host answered '%s' with '%s'", message_name(question->type),
              message_name(frame.type));
    return message_read(frame.type, frame.fields, region, question->reply, question->reply_size,
                        reason);
}

enum sworn_result channel_ask_octets(struct channel *channel, uint16_t type, const void *message,
                                     struct region *region, struct message_octets *reply,
                                     struct reason *reason)
{
    const struct question question = {
        .type = type,
        .message = message,
        .size = message_size(type),
        .reply_type = MESSAGE_OCTETS,
        .reply = reply,
        .reply_size = sizeof(*reply),
    };

    return channel_ask(channel, &question, region, reason);
}
