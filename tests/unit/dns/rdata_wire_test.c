/*
 * rdata_wire_test.c - the table of types, and RDATA as octets: what is well formed, where its names
 * are, what canonical form changes, how it comes out of a message.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <ldns/ldns.h>
#include <libknot/descriptor.h>

#include "core/dns/rr.h"
#include "core/dns/rr_table.h"

#define WIRE(literal) octets_of(literal, sizeof(literal) - 1)

static void table_is_sorted_and_has_each_name_once(void **state)
{
    size_t count;
    const struct rr_type *types = rr_type_all(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        uint16_t code;
        size_t names = 0;
        assert_true(i == 0 || types[i - 1].code < types[i].code);
        assert_ptr_equal(rr_type_find(types[i].code), &types[i]);
        assert_int_equal(rr_code_from_text(octets_of_text(types[i].name), &code), SWORN_OK);
        assert_int_equal(code, types[i].code);
        assert_true(strlen(types[i].name) < 16);
        for (const struct rr_field *field = types[i].fields; field->kind != FIELD_END; field++) {
            names += field->kind == FIELD_NAME ? 1 : 0;
        }
        /* What rdata_parts() and canonical form have room for. */
        assert_true(names <= 3);
    }
    assert_null(rr_type_find(65280));
}

static void every_type_that_others_name_has_that_name(void **state)
{
    (void)state;
    for (unsigned code = 0; code <= UINT16_MAX; code++) {
        const ldns_rr_descriptor *descriptor = ldns_rr_descript((uint16_t)code);
        char knot[32];
        char ours[16];
        rr_code_to_text((uint16_t)code, ours);
        assert_true(knot_rrtype_to_string((uint16_t)code, knot, sizeof(knot)) > 0);
        if (strncmp(knot, "TYPE", 4) != 0) {
            assert_string_equal(ours, knot);
        }
        if (descriptor->_type != LDNS_RR_TYPE_NULL && descriptor->_name != NULL) {
            assert_string_equal(ours, descriptor->_name);
        }
    }
}

static void codes_are_written_and_read(void **state)
{
    static const char *const malformed[] = {"",       "TYPE", "TYPE65536", "TYPE-1",
                                            "TYPE1x", "AA",   " A"};
    uint16_t code;
    char text[16];

    (void)state;
    assert_int_equal(rr_code_from_text(octets_of_text("aaaa"), &code), SWORN_OK);
    assert_int_equal(code, RR_AAAA);
    assert_int_equal(rr_code_from_text(octets_of_text("type28"), &code), SWORN_OK);
    assert_int_equal(code, RR_AAAA);
    assert_int_equal(rr_code_from_text(octets_of_text("TYPE65535"), &code), SWORN_OK);
    assert_int_equal(code, 65535);
    rr_code_to_text(65535, text);
    assert_string_equal(text, "TYPE65535");
    for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
        assert_int_equal(rr_code_from_text(octets_of_text(malformed[i]), &code), SWORN_MALFORMED);
    }
}

static void meta_types_are_no_data(void **state)
{
    static const uint16_t meta[] = {0, RR_OPT, 128, RR_TKEY, RR_TSIG, RR_IXFR, RR_AXFR, RR_ANY};
    static const uint16_t data[] = {1, 127, 256, RR_CAA, 32769, 65280};

    (void)state;
    for (size_t i = 0; i < sizeof(meta) / sizeof(meta[0]); i++) {
        assert_false(rr_is_data(meta[i]));
    }
    for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++) {
        assert_true(rr_is_data(data[i]));
    }
}

/* RFC 4034 6.2 less HINFO, and less NSEC as RFC 6840 5.1 says. */
static const uint16_t lower_cased[] = {2,  3,  4,  5,  6,  7,  8,  9,  12, 14, 15, 17,
                                       18, 21, 24, 26, 30, 33, 35, 36, 38, 39, 46};

static void canonical_form_lowers_the_names_of_rfc_6840_and_no_others(void **state)
{
    (void)state;
    for (unsigned code = 0; code <= UINT16_MAX; code++) {
        bool expected = false;
        for (size_t i = 0; i < sizeof(lower_cased) / sizeof(lower_cased[0]); i++) {
            expected = expected || lower_cased[i] == code;
        }
        if (rdata_has_canonical_names((uint16_t)code) != expected) {
            fail_msg("type %u", code);
        }
    }
}

