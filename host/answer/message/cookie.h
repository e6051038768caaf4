/*
 * cookie.h - cookies that other servers with the same secret understand (RFC 7873, 9018).
 *
 *   option = client cookie (8) ‖ server cookie (16; from others, of any size from 8 to 32)
 *   server cookie = u8 version 1 ‖ 3 octets reserved ‖ u32 seconds since 1970 ‖
 *                   SipHash-2-4(secret; client cookie ‖ first 8 octets ‖ client's address)
 */
#ifndef SWORN_HOST_ANSWER_COOKIE_H
#define SWORN_HOST_ANSWER_COOKIE_H

#include "core/cursor/octets.h"
#include "net/address.h"

#define COOKIE_CLIENT_SIZE 8
#define COOKIE_SIZE        24 /* what we send, both halves */
#define COOKIE_MAX         40
#define COOKIE_SECRET_SIZE 16
#define COOKIE_SECRETS_MAX 8

struct cookie_secrets {
    unsigned count;
    uint8_t secret[COOKIE_SECRETS_MAX][COOKIE_SECRET_SIZE];
};

/** Whether an option of that size can be a cookie at all (RFC 7873 5.2.2). */
static inline bool cookie_size_is_right(size_t size)
{
    return size == COOKIE_CLIENT_SIZE || (size >= 16 && size <= COOKIE_MAX);
}

/**
 * Look at a client's cookie and make the one to send back: the same while it is fresh.
 *
 * \param cookie  the option, of a right size
 * \param now     seconds since 1970
 * \return whether it has a server cookie that we, or one who knows a secret, made for this address
 *         within the last hour (or, with a clock ahead, the next five minutes)
 */
bool cookie_answer(const struct cookie_secrets *secrets, struct octets cookie,
                   const struct client_address *client, uint32_t now, uint8_t answer[COOKIE_SIZE]);

#endif
