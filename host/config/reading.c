/*
 * reading.c - a YAML document taken by tables; see reading.h.
 */
#include "host/config/reading.h"

#include <stdarg.h>
#include <stdio.h>

enum sworn_result wrong(struct reading *reading, const yaml_node_t *node, const char *format, ...)
{
    char text[320];
    va_list arguments;
    bool section = reading->section != NULL, key = reading->key != NULL;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    return because(reading->reason, SWORN_MALFORMED, "%.120s:%zu: %s%s%s%s%s", reading->path,
                   node == NULL ? 1 : node->start_mark.line + 1, section ? reading->section : "",
                   section && key ? "." : "", key ? reading->key : "", section || key ? ": " : "",
                   text);
}

bool is_empty(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (node->data.scalar.length == 0 ||
            (node->data.scalar.length == 1 && node->data.scalar.value[0] == '~'));
}

enum sworn_result scalar_text(struct reading *reading, const yaml_node_t *node, const char **text)
{
    struct octets octets;
    char *copy;

    if (node->type != YAML_SCALAR_NODE) {
        return wrong(reading, node, "one value is expected, not a list or a mapping");
    }
    octets = octets_of(node->data.scalar.value, node->data.scalar.length);
    if (octets.size > 0 && memchr(octets.data, 0, octets.size) != NULL) {
        return wrong(reading, node, "there is a zero octet in it");
    }
    SWORN_TRY(region_text(reading->region, octets, &copy));
    *text = copy;
    return SWORN_OK;
}

const yaml_node_t *mapping_get(const struct reading *reading, const yaml_node_t *node,
                               const char *key)
{
    const yaml_node_pair_t *pair = node->data.mapping.pairs.start;

    for (; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = yaml_document_get_node(reading->document, pair->key);

        if (name->type == YAML_SCALAR_NODE &&
            octets_equal(octets_of(name->data.scalar.value, name->data.scalar.length),
                         octets_of_text(key))) {
            return yaml_document_get_node(reading->document, pair->value);
        }
    }
    return NULL;
}

static const struct field *field_of(const struct field *fields, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(fields[i].key, key) == 0) {
            return &fields[i];
        }
    }
    return NULL;
}

/* Every key has a row and is there once. */
static enum sworn_result keys_known(struct reading *reading, const yaml_node_t *node,
                                    const struct field *fields, size_t count)
{
    const yaml_node_pair_t *pair = node->data.mapping.pairs.start;

    for (; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = yaml_document_get_node(reading->document, pair->key);
        const yaml_node_t *value = yaml_document_get_node(reading->document, pair->value);
        const char *key;

        SWORN_TRY(scalar_text(reading, name, &key));
        if (field_of(fields, count, key) == NULL) {
            return wrong(reading, name, "unknown key \"%.60s\"", key);
        }
        if (mapping_get(reading, node, key) != value) {
            return wrong(reading, name, "\"%.60s\" is there twice", key);
        }
    }
    return SWORN_OK;
}

enum sworn_result mapping_take(struct reading *reading, const yaml_node_t *node,
                               const struct field *fields, size_t count, void *into)
{
    if (is_empty(node)) {
        return SWORN_OK;
    }
    if (node->type != YAML_MAPPING_NODE) {
        return wrong(reading, node, "\"key: value\" is expected here");
    }
    SWORN_TRY(keys_known(reading, node, fields, count));
    for (size_t i = 0; i < count; i++) {
        const yaml_node_t *value = mapping_get(reading, node, fields[i].key);

        if (value == NULL || is_empty(value)) {
            continue;
        }
        reading->key = fields[i].key;
        SWORN_TRY(fields[i].take(reading, &fields[i], value, (char *)into + fields[i].offset));
        reading->key = NULL;
    }
    return SWORN_OK;
}

enum sworn_result list_count(struct reading *reading, const yaml_node_t *node, unsigned *count)
{
    ptrdiff_t items = 1;

    if (node->type == YAML_MAPPING_NODE) {
        return wrong(reading, node, "a list is expected, not a mapping");
    }
    if (node->type == YAML_SEQUENCE_NODE) {
        items = node->data.sequence.items.top - node->data.sequence.items.start;
    }
    if (is_empty(node)) {
        items = 0;
    }
    if (items > CONFIG_LIST_MAX) {
        return wrong(reading, node, "more than %d entries", CONFIG_LIST_MAX);
    }
    *count = (unsigned)items;
    return SWORN_OK;
}

const yaml_node_t *list_item(const struct reading *reading, const yaml_node_t *node, unsigned index)
{
    if (node->type != YAML_SEQUENCE_NODE) {
        return node;
    }
    return yaml_document_get_node(reading->document, node->data.sequence.items.start[index]);
}
