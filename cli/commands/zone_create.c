/*
 * zone_create.c - sworn zone create: a zone with its guard, policy and first records. The DS
 * records come out only when all of it has been verified.
 */
#include <stdio.h>
#include <string.h>

#include "cli/commands/decide.h"
#include "cli/commands/policy.h"
#include "cli/commands/print.h"
#include "cli/file.h"
#include "cli/guard/library.h"
#include "cli/zone/load.h"
#include "cli/zone/own.h"
#include "cli/zone/zonefile.h"
#include "core/dnssec/dnssec.h"

#define ZONE_TEXT_MAX ((size_t)1 << 20)

static enum sworn_result policy_of_options(struct context *context, struct policy *policy)
{
    const struct options *options = context->options;
    uint32_t algorithm;

    policy_default(policy);
    if (option_number(options, OPTION_ALGORITHM, ALGORITHM_P256, ALGORITHM_ED25519,
                      policy->algorithm, &algorithm, context->reason) != SWORN_OK ||
        (algorithm != ALGORITHM_P256 && algorithm != ALGORITHM_ED25519)) {
        return wrong_usage(context, "--algorithm is 13 (ECDSA P-256) or 15 (Ed25519)");
    }
    SWORN_TRY(policy_options(context, policy));
    policy->algorithm = (uint8_t)algorithm;
    policy->cds = option_given(options, OPTION_CDS) ? 1 : 0;
    return SWORN_OK;
}

static enum sworn_result creation_of_options(struct context *context, struct signer *signer,
                                             struct creation *creation, bool *hashed)
{
    const struct options *options = context->options;
    struct writer policy_octets = writer_in(context->region, POLICY_MAX);
    struct policy policy;

    SWORN_TRY(policy_of_options(context, &policy));
    SWORN_TRY(limits_check(&policy, context->reason));
    SWORN_TRY(policy_write(&policy, &policy_octets));
    creation->policy = written(&policy_octets);
    creation->limits = policy.limits;
    *hashed = policy.denial == DENIAL_NSEC3;
    SWORN_TRY(guard_load(options->value[OPTION_GUARD], context->region, &creation->guard,
                         context->reason));
    SWORN_TRY(argument_environment(options, argument_format_find(guard_argument(creation->guard)),
                                   signer->keys, signer->key_count, context->region,
                                   &creation->environment, context->reason));
    signer_for_code(signer, creation->guard, creation->environment);
    return SWORN_OK;
}

/* Names are whole, with or without the final dot: so "ns1" is one below the root. */
static enum sworn_result server_name(const struct context *context, const char *text,
                                     const struct name *apex, char absolute[NAME_TEXT_SIZE])
{
    struct name root, name;

    name_root(&root);
    SWORN_SAY(name_from_text(octets_of_text(text), &root, &name) == SWORN_OK, context->reason,
              SWORN_INVALID, "--ns: '%s' is not a domain name", text);
    name_to_text(&name, absolute);
    if (strchr(text, '.') == NULL) {
        notice("--ns %s is the name %s, none inside the zone: names of servers are whole", text,
               absolute);
    }
    if (name_within(&name, apex)) {
        notice("%s is inside the zone: it needs an address there (sworn zone update --set '%s A "
               "...')",
               absolute, absolute);
    }
    return SWORN_OK;
}

/* SOA and NS for a zone without a file, as a master file (RFC 1035 5). */
static enum sworn_result zone_text(const struct context *context, const struct name *apex,
                                   struct writer *text)
{
    const struct texts *ns = &context->options->list[OPTION_NS];
    char owner[NAME_TEXT_SIZE], server[NAME_TEXT_SIZE];
    bool root = apex->size == 1;

    name_to_text(apex, owner);
    for (size_t i = 0; i < ns->count; i++) {
        SWORN_TRY(server_name(context, ns->items[i], apex, server));
        if (i == 0) {
            SWORN_TRY(write_format(text, "%s 3600 IN SOA ", owner));
            SWORN_TRY(write_text(text, server));
            SWORN_TRY(write_text(text, " hostmaster."));
            SWORN_TRY(write_text(text, root ? "" : owner));
            SWORN_TRY(write_text(text, " 1 3600 900 1209600 300\n"));
        }
        SWORN_TRY(write_text(text, owner));
        SWORN_TRY(write_text(text, " 3600 IN NS "));
        SWORN_TRY(write_text(text, server));
        SWORN_TRY(write_text(text, "\n"));
    }
    return SWORN_OK;
}

