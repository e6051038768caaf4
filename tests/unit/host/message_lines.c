/*
 * message_lines.c - messages as text; see message_lines.h.
 */
#include "tests/unit/host/message_lines.h"

#include <stdlib.h>

#include "core/dns/rr.h"

static enum sworn_result read_header(struct reader *reader, struct message_lines *lines,
                                     uint16_t counts[4])
{
    uint16_t flags;

    SWORN_TRY(read_u16(reader, &lines->id));
    SWORN_TRY(read_u16(reader, &flags));
    for (size_t i = 0; i < 4; i++) {
        SWORN_TRY(read_u16(reader, &counts[i]));
    }
    lines->qr = (flags & 0x8000) != 0;
    lines->opcode = flags >> 11 & 15;
    lines->aa = (flags & 0x400) != 0;
    lines->tc = (flags & 0x200) != 0;
    lines->rd = (flags & 0x100) != 0;
    lines->ra = (flags & 0x80) != 0;
    lines->ad = (flags & 0x20) != 0;
    lines->cd = (flags & 0x10) != 0;
    lines->rcode = flags & 15;
    return SWORN_OK;
}

static enum sworn_result put_line(const struct name *owner, uint32_t ttl, uint16_t type,
                                  struct octets rdata, struct region *region, char **line)
{
    struct writer text = writer_in(region, 1 << 20);
    char name[NAME_TEXT_SIZE];
    char type_text[16];
    uint8_t canonical[RDATA_MAX];
    struct writer lower = writer_over(canonical, sizeof(canonical));

    name_to_text(owner, name);
    rr_code_to_text(type, type_text);
    SWORN_TRY(rdata_canonical(type, rdata, &lower));
    SWORN_TRY(write_format(&text, "%s", name));
    SWORN_TRY(write_format(&text, " %u %s ", ttl, type_text));
    SWORN_TRY(rdata_to_text(type, written(&lower), false, &text));
    return region_text(region, written(&text), line);
}

static enum sworn_result read_record(struct reader *reader, struct region *region, int section,
                                     struct message_lines *lines)
{
    struct name owner;
    uint16_t type, class, size;
    uint32_t ttl;
    uint8_t octets[RDATA_MAX];
    struct writer rdata = writer_over(octets, sizeof(octets));

    SWORN_TRY(name_read_compressed(reader, &owner));
    name_lower(&owner);
    SWORN_TRY(read_u16(reader, &type));
    SWORN_TRY(read_u16(reader, &class));
    SWORN_TRY(read_u32(reader, &ttl));
    SWORN_TRY(read_u16(reader, &size));
    if (type == RR_OPT) {
        struct octets skipped;

        lines->opt = true;
        lines->udp_size = class;
        lines->do_bit = (ttl & 0x8000) != 0;
        lines->rcode |= (uint16_t)(ttl >> 24 << 4);
        return read_slice(reader, size, &skipped);
    }
    SWORN_ENSURE(class == CLASS_IN, SWORN_MALFORMED);
    SWORN_TRY(rdata_from_wire(type, reader, size, &rdata));
    return put_line(&owner, ttl, type, written(&rdata), region,
                    &lines->line[section][lines->count[section]++]);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

enum sworn_result message_lines(struct octets message, struct region *region,
                                struct message_lines *lines, struct reason *reason)
{
    struct reader reader = reader_of(message);
    uint16_t counts[4];
    struct octets skipped;
    struct name name;

    *lines = (struct message_lines){.count = {0}};
    SWORN_SAY(read_header(&reader, lines, counts) == SWORN_OK, reason, SWORN_MALFORMED, "header");
    for (unsigned i = 0; i < counts[0]; i++) {
        SWORN_SAY(name_read(&reader, &name) == SWORN_OK &&
                      read_slice(&reader, 4, &skipped) == SWORN_OK,
                  reason, SWORN_MALFORMED, "question");
    }
    for (int section = 0; section < 3; section++) {
        void *memory;

        SWORN_TRY(region_array(region, counts[section + 1] + 1U, sizeof(char *), &memory));
        lines->line[section] = memory;
        for (unsigned i = 0; i < counts[section + 1]; i++) {
            size_t at = (size_t)(reader.at - reader.start);

            SWORN_SAY(read_record(&reader, region, section, lines) == SWORN_OK, reason,
                      SWORN_MALFORMED, "record %u of section %d at octet %zu", i, section, at);
        }
        qsort(lines->line[section], lines->count[section], sizeof(char *), compare);
    }
    SWORN_SAY(read_end(&reader) == SWORN_OK, reason, SWORN_MALFORMED, "%zu octets left over",
              reader_left(&reader));
    return SWORN_OK;
}

size_t query_make(const struct query_options *options, uint8_t query[512])
{
    struct writer writer = writer_over(query, 512);
    struct name name;
    enum sworn_result result = name_from_text(octets_of_text(options->name), NULL, &name);

    result |= write_u16(&writer, 0x1234);
    result |= write_u16(&writer, 0);
    result |= write_u16(&writer, 1);
    result |= write_u32(&writer, 0);
    result |= write_u16(&writer, options->edns);
    result |= write_octets(&writer, name_octets(&name));
    result |= write_u16(&writer, options->type);
    result |= write_u16(&writer, CLASS_IN);
    if (options->edns) {
        result |= write_u8(&writer, 0);
        result |= write_u16(&writer, RR_OPT);
        result |= write_u16(&writer, options->udp_size);
        result |= write_u32(&writer, options->dnssec ? 0x8000 : 0);
        result |= write_u16(&writer, 0);
    }
    return result == SWORN_OK ? writer.used : 0;
}
