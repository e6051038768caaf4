/*
 * profile.h - the settings in force, as octets that are ready to be copied into responses.
 *
 * Readers take it once a query, between grace_enter() and grace_leave().
 */
#ifndef SWORN_HOST_ANSWER_PROFILE_H
#define SWORN_HOST_ANSWER_PROFILE_H

#include "core/dns/name.h"
#include "host/answer/message/cookie.h"
#include "host/answer/message/settings.h"

#define OPTION_HEAD 4   /* code and size */
#define NSID_MAX    128 /* with all other options, fits beside any question in 512 octets */

struct profile {
    struct cookie_secrets secrets; /* none: no cookies */
    uint16_t keepalive;            /* in tenths of a second */
    uint16_t nsid_size;            /* of the whole option; 0 for none */
    uint16_t agent_size;
    uint16_t identity_size; /* of the TXT RDATA; 0 for none */
    uint16_t version_size;
    uint16_t agent_key_size;
    uint8_t nsid[OPTION_HEAD + NSID_MAX];
    uint8_t agent[OPTION_HEAD + NAME_MAX_SIZE];
    uint8_t identity[256];
    uint8_t version[256];
    uint8_t agent_key[NAME_KEY_MAX];
};

/** The profile that a server begins with. \param secret  drawn for this server */
SWORN_CHECK enum sworn_result profile_new(const uint8_t secret[COOKIE_SECRET_SIZE],
                                          struct profile **profile);

#endif
