/*
 * zone_policy.c - sworn zone policy: another policy for a zone, decided by its guard like anything.
 */
#include "cli/commands/policy.h"

#include "cli/commands/decide.h"

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
    return limit_options(context, &policy->limits);
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
    SWORN_TRY(limits_check(&policy, context->reason));
    SWORN_TRY(policy_write(&policy, &writer));
    *octets = written(&writer);
    return SWORN_OK;
}

static enum sworn_result change(struct zone *zone, struct signer *signer)
{
    struct context *context = zone->context;
    struct writer operations = writer_in(context->region, ARGUMENT_MAX);
    struct hash hashes[3];
    struct octets policy;
    struct sent sent = sent_unchanged(zone, hashes);
    bool waits;

    SWORN_TRY(changed_policy(context, zone, &policy));
    SWORN_TRY(sha256_one(policy, &hashes[2]));
    SWORN_TRY(operation_policy(&operations, policy));
    SWORN_TRY(decide(zone, signer, written(&operations), &sent, "has a new policy", &waits));
    if (!waits && zone->view.leaf.denial_change != CHANGE_NONE) {
        notice("the change of denial goes on by steps; 'sworn zone show' says when it is done");
    }
    return SWORN_OK;
}

enum sworn_result command_zone_policy(struct context *context)
{
    const uint64_t something = OPTION_BIT(OPTION_DENIAL) | OPTION_BIT(OPTION_LIFETIME) |
                               OPTION_BIT(OPTION_CDS_MODE) | OPTION_BIT(OPTION_ZONEMD) |
                               OPTION_BIT(OPTION_LIMIT);

    if ((context->options->given & something) == 0) {
        return wrong_usage(
            context, "--denial, --lifetime, --cds, --zonemd or --limit must say what changes");
    }
    return with_owned_zone(context, change);
}
