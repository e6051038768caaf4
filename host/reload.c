/*
 * reload.c - another configuration while we run: what changes at once, and what only a restart can
 * change; see run.h.
 */
#include "host/run.h"

#include <stddef.h>
#include <stdio.h>

#include "host/answer/message/settings.h"

enum kind { TEXT, COUNT, LIST, LIMITS };

/* The table of what stays until the next start. */
static const struct {
    const char *key;
    enum kind kind;
    size_t offset;
} fixed[] = {
    {"server.listen", LIST, offsetof(struct config, server.listen)},
    {"server.listen-tls", LIST, offsetof(struct config, server.listen_tls)},
    {"server.listen-https", LIST, offsetof(struct config, server.listen_https)},
    {"server.listen-quic", LIST, offsetof(struct config, server.listen_quic)},
    {"server.proxy", LIST, offsetof(struct config, server.proxy)},
    {"server.certificate", TEXT, offsetof(struct config, server.certificate)},
    {"server.private-key", TEXT, offsetof(struct config, server.private_key)},
    {"server.threads", COUNT, offsetof(struct config, server.threads)},
    {"server.user", TEXT, offsetof(struct config, server.user)},
    {"server.tcp-connections", COUNT, offsetof(struct config, server.tcp_connections)},
    {"server.tcp-client", COUNT, offsetof(struct config, server.tcp_client)},
    {"server.tcp-idle", COUNT, offsetof(struct config, server.tcp_idle)},
    {"server.certificate", TEXT, offsetof(struct config, server.certificate)},
    {"server.private-key", TEXT, offsetof(struct config, server.private_key)},
    {"server.tcp-idle", COUNT, offsetof(struct config, server.tcp_idle)},
    {"api.listen", TEXT, offsetof(struct config, api.listen)},
    {"limits.guard-*", LIMITS, offsetof(struct config, limits)},
    {"limits.zonemd-max", COUNT, offsetof(struct config, zonemd_max)},
    {"store", TEXT, offsetof(struct config, store)},
    {"enclave.program", TEXT, offsetof(struct config, enclave.program)},
    {"enclave.secret", TEXT, offsetof(struct config, enclave.secret)},
    {"enclave.patience", COUNT, offsetof(struct config, enclave.patience)},
};

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_list(const struct config_list *a, const struct config_list *b)
{
    bool same = a->count == b->count;

    for (unsigned i = 0; same && i < a->count; i++) {
        same = same_text(a->item[i], b->item[i]);
    }
    return same;
}

/* Each within the other: there are octets between the members that mean nothing. */
static bool same_limits(const struct guard_limits *a, const struct guard_limits *b)
{
    return guard_limits_within(a, b, NULL, NULL) == SWORN_OK &&
           guard_limits_within(b, a, NULL, NULL) == SWORN_OK;
}

static bool same_value(enum kind kind, const void *a, const void *b)
{
    if (kind == LIST) {
        return same_list(a, b);
    }
    if (kind == LIMITS) {
        return same_limits(a, b);
    }
    if (kind == COUNT) {
        return *(const unsigned *)a == *(const unsigned *)b;
    }
    return same_text(*(const char *const *)a, *(const char *const *)b);
}

static void tell_fixed(struct log *log, const struct config *old, const struct config *new)
{
    for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
        if (!same_value(fixed[i].kind, (const char *)old + fixed[i].offset,
                        (const char *)new + fixed[i].offset)) {
            log_warning(log, "%s has changed: that needs a restart", fixed[i].key);
        }
    }
}

enum sworn_result server_settings(struct server *server, const struct config *config,
                                  struct reason *reason)
{
    const struct answer_settings answers = {
        .identity = config->server.identity,
        .version = config->server.version,
        .nsid = config->server.nsid,
        .cookies = config->server.cookies,
        .cookie_secrets = config->server.cookie_secrets.item,
        .cookie_secret_count = config->server.cookie_secrets.count,
        .error_agent = config->server.error_agent,
        .keepalive = server->tcp_idle,
    };
    const struct limit_settings limits = {
        .responses = config->rate_limit.responses,
        .slip = config->rate_limit.slip,
        .updates = config->rate_limit.updates,
        .exempt = config->rate_limit.exempt.item,
        .exempt_count = config->rate_limit.exempt.count,
    };

    log_level(server->log, config->level);
    SWORN_TRY(answer_configure(server->answers, &answers, reason));
    return limit_configure(server->limits, &limits, reason);
}

static enum sworn_result take_over(struct server *server, struct config *config,
                                   struct region *region, struct reason *reason)
{
    struct config_held *old;
    const struct api_access_options access = {
        .token = config->api.token,
        .allow = config->api.allow,
        .allow_count = config->api.allow_count,
    };

    SWORN_TRY(serve_reload(server->serve, reason));
    SWORN_TRY(api_configure(server->api, &access, reason));
    SWORN_TRY(server_settings(server, config, reason));
    old = config_hold(server->current);
    tell_fixed(server->log, config_of(old), config);
    config_let_go(old);
    return config_current_replace(server->current, config, region);
}

void server_reload(struct server *server)
{
    struct config config;
    struct reason reason = {""};
    struct region region;
    enum sworn_result result;

    notify_reloading(&server->notify);
    region_init(&region, CONFIG_CAP);
    result = config_read(server->path, server->program, &region, &config, &reason);
    if (result == SWORN_OK) {
        result = take_over(server, &config, &region, &reason);
    }
    region_clear(&region);
    if (result == SWORN_OK) {
        transfer_server_reload(server->transfers);
        log_info(server->log, "reloaded: %s", server->path);
    } else {
        log_error(server->log, "not reloaded, the old configuration stays: %s",
                  reason.text[0] != 0 ? reason.text : result_name(result));
    }
    notify_send(&server->notify, "READY=1\nSTATUS=answering%s",
                result == SWORN_OK ? "" : "; the changed configuration is wrong, see the log");
}
