/*
 * api.c - the HTTP API over libmicrohttpd; see api.h.
 *
 * libmicrohttpd calls handle() once when the headers are there, then for each piece of the body,
 * then once more for the answer. A request that is refused by its headers has its body read and
 * dropped all the same, unless its sender waits for "100 Continue": closing a connection with
 * unread octets can take the answer with it.
 */
#include "host/api/api.h"

#include "host/api/access.h"
#include "host/api/records.h"
#include "host/api/request.h"
#include "host/serve/listen.h"

#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 64
#define STREAMS_MAX     8 /* of records: a slow reader keeps a snapshot, and the store grows */
#define TIMEOUT_SECONDS 30
#define SERVE_MAX       256 /* octets of {"serve":false} */
#define METRICS_MAX     ((size_t)64 * 1024 * 1024)
#define ACCESS_CAP      ((size_t)1024 * 1024)
#define STREAM_BLOCK    ((size_t)32 * 1024)

struct api {
    struct commit_server *server;
    pthread_mutex_t access_lock;
    struct access access;
    struct region access_region;
    size_t argument_max, creation_max;
    unsigned stream_seconds;
    const struct metrics_source *metrics;
    size_t metrics_count;
    struct MHD_Daemon *daemon;
    uint16_t port;
    pthread_mutex_t streams_lock;
    unsigned stream_count;
    struct open_stream *streams;
};

/* A stream as libmicrohttpd holds it. */
struct open_stream {
    struct api *api;
    struct open_stream *next, **place; /* in the list of the API */
    int fd;
    time_t end;
    struct records_stream *stream;
};

static void refuse(struct request *request, unsigned status, const char *code, const char *message)
{
    if (request->problem.status != 0) {
        return; /* the first problem is the one to tell */
    }
    request->problem.status = status;
    request->problem.code = code;
    (void)because(&request->problem.reason, SWORN_REFUSED, "%s", message);
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* Whether somebody stands between the asker and this connection: a proxy, or a web page. */
static bool is_indirect(struct MHD_Connection *connection)
{
    static const char *const names[] = {"Origin", "Forwarded", "X-Forwarded-For", "Via"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (header(connection, names[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* Whether who asks may create zones, or `operator` only: stop serving them. */
static bool may(struct api *api, struct MHD_Connection *connection, bool listed)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct access access;
    bool allowed;

    (void)pthread_mutex_lock(&api->access_lock);
    access = api->access;
    access.count = listed ? access.count : 0;
    allowed = access_allows(&access, info == NULL ? NULL : info->client_addr,
                            header(connection, "Authorization"), is_indirect(connection));
    (void)pthread_mutex_unlock(&api->access_lock);
    return allowed;
}

static size_t body_max(const struct api *api, const struct request *request)
{
    if (request->route.kind == ROUTE_CREATE) {
        return api->creation_max;
    }
    if (request->route.kind == ROUTE_SERVE) {
        return SERVE_MAX;
    }
    return request->route.kind == ROUTE_UPDATE ? api->argument_max : 0;
}

struct arguments {
    struct request *request;
    unsigned seen;
};

static enum MHD_Result take_argument(void *context, enum MHD_ValueKind kind, const char *name,
                                     size_t name_size, const char *value, size_t value_size)
{
    struct arguments *arguments = context;

    (void)kind;
    return route_argument(&arguments->request->route, octets_of(name, name_size),
                          octets_of(value, value_size), &arguments->seen,
                          &arguments->request->problem)
               ? MHD_YES
               : MHD_NO;
}

/* All that the headers can be refused for. */
static void look_at_headers(struct api *api, struct MHD_Connection *connection, const char *method,
                            const char *path, struct request *request)
{
    struct arguments arguments = {.request = request};
    const char *length = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);

    if (!route_read(octets_of_text(method), octets_of_text(path), &request->route,
                    &request->problem)) {
        return;
    }
    (void)MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, take_argument, &arguments);
    if (request->route.kind == ROUTE_CREATE && !may(api, connection, true)) {
        refuse(request, MHD_HTTP_FORBIDDEN, "forbidden",
               "zones are created from this machine, from an allowed address or with the "
               "operator's token");
    }
    if (request->route.kind == ROUTE_SERVE && !may(api, connection, false)) {
        refuse(request, MHD_HTTP_FORBIDDEN, "forbidden",
               "only the operator stops serving a zone: from this machine, or with the token");
    }
    if (length != NULL && strtoull(length, NULL, 10) > body_max(api, request)) {
        refuse(request, MHD_HTTP_CONTENT_TOO_LARGE, "limit", "the body is too large");
    }
}

static struct request *request_new(struct api *api, struct MHD_Connection *connection,
                                   const char *method, const char *path)
{
    struct request *request = calloc(1, sizeof(*request));

    if (request == NULL) {
        return NULL;
    }
    /* The body as it grows and parsed, and what the commit makes of it. */
    region_init(&request->region, 8 * api->creation_max + (size_t)256 * 1024 * 1024);
    look_at_headers(api, connection, method, path, request);
    request->body = writer_in(&request->region, body_max(api, request));
    return request;
}

static void take_body(struct request *request, const char *octets, size_t size)
{
    enum sworn_result result;

    if (request->problem.status != 0) {
        return;
    }
    if (size > request->body.limit - request->body.used) {
        refuse(request, MHD_HTTP_CONTENT_TOO_LARGE, "limit", "the body is too large");
        return;
    }
    result = write_octets(&request->body, octets_of(octets, size));
    if (result != SWORN_OK) {
        refuse(request, MHD_HTTP_INTERNAL_SERVER_ERROR, result_name(result), "no memory");
    }
}

static enum MHD_Result send_response(struct MHD_Connection *connection,
                                     struct MHD_Response *response, unsigned status,
                                     const char *type)
{
    enum MHD_Result sent = MHD_NO;

    if (response == NULL) {
        return MHD_NO;
    }
    if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type) == MHD_YES &&
        MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") == MHD_YES &&
        MHD_add_response_header(response, "X-Content-Type-Options", "nosniff") == MHD_YES) {
        sent = MHD_queue_response(connection, status, response);
    }
    MHD_destroy_response(response);
    return sent;
}

static enum MHD_Result send_document(struct MHD_Connection *connection,
                                     const struct request *request, const struct answer *answer)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        answer->document.size, (void *)(uintptr_t)answer->document.data, MHD_RESPMEM_MUST_COPY);
    const char *allow = request->problem.allow;

    if (response != NULL && allow[0] != 0 &&
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, allow) != MHD_YES) {
        MHD_destroy_response(response);
        return MHD_NO;
    }
    return send_response(connection, response, answer->status,
                         answer->is_octets ? "application/octet-stream" : "application/json");
}

