/*
 * authority.h - which names of a zone are authoritative, which records are signed, and the denial
 * chain that follows from it (NSEC3: hashed.h).
 *
 * Below a cut (NS, not at the apex) or a DNAME nothing is authoritative (RFC 4034 2.2, RFC 6672
 * 2.4); at a cut only DS and NSEC are signed (RFC 4035 2.2, 2.3).
 */
#ifndef SWORN_CLI_ZONE_AUTHORITY_H
#define SWORN_CLI_ZONE_AUTHORITY_H

#include "cli/zone/records.h"

/** A name of an ordered list that owns record sets. */
struct owner_name {
    size_t first, count; /* its sets in the list, NSEC and NSEC3 among them if it has those */
    struct octets key;
    bool hidden;      /* below a cut or DNAME */
    bool cut;         /* has NS and is not the apex */
    bool covers;      /* hides what is below: a cut or a DNAME */
    bool denial_only; /* owns an NSEC3 and nothing else: no name of the zone */
};

struct authority {
    struct owner_name *names;
    size_t count;
};

SWORN_CHECK enum sworn_result authority_of(const struct record_list *list, const struct name *apex,
                                           struct region *region, struct authority *authority);

/** Whether a set at `name` has an RRSIG in a signed zone. */
bool set_is_signed(const struct owner_name *name, uint16_t type);

/** How a signed zone is checked. */
struct signed_zone {
    const struct record_list *list;
    const struct name *apex;
    struct octets dnskey; /* the proven key */
    uint32_t now;         /* seconds since 1970 mod 2^32 */
    bool hashed;          /* denial is by NSEC3 */
    bool denial_ttl_owed; /* the chain may carry older TTLs too: of one change or of several */
    void *context;
    void (*progress)(void *context, size_t done, size_t all); /* NULL */
};

/**
 * Every signed set has RRSIGs and each is the proven key's and valid now; no other set has one; the
 * denial chain is complete and exactly right (RFC 4034 4, RFC 5155 7.1, RFC 9077), and no other is
 * there.
 *
 * \return SWORN_PROOF with the owner and type named
 */
SWORN_CHECK enum sworn_result signed_zone_check(const struct signed_zone *zone,
                                                struct reason *reason);

/** One set and its RRSIGs, as above. */
SWORN_CHECK enum sworn_result signed_set_check(const struct record_set *set,
                                               const struct name *apex, struct octets dnskey,
                                               uint32_t now, struct reason *reason);

#endif
