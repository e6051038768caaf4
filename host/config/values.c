/*
 * values.c - how each kind of value is taken and checked; see reading.h.
 */
#include "host/config/reading.h"

#include <stdio.h>

#include "host/config/pattern.h"
#include "host/serve/listen.h"
#include "net/prefix.h"

#define PATH_SIZE    4096
#define COOKIE_HEXES 32

enum sworn_result take_text(struct reading *reading, const struct field *field,
                            const yaml_node_t *node, void *value)
{
    size_t most = field->most == 0 ? CONFIG_TEXT_MAX : field->most;
    const char *text;

    SWORN_TRY(scalar_text(reading, node, &text));
    if (strlen(text) > most) {
        return wrong(reading, node, "longer than %zu octets", most);
    }
    if (text[0] != 0 && strlen(text) < field->least) {
        return wrong(reading, node, "shorter than %u octets", field->least);
    }
    *(const char **)value = text[0] == 0 ? NULL : text;
    return SWORN_OK;
}

enum sworn_result path_absolute(struct reading *reading, const char *path, const char **absolute)
{
    const char *slash = strrchr(reading->path, '/');
    char whole[PATH_SIZE];
    char *copy;
    int size;

    *absolute = path;
    if (path[0] == '/' || slash == NULL) {
        return SWORN_OK;
    }
    size = snprintf(whole, sizeof(whole), "%.*s/%s", (int)(slash - reading->path), reading->path,
                    path);
    SWORN_ENSURE(size > 0 && (size_t)size < sizeof(whole), SWORN_LIMIT);
    SWORN_TRY(region_text(reading->region, octets_of_text(whole), &copy));
    *absolute = copy;
    return SWORN_OK;
}

enum sworn_result take_path(struct reading *reading, const struct field *field,
                            const yaml_node_t *node, void *value)
{
    const char **path = value;

    SWORN_TRY(take_text(reading, field, node, value));
    return *path == NULL ? SWORN_OK : path_absolute(reading, *path, path);
}

enum sworn_result take_program(struct reading *reading, const struct field *field,
                               const yaml_node_t *node, void *value)
{
    const char **path = value;

    SWORN_TRY(take_text(reading, field, node, value));
    if (*path == NULL) {
        return wrong(reading, node, "no program");
    }
    return strchr(*path, ':') != NULL ? SWORN_OK : path_absolute(reading, *path, path);
}

enum sworn_result take_name(struct reading *reading, const struct field *field,
                            const yaml_node_t *node, void *value)
{
    const char **text = value;
    struct name name, root;

    SWORN_TRY(take_text(reading, field, node, value));
    name_root(&root);
    if (*text != NULL && name_from_text(octets_of_text(*text), &root, &name) != SWORN_OK) {
        return wrong(reading, node, "\"%.100s\" is no domain name", *text);
    }
    return SWORN_OK;
}

enum sworn_result take_large_count(struct reading *reading, const yaml_node_t *node, uint64_t least,
                                   uint64_t most, uint64_t *count)
{
    const char *text;
    bool digits;

    SWORN_TRY(scalar_text(reading, node, &text));
    digits = text[0] != 0 && strlen(text) <= 18 && strspn(text, "0123456789") == strlen(text);
    *count = 0;
    for (const char *at = text; digits && *at != 0; at++) {
        *count = *count * 10 + (uint64_t)(*at - '0');
    }
    if (!digits || *count < least || *count > most) {
        return wrong(reading, node, "\"%.40s\" is not a number between %llu and %llu", text,
                     (unsigned long long)least, (unsigned long long)most);
    }
    return SWORN_OK;
}

enum sworn_result take_count(struct reading *reading, const struct field *field,
                             const yaml_node_t *node, void *value)
{
    uint64_t count;

    SWORN_TRY(take_large_count(reading, node, field->least, field->most, &count));
    *(unsigned *)value = (unsigned)count;
    return SWORN_OK;
}

enum sworn_result take_flag(struct reading *reading, const struct field *field,
                            const yaml_node_t *node, void *value)
{
    static const char *const words[2][3] = {{"false", "no", "off"}, {"true", "yes", "on"}};
    const char *text;

    (void)field;
    SWORN_TRY(scalar_text(reading, node, &text));
    for (unsigned truth = 0; truth < 2; truth++) {
        for (unsigned i = 0; i < 3; i++) {
            if (strcmp(text, words[truth][i]) == 0) {
                *(bool *)value = truth == 1;
                return SWORN_OK;
            }
        }
    }
    return wrong(reading, node, "\"%.40s\" is neither true nor false", text);
}

