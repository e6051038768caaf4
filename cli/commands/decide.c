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

enum sworn_result decide(struct zone *zone, const struct signer *signer, struct octets operations,
                         struct sent *sent, const char *done, bool *kept)
{
    struct region *region = zone->context->region;
    const struct message message = {
        .apex = &zone->apex,
        .zone_id = zone->view.zone_id,
        .sequence = zone->view.leaf.sequence + 1,
        .operations = operations,
    };
    struct octets argument;
    struct request request;

    *kept = signer_keeps(signer);
    if (*kept) {
        SWORN_TRY(signer_request(signer, &message, region, &request));
        return signer_keep(signer, &request);
    }
    SWORN_TRY(signer_argument(signer, &message, region, &argument));
    SWORN_TRY(zone_send(zone, argument, false, sent));
    print_state(zone, done);
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
