/*
 * sections.c - every section of the file: its keys, their bounds, their defaults; see reading.h.
 */
#include "host/config/reading.h"

#include <stddef.h>

#include "host/serve/serve.h"

#define PATH_MOST    4000
#define TOKEN_LEAST  16
#define TXT_MOST     255 /* octets of one string of a TXT record */
#define SECONDS_MOST 86400
#define ZONEMD_MOST  10000000

/* No zone begins with less (core/change/policy.c). */
#define CHANGED_MOST_LEAST 5

#define IN_SERVER(m) offsetof(struct config, server.m)
#define IN_LIMIT(m)  offsetof(struct config, rate_limit.m)
#define IN_CONFIG(m) offsetof(struct config, m)

static const struct field server_fields[] = {
    {"listen", take_listens, IN_SERVER(listen), 0, SERVE_LISTEN_MAX},
    {"listen-tls", take_listens, IN_SERVER(listen_tls), 0, SERVE_LISTEN_MAX},
    {"listen-https", take_listens, IN_SERVER(listen_https), 0, SERVE_LISTEN_MAX},
    {"listen-quic", take_listens, IN_SERVER(listen_quic), 0, SERVE_LISTEN_MAX},
    {"certificate", take_path, IN_SERVER(certificate), 0, PATH_MOST},
    {"private-key", take_path, IN_SERVER(private_key), 0, PATH_MOST},
    {"proxy", take_prefixes, IN_SERVER(proxy), 0, 0},
    {"threads", take_count, IN_SERVER(threads), 0, SERVE_THREADS_MAX},
    {"user", take_text, IN_SERVER(user), 0, 64},
    {"identity", take_text, IN_SERVER(identity), 0, TXT_MOST},
    {"version", take_text, IN_SERVER(version), 0, TXT_MOST},
    {"nsid", take_text, IN_SERVER(nsid), 0, TXT_MOST},
    {"cookies", take_flag, IN_SERVER(cookies), 0, 0},
    {"cookie-secrets", take_cookie_hexes, IN_SERVER(cookie_secrets), 0, 8},
    {"error-agent", take_name, IN_SERVER(error_agent), 0, 0},
    {"tcp-connections", take_count, IN_SERVER(tcp_connections), 1, 1000000},
    {"tcp-client", take_count, IN_SERVER(tcp_client), 1, 1000000},
    {"tcp-idle", take_count, IN_SERVER(tcp_idle), 1, 3600},
};

static const struct field rate_limit_fields[] = {
    {"responses", take_count, IN_LIMIT(responses), 0, 1000000},
    {"slip", take_count, IN_LIMIT(slip), 0, 100},
    {"exempt", take_prefixes, IN_LIMIT(exempt), 0, 0},
    {"updates", take_count, IN_LIMIT(updates), 0, 1000000},
};

static const struct field log_fields[] = {
    {"level", take_level, IN_CONFIG(level), 0, 0},
};

static enum sworn_result take_allow(struct reading *reading, const struct field *field,
                                    const yaml_node_t *node, void *value)
{
    struct config_api *api = value;
    struct config_list list = {0};

    SWORN_TRY(take_prefixes(reading, field, node, &list));
    api->allow = list.item;
    api->allow_count = list.count;
    return SWORN_OK;
}

static const struct field api_fields[] = {
    {"listen", take_listen, IN_CONFIG(api.listen), 0, 0},
    {"token", take_text, IN_CONFIG(api.token), TOKEN_LEAST, 0},
    {"allow", take_allow, IN_CONFIG(api), 0, 0},
};

/* As much as the code allows anyway is the most that the file may say, and the default. */
static enum sworn_result take_limit(struct reading *reading, const struct field *field,
                                    const yaml_node_t *node, void *value)
{
    struct field bounds = *field;
    struct guard_limits most;

    guard_limits_most(&most);
    memcpy(&bounds.most, (const char *)&most + field->offset - IN_CONFIG(limits),
           sizeof(bounds.most));
    return take_count(reading, &bounds, node, value);
}

