/*
 * A signed zone is accepted only when every signature is there, is the proven key's, is valid now,
 * and the NSEC chain names exactly what is there. The zone is signed here, set by set.
 */
#include "tests/unit/cli/world.h"

#include <sodium.h>

#include "cli/zone/authority.h"
#include "core/dnssec/dnssec.h"

#define NOW 1700000000U

struct fixture {
    struct region region;
    struct name apex;
    uint8_t public_key[32], secret_key[64];
    struct octets dnskey;
    struct record_list list;
    struct signed_zone zone;
    struct reason reason;
};

static struct rrsig rrsig_for(const struct fixture *fixture, const struct rrset *set)
{
    return (struct rrsig){
        .type_covered = set->type,
        .algorithm = ALGORITHM_ED25519,
        .labels = rrsig_labels(&set->owner),
        .original_ttl = set->ttl,
        .expiration = NOW + 3600,
        .inception = NOW - 3600,
        .key_tag = key_tag(fixture->dnskey),
        .signer = fixture->apex,
    };
}

static void sign_with(struct fixture *fixture, struct record_set *set, struct rrsig *rrsig)
{
    struct writer covered = writer_in(&fixture->region, 1 << 16);
    struct writer rdata = writer_in(&fixture->region, 1 << 16);
    uint8_t signature[64];
    void *memory;

    assert_int_equal(rrsig_covered(rrsig, &set->rrset, &fixture->region, &covered), SWORN_OK);
    crypto_sign_detached(signature, NULL, covered.start, covered.used, fixture->secret_key);
    rrsig->signature = octets_of(signature, sizeof(signature));
    assert_int_equal(rrsig_write(rrsig, &rdata), SWORN_OK);
    assert_int_equal(region_array(&fixture->region, 1, sizeof(struct octets), &memory), SWORN_OK);
    set->rrsig = memory;
    set->rrsig[0] = written(&rdata);
    set->rrsig_count = 1;
}

static void sign(struct fixture *fixture, struct record_set *set)
{
    struct rrsig rrsig = rrsig_for(fixture, &set->rrset);

    sign_with(fixture, set, &rrsig);
}

/* A zone with an apex, a wildcard, a cut with DS and glue below and at it, a DNAME, and a name. */
static void zone_make(struct fixture *fixture)
{
    struct record_list *list = &fixture->list;

    world_add(list, "demo.test.", RR_NS, 3600, "ns.example.", NULL);
    world_add(list, "demo.test.", RR_SOA, 3600, "a. b. 1 2 3 4 300", NULL);
    world_add(list, "demo.test.", RR_NSEC, 300, "*.demo.test. NS SOA RRSIG NSEC", NULL);
    world_add(list, "*.demo.test.", RR_TXT, 60, "\"any\"", NULL);
    world_add(list, "*.demo.test.", RR_NSEC, 300, "cut.demo.test. TXT RRSIG NSEC", NULL);
    world_add(list, "cut.demo.test.", RR_A, 60, "192.0.2.1", NULL);
    world_add(list, "cut.demo.test.", RR_NS, 60, "cut.demo.test.", NULL);
    world_add(list, "cut.demo.test.", RR_DS, 60,
              "1 13 2 "
              "0000000000000000000000000000000000000000000000000000000000000000",
              NULL);
    world_add(list, "cut.demo.test.", RR_NSEC, 300, "dn.demo.test. NS DS RRSIG NSEC", NULL);
    world_add(list, "ns.cut.demo.test.", RR_A, 60, "192.0.2.2", NULL);
    world_add(list, "dn.demo.test.", RR_DNAME, 60, "example.", NULL);
    world_add(list, "dn.demo.test.", RR_NSEC, 300, "www.demo.test. DNAME RRSIG NSEC", NULL);
    world_add(list, "x.dn.demo.test.", RR_A, 60, "192.0.2.3", NULL);
    world_add(list, "www.demo.test.", RR_A, 60, "192.0.2.4", NULL);
    world_add(list, "www.demo.test.", RR_NSEC, 300, "demo.test. A RRSIG NSEC", NULL);
    assert_int_equal(records_order(list), SWORN_OK);
}

static struct record_set *set_at(struct fixture *fixture, const char *owner, uint16_t type)
{
    struct name name = world_name(owner);
    struct record_set *set = records_find(&fixture->list, &name, type);

