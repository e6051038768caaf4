/*
 * relay.c - sworn relay: tools that know TSIG and DNS UPDATE change zones of the owner whose key is
 * here.
 */
#include "cli/relay/relay.h"

#define LISTEN_STANDARD "127.0.0.1:5353"

static enum sworn_result zones_of_options(struct relay *relay)
{
    const struct options *options = relay->context->options;
    void *memory;

    relay->zone_count = options->positional_count + options->more.count;
    SWORN_TRY(region_array(relay->context->region, relay->zone_count, sizeof(struct relay_zone),
                           &memory));
    relay->zones = memory;
    for (size_t i = 0; i < relay->zone_count; i++) {
        struct relay_zone *zone = &relay->zones[i];

        zone->text = i == 0 ? options->positional[0] : options->more.items[i - 1];
        region_init(&zone->region, SIZE_MAX / 2);
        SWORN_TRY(apex_from_text(zone->text, &zone->apex, relay->context->reason));
    }
    return SWORN_OK;
}

static enum sworn_result keys_of_options(struct relay *relay)
{
    const struct options *options = relay->context->options;
    void *memory;

    relay->key_count = options->list[OPTION_TSIG].count;
    SWORN_TRY(
        region_array(relay->context->region, relay->key_count, sizeof(struct tsig_key), &memory));
    relay->keys = memory;
    for (size_t i = 0; i < relay->key_count; i++) {
        SWORN_TRY(relay_key_read(options->list[OPTION_TSIG].items[i], relay->context->region,
                                 &relay->keys[i], relay->context->reason));
    }
    return SWORN_OK;
}

static enum sworn_result serve(struct relay *relay)
{
    const char *listen = relay->context->options->value[OPTION_LISTEN];

    SWORN_TRY(keys_of_options(relay));
    SWORN_TRY(zones_of_options(relay));
    return relay_serve(relay, listen == NULL ? LISTEN_STANDARD : listen);
}

enum sworn_result command_relay(struct context *context)
{
    struct relay relay = {.context = context};
    struct signer signer;
    enum sworn_result result;

    SWORN_TRY(signer_open(context, &signer));
    relay.signer = &signer;
    result = serve(&relay);
    for (size_t i = 0; i < relay.zone_count; i++) {
        region_clear(&relay.zones[i].region);
    }
    signer_close(&signer);
    return result;
}