static enum sworn_result take_fuel(struct reading *reading, const struct field *field,
                                   const yaml_node_t *node, void *value)
{
    struct guard_limits most;

    (void)field;
    guard_limits_most(&most);
    return take_large_count(reading, node, 1, most.fuel, value);
}

#define LIMIT(key, member, least)                                                                  \
    {                                                                                              \
        "guard-" key, take_limit, IN_CONFIG(limits.member), least, 0                               \
    }

static const struct field limits_fields[] = {
    LIMIT("code", code, 1),
    LIMIT("memory", memory, 1),
    LIMIT("stack", stack, 1),
    LIMIT("recursion", recursion, 1),
    LIMIT("table", table, 0),
    {"guard-fuel", take_fuel, IN_CONFIG(limits.fuel), 0, 0},
    LIMIT("operations", operations, 1),
    LIMIT("changed", changed, CHANGED_MOST_LEAST),
    LIMIT("visited", visited, 1),
    LIMIT("environment", environment, 0),
    LIMIT("argument", argument, 0),
    LIMIT("state", state, 0),
    {"zonemd-max", take_count, IN_CONFIG(zonemd_max), 0, ZONEMD_MOST},
};

static const struct field enclave_fields[] = {
    {"program", take_program, IN_CONFIG(enclave.program), 0, PATH_MOST},
    {"secret", take_path, IN_CONFIG(enclave.secret), 0, PATH_MOST},
    {"patience", take_count, IN_CONFIG(enclave.patience), 1, SECONDS_MOST},
};

/* A section that is a mapping, as a value of the whole. */
#define MAPPING(name, fields)                                                                      \
    static enum sworn_result name(struct reading *reading, const yaml_node_t *node)                \
    {                                                                                              \
        return mapping_take(reading, node, fields, sizeof(fields) / sizeof((fields)[0]),           \
                            reading->config);                                                      \
    }

MAPPING(server_take, server_fields)
MAPPING(rate_limit_take, rate_limit_fields)
MAPPING(log_take, log_fields)
MAPPING(api_take, api_fields)
MAPPING(limits_take, limits_fields)
MAPPING(enclave_take, enclave_fields)

static enum sworn_result resolver_take(struct reading *reading, const yaml_node_t *node)
{
    return take_endpoint(reading, NULL, node, &reading->config->resolver);
}

static enum sworn_result store_take(struct reading *reading, const yaml_node_t *node)
{
    static const struct field field = {.most = PATH_MOST};

    SWORN_TRY(take_path(reading, &field, node, &reading->config->store));
    return reading->config->store == NULL ? wrong(reading, node, "no folder") : SWORN_OK;
}

/* In the order in which they are taken: what is referred to first. */
static const struct {
    const char *name;
    enum sworn_result (*take)(struct reading *reading, const yaml_node_t *node);
} sections[] = {
    {"server", server_take}, {"rate-limit", rate_limit_take},
    {"log", log_take},       {"resolver", resolver_take},
    {"keys", keys_take},     {"remotes", remotes_take},
    {"acl", acls_take},      {"template", templates_take},
    {"api", api_take},       {"store", store_take},
    {"limits", limits_take}, {"enclave", enclave_take},
};

#define SECTIONS (sizeof(sections) / sizeof(sections[0]))

static enum sworn_result list_of(struct region *region, const char *const *texts, unsigned count,
                                 struct config_list *list)
{
    void *memory;

    SWORN_TRY(region_array(region, count, sizeof(char *), &memory));
    list->item = memory;
    list->count = count;
    memcpy(memory, texts, count * sizeof(char *));
    return SWORN_OK;
}

static enum sworn_result defaults(struct reading *reading, const char *program)
{
    static const char *const listen[] = {"127.0.0.1:5300", "[::1]:5300"};
    static const char *const exempt[] = {"127.0.0.0/8", "::1"};
    struct config *config = reading->config;
    char *copy;