static enum MHD_Result send_problem(struct MHD_Connection *connection, struct request *request)
{
    struct answer answer;

    if (request_refuse(request, &answer) != SWORN_OK) {
        return MHD_NO; /* nothing left to say it with: the connection is closed */
    }
    return send_document(connection, request, &answer);
}

static time_t monotonic_seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/* In the list, unless it is full. */
static bool stream_list(struct open_stream *open)
{
    struct api *api = open->api;
    bool room;

    (void)pthread_mutex_lock(&api->streams_lock);
    room = api->stream_count < STREAMS_MAX;
    if (room) {
        api->stream_count++;
        open->next = api->streams;
        open->place = &api->streams;
        if (open->next != NULL) {
            open->next->place = &open->next;
        }
        api->streams = open;
    }
    (void)pthread_mutex_unlock(&api->streams_lock);
    return room;
}

static void stream_unlist(struct open_stream *open)
{
    struct api *api = open->api;

    (void)pthread_mutex_lock(&api->streams_lock);
    if (open->place != NULL) {
        *open->place = open->next;
        if (open->next != NULL) {
            open->next->place = open->place;
        }
        api->stream_count--;
    }
    (void)pthread_mutex_unlock(&api->streams_lock);
}

static ssize_t read_stream(void *context, uint64_t position, char *octets, size_t size)
{
    struct open_stream *open = context;
    size_t count = 0;
    enum sworn_result result;

    (void)position;
    result = records_read(open->stream, octets, size, &count);
    if (result == SWORN_ABSENT) {
        return MHD_CONTENT_READER_END_OF_STREAM;
    }
    return result == SWORN_OK ? (ssize_t)count : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void close_stream(void *context)
{
    struct open_stream *open = context;

    if (open->stream != NULL) {
        records_close(open->stream);
    }
    stream_unlist(open);
    free(open);
}

void api_tick(struct api *api)
{
    time_t now = monotonic_seconds();

    (void)pthread_mutex_lock(&api->streams_lock);
    for (struct open_stream *open = api->streams; open != NULL; open = open->next) {
        if (now > open->end) {
            /* Its thread, which waits for the reader, sees that there is none any more. */
            (void)shutdown(open->fd, SHUT_RDWR);
        }
    }
    (void)pthread_mutex_unlock(&api->streams_lock);
}

static int socket_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    return info == NULL ? -1 : info->connect_fd;
}

