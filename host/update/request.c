/*
 * request.c - see request.h.
 */
#include "host/update/request.h"

#include "core/dns/rr.h"
#include "core/update/refusal.h"

#define UDP_SIZE  1232
#define EDE       15
#define EDE_OTHER 0
#define OPT_HEAD  11

static enum sworn_result read_zone(struct octets message, struct dns_reader *reader,
                                   struct update_request *request)
{
    struct dns_question question;

    SWORN_TRY(dns_read_question(reader, &question));
    request->zone = question.name;
    name_lower(&request->zone);
    request->zone_section =
        octets_of(message.data + DNS_HEADER_SIZE,
                  (size_t)(reader->reader.at - reader->reader.start) - DNS_HEADER_SIZE);
    SWORN_ENSURE(question.type == RR_SOA, SWORN_MALFORMED);
    SWORN_ENSURE(question.class == CLASS_IN, SWORN_ABSENT);
    return SWORN_OK;
}

enum sworn_result update_request_read(struct octets message, struct update_request *request)
{
    struct dns_reader reader;
    struct dns_record record;
    enum sworn_result result;

    *request = (struct update_request){0};
    SWORN_TRY(dns_read(message, &reader));
    request->header = reader.header;
    SWORN_TRY(read_zone(message, &reader, request));
    while ((result = dns_read_record(&reader, &record)) == SWORN_OK) {
        request->edns =
            request->edns || (record.section == DNS_ADDITIONAL && record.type == RR_OPT);
    }
    SWORN_ENSURE(result == SWORN_ABSENT, SWORN_MALFORMED);
    return SWORN_OK;
}

/* OPT with an extended error that has the guard's words, where there is one. */
static enum sworn_result write_opt(struct writer *writer, const struct verdict *verdict)
{
    struct octets text = octets_of_text(verdict->text);
    bool told = verdict->rcode != 0 && text.size > 0;

    SWORN_TRY(write_u8(writer, 0));
    SWORN_TRY(write_u16(writer, RR_OPT));
    SWORN_TRY(write_u16(writer, UDP_SIZE));
    SWORN_TRY(write_u8(writer, (uint8_t)(verdict->rcode >> 4)));
    SWORN_TRY(write_u8(writer, 0));
    SWORN_TRY(write_u16(writer, 0));
    SWORN_TRY(write_u16(writer, told ? (uint16_t)(4 + 2 + text.size) : 0));
    if (!told) {
        return SWORN_OK;
    }
    SWORN_TRY(write_u16(writer, EDE));
    SWORN_TRY(write_u16(writer, (uint16_t)(2 + text.size)));
    SWORN_TRY(write_u16(writer, EDE_OTHER));
    return write_octets(writer, text);
}

static enum sworn_result write_answer(const struct update_request *request,
                                      const struct verdict *verdict, struct writer *writer)
{
    /* A code that has no room without OPT is told as what it means. */
    uint16_t rcode = verdict->rcode > 15 && !request->edns ? RCODE_REFUSED : verdict->rcode;
    struct dns_header header = {
        .id = request->header.id,
        .flags = (uint16_t)(DNS_FLAG_QR | DNS_UPDATE << 11 | (rcode & 15)),
        .count = {request->zone_section.size > 0, 0, 0, request->edns},
    };

    SWORN_TRY(dns_write_header(writer, &header));
    SWORN_TRY(write_octets(writer, request->zone_section));
    return request->edns ? write_opt(writer, verdict) : SWORN_OK;
}

size_t update_request_answer(const struct update_request *request, const struct verdict *verdict,
                             uint8_t *response, size_t room)
{
    struct writer writer = writer_over(response, room);

    return write_answer(request, verdict, &writer) == SWORN_OK ? writer.used : 0;
}
