/*
 * policy_test.c - a policy is in one form, within its bounds, or refused by the name of the field.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/change/policy.h"

#define DAY ((uint32_t)86400)

static void the_default_is_read_as_it_was_written(void **state)
{
    uint8_t room[POLICY_MAX];
    struct writer writer = writer_over(room, sizeof(room));
    struct policy policy;
    struct policy read;
    struct reason reason = {{0}};

    (void)state;
    policy_default(&policy);
    assert_int_equal(policy_write(&policy, &writer), SWORN_OK);
    assert_int_equal(policy_read(written(&writer), &read, &reason), SWORN_OK);
    assert_int_equal(read.lifetime, 7 * DAY);
    assert_int_equal(read.algorithm, 13);
    assert_int_equal(read.limits.code, 1 << 20);
    assert_int_equal(read.limits.table, 10000);
    assert_int_equal(read.limits.fuel, 500000000);
    assert_int_equal(read.limits.operations, 30000);
    assert_int_equal(read.limits.state, 65536);
}

/** What reading says of the default policy with one octet changed. */
static enum sworn_result with_octet(size_t position, uint8_t octet, struct reason *reason)
{
    uint8_t room[POLICY_MAX];
    struct writer writer = writer_over(room, sizeof(room));
    struct policy policy;

    policy_default(&policy);
    assert_int_equal(policy_write(&policy, &writer), SWORN_OK);
    assert_true(position < writer.used);
    room[position] = octet;
    return policy_read(written(&writer), &policy, reason);
}

/* Where each value begins: version, then fields of two octets tag, four octets length. */
enum {
    AT_ANCHOR = 2 + 6,
    AT_LIFETIME = AT_ANCHOR + 1 + 6,
    AT_ALGORITHM = AT_LIFETIME + 4 + 6,
    AT_DENIAL = AT_ALGORITHM + 1 + 6,
    AT_CDS = AT_DENIAL + 1 + 6,
    AT_ZONEMD = AT_CDS + 1 + 6,
    AT_ACME = AT_ZONEMD + 1 + 6,
    AT_LIMITS = AT_ACME + 1 + 6,
    AT_MEASUREMENTS = AT_LIMITS + 11 * 4 + 8 + 6,
};

static void what_is_out_of_bounds_is_named(void **state)
{
    static const struct {
        size_t position;
        uint8_t octet;
        const char *named;
    } cases[] = {
        {0, 1, "version"},
        {3, 2, "anchor"},
        {AT_ANCHOR, 1, "anchor 1 is not in this version"},
        {AT_LIFETIME, 1, "lifetime"},
        {AT_ALGORITHM, 8, "algorithm 8"},
        {AT_DENIAL, 2, "denial 2 is neither 0 (NSEC) nor 1 (NSEC3)"},
        {AT_CDS, 3, "CDS 3"},
        {AT_ZONEMD, 2, "ZONEMD 2 is neither 0 (off) nor 1 (on)"},
        {AT_ACME, 1, "ACME 1 is not in this version"},
        {AT_LIMITS, 1, "code"},
        {AT_LIMITS + 4, 1, "memory"},
        {AT_LIMITS + 8, 1, "stack"},
        {AT_LIMITS + 12, 1, "recursion"},
        {AT_LIMITS + 16, 1, "table"},
        {AT_LIMITS + 20, 1, "fuel"},
        {AT_LIMITS + 28, 1, "operations"},
        {AT_LIMITS + 32, 1, "changed"},
        {AT_LIMITS + 36, 1, "visited"},
        {AT_LIMITS + 40, 1, "environment"},
        {AT_LIMITS + 44, 1, "argument"},
        {AT_LIMITS + 48, 1, "state"},
        {AT_MEASUREMENTS, 1, "measurements"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct reason reason = {{0}};

        assert_int_not_equal(with_octet(cases[i].position, cases[i].octet, &reason), SWORN_OK);
        if (strstr(reason.text, cases[i].named) == NULL) {
            fail_msg("\"%s\" does not say \"%s\"", reason.text, cases[i].named);
        }
    }
}

/* With less the enclave's own work on the zone would be begun again for ever, and never done. */
static void a_zone_keeps_room_for_the_work_that_the_enclave_owes_it(void **state)
{
    (void)state;
    for (uint32_t changed = 0; changed < 8; changed++) {
        uint8_t room[POLICY_MAX];
        struct writer writer = writer_over(room, sizeof(room));
        struct policy policy;
        enum sworn_result expected = changed < 4 ? SWORN_LIMIT : SWORN_OK;

        policy_default(&policy);
        policy.limits.changed = changed;
        assert_int_equal(policy_write(&policy, &writer), expected);
    }
}

static void a_lifetime_is_one_to_fourteen_days(void **state)
{
    static const struct {
        uint32_t lifetime;
        enum sworn_result result;
    } cases[] = {{DAY - 1, SWORN_INVALID},
                 {DAY, SWORN_OK},
                 {14 * DAY, SWORN_OK},
                 {14 * DAY + 1, SWORN_INVALID}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t room[POLICY_MAX];
        struct writer writer = writer_over(room, sizeof(room));
        struct policy policy;

        policy_default(&policy);
        policy.lifetime = cases[i].lifetime;
        assert_int_equal(policy_write(&policy, &writer), cases[i].result);
    }
}

static void a_policy_cut_short_or_with_more_is_malformed(void **state)
{
    uint8_t room[POLICY_MAX] = {0};
    struct writer writer = writer_over(room, sizeof(room));
    struct policy policy;
    struct reason reason;

    (void)state;
    policy_default(&policy);
    assert_int_equal(policy_write(&policy, &writer), SWORN_OK);
    for (size_t size = 0; size < writer.used; size++) {
        assert_int_equal(policy_read(octets_of(room, size), &policy, &reason), SWORN_MALFORMED);
    }
    assert_int_equal(policy_read(octets_of(room, writer.used + 1), &policy, &reason),
                     SWORN_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_is_read_as_it_was_written),
        cmocka_unit_test(what_is_out_of_bounds_is_named),
        cmocka_unit_test(a_zone_keeps_room_for_the_work_that_the_enclave_owes_it),
        cmocka_unit_test(a_lifetime_is_one_to_fourteen_days),
        cmocka_unit_test(a_policy_cut_short_or_with_more_is_malformed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
