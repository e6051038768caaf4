/*
 * dnssec_test.c - the examples of the RFCs, and ldns as the second opinion in both directions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <ldns/ldns.h>
#include <sodium.h>

#include "core/dns/rr.h"
#include "core/dnssec/dnssec.h"

struct octets_copy {
    uint8_t octets[4096];
    size_t size;
};

/** RDATA as wire, by ldns. */
static struct octets_copy rdata_of(const ldns_rr *rr)
{
    struct octets_copy copy = {.size = 0};
    ldns_buffer *buffer = ldns_buffer_new(4096);

    assert_int_equal(ldns_rr_rdata2buffer_wire(buffer, rr), LDNS_STATUS_OK);
    copy.size = ldns_buffer_position(buffer);
    memcpy(copy.octets, ldns_buffer_begin(buffer), copy.size);
    ldns_buffer_free(buffer);
    return copy;
}

static ldns_rr *rr_of(const char *text)
{
    ldns_rr *rr = NULL;

    if (ldns_rr_new_frm_str(&rr, text, 3600, NULL, NULL) != LDNS_STATUS_OK) {
        fail_msg("ldns does not read \"%s\"", text);
    }
    return rr;
}

static struct octets_copy rdata_text(const char *text)
{
    ldns_rr *rr = rr_of(text);
    struct octets_copy copy = rdata_of(rr);

    ldns_rr_free(rr);
    return copy;
}

static struct octets octets_in(const struct octets_copy *copy)
{
    return octets_of(copy->octets, copy->size);
}

static struct name name_in(const ldns_rdf *rdf)
{
    struct reader reader = reader_of(octets_of(ldns_rdf_data(rdf), ldns_rdf_size(rdf)));
    struct name name;

    assert_int_equal(name_read(&reader, &name), SWORN_OK);
    return name;
}

/** The set that a list holds, sorted. */
static struct rrset rrset_of(const ldns_rr_list *list, struct region *region)
{
    const ldns_rr *first = ldns_rr_list_rr(list, 0);
    struct rrset rrset = {.owner = name_in(ldns_rr_owner(first)),
                          .type = (uint16_t)ldns_rr_get_type(first),
                          .ttl = ldns_rr_ttl(first),
                          .count = (uint16_t)ldns_rr_list_rr_count(list)};
    void *memory;

    assert_int_equal(region_array(region, rrset.count, sizeof(*rrset.rdata), &memory), SWORN_OK);
    rrset.rdata = memory;
    for (size_t i = 0; i < rrset.count; i++) {
        struct octets_copy rdata = rdata_of(ldns_rr_list_rr(list, i));

        assert_int_equal(region_copy(region, octets_in(&rdata), &rrset.rdata[i]), SWORN_OK);
    }
    assert_int_equal(rrset_sort(&rrset, region), SWORN_OK);
    return rrset;
}

static const struct {
    const char *rfc;
    const char *dnskey, *ds;
} delegations[] = {
    {"4509",
     "dskey.example.com. 86400 IN DNSKEY 256 3 5 AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/"
     "2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM"
     "9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==",
     "dskey.example.com. 86400 IN DS 60485 5 2 "
     "D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A"},
    {"6605",
     "example.net. 3600 IN DNSKEY 257 3 13 "
     "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==",
     "example.net. 3600 IN DS 55648 13 2 "
     "b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17"},
    {"6605",
     "example.net. 3600 IN DNSKEY 257 3 14 xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtN"
     "Jhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40",
     "example.net. 3600 IN DS 10771 14 4 "
     "72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c"
     "6a9b0563a9b5f4d288405c3008a946df983d6"},
    {"8080", "example.com. 3600 IN DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
     "example.com. 3600 IN DS 3613 15 2 "
     "3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b"},
    {"8080", "example.com. 3600 IN DNSKEY 257 3 15 zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs=",
     "example.com. 3600 IN DS 35217 15 2 "
     "401781b934e392de492ec77ae2e15d70f6575a1c0bc59c5275c04ebe80c6614c"},
};