    assert_non_null(set);
    return set;
}

static int open_fixture(void **state)
{
    const uint8_t seed[32] = {5};
    struct fixture *fixture = test_calloc(1, sizeof(*fixture));
    struct writer dnskey;
    struct authority authority;

    region_init(&fixture->region, (size_t)64 << 20);
    fixture->apex = world_name("demo.test.");
    crypto_sign_seed_keypair(fixture->public_key, fixture->secret_key, seed);
    dnskey = writer_in(&fixture->region, 512);
    assert_int_equal(dnskey_write(ALGORITHM_ED25519, octets_of(fixture->public_key, 32), &dnskey),
                     SWORN_OK);
    fixture->dnskey = written(&dnskey);
    records_init(&fixture->list, &fixture->region);
    zone_make(fixture);
    assert_int_equal(authority_of(&fixture->list, &fixture->apex, &fixture->region, &authority),
                     SWORN_OK);
    for (size_t i = 0; i < authority.count; i++) {
        for (size_t j = 0; j < authority.names[i].count; j++) {
            struct record_set *set = &fixture->list.sets[authority.names[i].first + j];

            if (set_is_signed(&authority.names[i], set->rrset.type)) {
                sign(fixture, set);
            }
        }
    }
    fixture->zone = (struct signed_zone){
        .list = &fixture->list, .apex = &fixture->apex, .dnskey = fixture->dnskey, .now = NOW};
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;

    region_clear(&fixture->region);
    test_free(fixture);
    return 0;
}

static void refused(struct fixture *fixture, const char *why)
{
    assert_int_equal(signed_zone_check(&fixture->zone, &fixture->reason), SWORN_PROOF);
    if (strstr(fixture->reason.text, why) == NULL) {
        fail_msg("'%s' does not say '%s'", fixture->reason.text, why);
    }
}

/* Another RDATA for a set, signed anew. */
static void resign_with(struct fixture *fixture, struct record_set *set, const char *text)
{
    struct writer rdata = writer_in(&fixture->region, RDATA_MAX);

    assert_int_equal(
        rdata_from_text(set->rrset.type, octets_of_text(text), NULL, &rdata, &fixture->reason),
        SWORN_OK);
    set->rrset.rdata[0] = written(&rdata);
    sign(fixture, set);
}

static void a_well_signed_zone_is_accepted(void **state)
{
    struct fixture *fixture = *state;

    if (signed_zone_check(&fixture->zone, &fixture->reason) != SWORN_OK) {
        fail_msg("%s", fixture->reason.text);
    }
}

static void only_authoritative_sets_count_as_signed(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(set_at(fixture, "cut.demo.test.", RR_NS)->rrsig_count, 0);
    assert_int_equal(set_at(fixture, "cut.demo.test.", RR_A)->rrsig_count, 0);
    assert_int_equal(set_at(fixture, "cut.demo.test.", RR_DS)->rrsig_count, 1);
    assert_int_equal(set_at(fixture, "ns.cut.demo.test.", RR_A)->rrsig_count, 0);
    assert_int_equal(set_at(fixture, "x.dn.demo.test.", RR_A)->rrsig_count, 0);
    assert_int_equal(set_at(fixture, "dn.demo.test.", RR_DNAME)->rrsig_count, 1);
}

static void a_set_without_its_signature_is_refused(void **state)
{
    struct fixture *fixture = *state;

    set_at(fixture, "www.demo.test.", RR_A)->rrsig_count = 0;
    refused(fixture, "www.demo.test. A: it has no RRSIG");
}

static void a_signature_below_a_cut_is_refused(void **state)
{
    struct fixture *fixture = *state;

    sign(fixture, set_at(fixture, "ns.cut.demo.test.", RR_A));
    refused(fixture, "no authority");
}

static void a_signed_delegation_is_refused(void **state)
{
    struct fixture *fixture = *state;

    sign(fixture, set_at(fixture, "cut.demo.test.", RR_NS));
    refused(fixture, "no authority");
}

static void expired_and_future_signatures_are_refused(void **state)
{
    struct fixture *fixture = *state;

    fixture->zone.now = NOW + 3600;
    refused(fixture, "expired");
    fixture->zone.now = NOW - 3601;
    refused(fixture, "not valid yet");
}

