/*
 * serve.c - the loop of the enclave: one request, one answer; see enclave.h.
 *
 * A request that is bad in any way gets an error and leaves everything as it was. Only the end of
 * the stream ends the loop.
 */
#include "enclave/commit.h"

#include "core/dnssec/dnssec.h"
#include "enclave/evidence.h"

#ifndef SWORN_VERSION
#define SWORN_VERSION "0.1.0"
#endif

/* One request while it is worked on. */
struct work {
    struct enclave *enclave;
    struct region region;
    struct reason reason;
    struct commit commit;
};

static enum sworn_result reply(struct work *work, uint16_t type, const void *message, size_t size)
{
    return channel_send(&work->enclave->channel, type, message, size, &work->region);
}

static enum sworn_result on_hello(struct work *work, const void *message)
{
    struct message_hello_reply answer = {
        .platform = work->enclave->platform,
        .version = octets_of_text(SWORN_VERSION),
    };
    const struct message_hello *hello = message;
    struct enclave *enclave = work->enclave;
    struct guard_limits most;

    guard_limits_most(&most);
    if (hello->limits.size > 0) {
        SWORN_SAY(guard_limits_read(hello->limits, &most) == SWORN_OK, &work->reason,
                  SWORN_MALFORMED,
                  "message 'hello': field 'limits' is not a policy's guard limits");
    }
    enclave->most = most;
    enclave->zonemd_most = hello->zonemd_most;
    return reply(work, MESSAGE_HELLO_REPLY, &answer, sizeof(answer));
}

static enum sworn_result on_genesis(struct work *work, const void *message)
{
    const struct message_genesis *genesis = message;
    struct enclave *enclave = work->enclave;
    struct message_genesis_reply answer;

    SWORN_SAY(genesis->reserved == 0, &work->reason, SWORN_MALFORMED,
              "message 'genesis': field 'reserved' is not 0");
    SWORN_TRY(ledger_genesis(&enclave->ledger, &enclave->secrets, enclave->seal_secret,
                             &work->region, &answer, &work->reason));
    return reply(work, MESSAGE_GENESIS_REPLY, &answer, sizeof(answer));
}

static enum sworn_result on_start(struct work *work, const void *message)
{
    struct enclave *enclave = work->enclave;
    struct message_started answer;

    SWORN_TRY(ledger_start(&enclave->ledger, &enclave->secrets, enclave->seal_secret, message,
                           &work->reason));
    answer.size = enclave->ledger.peaks.size;
    return reply(work, MESSAGE_STARTED, &answer, sizeof(answer));
}

/* The commit is the head once its reply is on the way, and not before. */
static enum sworn_result committed(struct work *work, enum sworn_result result)
{
    struct commit *commit = &work->commit;

    if (result == SWORN_OK) {
        result = reply(work, MESSAGE_COMMITTED, &commit->reply, sizeof(commit->reply));
    }
    if (result != SWORN_OK) {
        commit_abandon(commit);
        return result;
    }
    commit_advance(commit);
    return SWORN_OK;
}

static enum sworn_result on_create(struct work *work, const void *message)
{
    return committed(work, commit_create(&work->commit, message));
}

static enum sworn_result on_update(struct work *work, const void *message)
{
    return committed(work, commit_update(&work->commit, message));
}

static enum sworn_result on_refresh(struct work *work, const void *message)
{
    return committed(work, commit_refresh(&work->commit, message));
}

static enum sworn_result on_step(struct work *work, const void *message)
{
    return committed(work, commit_step(&work->commit, message));
}

static enum sworn_result on_evidence(struct work *work, const void *message)
{
    const struct message_evidence *evidence = message;
    struct message_evidence_reply answer = {0};

    SWORN_TRY(evidence_make(work->enclave, evidence->nonce, &work->region, &answer, &work->reason));
    return reply(work, MESSAGE_EVIDENCE_REPLY, &answer, sizeof(answer));
}

struct handler {
    uint16_t type;
    enum sworn_result (*handle)(struct work *work, const void *message);
};