static void ds_records_are_those_of_the_rfcs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(delegations) / sizeof(delegations[0]); i++) {
        ldns_rr *dnskey = rr_of(delegations[i].dnskey);
        struct octets_copy key = rdata_of(dnskey);
        struct octets_copy ds = rdata_text(delegations[i].ds);
        struct name owner = name_in(ldns_rr_owner(dnskey));
        uint8_t room[128];
        struct writer writer = writer_over(room, sizeof(room));

        assert_int_equal(ds_write(&owner, octets_in(&key), ds.octets[3], &writer), SWORN_OK);
        assert_int_equal(writer.used, ds.size);
        assert_memory_equal(room, ds.octets, ds.size);
        assert_int_equal(key_tag(octets_in(&key)), ldns_calc_keytag(dnskey));
        ldns_rr_free(dnskey);
    }
}

static const struct {
    const char *dnskey, *record, *rrsig;
} signatures[] = {
    {"example.net. 3600 IN DNSKEY 257 3 13 "
     "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==",
     "www.example.net. 3600 IN A 192.0.2.1",
     "www.example.net. 3600 IN RRSIG A 13 3 3600 20100909100439 20100812100439 55648 example.net. "
     "qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw=="},
    {"example.com. 3600 IN DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
     "example.com. 3600 IN MX 10 mail.example.com.",
     "example.com. 3600 IN RRSIG MX 15 2 3600 1440021600 1438207200 3613 example.com. "
     "oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg=="},
    {"example.com. 3600 IN DNSKEY 257 3 15 zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs=",
     "example.com. 3600 IN MX 10 mail.example.com.",
     "example.com. 3600 IN RRSIG MX 15 2 3600 1440021600 1438207200 35217 example.com. "
     "zXQ0bkYgQTEFyfLyi9QoiY6D8ZdYo4wyUhVioYZXFdT410QPRITQSqJSnzQoSm5poJ7gD7AQR0O7KuI5k2pcBg=="},
};

#define SIGNER_AT 18 /* in RRSIG RDATA */

