/*
 * proxy.c - reading PROXY headers, and whom to believe; see proxy.h.
 */
#include "host/serve/client/proxy.h"

#include <stdlib.h>

#include "host/serve/client/address.h"
#include "net/prefix.h"

#define VERSION_2      0x20
#define COMMAND_LOCAL  0
#define COMMAND_PROXY  1
#define FAMILY_UNSPEC  0
#define FAMILY_IPV4    1
#define FAMILY_IPV6    2
#define FAMILY_UNIX    3
#define TRANSPORT_LAST 2 /* unspecified, stream, datagram */

static const uint8_t signature[12] = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d,
                                      0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

bool proxy_begins(struct octets octets)
{
    size_t size = octets.size < sizeof(signature) ? octets.size : sizeof(signature);

    return size == 0 || memcmp(octets.data, signature, size) == 0;
}

enum sworn_result proxy_size(struct octets octets, size_t *size)
{
    SWORN_ENSURE(octets.size >= PROXY_FIXED && proxy_begins(octets), SWORN_MALFORMED);
    *size = PROXY_FIXED + ((size_t)octets.data[14] << 8 | octets.data[15]);
    SWORN_ENSURE(*size <= PROXY_MAX, SWORN_LIMIT);
    return SWORN_OK;
}

/* Source and destination; the latter is of no interest. */
static enum sworn_result read_addresses(struct reader *body, unsigned family,
                                        struct client_address *client)
{
    size_t width = family == FAMILY_IPV4 ? 4 : 16;
    struct octets source;
    struct octets destination;
    uint16_t port;

    SWORN_TRY(read_slice(body, width, &source));
    SWORN_TRY(read_slice(body, width, &destination));
    SWORN_TRY(read_u16(body, &port));
    SWORN_TRY(read_slice(body, 2, &destination));
    if (family == FAMILY_IPV4) {
        client_set_ipv4(client, source.data, port);
        return SWORN_OK;
    }
    client_set_ipv6(client, source.data, port);
    return SWORN_OK;
}

enum sworn_result proxy_read(struct reader *reader, struct client_address *client)
{
    struct octets fixed;
    struct octets rest;
    struct reader body;
    size_t size;
    unsigned command;
    unsigned family;

    SWORN_TRY(read_slice(reader, PROXY_FIXED, &fixed));
    SWORN_TRY(proxy_size(fixed, &size));
    SWORN_TRY(read_slice(reader, size - PROXY_FIXED, &rest));
    SWORN_ENSURE((fixed.data[12] & 0xf0) == VERSION_2, SWORN_MALFORMED);
    command = fixed.data[12] & 0x0f;
    family = fixed.data[13] >> 4;
    SWORN_ENSURE(command <= COMMAND_PROXY && family <= FAMILY_UNIX &&
                     (fixed.data[13] & 0x0f) <= TRANSPORT_LAST,
                 SWORN_MALFORMED);
    if (command == COMMAND_LOCAL || family == FAMILY_UNSPEC || family == FAMILY_UNIX) {
        return SWORN_OK;
    }
    body = reader_of(rest);
    return read_addresses(&body, family, client);
}

/* --- whom to believe ------------------------------------------------------------------------- */

struct proxies {
    size_t count;
    struct address_prefix network[];
};

enum sworn_result proxies_new(const char *const *texts, size_t count, struct proxies **made,
                              struct reason *reason)
{
    struct proxies *proxies = calloc(1, sizeof(*proxies) + count * sizeof(struct address_prefix));

    SWORN_ENSURE(proxies != NULL, SWORN_NO_MEMORY);
    for (size_t i = 0; i < count; i++) {
        if (address_prefix_read(texts[i], &proxies->network[i]) != SWORN_OK) {
            free(proxies);
            return because(reason, SWORN_MALFORMED,
                           "%.100s is not an address, nor a network as 192.0.2.0/24", texts[i]);
        }
    }
    proxies->count = count;
    *made = proxies;
    return SWORN_OK;
}

void proxies_free(struct proxies *proxies)
{
    free(proxies);
}

bool proxies_have(const struct proxies *proxies, const struct client_address *client)
{
    for (size_t i = 0; proxies != NULL && i < proxies->count; i++) {
        if (address_prefix_holds(&proxies->network[i], client->octets)) {
            return true;
        }
    }
    return false;
}
