/*
 * type.c - see type.h.
 */
#include "guards/library/delegate/type.h"

/* Types that a zone can hold, in runs of numbers that follow each other. */
static const struct run {
    uint16_t first;
    const char *names;
} runs[] = {
    {1, "A NS MD MF CNAME SOA MB MG MR NULL WKS PTR HINFO MINFO MX TXT RP AFSDB X25 ISDN RT NSAP "
        "NSAP-PTR SIG KEY PX GPOS AAAA LOC NXT EID NIMLOC SRV ATMA NAPTR KX CERT A6 DNAME SINK"},
    {42, "APL DS SSHFP IPSECKEY RRSIG NSEC DNSKEY DHCID NSEC3 NSEC3PARAM TLSA SMIMEA"},
    {55, "HIP NINFO RKEY TALINK CDS CDNSKEY OPENPGPKEY CSYNC ZONEMD SVCB HTTPS DSYNC HHIT BRID"},
    {99, "SPF UINFO UID GID UNSPEC NID L32 L64 LP EUI48 EUI64"},
    {256, "URI CAA AVC DOA AMTRELAY RESINFO WALLET CLA IPN"},
    {32768, "TA DLV"},
};

enum { RUNS = sizeof(runs) / sizeof(runs[0]) };

static bool equal_but_for_case(struct fdns_octets a, struct fdns_octets upper)
{
    for (size_t i = 0; i < upper.size && a.size == upper.size; i++) {
        uint8_t octet = a.data[i];

        octet = octet >= 'a' && octet <= 'z' ? (uint8_t)(octet & ~0x20) : octet;
        if (octet != upper.data[i]) {
            return false;
        }
    }
    return a.size == upper.size;
}

/* The mnemonic of this number. */
static bool name_of(uint16_t type, struct fdns_octets *name)
{
    for (size_t i = 0; i < RUNS; i++) {
        struct fdns_octets names = fdns_text_of(runs[i].names);

        for (uint32_t number = runs[i].first; fdns_read_word(&names, ' ', name); number++) {
            if (number == type) {
                return true;
            }
        }
    }
    return false;
}

bool type_read(struct fdns_octets text, uint16_t *type)
{
    struct fdns_octets name;
    uint64_t number;

    for (size_t i = 0; i < RUNS; i++) {
        struct fdns_octets names = fdns_text_of(runs[i].names);

        for (*type = runs[i].first; fdns_read_word(&names, ' ', &name); *type += 1) {
            if (equal_but_for_case(text, name)) {
                return true;
            }
        }
    }
    if (text.size < 5 || !equal_but_for_case(fdns_octets_of(text.data, 4), fdns_text_of("TYPE")) ||
        !fdns_decimal(fdns_octets_of(text.data + 4, text.size - 4), &number) ||
        number > UINT16_MAX) {
        return false;
    }
    *type = (uint16_t)number;
    return true;
}

void type_put(struct fdns_text *text, uint16_t type)
{
    struct fdns_octets name;

    if (name_of(type, &name)) {
        fdns_put_octets(text, name);
        return;
    }
    fdns_put(text, "TYPE");
    fdns_put_number(text, type);
}

bool type_is_ordinary(uint16_t type)
{
    /* NS, SOA, DNAME, DS, CSYNC, DSYNC, CAA, TA, DLV */
    static const uint16_t handing_on[] = {2, 6, 39, 43, 62, 66, 257, 32768, 32769};
    struct fdns_octets name;

    for (size_t i = 0; i < sizeof(handing_on) / sizeof(handing_on[0]); i++) {
        if (handing_on[i] == type) {
            return false;
        }
    }
    return name_of(type, &name);
}
