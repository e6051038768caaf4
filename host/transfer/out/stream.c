/*
 * stream.c - records put into messages; see stream.h.
 */
#include "host/transfer/out/stream.h"

#include "core/dns/rr.h"

#include <time.h>

#define GOOD_SIZE ((size_t)16 * 1024) /* as far as pointers reach */
#define UDP_SIZE  1232
#define OPT_SIZE  11

static void message_begin(struct stream *stream)
{
    const struct dns_question *question = stream->options.question;
    struct dns_header header = {.id = stream->options.id, .flags = DNS_FLAG_QR | DNS_FLAG_AA};
    struct writer writer = writer_over(stream->message, sizeof(stream->message));
    enum sworn_result result;

    header.count[DNS_QUESTION] = stream->first;
    names_begin(&stream->names, stream->message);
    result = dns_write_header(&writer, &header);
    if (result == SWORN_OK && stream->first) {
        writer.used += names_put(&stream->names, stream->message, question->name.wire, writer.used,
                                 NAME_MAX_SIZE);
        result = write_u16(&writer, question->type);
    }
    if (result == SWORN_OK && stream->first) {
        result = write_u16(&writer, question->class);
    }
    stream->used = writer.used; /* it fits: header and question are 271 octets at most */
    stream->records = 0;
    (void)result;
}

void stream_begin(struct stream *stream, const struct stream_options *options)
{
    size_t tail = (options->chain == NULL ? 0 : tsig_size(options->chain->key)) +
                  (options->edns ? OPT_SIZE : 0);

    stream->options = *options;
    stream->first = true;
    stream->messages = 0;
    stream->octets = 0;
    stream->limit = (options->only == 0 ? DNS_MESSAGE_MAX : options->only);
    stream->limit = stream->limit > tail ? stream->limit - tail : 0;
    message_begin(stream);
}

static enum sworn_result put_opt(struct writer *writer)
{
    SWORN_TRY(write_u8(writer, 0));
    SWORN_TRY(write_u16(writer, RR_OPT));
    SWORN_TRY(write_u16(writer, UDP_SIZE));
    SWORN_TRY(write_u32(writer, 0));
    SWORN_TRY(write_u16(writer, 0));
    return write_u16_at(writer, 10, 1);
}

static enum sworn_result message_send(struct stream *stream)
{
    struct exchange *exchange = stream->options.exchange;
    struct writer writer = writer_over(stream->message, DNS_MESSAGE_MAX);

    writer.used = stream->used;
    SWORN_TRY(write_u16_at(&writer, 6, stream->records));
    if (stream->options.edns) {
        SWORN_TRY(put_opt(&writer));
    }
    if (stream->options.chain != NULL) {
        SWORN_TRY(tsig_sign(stream->options.chain, (uint64_t)time(NULL), &writer));
    }
    SWORN_ENSURE(exchange->send(exchange, written(&writer)), SWORN_UNAVAILABLE);
    stream->messages++;
    stream->octets += writer.used;
    stream->first = false;
    return SWORN_OK;
}

static enum sworn_result put_name(struct stream *stream, struct octets name)
{
    size_t size = stream->used > stream->limit
                      ? 0
                      : names_put(&stream->names, stream->message, name.data, stream->used,
                                  stream->limit - stream->used);

    SWORN_ENSURE(size > 0, SWORN_LIMIT);
    stream->used += size;
    return SWORN_OK;
}

static enum sworn_result put_octets(struct stream *stream, struct octets octets)
{
    SWORN_ENSURE(stream->used <= stream->limit && stream->limit - stream->used >= octets.size,
                 SWORN_LIMIT);
    if (octets.size > 0) {
        memcpy(stream->message + stream->used, octets.data, octets.size);
    }
    stream->used += octets.size;
    return SWORN_OK;
}

static enum sworn_result put_rdata(struct stream *stream, const struct stream_record *record)
{
    struct rdata_part parts[RDATA_PARTS_MAX];
    size_t count;

    SWORN_TRY(rdata_parts(record->type, record->rdata, parts, &count));
    for (size_t i = 0; i < count; i++) {
        if (parts[i].is_name && parts[i].may_compress) {
            SWORN_TRY(put_name(stream, parts[i].octets));
            continue;
        }
        SWORN_TRY(put_octets(stream, parts[i].octets));
    }
    return SWORN_OK;
}

static enum sworn_result put_record(struct stream *stream, const struct stream_record *record)
{
    uint8_t array[10];
    struct writer fixed = writer_over(array, sizeof(array));
    size_t size_at;

    SWORN_TRY(put_name(stream, name_octets(record->owner)));
    SWORN_TRY(write_u16(&fixed, record->type));
    SWORN_TRY(write_u16(&fixed, DNS_CLASS_IN));
    SWORN_TRY(write_u32(&fixed, record->ttl));
    SWORN_TRY(write_u16(&fixed, 0));
    SWORN_TRY(put_octets(stream, written(&fixed)));
    size_at = stream->used;
    SWORN_TRY(put_rdata(stream, record));
    fixed = writer_over(stream->message, DNS_MESSAGE_MAX);
    fixed.used = size_at;
    return write_u16_at(&fixed, size_at - 2, (uint16_t)(stream->used - size_at));
}

enum sworn_result stream_put(struct stream *stream, const struct stream_record *record)
{
    size_t before = stream->used;
    enum sworn_result result = put_record(stream, record);
    bool full = result == SWORN_LIMIT || stream->used > GOOD_SIZE;

    SWORN_ENSURE(result == SWORN_OK || result == SWORN_LIMIT, result);
    if (!full || (result == SWORN_OK && stream->records == 0)) {
        stream->records++;
        return SWORN_OK;
    }
    SWORN_ENSURE(stream->options.only == 0 && stream->records > 0, SWORN_LIMIT);
    stream->used = before;
    SWORN_TRY(message_send(stream));
    message_begin(stream);
    SWORN_TRY(put_record(stream, record));
    stream->records++;
    return SWORN_OK;
}

enum sworn_result stream_end(struct stream *stream)
{
    return message_send(stream);
}
