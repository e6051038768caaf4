/*
 * rdata_text_test.c - RDATA as people write it: what RFCs give as examples, and what has to be
 * refused with the cause named. libzscanner and ldns are asked as well, unless they are known not
 * to understand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/dns/oracle.h"

#define MEMORY ((size_t)16 << 20)

enum others { BOTH = 0, NOT_ZSCANNER = 1, NOT_LDNS = 2, NOBODY = 3 };

struct example {
    const char *type;
    const char *text;
    const char *wire; /* hex */
    enum others others;
};

/* clang-format off */
static const struct example examples[] = {
    {"A", "192.0.2.1", "c0000201", BOTH},
    {"NS", "Ns", "024e7300", BOTH},
    {"NS", "@", "00", BOTH},
    {"SOA", "a. b. ( 1 1h 1d\n 1w 1h30m )",
     "01610001620000000001" "00000e10" "00015180" "00093a80" "00001518", BOTH},
    {"SOA", "a. b. 4294967295 2W3D 4H 5M 6S",
     "016100016200ffffffff" "00166980" "00003840" "0000012c" "00000006", BOTH},
    {"MX", "10 mail", "000a046d61696c00", BOTH},
    {"TXT", "abc \"d e\" \"\"", "03616263" "03642065" "00", BOTH},
    {"TXT", "a\\\"b \"c\\;\\\\\" \\001\\255", "03612262" "03633b5c" "0201ff", BOTH},
    {"TXT", "\"semi;colon (paren)\"", "1273656d693b636f6c6f6e2028706172656e29", BOTH},
    {"HINFO", "\"VAX 11/780\" UNIX", "0a5641582031312f37383004554e4958", BOTH},
    {"ISDN", "\"150862028003217\" 004", "0f31353038363230323830303332313703303034", NOT_ZSCANNER},
    {"AAAA", "2001:DB8::192.0.2.1", "20010db80000000000000000c0000201", BOTH},
    {"AAAA", "1:2:3:4:5:6:7::", "00010002000300040005000600070000", BOTH},
    {"AAAA", "::", "00000000000000000000000000000000", BOTH},
    {"WKS", "192.0.2.1 TCP smtp 80", "c000020106000000400000000000" "0080", NOT_ZSCANNER},
    {"LOC", "42 21 54 N 71 06 18 W -24m 30m", "0033161389172dd070be15f000988d20", BOTH},
    {"LOC", "52 14 05 N 00 08 50 E 10m", "00121613" "8b3556c8" "80081650" "00989a68", BOTH},
    {"NAPTR", "100 50 \"s\" \"z3950+I2L\" \"\" _z3950._tcp.a.",
     "00640032" "0173" "097a333935302b49324c" "00" "065f7a33393530" "045f746370" "0161" "00", BOTH},
    {"CERT", "PKIX 1 RSASHA256 AQID", "0001" "0001" "08" "010203", BOTH},
    {"A6", "64 ::1234:5678:9abc:def0 p.", "40" "123456789abcdef0" "017000", NOBODY},
    {"A6", "0 2001:db8::1", "00" "20010db8000000000000000000000001", NOBODY},
    {"A6", "128 p.", "80" "017000", NOBODY},
    {"APL", "1:192.168.32.0/21 !1:192.168.38.0/28", "00011503c0a82000011c83c0a826", BOTH},
    {"APL", "1:224.0.0.0/4 2:FF00:0:0:0:0:0:0:0/8", "00010401e000020801ff", BOTH},
    {"APL", "", "", BOTH},
    {"DS", "60485 5 1 ( 2BB183AF5F22588179A5 3B0A 98631FAD1A292118 )",
     "ec45" "05" "01" "2bb183af5f22588179a53b0a98631fad1a292118", BOTH},
    {"SSHFP", "2 1 123456789abcdef67890123456789abcdef67890",
     "0201123456789abcdef67890123456789abcdef67890", BOTH},
    {"IPSECKEY", "10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==",
     "0a0102" "c0000226" "0103515379" "86ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801",
     BOTH},
    {"IPSECKEY", "10 0 0 .", "0a0000", NOT_LDNS},
    {"IPSECKEY", "10 3 2 gw.a. AQID", "0a0302" "0267770161" "00" "010203", BOTH},
    {"RRSIG", "A 5 3 86400 20030322173103 20030220173103 2642 a. AQID",
     "0001" "05" "03" "00015180" "3e7c9dd7" "3e5510d7" "0a52" "016100" "010203", BOTH},
    {"RRSIG", "TYPE1 RSASHA1 3 86400 1048354263 1045762263 2642 a. AQ ID",
     "0001" "05" "03" "00015180" "3e7c9dd7" "3e5510d7" "0a52" "016100" "010203", NOT_ZSCANNER},
    {"NSEC", "host.a. A MX RRSIG NSEC TYPE1234",
     "04686f7374016100" "0006400100000003"
     "041b000000000000000000000000000000000000000000000000000020", BOTH},
    {"NSEC", "a. NSEC A NSEC A", "016100" "0006400000000001", BOTH},
    {"DNSKEY", "256 3 5 ( AQPS KmynfzW4kyBv )", "0100" "03" "05" "0103d22a6ca77f35b893206f", BOTH},
    {"NSEC3", "1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY",
     "0101000c" "04aabbccdd" "14174eb2409fe28bcb4887a1836f957f0a8425e27b" "000700010000000080",
     BOTH},
    {"NSEC3PARAM", "1 0 0 -", "01" "00" "0000" "00", BOTH},
    {"TLSA", "0 0 1 ( d2abde24 0d7c )", "000001d2abde240d7c", BOTH},
    {"HIP", "2 200100107B1A74DF AwEAAbdx rvs1.a. rvs2.a.",
     "08" "02" "0006" "200100107b1a74df" "03010001b771" "0472767331016100" "0472767332016100",
     NOT_ZSCANNER},
    {"CDS", "0 0 0 0", "0000000000", NOT_LDNS | NOT_ZSCANNER},
    {"CDS", "0 0 0 00", "0000000000", BOTH},
    {"CDNSKEY", "0 3 0 0", "0000030000", NOT_LDNS | NOT_ZSCANNER},
    {"CDNSKEY", "0 3 0 AA==", "0000030000", BOTH},
    {"CSYNC", "66 3 A NS AAAA", "00000042" "0003" "0004" "60000008", BOTH},
    {"ZONEMD", "2018031500 1 1 FEBE3D4CE2EC2FFA4BA99D46CD69D6D29711E55217057BEE",
     "7848b78c" "01" "01" "febe3d4ce2ec2ffa4ba99d46cd69d6d29711e55217057bee", BOTH},
    {"DSYNC", "CDS NOTIFY 5359 cds-scanner.a.", "003b" "01" "14ef" "0b6364732d7363616e6e6572016100",
     NOBODY},
    {"DSYNC", "CSYNC 200 1 .", "003e" "c8" "0001" "00", NOBODY},
    {"L64", "10 2001:0DB8:1140:1000", "000a" "20010db811401000", BOTH},
    {"L32", "10 10.1.2.0", "000a" "0a010200", BOTH},
    {"EUI48", "00-00-5e-00-53-2a", "00005e00532a", BOTH},
    {"EUI64", "00-00-5E-EF-10-00-00-2A", "00005eef1000002a", BOTH},
    {"URI", "10 1 \"ftp://ftp1.a/public\"", "000a" "0001" "6674703a2f2f667470312e612f7075626c6963",
     BOTH},
    {"CAA", "128 issue \"ca1.a; x=1\"", "80" "056973737565" "6361312e613b20783d31", BOTH},
    {"CAA", "0 issue \"\"", "00" "056973737565", BOTH},
    {"AMTRELAY", "10 0 1 203.0.113.15", "0a" "01" "cb00710f", NOBODY},
    {"AMTRELAY", "128 1 3 amt.", "80" "83" "03616d7400", NOBODY},
    {"AMTRELAY", "10 0 0 .", "0a" "00", NOBODY},
    {"TKEY", "a. 20200101000000 20210101000000 3 0 3 AQID 0",
     "016100" "5e0be100" "5fee6600" "0003" "0000" "0003010203" "0000", NOBODY},
    {"TSIG", "hmac-sha256. 1600000000 300 3 AQID 5 0 0",
     "0b686d61632d73686132353600" "00005f5e1000" "012c" "0003010203" "0005" "0000" "0000", NOBODY},
    {"DOA", "0 1 2 \"\" -", "00000000" "00000001" "02" "00", NOBODY},
    /* RFC 9460 D.1, D.2 */
    {"HTTPS", "0 foo.a.", "0000" "03666f6f016100", BOTH},
    {"SVCB", "1 .", "0001" "00", BOTH},
    {"SVCB", "16 foo.a. port=53", "0010" "03666f6f016100" "000300020035", BOTH},
    {"SVCB", "1 foo.a. key667=hello", "0001" "03666f6f016100" "029b000568656c6c6f", BOTH},
    {"SVCB", "1 foo.a. key667=\"hello\\210qoo\"", "000103666f6f016100" "029b000968656c6c6fd2716f6f",
     BOTH},
    {"SVCB", "1 foo.a. ipv6hint=\"2001:db8::1,2001:db8::53:1\"",
     "0001" "03666f6f016100" "00060020" "20010db8000000000000000000000001"
     "20010db8000000000000000000530001", BOTH},
    {"SVCB", "1 a. ipv6hint=2001:db8:122:344::192.0.2.33",
     "0001" "016100" "00060010" "20010db8012203440000000" "0c0000221", BOTH},
    {"SVCB", "16 foo.a. (alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1)",
     "0010" "03666f6f016100" "0000000400010004" "000100090268320568332d3139" "00040004c0000201",
     BOTH},
    {"SVCB", "16 foo.a. alpn=\"f\\\\\\\\oo\\\\,bar,h2\"",
     "0010" "03666f6f016100" "0001000c08665c6f6f2c626172026832", NOBODY},
    {"SVCB", "16 foo.a. alpn=f\\\\\\092oo\\092,bar,h2",
     "0010" "03666f6f016100" "0001000c08665c6f6f2c626172026832", NOBODY},
    {"HTTPS", "1 . key3=\\001\\187 alpn=h2 no-default-alpn ech=AQID",
     "0001" "00" "0001000302683200020000" "0003000201bb" "00050003010203", NOT_LDNS},
    {"HTTPS", "1 . dohpath=/dns-query{?dns} ohttp",
     "0001" "00" "000700102f646e732d71756572797b3f646e737d" "00080000", NOBODY},
    /* RFC 3597 5 */
    {"A", "\\# 4 C0 000201", "c0000201", BOTH},
    {"TYPE62347", "\\# 6 abcdef0123 45", "abcdef012345", BOTH},
    {"TYPE731", "\\# 0", "", BOTH},
    {"NULL", "\\# 2 ( 00\n01 )", "0001", NOT_ZSCANNER},
};
/* clang-format on */

