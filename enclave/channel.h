/*
 * channel.h - the enclave's only contact with the world: frames from and to the host.
 *
 * The host is hostile: a frame that is too long is passed over, one that is malformed is answered
 * with an error, and only the end of the stream ends the program.
 */
#ifndef SWORN_ENCLAVE_CHANNEL_H
#define SWORN_ENCLAVE_CHANNEL_H

#include "core/boundary/message.h"

struct channel {
    int fd;
    uint64_t id; /* of the request at work */
};

/**
 * The next frame, its octets in `region`.
 *
 * \return SWORN_OK; SWORN_UNAVAILABLE at the end of the stream; SWORN_LIMIT for a frame that was
 * passed over;
 *         SWORN_MALFORMED; SWORN_NO_MEMORY (the frame was passed over)
 */
SWORN_CHECK enum sworn_result channel_receive(struct channel *channel, struct region *region,
                                              struct frame *frame);

/** Send one message with the id of the request at work; SWORN_UNAVAILABLE when the host is gone. */
SWORN_CHECK enum sworn_result channel_send(struct channel *channel, uint16_t type,
                                           const void *message, size_t size, struct region *region);

/** What the host shall fetch, and where its answer goes. */
struct question {
    uint16_t type;
    const void *message;
    size_t size;
    uint16_t reply_type;
    void *reply;
    size_t reply_size;
};

/**
 * Ask the host for something within a request. SWORN_MALFORMED when the answer is not one to this
 * question.
 */
SWORN_CHECK enum sworn_result channel_ask(struct channel *channel, const struct question *question,
                                          struct region *region, struct reason *reason);

/** The same for a question that `octets` is the answer to; `message` is its structure. */
SWORN_CHECK enum sworn_result channel_ask_octets(struct channel *channel, uint16_t type,
                                                 const void *message, struct region *region,
                                                 struct message_octets *reply,
                                                 struct reason *reason);

#endif
