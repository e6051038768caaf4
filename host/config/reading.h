/*
 * reading.h - a YAML document, its values taken one by one by a table of keys; each with its line.
 * For host/config only.
 *
 * A row of a table names a key, the function that takes its value, and where that goes. What no row
 * names is an error. Values are checked where they are taken, while their place is still known.
 */
#ifndef SWORN_HOST_CONFIG_READING_H
#define SWORN_HOST_CONFIG_READING_H

#include <yaml.h>

#include "host/config/config.h"

#define CONFIG_TEXT_MAX ((size_t)1024)
#define CONFIG_LIST_MAX 4096

struct reading {
    const char *path; /* of the file, for messages and relative paths */
    yaml_document_t *document;
    struct region *region;
    struct config *config;
    const char *section; /* where we are, for messages */
    const char *key;
    struct reason *reason;
};

/** The place of a value and what is to be done with it. */
struct field {
    const char *key;
    enum sworn_result (*take)(struct reading *reading, const struct field *field,
                              const yaml_node_t *node, void *value);
    size_t offset; /* of the value in what the table is about */
    unsigned least, most;
};

/** SWORN_MALFORMED with "FILE:LINE: section.key: …". */
enum sworn_result wrong(struct reading *reading, const yaml_node_t *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Take a mapping by the table; a key without a row or with two values is wrong. */
SWORN_CHECK enum sworn_result mapping_take(struct reading *reading, const yaml_node_t *node,
                                           const struct field *fields, size_t count, void *into);

/** The value of `key` in a mapping, NULL when it has none. */
const yaml_node_t *mapping_get(const struct reading *reading, const yaml_node_t *node,
                               const char *key);

/** Its key as the file has it, for messages. */
SWORN_CHECK enum sworn_result scalar_text(struct reading *reading, const yaml_node_t *node,
                                          const char **text);

/** How many items a list has, and one of them; a single value is a list of one. */
SWORN_CHECK enum sworn_result list_count(struct reading *reading, const yaml_node_t *node,
                                         unsigned *count);
const yaml_node_t *list_item(const struct reading *reading, const yaml_node_t *node,
                             unsigned index);

/** Nothing between colon and line end. */
bool is_empty(const yaml_node_t *node);

/* The takers. Texts go to `const char *` (empty: NULL), lists to struct config_list. */
#define TAKER(name)                                                                                \
    SWORN_CHECK enum sworn_result name(struct reading *reading, const struct field *field,         \
                                       const yaml_node_t *node, void *value)
TAKER(take_text);         /* at least and at most so many octets; most 0: CONFIG_TEXT_MAX */
TAKER(take_path);         /* made absolute */
TAKER(take_program);      /* a path, or unix:PATH and the like */
TAKER(take_name);         /* a domain name */
TAKER(take_count);        /* unsigned, within the bounds */
TAKER(take_flag);         /* bool */
TAKER(take_listen);       /* address and port; 0 for a free one */
TAKER(take_endpoint);     /* address and port */
TAKER(take_address);      /* address */
TAKER(take_listens);      /* a list of the above */
TAKER(take_prefixes);     /* a list of addresses and prefixes */
TAKER(take_cookie_hexes); /* a list of 32 hex digits each */
TAKER(take_patterns);     /* a list of patterns of names */
TAKER(take_level);        /* enum config_level */

/** A number that needs more than an unsigned. */
SWORN_CHECK enum sworn_result take_large_count(struct reading *reading, const yaml_node_t *node,
                                               uint64_t least, uint64_t most, uint64_t *count);

/** Makes `path` absolute by the folder of the file. */
SWORN_CHECK enum sworn_result path_absolute(struct reading *reading, const char *path,
                                            const char **absolute);

/** The sections, in sections.c: defaults, then what the file has. */
SWORN_CHECK enum sworn_result sections_take(struct reading *reading, const char *program,
                                            const yaml_node_t *root);

/* Sections whose entries have names, in named.c. */
SWORN_CHECK enum sworn_result keys_take(struct reading *reading, const yaml_node_t *node);
SWORN_CHECK enum sworn_result remotes_take(struct reading *reading, const yaml_node_t *node);
SWORN_CHECK enum sworn_result acls_take(struct reading *reading, const yaml_node_t *node);
SWORN_CHECK enum sworn_result templates_take(struct reading *reading, const yaml_node_t *node);

#endif
