/*
 * stream.c - queries and answers as octets of a stream; see stream.h.
 */
#include "host/serve/quic/stream.h"

#include <stdlib.h>

#define SIZE_OCTETS 2
#define STREAM_MAX  (SIZE_OCTETS + (size_t)65535)
#define HELD_MAX    ((size_t)256 * 1024) /* octets of an exchange that are not acknowledged */

struct quic_stream *quic_stream_new(int64_t id)
{
    struct quic_stream *stream = calloc(1, sizeof(*stream));

    if (stream != NULL) {
        stream->id = id;
    }
    return stream;
}

void quic_stream_free(struct quic_stream *stream)
{
    if (stream->reply != NULL) {
        reply_close(stream->reply);
    }
    while (stream->first != NULL) {
        struct quic_chunk *chunk = stream->first;

        stream->first = chunk->next;
        free(chunk);
    }
    free(stream->in);
    free(stream);
}

static size_t size_of(const struct quic_stream *stream)
{
    return (size_t)stream->in[0] << 8 | stream->in[1];
}

static bool grow(struct quic_stream *stream, size_t size)
{
    size_t room = stream->in_room == 0 ? 512 : stream->in_room;
    uint8_t *in;

    if (size <= stream->in_room) {
        return true;
    }
    while (room < size) {
        room *= 2;
    }
    in = realloc(stream->in, room);
    if (in == NULL) {
        return false;
    }
    stream->in = in;
    stream->in_room = room;
    return true;
}

bool quic_stream_take(struct quic_stream *stream, struct octets octets, bool end)
{
    size_t used = stream->in_used + octets.size;

    if (stream->whole || used > STREAM_MAX || !grow(stream, used)) {
        return false;
    }
    if (octets.size > 0) {
        memcpy(stream->in + stream->in_used, octets.data, octets.size);
    }
    stream->in_used = used;
    /* One query a stream, and the end behind it: neither more nor less. */
    if (used >= SIZE_OCTETS && used > SIZE_OCTETS + size_of(stream)) {
        return false;
    }
    stream->whole = end;
    return !end || (used >= SIZE_OCTETS && used == SIZE_OCTETS + size_of(stream));
}

struct octets quic_stream_query(const struct quic_stream *stream)
{
    return octets_of(stream->in + SIZE_OCTETS, stream->in_used - SIZE_OCTETS);
}

bool quic_stream_put(struct quic_stream *stream, struct octets message)
{
    struct quic_chunk *chunk = malloc(sizeof(*chunk) + SIZE_OCTETS + message.size);

    if (chunk == NULL) {
        return false;
    }
    chunk->next = NULL;
    chunk->size = SIZE_OCTETS + message.size;
    chunk->octets[0] = (uint8_t)(message.size >> 8);
    chunk->octets[1] = (uint8_t)message.size;
    memcpy(chunk->octets + SIZE_OCTETS, message.data, message.size);
    *(stream->end != NULL ? &stream->end->next : &stream->first) = chunk;
    stream->end = chunk;
    stream->held += chunk->size;
    if (stream->at == NULL) {
        stream->at = chunk;
        stream->at_sent = 0;
    }
    return true;
}

bool quic_stream_take_reply(struct quic_stream *stream)
{
    while (stream->reply != NULL && stream->held < HELD_MAX) {
        bool over;
        struct letter *letter = reply_next(stream->reply, &over);
        bool put =
            letter == NULL || quic_stream_put(stream, octets_of(letter->octets, letter->size));

        if (over) {
            reply_close(stream->reply);
            stream->reply = NULL;
            stream->last = true;
        }
        if (!put || letter == NULL) {
            free(letter);
            return put;
        }
        free(letter);
    }
    return true;
}

bool quic_stream_next(const struct quic_stream *stream, struct octets *octets, bool *end)
{
    *octets = octets_of(NULL, 0);
    if (stream->at != NULL) {
        *octets =
            octets_of(stream->at->octets + stream->at_sent, stream->at->size - stream->at_sent);
    }
    *end = stream->last && (stream->at == NULL || stream->at->next == NULL);
    return octets->size > 0 || (*end && !stream->finished);
}

void quic_stream_sent(struct quic_stream *stream, size_t size, bool end)
{
    stream->finished = stream->finished || end;
    if (stream->at == NULL) {
        return;
    }
    stream->at_sent += size;
    if (stream->at_sent == stream->at->size) {
        stream->at = stream->at->next;
        stream->at_sent = 0;
    }
}

void quic_stream_acked(struct quic_stream *stream, size_t size)
{
    stream->first_acked += size;
    while (stream->first != NULL && stream->first != stream->at &&
           stream->first_acked >= stream->first->size) {
        struct quic_chunk *chunk = stream->first;

        stream->first_acked -= chunk->size;
        stream->held -= chunk->size;
        stream->first = chunk->next;
        stream->end = stream->first == NULL ? NULL : stream->end;
        free(chunk);
    }
}

void quic_stream_silence(struct quic_stream *stream)
{
    if (stream->reply != NULL) {
        reply_close(stream->reply);
        stream->reply = NULL;
    }
    stream->at = NULL;
    stream->answered = true;
    stream->last = true;
    stream->finished = true;
}