static const struct handler handlers[] = {
    {MESSAGE_HELLO, on_hello},   {MESSAGE_GENESIS, on_genesis},   {MESSAGE_START, on_start},
    {MESSAGE_CREATE, on_create}, {MESSAGE_UPDATE, on_update},     {MESSAGE_REFRESH, on_refresh},
    {MESSAGE_STEP, on_step},     {MESSAGE_EVIDENCE, on_evidence},
};

static enum sworn_result dispatch(struct work *work, const struct frame *frame)
{
    void *message;

    for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
        if (handlers[i].type != frame->type) {
            continue;
        }
        SWORN_TRY(region_alloc(&work->region, message_size(frame->type), &message));
        SWORN_TRY(message_read(frame->type, frame->fields, &work->region, message,
                               message_size(frame->type), &work->reason));
        return handlers[i].handle(work, message);
    }
    return because(&work->reason, SWORN_MALFORMED, "message type %u is not a request", frame->type);
}

/* Every error has words: where the cause gave none, the result's name and the most likely place. */
static void say_something(struct work *work, enum sworn_result result)
{
    if (work->reason.text[0] != 0) {
        return;
    }
    if (result == SWORN_PROOF) {
        ledger_source_blame(&work->enclave->ledger.trees.last, &work->reason);
    }
    if (work->reason.text[0] != 0) {
        return;
    }
    (void)because(&work->reason, result, "the request failed: %s", result_name(result));
}

static enum sworn_result fail(struct work *work, enum sworn_result result)
{
    struct message_error error = {.result = (uint16_t)result, .rcode = 0xffff};

    say_something(work, result);
    error.message = octets_of_text(work->reason.text);
    if (work->commit.rcode >= 0) {
        error.rcode = (uint16_t)work->commit.rcode;
    }
    return reply(work, MESSAGE_ERROR, &error, sizeof(error));
}

static enum sworn_result serve_one(struct work *work)
{
    struct channel *channel = &work->enclave->channel;
    struct frame frame;
    enum sworn_result result = channel_receive(channel, &work->region, &frame);

    /* Only here is the end of the stream the end; within a request its error finds nobody. */
    SWORN_ENSURE(result != SWORN_UNAVAILABLE, result);
    channel->id = frame.id;
    if (result == SWORN_OK) {
        result = dispatch(work, &frame);
    } else {
        (void)because(&work->reason, result,
                      "the frame is not one of version %u with at most %u "
                      "octets",
                      BOUNDARY_VERSION, FRAME_MAX);
    }
    SWORN_ENSURE(result != SWORN_OK, result);
    /* However full the region is: there is room to say so. Nobody looks at what was in it again. */
    region_clear(&work->region);
    return fail(work, result);
}

void enclave_serve(struct enclave *enclave)
{
    enum sworn_result result = SWORN_OK;
    struct work work = {.enclave = enclave};

    region_init(&work.region, REQUEST_CAP);
    while (result == SWORN_OK) {
        work.reason = (struct reason){0};
        work.commit = (struct commit){
            .enclave = enclave, .region = &work.region, .reason = &work.reason, .rcode = -1};
        result = serve_one(&work);
        trees_end(&enclave->ledger.trees);
        region_clear(&work.region);
    }
}

enum sworn_result enclave_init(struct enclave *enclave, int fd, uint8_t platform,
                               const uint8_t secret[SEAL_SECRET_SIZE])
{
    *enclave = (struct enclave){.channel = {.fd = fd}, .platform = platform};
    guard_limits_most(&enclave->most);
    enclave->zonemd_most = ZONEMD_MOST;
    ledger_init(&enclave->ledger, &enclave->channel);
    SWORN_TRY(secrets_open(&enclave->secrets));
    SWORN_TRY(secret_take(&enclave->secrets, &enclave->seal_secret));
    memcpy(enclave->seal_secret, secret, SEAL_SECRET_SIZE);
    return guard_cache_new(&enclave->guards);
}
