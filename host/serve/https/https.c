/*
 * https.c - HTTP/2 between a connection and DNS; see https.h.
 *
 *   frames → nghttp2 → struct request: method, path, type, body
 *   whole requests, in their order → desk → response → nghttp2 → frames
 *
 * What a client can make grow is bounded: streams at a time, octets of bodies, responses that wait
 * to be taken (requests are not answered while they do), and streams that end before their time:
 * whoever resets most of what it asks for is sent away.
 */
#include "host/serve/https/https.h"

#include <nghttp2/nghttp2.h>
#include <stdio.h>
#include <stdlib.h>

#include "host/serve/https/freshness.h"
#include "host/serve/https/request.h"

#define STREAMS_MAX   64
#define PATH_MAX_SIZE 65536
#define BODIES_MAX    ((size_t)256 * 1024) /* of one connection */
#define WAITING_MAX   ((size_t)256 * 1024)
#define RESETS_MAX    100
#define FRAME_ROOM    ((size_t)32 * 1024) /* no frame of ours is larger */
#define RESPONSE_MAX  65535
#define ACKS_MAX      100

struct request {
    struct request *next;
    struct request *previous;
    int32_t stream;
    enum http_method method;
    bool ours;     /* the path is */
    bool dns;      /* so is the type */
    bool asked;    /* the path has a message */
    bool body;     /* the body has one */
    bool too_long; /* more than a message may have */
    bool bad;      /* what was to be the message is none */
    bool whole;    /* no more will come */
    bool answered;
    struct reply *reply;
    size_t size;
    size_t room;
    uint8_t *message;
    size_t response_at;
    size_t response_size;
    uint8_t *response;
};

struct https {
    struct connection *connection;
    nghttp2_session *session;
    struct request *first;
    struct request *last;
    size_t bodies;  /* octets of messages that are held */
    size_t waiting; /* octets of responses that were not taken */
    bool held_back; /* a request waits until they are */
    uint64_t streams;
    uint64_t resets;
    uint8_t scratch[RESPONSE_MAX];
};

/* --- requests -------------------------------------------------------------------------------- */

static struct request *request_new(struct https *https, int32_t stream)
{
    struct request *request = calloc(1, sizeof(*request));

    if (request == NULL) {
        return NULL;
    }
    request->stream = stream;
    request->previous = https->last;
    *(https->last != NULL ? &https->last->next : &https->first) = request;
    https->last = request;
    return request;
}

static void request_free(struct https *https, struct request *request)
{
    *(request->previous != NULL ? &request->previous->next : &https->first) = request->next;
    *(request->next != NULL ? &request->next->previous : &https->last) = request->previous;
    https->bodies -= request->room;
    https->waiting -= request->response_size;
    if (request->reply != NULL) {
        connection_drop_reply(https->connection, request->reply);
    }
    free(request->message);
    free(request->response);
    free(request);
}

static void message_free(struct https *https, struct request *request)
{
    https->bodies -= request->room;
    request->room = 0;
    free(request->message);
    request->message = NULL;
}

/* Room for so many octets in all; false: more than one connection may have. */
static bool message_grow(struct https *https, struct request *request, size_t size)
{
    size_t room = request->room == 0 ? 512 : request->room;
    uint8_t *message;

    if (size <= request->room) {
        return true;
    }
    while (room < size) {
        room *= 2;
    }
    if (https->bodies - request->room + room > BODIES_MAX) {
        return false;
    }
    message = realloc(request->message, room);
    if (message == NULL) {
        return false;
    }
    https->bodies += room - request->room;
    request->message = message;
    request->room = room;
    return true;
}

static void read_path(struct https *https, struct request *request, struct octets path)
{
    struct octets text;

    request->ours = request_path_is_ours(path);
    if (!request->ours || request->asked || !request_parameter(path, &text)) {
        return;
    }
    request->asked = true;
    if (text.size > (REQUEST_MESSAGE_MAX * 4 + 2) / 3 ||
        !message_grow(https, request, text.size + 1)) {
        request->too_long = true;
        return;
    }
    request->bad = !request_decode(text, request->message, &request->size);
}

