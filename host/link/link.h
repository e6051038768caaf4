/*
 * link.h - the enclave as swornd sees it: a process at the other end of a socket, started, asked,
 * started again.
 *
 * One request at a time; the caller holds the lock. When the enclave ends, fails to answer in time
 * or breaks the protocol it is killed, the request fails with SWORN_UNAVAILABLE, and link_up()
 * starts another, with a growing pause between attempts.
 */
#ifndef SWORN_HOST_LINK_LINK_H
#define SWORN_HOST_LINK_LINK_H

#include "core/boundary/message.h"

#include <sys/types.h>

struct log;

struct link_options {
    /**
     * The program, or where an enclave that cannot be started by us listens: "unix:PATH",
     * "tcp:HOST:PORT",
     * "vsock:CID:PORT".
     */
    const char *enclave;
    const char *secret_file; /* 32 octets, made when it is not there; for a program only */
    unsigned patience;       /* seconds to wait for an answer before the enclave counts as stuck */
    struct log *log;         /* NULL: nobody reads it */
};

struct link {
    struct link_options options;
    int fd; /* -1 when down */
    pid_t pid;
    uint64_t id;
    unsigned failures;    /* in a row */
    uint64_t retry_after; /* monotonic milliseconds */
    char why[256];        /* it is down, and the pause is not over */
};

void link_init(struct link *link, const struct link_options *options);

/**
 * Start or connect if it is down and the pause is over. SWORN_UNAVAILABLE, SWORN_IO with the
 * reason.
 */
SWORN_CHECK enum sworn_result link_up(struct link *link, struct reason *reason);

static inline bool link_is_up(const struct link *link)
{
    return link->fd >= 0;
}

/** Note, for who asks while it is down, why it is, and tell the log. */
void link_failed(struct link *link, const char *why);

/** It works: the pause before the next start is short again. */
void link_proven(struct link *link);

/** Between requests: has it ended, or does it speak unasked? Then it is down. */
void link_look(struct link *link);

/** Kill what is there. */
void link_down(struct link *link);

/** What the enclave asks for while it works: fill `reply` (in `region`) for the question's type. */
struct link_answers {
    void *context;
    enum sworn_result (*page)(void *context, const struct message_need_page *need,
                              struct region *region, struct message_pages *reply);
    enum sworn_result (*value)(void *context, const struct message_need_value *need,
                               struct region *region, struct message_octets *reply);
    enum sworn_result (*blob)(void *context, const struct message_need_blob *need,
                              struct region *region, struct message_octets *reply);
    enum sworn_result (*key)(void *context, const struct message_need_key *need,
                             struct region *region, struct message_octets *reply);
};

struct link_call {
    uint16_t type;
    const void *message;
    size_t size;
    uint16_t reply_type;
    void *reply;
    size_t reply_size;
    const struct link_answers *answers; /* NULL: the enclave has nothing to ask */
    uint16_t *rcode; /* out: DNS response code of the guard's refusal, 0 for none; or NULL */
};

/** Ask and wait. The enclave's own refusals come back as the result it gave, with its words. */
SWORN_CHECK enum sworn_result link_ask(struct link *link, const struct link_call *call,
                                       struct region *region, struct reason *reason);

#endif
