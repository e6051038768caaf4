/*
 * access.c - addresses and the operator's token; see access.h.
 */
#include "host/api/access.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

enum sworn_result access_open(struct access *access, const char *token, const char *const *allow,
                              size_t allow_count, struct region *region, struct reason *reason)
{
    void *memory;
    char *copy = NULL;

    SWORN_SAY(token == NULL || token[0] != 0, reason, SWORN_MALFORMED,
              "the operator's token is empty");
    if (token != NULL) {
        SWORN_TRY(region_text(region, octets_of_text(token), &copy));
    }
    SWORN_TRY(region_array(region, allow_count, sizeof(*access->prefixes), &memory));
    *access = (struct access){.token = copy, .prefixes = memory, .count = allow_count};
    for (size_t i = 0; i < allow_count; i++) {
        SWORN_SAY(address_prefix_read(allow[i], &access->prefixes[i]) == SWORN_OK, reason,
                  SWORN_MALFORMED, "\"%.100s\" is neither an address nor a prefix", allow[i]);
    }
    return SWORN_OK;
}

static bool peer_octets(const struct sockaddr *peer, uint8_t octets[16])
{
    if (peer->sa_family == AF_INET) {
        struct sockaddr_in address;

        memcpy(&address, peer, sizeof(address));
        memcpy(octets, mapped, sizeof(mapped));
        memcpy(octets + 12, &address.sin_addr, 4);
        return true;
    }
    if (peer->sa_family == AF_INET6) {
        struct sockaddr_in6 address;

        memcpy(&address, peer, sizeof(address));
        memcpy(octets, &address.sin6_addr, 16);
        return true;
    }
    return false;
}

static bool has_token(const struct access *access, const char *authorization)
{
    static const char scheme[] = "Bearer ";
    size_t size;

    if (access->token == NULL || authorization == NULL ||
        strncmp(authorization, scheme, sizeof(scheme) - 1) != 0) {
        return false;
    }
    authorization += sizeof(scheme) - 1;
    size = strlen(access->token);
    return strlen(authorization) == size && sodium_memcmp(authorization, access->token, size) == 0;
}

bool access_allows(const struct access *access, const struct sockaddr *peer,
                   const char *authorization, bool indirect)
{
    static const struct address_prefix loopback[] = {
        {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127}, 96 + 8},
        {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128},
    };
    uint8_t octets[16];

    if (has_token(access, authorization)) {
        return true;
    }
    if (indirect || peer == NULL || !peer_octets(peer, octets)) {
        return false;
    }
    for (size_t i = 0; i < access->count; i++) {
        if (address_prefix_holds(&access->prefixes[i], octets)) {
            return true;
        }
    }
    return address_prefix_holds(&loopback[0], octets) || address_prefix_holds(&loopback[1], octets);
}

static enum sworn_result address_read(const char *text, struct sockaddr_storage *address,
                                      socklen_t *size, struct reason *reason)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    char host[INET6_ADDRSTRLEN + 1] = "", end;
    unsigned port;
    bool is_v4 = sscanf(text, "%46[0-9.]:%5u%c", host, &port, &end) == 2 &&
                 inet_pton(AF_INET, host, &v4.sin_addr) == 1;
    bool is_v6 = !is_v4 && sscanf(text, "[%46[0-9a-fA-F:.]]:%5u%c", host, &port, &end) == 2 &&
                 inet_pton(AF_INET6, host, &v6.sin6_addr) == 1;

    SWORN_SAY((is_v4 || is_v6) && port <= 65535, reason, SWORN_MALFORMED,
              "\"%.100s\" is not an address with a port, as 127.0.0.1:8053 or [::1]:8053", text);
    memset(address, 0, sizeof(*address));
    v4.sin_port = v6.sin6_port = htons((uint16_t)port);
    *size = is_v4 ? sizeof(v4) : sizeof(v6);
    memcpy(address, is_v4 ? (const void *)&v4 : (const void *)&v6, *size);
    return SWORN_OK;
}

enum sworn_result listen_on(const char *text, int backlog, int *socket_out, uint16_t *port,
                            struct reason *reason)
{
    struct sockaddr_storage address;
    socklen_t size;
    const int yes = 1;
    int fd;

    SWORN_TRY(address_read(text, &address, &size, reason));
    fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    SWORN_SAY(fd >= 0, reason, SWORN_IO, "API: no socket: %s", strerror(errno));
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
        bind(fd, (const struct sockaddr *)&address, size) != 0 || listen(fd, backlog) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        int error = errno;

        (void)close(fd);
        return because(reason, SWORN_IO, "API: cannot listen on %s: %s", text, strerror(error));
    }
    /* sin_port and sin6_port are at the same place. */
    *port = ntohs(((const struct sockaddr_in *)&address)->sin_port);
    *socket_out = fd;
    return SWORN_OK;
}
