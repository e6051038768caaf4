/*
 * client.c - asking another DNS server; see client.h.
 */
#include "net/client.h"

#include "net/message.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define ATTEMPTS 3

static enum sworn_result endpoint_fill(int family, const void *address, uint16_t port,
                                       struct endpoint *endpoint)
{
    *endpoint = (struct endpoint){0};
    if (family == AF_INET) {
        struct sockaddr_in *ipv4 = (struct sockaddr_in *)&endpoint->address;

        ipv4->sin_family = AF_INET;
        ipv4->sin_port = htons(port);
        memcpy(&ipv4->sin_addr, address, 4);
        endpoint->size = sizeof(*ipv4);
        return SWORN_OK;
    }
    struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)&endpoint->address;

    ipv6->sin6_family = AF_INET6;
    ipv6->sin6_port = htons(port);
    memcpy(&ipv6->sin6_addr, address, 16);
    endpoint->size = sizeof(*ipv6);
    return SWORN_OK;
}

enum sworn_result endpoint_of(struct octets address, uint16_t port, struct endpoint *endpoint)
{
    SWORN_ENSURE(address.size == 4 || address.size == 16, SWORN_MALFORMED);
    return endpoint_fill(address.size == 4 ? AF_INET : AF_INET6, address.data, port, endpoint);
}

/* Numbers only: what is looked up by name is looked up by those who know how far to trust it. */
enum sworn_result endpoint_read(const char *text, struct endpoint *endpoint)
{
    const char *colon = strrchr(text, ':');
    bool bracket = text[0] == '[';
    char host[INET6_ADDRSTRLEN + 2] = "";
    uint8_t address[16];
    char *end;
    long port;
    size_t size;

    SWORN_ENSURE(colon != NULL && colon > text + 2, SWORN_MALFORMED);
    SWORN_ENSURE(!bracket || colon[-1] == ']', SWORN_MALFORMED);
    port = strtol(colon + 1, &end, 10);
    SWORN_ENSURE(end != colon + 1 && *end == 0 && port > 0 && port < 65536, SWORN_MALFORMED);
    size = (size_t)(colon - text) - (bracket ? 2 : 0);
    SWORN_ENSURE(size < sizeof(host), SWORN_MALFORMED);
    memcpy(host, text + (bracket ? 1 : 0), size);
    SWORN_ENSURE(inet_pton(bracket ? AF_INET6 : AF_INET, host, address) == 1, SWORN_MALFORMED);
    return endpoint_fill(bracket ? AF_INET6 : AF_INET, address, (uint16_t)port, endpoint);
}

void endpoint_client(const struct endpoint *endpoint, struct client_address *client)
{
    const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)&endpoint->address;
    const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)&endpoint->address;

    *client = (struct client_address){0};
    if (endpoint->address.ss_family == AF_INET) {
        client->octets[10] = 0xff;
        client->octets[11] = 0xff;
        memcpy(client->octets + 12, &ipv4->sin_addr, 4);
        client->port = ntohs(ipv4->sin_port);
        return;
    }
    memcpy(client->octets, &ipv6->sin6_addr, 16);
    client->port = ntohs(ipv6->sin6_port);
}

static bool bind_via(int fd, int family, const char *via)
{
    struct endpoint source;
    uint8_t address[16];

    if (via == NULL) {
        return true;
    }
    if (inet_pton(family, via, address) != 1 ||
        endpoint_fill(family, address, 0, &source) != SWORN_OK) {
        return false;
    }
    return bind(fd, (const struct sockaddr *)&source.address, source.size) == 0;
}

enum sworn_result endpoint_socket(const struct endpoint *endpoint, int type, const char *via,
                                  int *made)
{
    int family = endpoint->address.ss_family;
    int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    SWORN_ENSURE(fd >= 0, SWORN_IO);
    if (!bind_via(fd, family, via) ||
        (connect(fd, (const struct sockaddr *)&endpoint->address, endpoint->size) != 0 &&
         errno != EINPROGRESS)) {
        (void)close(fd);
        return SWORN_IO;
    }
    *made = fd;
    return SWORN_OK;
}

enum sworn_result dns_random_id(uint16_t *id)
{
    return getrandom(id, sizeof(*id), 0) == (ssize_t)sizeof(*id) ? SWORN_OK : SWORN_IO;
}