/* RFC 3597 4: the types of RFC 1035. */
static void only_the_first_types_may_compress(void **state)
{
    static const uint16_t compressed[] = {2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 15};
    size_t count;
    const struct rr_type *types = rr_type_all(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        bool expected = false;
        for (size_t j = 0; j < sizeof(compressed) / sizeof(compressed[0]); j++) {
            expected = expected || compressed[j] == types[i].code;
        }
        for (const struct rr_field *field = types[i].fields; field->kind != FIELD_END; field++) {
            assert_true((field->flags & FIELD_COMPRESS) == 0 || expected);
            assert_true(field->kind != FIELD_NAME || !expected ||
                        (field->flags & FIELD_COMPRESS) != 0);
        }
    }
}

static void canonical_form_keeps_what_is_no_name(void **state)
{
    uint8_t room[64];
    struct writer canonical = writer_over(room, sizeof(room));

    (void)state;
    assert_int_equal(write_u8(&canonical, 'X'), SWORN_OK);
    assert_int_equal(rdata_canonical(35, WIRE("AABB\1U\1S\1R\1N\0"), &canonical), SWORN_OK);
    assert_true(octets_equal(written(&canonical), WIRE("XAABB\1U\1S\1R\1n\0")));
    canonical.used = 0;
    assert_int_equal(rdata_canonical(RR_NSEC, WIRE("\1N\0\0\1\100"), &canonical), SWORN_OK);
    assert_true(octets_equal(written(&canonical), WIRE("\1N\0\0\1\100")));
    assert_int_equal(rdata_canonical(RR_MX, WIRE("\0"), &canonical), SWORN_MALFORMED);
    assert_int_equal(rdata_canonical(RR_A, WIRE("\0"), &canonical), SWORN_MALFORMED);
}

struct malformed {
    uint16_t type;
    struct octets rdata;
};

/* clang-format off */
#define MALFORMED(type, literal) {type, {(const uint8_t *)(literal), sizeof(literal) - 1}}
static const struct malformed malformed[] = {
    MALFORMED(RR_A, "123"), MALFORMED(RR_A, "12345"), MALFORMED(RR_AAAA, "1234"),
    MALFORMED(RR_NS, ""), MALFORMED(RR_NS, "\1a"), MALFORMED(RR_NS, "\0\0"),
    MALFORMED(RR_NS, "\300\0"), MALFORMED(RR_MX, "\0\1"), MALFORMED(RR_SOA, "\0\0" "123"),
    MALFORMED(RR_TXT, ""), MALFORMED(RR_TXT, "\2a"), MALFORMED(13, "\1a"),
    MALFORMED(RR_CAA, "\0\0v"), MALFORMED(RR_CAA, "\0\1-v"), MALFORMED(256, "\0\0\0\0"),
    MALFORMED(RR_DS, "\0\1\1\1"), MALFORMED(RR_DNSKEY, "\1\1\3\15"),
    MALFORMED(RR_ZONEMD, "\0\0\0\1\1\1" "12345678901"),
    MALFORMED(RR_NSEC, "\0\0\0"),            /* empty window */
    MALFORMED(RR_NSEC, "\0\0\2\100\0"),      /* 00 at its end */
    MALFORMED(RR_NSEC, "\0\1\1\100\0\1\100"),/* out of order */
    MALFORMED(RR_NSEC, "\0\0\1\100\0\1\100"),/* twice */
    MALFORMED(RR_NSEC, "\0\0\041" "123456789012345678901234567890123"),
    MALFORMED(RR_NSEC3, "\1\0\0\0\0\0"),     /* no hash */
    MALFORMED(RR_NSEC3PARAM, "\1\0\0\0\1"),
    MALFORMED(30, "\0\200"), MALFORMED(30, "\0\100\0"),
    MALFORMED(29, "\1\0\0\0" "123456789012"),/* LOC of another version */
    MALFORMED(29, "\0\241\0\0\200\0\0\0\200\0\0\0\0\0\0\0"),
    MALFORMED(29, "\0\0\0\0\377\0\0\0\200\0\0\0\0\0\0\0"),
    MALFORMED(42, "\0\1\41\0"), MALFORMED(42, "\0\1\20\2a\0"), MALFORMED(42, "\0\1\20\5abcde"),
    MALFORMED(45, "\1\4\1a"), MALFORMED(45, "\1\1\1abc"), MALFORMED(55, "\1\1\0\0a"),
    MALFORMED(38, "\201"), MALFORMED(38, "\170\0"), MALFORMED(38, "\171\200\0"),
    MALFORMED(260, "\1\4"), MALFORMED(260, "\1\0\0"),
    MALFORMED(RR_SVCB, "\0\1\0\0\3\0\2"),    /* value breaks off */
    MALFORMED(RR_SVCB, "\0\1\0\0\3\0\2\0\1\0\3\0\2\0\1"),
    MALFORMED(RR_SVCB, "\0\1\0\0\4\0\3abc"),
    MALFORMED(RR_SVCB, "\0\1\0\0\1\0\3\3h2"),
    MALFORMED(RR_SVCB, "\0\1\0\0\1\0\1\0"),
    MALFORMED(RR_SVCB, "\0\1\0\0\2\0\0"),
    MALFORMED(RR_SVCB, "\0\1\0\0\0\0\2\0\3"),
    MALFORMED(RR_SVCB, "\0\1\0\377\377\0\0"),
    MALFORMED(128, "a"),
};
/* clang-format on */

