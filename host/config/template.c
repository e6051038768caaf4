/*
 * template.c - what zones get by their names; see config.h and reading.h.
 */
#include "host/config/reading.h"

#include <stddef.h>

#include "host/config/pattern.h"

#define ID_MOST      255
#define JOURNAL      1024
#define JOURNAL_MOST 1000000

static const char default_id[] = "default";

struct template_entry {
    struct config_template template;
    struct config_list match;
};

static enum sworn_result take_acls(struct reading *reading, const struct field *field,
                                   const yaml_node_t *node, void *value)
{
    struct config_template *template = value;
    const struct config *config = reading->config;
    void *memory;

    (void)field;
    SWORN_TRY(list_count(reading, node, &template->acl_count));
    SWORN_TRY(region_array(reading->region, template->acl_count, sizeof(*template->acl), &memory));
    template->acl = memory;
    for (unsigned i = 0; i < template->acl_count; i++) {
        const yaml_node_t *item = list_item(reading, node, i);
        const char *id;

        SWORN_TRY(scalar_text(reading, item, &id));
        for (unsigned a = 0; a < config->acl_count; a++) {
            if (strcmp(config->acl[a].id, id) == 0) {
                template->acl[i] = &config->acl[a];
            }
        }
        if (template->acl[i] == NULL) {
            return wrong(reading, item, "there is no acl \"%.80s\"", id);
        }
    }
    return SWORN_OK;
}

static enum sworn_result take_remotes(struct reading *reading, const struct field *field,
                                      const yaml_node_t *node, void *value)
{
    struct config_template *template = value;
    const struct config *config = reading->config;
    void *memory;

    (void)field;
    SWORN_TRY(list_count(reading, node, &template->notify_count));
    SWORN_TRY(
        region_array(reading->region, template->notify_count, sizeof(*template->notify), &memory));
    template->notify = memory;
    for (unsigned i = 0; i < template->notify_count; i++) {
        const yaml_node_t *item = list_item(reading, node, i);
        const char *id;

        SWORN_TRY(scalar_text(reading, item, &id));
        for (unsigned r = 0; r < config->remote_count; r++) {
            if (strcmp(config->remote[r].id, id) == 0) {
                template->notify[i] = &config->remote[r];
            }
        }
        if (template->notify[i] == NULL) {
            return wrong(reading, item, "there is no remote \"%.80s\"", id);
        }
    }
    return SWORN_OK;
}

#define IN_TEMPLATE(member) offsetof(struct template_entry, template.member)

static const struct field template_fields[] = {
    {"id", take_text, IN_TEMPLATE(id), 1, ID_MOST},
    {"match", take_patterns, offsetof(struct template_entry, match), 0, 0},
    {"acl", take_acls, offsetof(struct template_entry, template), 0, 0},
    {"notify", take_remotes, offsetof(struct template_entry, template), 0, 0},
    {"catalog", take_name, IN_TEMPLATE(catalog), 0, 0},
    {"group", take_text, IN_TEMPLATE(group), 0, ID_MOST},
    {"dsync", take_flag, IN_TEMPLATE(dsync), 0, 0},
    {"journal", take_count, IN_TEMPLATE(journal), 0, JOURNAL_MOST},
};

static enum sworn_result match_keep(struct reading *reading, const struct config_list *texts,
                                    struct config_template *template)
{
    void *memory;

    SWORN_TRY(region_array(reading->region, texts->count, sizeof(struct name), &memory));
    template->match = memory;
    template->match_count = texts->count;
    for (unsigned i = 0; i < texts->count; i++) {
        SWORN_TRY(pattern_read(texts->item[i], &template->match[i]));
    }
    return SWORN_OK;
}

