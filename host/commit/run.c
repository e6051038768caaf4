/*
 * run.c - one request to the enclave and what follows from it; see run.h.
 *
 *   enclave decides and signs -> one durable transaction -> answers change -> the caller is told
 */
#include "host/commit/run.h"

#include "host/commit/asks.h"
#include "host/commit/boot.h"
#include "host/commit/ended.h"
#include "host/commit/publish.h"

#define TIME_STEP_MAX ((uint64_t)30 * 86400)

enum sworn_result run_time(struct commit_server *server, uint64_t *time, struct reason *reason)
{
    struct store_view *view;
    struct log_entry entry = {0};
    struct row_key key;
    struct octets octets;
    uint64_t size = 0;
    enum sworn_result result;

    *time = commit_now();
    if (server->accept_time) {
        return SWORN_OK;
    }
    SWORN_TRY(store_read(server->store, &view));
    result = log_size_get(view, &size);
    if (result == SWORN_OK && size > 0) {
        row_of_entry(size - 1, &key);
        result = store_get(view, STORE_LOG, row_octets(&key), &octets);
        if (result == SWORN_OK) {
            result = log_entry_read(octets, &entry);
        }
    }
    store_end(view);
    SWORN_TRY(result);
    SWORN_SAY(
        size == 0 || *time <= entry.time + TIME_STEP_MAX, reason, SWORN_CONFLICT,
        "the clock is more than 30 days ahead of the last commit; a certified future cannot be "
        "undone: if the clock is right, start swornd once with --accept-time");
    return SWORN_OK;
}

static enum sworn_result ask_enclave(struct commit_server *server, struct run *run,
                                     struct message_committed *reply, struct region *region,
                                     struct reason *reason)
{
    struct asks asks;
    struct store_view *view;
    struct link_call call = {.type = run->type,
                             .message = run->message,
                             .size = run->size,
                             .reply_type = MESSAGE_COMMITTED,
                             .reply = reply,
                             .reply_size = sizeof(*reply),
                             .answers = &asks.answers,
                             .rcode = &run->rcode};
    enum sworn_result result;

    SWORN_TRY(store_read(server->store, &view));
    asks_init(&asks, view);
    if (run->creation != NULL) {
        asks.guard = run->creation->guard;
        asks.environment = run->creation->environment;
    }
    result = link_ask(&server->link, &call, region, reason);
    store_end(view);
    return result;
}

/* What is not published stays in the journal: without it a transfer could not go back before it. */
static struct journal_limits journal_limits_of(const struct commit_server *server,
                                               const struct run *run)
{
    const struct commit_events *events = &server->events;
    struct journal_limits limits = {.commits = JOURNAL_DEFAULT, .needed = UINT64_MAX};

    if (run->zone != NULL && events->journal != NULL) {
        limits.commits = events->journal(events->context, &run->zone->apex);
    }
    if (run->zone != NULL && run->more) {
        limits.needed = run->zone->published + 1;
    }
    return limits;
}

/*
 * A zone ends by an update or not at all: who asked for less goes on with the zone, which would be
 * gone.
 */
static enum sworn_result fits_request(const struct run *run, const struct message_committed *reply,
                                      struct reason *reason)
{
    SWORN_SAY(!reply->removed || run->type == MESSAGE_UPDATE, reason, SWORN_PROOF,
              "the enclave ended a zone without being asked: nothing of it is used");
    return SWORN_OK;
}

/*
 * One transaction. If it fails nothing of the reply is used, and the enclave, which is ahead now,
 * goes.
 */
static enum sworn_result store_reply(struct commit_server *server, const struct run *run,
                                     const struct message_committed *reply, struct region *region,
                                     struct applied *applied, struct reason *reason)
{
    const struct apply_context context = {.creation = run->creation,
                                          .journal = journal_limits_of(server, run)};
    struct store_view *view;
    enum sworn_result result = fits_request(run, reply, reason);

    if (result == SWORN_OK) {
        result = store_write(server->store, &view);
    }
    if (result == SWORN_OK) {
        result = apply_commit(view, reply, &context, region, applied, reason);
        if (result == SWORN_OK) {
            result = store_commit(view);
        } else {
            store_end(view);
        }
    }
    if (result == SWORN_OK) {
        return SWORN_OK;
    }
    link_down(&server->link);
    if (result == SWORN_IO || reason->text[0] == 0) {
        return because(reason, SWORN_IO, "the store failed: nothing was changed");
    }
    return SWORN_IO;
}

