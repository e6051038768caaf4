/*
 * message.h - a DNS message taken apart record by record (RFC 1035 4.1).
 *
 *   message = u16 id ‖ u16 flags ‖ u16 counts of questions, answer, authority, additional
 *             ‖ questions (name ‖ u16 type ‖ u16 class)
 *             ‖ records (name ‖ u16 type ‖ u16 class ‖ u32 TTL ‖ u16 size ‖ RDATA)
 *
 * For messages of which there are few; questions have a way of their own (host/answer).
 */
#ifndef SWORN_NET_MESSAGE_H
#define SWORN_NET_MESSAGE_H

#include "core/cursor/reader.h"
#include "core/cursor/writer.h"
#include "core/dns/name.h"

#define DNS_HEADER_SIZE   12
#define DNS_MESSAGE_MAX   65535
#define DNS_FLAG_QR       0x8000
#define DNS_FLAG_AA       0x0400
#define DNS_FLAG_TC       0x0200
#define DNS_FLAG_RD       0x0100
#define DNS_OPCODE(flags) (((flags) >> 11) & 15)

enum dns_opcode { DNS_QUERY = 0, DNS_NOTIFY = 4, DNS_UPDATE = 5 };
enum dns_class { DNS_CLASS_IN = 1, DNS_CLASS_NONE = 254, DNS_CLASS_ANY = 255 };

enum dns_section { DNS_QUESTION, DNS_ANSWER, DNS_AUTHORITY, DNS_ADDITIONAL, DNS_SECTIONS };

struct dns_header {
    uint16_t id;
    uint16_t flags;
    uint16_t count[DNS_SECTIONS];
};

struct dns_question {
    struct name name;
    uint16_t type;
    uint16_t class;
};

struct dns_record {
    enum dns_section section;
    size_t at; /* where it begins in the message */
    struct name owner;
    uint16_t type;
    uint16_t class;
    uint32_t ttl;
    struct octets rdata; /* as it stands there: names may be compressed */
};

/** What is left to read of a message. */
struct dns_reader {
    struct dns_header header;
    struct reader reader;
    enum dns_section section; /* of the next record */
    uint16_t left;            /* records left in it */
};

/** The header; SWORN_MALFORMED for a message too short to have one. */
SWORN_CHECK enum sworn_result dns_read(struct octets message, struct dns_reader *reader);

/** The one question; SWORN_MALFORMED when there is not exactly one. Before any record. */
SWORN_CHECK enum sworn_result dns_read_question(struct dns_reader *reader,
                                                struct dns_question *question);

/** The next record; SWORN_ABSENT after the last, when nothing else may be left. */
SWORN_CHECK enum sworn_result dns_read_record(struct dns_reader *reader, struct dns_record *record);

/** A reader at the RDATA of a record, for names that point into the message. */
struct reader dns_rdata_reader(const struct dns_reader *reader, const struct dns_record *record);

SWORN_CHECK enum sworn_result dns_write_header(struct writer *writer,
                                               const struct dns_header *header);
SWORN_CHECK enum sworn_result dns_write_question(struct writer *writer,
                                                 const struct dns_question *question);

#endif
