/*
 * zone.c - see zone.h.
 */
#include "cli/remote/zone.h"

#include "cli/file.h"
#include "net/text.h"

enum sworn_result apex_from_text(const char *text, struct name *apex, struct reason *reason)
{
    struct name root;

    name_root(&root);
    SWORN_SAY(text[0] != '\0' && strcmp(text, "@") != 0 &&
                  name_from_text(octets_of_text(text), &root, apex) == SWORN_OK,
              reason, SWORN_INVALID, "'%s' is not a domain name", text);
    name_lower(apex);
    return SWORN_OK;
}

enum sworn_result zone_open(struct context *context, const char *apex, struct zone *zone)
{
    const char *const *values = context->options->value;
    const char *key_file = values[values[OPTION_KEEP] == NULL ? OPTION_KEY : OPTION_KEEP];
    char segment[APEX_PATH_SIZE], *path;
    struct writer writer = writer_over(segment, sizeof(segment));

    *zone = (struct zone){.context = context};
    SWORN_TRY(apex_from_text(apex, &zone->apex, context->reason));
    name_to_text(&zone->apex, zone->apex_text);
    SWORN_SAY(apex_path_write(&zone->apex, &writer) == SWORN_OK, context->reason, SWORN_INVALID,
              "'%s' cannot be an apex here", apex);
    SWORN_TRY(text_in(context->region, &path, "/v1/zones/%.*s", (int)writer.used, segment));
    zone->path = path;
    if (key_file == NULL) {
        return SWORN_OK;
    }
    SWORN_TRY(memory_path(key_file, &zone->apex, context->region, &path));
    zone->memory_path = path;
    return memory_load(path, context->region, &zone->memory, context->reason);
}

static enum sworn_result zone_verify(struct zone *zone, const struct reply *reply,
                                     const struct sent *sent,
                                     void (*passed)(void *, const char *, const char *))
{
    const struct proof_question question = {
        .apex = &zone->apex,
        .reply = reply,
        .kept = &zone->memory,
        .sent = sent,
        .passed = passed,
    };
    struct context *context = zone->context;

    SWORN_TRY(proof_check(&question, context->region, &zone->view, context->reason));
    memory_of_view(&zone->view, &zone->memory);
    return zone->memory_path == NULL
               ? SWORN_OK
               : memory_save(zone->memory_path, context->region, &zone->memory, context->reason);
}

enum sworn_result zone_show(struct zone *zone,
                            void (*passed)(void *context, const char *check, const char *detail))
{
    struct context *context = zone->context;
    struct octets body;
    struct reply reply;

    SWORN_TRY(server_get(context->server, zone->path, context->region, &body, context->reason));
    SWORN_TRY(reply_read(body, context->region, &reply, context->reason));
    return zone_verify(zone, &reply, NULL, passed);
}

enum sworn_result zone_records(struct zone *zone, bool with_signatures, struct record_list *records)
{
    struct context *context = zone->context;
    struct octets body;
    struct reply reply;
    struct hash root;
    char *path;

    records_init(records, context->region);
    SWORN_TRY(text_in(context->region, &path, "%s/records%s", zone->path,
                      with_signatures ? "?signed=1" : ""));
    SWORN_TRY(server_get(context->server, path, context->region, &body, context->reason));
    SWORN_TRY(reply_read_records(body, context->region, &reply, records, context->reason));
    SWORN_TRY(zone_verify(zone, &reply, NULL, NULL));
    SWORN_TRY(records_root(records, &root));
    SWORN_SAY(hash_equal(&root, &zone->view.leaf.zone_root), context->reason, SWORN_PROOF,
              "records: the %zu record sets that the server shows do not make the certified zone "
              "root",
              records_in_tree(records));
    return SWORN_OK;
}

enum sworn_result zone_octets(const struct zone *zone, const char *what, const struct hash *hash,
                              struct octets *octets)
{
    struct context *context = zone->context;
    struct hash found;
    char *path;

    SWORN_TRY(text_in(context->region, &path, "%s/%s", zone->path, what));
    SWORN_TRY(server_get(context->server, path, context->region, octets, context->reason));
    SWORN_TRY(sha256_one(*octets, &found));
    SWORN_SAY(hash_equal(&found, hash), context->reason, SWORN_PROOF,
              "%s: what the server gives out is not what the zone's certified state commits to",
              what);
    return SWORN_OK;
}

enum sworn_result zone_accept(struct zone *zone, struct octets body, const struct sent *sent)
{
    struct context *context = zone->context;
    struct reply reply;

    SWORN_TRY(reply_read(body, context->region, &reply, context->reason));
    if (reply.warning != NULL) {
        notice("%s", reply.warning);
    }
    return zone_verify(zone, &reply, sent, NULL);
}

enum sworn_result zone_send(struct zone *zone, struct octets argument, bool more, struct sent *sent)
{
    struct context *context = zone->context;
    struct octets body;
    char *path;

    sent->kind = sent->kind == LOG_REMOVE ? LOG_REMOVE : LOG_UPDATE;
    sent->sequence = zone->view.leaf.sequence + 1;
    SWORN_TRY(sha256_one(argument, &sent->argument));
    SWORN_TRY(text_in(context->region, &path, "%s/updates%s", zone->path, more ? "?more=1" : ""));
    SWORN_TRY(server_post(context->server, path, "application/octet-stream", argument,
                          context->region, &body, context->reason));
    return zone_accept(zone, body, sent);
}
