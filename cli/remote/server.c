/*
 * server.c - see server.h; over libcurl.
 */
#include "cli/remote/server.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdlib.h>

#include "cli/file.h"

#define ANSWER_MAX      ((size_t)2 << 30)
#define CONNECT_SECONDS 10L
#define ANSWER_SECONDS  900L

struct server {
    const char *url;
    bool local;
    CURL *curl;
    char error[CURL_ERROR_SIZE];
};

/* The body as it grows; libcurl's callback cannot say more than that it failed. */
struct body {
    uint8_t *data;
    size_t size, capacity;
};

static void release_curl(void *object)
{
    curl_easy_cleanup(object);
    curl_global_cleanup();
}

/* A proxy of the environment is for servers elsewhere. */
static bool url_is_local(const char *url)
{
    return strstr(url, "//127.") != NULL || strstr(url, "//localhost") != NULL ||
           strstr(url, "//[::1]") != NULL;
}

enum sworn_result server_open(const char *url, struct region *region, struct server **server,
                              struct reason *reason)
{
    void *memory;
    char *base;
    size_t size = strlen(url);

    SWORN_SAY(strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0, reason,
              SWORN_MALFORMED, "'%s' is not an http:// or https:// URL of a server", url);
    while (size > 0 && url[size - 1] == '/') {
        size--;
    }
    SWORN_TRY(region_text(region, octets_of(url, size), &base));
    SWORN_TRY(region_alloc(region, sizeof(struct server), &memory));
    *server = memory;
    (*server)->url = base;
    (*server)->local = url_is_local(base);
    SWORN_SAY(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, reason, SWORN_NO_MEMORY,
              "libcurl does not start");
    (*server)->curl = curl_easy_init();
    SWORN_SAY((*server)->curl != NULL, reason, SWORN_NO_MEMORY, "libcurl does not start");
    return region_defer(region, release_curl, (*server)->curl);
}

static size_t body_add(char *data, size_t unit, size_t count, void *context)
{
    struct body *body = context;
    size_t more = unit * count;

    if (more > ANSWER_MAX - body->size) {
        return 0;
    }
    if (body->capacity - body->size < more) {
        size_t capacity = (body->size + more) * 2;
        uint8_t *grown = realloc(body->data, capacity);

        if (grown == NULL) {
            return 0;
        }
        body->data = grown;
        body->capacity = capacity;
    }
    memcpy(body->data + body->size, data, more);
    body->size += more;
    return more;
}

static enum sworn_result result_of_code(const char *code)
{
    static const enum sworn_result known[] = {SWORN_MALFORMED, SWORN_LIMIT,   SWORN_ABSENT,
                                              SWORN_REFUSED,   SWORN_INVALID, SWORN_UNAVAILABLE,
                                              SWORN_CONFLICT};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(code, result_name(known[i])) == 0) {
            return known[i];
        }
    }
    return SWORN_IO;
}

/* {"error":{"code","message"}} as a result; anything else by its status alone. */
static enum sworn_result result_of_error(long status, struct octets body, struct reason *reason)
{
    json_t *root = json_loadb((const char *)body.data, body.size, JSON_REJECT_DUPLICATES, NULL);
    json_t *error = json_object_get(root, "error");
    const char *code = json_string_value(json_object_get(error, "code"));
    const char *message = json_string_value(json_object_get(error, "message"));
    enum sworn_result result;

    if (code == NULL || message == NULL) {
        result =
            because(reason, SWORN_IO, "the server answered HTTP %ld without saying why", status);
    } else {
        result = because(reason, result_of_code(code), "%s (%s, HTTP %ld)", message, code, status);
    }
    json_decref(root);
    return result;
}

static enum sworn_result curl_prepare(struct server *server, const char *url, struct body *body)
{
    CURL *curl = server->curl;

    curl_easy_reset(curl);
    server->error[0] = '\0';
    SWORN_ENSURE(curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK, SWORN_NO_MEMORY);
    SWORN_ENSURE(curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK, SWORN_IO);
    (void)curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, server->error);
    (void)curl_easy_setopt(curl, CURLOPT_USERAGENT, "sworn");
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, ANSWER_SECONDS);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, body_add);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    if (server->local) {
        (void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
    }
    return SWORN_OK;
}

static enum sworn_result curl_run(struct server *server, struct region *region, struct body *body,
                                  struct octets *octets, struct reason *reason)
{
    CURLcode code = curl_easy_perform(server->curl);
    long status = 0;

    if (body->data != NULL) {
        SWORN_TRY(region_defer(region, free, body->data));
    }
    SWORN_SAY(code != CURLE_WRITE_ERROR, reason, SWORN_LIMIT,
              "the answer of %s does not fit in memory", server->url);
    SWORN_SAY(code == CURLE_OK, reason, SWORN_UNAVAILABLE,
              "no answer from %s: %s; --server or $SWORN_SERVER says where it is", server->url,
              server->error[0] != '\0' ? server->error : curl_easy_strerror(code));
    *octets = octets_of(body->data == NULL ? (const uint8_t *)"" : body->data, body->size);
    (void)curl_easy_getinfo(server->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status < 200 || status > 299) {
        return result_of_error(status, *octets, reason);
    }
    return SWORN_OK;
}

enum sworn_result server_get(struct server *server, const char *path, struct region *region,
                             struct octets *body, struct reason *reason)
{
    struct body received = {0};
    char *url;

    SWORN_TRY(text_in(region, &url, "%s%s", server->url, path));
    SWORN_TRY(curl_prepare(server, url, &received));
    return curl_run(server, region, &received, body, reason);
}

enum sworn_result server_post(struct server *server, const char *path, const char *type,
                              struct octets content, struct region *region, struct octets *body,
                              struct reason *reason)
{
    struct body received = {0};
    struct curl_slist *headers, *more;
    enum sworn_result result;
    char *url, *type_header;

    SWORN_TRY(text_in(region, &url, "%s%s", server->url, path));
    SWORN_TRY(text_in(region, &type_header, "Content-Type: %s", type));
    SWORN_TRY(curl_prepare(server, url, &received));
    headers = curl_slist_append(NULL, type_header);
    SWORN_ENSURE(headers != NULL, SWORN_NO_MEMORY);
    more = curl_slist_append(headers, "Expect:"); /* no round trip before the body */
    if (more == NULL) {
        curl_slist_free_all(headers);
        return SWORN_NO_MEMORY;
    }
    (void)curl_easy_setopt(server->curl, CURLOPT_HTTPHEADER, headers);
    (void)curl_easy_setopt(server->curl, CURLOPT_POST, 1L);
    (void)curl_easy_setopt(server->curl, CURLOPT_POSTFIELDS,
                           content.data == NULL ? "" : (const char *)content.data);
    (void)curl_easy_setopt(server->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)content.size);
    result = curl_run(server, region, &received, body, reason);
    curl_slist_free_all(headers);
    return result;
}
