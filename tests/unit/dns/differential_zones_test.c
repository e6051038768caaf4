/*
 * differential_zones_test.c - real zones, read by libzscanner, ldns and core/dns: the same records,
 * and again after core/dns has printed them; the same canonical form.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/dns/rrset.h"
#include "tests/unit/dns/oracle.h"

#define MEMORY ((size_t)1 << 30)
#define TEXT   ((size_t)256 << 20)

static void assert_same(const struct oracle_records *ours, const struct oracle_records *theirs,
                        const char *who)
{
    if (ours->count != theirs->count) {
        fail_msg("%zu records here, %zu by %s", ours->count, theirs->count, who);
    }
    for (size_t i = 0; i < ours->count; i++) {
        const struct oracle_record *a = &ours->list[i];
        const struct oracle_record *b = &theirs->list[i];
        char owner[NAME_TEXT_SIZE];
        bool same = name_equal(&a->owner, &b->owner) && a->type == b->type && a->ttl == b->ttl &&
                    octets_equal(a->rdata, b->rdata);

        name_to_text(&a->owner, owner);
        if (!same) {
            fail_msg("record %zu, %s type %u TTL %u %s is by %s: type %u TTL %u %s", i, owner,
                     a->type, a->ttl, oracle_hex(a->rdata, ours->region), who, b->type, b->ttl,
                     oracle_hex(b->rdata, ours->region));
        }
    }
}

static void print(const struct oracle_records *records, struct writer *text)
{
    for (size_t i = 0; i < records->count; i++) {
        struct octets rdata = records->list[i].rdata;
        struct rrset set = {.owner = records->list[i].owner,
                            .type = records->list[i].type,
                            .ttl = records->list[i].ttl,
                            .count = 1,
                            .rdata = &rdata};
        assert_int_equal(master_print(&set, text), SWORN_OK);
    }
}

static void assert_canonical(const struct oracle_records *records)
{
    for (size_t i = 0; i < records->count; i++) {
        const struct oracle_record *record = &records->list[i];
        struct region region;
        struct octets theirs;

        region_init(&region, MEMORY);
        struct writer ours = writer_in(&region, RDATA_MAX);
        assert_int_equal(rdata_canonical(record->type, record->rdata, &ours), SWORN_OK);
        assert_true(oracle_ldns_canonical(record->type, record->rdata, &region, &theirs));
        if (!octets_equal(written(&ours), theirs)) {
            fail_msg("canonical form of type %u is %s, by ldns %s", record->type,
                     oracle_hex(written(&ours), &region), oracle_hex(theirs, &region));
        }
        region_clear(&region);
    }
}

static void assert_parses_the_same(struct octets text, struct region *region,
                                   struct oracle_records *ours)
{
    struct oracle_records zscanner = {.region = region};
    struct oracle_records ldns = {.region = region};

    if (!oracle_ours(text, ours)) {
        fail_msg("%s", ours->error);
    }
    if (!oracle_zscanner(text, &zscanner)) {
        fail_msg("%s", zscanner.error);
    }
    if (!oracle_ldns(text, &ldns)) {
        fail_msg("%s", ldns.error);
    }
    assert_same(ours, &zscanner, "libzscanner");
    assert_same(ours, &ldns, "ldns");
}

static void zone_is_read_and_printed_as_others_do(void **state)
{
    const char *file = *state;
    struct region region;
    struct octets text;

    region_init(&region, MEMORY);
    if (!data_zone(file, &region, &text)) {
        region_clear(&region);
        print_message("xz is not installed: %s is not compared\n", file);
        skip();
    }
    struct oracle_records first = {.region = &region};
    assert_parses_the_same(text, &region, &first);
    assert_true(first.count > 20000);
    assert_canonical(&first);

    struct writer printed = writer_in(&region, TEXT);
    struct oracle_records second = {.region = &region};
    print(&first, &printed);
    assert_parses_the_same(written(&printed), &region, &second);
    assert_same(&first, &second, "the parser, of what was printed,");
    region_clear(&region);
}

#define ZONE(file)                                                                                 \
    {                                                                                              \
        .name = "zone_is_read_and_printed_as_others_do: " file,                                    \
        .test_func = zone_is_read_and_printed_as_others_do,                                        \
        .initial_state = (void *)(uintptr_t)(file)                                                 \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ZONE("root-2017-signed.zone.xz"),
        ZONE("root-2025-01-13.zone.xz"),
        ZONE("root-2025-01-14.zone.xz"),
        ZONE("root-2025-01-15.zone.xz"),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
