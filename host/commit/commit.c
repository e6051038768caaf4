/*
 * commit.c - creation and update as the API asks for them; see commit.h.
 */
#include "host/commit/commit.h"

#include "host/commit/boot.h"
#include "host/commit/ended.h"
#include "host/commit/run.h"
#include "host/commit/show.h"

/* Names and a guard's words as they are: the log escapes what is not printable. */
static void tell_log(struct commit_server *server, const struct name *apex, const char *what,
                     enum sworn_result result, const struct reason *reason)
{
    char text[NAME_TEXT_SIZE];

    if (!log_wants(server->log, LEVEL_INFO)) {
        return;
    }
    name_to_text(apex, text);
    if (result == SWORN_OK) {
        log_debug(server->log, "zone %s: %s", text, what);
        return;
    }
    log_info(server->log, "zone %s: not %s: %s: %s", text, what, result_name(result), reason->text);
}

/* What the owner is told comes from the store: the same that anybody else is shown. */
static enum sworn_result tell(struct commit_server *server, const struct hash *zone_id,
                              const struct run *run, struct region *region,
                              struct commit_proof *proof, struct reason *reason)
{
    struct store_view *view;
    enum sworn_result result;

    SWORN_TRY(store_read(server->store, &view));
    result = show_zone(view, zone_id, region, proof);
    store_end(view);
    proof->fuel = run->fuel;
    proof->published = !run->more;
    proof->served = run->zone == NULL || !run->zone->stopped;
    SWORN_SAY(result == SWORN_OK, reason, SWORN_IO,
              "the request is committed, but the store cannot prove it: rows are damaged");
    return SWORN_OK;
}

static enum sworn_result create(struct commit_server *server,
                                const struct commit_creation *creation, bool more,
                                struct region *region, struct commit_proof *proof,
                                struct reason *reason)
{
    struct message_create message = {
        .policy = creation->policy,
        .argument = creation->argument,
    };
    struct run run = {.type = MESSAGE_CREATE,
                      .message = &message,
                      .size = sizeof(message),
                      .creation = creation,
                      .more = more};
    char apex[NAME_TEXT_SIZE];

    bool again;

    SWORN_TRY(run_time(server, &message.time, reason));
    SWORN_TRY(ended_before(server, &creation->apex, &again));
    name_to_hash_text(&creation->apex, apex);
    message.apex = octets_of_text(apex);
    SWORN_TRY(sha256_one(creation->guard, &message.guard));
    SWORN_TRY(sha256_one(creation->environment, &message.environment));
    SWORN_TRY(run_request(server, &run, region, reason));
    SWORN_TRY(tell(server, &run.zone->id, &run, region, proof, reason));
    proof->again = again;
    return SWORN_OK;
}

enum sworn_result commit_create(struct commit_server *server,
                                const struct commit_creation *creation, bool more,
                                struct region *region, struct commit_proof *proof,
                                struct reason *reason)
{
    enum sworn_result result;

    server_lock(server);
    result = create(server, creation, more, region, proof, reason);
    server_unlock(server);
    tell_log(server, &creation->apex, "created", result, reason);
    return result;
}

static enum sworn_result update(struct commit_server *server, const struct name *apex,
                                struct octets argument, bool more, struct region *region,
                                struct commit_proof *proof, struct reason *reason)
{
    struct message_update message = {.argument = argument};
    enum sworn_result result;
    struct hash zone_id;
    struct run run = {.type = MESSAGE_UPDATE,
                      .message = &message,
                      .size = sizeof(message),
                      .zone = hosted_zone_at(server, apex),
                      .more = more};

    proof->rcode = 0;
    SWORN_SAY(run.zone != NULL, reason, SWORN_ABSENT, "there is no such zone here");
    zone_id = run.zone->id; /* the zone may end with this request */
    message.zone_id = zone_id;
    SWORN_TRY(run_time(server, &message.time, reason));
    result = run_request(server, &run, region, reason);
    proof->rcode = run.rcode;
    SWORN_TRY(result);
    return tell(server, &zone_id, &run, region, proof, reason);
}

enum sworn_result commit_update(struct commit_server *server, const struct name *apex,
                                struct octets argument, bool more, struct region *region,
                                struct commit_proof *proof, struct reason *reason)
{
    enum sworn_result result;

    server_lock(server);
    result = update(server, apex, argument, more, region, proof, reason);
    server_unlock(server);
    tell_log(server, apex, "updated", result, reason);
    return result;
}

static enum sworn_result evidence(struct commit_server *server, struct octets nonce,
                                  struct region *region, struct message_evidence_reply *reply,
                                  struct reason *reason)
{
    struct message_evidence message = {.nonce = nonce};
    struct link_call call = {.type = MESSAGE_EVIDENCE,
                             .message = &message,
                             .size = sizeof(message),
                             .reply_type = MESSAGE_EVIDENCE_REPLY,
                             .reply = reply,
                             .reply_size = sizeof(*reply)};

    SWORN_TRY(boot_enclave(server, reason));
    return link_ask(&server->link, &call, region, reason);
}

enum sworn_result commit_evidence(struct commit_server *server, struct octets nonce,
                                  struct region *region, struct octets *statement,
                                  struct octets *signature, struct reason *reason)
{
    struct message_evidence_reply reply = {0};
    enum sworn_result result;

    server_lock(server);
    result = evidence(server, nonce, region, &reply, reason);
    server_unlock(server);
    *statement = reply.statement;
    *signature = reply.signature;
    return result;
}
