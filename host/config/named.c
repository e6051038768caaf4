/*
 * named.c - the sections whose entries have names and refer to each other: keys <- remotes, acl <-
 * template; taken in this order, so that what is referred to is there. See reading.h.
 */
#include "host/config/reading.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "host/config/pattern.h"
#include "net/text.h"

#define SECRET_LEAST     16 /* octets */
#define SECRET_MOST      512
#define SECRET_FILE_MOST 1024
#define ID_MOST          255

/* A list of entries as mappings; `id` is a row of every table. */
struct section {
    const struct field *fields;
    size_t field_count;
    size_t size; /* of an entry in memory */
    enum sworn_result (*finish)(struct reading *reading, const yaml_node_t *node, void *entries,
                                unsigned index);
};

#define FIELDS(table) .fields = (table), .field_count = sizeof(table) / sizeof((table)[0])

static enum sworn_result section_take(struct reading *reading, const struct section *section,
                                      const yaml_node_t *node, void **entries, unsigned *count)
{
    SWORN_TRY(list_count(reading, node, count));
    /* One more, for the template `default`. */
    SWORN_TRY(region_array(reading->region, *count + 1, section->size, entries));
    for (unsigned i = 0; i < *count; i++) {
        const yaml_node_t *item = list_item(reading, node, i);
        char *entry = (char *)*entries + i * section->size;

        SWORN_TRY(mapping_take(reading, item, section->fields, section->field_count, entry));
        if (item->type != YAML_MAPPING_NODE || mapping_get(reading, item, "id") == NULL) {
            return wrong(reading, item, "an entry without id");
        }
        SWORN_TRY(section->finish(reading, item, *entries, i));
    }
    return SWORN_OK;
}

static enum sworn_result twice(struct reading *reading, const yaml_node_t *node, const char *id)
{
    return wrong(reading, node, "two entries have the id \"%.80s\"", id);
}

/* --- keys ------------------------------------------------------------------------------------ */

struct key_entry {
    const char *id, *algorithm, *secret, *secret_file;
};

static const struct field key_fields[] = {
    {"id", take_name, offsetof(struct key_entry, id), 1, ID_MOST},
    {"algorithm", take_text, offsetof(struct key_entry, algorithm), 0, 0},
    {"secret", take_text, offsetof(struct key_entry, secret), 0, 0},
    {"secret-file", take_path, offsetof(struct key_entry, secret_file), 0, 0},
};

/* The first line of a file. */
static enum sworn_result secret_of_file(struct reading *reading, const yaml_node_t *node,
                                        const char *path, const char **secret)
{
    char text[SECRET_FILE_MOST];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof(text));
    int error = errno;
    ssize_t line;
    char *copy;

    if (fd >= 0) {
        (void)close(fd);
    }
    if (size < 0) {
        return wrong(reading, node, "%.160s cannot be read: %s", path, strerror(error));
    }
    for (line = 0; line < size && text[line] != '\n' && text[line] != '\r'; line++) {
    }
    SWORN_TRY(region_text(reading->region, octets_of(text, (size_t)line), &copy));
    explicit_bzero(text, sizeof(text));
    *secret = copy;
    return SWORN_OK;
}

static enum sworn_result secret_decode(struct reading *reading, const yaml_node_t *node,
                                       const char *text, struct octets *secret)
{
    struct writer writer = writer_in(reading->region, SECRET_MOST);

    if (base64_read(octets_of_text(text), &writer) != SWORN_OK) {
        return wrong(reading, node, "the secret is not base64 of at most %d octets", SECRET_MOST);
    }
    *secret = written(&writer);
    if (secret->size < SECRET_LEAST) {
        return wrong(reading, node, "the secret has %zu octets, at least %d are needed",
                     secret->size, SECRET_LEAST);
    }
    return SWORN_OK;
}

static enum sworn_result algorithm_known(struct reading *reading, const yaml_node_t *node,
                                         const char **algorithm)
{
    static const char *const known[] = {"hmac-sha256", "hmac-sha384", "hmac-sha512"};

    if (*algorithm == NULL) {
        *algorithm = known[0];
    }
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(*algorithm, known[i]) == 0) {
            *algorithm = known[i];
            return SWORN_OK;
        }
    }
    return wrong(reading, node, "algorithm \"%.40s\" is none of hmac-sha256, -sha384, -sha512",
                 *algorithm);
}

