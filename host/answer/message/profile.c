/*
 * profile.c - settings become a profile, which takes the place of the one before; see settings.h.
 */
#include "host/answer/message/profile.h"

#include <stdlib.h>

#include "core/dns/name_text.h"
#include "host/answer/grace.h"
#include "host/answer/message/options.h"
#include "host/answer/server.h"
#include "net/text.h"

#define KEEPALIVE_MAX 6553 /* seconds, in a u16 of tenths */

enum sworn_result profile_new(const uint8_t secret[COOKIE_SECRET_SIZE], struct profile **made)
{
    struct profile *profile = calloc(1, sizeof(*profile));

    SWORN_ENSURE(profile != NULL, SWORN_NO_MEMORY);
    profile->secrets.count = 1;
    memcpy(profile->secrets.secret[0], secret, COOKIE_SECRET_SIZE);
    *made = profile;
    return SWORN_OK;
}

static void option_head(uint8_t *option, unsigned code, size_t size)
{
    put_u16(option, code);
    put_u16(option + 2, (unsigned)size);
}

/* One character string, as TXT RDATA. */
static enum sworn_result text_set(const char *name, const char *text, uint8_t rdata[256],
                                  uint16_t *size, struct reason *reason)
{
    size_t length = text == NULL ? 0 : strlen(text);

    SWORN_SAY(length <= 255, reason, SWORN_LIMIT, "%s is longer than 255 octets", name);
    if (text != NULL) {
        rdata[0] = (uint8_t)length;
        memcpy(rdata + 1, text, length);
        *size = (uint16_t)(1 + length);
    }
    return SWORN_OK;
}

static enum sworn_result nsid_set(struct profile *profile, const char *nsid, struct reason *reason)
{
    size_t length = nsid == NULL ? 0 : strlen(nsid);

    SWORN_SAY(length <= NSID_MAX, reason, SWORN_LIMIT, "nsid is longer than %d octets", NSID_MAX);
    if (nsid != NULL) {
        option_head(profile->nsid, OPTION_NSID, length);
        memcpy(profile->nsid + OPTION_HEAD, nsid, length);
        profile->nsid_size = (uint16_t)(OPTION_HEAD + length);
    }
    return SWORN_OK;
}

static enum sworn_result agent_set(struct profile *profile, const char *agent,
                                   struct reason *reason)
{
    struct name name;
    struct name root;

    if (agent == NULL) {
        return SWORN_OK;
    }
    name_root(&root);
    SWORN_SAY(name_from_text(octets_of_text(agent), &root, &name) == SWORN_OK && name.size > 1,
              reason, SWORN_MALFORMED, "error-agent: \"%.100s\" is not a domain name", agent);
    option_head(profile->agent, OPTION_REPORT_CHANNEL, name.size);
    memcpy(profile->agent + OPTION_HEAD, name.wire, name.size);
    profile->agent_size = (uint16_t)(OPTION_HEAD + name.size);
    profile->agent_key_size = (uint16_t)name_to_key(&name, profile->agent_key);
    return SWORN_OK;
}

static enum sworn_result secrets_set(struct profile *profile,
                                     const struct answer_settings *settings, struct reason *reason)
{
    if (!settings->cookies) {
        profile->secrets.count = 0;
        return SWORN_OK;
    }
    SWORN_SAY(settings->cookie_secret_count <= COOKIE_SECRETS_MAX, reason, SWORN_LIMIT,
              "cookie-secrets: no more than %d", COOKIE_SECRETS_MAX);
    for (unsigned i = 0; i < settings->cookie_secret_count; i++) {
        struct writer secret = writer_over(profile->secrets.secret[i], COOKIE_SECRET_SIZE);

        SWORN_SAY(hex_read(octets_of_text(settings->cookie_secrets[i]), &secret) == SWORN_OK &&
                      secret.used == COOKIE_SECRET_SIZE,
                  reason, SWORN_MALFORMED, "cookie-secrets: number %u is not 32 hex digits", i + 1);
        profile->secrets.count = i + 1;
    }
    return SWORN_OK;
}

static enum sworn_result profile_fill(struct profile *profile,
                                      const struct answer_settings *settings, struct reason *reason)
{
    unsigned keepalive = settings->keepalive;

    SWORN_TRY(text_set("identity", settings->identity, profile->identity, &profile->identity_size,
                       reason));
    SWORN_TRY(
        text_set("version", settings->version, profile->version, &profile->version_size, reason));
    SWORN_TRY(nsid_set(profile, settings->nsid, reason));
    SWORN_TRY(agent_set(profile, settings->error_agent, reason));
    profile->keepalive = (uint16_t)((keepalive < KEEPALIVE_MAX ? keepalive : KEEPALIVE_MAX) * 10);
    return secrets_set(profile, settings, reason);
}

enum sworn_result answer_configure(struct answer_server *server,
                                   const struct answer_settings *settings, struct reason *reason)
{
    struct profile *old = server->profile;
    struct profile *profile;
    enum sworn_result result;

    SWORN_TRY(profile_new(server->cookie_secret, &profile));
    result = profile_fill(profile, settings, reason);
    if (result != SWORN_OK) {
        free(profile);
        return result;
    }
    __atomic_store_n(&server->profile, profile, __ATOMIC_RELEASE);
    grace_wait(server);
    free(old);
    return SWORN_OK;
}