static void signatures_of_the_rfcs_hold_and_no_changed_bit_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
        struct octets_copy key = rdata_text(signatures[i].dnskey);
        struct octets_copy rrsig = rdata_text(signatures[i].rrsig);
        ldns_rr_list *list = ldns_rr_list_new();
        struct region region;
        struct rrset rrset;

        region_init(&region, 1 << 24);
        ldns_rr_list_push_rr(list, rr_of(signatures[i].record));
        rrset = rrset_of(list, &region);
        assert_int_equal(rrsig_verify(octets_in(&rrsig), &rrset, octets_in(&key), &region),
                         SWORN_OK);
        for (size_t bit = 0; bit < rrsig.size * 8; bit++) {
            /* The signer's name is signed in lower case (RFC 4034 6.2): its case may change. */
            bool case_only = bit / 8 >= SIGNER_AT && bit / 8 < rrsig.size - 64 && bit % 8 == 2;

            rrsig.octets[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
            assert_true(case_only || rrsig_verify(octets_in(&rrsig), &rrset, octets_in(&key),
                                                  &region) != SWORN_OK);
            rrsig.octets[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        }
        for (size_t bit = 0; bit < key.size * 8; bit++) {
            key.octets[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
            assert_int_not_equal(rrsig_verify(octets_in(&rrsig), &rrset, octets_in(&key), &region),
                                 SWORN_OK);
            key.octets[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        }
        rrset.type++;
        assert_int_equal(rrsig_verify(octets_in(&rrsig), &rrset, octets_in(&key), &region),
                         SWORN_PROOF);
        ldns_rr_list_deep_free(list);
        region_clear(&region);
    }
}

/* Sets with what canonical form is about: case, order, types with names and without, wildcards. */
static const char *const sets[][4] = {
    {"WWW.Example.Net. 300 IN A 192.0.2.10", "www.example.net. 300 IN A 192.0.2.9"},
    {"example.net. 300 IN NS B.Example.NET.", "example.net. 300 IN NS a.example.net.",
     "example.net. 300 IN NS C.example.org."},
    {"example.net. 300 IN SOA NS.Example.net. Host.example.net. 1 2 3 4 5"},
    {"example.net. 0 IN MX 10 Mail.example.net.", "example.net. 0 IN MX 5 zz.Example.net."},
    {"example.net. 300 IN TXT \"Case stays\" \"\"", "example.net. 300 IN TXT \"a\""},
    {"_sip._tcp.example.net. 300 IN SRV 1 2 3 Target.Example.net."},
    {"alias.example.net. 300 IN CNAME Target.Example.net."},
    {"sub.example.net. 300 IN DNAME Target.Example.net."},
    {"*.example.net. 300 IN A 192.0.2.1"},
    {"*.a.b.example.net. 300 IN AAAA 2001:db8::1", "*.a.b.example.net. 300 IN AAAA 2001:db8::"},
    {"a.*.example.net. 300 IN TYPE65280 \\# 3 616263"},
    {"example.net. 300 IN CAA 0 issue \"Ca.example\""},
    {"example.net. 300 IN NSEC A.example.net. A NS SOA MX TXT AAAA RRSIG NSEC DNSKEY CAA "
     "TYPE65280"},
};

static ldns_rr_list *list_of(const char *const set[4])
{
    ldns_rr_list *list = ldns_rr_list_new();

    for (size_t i = 0; i < 4 && set[i] != NULL; i++) {
        ldns_rr_list_push_rr(list, rr_of(set[i]));
    }
    return list;
}

static ldns_key *key_of(char *text)
{
    FILE *file = fmemopen(text, strlen(text), "r");
    ldns_key *key = NULL;

    assert_non_null(file);
    assert_int_equal(ldns_key_new_frm_fp(&key, file), LDNS_STATUS_OK);
    (void)fclose(file);
    ldns_key_set_pubkey_owner(key, ldns_dname_new_frm_str("Example.NET."));
    ldns_key_set_flags(key, 257);
    ldns_key_set_inception(key, 1700000000);
    ldns_key_set_expiration(key, 1800000000);
    return key;
}

static void what_ldns_signs_holds(void **state)
{
    char texts[2][256] = {
        "Private-key-format: v1.2\nAlgorithm: 13 (ECDSAP256SHA256)\n"
        "PrivateKey: GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ=\n",
        "Private-key-format: v1.2\nAlgorithm: 15 (ED25519)\n"
        "PrivateKey: ODIyNjAzODQ2MjgwODAxMjI2NDUxOTAyMDQxNDIyNjI=\n",
    };

    (void)state;
    for (size_t k = 0; k < 2; k++) {
        ldns_key_list *keys = ldns_key_list_new();
        ldns_key *key = key_of(texts[k]);
        ldns_rr *dnskey = ldns_key2rr(key);
        struct octets_copy public_key = rdata_of(dnskey);

        ldns_key_set_keytag(key, ldns_calc_keytag(dnskey));
        ldns_key_list_push_key(keys, key);
        for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
            ldns_rr_list *list = list_of(sets[i]);
            ldns_rr_list *made = ldns_sign_public(list, keys);
            struct octets_copy rrsig = rdata_of(ldns_rr_list_rr(made, 0));
            struct region region;
            struct rrset rrset;

            region_init(&region, 1 << 20);
            rrset = rrset_of(list, &region);
            if (rrsig_verify(octets_in(&rrsig), &rrset, octets_in(&public_key), &region) !=
                SWORN_OK) {
                fail_msg("set %zu, key %zu", i, k);
            }
            ldns_rr_list_deep_free(made);
            ldns_rr_list_deep_free(list);
            region_clear(&region);
        }
        ldns_rr_free(dnskey);
        ldns_key_list_free(keys);
    }
}

struct signer {
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    struct octets_copy dnskey;
    ldns_rr *dnskey_rr;
};

static ldns_rr *rr_with(const struct name *owner, uint16_t type, uint32_t ttl, struct octets rdata)
{
    uint8_t room[8192];
    struct writer wire = writer_over(room, sizeof(room));
    ldns_rr *rr = NULL;
    size_t position = 0;

    assert_int_equal(write_octets(&wire, name_octets(owner)), SWORN_OK);
    assert_int_equal(write_u16(&wire, type), SWORN_OK);
    assert_int_equal(write_u16(&wire, CLASS_IN), SWORN_OK);
    assert_int_equal(write_u32(&wire, ttl), SWORN_OK);
    assert_int_equal(write_slice_u16(&wire, rdata), SWORN_OK);
    assert_int_equal(ldns_wire2rr(&rr, room, wire.used, &position, LDNS_SECTION_ANSWER),
                     LDNS_STATUS_OK);
    return rr;
}

static void signer_make(struct signer *signer, const struct name *apex)
{
    const uint8_t seed[crypto_sign_SEEDBYTES] = {9};
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    struct writer writer = writer_over(signer->dnskey.octets, sizeof(signer->dnskey.octets));

    assert_int_equal(crypto_sign_seed_keypair(public_key, signer->secret_key, seed), 0);
    assert_int_equal(dnskey_write(ALGORITHM_ED25519, octets_of(public_key, 32), &writer), SWORN_OK);
    signer->dnskey.size = writer.used;
    signer->dnskey_rr = rr_with(apex, RR_DNSKEY, 3600, written(&writer));
}

/** RRSIG RDATA over a set, by what is to be signed here and Ed25519. */
static struct octets_copy sign(const struct signer *signer, const struct name *apex,
                               const struct rrset *rrset, struct region *region)
{
    struct rrsig rrsig = {.type_covered = rrset->type,
                          .algorithm = ALGORITHM_ED25519,
                          .labels = rrsig_labels(&rrset->owner),
                          .original_ttl = rrset->ttl,
                          .expiration = 1800000000,
                          .inception = 1700000000,
                          .key_tag = key_tag(octets_in(&signer->dnskey)),
                          .signer = *apex};
    struct writer covered = writer_in(region, 1 << 18);
    struct octets_copy rdata;
    struct writer writer = writer_over(rdata.octets, sizeof(rdata.octets));
    uint8_t signature[crypto_sign_BYTES];

    assert_int_equal(rrsig_covered(&rrsig, rrset, region, &covered), SWORN_OK);
    assert_int_equal(
        crypto_sign_detached(signature, NULL, covered.start, covered.used, signer->secret_key), 0);
    rrsig.signature = octets_of(signature, sizeof(signature));
    assert_int_equal(rrsig_write(&rrsig, &writer), SWORN_OK);
    rdata.size = writer.used;
    return rdata;
}

static void what_is_signed_here_holds_for_ldns(void **state)
{
    struct signer signer;
    struct name apex;

    (void)state;
    assert_int_equal(name_from_text(octets_of_text("Example.net."), NULL, &apex), SWORN_OK);
    signer_make(&signer, &apex);
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        ldns_rr_list *list = list_of(sets[i]);
        struct region region;
        struct rrset rrset;
        struct octets_copy rdata;
        ldns_rr *rrsig;
        ldns_status status;

        region_init(&region, 1 << 20);
        rrset = rrset_of(list, &region);
        rdata = sign(&signer, &apex, &rrset, &region);
        rrsig = rr_with(&rrset.owner, RR_RRSIG, rrset.ttl, octets_in(&rdata));
        status = ldns_verify_rrsig_time(list, rrsig, signer.dnskey_rr, 1750000000);
        if (status != LDNS_STATUS_OK) {
            fail_msg("set %zu: %s", i, ldns_get_errorstr_by_id(status));
        }
        ldns_rr_free(rrsig);
        ldns_rr_list_deep_free(list);
        region_clear(&region);
    }
    ldns_rr_free(signer.dnskey_rr);
}