static struct octets from_hex(const char *hex, struct region *region)
{
    void *memory;
    size_t digits = 0;
    unsigned value = 0;

    assert_int_equal(region_alloc(region, strlen(hex), &memory), SWORN_OK);
    uint8_t *octets = memory;
    for (; *hex != '\0'; hex++) {
        if (*hex == ' ') {
            continue;
        }
        value = value << 4 | (unsigned)(*hex <= '9' ? *hex - '0' : *hex - 'a' + 10);
        octets[digits / 2] = (uint8_t)value;
        digits++;
    }
    return octets_of(octets, digits / 2);
}

static uint16_t code_of(const char *type)
{
    uint16_t code = 0;

    if (rr_code_from_text(octets_of_text(type), &code) != SWORN_OK) {
        fail_msg("\"%s\" is no type", type);
    }
    return code;
}

static void assert_octets(const struct example *example, const char *who, struct octets octets,
                          struct region *region)
{
    struct octets wire = from_hex(example->wire, region);

    if (!octets_equal(octets, wire)) {
        fail_msg("%s %s is %s, by %s %s", example->type, example->text, oracle_hex(wire, region),
                 who, oracle_hex(octets, region));
    }
}

static void ask_others(const struct example *example, struct region *region)
{
    struct oracle_records zscanner = {.region = region};
    struct oracle_records ldns = {.region = region};
    struct writer line = writer_in(region, 4096);

    assert_int_equal(write_format(&line, "o. 3600 IN %s %s\n", example->type, example->text),
                     SWORN_OK);
    if ((example->others & NOT_ZSCANNER) == 0) {
        if (!oracle_zscanner(written(&line), &zscanner) || zscanner.count != 1) {
            fail_msg("%s %s: %s", example->type, example->text, zscanner.error);
        }
        assert_octets(example, "libzscanner", zscanner.list[0].rdata, region);
    }
    if ((example->others & NOT_LDNS) == 0) {
        if (!oracle_ldns(written(&line), &ldns) || ldns.count != 1) {
            fail_msg("%s %s: %s", example->type, example->text, ldns.error);
        }
        assert_octets(example, "ldns", ldns.list[0].rdata, region);
    }
}

