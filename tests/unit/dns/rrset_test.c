/*
 * rrset_test.c - record sets have one encoding: sorted by canonical form, no duplicates, nothing
 * left over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/dns/rr.h"
#include "core/dns/rr_table.h"
#include "core/dns/rrset.h"
#include "tests/unit/dns/generate.h"

#define MEMORY ((size_t)64 << 20)

#define WIRE(literal) octets_of(literal, sizeof(literal) - 1)

static void key_of_a_set_is_read_back(void **state)
{
    struct rrset_key key;
    struct name owner;
    struct name again;
    uint16_t type;

    (void)state;
    assert_int_equal(name_from_text(octets_of_text("Www.Example."), NULL, &owner), SWORN_OK);
    rrset_key(&owner, RR_CAA, &key);
    assert_true(octets_equal(octets_of(key.octets, key.size), WIRE("example\0www\0\0\1\1")));
    assert_int_equal(rrset_key_read(octets_of(key.octets, key.size), &again, &type), SWORN_OK);
    assert_true(name_equal(&owner, &again));
    assert_int_equal(type, RR_CAA);
    /* The root's. */
    assert_int_equal(rrset_key_read(WIRE("\0\0\6"), &again, &type), SWORN_OK);
    assert_int_equal(name_labels(&again), 0);
    assert_int_equal(rrset_key_read(WIRE("\1\0\6"), &again, &type), SWORN_MALFORMED);
    assert_int_equal(rrset_key_read(WIRE("\0\0"), &again, &type), SWORN_MALFORMED);
    assert_int_equal(rrset_key_read(WIRE("a\0\0\6"), &again, &type), SWORN_MALFORMED);
    /* A leaf of NSEC3 names is no set: 01 00 and a hash. */
    assert_int_equal(rrset_key_read(WIRE("\1\0"
                                         "12345678901234567890"),
                                    &again, &type),
                     SWORN_MALFORMED);
}

/* The set that `count` generated records make. */
static void generate_set(uint64_t *seed, const struct rr_type *type, uint16_t count,
                         struct region *region, struct rrset *set)
{
    void *memory;

    assert_int_equal(region_array(region, count, sizeof(struct octets), &memory), SWORN_OK);
    *set = (struct rrset){.type = type->code, .ttl = 300, .count = count, .rdata = memory};
    name_root(&set->owner);
    for (size_t i = 0; i < count; i++) {
        struct writer rdata = writer_in(region, RDATA_MAX);
        generate_rdata(seed, type, &rdata);
        set->rdata[i] = written(&rdata);
    }
}

static struct octets canonical(uint16_t type, struct octets rdata, struct region *region)
{
    struct writer writer = writer_in(region, RDATA_MAX);

    assert_int_equal(rdata_canonical(type, rdata, &writer), SWORN_OK);
    return written(&writer);
}

static void sorted_sets_ascend_in_canonical_form(void **state)
{
    size_t count;
    const struct rr_type *types = rr_type_all(&count);
    uint64_t seed = 5;

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct region region;
        struct rrset set;
        region_init(&region, MEMORY);
        generate_set(&seed, &types[i], (uint16_t)(1 + generate_below(&seed, 40)), &region, &set);
        assert_int_equal(rrset_sort(&set, &region), SWORN_OK);
        for (size_t j = 1; j < set.count; j++) {
            assert_true(octets_compare(canonical(set.type, set.rdata[j - 1], &region),
                                       canonical(set.type, set.rdata[j], &region)) < 0);
        }
        struct writer value = writer_in(&region, MEMORY);
        struct rrset again;
        assert_int_equal(rrset_write(&set, &value), SWORN_OK);
        assert_int_equal(rrset_read(written(&value), &set.owner, set.type, &region, &again),
                         SWORN_OK);
        assert_int_equal(again.count, set.count);
        assert_int_equal(again.ttl, 300);
        for (size_t j = 0; j < set.count; j++) {
            assert_true(octets_equal(set.rdata[j], again.rdata[j]));
        }
        region_clear(&region);
    }
}