static enum MHD_Result send_records(struct api *api, struct MHD_Connection *connection,
                                    struct request *request)
{
    struct open_stream *open = calloc(1, sizeof(*open));
    struct reason reason = {""};
    struct MHD_Response *response;
    enum sworn_result result;

    if (open == NULL) {
        return MHD_NO;
    }
    open->api = api;
    open->fd = socket_of(connection);
    open->end = monotonic_seconds() + api->stream_seconds;
    if (!stream_list(open)) {
        close_stream(open);
        refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", "too many zones are being read");
        return send_problem(connection, request);
    }
    result = records_open(api->server, &request->route, &open->stream, &reason);
    if (result != SWORN_OK) {
        close_stream(open);
        problem_of(result, &reason, &request->problem);
        return send_problem(connection, request);
    }
    response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_stream, open,
                                                 close_stream);
    if (response == NULL) {
        close_stream(open);
        return MHD_NO;
    }
    return send_response(connection, response, MHD_HTTP_OK,
                         request->route.as_zone_file ? "text/dns" : "application/json");
}

static enum MHD_Result send_metrics(struct api *api, struct MHD_Connection *connection,
                                    struct request *request)
{
    struct writer text = writer_in(&request->region, METRICS_MAX);
    struct metrics_writer metrics = {.text = &text};
    struct octets octets;

    for (size_t i = 0; i < api->metrics_count; i++) {
        if (api->metrics[i].write(api->metrics[i].context, &metrics) != SWORN_OK) {
            return MHD_NO;
        }
    }
    octets = written(&text);
    return send_response(connection,
                         MHD_create_response_from_buffer(
                             octets.size, (void *)(uintptr_t)octets.data, MHD_RESPMEM_MUST_COPY),
                         MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8");
}

static enum MHD_Result send_answer(struct api *api, struct MHD_Connection *connection,
                                   struct request *request)
{
    struct answer answer;

    if (request->problem.status != 0) {
        return send_problem(connection, request);
    }
    if (request->route.kind == ROUTE_RECORDS) {
        return send_records(api, connection, request);
    }
    if (request->route.kind == ROUTE_METRICS) {
        return send_metrics(api, connection, request);
    }
    if (request_answer(request, api->server, api->creation_max, &answer) != SWORN_OK) {
        return MHD_NO;
    }
    return send_document(connection, request, &answer);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *body,
                              size_t *body_size, void **request_context)
{
    struct api *api = context;
    struct request *request = *request_context;

    (void)version;
    if (request == NULL) {
        request = request_new(api, connection, method, path);
        *request_context = request;
        if (request != NULL && request->problem.status != 0 &&
            header(connection, MHD_HTTP_HEADER_EXPECT) != NULL) {
            return send_problem(connection, request);
        }
        return request == NULL ? MHD_NO : MHD_YES;
    }
    if (*body_size > 0) {
        take_body(request, body, *body_size);
        *body_size = 0;
        return MHD_YES;
    }
    return send_answer(api, connection, request);
}

static void completed(void *context, struct MHD_Connection *connection, void **request_context,
                      enum MHD_RequestTerminationCode code)
{
    struct request *request = *request_context;

    (void)context;
    (void)connection;
    (void)code;
    if (request != NULL) {
        region_clear(&request->region);
        free(request);
    }
    *request_context = NULL;
}

static unsigned hex_value(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return (unsigned)(digit - '0');
    }
    digit = (char)(digit | 0x20);
    return digit >= 'a' && digit <= 'f' ? (unsigned)(digit - 'a' + 10) : 16;
}

