/*
 * nsec3_test.c - hashes, owners and RDATA of NSEC3 against ldns, and the names that are too long.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ldns/ldns.h>

#include "core/dns/rr.h"
#include "core/dns/rrset.h"
#include "core/dnssec/nsec3.h"

#include <stdlib.h>

static struct name name_of(const char *text)
{
    struct name name;

    assert_int_equal(name_from_text(octets_of_text(text), NULL, &name), SWORN_OK);
    return name;
}

/* A name of `size` octets of wire, of the longest labels. */
static struct name long_name(size_t size)
{
    struct name name, longer;

    name_root(&name);
    while (name.size < size) {
        uint8_t label[63];
        size_t left = size - name.size - 1;

        memset(label, 'x', sizeof(label));
        /* What is left must not be one octet, in which no label fits. */
        left = left > 63 ? (left == 64 ? 62 : 63) : left;
        assert_int_equal(name_prepend(octets_of(label, left), &name, &longer), SWORN_OK);
        name = longer;
    }
    assert_int_equal(name.size, size);
    return name;
}

static void owners_are_those_of_ldns(void **state)
{
    static const char *const names[] = {"example.", ".", "a.example.", "*.w.Example.",
                                        "\\000.\\001.example."};
    struct name apex = name_of("example.");

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct name name = name_of(names[i]), owner;
        struct nsec3_hash hash, again;
        char text[NAME_TEXT_SIZE];
        ldns_rdf *lower = ldns_dname_new_frm_str(names[i]);
        ldns_rdf *hashed;
        char *expected;

        ldns_dname2canonical(lower);
        hashed = ldns_nsec3_hash_name(lower, 1, 0, 0, NULL);
        expected = ldns_rdf2str(hashed);
        assert_int_equal(nsec3_hash_of(&name, &hash), SWORN_OK);
        assert_int_equal(nsec3_owner(&hash, &apex, &owner), SWORN_OK);
        name_to_text(&owner, text);
        text[NSEC3_LABEL_SIZE + 1] = 0;
        assert_string_equal(text, expected);
        assert_int_equal(nsec3_owner_read(&owner, &apex, &again), SWORN_OK);
        assert_memory_equal(again.octets, hash.octets, NSEC3_HASH_SIZE);
        free(expected);
        ldns_rdf_deep_free(hashed);
        ldns_rdf_deep_free(lower);
    }
}

/* nsec3hash of BIND says the same: no salt, no further iterations. */
static void hash_of_example_is_that_of_rfc_5155_without_salt(void **state)
{
    static const uint8_t expected[] = {0x1d, 0xb8, 0xef, 0xa7, 0xdc, 0xb3, 0x48, 0xbd, 0xa7, 0x89,
                                       0x3f, 0xca, 0x1d, 0x8b, 0xad, 0xfd, 0xb6, 0x99, 0x6b, 0x01};
    struct name name = name_of("EXAMPLE.");
    struct nsec3_hash hash;

    (void)state;
    assert_int_equal(nsec3_hash_of(&name, &hash), SWORN_OK);
    assert_memory_equal(hash.octets, expected, sizeof(expected));
}

static void nsec3_255_octet_names(void **state)
{
    struct name longest = long_name(NAME_MAX_SIZE);
    struct name fits = long_name(NSEC3_APEX_MAX);
    struct name too_long = long_name(NSEC3_APEX_MAX + 1);
    struct nsec3_hash hash;
    struct name owner;

    (void)state;
    assert_int_equal(nsec3_hash_of(&longest, &hash), SWORN_OK);
    assert_int_equal(nsec3_owner(&hash, &fits, &owner), SWORN_OK);
    assert_int_equal(owner.size, NAME_MAX_SIZE);
    assert_int_equal(nsec3_owner_read(&owner, &fits, &hash), SWORN_OK);
    assert_int_equal(nsec3_owner(&hash, &too_long, &owner), SWORN_LIMIT);
    assert_int_equal(nsec3_owner(&hash, &longest, &owner), SWORN_LIMIT);
    assert_int_equal(nsec3_owner_read(&longest, &too_long, &hash), SWORN_MALFORMED);
}

static void owners_that_are_no_hash_are_refused(void **state)
{
    static const char *const owners[] = {"example.",
                                         "a.example.",
                                         "3msev9usmd4br9s97v51r2tdvmr9iqow.example.",
                                         "3msev9usmd4br9s97v51r2tdvmr9iqo.example.",
                                         "3msev9usmd4br9s97v51r2tdvmr9iqo1.example.net.",
                                         "a.3msev9usmd4br9s97v51r2tdvmr9iqo1.example."};
    struct name apex = name_of("example.");
    struct nsec3_hash hash;

    (void)state;
    for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
        struct name owner = name_of(owners[i]);

        assert_int_equal(nsec3_owner_read(&owner, &apex, &hash), SWORN_MALFORMED);
    }
}

static void rdata_is_what_the_table_of_types_takes(void **state)
{
    static const uint16_t types[] = {RR_A, RR_RRSIG, RR_CAA};
    struct name name = name_of("example.");
    uint8_t room[128];
    struct writer rdata = writer_over(room, sizeof(room));
    struct nsec3_hash hash;

    (void)state;
    assert_int_equal(nsec3_hash_of(&name, &hash), SWORN_OK);
    assert_int_equal(nsec3_write(&hash, types, 3, &rdata), SWORN_OK);
    assert_int_equal(rdata_check(RR_NSEC3, written(&rdata)), SWORN_OK);
    rdata = writer_over(room, sizeof(room));
    assert_int_equal(nsec3_write(&hash, NULL, 0, &rdata), SWORN_OK);
    assert_int_equal(rdata.used, 26); /* an empty non-terminal has no bitmap at all */
    assert_int_equal(rdata_check(RR_NSEC3, written(&rdata)), SWORN_OK);
    assert_int_equal(rdata_check(RR_NSEC3PARAM, nsec3param_rdata()), SWORN_OK);
}

/* No name's key begins as the leaf of a hash does, whatever its labels. */
static void leaves_of_hashes_are_no_names(void **state)
{
    static const char *const names[] = {".",           "\\000.",      "\\001.",
                                        "\\001\\000.", "\\000\\001.", "a."};
    struct nsec3_hash hash = {0};
    struct nsec3_leaf_key key;
    uint8_t octets[NAME_KEY_MAX];

    (void)state;
    assert_true(nsec3_is_leaf_key(nsec3_leaf_key_of(&hash, &key)));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct name name = name_of(names[i]);
        struct rrset_key set;

        assert_false(nsec3_is_leaf_key(octets_of(octets, name_to_key(&name, octets))));
        rrset_key(&name, RR_A, &set);
        assert_false(nsec3_is_leaf_key(octets_of(set.octets, set.size)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(owners_are_those_of_ldns),
        cmocka_unit_test(hash_of_example_is_that_of_rfc_5155_without_salt),
        cmocka_unit_test(nsec3_255_octet_names),
        cmocka_unit_test(owners_that_are_no_hash_are_refused),
        cmocka_unit_test(rdata_is_what_the_table_of_types_takes),
        cmocka_unit_test(leaves_of_hashes_are_no_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
