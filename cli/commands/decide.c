/*
 * decide.c - see decide.h.
 */
#include "cli/commands/decide.h"

#include "cli/commands/print.h"
#include "cli/file.h"

#define ARGUMENT_MAX ((size_t)64 << 20)

enum sworn_result with_owner(struct context *context, owners_work *work)
{
    struct signer signer;
    struct zone zone;
    enum sworn_result result;

    SWORN_TRY(zone_open(context, context->options->positional[0], &zone));
    SWORN_TRY(signer_open(context, &signer));
    result = work(&zone, &signer);
    signer_close(&signer);
    return result;
}

enum sworn_result with_owned_zone(struct context *context, owners_work *work)
{
    const struct options *options = context->options;
    struct signer signer;
    struct zone zone;
    enum sworn_result result;

    if (!option_given(options, OPTION_KEY) && !option_given(options, OPTION_SIGN_WITH) &&
        !option_given(options, OPTION_ARGUMENT)) {
        return wrong_usage(context, "--key FILE is needed, or --sign-with for a signature that is "
                                    "made elsewhere");
    }
    SWORN_TRY(zone_open(context, options->positional[0], &zone));
    if (zone.memory_path == NULL) {
        notice("nothing is compared with what was known before: look at the zone id yourself, or "
               "give --keep FILE");
    }
    SWORN_TRY(signer_open(context, &signer));
    result = zone_show(&zone, NULL);
    if (result == SWORN_OK && !option_given(options, OPTION_ARGUMENT)) {
        result = signer_for_zone(&signer, &zone);
    }
    if (result == SWORN_OK) {
        result = work(&zone, &signer);
    }
    signer_close(&signer);
    return result;
}

/* The operations as a timelock wants them: announced, or executed as they were announced. */
static enum sworn_result wrap(struct context *context, struct octets *operations)
{
    const struct options *options = context->options;
    bool announce = option_given(options, OPTION_ANNOUNCE);
    struct writer writer = writer_in(context->region, ARGUMENT_MAX);
    char text[HASH_TEXT_SIZE];
    struct hash hash;

    if (!announce && !option_given(options, OPTION_EXECUTE)) {
        return SWORN_OK;
    }
    if (announce && option_given(options, OPTION_EXECUTE)) {
        return wrong_usage(context, "changes are announced or executed, not both at once");
    }
    SWORN_TRY(sha256_one(*operations, &hash));
    hash_text(&hash, text);
    notice("%s %s", announce ? "announced as" : "executes", text);
    SWORN_TRY(operation_of_timelock(&writer, announce ? OPERATION_ANNOUNCE : OPERATION_EXECUTE,
                                    *operations));
    *operations = written(&writer);
    return SWORN_OK;
}

enum sworn_result decide(struct zone *zone, const struct signer *signer, struct octets operations,
                         struct sent *sent, const char *done, bool *waits)
{
    struct context *context = zone->context;
    bool announce = option_given(context->options, OPTION_ANNOUNCE);
    struct message message = {
        .apex = &zone->apex,
        .zone_id = zone->view.zone_id,
        .sequence = zone->view.leaf.sequence + 1,
    };
    struct octets argument;
    struct request request;
    struct hash hashes[3];

    *waits = announce || signer_keeps(signer);
    SWORN_TRY(wrap(context, &operations));
    message.operations = operations;
    if (signer_keeps(signer)) {
        SWORN_TRY(signer_request(signer, &message, context->region, &request));
        return signer_keep(signer, &request);
    }
    SWORN_TRY(signer_argument(signer, &message, context->region, &argument));
    if (announce) {
        *sent = sent_unchanged(zone, hashes);
    }
    SWORN_TRY(zone_send(zone, argument, false, sent));
    print_state(zone, announce ? "keeps the announcement" : done);
    return SWORN_OK;
}

struct sent sent_unchanged(const struct zone *zone, struct hash hashes[3])
{
    hashes[0] = zone->view.leaf.guard;
    hashes[1] = zone->view.leaf.environment;
    hashes[2] = zone->view.policy_hash;
    return (struct sent){.guard = &hashes[0], .environment = &hashes[1], .policy = &hashes[2]};
}

enum sworn_result argument_load(struct context *context, const char *path, struct octets *argument,
                                struct request *request)
{
    struct request read = {0};

    SWORN_TRY(file_read(path, ARGUMENT_MAX, context->region, argument, context->reason));
    if (request_is(*argument)) {
        SWORN_TRY(request_read(*argument, context->region, &read, context->reason));
        SWORN_TRY(request_argument(&read, argument, context->reason));
    }
    if (request != NULL) {
        *request = read;
    }
    return SWORN_OK;
}