static enum sworn_result key_finish(struct reading *reading, const yaml_node_t *node, void *entries,
                                    unsigned index)
{
    const struct key_entry *entry = (const struct key_entry *)entries + index;
    struct config_key *key = &reading->config->key[index];
    const yaml_node_t *secret_node = mapping_get(reading, node, "secret");
    const char *secret = entry->secret;
    struct name root;

    name_root(&root);
    *key = (struct config_key){.id = entry->id, .algorithm = entry->algorithm};
    if (entry->id == NULL ||
        name_from_text(octets_of_text(entry->id), &root, &key->name) != SWORN_OK) {
        return wrong(reading, node, "an entry without id");
    }
    for (unsigned i = 0; i < index; i++) {
        if (name_equal(&reading->config->key[i].name, &key->name)) {
            return twice(reading, node, key->id);
        }
    }
    SWORN_TRY(algorithm_known(reading, mapping_get(reading, node, "algorithm"), &key->algorithm));
    if ((entry->secret == NULL) == (entry->secret_file == NULL)) {
        return wrong(reading, node, "%s: one of secret and secret-file is needed", key->id);
    }
    if (secret == NULL) {
        secret_node = mapping_get(reading, node, "secret-file");
        SWORN_TRY(secret_of_file(reading, secret_node, entry->secret_file, &secret));
    }
    SWORN_TRY(secret_decode(reading, secret_node, secret, &key->secret));
    reading->config->key_count = index + 1;
    return SWORN_OK;
}

enum sworn_result keys_take(struct reading *reading, const yaml_node_t *node)
{
    static const struct section section = {FIELDS(key_fields), .size = sizeof(struct key_entry),
                                           .finish = key_finish};
    void *memory;
    unsigned count;

    SWORN_TRY(list_count(reading, node, &count));
    SWORN_TRY(region_array(reading->region, count, sizeof(struct config_key), &memory));
    reading->config->key = memory;
    return section_take(reading, &section, node, &memory, &count);
}

static enum sworn_result key_of(struct reading *reading, const yaml_node_t *node,
                                const struct config_key **key)
{
    struct name name, root;
    const char *text;

    SWORN_TRY(scalar_text(reading, node, &text));
    name_root(&root);
    if (name_from_text(octets_of_text(text), &root, &name) == SWORN_OK) {
        for (unsigned i = 0; i < reading->config->key_count; i++) {
            if (name_equal(&reading->config->key[i].name, &name)) {
                *key = &reading->config->key[i];
                return SWORN_OK;
            }
        }
    }
    return wrong(reading, node, "there is no key \"%.80s\"", text);
}

static enum sworn_result take_key(struct reading *reading, const struct field *field,
                                  const yaml_node_t *node, void *value)
{
    const char *text;

    (void)field;
    SWORN_TRY(scalar_text(reading, node, &text));
    return text[0] == 0 ? SWORN_OK : key_of(reading, node, value);
}

/* --- remotes --------------------------------------------------------------------------------- */

static const struct field remote_fields[] = {
    {"id", take_text, offsetof(struct config_remote, id), 1, ID_MOST},
    {"address", take_endpoint, offsetof(struct config_remote, address), 0, 0},
    {"key", take_key, offsetof(struct config_remote, key), 0, 0},
    {"tls", take_flag, offsetof(struct config_remote, tls), 0, 0},
    {"tls-name", take_name, offsetof(struct config_remote, tls_name), 0, 0},
    {"via", take_address, offsetof(struct config_remote, via), 0, 0},
};

static enum sworn_result remote_finish(struct reading *reading, const yaml_node_t *node,
                                       void *entries, unsigned index)
{
    const struct config_remote *remote = entries;

    if (remote[index].id == NULL) {
        return wrong(reading, node, "an entry without id");
    }
    for (unsigned i = 0; i < index; i++) {
        if (strcmp(remote[i].id, remote[index].id) == 0) {
            return twice(reading, node, remote[index].id);
        }
    }
    if (remote[index].address == NULL) {
        return wrong(reading, node, "%.80s has no address", remote[index].id);
    }
    if (remote[index].tls_name != NULL && !remote[index].tls) {
        return wrong(reading, node, "%.80s has a tls-name, but no \"tls: true\"", remote[index].id);
    }
    return SWORN_OK;
}

enum sworn_result remotes_take(struct reading *reading, const yaml_node_t *node)
{
    static const struct section section = {
        FIELDS(remote_fields), .size = sizeof(struct config_remote), .finish = remote_finish};
    void *memory;

    SWORN_TRY(section_take(reading, &section, node, &memory, &reading->config->remote_count));
    reading->config->remote = memory;
    return SWORN_OK;
}

/* --- access lists ---------------------------------------------------------------------------- */

struct acl_entry {
    struct config_acl acl;
    struct config_list addresses;
};