/* --- what nghttp2 tells ---------------------------------------------------------------------- */

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *context)
{
    struct https *https = context;
    struct request *request;

    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) {
        return 0;
    }
    https->streams++;
    request = request_new(https, frame->hd.stream_id);
    if (request == NULL) {
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    (void)nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, request);
    return 0;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                     size_t name_size, const uint8_t *value, size_t value_size, uint8_t flags,
                     void *context)
{
    struct request *request = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    struct octets field = octets_of(name, name_size);

    (void)flags;
    if (request == NULL || request->whole) {
        return 0;
    }
    if (octets_equal(field, octets_of_text(":method"))) {
        request->method = request_method(octets_of(value, value_size));
    }
    if (octets_equal(field, octets_of_text(":path"))) {
        read_path(context, request, octets_of(value, value_size));
    }
    if (octets_equal(field, octets_of_text("content-type"))) {
        request->dns = request_type_is_dns(octets_of(value, value_size));
    }
    return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *data,
                   size_t size, void *context)
{
    struct request *request = nghttp2_session_get_stream_user_data(session, stream);

    (void)flags;
    if (request == NULL || request->method != METHOD_POST || request->too_long) {
        return 0;
    }
    if (!request->body) {
        /* What a path says is not what is posted. */
        request->body = true;
        request->size = 0;
    }
    if (request->size + size > REQUEST_MESSAGE_MAX ||
        !message_grow(context, request, request->size + size)) {
        request->too_long = true;
        return 0;
    }
    memcpy(request->message + request->size, data, size);
    request->size += size;
    return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *context)
{
    struct request *request;

    (void)context;
    if ((frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) ||
        (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) {
        return 0;
    }
    request = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    if (request != NULL) {
        request->whole = true;
    }
    return 0;
}

static int on_close(nghttp2_session *session, int32_t stream, uint32_t error, void *context)
{
    struct https *https = context;
    struct request *request = nghttp2_session_get_stream_user_data(session, stream);

    https->resets += error != NGHTTP2_NO_ERROR;
    if (https->resets > RESETS_MAX && https->resets * 2 > https->streams) {
        (void)nghttp2_session_terminate_session(session, NGHTTP2_ENHANCE_YOUR_CALM);
    }
    if (request != NULL) {
        request_free(https, request);
    }
    return 0;
}

/* --- responding ------------------------------------------------------------------------------ */

static ssize_t give_data(nghttp2_session *session, int32_t stream, uint8_t *octets, size_t room,
                         uint32_t *flags, nghttp2_data_source *source, void *context)
{
    struct request *request = source->ptr;
    size_t size = request->response_size - request->response_at;

    (void)session, (void)stream, (void)context;
    size = size < room ? size : room;
    if (size > 0) {
        memcpy(octets, request->response + request->response_at, size);
    }
    request->response_at += size;
    if (request->response_at == request->response_size) {
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    }
    return (ssize_t)size;
}

static nghttp2_nv field(const char *name, const char *value)
{
    return (nghttp2_nv){.name = (uint8_t *)(uintptr_t)name,
                        .value = (uint8_t *)(uintptr_t)value,
                        .namelen = strlen(name),
                        .valuelen = strlen(value)};
}

static bool respond_error(struct https *https, struct request *request, const char *status)
{
    nghttp2_nv fields[3] = {field(":status", status), field("content-length", "0"),
                            field("allow", "GET, POST")};
    size_t count = strcmp(status, "405") == 0 ? 3 : 2;

    request->answered = true;
    message_free(https, request);
    return nghttp2_submit_response(https->session, request->stream, fields, count, NULL) == 0;
}

static bool respond(struct https *https, struct request *request, struct octets message)
{
    char size[16];
    char cache[32];
    nghttp2_nv fields[4];
    nghttp2_data_provider data = {.source.ptr = request, .read_callback = give_data};

    request->response = malloc(message.size);
    if (request->response == NULL) {
        return respond_error(https, request, "500");
    }
    memcpy(request->response, message.data, message.size);
    request->response_size = message.size;
    https->waiting += message.size;
    request->answered = true;
    message_free(https, request);
    (void)snprintf(size, sizeof(size), "%zu", message.size);
    (void)snprintf(cache, sizeof(cache), "max-age=%u", freshness_of(message));
    fields[0] = field(":status", "200");
    fields[1] = field("content-type", "application/dns-message");
    fields[2] = field("content-length", size);
    fields[3] = field("cache-control", cache);
    return nghttp2_submit_response(https->session, request->stream, fields, 4, &data) == 0;
}

/* What is wrong with the request, as a status of HTTP; NULL: nothing. */
static const char *complaint(const struct request *request)
{
    if (!request->ours) {
        return "404";
    }
    if (request->method == METHOD_OTHER) {
        return "405";
    }
    if (request->too_long) {
        return request->method == METHOD_GET ? "414" : "413";
    }
    if (request->method == METHOD_GET) {
        return request->asked && !request->bad ? NULL : "400";
    }
    if (!request->dns) {
        return "415";
    }
    return request->body ? NULL : "400";
}

static bool answer(struct https *https, struct request *request)
{
    struct connection *connection = https->connection;
    const char *wrong = complaint(request);
    struct desk_question question = {
        .transport = TRANSPORT_HTTPS,
        .client = &connection->client,
        .query = octets_of(request->message, request->size),
        .response = https->scratch,
        .owner = connection,
        .stream = request->stream,
    };
    struct desk_outcome outcome;
    size_t size;

    connection->moved = true;
    if (wrong != NULL) {
        return respond_error(https, request, wrong);
    }
    size = desk_answer(connection->desk, &question, &outcome);
    if (outcome.later != NULL) {
        request->answered = true;
        request->reply = outcome.later;
        connection_add_reply(connection, outcome.later);
        message_free(https, request);
        return true;
    }
    if (size == 0) {
        return respond_error(https, request, "400");
    }
    return respond(https, request, octets_of(https->scratch, size));
}

/* Answer what is whole, as long as answers are taken; false: HTTP/2 is at its end. */
static bool answer_all(struct https *https)
{
    https->held_back = false;
    for (struct request *request = https->first; request != NULL; request = request->next) {
        bool due = request->whole && !request->answered;

        https->held_back = due && https->waiting >= WAITING_MAX;
        if (https->held_back) {
            return true;
        }
        if (due && !answer(https, request)) {
            return false;
        }
    }
    return true;
}

/* The first message of an exchange is the response; there is no place for others. */
static bool take_reply(struct https *https, struct request *request)
{
    struct reply *reply = request->reply;
    bool over;
    struct letter *letter = reply_next(reply, &over);
    bool done = true;

    if (letter == NULL && !over) {
        return true;
    }
    request->reply = NULL;
    connection_drop_reply(https->connection, reply);
    done = letter == NULL ? respond_error(https, request, "500")
                          : respond(https, request, octets_of(letter->octets, letter->size));
    free(letter);
    return done;
}

static bool take_replies(struct https *https)
{
    for (struct request *request = https->first; request != NULL; request = request->next) {
        if (request->reply != NULL && !take_reply(https, request)) {
            return false;
        }
    }
    return true;
}

static bool put_frames(struct https *https)
{
    struct connection *connection = https->connection;

    while (connection_room(connection) >= FRAME_ROOM) {
        const uint8_t *octets;
        ssize_t size = nghttp2_session_mem_send(https->session, &octets);

        if (size <= 0) {
            return size == 0;
        }
        if ((size_t)size > connection_room(connection)) {
            return false;
        }
        memcpy(connection->out + connection->out_used, octets, (size_t)size);
        connection->out_used += (size_t)size;
    }
    connection->unread = true;
    return true;
}

/* --- the protocol ---------------------------------------------------------------------------- */

static bool https_work(struct connection *connection)
{
    struct https *https = connection->state;
    ssize_t taken = nghttp2_session_mem_recv(https->session, connection->in, connection->in_used);

    if (taken < 0) {
        return false;
    }
    connection_took(connection, (size_t)taken);
    if (!answer_all(https) || !take_replies(https) || !put_frames(https)) {
        return false;
    }
    connection->unread = connection->unread || (https->held_back && https->waiting < WAITING_MAX);
    /* What is said last, GOAWAY among it, is written before the end. */
    return connection->out_used > 0 || nghttp2_session_want_read(https->session) != 0 ||
           nghttp2_session_want_write(https->session) != 0;
}

static nghttp2_session *session_new(struct https *https)
{
    nghttp2_session_callbacks *callbacks;
    nghttp2_option *option;
    nghttp2_session *session = NULL;

    if (nghttp2_session_callbacks_new(&callbacks) != 0) {
        return NULL;
    }
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    if (nghttp2_option_new(&option) == 0) {
        nghttp2_option_set_max_outbound_ack(option, ACKS_MAX);
        nghttp2_option_set_no_closed_streams(option, 1);
        (void)nghttp2_session_server_new2(&session, callbacks, https, option);
        nghttp2_option_del(option);
    }
    nghttp2_session_callbacks_del(callbacks);
    return session;
}

static bool https_open(struct connection *connection)
{
    static const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS_MAX},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, PATH_MAX_SIZE},
    };
    struct https *https = calloc(1, sizeof(*https));

    if (https == NULL) {
        return false;
    }
    https->connection = connection;
    https->session = session_new(https);
    connection->state = https;
    return https->session != NULL &&
           nghttp2_submit_settings(https->session, NGHTTP2_FLAG_NONE, settings,
                                   sizeof(settings) / sizeof(settings[0])) == 0;
}

static void https_close(struct connection *connection)
{
    struct https *https = connection->state;

    if (https == NULL) {
        return;
    }
    while (https->first != NULL) {
        /* Its exchange went with the connection. */
        https->first->reply = NULL;
        request_free(https, https->first);
    }
    nghttp2_session_del(https->session);
    free(https);
}

const struct protocol dns_over_https = {.transport = TRANSPORT_HTTPS,
                                        .secure = true,
                                        .purpose = {.alpn = "h2", .alpn_required = true},
                                        .open = https_open,
                                        .work = https_work,
                                        .close = https_close};
