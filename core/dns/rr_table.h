/*
 * rr_table.h - what RDATA of each type is made of: the one description that parsing, printing,
 * checking, canonical form, decompression and lists of names all read.
 */
#ifndef SWORN_CORE_DNS_RR_TABLE_H
#define SWORN_CORE_DNS_RR_TABLE_H

#include "core/cursor/octets.h"

/* Each kind has a row in field/field.c: its size, and how it is parsed, checked and printed. */
enum field_kind {
    FIELD_END, /* of the list */
    FIELD_U8,
    FIELD_U16,
    FIELD_U32,
    FIELD_U48,
    FIELD_U64,
    FIELD_PERIOD,    /* u32, in text also with BIND's time units */
    FIELD_ALGORITHM, /* u8, in text also a mnemonic (RFC 4034 A.1) */
    FIELD_CERT_TYPE, /* u16, in text also a mnemonic (RFC 4398 2.1) */
    FIELD_SCHEME,    /* u8, in text also a mnemonic (RFC 9859 2.1) */
    FIELD_TYPE,      /* u16, an RR type */
    FIELD_DATE,      /* u32, YYYYMMDDHHmmSS or seconds since 1970 (RFC 4034 3.2) */
    FIELD_NAME,
    FIELD_IPV4,
    FIELD_IPV6,
    FIELD_EUI48,
    FIELD_EUI64,
    FIELD_NODE64,  /* four groups of hex (RFC 6742 2.1.2) */
    FIELD_STRING,  /* u8 length ‖ octets */
    FIELD_STRINGS, /* one or more of them up to the end */
    FIELD_TEXT,    /* octets up to the end, in text one quoted string */
    FIELD_TAG,     /* u8 length ‖ letters and digits (RFC 8659 4.1) */
    FIELD_HEX,     /* octets up to the end, in text words of hex */
    FIELD_BASE64,  /* octets up to the end, in text words of base64 */
    FIELD_SALT,    /* u8 length ‖ octets, in text hex or "-" (RFC 5155 3.3) */
    FIELD_HASH,    /* u8 length ‖ octets, in text base32hex (RFC 5155 3.3) */
    FIELD_DATA16,  /* u16 length ‖ octets, in text the length, then base64 */
    FIELD_BITMAP,  /* types, in windows (RFC 4034 4.1.2) */
    FIELD_NXT_BITMAP,
    FIELD_SERVICES, /* protocol and bitmap of ports (RFC 1035 3.4.2) */
    FIELD_APL,
    FIELD_LOC,
    FIELD_NSAP,
    FIELD_ATMA,
    FIELD_A6,      /* prefix length and address suffix (RFC 2874 3.1); the name is a field */
    FIELD_GATEWAY, /* of the kind that the RDATA's second octet names (RFC 4025 2.5) */
    FIELD_RELAY,   /* D bit, kind, relay (RFC 8777 4.2) */
    FIELD_HIP,
    FIELD_SVCPARAMS,
    FIELD_OPAQUE, /* anything; has no text but RFC 3597's */
    FIELD_KINDS,
};

enum field_flags {
    FIELD_COMPRESS = 1,   /* the name may be compressed in messages (RFC 3597 4) */
    FIELD_LOWER = 2,      /* lower case in canonical form (RFC 4034 6.2, RFC 6840 5.1) */
    FIELD_TARGET = 4,     /* the name's addresses are of interest to who asked */
    FIELD_OPTIONAL = 8,   /* may be empty, or left out at the end */
    FIELD_DASH = 16,      /* empty is "-" in text */
    FIELD_DELETE = 32,    /* "0" in text is one octet 00 (RFC 8078 4) */
    FIELD_A6_PREFIX = 64, /* there unless the RDATA's first octet is 0 */
    FIELD_DIGEST = 128,   /* at least 12 octets (RFC 8976 2.2.4) */
};

struct rr_field {
    uint8_t kind;
    uint8_t flags;
    const char *name; /* for reasons */
};

#define RR_FIELDS_MAX 9

struct rr_type {
    uint16_t code;
    const char *name;
    struct rr_field fields[RR_FIELDS_MAX + 1];
};

/** The row of a type, NULL for one that the table does not hold. */
const struct rr_type *rr_type_find(uint16_t code);

/** Every row, in the order of codes. */
const struct rr_type *rr_type_all(size_t *count);

#endif
