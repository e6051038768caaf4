/*
 * message.h - a DNS UPDATE message (RFC 2136 2) taken apart.
 *
 *   header ‖ zone: one question ‖ prerequisites ‖ updates ‖ additional records
 *
 *   header = u16 id ‖ u16 flags (opcode 5) ‖ u16 counts of the four sections
 *   record = name ‖ u16 type ‖ u16 class ‖ u32 TTL ‖ u16 size ‖ RDATA
 *
 * Records stay where they are: names and RDATA may be compressed, and are read when they are
 * needed, so that a message costs little before its signature has been looked at. A SIG(0) is the
 * last of the additional records (RFC 2931 3.1); the others mean nothing here.
 */
#ifndef SWORN_CORE_UPDATE_MESSAGE_H
#define SWORN_CORE_UPDATE_MESSAGE_H

#include "core/cursor/region.h"
#include "core/dns/name.h"
#include "core/update/refusal.h"

#define UPDATE_HEADER 12
#define UPDATE_OPCODE 5
#define CLASS_NONE    254 /* RFC 2136 1.3 */
#define CLASS_ANY     255

struct update_record {
    size_t owner; /* where it is in the message */
    size_t rdata;
    uint32_t ttl;
    uint16_t type;
    uint16_t class;
    uint16_t size; /* of RDATA as it stands */
};

struct update_records {
    struct update_record *items;
    size_t count;
};

struct update {
    struct octets message;
    struct name zone;
    struct update_records prerequisites, updates;
    bool is_signed;
    size_t signed_size;        /* octets in front of the SIG(0) */
    struct update_record sig0; /* when signed */
};

/** Check the form of the whole message. SWORN_REFUSED: FORMERR, NOTIMP, or NOTAUTH for a class. */
SWORN_CHECK enum sworn_result update_read(struct octets message, struct region *region,
                                          struct update *update, struct refusal *refusal);

/** The owner of a record. */
SWORN_CHECK enum sworn_result update_owner_of(const struct update *update,
                                              const struct update_record *record,
                                              struct name *owner, struct refusal *refusal);

/** The RDATA of a record, uncompressed and checked. */
SWORN_CHECK enum sworn_result update_rdata_of(const struct update *update,
                                              const struct update_record *record,
                                              struct region *region, struct octets *rdata,
                                              struct refusal *refusal);

#endif