bool dns_is_reply(struct octets query, struct octets reply)
{
    struct dns_reader asked, answered;
    struct dns_question a, b;

    if (dns_read(query, &asked) != SWORN_OK || dns_read(reply, &answered) != SWORN_OK ||
        asked.header.id != answered.header.id || (answered.header.flags & DNS_FLAG_QR) == 0 ||
        DNS_OPCODE(asked.header.flags) != DNS_OPCODE(answered.header.flags)) {
        return false;
    }
    /* Who could not even read the question may leave it out. */
    if (answered.header.count[DNS_QUESTION] == 0) {
        return (answered.header.flags & 15) != 0;
    }
    return dns_read_question(&asked, &a) == SWORN_OK &&
           dns_read_question(&answered, &b) == SWORN_OK && name_equal(&a.name, &b.name) &&
           a.type == b.type && a.class == b.class;
}

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool wait_for(int fd, short events, int64_t end)
{
    struct pollfd poll_fd = {.fd = fd, .events = events};
    int64_t left = end - now_ms();

    return left > 0 && poll(&poll_fd, 1, (int)left) == 1;
}

static enum sworn_result ask_udp(int fd, struct octets query, int64_t end, uint8_t *room,
                                 size_t *size)
{
    SWORN_ENSURE(send(fd, query.data, query.size, MSG_NOSIGNAL) == (ssize_t)query.size,
                 SWORN_UNAVAILABLE);
    while (wait_for(fd, POLLIN, end)) {
        ssize_t got = recv(fd, room, DNS_MESSAGE_MAX, 0);

        SWORN_ENSURE(got >= 0 || errno == EAGAIN, SWORN_UNAVAILABLE);
        if (got > 0 && dns_is_reply(query, octets_of(room, (size_t)got))) {
            *size = (size_t)got;
            return SWORN_OK;
        }
    }
    return SWORN_UNAVAILABLE;
}

static enum sworn_result move(int fd, bool out, uint8_t *octets, size_t size, int64_t end)
{
    size_t done = 0;

    while (done < size) {
        ssize_t moved;

        SWORN_ENSURE(wait_for(fd, out ? POLLOUT : POLLIN, end), SWORN_UNAVAILABLE);
        moved = out ? send(fd, octets + done, size - done, MSG_NOSIGNAL)
                    : recv(fd, octets + done, size - done, 0);
        SWORN_ENSURE(moved > 0 || (moved < 0 && errno == EAGAIN), SWORN_UNAVAILABLE);
        done += moved > 0 ? (size_t)moved : 0;
    }
    return SWORN_OK;
}

static enum sworn_result ask_tcp(int fd, struct octets query, int64_t end, uint8_t *room,
                                 size_t *size)
{
    uint8_t prefix[2] = {(uint8_t)(query.size >> 8), (uint8_t)query.size};

    memcpy(room, query.data, query.size);
    SWORN_TRY(move(fd, true, prefix, sizeof(prefix), end));
    SWORN_TRY(move(fd, true, room, query.size, end));
    SWORN_TRY(move(fd, false, prefix, sizeof(prefix), end));
    *size = (size_t)prefix[0] << 8 | prefix[1];
    SWORN_TRY(move(fd, false, room, *size, end));
    return dns_is_reply(query, octets_of(room, *size)) ? SWORN_OK : SWORN_MALFORMED;
}

static enum sworn_result ask_once(const struct endpoint *server, int type, struct octets query,
                                  int milliseconds, uint8_t *room, size_t *size)
{
    enum sworn_result result;
    int fd;

    SWORN_TRY(endpoint_socket(server, type, NULL, &fd));
    result =
        (type == SOCK_DGRAM ? ask_udp : ask_tcp)(fd, query, now_ms() + milliseconds, room, size);
    (void)close(fd);
    return result;
}

enum sworn_result dns_ask(const struct endpoint *server, struct octets query, int milliseconds,
                          struct region *region, struct octets *reply)
{
    enum sworn_result result = SWORN_UNAVAILABLE;
    size_t size = 0;
    void *memory;
    uint8_t *room;

    SWORN_ENSURE(query.size >= DNS_HEADER_SIZE && query.size <= DNS_MESSAGE_MAX, SWORN_MALFORMED);
    SWORN_TRY(region_alloc(region, DNS_MESSAGE_MAX, &memory));
    room = memory;
    for (int i = 0; i < ATTEMPTS && result != SWORN_OK; i++) {
        result = ask_once(server, SOCK_DGRAM, query, milliseconds, room, &size);
    }
    SWORN_TRY(result);
    if ((room[2] & (DNS_FLAG_TC >> 8)) != 0) {
        SWORN_TRY(ask_once(server, SOCK_STREAM, query, milliseconds, room, &size));
    }
    *reply = octets_of(room, size);
    return SWORN_OK;
}