static enum sworn_result template_check(struct reading *reading, const yaml_node_t *node,
                                        const struct config_template *templates, unsigned index)
{
    const struct config_template *template = &templates[index];
    bool is_default;

    if (template->id == NULL) {
        return wrong(reading, node, "an entry without id");
    }
    is_default = strcmp(template->id, default_id) == 0;
    for (unsigned i = 0; i < index; i++) {
        if (strcmp(templates[i].id, template->id) == 0) {
            return wrong(reading, node, "two entries have the id \"%.80s\"", template->id);
        }
    }
    if (is_default && template->match_count > 0) {
        return wrong(reading, node,
                     "default is for all that no other entry matches: it has no "
                     "\"match\"");
    }
    if (!is_default && template->match_count == 0) {
        return wrong(reading, node, "%.80s matches nothing: no \"match\"", template->id);
    }
    if (template->group != NULL && template->catalog == NULL) {
        return wrong(reading, node, "%.80s has a group, but no catalog", template->id);
    }
    return SWORN_OK;
}

/* The entry `default` becomes the last, or is made. */
static void default_last(struct config_template *templates, unsigned *count)
{
    struct config_template last = {.id = default_id, .journal = JOURNAL};
    unsigned to = 0;

    for (unsigned i = 0; i < *count; i++) {
        if (strcmp(templates[i].id, default_id) == 0) {
            last = templates[i];
            continue;
        }
        templates[to++] = templates[i];
    }
    templates[to] = last;
    *count = to + 1;
}

static enum sworn_result template_take(struct reading *reading, const yaml_node_t *node,
                                       struct config_template *templates, unsigned index)
{
    struct template_entry entry = {.template.journal = JOURNAL};

    SWORN_TRY(mapping_take(reading, node, template_fields,
                           sizeof(template_fields) / sizeof(template_fields[0]), &entry));
    templates[index] = entry.template;
    SWORN_TRY(match_keep(reading, &entry.match, &templates[index]));
    return template_check(reading, node, templates, index);
}

enum sworn_result templates_take(struct reading *reading, const yaml_node_t *node)
{
    struct config *config = reading->config;
    unsigned count = 0;
    void *memory;

    if (node != NULL) {
        SWORN_TRY(list_count(reading, node, &count));
    }
    SWORN_TRY(
        region_array(reading->region, (size_t)count + 1, sizeof(struct config_template), &memory));
    for (unsigned i = 0; i < count; i++) {
        SWORN_TRY(template_take(reading, list_item(reading, node, i), memory, i));
    }
    default_last(memory, &count);
    config->template = memory;
    config->template_count = count;
    return SWORN_OK;
}

const struct config_template *config_template_of(const struct config *config,
                                                 const struct name *apex)
{
    for (unsigned i = 0; i + 1 < config->template_count; i++) {
        const struct config_template *template = &config->template[i];

        for (unsigned m = 0; m < template->match_count; m++) {
            if (pattern_matches(&template->match[m], apex)) {
                return template;
            }
        }
    }
    return &config->template[config->template_count - 1];
}

static bool acl_fits(const struct config_acl *acl, enum config_action action,
                     const struct client_address *client, const struct config_key *key)
{
    bool here = acl->prefix_count == 0, signed_so = acl->key_count == 0;

    for (unsigned i = 0; !here && i < acl->prefix_count; i++) {
        here = address_prefix_holds(&acl->prefix[i], client->octets);
    }
    /* By name: the key may be of a configuration that was in force a moment ago. */
    for (unsigned i = 0; !signed_so && key != NULL && i < acl->key_count; i++) {
        signed_so = name_equal(&acl->key[i]->name, &key->name);
    }
    return here && signed_so && (acl->actions & (unsigned)action) != 0;
}

bool config_allows(const struct config_template *settings, enum config_action action,
                   const struct client_address *client, const struct config_key *key)
{
    for (unsigned i = 0; i < settings->acl_count; i++) {
        if (acl_fits(settings->acl[i], action, client, key)) {
            return !settings->acl[i]->deny;
        }
    }
    return false;
}