static enum sworn_result endpoint(struct reading *reading, const yaml_node_t *node, bool any_port,
                                  const char *text)
{
    struct listen_address address;
    struct reason reason;

    if (listen_address_read(text, &address, &reason) != SWORN_OK ||
        (!any_port && listen_port(&address) == 0)) {
        return wrong(reading, node,
                     "\"%.80s\" is not an address with a port, as 192.0.2.1:53 or [2001:db8::1]:53",
                     text);
    }
    return SWORN_OK;
}

enum sworn_result take_listen(struct reading *reading, const struct field *field,
                              const yaml_node_t *node, void *value)
{
    (void)field;
    SWORN_TRY(scalar_text(reading, node, value));
    return endpoint(reading, node, true, *(const char **)value);
}

enum sworn_result take_endpoint(struct reading *reading, const struct field *field,
                                const yaml_node_t *node, void *value)
{
    (void)field;
    SWORN_TRY(scalar_text(reading, node, value));
    return endpoint(reading, node, false, *(const char **)value);
}

static enum sworn_result take_prefix(struct reading *reading, const struct field *field,
                                     const yaml_node_t *node, void *value)
{
    const char *text;
    struct address_prefix prefix;

    (void)field;
    SWORN_TRY(scalar_text(reading, node, &text));
    if (address_prefix_read(text, &prefix) != SWORN_OK) {
        return wrong(reading, node, "\"%.80s\" is neither an address nor a prefix", text);
    }
    *(const char **)value = text;
    return SWORN_OK;
}

enum sworn_result take_address(struct reading *reading, const struct field *field,
                               const yaml_node_t *node, void *value)
{
    SWORN_TRY(take_text(reading, field, node, value));
    if (*(const char **)value == NULL) {
        return SWORN_OK;
    }
    if (strchr(*(const char **)value, '/') != NULL) {
        return wrong(reading, node, "a prefix is no address");
    }
    return take_prefix(reading, field, node, value);
}

static enum sworn_result take_cookie_hex(struct reading *reading, const struct field *field,
                                         const yaml_node_t *node, void *value)
{
    const char *text;

    (void)field;
    SWORN_TRY(scalar_text(reading, node, &text));
    if (strlen(text) != COOKIE_HEXES || strspn(text, "0123456789abcdefABCDEF") != COOKIE_HEXES) {
        return wrong(reading, node, "a secret is %d hex digits", COOKIE_HEXES);
    }
    *(const char **)value = text;
    return SWORN_OK;
}

static enum sworn_result take_pattern(struct reading *reading, const struct field *field,
                                      const yaml_node_t *node, void *value)
{
    struct name pattern;
    const char *text;

    (void)field;
    SWORN_TRY(scalar_text(reading, node, &text));
    if (pattern_read(text, &pattern) != SWORN_OK) {
        return wrong(reading, node,
                     "\"%.80s\" is no pattern of names, as example. or *.example.; a * is whole "
                     "labels",
                     text);
    }
    *(const char **)value = text;
    return SWORN_OK;
}

typedef enum sworn_result taker(struct reading *reading, const struct field *field,
                                const yaml_node_t *node, void *value);

static enum sworn_result take_list(struct reading *reading, const struct field *field,
                                   const yaml_node_t *node, taker *take, struct config_list *list)
{
    void *memory;

    SWORN_TRY(list_count(reading, node, &list->count));
    if (field->most > 0 && list->count > field->most) {
        return wrong(reading, node, "more than %u entries", field->most);
    }
    SWORN_TRY(region_array(reading->region, list->count, sizeof(char *), &memory));
    list->item = memory;
    for (unsigned i = 0; i < list->count; i++) {
        SWORN_TRY(take(reading, field, list_item(reading, node, i), &list->item[i]));
    }
    return SWORN_OK;
}

enum sworn_result take_listens(struct reading *reading, const struct field *field,
                               const yaml_node_t *node, void *value)
{
    return take_list(reading, field, node, take_listen, value);
}

enum sworn_result take_prefixes(struct reading *reading, const struct field *field,
                                const yaml_node_t *node, void *value)
{
    return take_list(reading, field, node, take_prefix, value);
}

enum sworn_result take_cookie_hexes(struct reading *reading, const struct field *field,
                                    const yaml_node_t *node, void *value)
{
    return take_list(reading, field, node, take_cookie_hex, value);
}

enum sworn_result take_patterns(struct reading *reading, const struct field *field,
                                const yaml_node_t *node, void *value)
{
    return take_list(reading, field, node, take_pattern, value);
}

enum sworn_result take_level(struct reading *reading, const struct field *field,
                             const yaml_node_t *node, void *value)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    const char *text;

    (void)field;
    SWORN_TRY(scalar_text(reading, node, &text));
    for (unsigned i = 0; i < 4; i++) {
        if (strcmp(text, names[i]) == 0) {
            *(enum config_level *)value = (enum config_level)i;
            return SWORN_OK;
        }
    }
    return wrong(reading, node, "\"%.40s\" is none of error, warning, info, debug", text);
}