/* RFC 4035 5.3.2: what a wildcard's signature covers, whatever name it was expanded to. */
static void a_wildcards_signature_holds_for_what_it_is_expanded_to(void **state)
{
    static const char *const wildcard[4] = {"*.b.example.net. 300 IN A 192.0.2.1"};
    ldns_rr_list *list = list_of(wildcard);
    struct signer signer;
    struct region region;
    struct rrset rrset;
    struct octets_copy rdata;
    struct name apex;
    struct rrsig read;

    (void)state;
    region_init(&region, 1 << 20);
    assert_int_equal(name_from_text(octets_of_text("example.net."), NULL, &apex), SWORN_OK);
    signer_make(&signer, &apex);
    rrset = rrset_of(list, &region);
    rdata = sign(&signer, &apex, &rrset, &region);
    assert_int_equal(rrsig_read(octets_in(&rdata), &read), SWORN_OK);
    assert_int_equal(read.labels, 3);

    static const struct {
        const char *owner;
        enum sworn_result result;
    } cases[] = {{"Www.B.example.net.", SWORN_OK},    {"x.y.b.example.net.", SWORN_OK},
                 {"www.c.example.net.", SWORN_PROOF}, {"b.example.net.", SWORN_PROOF},
                 {"example.net.", SWORN_PROOF},       {"www.b.example.org.", SWORN_PROOF}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(name_from_text(octets_of_text(cases[i].owner), NULL, &rrset.owner),
                         SWORN_OK);
        assert_int_equal(
            rrsig_verify(octets_in(&rdata), &rrset, octets_in(&signer.dnskey), &region),
            cases[i].result);
    }
    ldns_rr_list_deep_free(list);
    ldns_rr_free(signer.dnskey_rr);
    region_clear(&region);
}

