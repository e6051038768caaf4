/*
 * fuzz_api.c - what strangers send to the API before anything is checked: paths, queries, bodies.
 *
 *   input = u8 kind (mod 3: 0 a path, 1 a body, 2 text of the codecs) ‖ octets
 */
#include "host/api/body.h"
#include "host/api/document.h"
#include "host/api/route.h"
#include "net/text.h"

#include <jansson.h>
#include <stdlib.h>

#define ENSURE(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* name=value pairs with "&" between them. */
static void fuzz_arguments(struct route *route, struct octets query)
{
    struct problem problem = {0};
    unsigned seen = 0;

    while (query.size > 0) {
        const uint8_t *end = memchr(query.data, '&', query.size);
        size_t size = end == NULL ? query.size : (size_t)(end - query.data);
        const uint8_t *mark = size == 0 ? NULL : memchr(query.data, '=', size);
        size_t name = mark == NULL ? size : (size_t)(mark - query.data);
        size_t value = mark == NULL ? size : name + 1;

        if (!route_argument(route, octets_of(query.data, name),
                            octets_of(query.data + value, size - value), &seen, &problem)) {
            ENSURE(problem.status == 400 && problem.reason.text[0] != 0);
            return;
        }
        ENSURE(route->nonce_size <= sizeof(route->nonce));
        query = octets_of(query.data + size, query.size - size);
        if (query.size > 0) {
            query = octets_of(query.data + 1, query.size - 1);
        }
    }
}

/* A path up to "?", then name=value pairs: every refusal has a status, every apex one spelling. */
static void fuzz_path(struct octets text)
{
    static const char *const methods[] = {"GET", "POST", "HEAD", "PUT"};
    const uint8_t *mark = text.size == 0 ? NULL : memchr(text.data, '?', text.size);
    size_t path_size = mark == NULL ? text.size : (size_t)(mark - text.data);

    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        struct problem problem = {0};
        struct route route;

        if (!route_read(octets_of_text(methods[i]), octets_of(text.data, path_size), &route,
                        &problem)) {
            ENSURE(problem.status >= 400 && problem.status < 500);
            continue;
        }
        if (mark != NULL) {
            fuzz_arguments(&route, octets_of(mark + 1, text.size - path_size - 1));
        }
    }
}

static void fuzz_body(struct octets body)
{
    struct region region;
    struct commit_creation creation;
    struct reason reason = {""};

    region_init(&region, (size_t)64 * 1024 * 1024);
    if (creation_read(body, 1000000, &region, &creation, &reason) != SWORN_OK) {
        ENSURE(reason.text[0] != 0);
    }
    region_clear(&region);
}

typedef enum sworn_result (*decoder)(struct octets text, struct writer *octets);
typedef enum sworn_result (*encoder)(struct writer *text, struct octets octets);

/* What is read is written again as it was; hex in lower case. */
static void fuzz_codec(struct octets text, decoder read, encoder write, struct region *region)
{
    struct writer octets = writer_in(region, text.size + 1);
    struct writer back = writer_in(region, 2 * text.size + 8);

    if (read(text, &octets) != SWORN_OK) {
        return;
    }
    ENSURE(write(&back, written(&octets)) == SWORN_OK);
    ENSURE(back.used == text.size);
    ENSURE(read != base64_read || octets_equal(written(&back), text));
}

static void fuzz_texts(struct octets text)
{
    struct region region;
    struct writer json, path;
    struct name apex;
    json_t *parsed;

    region_init(&region, (size_t)64 * 1024 * 1024);
    fuzz_codec(text, hex_read, hex_write, &region);
    fuzz_codec(text, base64_read, base64_write, &region);
    path = writer_in(&region, APEX_PATH_SIZE);
    if (apex_path_read(text, &apex) == SWORN_OK) {
        ENSURE(apex_path_write(&apex, &path) == SWORN_OK);
        ENSURE(octets_equal(written(&path), text));
    }
    json = writer_in(&region, 8 * text.size + 100);
    ENSURE(json_string_write(&json, text) == SWORN_OK);
    parsed =
        json_loadb((const char *)json.start, json.used, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    ENSURE(json_is_string(parsed));
    json_decref(parsed);
    region_clear(&region);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    switch (data[0] % 3) {
    case 0:
        fuzz_path(octets_of(data + 1, size - 1));
        break;
    case 1:
        fuzz_body(octets_of(data + 1, size - 1));
        break;
    default:
        fuzz_texts(octets_of(data + 1, size - 1));
        break;
    }
    return 0;
}