static void another_keys_signature_is_refused(void **state)
{
    struct fixture *fixture = *state;
    const uint8_t seed[32] = {6};

    crypto_sign_seed_keypair(fixture->public_key, fixture->secret_key, seed);
    sign(fixture, set_at(fixture, "www.demo.test.", RR_A));
    refused(fixture, "proven key");
}

static void a_signature_about_something_else_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct record_set *set = set_at(fixture, "www.demo.test.", RR_A);

    for (int field = 0; field < 4; field++) {
        struct rrsig rrsig = rrsig_for(fixture, &set->rrset);

        rrsig.type_covered = field == 0 ? RR_TXT : rrsig.type_covered;
        rrsig.labels = field == 1 ? 2 : rrsig.labels;
        rrsig.original_ttl += field == 2;
        rrsig.signer = field == 3 ? world_name("test.") : rrsig.signer;
        sign_with(fixture, set, &rrsig);
        refused(fixture, "something else");
    }
}

static void a_changed_record_is_refused(void **state)
{
    struct fixture *fixture = *state;
    static const uint8_t other[] = {192, 0, 2, 200};

    set_at(fixture, "www.demo.test.", RR_A)->rrset.rdata[0] = octets_of(other, sizeof(other));
    refused(fixture, "proven key");
}

static void an_nsec_that_skips_a_name_is_refused(void **state)
{
    struct fixture *fixture = *state;

    resign_with(fixture, set_at(fixture, "*.demo.test.", RR_NSEC), "dn.demo.test. TXT RRSIG NSEC");
    refused(fixture, "*.demo.test. NSEC: it does not name the next name");
}

static void an_nsec_with_other_types_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct record_set *nsec = set_at(fixture, "cut.demo.test.", RR_NSEC);

    resign_with(fixture, nsec, "dn.demo.test. NS RRSIG NSEC");
    refused(fixture, "cut.demo.test. NSEC");
    resign_with(fixture, nsec, "dn.demo.test. A NS DS RRSIG NSEC");
    refused(fixture, "cut.demo.test. NSEC");
}

static void a_chain_that_does_not_close_is_refused(void **state)
{
    struct fixture *fixture = *state;

    resign_with(fixture, set_at(fixture, "www.demo.test.", RR_NSEC), "zzz.demo.test. A RRSIG NSEC");
    refused(fixture, "www.demo.test. NSEC");
}

static void another_nsec_ttl_needs_work_that_is_owed(void **state)
{
    struct fixture *fixture = *state;
    struct record_set *nsec = set_at(fixture, "www.demo.test.", RR_NSEC);

    nsec->rrset.ttl = 900;
    sign(fixture, nsec);
    refused(fixture, "TTL");
    fixture->zone.denial_ttl_owed = true;
    assert_int_equal(signed_zone_check(&fixture->zone, &fixture->reason), SWORN_OK);
}

static void a_name_without_nsec_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct record_set *nsec = set_at(fixture, "www.demo.test.", RR_NSEC);
    size_t index = (size_t)(nsec - fixture->list.sets);

    memmove(nsec, nsec + 1, (fixture->list.count - index - 1) * sizeof(*nsec));
    fixture->list.count--;
    refused(fixture, "no NSEC");
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(a_well_signed_zone_is_accepted),
        WITH_FIXTURE(only_authoritative_sets_count_as_signed),
        WITH_FIXTURE(a_set_without_its_signature_is_refused),
        WITH_FIXTURE(a_signature_below_a_cut_is_refused),
        WITH_FIXTURE(a_signed_delegation_is_refused),
        WITH_FIXTURE(expired_and_future_signatures_are_refused),
        WITH_FIXTURE(another_keys_signature_is_refused),
        WITH_FIXTURE(a_signature_about_something_else_is_refused),
        WITH_FIXTURE(a_changed_record_is_refused),
        WITH_FIXTURE(an_nsec_that_skips_a_name_is_refused),
        WITH_FIXTURE(an_nsec_with_other_types_is_refused),
        WITH_FIXTURE(a_chain_that_does_not_close_is_refused),
        WITH_FIXTURE(another_nsec_ttl_needs_work_that_is_owed),
        WITH_FIXTURE(a_name_without_nsec_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
