/*
 * link.c - questions to the enclave and answers to its own; see link.h. Starting it is in spawn.c.
 */
#include "host/link/link.h"

#include "host/link/spawn.h"
#include "host/log.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAUSE_FIRST   100 /* milliseconds */
#define PAUSE_LONGEST 10000
#define SCRATCH_CAP   ((size_t)4 * FRAME_MAX) /* a question, the answer, and their growing */

static uint64_t milliseconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void link_init(struct link *link, const struct link_options *options)
{
    *link = (struct link){.options = *options, .fd = -1};
}

/* A stream that ends is noticed a moment before its process has ended. */
static bool wait_briefly(pid_t pid, int *status)
{
    const struct timespec moment = {.tv_nsec = 10000000};

    for (int i = 0; i < 10; i++) {
        if (waitpid(pid, status, WNOHANG) == pid) {
            return true;
        }
        (void)nanosleep(&moment, NULL);
    }
    return false;
}

enum sworn_result link_up(struct link *link, struct reason *reason)
{
    if (link_is_up(link)) {
        return SWORN_OK;
    }
    SWORN_SAY(milliseconds() >= link->retry_after, reason, SWORN_UNAVAILABLE,
              "the enclave is being restarted: %s", link->why);
    return link_spawn(link, reason);
}

void link_failed(struct link *link, const char *why)
{
    /* Once for each cause: attempts go on for as long as it takes. */
    if (strcmp(link->why, why) != 0) {
        log_warning(link->options.log, "enclave: %s", why);
    }
    (void)snprintf(link->why, sizeof(link->why), "%s", why);
}

/* What has become of the process, before it is killed. */
static void describe_end(struct link *link)
{
    char why[sizeof(link->why)] = "it did not answer as it must";
    int status;

    if (link->pid > 0 && wait_briefly(link->pid, &status)) {
        link->pid = 0;
        if (WIFSIGNALED(status)) {
            (void)snprintf(why, sizeof(why), "it was ended by signal %d (%s)", WTERMSIG(status),
                           strsignal(WTERMSIG(status)));
        } else {
            (void)snprintf(why, sizeof(why), "it ended with status %d", WEXITSTATUS(status));
        }
    }
    link_failed(link, why);
}

void link_proven(struct link *link)
{
    link->failures = 0;
    link->why[0] = 0;
}

void link_down(struct link *link)
{
    uint64_t pause = PAUSE_FIRST;

    if (link->fd >= 0) {
        (void)close(link->fd);
        link->fd = -1;
    }
    if (link->pid > 0) {
        (void)kill(link->pid, SIGKILL);
        (void)waitpid(link->pid, NULL, 0);
        link->pid = 0;
    }
    for (unsigned i = 0; i < link->failures && pause < PAUSE_LONGEST; i++) {
        pause *= 2;
    }
    link->failures++;
    link->retry_after = milliseconds() + pause;
}

void link_look(struct link *link)
{
    struct pollfd idle = {.fd = link->fd, .events = POLLIN};

    if (link_is_up(link) && poll(&idle, 1, 0) != 0) {
        link_down(link);
    }
}

static enum sworn_result send_all(int fd, struct octets octets)
{
    while (octets.size > 0) {
        ssize_t put = send(fd, octets.data, octets.size, MSG_NOSIGNAL);

        if (put < 0 && errno == EINTR) {
            continue;
        }
        SWORN_ENSURE(put > 0, SWORN_UNAVAILABLE);
        octets = octets_of(octets.data + put, octets.size - (size_t)put);
    }
    return SWORN_OK;
}

static enum sworn_result receive_all(int fd, uint8_t *octets, size_t size)
{
    while (size > 0) {
        ssize_t got = recv(fd, octets, size, 0);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        SWORN_ENSURE(got > 0, SWORN_UNAVAILABLE);
        octets += got;
        size -= (size_t)got;
    }
    return SWORN_OK;
}

static enum sworn_result send_message(struct link *link, uint16_t type, const void *message,
                                      size_t size, struct region *region)
{
    struct writer writer = writer_in(region, (size_t)FRAME_MAX + FRAME_HEADER);

    SWORN_TRY(message_write(type, link->id, message, size, &writer));
    return send_all(link->fd, written(&writer));
}

static enum sworn_result receive_frame(struct link *link, struct region *region,
                                       struct frame *frame)
{
    uint8_t length[4] = {0};
    struct reader reader = reader_of(octets_of(length, sizeof(length)));
    uint32_t size;
    void *memory;

    SWORN_TRY(receive_all(link->fd, length, sizeof(length)));
    SWORN_TRY(read_u32(&reader, &size));
    SWORN_ENSURE(size <= FRAME_MAX, SWORN_UNAVAILABLE);
    SWORN_TRY(region_alloc(region, size, &memory));
    SWORN_TRY(receive_all(link->fd, memory, size));
    SWORN_TRY(frame_read(octets_of(memory, size), frame));
    SWORN_ENSURE(frame->id == link->id, SWORN_UNAVAILABLE);
    return SWORN_OK;
}

/*
 * The question in its structure, the callback's answer in another: one of each for the four kinds.
 */
union question {
    struct message_need_page page;
    struct message_need_value value;
    struct message_need_blob blob;
    struct message_need_key key;
};

