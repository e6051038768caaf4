/*
 * validate_test.c - which results of a request are no zone, and what is said of them.
 */
#include "tests/unit/change/fixture.h"

#define REMOVE(type, name)                                                                         \
    "{\"RemoveRecords\":{\"record\":\"" type "\",\"name\":\"" name "\",\"index\":null}}"

static void an_empty_zone_lacks_its_soa_then_its_ns(void **state)
{
    struct fixture f;

    (void)state;
    fixture_empty(&f, "demo.test.");
    assert_not_valid(&f, "demo.test. SOA: the apex has none");
    set(&f, "@", "SOA", NULL, SOA_CONTENT);
    assert_not_valid(&f, "demo.test. NS: the apex has none");
    set(&f, "@", "NS", NULL, "ns.example.");
    assert_valid(&f);
    fixture_end(&f);
}

static void a_zone_has_one_soa_at_its_apex(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    append(&f, "@", "SOA", NULL, "ns1 other 8 1 2 3 4");
    assert_not_valid(&f, "demo.test. SOA: more than one record");
    set(&f, "@", "SOA", NULL, "ns1 other 8 1 2 3 4");
    assert_valid(&f);
    set(&f, "sub", "SOA", NULL, SOA_CONTENT);
    assert_not_valid(&f, "sub.demo.test. SOA: only the apex has one");
    fixture_end(&f);
}

static void removing_soa_or_ns_of_the_apex_is_noticed(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    assert_applied(&f, REMOVE("NS", "@"));
    assert_not_valid(&f, "demo.test. NS: the apex has none");
    set(&f, "@", "NS", NULL, "ns1");
    assert_valid(&f);
    assert_applied(&f, REMOVE("SOA", ""));
    assert_not_valid(&f, "demo.test. SOA: the apex has none");
    fixture_end(&f);
}

static void a_cname_is_alone_and_single(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "www", "CNAME", NULL, "ns1");
    assert_valid(&f);
    append(&f, "www", "CNAME", NULL, "ns2");
    assert_not_valid(&f, "www.demo.test. CNAME: more than one record");
    set(&f, "www", "CNAME", NULL, "ns2");
    fixture_commit(&f);

    set(&f, "www", "A", NULL, "192.0.2.1");
    assert_not_valid(&f, "www.demo.test. CNAME: other data at the same name");
    assert_applied(&f, REMOVE("CNAME", "www"));
    assert_valid(&f);
    fixture_end(&f);
}

static void a_cname_at_the_apex_is_named_as_the_cause(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "@", "CNAME", NULL, "www.example.");
    assert_not_valid(&f, "demo.test. CNAME: other data at the same name");
    fixture_end(&f);
}

static void a_cname_beside_ns_is_refused(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "sub", "NS", NULL, "ns.example.");
    set(&f, "sub", "CNAME", NULL, "www");
    assert_not_valid(&f, "sub.demo.test. CNAME: other data at the same name");
    fixture_end(&f);
}

static void a_cname_may_have_names_below(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "www", "CNAME", NULL, "ns1");
    set(&f, "a.www", "A", NULL, "192.0.2.1");
    set(&f, "www\\\\000", "A", NULL, "192.0.2.1");
    assert_valid(&f);
    fixture_end(&f);
}

static void a_dname_is_single_and_not_beside_cname_or_a_cut(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "tree", "DNAME", NULL, "other.example.");
    set(&f, "tree", "A", NULL, "192.0.2.1");
    set(&f, "hidden.tree", "A", NULL, "192.0.2.1");
    set(&f, "@", "DNAME", NULL, "whole.example.");
    assert_valid(&f);

    append(&f, "tree", "DNAME", NULL, "third.example.");
    assert_not_valid(&f, "tree.demo.test. DNAME: more than one record");
    set(&f, "tree", "DNAME", NULL, "other.example.");
    set(&f, "tree", "NS", NULL, "ns.example.");
    assert_not_valid(&f, "tree.demo.test. DNAME: NS at the same name below the apex");
    assert_applied(&f, REMOVE("NS", "tree"));
    assert_applied(&f, REMOVE("A", "tree"));
    set(&f, "tree", "CNAME", NULL, "www");
    assert_not_valid(&f, "tree.demo.test. CNAME: other data at the same name");
    fixture_end(&f);
}

static void a_ds_belongs_to_a_delegation(void **state)
{
    static const char ds[] =
        "1 13 2 0000000000000000000000000000000000000000000000000000000000000000";
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "@", "DS", NULL, ds);
    assert_not_valid(&f, "demo.test. DS: not at the apex");
    assert_applied(&f, REMOVE("DS", "@"));
    set(&f, "sub", "DS", NULL, ds);
    assert_not_valid(&f, "sub.demo.test. DS: no NS at the same name");
    set(&f, "sub", "NS", NULL, "ns.sub");
    set(&f, "ns.sub", "A", NULL, "192.0.2.1");
    assert_valid(&f);
    fixture_commit(&f);
    assert_applied(&f, REMOVE("NS", "sub"));
    assert_not_valid(&f, "sub.demo.test. DS: no NS at the same name");
    fixture_end(&f);
}

static void a_cut_may_be_made_over_names_and_over_other_data(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "a.sub", "TXT", NULL, "hidden");
    set(&f, "sub", "TXT", NULL, "hidden");
    set(&f, "sub", "NS", NULL, "ns.example.");
    assert_valid(&f);
    fixture_end(&f);
}

static void a_wildcard_is_no_delegation(void **state)
{
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    set(&f, "*.sub", "NS", NULL, "ns.example.");
    assert_not_valid(&f, "*.sub.demo.test. NS: a wildcard cannot be delegated");
    fixture_end(&f);
}

