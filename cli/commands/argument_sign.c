/*
 * argument_sign.c - sworn argument sign: one more signature for a request that was kept with
 * --argument-out, by a key or from outside. Each is verified before it is taken.
 */
#include <stdio.h>

#include "cli/argument/signer.h"
#include "cli/file.h"

#define REQUEST_MAX ((size_t)128 << 20)

static enum sworn_result sign_with_keys(struct context *context, struct request *request)
{
    const struct texts *files = &context->options->list[OPTION_KEY];

    for (size_t i = 0; i < files->count; i++) {
        char text[KEY_TEXT_SIZE];
        struct owner_key key;
        const char *type;
        enum sworn_result result;

        SWORN_TRY(key_load(files->items[i], context->region, &key, context->reason));
        result = request_sign(request, &key, context->reason);
        key_public_to_text(&key.public, text);
        type = key_type_name(key.public.type);
        key_wipe(&key);
        SWORN_TRY(result);
        (void)fprintf(stderr, "sworn: signed by %s %s\n", type, text);
    }
    return SWORN_OK;
}

static enum sworn_result take_signatures(struct context *context, struct request *request)
{
    const struct texts *texts = &context->options->list[OPTION_SIGNATURE];

    for (size_t i = 0; i < texts->count; i++) {
        SWORN_TRY(request_take_text(request, texts->items[i], context->reason));
    }
    return SWORN_OK;
}

static enum sworn_result sign(struct context *context, struct request *request)
{
    enum sign_with outside;

    SWORN_TRY(sign_with_of_options(context, &outside));
    SWORN_TRY(sign_with_keys(context, request));
    SWORN_TRY(take_signatures(context, request));
    return outside == SIGN_WITH_KEYS ? SWORN_OK : request_ask(context, request, outside);
}

enum sworn_result command_argument_sign(struct context *context)
{
    const struct options *options = context->options;
    const char *path = options->positional[0];
    struct writer file = writer_in(context->region, REQUEST_MAX);
    struct request request;
    struct octets octets;

    if (!option_given(options, OPTION_KEY) && !option_given(options, OPTION_SIGNATURE) &&
        !option_given(options, OPTION_SIGN_WITH)) {
        return wrong_usage(context, "--key, --signature or --sign-with must give a signature");
    }
    SWORN_TRY(file_read(path, REQUEST_MAX, context->region, &octets, context->reason));
    SWORN_TRY(request_read(octets, context->region, &request, context->reason));
    if (!option_given(options, OPTION_SIGN_WITH)) {
        message_print(request.message, context->region);
    }
    SWORN_TRY(sign(context, &request));
    SWORN_TRY(request_write(&request, &file));
    SWORN_TRY(file_replace(path, 0644, written(&file), context->region, context->reason));
    if (request.format->layout == LAYOUT_PROVEN) {
        (void)fprintf(stderr, "sworn: %s has a proof, which the zone's guard will check\n", path);
        return SWORN_OK;
    }
    (void)fprintf(stderr, "sworn: %s: %zu of %zu keys have signed\n", path, request.count,
                  request.owners.count);
    return SWORN_OK;
}