static enum sworn_result answer_pages(const struct link_answers *answers,
                                      const union question *question, struct region *region,
                                      struct link *link)
{
    struct message_pages pages = {0};

    SWORN_TRY(answers->page(answers->context, &question->page, region, &pages));
    return send_message(link, MESSAGE_PAGES, &pages, sizeof(pages), region);
}

static enum sworn_result answer_octets(const struct link_answers *answers, uint16_t type,
                                       const union question *question, struct region *region,
                                       struct link *link)
{
    struct message_octets octets = {0};
    enum sworn_result result = SWORN_MALFORMED;

    if (type == MESSAGE_NEED_VALUE) {
        result = answers->value(answers->context, &question->value, region, &octets);
    }
    if (type == MESSAGE_NEED_BLOB) {
        result = answers->blob(answers->context, &question->blob, region, &octets);
    }
    if (type == MESSAGE_NEED_KEY) {
        result = answers->key(answers->context, &question->key, region, &octets);
    }
    SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    octets.present = result == SWORN_OK;
    return send_message(link, MESSAGE_OCTETS, &octets, sizeof(octets), region);
}

static bool is_question(uint16_t type)
{
    return type == MESSAGE_NEED_PAGE || type == MESSAGE_NEED_VALUE || type == MESSAGE_NEED_BLOB ||
           type == MESSAGE_NEED_KEY;
}

static enum sworn_result answer(struct link *link, const struct link_call *call,
                                const struct frame *frame, struct region *region,
                                struct reason *reason)
{
    union question question;

    SWORN_ENSURE(call->answers != NULL, SWORN_UNAVAILABLE);
    SWORN_TRY(message_read(frame->type, frame->fields, region, &question, message_size(frame->type),
                           reason));
    if (frame->type == MESSAGE_NEED_PAGE) {
        return answer_pages(call->answers, &question, region, link);
    }
    return answer_octets(call->answers, frame->type, &question, region, link);
}

/* The enclave's refusal, in its own words. */
static enum sworn_result refusal(const struct frame *frame, const struct link_call *call,
                                 struct region *region, struct reason *reason)
{
    struct message_error error;

    SWORN_TRY(message_read(MESSAGE_ERROR, frame->fields, region, &error, sizeof(error), reason));
    SWORN_ENSURE(error.result != SWORN_OK && error.result <= SWORN_CONFLICT, SWORN_UNAVAILABLE);
    if (call->rcode != NULL && error.rcode != 0xffff) {
        *call->rcode = error.rcode;
    }
    return because(reason, (enum sworn_result)error.result, "%.*s", (int)error.message.size,
                   (const char *)error.message.data);
}

/* Questions and answers, in `scratch`, until there is a frame that is none, which stays in it. */
static enum sworn_result answer_questions(struct link *link, const struct link_call *call,
                                          struct region *scratch, struct frame *frame,
                                          struct reason *reason)
{
    SWORN_TRY(receive_frame(link, scratch, frame));
    while (is_question(frame->type)) {
        SWORN_TRY(answer(link, call, frame, scratch, reason));
        region_clear(scratch);
        SWORN_TRY(receive_frame(link, scratch, frame));
    }
    return SWORN_OK;
}

/*
 * Until the request's last message is there. SWORN_OK also when that is a refusal: see `frame`.
 *
 * Nothing of a question is kept: how many there are is up to the zone's guard, and it shall not be
 * able to bring the enclave down by having us run out of memory.
 */
static enum sworn_result converse(struct link *link, const struct link_call *call,
                                  struct region *region, struct frame *frame, struct reason *reason)
{
    struct region scratch;
    enum sworn_result result;

    SWORN_TRY(send_message(link, call->type, call->message, call->size, region));
    region_init(&scratch, SCRATCH_CAP);
    result = answer_questions(link, call, &scratch, frame, reason);
    if (result == SWORN_OK) {
        result = region_copy(region, frame->fields, &frame->fields);
    }
    region_clear(&scratch);
    SWORN_TRY(result);
    SWORN_ENSURE(frame->type == call->reply_type || frame->type == MESSAGE_ERROR,
                 SWORN_UNAVAILABLE);
    return SWORN_OK;
}

enum sworn_result link_ask(struct link *link, const struct link_call *call, struct region *region,
                           struct reason *reason)
{
    struct frame frame;
    enum sworn_result result;

    SWORN_SAY(link_is_up(link), reason, SWORN_UNAVAILABLE, "the enclave is being restarted: %s",
              link->why);
    link->id++;
    result = converse(link, call, region, &frame, reason);
    if (result == SWORN_OK && frame.type == MESSAGE_ERROR) {
        return refusal(&frame, call, region, reason);
    }
    if (result == SWORN_OK) {
        result =
            message_read(frame.type, frame.fields, region, call->reply, call->reply_size, reason);
    }
    if (result == SWORN_OK) {
        return SWORN_OK;
    }
    /*
     * In the middle of a conversation there is no going on: the state of the other side is not
     * known.
     */
    describe_end(link);
    link_down(link);
    return because(reason, SWORN_UNAVAILABLE, "the enclave is being restarted: %s", link->why);
}