/* %XX in place. %00 stays as it is: it would cut the text short, and nothing of ours holds it. */
static size_t unescape(void *context, struct MHD_Connection *connection, char *text)
{
    const char *from = text;
    char *to = text;

    (void)context;
    (void)connection;
    while (*from != 0) {
        unsigned high = from[0] == '%' ? hex_value(from[1]) : 16;
        unsigned low = high < 16 ? hex_value(from[2]) : 16;

        if (low < 16 && (high | low) != 0) {
            *to++ = (char)(high << 4 | low);
            from += 3;
            continue;
        }
        *to++ = *from++;
    }
    *to = 0;
    return (size_t)(to - text);
}

enum sworn_result api_configure(struct api *api, const struct api_access_options *options,
                                struct reason *reason)
{
    struct region region, old;
    struct access access;
    enum sworn_result result;

    region_init(&region, ACCESS_CAP);
    result =
        access_open(&access, options->token, options->allow, options->allow_count, &region, reason);
    if (result != SWORN_OK) {
        region_clear(&region);
        return result;
    }
    (void)pthread_mutex_lock(&api->access_lock);
    old = api->access_region;
    api->access = access;
    api->access_region = region;
    (void)pthread_mutex_unlock(&api->access_lock);
    region_clear(&old);
    return SWORN_OK;
}

/* A socket that is bound already, or one of our own. */
static enum sworn_result open_socket(struct api *api, const struct api_options *options, int *fd,
                                     struct reason *reason)
{
    struct listen_address address;
    enum sworn_result result;

    SWORN_TRY(listen_address_read(options->listen, &address, reason));
    result =
        listen_inherited(options->inherited, options->inherited_count, &address, SOCK_STREAM, fd);
    if (result == SWORN_ABSENT) {
        return listen_on(options->listen, CONNECTIONS_MAX, fd, &api->port, reason);
    }
    SWORN_SAY(result == SWORN_OK, reason, result, "API: the inherited socket does not work");
    api->port = listen_port(&address);
    return SWORN_OK;
}

static enum sworn_result start(struct api *api, const struct api_options *options,
                               struct reason *reason)
{
    int fd;

    SWORN_TRY(api_configure(api, &options->access, reason));
    SWORN_TRY(open_socket(api, options, &fd, reason));
    api->daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL, api->port,
        NULL, NULL, handle, api, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_SECONDS,
        MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (api->daemon == NULL) {
        (void)close(fd);
        return because(reason, SWORN_IO, "API: libmicrohttpd does not start: %s", strerror(errno));
    }
    return SWORN_OK;
}

enum sworn_result api_start(const struct api_options *options, struct commit_server *server,
                            struct api **api, struct reason *reason)
{
    struct api *started = calloc(1, sizeof(*started));
    enum sworn_result result;

    SWORN_ENSURE(started != NULL, SWORN_NO_MEMORY);
    (void)pthread_mutex_init(&started->access_lock, NULL);
    region_init(&started->access_region, ACCESS_CAP);
    started->server = server;
    started->argument_max = options->argument_max == 0 ? API_ARGUMENT_MAX : options->argument_max;
    started->creation_max = options->creation_max == 0 ? API_CREATION_MAX : options->creation_max;
    started->stream_seconds =
        options->stream_seconds == 0 ? API_STREAM_SECONDS : options->stream_seconds;
    started->metrics = options->metrics;
    started->metrics_count = options->metrics_count;
    (void)pthread_mutex_init(&started->streams_lock, NULL);
    result = start(started, options, reason);
    if (result != SWORN_OK) {
        api_stop(started);
        return result;
    }
    *api = started;
    return SWORN_OK;
}

uint16_t api_port(const struct api *api)
{
    return api->port;
}

void api_stop(struct api *api)
{
    if (api == NULL) {
        return;
    }
    if (api->daemon != NULL) {
        MHD_stop_daemon(api->daemon);
    }
    region_clear(&api->access_region);
    (void)pthread_mutex_destroy(&api->access_lock);
    (void)pthread_mutex_destroy(&api->streams_lock);
    free(api);
}