static void text_of_rfcs_becomes_their_wire(void **state)
{
    struct name root;

    (void)state;
    name_root(&root);
    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        const struct example *example = &examples[i];
        uint16_t type = code_of(example->type);
        struct region region;
        struct reason reason;

        region_init(&region, MEMORY);
        struct writer rdata = writer_in(&region, RDATA_MAX);
        if (rdata_from_text(type, octets_of_text(example->text), &root, &rdata, &reason) !=
            SWORN_OK) {
            fail_msg("%s %s: %s", example->type, example->text, reason.text);
        }
        assert_octets(example, "core/dns", written(&rdata), &region);
        ask_others(example, &region);
        region_clear(&region);
    }
}

struct refusal {
    const char *type;
    const char *text;
    const char *cause; /* part of the reason */
};

/* clang-format off */
static const struct refusal refusals[] = {
    {"A", "", "A address: is missing"},
    {"A", "1.2.3", "is no IPv4 address"},
    {"A", "1.2.3.256", "is no IPv4 address"},
    {"A", "01.2.3.4", "is no IPv4 address"},
    {"A", "1.2.3.4 5", "\"5\" is more than"},
    {"A", "\"1.2.3.4\"", "must not be quoted"},
    {"A", "1.2.3.4\n", "a line end outside parentheses"},
    {"A", "1.2.3.4\nb. A 5.6.7.8", "a line end outside parentheses"},
    {"A", "1.2.3.4 ; x", "a comment"},
    {"A", "( 1.2.3.4 ; x\n )", "a comment"},
    {"A", "( 1.2.3.4", "\"(\" without"},
    {"A", "1.2.3.4 )", "\")\" without"},
    {"A", "1.2.3.4\x01", "control character 1"},
    {"A", "\\# 3 010203", "no such record's"},
    {"A", "\\# 4 010203", "there are 3, the length says 4"},
    {"A", "\\# 4 0102030", "odd number"},
    {"A", "\\# x 01020304", "A length: \"x\" is no number"},
    {"A", "\xc3\xa4", "\"??\" is no IPv4 address"},
    {"AAAA", ":::", "is no IPv6 address"},
    {"AAAA", "1:2:3:4:5:6:7:8::", "is no IPv6 address"},
    {"AAAA", "1::2::3", "is no IPv6 address"},
    {"AAAA", "12345::", "is no IPv6 address"},
    {"AAAA", "::1.2.3", "is no IPv6 address"},
    {"NS", "a..b.", "NS name server: the name has an empty label"},
    {"MX", "65536 a.", "MX preference: \"65536\" is no number from 0 to 65535"},
    {"MX", "10", "MX mail exchange: is missing"},
    {"SOA", "a. b. 1h 1 1 1 1", "SOA serial: \"1h\" is no number"},
    {"SOA", "a. b. 1 1h30 1 1 1", "SOA refresh: \"1h30\" is no number"},
    {"TXT", "", "TXT text: is missing"},
    {"TXT", "\"abc", "does not end on its line"},
    {"TXT", "\"a\nb\"", "does not end on its line"},
    {"TXT", "\"a\"b", "a blank is missing after a quoted string"},
    {"TXT", "a\"b\"", "a quote inside a word"},
    {"TXT", "\\300", "\\300 is no octet"},
    {"CAA", "0 is-sue \"\"", "is not letters and digits"},
    {"URI", "1 1 \"\"", "URI target: is empty"},
    {"DS", "1 8 2", "DS digest: is missing"},
    {"DS", "1 8 2 abc", "odd number"},
    {"DS", "1 8 2 xy", "is not hex"},
    {"DNSKEY", "256 3 8 A", "breaks off"},
    {"DNSKEY", "256 3 8 AB==", "is not base64"},
    {"DNSKEY", "256 3 8 AA==AA==", "is not base64"},
    {"DNSKEY", "256 3 NONE AQID", "is no number from 0 to 255"},
    {"RRSIG", "A 8 0 1 20230229000000 1 1 . AQID", "is no time as YYYYMMDDHHmmSS"},
    {"RRSIG", "A 8 0 1 21060207062816 1 1 . AQID", "is no time as YYYYMMDDHHmmSS"},
    {"RRSIG", "NOTYPE 8 0 1 1 1 1 . AQID", "\"NOTYPE\" is no RR type"},
    {"NSEC", "a. A B", "\"B\" is no RR type"},
    {"NSEC3", "1 0 0 - 0 A", "is not base32hex"},
    {"NSEC3", "1 0 0 abc 00 A", "neither \"-\" nor"},
    {"ZONEMD", "1 1 1 00", "shorter than 12 octets"},
    {"LOC", "91 N 0 E 0", "is not degrees"},
    {"LOC", "90 0 0.001 N 0 E 0", "up to 90 degrees"},
    {"LOC", "1 1 1 1 N 0 E 0", "lacks a letter N or S"},
    {"LOC", "1 N 1 E 42849672.96", "is no altitude"},
    {"LOC", "1 N 1 E 0 100000000", "is no size"},
    {"APL", "3:0/0", "is no prefix"},
    {"APL", "1:192.0.2.0/33", "is no prefix"},
    {"WKS", "1.2.3.4 tcp nosuch", "neither a known service"},
    {"NSAP", "4700", "does not begin with 0x"},
    {"EUI48", "00-00-5e-00-53", "is not 6 groups"},
    {"IPSECKEY", "1 4 0 a.", "kind 4 has no text"},
    {"IPSECKEY", "1 0 0 a.", "kind 0 is written as \".\""},
    {"NXT", "a. TYPE128", "is not one of 1 to 127"},
    {"NULL", "abc", "has no text of its own"},
    {"TYPE999", "abc", "TYPE999 data: has no text of its own"},
    /* RFC 9460 D.3 and more */
    {"SVCB", "1 foo. key123=abc key123=def", "key 123 is there twice"},
    {"SVCB", "1 foo. mandatory", "mandatory lists no key"},
    {"SVCB", "1 foo. alpn", "value of alpn is malformed"},
    {"SVCB", "1 foo. alpn=\"\"", "value of alpn is malformed"},
    {"SVCB", "1 foo. alpn=h2,", "value of alpn is malformed"},
    {"SVCB", "1 foo. alpn=h2,,h3", "value of alpn is malformed"},
    {"SVCB", "1 foo. port", "value of port is malformed"},
    {"SVCB", "1 foo. port=65536", "value of port is malformed"},
    {"SVCB", "1 foo. port=1,2", "value of port is malformed"},
    {"SVCB", "1 foo. ipv4hint", "value of ipv4hint is malformed"},
    {"SVCB", "1 foo. ipv4hint=1.2.3.4,", "value of ipv4hint is malformed"},
    {"SVCB", "1 foo. ipv6hint", "value of ipv6hint is malformed"},
    {"SVCB", "1 foo. ech", "value of ech is malformed"},
    {"SVCB", "1 foo. dohpath", "value of dohpath is malformed"},
    {"SVCB", "1 foo. ohttp=1", "value of ohttp is malformed"},
    {"SVCB", "1 foo. no-default-alpn=abc alpn=h2", "value of no-default-alpn is malformed"},
    {"SVCB", "1 foo. no-default-alpn", "no-default-alpn needs alpn"},
    {"SVCB", "1 foo. mandatory=key123", "lists key 123, which is not there"},
    {"SVCB", "1 foo. mandatory=mandatory", "lists itself"},
    {"SVCB", "1 foo. mandatory=key123,key123 key123=abc", "keys twice"},
    {"SVCB", "1 foo. key65535=a", "\"key65535\" is no key"},
    {"SVCB", "1 foo. key01=a", "\"key01\" is no key"},
    {"SVCB", "1 foo. ALPN=h2", "\"ALPN\" is no key"},
    {"SVCB", "1 foo. key3=a", "value of port is malformed"},
    {"SVCB", "1 foo. \"port=1\"", "must not be quoted whole"},
    {"SVCB", "1 foo. key9=a=\"b\"", "a quote inside a value"},
};
/* clang-format on */

