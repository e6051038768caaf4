/*
 * zone_policy.c - sworn zone policy: another policy for a zone, decided by its guard like anything.
 */
#include "cli/commands/policy.h"
#include "cli/commands/print.h"
#include "cli/zone/load.h"

#define DAY          ((uint32_t)24 * 60 * 60)
#define ARGUMENT_MAX ((size_t)64 * 1024)

/* A word of a list to its place in it. */
static bool word_of(const char *text, const char *const *words, size_t count, uint8_t *number)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, words[i]) == 0) {
            *number = (uint8_t)i;
            return true;
        }
    }
    return false;
}

enum sworn_result policy_options(struct context *context, struct policy *policy)
{
    static const char *const denials[] = {"nsec", "nsec3"};
    const struct options *options = context->options;
    const char *denial = options->value[OPTION_DENIAL];
    uint32_t days;

    if (denial != NULL && !word_of(denial, denials, 2, &policy->denial)) {
        return wrong_usage(context, "--denial is nsec or nsec3");
    }
    if (option_number(options, OPTION_LIFETIME, 1, 14, 0, &days, context->reason) != SWORN_OK) {
        return wrong_usage(context, "--lifetime is 1 to 14 days");
    }
    if (days > 0) {
        policy->lifetime = days * DAY;
    }
    return SWORN_OK;
}

static enum sworn_result changed_policy(struct context *context, const struct zone *zone,
                                        struct octets *octets)
{
    static const char *const cds[] = {"off", "on", "delete"};
    const char *wanted = context->options->value[OPTION_CDS_MODE];
    struct writer writer = writer_in(context->region, POLICY_MAX);
    struct policy policy = zone->view.policy;

    SWORN_TRY(policy_options(context, &policy));
    if (wanted != NULL && !word_of(wanted, cds, 3, &policy.cds)) {
        return wrong_usage(context, "--cds is on, off or delete");
    }
    wanted = context->options->value[OPTION_ZONEMD];
    if (wanted != NULL && !word_of(wanted, cds, 2, &policy.zonemd)) {
        return wrong_usage(context, "--zonemd is on or off");
    }
    SWORN_TRY(policy_write(&policy, &writer));
    *octets = written(&writer);
    return SWORN_OK;
}

static enum sworn_result change(struct zone *zone, const struct owner_key *key)
{
    struct context *context = zone->context;
    struct writer operations = writer_in(context->region, ARGUMENT_MAX);
    struct message message = {.apex = &zone->apex};
    struct octets policy, argument;
    struct hash guard, environment, policy_hash;
    struct sent sent = {0};

    SWORN_TRY(zone_show(zone, NULL));
    SWORN_TRY(changed_policy(context, zone, &policy));
    SWORN_TRY(sha256_one(policy, &policy_hash));
    SWORN_TRY(operation_policy(&operations, policy));
    message.zone_id = zone->view.zone_id;
    message.sequence = zone->view.leaf.sequence + 1;
    message.operations = written(&operations);
    SWORN_TRY(message_sign(&message, key, context->region, &argument));
    guard = zone->view.leaf.guard;
    environment = zone->view.leaf.environment;
    sent = (struct sent){.guard = &guard, .environment = &environment, .policy = &policy_hash};
    SWORN_TRY(zone_send(zone, argument, false, &sent));
    print_state(zone, "has a new policy");
    if (zone->view.leaf.denial_change != CHANGE_NONE) {
        notice("the change of denial goes on by steps; 'sworn zone show' says when it is done");
    }
    return SWORN_OK;
}

enum sworn_result command_zone_policy(struct context *context)
{
    struct owner_key key;
    struct zone zone;
    enum sworn_result result;

    if ((context->options->given & (OPTION_BIT(OPTION_DENIAL) | OPTION_BIT(OPTION_LIFETIME) |
                                    OPTION_BIT(OPTION_CDS_MODE) | OPTION_BIT(OPTION_ZONEMD))) ==
        0) {
        return wrong_usage(context,
                           "--denial, --lifetime, --cds or --zonemd must say what changes");
    }
    SWORN_TRY(zone_open(context, context->options->positional[0], &zone));
    SWORN_TRY(
        key_load(context->options->value[OPTION_KEY], context->region, &key, context->reason));
    result = change(&zone, &key);
    key_wipe(&key);
    return result;
}