static void case_of_names_makes_no_second_record(void **state)
{
    struct octets rdata[] = {WIRE("\0\1\1b\0"), WIRE("\0\1\1A\0"), WIRE("\0\1\1B\0"),
                             WIRE("\0\1\1a\0"), WIRE("\0\0\1c\0")};
    struct rrset set = {.type = RR_MX, .count = 5, .rdata = rdata};
    struct region region;

    (void)state;
    region_init(&region, MEMORY);
    assert_int_equal(rrset_sort(&set, &region), SWORN_OK);
    assert_int_equal(set.count, 3);
    /* Of equals the first stays, with the case it came with. */
    assert_true(octets_equal(rdata[0], WIRE("\0\0\1c\0")));
    assert_true(octets_equal(rdata[1], WIRE("\0\1\1A\0")));
    assert_true(octets_equal(rdata[2], WIRE("\0\1\1b\0")));
    region_clear(&region);
}

static void case_of_text_does(void **state)
{
    struct octets rdata[] = {WIRE("\1b"), WIRE("\1B"), WIRE("\1b")};
    struct rrset set = {.type = RR_TXT, .count = 3, .rdata = rdata};
    struct region region;

    (void)state;
    region_init(&region, MEMORY);
    assert_int_equal(rrset_sort(&set, &region), SWORN_OK);
    assert_int_equal(set.count, 2);
    assert_true(octets_equal(rdata[0], WIRE("\1B")));
    region_clear(&region);
}

static void malformed_rdata_cannot_be_sorted(void **state)
{
    struct octets rdata[] = {WIRE("\0\1\1b\0"), WIRE("\0\1\1b")};
    struct rrset set = {.type = RR_MX, .count = 2, .rdata = rdata};
    struct region region;

    (void)state;
    region_init(&region, MEMORY);
    assert_int_equal(rrset_sort(&set, &region), SWORN_MALFORMED);
    region_clear(&region);
}

static void values_that_are_not_the_one_encoding_are_refused(void **state)
{
    static const struct octets values[] = {
        {(const uint8_t *)"", 0},
        {(const uint8_t *)"\0\0\1\54\0\0", 6},                      /* no record */
        {(const uint8_t *)"\200\0\0\0\0\1\0\0041234", 12},          /* TTL (RFC 2181 8) */
        {(const uint8_t *)"\0\0\1\54\0\1\0\003123", 11},            /* RDATA */
        {(const uint8_t *)"\0\0\1\54\0\2\0\0041234", 12},           /* one less */
        {(const uint8_t *)"\0\0\1\54\377\377\0\0041234", 12},       /* many less */
        {(const uint8_t *)"\0\0\1\54\0\1\0\0041234!", 13},          /* left over */
        {(const uint8_t *)"\0\0\1\54\0\2\0\0042234\0\0041234", 18}, /* order */
        {(const uint8_t *)"\0\0\1\54\0\2\0\0041234\0\0041234", 18}, /* twice */
    };
    struct region region;
    struct rrset set;
    struct name owner;

    (void)state;
    name_root(&owner);
    region_init(&region, MEMORY);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        if (rrset_read(values[i], &owner, RR_A, &region, &set) != SWORN_MALFORMED) {
            fail_msg("value %zu is taken", i);
        }
    }
    assert_int_equal(
        rrset_read(WIRE("\0\0\1\54\0\2\0\0041234\0\0042234"), &owner, RR_A, &region, &set),
        SWORN_OK);
    assert_int_equal(set.count, 2);
    region_clear(&region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_of_a_set_is_read_back),
        cmocka_unit_test(sorted_sets_ascend_in_canonical_form),
        cmocka_unit_test(case_of_names_makes_no_second_record),
        cmocka_unit_test(case_of_text_does),
        cmocka_unit_test(malformed_rdata_cannot_be_sorted),
        cmocka_unit_test(values_that_are_not_the_one_encoding_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
