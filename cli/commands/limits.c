/*
 * limits.c - what a guard may use, by the names of --limit; see policy.h.
 */
#include "cli/commands/policy.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

/* The limits by name, in the order of struct guard_limits. */
static const struct {
    const char *name;
    size_t offset;
    bool wide; /* 64 bits */
} limits[] = {
#define LIMIT(member)                                                                              \
    {                                                                                              \
#member, offsetof(struct guard_limits, member), false                                      \
    }
    LIMIT(code),        LIMIT(memory),   LIMIT(stack),
    LIMIT(recursion),   LIMIT(table),    {"fuel", offsetof(struct guard_limits, fuel), true},
    LIMIT(operations),  LIMIT(changed),  LIMIT(visited),
    LIMIT(environment), LIMIT(argument), LIMIT(state),
#undef LIMIT
};

static bool limit_set(struct guard_limits *target, const char *text)
{
    const char *equals = strchr(text, '=');
    uint64_t number;

    for (size_t i = 0; equals != NULL && i < sizeof(limits) / sizeof(limits[0]); i++) {
        uint8_t *at = (uint8_t *)target + limits[i].offset;
        uint32_t narrow;

        if (strlen(limits[i].name) != (size_t)(equals - text) ||
            strncmp(limits[i].name, text, (size_t)(equals - text)) != 0) {
            continue;
        }
        if (!decimal_of_text(equals + 1, &number) || (!limits[i].wide && number > UINT32_MAX)) {
            return false;
        }
        narrow = (uint32_t)number;
        memcpy(at, limits[i].wide ? (const void *)&number : &narrow, limits[i].wide ? 8 : 4);
        return true;
    }
    return false;
}

enum sworn_result limit_options(struct context *context, struct guard_limits *target)
{
    const struct texts *texts = &context->options->list[OPTION_LIMIT];

    for (size_t i = 0; i < texts->count; i++) {
        if (!limit_set(target, texts->items[i])) {
            return wrong_usage(context,
                               "--limit takes NAME=NUMBER, not '%s'; names: code, memory, stack, "
                               "recursion, table, "
                               "fuel, operations, changed, visited, environment, argument, state",
                               texts->items[i]);
        }
    }
    return SWORN_OK;
}

static uint64_t limit_get(const struct guard_limits *from, size_t i)
{
    const uint8_t *at = (const uint8_t *)from + limits[i].offset;
    uint64_t wide;
    uint32_t narrow;

    if (limits[i].wide) {
        memcpy(&wide, at, sizeof(wide));
        return wide;
    }
    memcpy(&narrow, at, sizeof(narrow));
    return narrow;
}

enum sworn_result limits_check(const struct policy *policy, struct reason *reason)
{
    uint8_t room[POLICY_MAX];
    struct writer writer = writer_over(room, sizeof(room));
    struct guard_limits most;
    struct policy again;

    guard_limits_most(&most);
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        SWORN_SAY(limit_get(&policy->limits, i) <= limit_get(&most, i), reason, SWORN_LIMIT,
                  "--limit %s=%" PRIu64 ": no policy can have more than %" PRIu64, limits[i].name,
                  limit_get(&policy->limits, i), limit_get(&most, i));
    }
    SWORN_TRY(policy_write(policy, &writer));
    return policy_read(written(&writer), &again, reason);
}

json_t *limits_json(const struct guard_limits *shown)
{
    json_t *object = json_object();

    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        (void)json_object_set_new(object, limits[i].name,
                                  json_integer((json_int_t)limit_get(shown, i)));
    }
    return object;
}

void limits_print(const struct guard_limits *shown)
{
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        (void)printf("%s%s %" PRIu64, i == 0 ? "" : ", ", limits[i].name, limit_get(shown, i));
    }
    (void)putchar('\n');
}
