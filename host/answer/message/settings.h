/*
 * settings.h - what an operator decides about all responses: how the server names itself, cookies,
 * where errors are reported to.
 */
#ifndef SWORN_HOST_ANSWER_SETTINGS_H
#define SWORN_HOST_ANSWER_SETTINGS_H

#include "host/answer/zone.h"

struct answer_settings {
    const char *identity;              /* id.server, hostname.bind; NULL: refused */
    const char *version;               /* version.server, version.bind; NULL: refused */
    const char *nsid;                  /* RFC 5001; NULL: not sent */
    bool cookies;                      /* RFC 7873 */
    const char *const *cookie_secrets; /* 32 hex digits each; the first makes, all are accepted */
    unsigned cookie_secret_count;      /* 0: one that was drawn when the server was made */
    const char *error_agent;           /* RFC 9567; NULL: not sent */
    unsigned keepalive;                /* seconds a stream may be idle (RFC 7828); 0: not told */
};

/**
 * Put these settings in force; they are copied. Readers go on meanwhile; one caller at a time.
 * Without it cookies are on, with a secret of their own, and nothing else.
 *
 * \return SWORN_OK; SWORN_MALFORMED, SWORN_LIMIT naming the setting; SWORN_NO_MEMORY
 */
SWORN_CHECK enum sworn_result answer_configure(struct answer_server *server,
                                               const struct answer_settings *settings,
                                               struct reason *reason);

#endif
