/*
 * zone_update.c - sworn zone update: a few records, signed for the next sequence of the verified
 * zone. The signed argument can be kept instead of sent, and one that was kept be sent.
 */
#include <inttypes.h>

#include "cli/commands/decide.h"
#include "cli/commands/print.h"
#include "cli/zone/edit.h"
#include "guards/sdk/fdns/message.h"
#include "net/text.h"

#define OPERATIONS_MAX ((size_t)64 << 20)

/* Announcements of a timelock that are not to be done. */
static enum sworn_result cancellations(struct context *context, struct writer *operations)
{
    const struct texts *texts = &context->options->list[OPTION_CANCEL];

    for (size_t i = 0; i < texts->count; i++) {
        struct hash hash;
        struct writer writer = writer_over(hash.octets, HASH_SIZE);

        SWORN_SAY(hex_read(octets_of_text(texts->items[i]), &writer) == SWORN_OK &&
                      writer.used == HASH_SIZE,
                  context->reason, SWORN_MALFORMED,
                  "--cancel takes the 64 hex digits of an announcement, not '%s'", texts->items[i]);
        SWORN_TRY(operation_of_timelock(operations, OPERATION_CANCEL, octets_of_hash(&hash)));
    }
    return SWORN_OK;
}

static enum sworn_result update(struct zone *zone, struct signer *signer)
{
    struct context *context = zone->context;
    const struct options *options = context->options;
    struct writer operations = writer_in(context->region, OPERATIONS_MAX);
    struct hash hashes[3];
    struct sent sent = sent_unchanged(zone, hashes);
    bool waits;

    SWORN_TRY(cancellations(context, &operations));
    sent.may_be_late = options->edit_count == 0;
    for (size_t i = 0; i < options->edit_count; i++) {
        SWORN_TRY(edit_write(&options->edits[i], &zone->apex, context->region, &operations,
                             context->reason));
    }
    return decide(zone, signer, written(&operations), &sent, "updated", &waits);
}

/* What must come of a message: what its operations of other kinds than records say. */
static enum sworn_result sent_of_operations(struct fdns_octets left, bool executed,
                                            struct hash hashes[3], struct sent *sent,
                                            struct reason *reason)
{
    struct fdns_operation operation;
    struct fdns_owner owner;
    const char *error;

    while (left.size > 0) {
        SWORN_SAY(fdns_operation_next(&left, &operation, &error), reason, SWORN_MALFORMED, "%s",
                  error);
        switch (operation.kind) {
        case FDNS_KIND_RECORD:
            break;
        case FDNS_KIND_OWNER:
            SWORN_SAY(fdns_owner_parse(operation.octets, &owner, &error), reason, SWORN_MALFORMED,
                      "%s", error);
            if (owner.code.size > 0) {
                SWORN_TRY(sha256_one(octets_of(owner.code.data, owner.code.size), &hashes[0]));
            }
            SWORN_TRY(
                sha256_one(octets_of(owner.environment.data, owner.environment.size), &hashes[1]));
            break;
        case FDNS_KIND_POLICY:
            SWORN_TRY(
                sha256_one(octets_of(operation.octets.data, operation.octets.size), &hashes[2]));
            break;
        case FDNS_KIND_REMOVE:
            sent->kind = LOG_REMOVE;
            break;
        case FDNS_KIND_EXECUTE: /* holds no others of its kind */
            SWORN_SAY(!executed, reason, SWORN_MALFORMED, "operations are nested twice");
            SWORN_TRY(sent_of_operations(operation.octets, true, hashes, sent, reason));
            break;
        default: /* announced, cancelled, or the guard's own */
            break;
        }
    }
    return SWORN_OK;
}

static bool only_cancels(struct fdns_octets left)
{
    struct fdns_operation operation;
    const char *error;

    while (left.size > 0) {
        if (!fdns_operation_next(&left, &operation, &error) || operation.kind != FDNS_KIND_CANCEL) {
            return false;
        }
    }
    return true;
}

/* A request that was kept is good for one sequence of one zone; one that cancels also later. */
static enum sworn_result sent_of_request(const struct zone *zone, const struct request *request,
                                         struct hash hashes[3], struct sent *sent)
{
    struct reason *reason = zone->context->reason;
    const struct zone_leaf *leaf = &zone->view.leaf;
    struct fdns_message message;
    const char *error;

    SWORN_SAY(fdns_message_parse(fdns_octets_of(request->message.data, request->message.size),
                                 &message, &error),
              reason, SWORN_MALFORMED, "%s", error);
    SWORN_SAY(memcmp(message.zone_id.data, zone->view.zone_id.octets, HASH_SIZE) == 0, reason,
              SWORN_INVALID, "the request is for another zone than %s at this server",
              zone->apex_text);
    *sent = sent_unchanged(zone, hashes);
    sent->may_be_late = message.operations.size > 0 && only_cancels(message.operations);
    SWORN_SAY(message.sequence == leaf->sequence + 1 ||
                  (sent->may_be_late && message.sequence <= leaf->sequence),
              reason, SWORN_INVALID,
              "the request is for sequence %" PRIu64 ", and the next of %s is %" PRIu64
              ": make it anew",
              message.sequence, zone->apex_text, leaf->sequence + 1);
    return sent_of_operations(message.operations, false, hashes, sent, reason);
}

/* Of octets from elsewhere it is only known afterwards that they are in the log. */
static enum sworn_result send(struct zone *zone, struct signer *signer)
{
    struct context *context = zone->context;
    struct sent sent = {0};
    struct request request;
    struct octets argument;
    struct hash hashes[3];

    (void)signer;
    SWORN_TRY(
        argument_load(context, context->options->value[OPTION_ARGUMENT], &argument, &request));
    if (request.format != NULL) {
        SWORN_TRY(sent_of_request(zone, &request, hashes, &sent));
    }
    SWORN_TRY(zone_send(zone, argument, false, &sent));
    print_state(zone, "updated");
    return SWORN_OK;
}

enum sworn_result command_zone_update(struct context *context)
{
    const struct options *options = context->options;

    bool changes = options->edit_count > 0 || option_given(options, OPTION_CANCEL);

    if (changes == option_given(options, OPTION_ARGUMENT)) {
        return wrong_usage(
            context, "an update takes --set, --add, --remove and --cancel, or --argument FILE");
    }
    return with_owned_zone(context, changes ? update : send);
}