static enum sworn_result take_keys(struct reading *reading, const struct field *field,
                                   const yaml_node_t *node, void *value)
{
    struct config_acl *acl = value;
    void *memory;

    (void)field;
    SWORN_TRY(list_count(reading, node, &acl->key_count));
    SWORN_TRY(region_array(reading->region, acl->key_count, sizeof(*acl->key), &memory));
    acl->key = memory;
    for (unsigned i = 0; i < acl->key_count; i++) {
        SWORN_TRY(key_of(reading, list_item(reading, node, i), &acl->key[i]));
    }
    return SWORN_OK;
}

static enum sworn_result take_actions(struct reading *reading, const struct field *field,
                                      const yaml_node_t *node, void *value)
{
    static const struct {
        const char *word;
        enum config_action action;
    } words[] = {
        {"transfer", ACTION_TRANSFER}, {"update", ACTION_UPDATE}, {"notify", ACTION_NOTIFY}};
    unsigned *actions = value;
    unsigned count;

    (void)field;
    SWORN_TRY(list_count(reading, node, &count));
    for (unsigned i = 0; i < count; i++) {
        unsigned before = *actions, added = 0;
        const char *text;

        SWORN_TRY(scalar_text(reading, list_item(reading, node, i), &text));
        for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++) {
            added |= strcmp(text, words[w].word) == 0 ? (unsigned)words[w].action : 0;
        }
        if (added == 0) {
            return wrong(reading, node, "\"%.40s\" is none of transfer, update, notify", text);
        }
        *actions = before | added;
    }
    return SWORN_OK;
}

static const struct field acl_fields[] = {
    {"id", take_text, offsetof(struct acl_entry, acl.id), 1, ID_MOST},
    {"addresses", take_prefixes, offsetof(struct acl_entry, addresses), 0, 0},
    {"keys", take_keys, offsetof(struct acl_entry, acl), 0, 0},
    {"actions", take_actions, offsetof(struct acl_entry, acl.actions), 0, 0},
    {"deny", take_flag, offsetof(struct acl_entry, acl.deny), 0, 0},
};

static enum sworn_result prefixes_keep(struct reading *reading, const struct config_list *texts,
                                       struct config_acl *acl)
{
    void *memory;

    SWORN_TRY(region_array(reading->region, texts->count, sizeof(*acl->prefix), &memory));
    acl->prefix = memory;
    acl->prefix_count = texts->count;
    for (unsigned i = 0; i < texts->count; i++) {
        SWORN_TRY(address_prefix_read(texts->item[i], &acl->prefix[i]));
    }
    return SWORN_OK;
}

/* What is left out fits everybody; a list that came out empty hardly meant to say that. */
static enum sworn_result list_says_something(struct reading *reading, const yaml_node_t *entry,
                                             const char *id, const char *list, unsigned count)
{
    const yaml_node_t *node = mapping_get(reading, entry, list);

    if (node != NULL && count == 0) {
        return wrong(reading, node, "%.80s: no %s are in the list: leave it out to let any fit", id,
                     list);
    }
    return SWORN_OK;
}

static enum sworn_result acl_finish(struct reading *reading, const yaml_node_t *node, void *entries,
                                    unsigned index)
{
    const struct acl_entry *entry = (const struct acl_entry *)entries + index;
    struct config_acl *acl = &reading->config->acl[index];

    *acl = entry->acl;
    if (acl->id == NULL) {
        return wrong(reading, node, "an entry without id");
    }
    for (unsigned i = 0; i < index; i++) {
        if (strcmp(reading->config->acl[i].id, acl->id) == 0) {
            return twice(reading, node, acl->id);
        }
    }
    if (acl->actions == 0) {
        return wrong(reading, node, "%.80s has no actions", acl->id);
    }
    SWORN_TRY(list_says_something(reading, node, acl->id, "addresses", entry->addresses.count));
    SWORN_TRY(list_says_something(reading, node, acl->id, "keys", acl->key_count));
    reading->config->acl_count = index + 1;
    return prefixes_keep(reading, &entry->addresses, acl);
}

enum sworn_result acls_take(struct reading *reading, const yaml_node_t *node)
{
    static const struct section section = {FIELDS(acl_fields), .size = sizeof(struct acl_entry),
                                           .finish = acl_finish};
    void *memory;
    unsigned count;

    SWORN_TRY(list_count(reading, node, &count));
    SWORN_TRY(region_array(reading->region, count, sizeof(struct config_acl), &memory));
    reading->config->acl = memory;
    return section_take(reading, &section, node, &memory, &count);
}
