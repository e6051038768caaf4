/*
 * counts.c - names of what is counted, and sums; see counts.h.
 */
#include "host/serve/counts.h"

/* The table of types: a place, its type, its name. */
#define COUNTED_TYPES(PLACE)                                                                       \
    PLACE(1, 1, "A")                                                                               \
    PLACE(2, 2, "NS")                                                                              \
    PLACE(3, 5, "CNAME")                                                                           \
    PLACE(4, 6, "SOA")                                                                             \
    PLACE(5, 12, "PTR")                                                                            \
    PLACE(6, 13, "HINFO")                                                                          \
    PLACE(7, 15, "MX")                                                                             \
    PLACE(8, 16, "TXT")                                                                            \
    PLACE(9, 28, "AAAA")                                                                           \
    PLACE(10, 29, "LOC")                                                                           \
    PLACE(11, 33, "SRV")                                                                           \
    PLACE(12, 35, "NAPTR")                                                                         \
    PLACE(13, 39, "DNAME")                                                                         \
    PLACE(14, 43, "DS")                                                                            \
    PLACE(15, 44, "SSHFP")                                                                         \
    PLACE(16, 46, "RRSIG")                                                                         \
    PLACE(17, 47, "NSEC")                                                                          \
    PLACE(18, 48, "DNSKEY")                                                                        \
    PLACE(19, 50, "NSEC3")                                                                         \
    PLACE(20, 51, "NSEC3PARAM")                                                                    \
    PLACE(21, 52, "TLSA")                                                                          \
    PLACE(22, 59, "CDS")                                                                           \
    PLACE(23, 60, "CDNSKEY")                                                                       \
    PLACE(24, 61, "OPENPGPKEY")                                                                    \
    PLACE(25, 63, "ZONEMD")                                                                        \
    PLACE(26, 64, "SVCB")                                                                          \
    PLACE(27, 65, "HTTPS")                                                                         \
    PLACE(28, 99, "SPF")                                                                           \
    PLACE(29, 251, "IXFR")                                                                         \
    PLACE(30, 252, "AXFR")                                                                         \
    PLACE(31, 255, "ANY")

#define PLACE_OF_TYPE(place, type, name) [type] = place,
#define NAME_OF_PLACE(place, type, name) [place] = name,

const uint8_t counted_places[256] = {COUNTED_TYPES(PLACE_OF_TYPE)};

static const char *const type_names[COUNTED_TYPES_MAX] = {[0] = "other",
                                                          COUNTED_TYPES(NAME_OF_PLACE)};

static const char *const rcode_names[COUNTED_RCODES] = {
    "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",  "REFUSED",   "YXDOMAIN",
    "YXRRSET", "NXRRSET", "NOTAUTH",  "NOTZONE",  "BADVERS", "BADCOOKIE", "other",
};

const char *counted_type_name(unsigned place)
{
    return place < COUNTED_TYPES_MAX ? type_names[place] : NULL;
}

const char *counted_rcode_name(unsigned column)
{
    return column < COUNTED_RCODES ? rcode_names[column] : NULL;
}

void counts_add_up(struct serve_counts *sum, const struct serve_counts *one)
{
    const uint64_t *from = (const uint64_t *)one;
    uint64_t *to = (uint64_t *)sum;

    for (size_t i = 0; i < sizeof(*sum) / sizeof(*to); i++) {
        to[i] += __atomic_load_n(&from[i], __ATOMIC_RELAXED);
    }
}