    *config = (struct config){
        .server = {.cookies = true, .tcp_connections = 4096, .tcp_client = 64, .tcp_idle = 10},
        .rate_limit = {.responses = 200, .slip = 2, .updates = 10},
        .level = LEVEL_INFO,
        .resolver = "127.0.0.1:53",
        .api.listen = "127.0.0.1:8053",
        .zonemd_max = 100000,
        .enclave.patience = 120,
    };
    guard_limits_most(&config->limits);
    SWORN_TRY(list_of(reading->region, listen, 2, &config->server.listen));
    SWORN_TRY(list_of(reading->region, exempt, 2, &config->rate_limit.exempt));
    SWORN_TRY(region_text(reading->region, octets_of_text(program), &copy));
    config->enclave.program = copy;
    SWORN_TRY(path_absolute(reading, "store", &config->store));
    return path_absolute(reading, "process.key", &config->enclave.secret);
}

/* What only shows when all keys of a section are there. */
static enum sworn_result server_check(struct reading *reading, const yaml_node_t *node)
{
    const struct config_server *server = &reading->config->server;
    unsigned encrypted =
        server->listen_tls.count + server->listen_https.count + server->listen_quic.count;

    reading->section = "server";
    if (server->listen.count + encrypted == 0) {
        return wrong(reading, node, "there is no address to listen at");
    }
    if (encrypted > 0 && server->certificate == NULL) {
        return wrong(reading, node, "listen-tls, listen-https and listen-quic need a certificate");
    }
    if (encrypted == 0 && server->certificate != NULL) {
        return wrong(reading, node,
                     "a certificate, but no listen-tls, listen-https or "
                     "listen-quic that would use it");
    }
    if ((server->certificate == NULL) != (server->private_key == NULL)) {
        return wrong(reading, node, "certificate and private-key go together");
    }
    if (!server->cookies && server->cookie_secrets.count > 0) {
        return wrong(reading, node, "cookie-secrets, but \"cookies: false\"");
    }
    reading->section = NULL;
    return SWORN_OK;
}

static enum sworn_result names_known(struct reading *reading, const yaml_node_t *root)
{
    const yaml_node_pair_t *pair = root->data.mapping.pairs.start;

    for (; pair < root->data.mapping.pairs.top; pair++) {
        const yaml_node_t *node = yaml_document_get_node(reading->document, pair->key);
        const yaml_node_t *value = yaml_document_get_node(reading->document, pair->value);
        bool known = false;
        const char *name;

        SWORN_TRY(scalar_text(reading, node, &name));
        for (size_t i = 0; i < SECTIONS; i++) {
            known = known || strcmp(sections[i].name, name) == 0;
        }
        if (!known) {
            return wrong(reading, node, "unknown key \"%.60s\"", name);
        }
        if (mapping_get(reading, root, name) != value) {
            return wrong(reading, node, "\"%.60s\" is there twice", name);
        }
    }
    return SWORN_OK;
}

enum sworn_result sections_take(struct reading *reading, const char *program,
                                const yaml_node_t *root)
{
    const yaml_node_t *server = NULL;

    SWORN_TRY(defaults(reading, program));
    if (root == NULL || is_empty(root)) {
        return templates_take(reading, NULL);
    }
    if (root->type != YAML_MAPPING_NODE) {
        return wrong(reading, root, "\"key: value\" is expected here");
    }
    SWORN_TRY(names_known(reading, root));
    for (size_t i = 0; i < SECTIONS; i++) {
        const yaml_node_t *node = mapping_get(reading, root, sections[i].name);

        reading->section = sections[i].name;
        if (node != NULL && !is_empty(node)) {
            SWORN_TRY(sections[i].take(reading, node));
        }
        reading->section = NULL;
    }
    if (reading->config->template_count == 0) {
        SWORN_TRY(templates_take(reading, NULL));
    }
    server = mapping_get(reading, root, "server");
    return server_check(reading, server == NULL ? root : server);
}