static void no_rrsig_cut_short_is_read(void **state)
{
    struct octets_copy rrsig = rdata_text(signatures[0].rrsig);
    size_t whole = rrsig.size - 64;
    struct rrsig read;

    (void)state;
    for (size_t size = 0; size < whole; size++) {
        assert_int_equal(rrsig_read(octets_of(rrsig.octets, size), &read), SWORN_MALFORMED);
    }
    assert_int_equal(rrsig_read(octets_in(&rrsig), &read), SWORN_OK);
    assert_int_equal(read.signature.size, 64);
    assert_int_equal(read.key_tag, 55648);
}

static void nsec_bitmaps_are_those_of_ldns(void **state)
{
    static const char *const texts[] = {
        "example.net. 1 IN NSEC a.Example.net. A",
        "example.net. 1 IN NSEC \\000.example.net. A NS SOA MX TXT AAAA RRSIG NSEC DNSKEY CAA",
        "example.net. 1 IN NSEC . RRSIG NSEC",
        "example.net. 1 IN NSEC a. A TYPE255 TYPE256 TYPE511 TYPE512 TYPE1234 TYPE65535",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        ldns_rr *nsec = rr_of(texts[i]);
        struct octets_copy expected = rdata_of(nsec);
        struct name next = name_in(ldns_rr_rdf(nsec, 0));
        uint8_t room[8192];
        struct writer writer = writer_over(room, sizeof(room));
        uint16_t types[64];
        size_t count = 0;

        for (uint32_t type = 0; type < 65536; type++) {
            if (ldns_nsec_bitmap_covers_type(ldns_rr_rdf(nsec, 1), type)) {
                types[count++] = (uint16_t)type;
            }
        }
        assert_int_equal(nsec_write(&next, types, count, &writer), SWORN_OK);
        assert_int_equal(writer.used, expected.size);
        assert_memory_equal(room, expected.octets, expected.size);
        ldns_rr_free(nsec);
    }
}

static void nsec_types_out_of_order_are_refused(void **state)
{
    const uint16_t twice[] = {1, 1};
    const uint16_t back[] = {257, 1};
    uint8_t room[512];
    struct writer writer = writer_over(room, sizeof(room));
    struct name next;

    (void)state;
    name_root(&next);
    assert_int_equal(nsec_write(&next, twice, 2, &writer), SWORN_MALFORMED);
    assert_int_equal(nsec_write(&next, back, 2, &writer), SWORN_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ds_records_are_those_of_the_rfcs),
        cmocka_unit_test(signatures_of_the_rfcs_hold_and_no_changed_bit_does),
        cmocka_unit_test(what_ldns_signs_holds),
        cmocka_unit_test(what_is_signed_here_holds_for_ldns),
        cmocka_unit_test(a_wildcards_signature_holds_for_what_it_is_expanded_to),
        cmocka_unit_test(no_rrsig_cut_short_is_read),
        cmocka_unit_test(nsec_bitmaps_are_those_of_ldns),
        cmocka_unit_test(nsec_types_out_of_order_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
