/*
 * signer.c - see signer.h: keys, the guard's format, and making the argument.
 */
#include "cli/argument/signer.h"

#include <string.h>

#include "cli/file.h"
#include "cli/guard/library.h"

#define REQUEST_MAX ((size_t)1 << 30)

enum sworn_result signer_open(struct context *context, struct signer *signer)
{
    const struct texts *files = &context->options->list[OPTION_KEY];
    void *memory;

    *signer = (struct signer){.context = context};
    SWORN_TRY(sign_with_of_options(context, &signer->outside));
    SWORN_TRY(region_array(context->region, files->count, sizeof(struct owner_key), &memory));
    signer->keys = memory;
    for (size_t i = 0; i < files->count; i++) {
        enum sworn_result result =
            key_load(files->items[i], context->region, &signer->keys[i], context->reason);

        if (result != SWORN_OK) {
            signer_close(signer);
            return result;
        }
        signer->key_count++;
    }
    return SWORN_OK;
}

void signer_close(struct signer *signer)
{
    for (size_t i = 0; i < signer->key_count; i++) {
        key_wipe(&signer->keys[i]);
    }
    signer->key_count = 0;
}

void signer_for_code(struct signer *signer, struct octets code, struct octets environment)
{
    signer->format_name = guard_argument(code);
    signer->format = argument_format_find(signer->format_name);
    signer->environment = environment;
}

/* Whose signature is right has to be known to take one from outside, and for its index. */
static bool wants_environment(const struct signer *signer)
{
    return signer->format != NULL &&
           (signer->outside != SIGN_WITH_KEYS || signer->format->layout == LAYOUT_KEYS);
}

enum sworn_result signer_for_zone(struct signer *signer, const struct zone *zone)
{
    struct octets code, environment = octets_of(NULL, 0);

    if (!guard_of_hash(&zone->view.leaf.guard, zone->context->region, &code)) {
        SWORN_TRY(zone_octets(zone, "guard", &zone->view.leaf.guard, &code));
    }
    signer_for_code(signer, code, environment);
    if (wants_environment(signer)) {
        SWORN_TRY(
            zone_octets(zone, "environment", &zone->view.leaf.environment, &signer->environment));
    }
    return SWORN_OK;
}

static enum sworn_result sign_all(const struct signer *signer, struct request *request)
{
    for (size_t i = 0; i < signer->key_count && request->format->layout != LAYOUT_PLAIN; i++) {
        SWORN_SAY(i == 0 || request->format->layout == LAYOUT_KEYS, signer->context->reason,
                  SWORN_INVALID, "this zone's guard takes one signature; --key is given %zu times",
                  signer->key_count);
        SWORN_TRY(request_sign(request, &signer->keys[i], signer->context->reason));
    }
    return SWORN_OK;
}

enum sworn_result signer_request(const struct signer *signer, const struct message *message,
                                 struct region *region, struct request *request)
{
    struct reason *reason = signer->context->reason;
    struct writer octets = writer_in(region, MESSAGE_MAX);

    SWORN_SAY(signer->format != NULL, reason, SWORN_INVALID,
              "this guard takes arguments of the format '%.*s', which is not made here: --argument "
              "FILE sends one",
              signer->format_name.size > 64 ? 64 : (int)signer->format_name.size,
              (const char *)signer->format_name.data);
    SWORN_TRY(message_encode(message, &octets));
    SWORN_TRY(request_begin(request, signer->format,
                            wants_environment(signer) ? signer->environment : octets_of(NULL, 0),
                            written(&octets), region, reason));
    return sign_all(signer, request);
}

bool signer_keeps(const struct signer *signer)
{
    return option_given(signer->context->options, OPTION_ARGUMENT_OUT);
}

/* Of a message that was made here: its sequence, behind 16 octets, apex and zone id, is 0. */
static bool is_creation(struct octets message)
{
    static const uint8_t zero[8];
    size_t apex = (size_t)message.data[16] << 8 | message.data[17];

    return memcmp(message.data + 18 + apex + 32, zero, sizeof(zero)) == 0;
}

static void say_what_next(const struct signer *signer, struct octets message, const char *path)
{
    notice("to sign it: 'sworn argument sign %s' with --signature or --key", path);
    if (is_creation(message)) {
        notice("to send it: this command again, with '--argument %s' in place of --sign-with, "
               "--argument-out and the records",
               path);
        return;
    }
    notice("to send it: 'sworn zone update %s --argument %s'",
           signer->context->options->positional[0], path);
}

enum sworn_result signer_keep(const struct signer *signer, struct request *request)
{
    struct context *context = signer->context;
    const char *path = context->options->value[OPTION_ARGUMENT_OUT];
    struct writer file = writer_in(request->region, REQUEST_MAX);
    struct octets argument;

    if (signer->outside == SIGN_WITH_KEYS) {
        SWORN_TRY(request_argument(request, &argument, context->reason));
        return file_create(path, 0644, argument, context->reason);
    }
    SWORN_TRY(request_write(request, &file));
    SWORN_TRY(file_create(path, 0644, written(&file), context->reason));
    SWORN_TRY(request_show_to_sign(context, request, signer->outside));
    say_what_next(signer, request->message, path);
    return SWORN_OK;
}
