/*
 * argument_show.c - sworn argument show: what a request or an argument asks for, in words, and who
 * has signed it. Offline.
 */
#include <inttypes.h>
#include <stdio.h>

#include "cli/argument/signer.h"
#include "cli/file.h"

#define REQUEST_MAX ((size_t)128 << 20)

static bool has_signed(const struct request *request, size_t owner)
{
    for (size_t i = 0; i < request->count; i++) {
        if (request->signatures[i].key == owner) {
            return true;
        }
    }
    return false;
}

static enum sworn_result show_request(struct context *context, struct request *request)
{
    const char *out = context->options->value[OPTION_ARGUMENT_OUT];
    enum sign_with what;
    struct octets argument;

    SWORN_TRY(sign_with_of_options(context, &what));
    if (what != SIGN_WITH_KEYS) {
        return request_show_to_sign(context, request, what);
    }
    if (out != NULL) {
        SWORN_TRY(request_argument(request, &argument, context->reason));
        return file_create(out, 0644, argument, context->reason);
    }
    message_print(request->message, context->region);
    (void)printf("\nformat  %s\n", request->format->name);
    for (size_t i = 0; i < request->owners.count; i++) {
        char text[KEY_TEXT_SIZE];

        key_public_to_text(&request->owners.keys[i], text);
        (void)printf("key     %s %s: %s\n", key_type_name(request->owners.keys[i].type), text,
                     has_signed(request, i) ? "has signed" : "has not signed");
    }
    return SWORN_OK;
}

static enum sworn_result show_argument(struct context *context, struct octets octets)
{
    struct argument_parts parts;

    SWORN_SAY(argument_split(octets, &parts) == SWORN_OK, context->reason, SWORN_MALFORMED,
              "this is neither a request nor an argument with a sworn-update-v1 message");
    if (option_given(context->options, OPTION_SIGN_WITH) ||
        option_given(context->options, OPTION_ARGUMENT_OUT)) {
        return wrong_usage(context, "this is an argument, signed already, and no request");
    }
    message_print(parts.message, context->region);
    (void)printf("\nsigned  %zu octets; by whom, the zone's guard knows\n",
                 parts.before.size + parts.behind.size);
    return SWORN_OK;
}

enum sworn_result command_argument_show(struct context *context)
{
    struct request request;
    struct octets octets;

    SWORN_TRY(file_read(context->options->positional[0], REQUEST_MAX, context->region, &octets,
                        context->reason));
    if (!request_is(octets)) {
        return show_argument(context, octets);
    }
    SWORN_TRY(request_read(octets, context->region, &request, context->reason));
    return show_request(context, &request);
}