static void malformed_text_is_refused_with_its_cause(void **state)
{
    struct name root;

    (void)state;
    name_root(&root);
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        const struct refusal *refusal = &refusals[i];
        struct region region;
        struct reason reason;

        region_init(&region, MEMORY);
        struct writer rdata = writer_in(&region, RDATA_MAX);
        enum sworn_result result = rdata_from_text(
            code_of(refusal->type), octets_of_text(refusal->text), &root, &rdata, &reason);
        if (result != SWORN_MALFORMED || strstr(reason.text, refusal->cause) == NULL) {
            fail_msg("%s %s: %s \"%s\", not malformed \"%s\"", refusal->type, refusal->text,
                     result_name(result), reason.text, refusal->cause);
        }
        assert_int_equal(rdata.used, 0);
        region_clear(&region);
    }
}

static void what_does_not_fit_a_record_is_refused(void **state)
{
    struct region region;
    struct reason reason;
    uint8_t text[300];

    (void)state;
    region_init(&region, MEMORY);
    struct writer rdata = writer_in(&region, RDATA_MAX);
    memset(text, 'a', sizeof(text));
    assert_int_equal(rdata_from_text(RR_TXT, octets_of(text, 255), NULL, &rdata, &reason),
                     SWORN_OK);
    assert_int_equal(rdata_from_text(RR_TXT, octets_of(text, 256), NULL, &rdata, &reason),
                     SWORN_LIMIT);
    assert_non_null(strstr(reason.text, "longer than 255"));
    struct writer many = writer_in(&region, 1 << 20);
    for (size_t i = 0; i < 40000; i++) {
        assert_int_equal(write_text(&many, "a "), SWORN_OK);
    }
    struct writer large = writer_in(&region, 1 << 20);
    assert_int_equal(rdata_from_text(RR_TXT, written(&many), NULL, &large, &reason), SWORN_LIMIT);
    assert_non_null(strstr(reason.text, "more than a record can hold"));
    region_clear(&region);
}