static void malformed_rdata_is_refused_everywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
        const struct malformed *example = &malformed[i];
        struct rdata_part parts[RDATA_PARTS_MAX];
        uint8_t room[512];
        struct writer writer = writer_over(room, sizeof(room));
        size_t count;
        bool refused =
            rdata_check(example->type, example->rdata) == SWORN_MALFORMED &&
            rdata_parts(example->type, example->rdata, parts, &count) == SWORN_MALFORMED &&
            rdata_to_text(example->type, example->rdata, false, &writer) == SWORN_MALFORMED &&
            rdata_canonical(example->type, example->rdata, &writer) == SWORN_MALFORMED;
        if (!refused) {
            fail_msg("example %zu, of type %u, is taken", i, example->type);
        }
    }
    assert_int_equal(rdata_check(65280, WIRE("anything")), SWORN_OK);
    assert_int_equal(rdata_check(65280, WIRE("")), SWORN_OK);
}

/* What a type's text cannot show comes back from RFC 3597's form (as the fuzzer checks of all). */
static void what_has_no_text_of_its_own_prints_generically(void **state)
{
    static const struct malformed examples[] = {
        MALFORMED(29, "\0\3\0\0\200\0\0\0\200\0\0\0\0\0\0\0"), /* a size of 0 × 10^3 */
        MALFORMED(42, "\0\3\20\1a"),                           /* another address family */
        MALFORMED(11, "1234\6\100\0"),                         /* zeros behind the last port */
        MALFORMED(34, "\2a"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        uint8_t room[512];
        struct writer text = writer_over(room, sizeof(room));
        assert_int_equal(rdata_to_text(examples[i].type, examples[i].rdata, false, &text),
                         SWORN_OK);
        assert_memory_equal(room, "\\# ", 3);
    }
}

static void assert_part(const struct rdata_part *part, struct octets octets, bool name,
                        bool compress, bool target)
{
    assert_true(octets_equal(part->octets, octets));
    assert_int_equal(part->is_name, name);
    assert_int_equal(part->may_compress, compress);
    assert_int_equal(part->is_target, target);
}

static void parts_tell_names_from_octets(void **state)
{
    struct rdata_part parts[RDATA_PARTS_MAX];
    size_t count;

    (void)state;
    assert_int_equal(rdata_parts(RR_MX, WIRE("\0\1\1a\0"), parts, &count), SWORN_OK);
    assert_int_equal(count, 2);
    assert_part(&parts[0], WIRE("\0\1"), false, false, false);
    assert_part(&parts[1], WIRE("\1a\0"), true, true, true);

    assert_int_equal(rdata_parts(RR_SOA,
                                 WIRE("\1a\0\1b\0"
                                      "12345678901234567890"),
                                 parts, &count),
                     SWORN_OK);
    assert_int_equal(count, 3);
    assert_part(&parts[0], WIRE("\1a\0"), true, true, false);
    assert_part(&parts[1], WIRE("\1b\0"), true, true, false);
    assert_part(&parts[2], WIRE("12345678901234567890"), false, false, false);

    assert_int_equal(rdata_parts(RR_SRV, WIRE("123456\1a\0"), parts, &count), SWORN_OK);
    assert_part(&parts[1], WIRE("\1a\0"), true, false, true);
    assert_int_equal(rdata_parts(RR_HTTPS, WIRE("\0\1\0\0\3\0\2\1\273"), parts, &count), SWORN_OK);
    assert_int_equal(count, 3);
    assert_part(&parts[1], WIRE("\0"), true, false, true);
    assert_int_equal(rdata_parts(65280, WIRE("abc"), parts, &count), SWORN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(rdata_parts(65280, WIRE(""), parts, &count), SWORN_OK);
    assert_int_equal(count, 0);
}

/* A message of which RDATA is the last; 0: c.  3: x.c. */
static enum sworn_result from_wire(uint16_t type, struct octets message, size_t offset, size_t size,
                                   struct writer *rdata)
{
    struct reader reader = reader_of(message);

    reader.at += offset;
    SWORN_TRY(rdata_from_wire(type, &reader, size, rdata));
    return reader.at == reader.start + offset + size ? SWORN_OK : SWORN_INVALID;
}

static void names_are_decompressed_where_rfc_3597_allows(void **state)
{
    uint8_t room[64];
    struct writer rdata = writer_over(room, sizeof(room));

    (void)state;
    assert_int_equal(from_wire(RR_MX, WIRE("\1c\0\1x\300\0\0\5\1y\300\3!!"), 7, 6, &rdata),
                     SWORN_OK);
    assert_true(octets_equal(written(&rdata), WIRE("\0\5\1y\1x\1c\0")));
    rdata.used = 0;
    assert_int_equal(from_wire(RR_SRV,
                               WIRE("\1c\0"
                                    "123456\300\0"),
                               3, 8, &rdata),
                     SWORN_MALFORMED);
    assert_int_equal(from_wire(RR_SRV,
                               WIRE("\1c\0"
                                    "123456\0"),
                               3, 7, &rdata),
                     SWORN_OK);
}

static void rdata_ends_where_its_length_says(void **state)
{
    uint8_t room[64];
    struct writer rdata = writer_over(room, sizeof(room));

    (void)state;
    /* The name would go on behind RDLENGTH, or ends before it. */
    assert_int_equal(from_wire(RR_NS, WIRE("\1c\0\1x\300\0"), 3, 3, &rdata), SWORN_MALFORMED);
    assert_int_equal(from_wire(RR_NS, WIRE("\1c\0\300\0!"), 3, 3, &rdata), SWORN_MALFORMED);
    assert_int_equal(from_wire(RR_A, WIRE("1234"), 0, 5, &rdata), SWORN_MALFORMED);
    assert_int_equal(from_wire(RR_A, WIRE("12345"), 0, 5, &rdata), SWORN_MALFORMED);
    assert_int_equal(from_wire(RR_A, WIRE("12345"), 0, 4, &rdata), SWORN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_sorted_and_has_each_name_once),
        cmocka_unit_test(every_type_that_others_name_has_that_name),
        cmocka_unit_test(codes_are_written_and_read),
        cmocka_unit_test(meta_types_are_no_data),
        cmocka_unit_test(canonical_form_lowers_the_names_of_rfc_6840_and_no_others),
        cmocka_unit_test(only_the_first_types_may_compress),
        cmocka_unit_test(canonical_form_keeps_what_is_no_name),
        cmocka_unit_test(malformed_rdata_is_refused_everywhere),
        cmocka_unit_test(what_has_no_text_of_its_own_prints_generically),
        cmocka_unit_test(parts_tell_names_from_octets),
        cmocka_unit_test(names_are_decompressed_where_rfc_3597_allows),
        cmocka_unit_test(rdata_ends_where_its_length_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
