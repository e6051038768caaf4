/*
 * rr.h - the one table of RR types, and all that reads it: parsing, checking, printing, canonical
 * form, names in RDATA.
 */
#ifndef SWORN_CORE_DNS_RR_H
#define SWORN_CORE_DNS_RR_H

#include "core/cursor/region.h"
#include "core/dns/name.h"

#define RDATA_MAX 65535
#define TTL_MAX   2147483647 /* RFC 2181 8 */
#define CLASS_IN  1

/* Those that code here has to name; the table in rr_table.c holds all. */
enum rr_code {
    RR_A = 1,
    RR_NS = 2,
    RR_CNAME = 5,
    RR_SOA = 6,
    RR_PTR = 12,
    RR_MX = 15,
    RR_TXT = 16,
    RR_SIG = 24,
    RR_KEY = 25,
    RR_AAAA = 28,
    RR_SRV = 33,
    RR_DNAME = 39,
    RR_OPT = 41,
    RR_DS = 43,
    RR_RRSIG = 46,
    RR_NSEC = 47,
    RR_DNSKEY = 48,
    RR_NSEC3 = 50,
    RR_NSEC3PARAM = 51,
    RR_CDS = 59,
    RR_CDNSKEY = 60,
    RR_ZONEMD = 63,
    RR_SVCB = 64,
    RR_HTTPS = 65,
    RR_TKEY = 249,
    RR_TSIG = 250,
    RR_IXFR = 251,
    RR_AXFR = 252,
    RR_ANY = 255,
    RR_CAA = 257,
};

/** Mnemonic ("AAAA", any case) or "TYPE123" (RFC 3597 5) to code. */
SWORN_CHECK enum sworn_result rr_code_from_text(struct octets text, uint16_t *code);

/** Code to mnemonic, "TYPE123" for one the table does not hold. Terminated. */
void rr_code_to_text(uint16_t code, char text[16]);

/**
 * Whether the type may stand in a zone file at all: not OPT, TSIG, TKEY, 0, nor a QTYPE (RFC 6895
 * 3.1: 128..255).
 */
bool rr_is_data(uint16_t code);

/**
 * RDATA from master-file text: the type's own form, or "\# size hex" (RFC 3597 5), whose octets are
 * checked against the table too.
 *
 * \param text    the RDATA fields only; may contain parentheses, quotes, escapes, line ends inside
 * parentheses; a comment,
 *                a newline outside parentheses or a second record is SWORN_MALFORMED
 * \param origin  what relative names are relative to
 */
SWORN_CHECK enum sworn_result rdata_from_text(uint16_t type, struct octets text,
                                              const struct name *origin, struct writer *rdata,
                                              struct reason *reason);

/**
 * Whether `rdata` is a whole, well-formed, uncompressed RDATA of that type (unknown types:
 * anything).
 */
SWORN_CHECK enum sworn_result rdata_check(uint16_t type, struct octets rdata);

/**
 * Presentation form on one line, names absolute; generic = RFC 3597's "\# ..." whatever the type.
 * Not terminated.
 */
SWORN_CHECK enum sworn_result rdata_to_text(uint16_t type, struct octets rdata, bool generic,
                                            struct writer *text);

/**
 * Canonical form (RFC 4034 6.2 as changed by RFC 6840 5.1): names lower-cased where the type is one
 * of those.
 */
SWORN_CHECK enum sworn_result rdata_canonical(uint16_t type, struct octets rdata,
                                              struct writer *canonical);

/** Whether canonical form can differ from the octets themselves: false lets callers skip a copy. */
bool rdata_has_canonical_names(uint16_t type);

/** A run of RDATA that is not a name (name.size 0), or a name, in order. */
struct rdata_part {
    struct octets octets; /* of this part within the RDATA */
    bool is_name;
    bool may_compress; /* RFC 3597 4: only the types of RFC 1035 */
    bool is_target;    /* of additional-section processing: NS, MX, SRV, SVCB, HTTPS */
};

/** Cut RDATA into parts; at most RDATA_PARTS_MAX of them. \param parts caller's array */
#define RDATA_PARTS_MAX 8
SWORN_CHECK enum sworn_result rdata_parts(uint16_t type, struct octets rdata,
                                          struct rdata_part parts[RDATA_PARTS_MAX], size_t *count);

/**
 * RDATA from a message, where names may be compressed (RFC 1035 types only), to uncompressed.
 * Reader stands at RDATA, `size` = RDLENGTH.
 */
SWORN_CHECK enum sworn_result rdata_from_wire(uint16_t type, struct reader *message, size_t size,
                                              struct writer *rdata);

#endif
