/*
 * cookie.c - server cookies; see cookie.h.
 */
#include "host/answer/message/cookie.h"

#include <sodium.h>

#define SERVER_COOKIE 16
#define VERSION       1

/* RFC 9018 4.3: seconds. */
#define LIFETIME 3600
#define AHEAD    300
#define FRESH    1800

/* The hash over what precedes it in `cookie`, and the address as it came: 4 or 16 octets. */
static void cookie_hash(const uint8_t secret[COOKIE_SECRET_SIZE], const uint8_t *cookie,
                        const struct client_address *client,
                        uint8_t hash[crypto_shorthash_siphash24_BYTES])
{
    uint8_t input[32];
    size_t skipped = client_is_ipv4(client) ? 12 : 0;

    memcpy(input, cookie, 16);
    memcpy(input + 16, client->octets + skipped, 16 - skipped);
    (void)crypto_shorthash_siphash24(hash, input, 32 - skipped, secret);
}

/* The number of the secret it was made with, or their count. */
static unsigned maker(const struct cookie_secrets *secrets, const uint8_t *cookie,
                      const struct client_address *client)
{
    uint8_t hash[crypto_shorthash_siphash24_BYTES];
    unsigned i = 0;

    for (; i < secrets->count; i++) {
        cookie_hash(secrets->secret[i], cookie, client, hash);
        if (sodium_memcmp(hash, cookie + 16, sizeof(hash)) == 0) {
            break;
        }
    }
    return i;
}

static uint32_t seconds_of(const uint8_t *cookie)
{
    return (uint32_t)cookie[12] << 24 | (uint32_t)cookie[13] << 16 | (uint32_t)cookie[14] << 8 |
           cookie[15];
}

bool cookie_answer(const struct cookie_secrets *secrets, struct octets cookie,
                   const struct client_address *client, uint32_t now, uint8_t answer[COOKIE_SIZE])
{
    bool valid = false;

    if (cookie.size == COOKIE_SIZE && cookie.data[COOKIE_CLIENT_SIZE] == VERSION) {
        /* Serial number arithmetic (RFC 1982), so that 2106 is no special year. */
        int32_t age = (int32_t)(now - seconds_of(cookie.data));
        bool in_time = age <= LIFETIME && age >= -AHEAD;
        unsigned by = in_time ? maker(secrets, cookie.data, client) : secrets->count;

        valid = by < secrets->count;
        if (valid && by == 0 && age <= FRESH) {
            memcpy(answer, cookie.data, COOKIE_SIZE);
            return true;
        }
    }
    memcpy(answer, cookie.data, COOKIE_CLIENT_SIZE);
    memset(answer + COOKIE_CLIENT_SIZE, 0, SERVER_COOKIE);
    answer[COOKIE_CLIENT_SIZE] = VERSION;
    for (unsigned i = 0; i < 4; i++) {
        answer[12 + i] = (uint8_t)(now >> (24 - 8 * i));
    }
    cookie_hash(secrets->secret[0], answer, client, answer + 16);
    return valid;
}