static void tell_log(const struct commit_server *server, const struct name *apex, const char *what)
{
    char text[NAME_TEXT_SIZE];

    name_to_text(apex, text);
    log_info(server->log, "zone %s: %s", text, what);
}

static enum sworn_result serve_reply(struct commit_server *server, struct run *run,
                                     const struct applied *applied,
                                     const struct message_committed *reply)
{
    if (run->zone == NULL) {
        SWORN_TRY(hosted_zone_add(server, &applied->entry.zone_id, &applied->leaf,
                                  applied->row.number, &run->zone));
        tell_log(server, &run->zone->apex, "created");
    }
    run->zone->serial = applied->leaf.serial;
    run->zone->index = applied->index;
    run->zone->sets = applied->row.sets;
    run->zone->for_parent = run->zone->for_parent || applied->for_parent;
    if (reply->removed) {
        (void)!answer_remove(server->answers, &run->zone->apex);
        if (server->events.removed != NULL) {
            server->events.removed(server->events.context, &run->zone->apex);
        }
        server->counters.removed++;
        tell_log(server, &run->zone->apex, "removed");
        SWORN_TRY(ended_add(server, &run->zone->id, applied->leaf.apex));
        hosted_zone_remove(server, run->zone);
        run->zone = NULL;
        return SWORN_OK;
    }
    SWORN_TRY(hosted_zone_update(run->zone, &applied->leaf));
    run->zone->cleaning = run->zone->cleaning || applied->leaves_rows;
    /* The other chain is not among the keys of this commit. */
    run->zone->whole = run->zone->whole || applied->flipped;
    if (run->more) {
        publish_later(run->zone, applied->keys, applied->count);
        return SWORN_OK;
    }
    return publish_now(server, run->zone, applied->keys, applied->count);
}

uint64_t commit_time_bound(unsigned bucket)
{
    static const uint64_t bounds[COMMIT_TIMES] = {
        500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 500000, 1000000, 5000000, UINT64_MAX};

    return bounds[bucket < COMMIT_TIMES ? bucket : COMMIT_TIMES - 1];
}

static uint64_t microseconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void count_kind(struct commit_counters *counters, const struct run *run)
{
    counters->created += run->type == MESSAGE_CREATE;
    counters->updated += run->type == MESSAGE_UPDATE;
    counters->refreshed += run->type == MESSAGE_REFRESH;
    counters->stepped += run->type == MESSAGE_STEP;
}

static void count(struct commit_counters *counters, const struct run *run, uint64_t took,
                  enum sworn_result result)
{
    unsigned bucket = 0;

    counters->refused += result == SWORN_REFUSED;
    counters->failed += result != SWORN_OK && result != SWORN_REFUSED;
    if (result != SWORN_OK) {
        return;
    }
    count_kind(counters, run);
    while (took > commit_time_bound(bucket)) {
        bucket++;
    }
    counters->times[bucket]++;
    counters->microseconds += took;
    counters->fuel += run->fuel;
}

static enum sworn_result commit_one(struct commit_server *server, struct run *run,
                                    struct region *region, struct reason *reason)
{
    struct message_committed reply;
    struct applied applied;
    enum sworn_result result;

    SWORN_TRY(boot_enclave(server, reason));
    SWORN_TRY(ask_enclave(server, run, &reply, region, reason));
    SWORN_TRY(store_reply(server, run, &reply, region, &applied, reason));
    run->fuel = reply.fuel;
    server->counters.sets_signed += applied.signed_sets;
    result = serve_reply(server, run, &applied, &reply);
    if (run->zone != NULL) {
        hosted_zone_show(server, run->zone);
    }
    return result;
}

enum sworn_result run_request(struct commit_server *server, struct run *run, struct region *region,
                              struct reason *reason)
{
    uint64_t begin = microseconds();
    enum sworn_result result = commit_one(server, run, region, reason);

    count(&server->counters, run, microseconds() - begin, result);
    return result;
}