static enum sworn_result first_records(struct context *context, const struct name *apex,
                                       struct record_list *records)
{
    const char *path = context->options->value[OPTION_ZONEFILE];
    struct writer text = writer_in(context->region, ZONE_TEXT_MAX);
    struct zonefile_dropped dropped;

    records_init(records, context->region);
    if (path != NULL) {
        SWORN_TRY(zonefile_read(path, apex, records, &dropped, context->reason));
        zonefile_notice(path, &dropped);
        return SWORN_OK;
    }
    SWORN_TRY(zone_text(context, apex, &text));
    return zonefile_parse(written(&text), "--ns", apex, records, &dropped, context->reason);
}

/* By an argument that was signed elsewhere: what is in it is its signers' to know. */
static enum sworn_result create_by_argument(struct zone *zone, const struct load *load)
{
    struct context *context = zone->context;
    struct octets argument;

    SWORN_TRY(argument_load(context, context->options->value[OPTION_ARGUMENT], &argument, NULL));
    return load_create(load, argument);
}

static enum sworn_result create_by_records(struct zone *zone, struct load *load, bool hashed)
{
    struct context *context = zone->context;
    struct record_list records, nothing, own;
    struct difference difference;
    size_t requests;

    SWORN_TRY(first_records(context, &zone->apex, &records));
    records_init(&nothing, context->region);
    SWORN_TRY(
        difference_make(&nothing, &records, &zone->apex, hashed, context->region, &difference));
    load->difference = &difference;
    load->soa = records_find(&records, &zone->apex, RR_SOA);
    SWORN_TRY(load_run(load, &requests));
    if (signer_keeps(load->signer)) {
        return SWORN_OK;
    }
    SWORN_TRY(own_sets_of_view(&zone->view, &zone->apex, context->region, &own));
    return load_verify(zone, &records, &own);
}

static enum sworn_result create(struct zone *zone, struct signer *signer)
{
    struct context *context = zone->context;
    const struct options *options = context->options;
    bool by_argument = option_given(options, OPTION_ARGUMENT);
    struct creation creation = {0};
    struct load load = {.zone = zone, .signer = signer, .creation = &creation};
    bool hashed;

    SWORN_SAY(!zone->memory.known, context->reason, SWORN_CONFLICT,
              "%s was made before with this key (%s); if that zone is no more, move the file away",
              zone->apex_text, zone->memory_path);
    SWORN_TRY(creation_of_options(context, signer, &creation, &hashed));
    if (!by_argument && signer->key_count == 0 && signer->outside == SIGN_WITH_KEYS &&
        (signer->format == NULL || signer->format->layout != LAYOUT_PLAIN)) {
        return wrong_usage(context, "--key FILE is needed, or --sign-with for a signature that is "
                                    "made elsewhere");
    }
    SWORN_TRY(by_argument ? create_by_argument(zone, &load)
                          : create_by_records(zone, &load, hashed));
    if (signer_keeps(signer)) {
        return SWORN_OK;
    }
    print_state(zone, "created");
    return print_ds(&zone->view, &zone->apex);
}

enum sworn_result command_zone_create(struct context *context)
{
    const struct options *options = context->options;

    if (option_given(options, OPTION_ENV) && option_given(options, OPTION_OWNER)) {
        return wrong_usage(context, "--env and --owner cannot both be the guard's environment");
    }
    if (option_given(options, OPTION_ZONEFILE) + option_given(options, OPTION_NS) +
            option_given(options, OPTION_ARGUMENT) !=
        1) {
        return wrong_usage(context, "a new zone takes one of --zonefile FILE, --ns NAME... and "
                                    "--argument FILE");
    }
    return with_owner(context, create);
}