static void rdata_goes_behind_what_the_writer_holds(void **state)
{
    uint8_t room[64] = {0};
    struct writer rdata = writer_over(room, sizeof(room));
    struct reason reason;

    (void)state;
    assert_int_equal(write_u16(&rdata, 0xAAAA), SWORN_OK);
    assert_int_equal(
        rdata_from_text(45, octets_of_text("1 1 2 192.0.2.1 AQID"), NULL, &rdata, &reason),
        SWORN_OK);
    assert_int_equal(rdata.used, 2 + 10);
    assert_int_equal(
        rdata_from_text(RR_SVCB, octets_of_text("1 . port=1 alpn=a"), NULL, &rdata, &reason),
        SWORN_OK);
    assert_memory_equal(room + 12, "\0\1\0\0\1\0\2\1a\0\3\0\2\0\1", 15);
    assert_int_equal(rdata_from_text(RR_A, octets_of_text("x"), NULL, &rdata, &reason),
                     SWORN_MALFORMED);
    assert_int_equal(rdata.used, 27);
}

static void known_types_print_generically_on_request(void **state)
{
    uint8_t room[64];
    struct writer text = writer_over(room, sizeof(room));

    (void)state;
    assert_int_equal(rdata_to_text(RR_A, octets_of("\300\0\2\1", 4), true, &text), SWORN_OK);
    assert_true(octets_equal(written(&text), octets_of_text("\\# 4 c0000201")));
    text.used = 0;
    assert_int_equal(rdata_to_text(RR_A, octets_of("\300\0\2", 3), false, &text), SWORN_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_of_rfcs_becomes_their_wire),
        cmocka_unit_test(malformed_text_is_refused_with_its_cause),
        cmocka_unit_test(what_does_not_fit_a_record_is_refused),
        cmocka_unit_test(rdata_goes_behind_what_the_writer_holds),
        cmocka_unit_test(known_types_print_generically_on_request),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
