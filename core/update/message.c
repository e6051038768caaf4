/*
 * message.c - see message.h.
 */
#include "core/update/message.h"

#include "core/dns/rr.h"

#define RECORD_LEAST 11 /* the root's name, and RDATA of no octets */
#define FLAG_QR      0x8000

const char *update_rcode_name(unsigned rcode)
{
    static const char *const names[] = {
        [RCODE_NOERROR] = "NOERROR",   [RCODE_FORMERR] = "FORMERR", [RCODE_SERVFAIL] = "SERVFAIL",
        [RCODE_NXDOMAIN] = "NXDOMAIN", [RCODE_NOTIMP] = "NOTIMP",   [RCODE_REFUSED] = "REFUSED",
        [RCODE_YXDOMAIN] = "YXDOMAIN", [RCODE_YXRRSET] = "YXRRSET", [RCODE_NXRRSET] = "NXRRSET",
        [RCODE_NOTAUTH] = "NOTAUTH",   [RCODE_NOTZONE] = "NOTZONE",
    };

    return rcode < sizeof(names) / sizeof(names[0]) ? names[rcode] : "unknown";
}

static enum sworn_result read_record(struct reader *reader, struct update_record *record)
{
    struct octets rdata;
    struct name owner;

    record->owner = (size_t)(reader->at - reader->start);
    SWORN_TRY(name_read_compressed(reader, &owner));
    SWORN_TRY(read_u16(reader, &record->type));
    SWORN_TRY(read_u16(reader, &record->class));
    SWORN_TRY(read_u32(reader, &record->ttl));
    SWORN_TRY(read_slice_u16(reader, &rdata));
    record->rdata = (size_t)(rdata.data - reader->start);
    record->size = (uint16_t)rdata.size;
    return SWORN_OK;
}

static enum sworn_result read_section(struct reader *reader, uint16_t count, const char *what,
                                      struct region *region, struct update_records *records,
                                      struct refusal *refusal)
{
    void *memory;

    /* Before room is taken for them. */
    UPDATE_SAY(count <= reader_left(reader) / RECORD_LEAST, refusal, RCODE_FORMERR,
               "%s: %u records do not fit the message", what, (unsigned)count);
    SWORN_TRY(region_array(region, count, sizeof(struct update_record), &memory));
    *records = (struct update_records){.items = memory, .count = count};
    for (size_t i = 0; i < count; i++) {
        UPDATE_SAY(read_record(reader, &records->items[i]) == SWORN_OK, refusal, RCODE_FORMERR,
                   "%s: record %zu is malformed", what, i + 1);
    }
    return SWORN_OK;
}

/* RFC 2931 3.1: at the end, and the only one. */
static enum sworn_result find_sig0(struct update *update, const struct update_records *additional,
                                   struct refusal *refusal)
{
    size_t count = additional->count;
    struct name owner;

    for (size_t i = 0; i + 1 < count; i++) {
        UPDATE_SAY(additional->items[i].type != RR_SIG && additional->items[i].type != RR_TSIG,
                   refusal, RCODE_FORMERR, "a signature is not the last record");
    }
    if (count == 0 || additional->items[count - 1].type != RR_SIG) {
        return SWORN_OK;
    }
    update->is_signed = true;
    update->sig0 = additional->items[count - 1];
    update->signed_size = update->sig0.owner;
    SWORN_TRY(update_owner_of(update, &update->sig0, &owner, refusal));
    UPDATE_SAY(owner.size == 1, refusal, RCODE_FORMERR, "the SIG(0) is not at the root");
    return SWORN_OK;
}

/* RFC 2136 3.1.1 */
static enum sworn_result read_zone(struct reader *reader, uint16_t count, struct name *zone,
                                   struct refusal *refusal)
{
    uint16_t type, class;

    UPDATE_SAY(count == 1, refusal, RCODE_FORMERR, "%u zones in the zone section", (unsigned)count);
    UPDATE_SAY(name_read_compressed(reader, zone) == SWORN_OK &&
                   read_u16(reader, &type) == SWORN_OK && read_u16(reader, &class) == SWORN_OK,
               refusal, RCODE_FORMERR, "the zone section is malformed");
    UPDATE_SAY(type == RR_SOA, refusal, RCODE_FORMERR, "the zone section's type is not SOA");
    UPDATE_SAY(class == CLASS_IN, refusal, RCODE_NOTAUTH, "the zone section's class is not IN");
    return SWORN_OK;
}

static enum sworn_result read_sections(struct reader *reader, const uint16_t counts[4],
                                       struct region *region, struct update *update,
                                       struct refusal *refusal)
{
    struct update_records additional;

    SWORN_TRY(read_zone(reader, counts[0], &update->zone, refusal));
    SWORN_TRY(
        read_section(reader, counts[1], "prerequisites", region, &update->prerequisites, refusal));
    SWORN_TRY(read_section(reader, counts[2], "updates", region, &update->updates, refusal));
    SWORN_TRY(read_section(reader, counts[3], "additional", region, &additional, refusal));
    UPDATE_SAY(reader_left(reader) == 0, refusal, RCODE_FORMERR, "%zu octets after the last record",
               reader_left(reader));
    return find_sig0(update, &additional, refusal);
}

enum sworn_result update_read(struct octets message, struct region *region, struct update *update,
                              struct refusal *refusal)
{
    struct reader reader = reader_of(message);
    uint16_t id, flags, counts[4];

    *update = (struct update){.message = message};
    UPDATE_SAY(message.size >= UPDATE_HEADER && read_u16(&reader, &id) == SWORN_OK &&
                   read_u16(&reader, &flags) == SWORN_OK,
               refusal, RCODE_FORMERR, "not a DNS message: %zu octets", message.size);
    for (size_t i = 0; i < 4; i++) {
        SWORN_TRY(read_u16(&reader, &counts[i]));
    }
    UPDATE_SAY((flags >> 11 & 15) == UPDATE_OPCODE, refusal, RCODE_NOTIMP,
               "not a DNS UPDATE: opcode %u", (unsigned)(flags >> 11 & 15));
    UPDATE_SAY((flags & FLAG_QR) == 0, refusal, RCODE_FORMERR, "a response, not a request");
    return read_sections(&reader, counts, region, update, refusal);
}

enum sworn_result update_owner_of(const struct update *update, const struct update_record *record,
                                  struct name *owner, struct refusal *refusal)
{
    struct reader reader = reader_of(update->message);

    reader.at += record->owner;
    UPDATE_SAY(name_read_compressed(&reader, owner) == SWORN_OK, refusal, RCODE_FORMERR,
               "a name is malformed");
    return SWORN_OK;
}

enum sworn_result update_rdata_of(const struct update *update, const struct update_record *record,
                                  struct region *region, struct octets *rdata,
                                  struct refusal *refusal)
{
    struct reader reader = reader_of(update->message);
    struct writer writer = writer_in(region, RDATA_MAX);
    enum sworn_result result;
    char code[16];

    reader.at += record->rdata;
    result = rdata_from_wire(record->type, &reader, record->size, &writer);
    if (result == SWORN_NO_MEMORY) {
        return result;
    }
    rr_code_to_text(record->type, code);
    UPDATE_SAY(result == SWORN_OK, refusal, RCODE_FORMERR, "RDATA of type %s is malformed", code);
    *rdata = written(&writer);
    return SWORN_OK;
}