static void the_apex_may_begin_with_an_asterisk(void **state)
{
    struct fixture f;

    (void)state;
    fixture_empty(&f, "*.demo.test.");
    set(&f, "@", "SOA", NULL, SOA_CONTENT);
    set(&f, "@", "NS", NULL, "ns.example.");
    assert_valid(&f);
    fixture_end(&f);
}

static void a_set_of_the_enclaves_must_fit_a_message_too(void **state)
{
    static uint8_t large[65000];
    struct octets rdata = octets_of(large, sizeof(large));
    struct rrset rrset = {.type = RR_DNSKEY, .ttl = 3600, .count = 1, .rdata = &rdata};
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    rrset.owner = f.change.apex;
    assert_int_equal(change_put(&f.change, &rrset), SWORN_OK);
    assert_int_equal(change_validate(&f.change, &f.reason), SWORN_INVALID);
    assert_non_null(strstr(f.reason.text, "demo.test. DNSKEY: the set with its signature"));
    fixture_end(&f);
}

/* Each of a name's types is in its NSEC: whoever touches the name pays for all of them. */
static void a_name_owns_a_bounded_number_of_sets(void **state)
{
    enum { MOST = 128, FIRST_TYPE = 65280 };
    static const uint8_t octet[] = {1};
    struct octets rdata = octets_of(octet, 1);
    struct fixture f;

    (void)state;
    fixture_zone(&f);
    for (int i = 0; i <= MOST; i++) {
        struct rrset rrset = {.owner = name_of("many.demo.test."),
                              .type = (uint16_t)(FIRST_TYPE + i),
                              .ttl = 300,
                              .count = 1,
                              .rdata = &rdata};

        assert_valid(&f);
        assert_int_equal(change_put(&f.change, &rrset), SWORN_OK);
    }
    assert_not_valid(&f, "many.demo.test.: more than 128 record sets at one name");
    assert_applied(&f, REMOVE("TYPE65280", "many"));
    assert_valid(&f);
    fixture_end(&f);
}

static void names_are_looked_at_whole_in_a_root_zone(void **state)
{
    struct fixture f;

    (void)state;
    fixture_empty(&f, ".");
    set(&f, "", "SOA", NULL, "a. b. 1 2 3 4 5");
    set(&f, "@", "NS", NULL, "a.example.");
    set(&f, "com", "NS", NULL, "a.example.");
    assert_valid(&f);
    set(&f, "com", "CNAME", NULL, "net");
    assert_not_valid(&f, "com. CNAME: other data at the same name");
    fixture_end(&f);
}

static void removing_what_is_not_there_touches_nothing(void **state)
{
    struct fixture f;
    struct rrset_key *keys;
    size_t count;
    struct name name = name_of("nothing.demo.test.");

    (void)state;
    fixture_zone(&f);
    assert_int_equal(change_remove(&f.change, &name, RR_A), SWORN_OK);
    assert_applied(&f, REMOVE("A", "nothing"));
    assert_int_equal(change_differences(&f.change, &keys, &count), SWORN_OK);
    assert_int_equal(count, 0);
    fixture_end(&f);
}

static void differences_are_sorted_and_without_duplicates(void **state)
{
    struct fixture f;
    struct rrset_key *keys, expected;
    size_t count;
    static const char *const owners[] = {"a.demo.test.", "b.demo.test.", "z.b.demo.test."};

    (void)state;
    fixture_zone(&f);
    set(&f, "z.b", "A", NULL, "192.0.2.1");
    set(&f, "b", "A", NULL, "192.0.2.1");
    set(&f, "a", "A", NULL, "192.0.2.1");
    set(&f, "gone", "A", NULL, "192.0.2.1");
    set(&f, "z.B", "A", NULL, "192.0.2.2");
    assert_applied(&f, REMOVE("A", "gone"));

    assert_int_equal(change_differences(&f.change, &keys, &count), SWORN_OK);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < 3; i++) {
        struct name owner = name_of(owners[i]);

        rrset_key(&owner, RR_A, &expected);
        assert_int_equal(keys[i].size, expected.size);
        assert_memory_equal(keys[i].octets, expected.octets, expected.size);
    }
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_zone_lacks_its_soa_then_its_ns),
        cmocka_unit_test(a_zone_has_one_soa_at_its_apex),
        cmocka_unit_test(removing_soa_or_ns_of_the_apex_is_noticed),
        cmocka_unit_test(a_cname_is_alone_and_single),
        cmocka_unit_test(a_cname_at_the_apex_is_named_as_the_cause),
        cmocka_unit_test(a_cname_beside_ns_is_refused),
        cmocka_unit_test(a_cname_may_have_names_below),
        cmocka_unit_test(a_dname_is_single_and_not_beside_cname_or_a_cut),
        cmocka_unit_test(a_ds_belongs_to_a_delegation),
        cmocka_unit_test(a_cut_may_be_made_over_names_and_over_other_data),
        cmocka_unit_test(a_wildcard_is_no_delegation),
        cmocka_unit_test(the_apex_may_begin_with_an_asterisk),
        cmocka_unit_test(a_set_of_the_enclaves_must_fit_a_message_too),
        cmocka_unit_test(a_name_owns_a_bounded_number_of_sets),
        cmocka_unit_test(names_are_looked_at_whole_in_a_root_zone),
        cmocka_unit_test(removing_what_is_not_there_touches_nothing),
        cmocka_unit_test(differences_are_sorted_and_without_duplicates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
