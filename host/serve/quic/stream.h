/*
 * stream.h - one query over QUIC and its answers: a stream (RFC 9250 4.2).
 *
 *   client's = u16 size ‖ message ‖ end
 *   ours     = (u16 size ‖ message)... ‖ end
 *
 * What was sent is kept until it is acknowledged.
 */
#ifndef SWORN_HOST_SERVE_QUIC_STREAM_H
#define SWORN_HOST_SERVE_QUIC_STREAM_H

#include "host/serve/service.h"

/** Codes of RFC 9250 4.3. */
#define DOQ_NO_ERROR       0
#define DOQ_INTERNAL_ERROR 1
#define DOQ_PROTOCOL_ERROR 2

struct quic_chunk {
    struct quic_chunk *next;
    size_t size;
    uint8_t octets[];
};

struct quic_stream {
    struct quic_stream *next;
    int64_t id;
    bool whole;    /* all of the query is here */
    bool answered; /* or on its way */
    bool last;     /* nothing comes behind what is in the list */
    bool finished; /* and the end was sent */
    bool blocked;  /* the client has no room, for now */
    struct reply *reply;
    size_t in_used;
    size_t in_room;
    uint8_t *in;
    struct quic_chunk *first; /* not acknowledged */
    struct quic_chunk *end;
    struct quic_chunk *at; /* not sent; NULL: all was */
    size_t at_sent;        /* of it */
    size_t first_acked;    /* octets of the first that are acknowledged */
    size_t held;           /* octets in the list */
};

struct quic_stream *quic_stream_new(int64_t id);

/** The reply is let go, too. */
void quic_stream_free(struct quic_stream *stream);

/** Octets of the query; false: this is not DNS over QUIC, or there is no memory. */
bool quic_stream_take(struct quic_stream *stream, struct octets octets, bool end);

/** The query, once it is whole. */
struct octets quic_stream_query(const struct quic_stream *stream);

/** A message to send; false: no memory. */
bool quic_stream_put(struct quic_stream *stream, struct octets message);

/** Take what the exchange has to say, as long as little waits to be acknowledged. */
bool quic_stream_take_reply(struct quic_stream *stream);

/** What is to be sent next; false: nothing. With `end`, nothing comes behind it. */
bool quic_stream_next(const struct quic_stream *stream, struct octets *octets, bool *end);
void quic_stream_sent(struct quic_stream *stream, size_t size, bool end);

/** So many octets more are acknowledged. */
void quic_stream_acked(struct quic_stream *stream, size_t size);

/** Nobody wants the rest. */
void quic_stream_silence(struct quic_stream *stream);

#endif
