/*
 * rr_table.c - the table of RR types; see rr_table.h. The RFC beside a row draws its RDATA.
 */
#include "core/dns/rr_table.h"

static const struct rr_type types[] = {
    /* RFC 1035 3.4.1 */
    {1, "A", {{FIELD_IPV4, 0, "address"}}},
    /* RFC 1035 3.3.11 */
    {2, "NS", {{FIELD_NAME, FIELD_COMPRESS | FIELD_LOWER | FIELD_TARGET, "name server"}}},
    /* RFC 1035 3.3.4 */
    {3, "MD", {{FIELD_NAME, FIELD_COMPRESS | FIELD_LOWER, "mail agent"}}},
    /* RFC 1035 3.3.5 */
    {4, "MF", {{FIELD_NAME, FIELD_COMPRESS | FIELD_LOWER, "mail agent"}}},
    /* RFC 1035 3.3.1 */
    {5, "CNAME", {{FIELD_NAME, FIELD_COMPRESS | FIELD_LOWER, "canonical name"}}},
    /* RFC 1035 3.3.13 */
    {6,
     "SOA",
     {{FIELD_NAME, FIELD_COMPRESS | FIELD_LOWER, "primary server"},
      {FIELD_NAME, FIELD_COMPRESS | FIELD_LOWER, "mailbox"},
      {FIELD_U32, 0, "serial"},
      {FIELD_PERIOD, 0, "refresh"},
      {FIELD_PERIOD, 0, "retry"},
      {FIELD_PERIOD, 0, "expire"},
      {FIELD_PERIOD, 0, "minimum"}}},
    /* RFC 1035 3.3.3 */
    {7, "MB", {{FIELD_NAME, FIELD_COMPRESS | FIELD_LOWER, "mail server"}}},
    /* RFC 1035 3.3.6 */
    {8, "MG", {{FIELD_NAME, FIELD_COMPRESS | FIELD_LOWER, "mailbox"}}},
    /* RFC 1035 3.3.8 */
    {9, "MR", {{FIELD_NAME, FIELD_COMPRESS | FIELD_LOWER, "mailbox"}}},
    /* RFC 1035 3.3.10 */
    {10, "NULL", {{FIELD_OPAQUE, 0, "data"}}},
    /* RFC 1035 3.4.2 */
    {11, "WKS", {{FIELD_IPV4, 0, "address"}, {FIELD_SERVICES, 0, "services"}}},
    /* RFC 1035 3.3.12 */
    {12, "PTR", {{FIELD_NAME, FIELD_COMPRESS | FIELD_LOWER, "name"}}},
    /* RFC 1035 3.3.2 */
    {13, "HINFO", {{FIELD_STRING, 0, "CPU"}, {FIELD_STRING, 0, "OS"}}},
    /* RFC 1035 3.3.7 */
    {14,
     "MINFO",
     {{FIELD_NAME, FIELD_COMPRESS | FIELD_LOWER, "responsible mailbox"},
      {FIELD_NAME, FIELD_COMPRESS | FIELD_LOWER, "error mailbox"}}},
    /* RFC 1035 3.3.9 */
    {15,
     "MX",
     {{FIELD_U16, 0, "preference"},
      {FIELD_NAME, FIELD_COMPRESS | FIELD_LOWER | FIELD_TARGET, "mail exchange"}}},
    /* RFC 1035 3.3.14 */
    {16, "TXT", {{FIELD_STRINGS, 0, "text"}}},
    /* RFC 1183 2.2 */
    {17, "RP", {{FIELD_NAME, FIELD_LOWER, "mailbox"}, {FIELD_NAME, FIELD_LOWER, "name of TXT"}}},
    /* RFC 1183 1 */
    {18, "AFSDB", {{FIELD_U16, 0, "subtype"}, {FIELD_NAME, FIELD_LOWER, "server"}}},
    /* RFC 1183 3.1 */
    {19, "X25", {{FIELD_STRING, 0, "PSDN address"}}},
    /* RFC 1183 3.2 */
    {20, "ISDN", {{FIELD_STRING, 0, "ISDN address"}, {FIELD_STRING, FIELD_OPTIONAL, "subaddress"}}},
    /* RFC 1183 3.3 */
    {21, "RT", {{FIELD_U16, 0, "preference"}, {FIELD_NAME, FIELD_LOWER, "intermediate host"}}},
    /* RFC 1706 5 */
    {22, "NSAP", {{FIELD_NSAP, 0, "NSAP address"}}},
    /* RFC 1706 6 */
    {23, "NSAP-PTR", {{FIELD_NAME, 0, "name"}}},
    /* RFC 2535 4.1 */
    {24,
     "SIG",
     {{FIELD_TYPE, 0, "type covered"},
      {FIELD_ALGORITHM, 0, "algorithm"},
      {FIELD_U8, 0, "labels"},
      {FIELD_U32, 0, "original TTL"},
      {FIELD_DATE, 0, "expiration"},
      {FIELD_DATE, 0, "inception"},
      {FIELD_U16, 0, "key tag"},
      {FIELD_NAME, FIELD_LOWER, "signer"},
      {FIELD_BASE64, 0, "signature"}}},
    /* RFC 2535 3.1 */
    {25,
     "KEY",
     {{FIELD_U16, 0, "flags"},
      {FIELD_U8, 0, "protocol"},
      {FIELD_ALGORITHM, 0, "algorithm"},
      {FIELD_BASE64, FIELD_OPTIONAL, "public key"}}},
    /* RFC 2163 4 */
    {26,
     "PX",
     {{FIELD_U16, 0, "preference"},
      {FIELD_NAME, FIELD_LOWER, "RFC 822 domain"},
      {FIELD_NAME, FIELD_LOWER, "X.400 domain"}}},
    /* RFC 1712 3 */
    {27,
     "GPOS",
     {{FIELD_STRING, 0, "longitude"},
      {FIELD_STRING, 0, "latitude"},
      {FIELD_STRING, 0, "altitude"}}},
    /* RFC 3596 2.2 */
    {28, "AAAA", {{FIELD_IPV6, 0, "address"}}},
    /* RFC 1876 2 */
    {29, "LOC", {{FIELD_LOC, 0, "location"}}},
    /* RFC 2535 5.2 */
    {30, "NXT", {{FIELD_NAME, FIELD_LOWER, "next name"}, {FIELD_NXT_BITMAP, 0, "types"}}},
    /* draft-ietf-nimrod-dns 3.1 */
    {31, "EID", {{FIELD_HEX, 0, "identifier"}}},
    /* draft-ietf-nimrod-dns 3.2 */
    {32, "NIMLOC", {{FIELD_HEX, 0, "locator"}}},
    /* RFC 2782 */
    {33,
     "SRV",
     {{FIELD_U16, 0, "priority"},
      {FIELD_U16, 0, "weight"},
      {FIELD_U16, 0, "port"},
      {FIELD_NAME, FIELD_LOWER | FIELD_TARGET, "target"}}},
    /* AF-SAA-0069 4 */
    {34, "ATMA", {{FIELD_ATMA, 0, "ATM address"}}},
    /* RFC 3403 4.1 */
    {35,
     "NAPTR",
     {{FIELD_U16, 0, "order"},
      {FIELD_U16, 0, "preference"},
      {FIELD_STRING, 0, "flags"},
      {FIELD_STRING, 0, "services"},
      {FIELD_STRING, 0, "regular expression"},
      {FIELD_NAME, FIELD_LOWER, "replacement"}}},
    /* RFC 2230 3.1 */
    {36, "KX", {{FIELD_U16, 0, "preference"}, {FIELD_NAME, FIELD_LOWER, "key exchanger"}}},
    /* RFC 4398 2 */
    {37,
     "CERT",
     {{FIELD_CERT_TYPE, 0, "certificate type"},
      {FIELD_U16, 0, "key tag"},
      {FIELD_ALGORITHM, 0, "algorithm"},
      {FIELD_BASE64, 0, "certificate"}}},
    /* RFC 2874 3.1 */
    {38,
     "A6",
     {{FIELD_A6, 0, "address suffix"}, {FIELD_NAME, FIELD_LOWER | FIELD_A6_PREFIX, "prefix name"}}},
    /* RFC 6672 2.1 */
    {39, "DNAME", {{FIELD_NAME, FIELD_LOWER, "target"}}},
    /* draft-eastlake-kitchen-sink 2 */
    {40,
     "SINK",
     {{FIELD_U8, 0, "meaning"},
      {FIELD_U8, 0, "coding"},
      {FIELD_U8, 0, "subcoding"},
      {FIELD_BASE64, FIELD_OPTIONAL, "data"}}},
    /* RFC 6891 6.1.2 */
    {41, "OPT", {{FIELD_OPAQUE, 0, "options"}}},
    /* RFC 3123 4 */
    {42, "APL", {{FIELD_APL, 0, "prefixes"}}},
    /* RFC 4034 5.1 */
    {43,
     "DS",
     {{FIELD_U16, 0, "key tag"},
      {FIELD_ALGORITHM, 0, "algorithm"},
      {FIELD_U8, 0, "digest type"},
      {FIELD_HEX, 0, "digest"}}},
    /* RFC 4255 3.1 */
    {44,
     "SSHFP",
     {{FIELD_U8, 0, "algorithm"},
      {FIELD_U8, 0, "fingerprint type"},
      {FIELD_HEX, 0, "fingerprint"}}},
    /* RFC 4025 2.1 */
    {45,
     "IPSECKEY",
     {{FIELD_U8, 0, "precedence"},
      {FIELD_U8, 0, "gateway type"},
      {FIELD_U8, 0, "algorithm"},
      {FIELD_GATEWAY, 0, "gateway"},
      {FIELD_BASE64, FIELD_OPTIONAL, "public key"}}},
    /* RFC 4034 3.1 */
    {46,
     "RRSIG",
     {{FIELD_TYPE, 0, "type covered"},
      {FIELD_ALGORITHM, 0, "algorithm"},
      {FIELD_U8, 0, "labels"},
      {FIELD_U32, 0, "original TTL"},
      {FIELD_DATE, 0, "expiration"},
      {FIELD_DATE, 0, "inception"},
      {FIELD_U16, 0, "key tag"},
      {FIELD_NAME, FIELD_LOWER, "signer"},
      {FIELD_BASE64, 0, "signature"}}},
    /* RFC 4034 4.1; RFC 6840 5.1 keeps the case of the name */
    {47, "NSEC", {{FIELD_NAME, 0, "next name"}, {FIELD_BITMAP, 0, "types"}}},
    /* RFC 4034 2.1 */
    {48,
     "DNSKEY",
     {{FIELD_U16, 0, "flags"},
      {FIELD_U8, 0, "protocol"},
      {FIELD_ALGORITHM, 0, "algorithm"},
      {FIELD_BASE64, 0, "public key"}}},
    /* RFC 4701 3.1 */
    {49, "DHCID", {{FIELD_BASE64, 0, "data"}}},
    /* RFC 5155 3.2 */
    {50,
     "NSEC3",
     {{FIELD_U8, 0, "hash algorithm"},
      {FIELD_U8, 0, "flags"},
      {FIELD_U16, 0, "iterations"},
      {FIELD_SALT, 0, "salt"},
      {FIELD_HASH, 0, "next hashed name"},
      {FIELD_BITMAP, 0, "types"}}},
    /* RFC 5155 4.2 */
    {51,
     "NSEC3PARAM",
     {{FIELD_U8, 0, "hash algorithm"},
      {FIELD_U8, 0, "flags"},
      {FIELD_U16, 0, "iterations"},
      {FIELD_SALT, 0, "salt"}}},
    /* RFC 6698 2.1 */
    {52,
     "TLSA",
     {{FIELD_U8, 0, "certificate usage"},
      {FIELD_U8, 0, "selector"},
      {FIELD_U8, 0, "matching type"},
      {FIELD_HEX, 0, "certificate data"}}},
    /* RFC 8162 2 */
    {53,
     "SMIMEA",
     {{FIELD_U8, 0, "certificate usage"},
      {FIELD_U8, 0, "selector"},
      {FIELD_U8, 0, "matching type"},
      {FIELD_HEX, 0, "certificate data"}}},
    /* RFC 8005 5 */
    {55, "HIP", {{FIELD_HIP, 0, "host identity"}}},
    /* draft-reid-dnsext-zs 2 */
    {56, "NINFO", {{FIELD_STRINGS, 0, "text"}}},
    /* draft-reid-dnsext-rkey 2 */
    {57,
     "RKEY",
     {{FIELD_U16, 0, "flags"},
      {FIELD_U8, 0, "protocol"},
      {FIELD_ALGORITHM, 0, "algorithm"},
      {FIELD_BASE64, 0, "public key"}}},
    /* draft-ietf-dnsop-dnssec-trust-history 2 */
    {58, "TALINK", {{FIELD_NAME, 0, "previous name"}, {FIELD_NAME, 0, "next name"}}},
    /* RFC 7344 3.1 */
    {59,
     "CDS",
     {{FIELD_U16, 0, "key tag"},
      {FIELD_ALGORITHM, 0, "algorithm"},
      {FIELD_U8, 0, "digest type"},
      {FIELD_HEX, FIELD_DELETE, "digest"}}},
    /* RFC 7344 3.2 */
    {60,
     "CDNSKEY",
     {{FIELD_U16, 0, "flags"},
      {FIELD_U8, 0, "protocol"},
      {FIELD_ALGORITHM, 0, "algorithm"},
      {FIELD_BASE64, FIELD_DELETE, "public key"}}},
    /* RFC 7929 2.1 */
    {61, "OPENPGPKEY", {{FIELD_BASE64, 0, "public key"}}},
    /* RFC 7477 2.1 */
    {62,
     "CSYNC",
     {{FIELD_U32, 0, "SOA serial"}, {FIELD_U16, 0, "flags"}, {FIELD_BITMAP, 0, "types"}}},
    /* RFC 8976 2.2 */
    {63,
     "ZONEMD",
     {{FIELD_U32, 0, "serial"},
      {FIELD_U8, 0, "scheme"},
      {FIELD_U8, 0, "hash algorithm"},
      {FIELD_HEX, FIELD_DIGEST, "digest"}}},
    /* RFC 9460 2 */
    {64,
     "SVCB",
     {{FIELD_U16, 0, "priority"},
      {FIELD_NAME, FIELD_TARGET, "target"},
      {FIELD_SVCPARAMS, 0, "parameters"}}},
    /* RFC 9460 9 */
    {65,
     "HTTPS",
     {{FIELD_U16, 0, "priority"},
      {FIELD_NAME, FIELD_TARGET, "target"},
      {FIELD_SVCPARAMS, 0, "parameters"}}},
    /* RFC 9859 2.1 */
    {66,
     "DSYNC",
     {{FIELD_TYPE, 0, "type"},
      {FIELD_SCHEME, 0, "scheme"},
      {FIELD_U16, 0, "port"},
      {FIELD_NAME, 0, "target"}}},
    /* RFC 9886 5.1 */
    {67, "HHIT", {{FIELD_BASE64, 0, "data"}}},
    /* RFC 9886 5.2 */
    {68, "BRID", {{FIELD_BASE64, 0, "data"}}},
    /* RFC 7208 3.1 */
    {99, "SPF", {{FIELD_STRINGS, 0, "text"}}},
    /* no specification */
    {100, "UINFO", {{FIELD_OPAQUE, 0, "data"}}},
    /* no specification */
    {101, "UID", {{FIELD_OPAQUE, 0, "data"}}},
    /* no specification */
    {102, "GID", {{FIELD_OPAQUE, 0, "data"}}},
    /* no specification */
    {103, "UNSPEC", {{FIELD_OPAQUE, 0, "data"}}},
    /* RFC 6742 2.1 */
    {104, "NID", {{FIELD_U16, 0, "preference"}, {FIELD_NODE64, 0, "node"}}},
    /* RFC 6742 2.2 */
    {105, "L32", {{FIELD_U16, 0, "preference"}, {FIELD_IPV4, 0, "locator"}}},
    /* RFC 6742 2.3 */
    {106, "L64", {{FIELD_U16, 0, "preference"}, {FIELD_NODE64, 0, "locator"}}},
    /* RFC 6742 2.4 */
    {107, "LP", {{FIELD_U16, 0, "preference"}, {FIELD_NAME, 0, "name"}}},
    /* RFC 7043 3 */
    {108, "EUI48", {{FIELD_EUI48, 0, "address"}}},
    /* RFC 7043 4 */
    {109, "EUI64", {{FIELD_EUI64, 0, "address"}}},
    /* RFC 9824 2.2 */
    {128, "NXNAME", {{FIELD_END, 0, NULL}}},
    /* RFC 2930 2 */
    {249,
     "TKEY",
     {{FIELD_NAME, 0, "algorithm"},
      {FIELD_DATE, 0, "inception"},
      {FIELD_DATE, 0, "expiration"},
      {FIELD_U16, 0, "mode"},
      {FIELD_U16, 0, "error"},
      {FIELD_DATA16, 0, "key data"},
      {FIELD_DATA16, 0, "other data"}}},
    /* RFC 8945 4.2 */
    {250,
     "TSIG",
     {{FIELD_NAME, 0, "algorithm"},
      {FIELD_U48, 0, "time signed"},
      {FIELD_U16, 0, "fudge"},
      {FIELD_DATA16, 0, "MAC"},
      {FIELD_U16, 0, "original id"},
      {FIELD_U16, 0, "error"},
      {FIELD_DATA16, 0, "other data"}}},
    /* a QTYPE */
    {251, "IXFR", {{FIELD_OPAQUE, 0, "data"}}},
    /* a QTYPE */
    {252, "AXFR", {{FIELD_OPAQUE, 0, "data"}}},
    /* a QTYPE */
    {253, "MAILB", {{FIELD_OPAQUE, 0, "data"}}},
    /* a QTYPE */
    {254, "MAILA", {{FIELD_OPAQUE, 0, "data"}}},
    /* a QTYPE */
    {255, "ANY", {{FIELD_OPAQUE, 0, "data"}}},
    /* RFC 7553 4.5 */
    {256, "URI", {{FIELD_U16, 0, "priority"}, {FIELD_U16, 0, "weight"}, {FIELD_TEXT, 0, "target"}}},
    /* RFC 8659 4.1 */
    {257,
     "CAA",
     {{FIELD_U8, 0, "flags"}, {FIELD_TAG, 0, "tag"}, {FIELD_TEXT, FIELD_OPTIONAL, "value"}}},
    /* as TXT */
    {258, "AVC", {{FIELD_STRINGS, 0, "text"}}},
    /* draft-durand-doa-over-dns 3 */
    {259,
     "DOA",
     {{FIELD_U32, 0, "enterprise"},
      {FIELD_U32, 0, "type"},
      {FIELD_U8, 0, "location"},
      {FIELD_STRING, 0, "media type"},
      {FIELD_BASE64, FIELD_OPTIONAL | FIELD_DASH, "data"}}},
    /* RFC 8777 4.1 */
    {260, "AMTRELAY", {{FIELD_U8, 0, "precedence"}, {FIELD_RELAY, 0, "relay"}}},
    /* RFC 9606 3 */
    {261, "RESINFO", {{FIELD_STRINGS, 0, "text"}}},
    /* as TXT */
    {262, "WALLET", {{FIELD_STRINGS, 0, "text"}}},
    /* as TXT */
    {263, "CLA", {{FIELD_STRINGS, 0, "text"}}},
    /* a 64-bit number */
    {264, "IPN", {{FIELD_U64, 0, "node number"}}},
    /* as DS */
    {32768,
     "TA",
     {{FIELD_U16, 0, "key tag"},
      {FIELD_ALGORITHM, 0, "algorithm"},
      {FIELD_U8, 0, "digest type"},
      {FIELD_HEX, 0, "digest"}}},
    /* RFC 4431 2 */
    {32769,
     "DLV",
     {{FIELD_U16, 0, "key tag"},
      {FIELD_ALGORITHM, 0, "algorithm"},
      {FIELD_U8, 0, "digest type"},
      {FIELD_HEX, 0, "digest"}}},
};

#define TYPES (sizeof(types) / sizeof(types[0]))

const struct rr_type *rr_type_all(size_t *count)
{
    *count = TYPES;
    return types;
}

const struct rr_type *rr_type_find(uint16_t code)
{
    size_t low = 0;
    size_t high = TYPES;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (types[middle].code == code) {
            return &types[middle];
        }
        low = types[middle].code < code ? middle + 1 : low;
        high = types[middle].code < code ? high : middle;
    }
    return NULL;
}
