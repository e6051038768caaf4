/*
 * message.c - a DNS message taken apart record by record; see message.h.
 */
#include "net/message.h"

enum sworn_result dns_read(struct octets message, struct dns_reader *reader)
{
    struct dns_header *header = &reader->header;

    *reader = (struct dns_reader){.reader = reader_of(message), .section = DNS_ANSWER};
    SWORN_TRY(read_u16(&reader->reader, &header->id));
    SWORN_TRY(read_u16(&reader->reader, &header->flags));
    for (int i = 0; i < DNS_SECTIONS; i++) {
        SWORN_TRY(read_u16(&reader->reader, &header->count[i]));
    }
    reader->left = header->count[DNS_ANSWER];
    return SWORN_OK;
}

enum sworn_result dns_read_question(struct dns_reader *reader, struct dns_question *question)
{
    SWORN_ENSURE(reader->header.count[DNS_QUESTION] == 1, SWORN_MALFORMED);
    SWORN_TRY(name_read_compressed(&reader->reader, &question->name));
    SWORN_TRY(read_u16(&reader->reader, &question->type));
    return read_u16(&reader->reader, &question->class);
}

enum sworn_result dns_read_record(struct dns_reader *reader, struct dns_record *record)
{
    while (reader->left == 0 && reader->section < DNS_ADDITIONAL) {
        reader->section++;
        reader->left = reader->header.count[reader->section];
    }
    if (reader->left == 0) {
        SWORN_TRY(read_end(&reader->reader));
        return SWORN_ABSENT;
    }
    record->section = reader->section;
    record->at = (size_t)(reader->reader.at - reader->reader.start);
    SWORN_TRY(name_read_compressed(&reader->reader, &record->owner));
    SWORN_TRY(read_u16(&reader->reader, &record->type));
    SWORN_TRY(read_u16(&reader->reader, &record->class));
    SWORN_TRY(read_u32(&reader->reader, &record->ttl));
    SWORN_TRY(read_slice_u16(&reader->reader, &record->rdata));
    reader->left--;
    return SWORN_OK;
}

struct reader dns_rdata_reader(const struct dns_reader *reader, const struct dns_record *record)
{
    return (struct reader){.start = reader->reader.start,
                           .at = record->rdata.data,
                           .end = record->rdata.data + record->rdata.size};
}

enum sworn_result dns_write_header(struct writer *writer, const struct dns_header *header)
{
    SWORN_TRY(write_u16(writer, header->id));
    SWORN_TRY(write_u16(writer, header->flags));
    for (int i = 0; i < DNS_SECTIONS; i++) {
        SWORN_TRY(write_u16(writer, header->count[i]));
    }
    return SWORN_OK;
}

enum sworn_result dns_write_question(struct writer *writer, const struct dns_question *question)
{
    SWORN_TRY(write_octets(writer, name_octets(&question->name)));
    SWORN_TRY(write_u16(writer, question->type));
    return write_u16(writer, question->class);
}
