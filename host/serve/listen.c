/*
 * listen.c - addresses and sockets; see listen.h.
 */
#include "host/serve/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BACKLOG         256
#define FREE_PORT_TRIES 16

static enum sworn_result port_read(const char *text, uint16_t *port)
{
    unsigned long value = 0;

    SWORN_ENSURE(*text != 0 && strlen(text) <= 5, SWORN_MALFORMED);
    for (; *text != 0; text++) {
        SWORN_ENSURE(*text >= '0' && *text <= '9', SWORN_MALFORMED);
        value = value * 10 + (unsigned long)(*text - '0');
    }
    SWORN_ENSURE(value <= UINT16_MAX, SWORN_MALFORMED);
    *port = (uint16_t)value;
    return SWORN_OK;
}

static void set_port(struct listen_address *address, uint16_t port)
{
    if (address->address.ss_family == AF_INET6) {
        ((struct sockaddr_in6 *)&address->address)->sin6_port = htons(port);
        return;
    }
    ((struct sockaddr_in *)&address->address)->sin_port = htons(port);
}

uint16_t listen_port(const struct listen_address *address)
{
    if (address->address.ss_family == AF_INET6) {
        return ntohs(((const struct sockaddr_in6 *)&address->address)->sin6_port);
    }
    return ntohs(((const struct sockaddr_in *)&address->address)->sin_port);
}

static bool host_read(const char *host, struct listen_address *address)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)&address->address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address->address;

    if (host[0] != '[') {
        address->size = sizeof(*v4);
        v4->sin_family = AF_INET;
        address->any = inet_pton(AF_INET, host, &v4->sin_addr) == 1 && v4->sin_addr.s_addr == 0;
        return inet_pton(AF_INET, host, &v4->sin_addr) == 1;
    }
    address->size = sizeof(*v6);
    v6->sin6_family = AF_INET6;
    if (inet_pton(AF_INET6, host + 1, &v6->sin6_addr) != 1) {
        return false;
    }
    address->any = memcmp(&v6->sin6_addr, &in6addr_any, sizeof(in6addr_any)) == 0;
    return true;
}

enum sworn_result listen_address_read(const char *text, struct listen_address *address,
                                      struct reason *reason)
{
    const char *colon = strrchr(text, ':');
    char host[sizeof(address->text)];
    uint16_t port;
    size_t size;

    *address = (struct listen_address){.size = 0};
    SWORN_SAY(colon != NULL && strlen(text) < sizeof(host), reason, SWORN_MALFORMED,
              "%.100s is not an address with a port, as 127.0.0.1:5300 or [::1]:5300", text);
    memcpy(address->text, text, strlen(text) + 1);
    size = (size_t)(colon - text);
    memcpy(host, text, size);
    host[size] = 0;
    if (host[0] == '[') {
        /* Without its bracket the rest is no address. */
        host[size - 1] = host[size - 1] == ']' ? 0 : 'x';
    }
    SWORN_SAY(host_read(host, address) && port_read(colon + 1, &port) == SWORN_OK, reason,
              SWORN_MALFORMED, "%s is not an address with a port, as 127.0.0.1:5300 or [::1]:5300",
              text);
    set_port(address, port);
    return SWORN_OK;
}

static enum sworn_result failed(const struct listen_address *address, int error,
                                struct reason *reason)
{
    if (error == EADDRINUSE) {
        return because(reason, SWORN_CONFLICT, "%s is taken", address->text);
    }
    return because(reason, SWORN_IO, "cannot listen at %s: %s", address->text, strerror(error));
}

static bool set_option(int fd, int level, int name)
{
    int on = 1;

    return setsockopt(fd, level, name, &on, sizeof(on)) == 0;
}

/* A socket of that type bound to the address, or an errno. */
static int bound(const struct listen_address *address, int type, int reuse, int *fd)
{
    int family = address->address.ss_family;
    int error;

    *fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*fd < 0) {
        return errno;
    }
    if ((reuse == 0 || set_option(*fd, SOL_SOCKET, reuse)) &&
        (family != AF_INET6 || set_option(*fd, IPPROTO_IPV6, IPV6_V6ONLY)) &&
        bind(*fd, (const struct sockaddr *)&address->address, address->size) == 0) {
        return 0;
    }
    error = errno;
    close(*fd);
    return error;
}

/* UDP sockets that share a port would share it with a stranger's too: one alone has to get it. */
static int udp_is_free(const struct listen_address *address)
{
    int fd;
    int error = bound(address, SOCK_DGRAM, 0, &fd);

    if (error == 0) {
        close(fd);
    }
    return error;
}

/* A port of 0 becomes the one that the socket got. */
static int take_port(struct listen_address *address, int fd)
{
    struct listen_address found = {.size = sizeof(found.address)};

    if (getsockname(fd, (struct sockaddr *)&found.address, &found.size) != 0) {
        return errno;
    }
    set_port(address, listen_port(&found));
    return 0;
}

static int stream(struct listen_address *address, int *fd)
{
    int error = bound(address, SOCK_STREAM, SO_REUSEADDR, fd);

    if (error != 0) {
        return error;
    }
    error = listen(*fd, BACKLOG) == 0 ? take_port(address, *fd) : errno;
    if (error != 0) {
        close(*fd);
    }
    return error;
}

static int tcp_and_udp(struct listen_address *address, int *fd)
{
    int error = stream(address, fd);

    if (error != 0) {
        return error;
    }
    error = udp_is_free(address);
    if (error != 0) {
        close(*fd);
    }
    return error;
}

enum sworn_result listen_stream(struct listen_address *address, int *fd, struct reason *reason)
{
    int error = stream(address, fd);

    return error == 0 ? SWORN_OK : failed(address, error, reason);
}

enum sworn_result listen_tcp(struct listen_address *address, int *fd, struct reason *reason)
{
    bool any_port = listen_port(address) == 0;
    int error = tcp_and_udp(address, fd);

    for (int tries = 1; any_port && error == EADDRINUSE && tries < FREE_PORT_TRIES; tries++) {
        set_port(address, 0);
        error = tcp_and_udp(address, fd);
    }
    return error == 0 ? SWORN_OK : failed(address, error, reason);
}

/* No fragments: neither made here nor asked for by a forged "packet too big". */
static bool set_no_fragments(int fd, int family)
{
    int omit = IP_PMTUDISC_OMIT;

    if (family == AF_INET6) {
        return setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &omit, sizeof(omit)) == 0;
    }
    return setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &omit, sizeof(omit)) == 0;
}

static bool set_destination(int fd, int family)
{
    if (family == AF_INET6) {
        return set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO);
    }
    return set_option(fd, IPPROTO_IP, IP_PKTINFO);
}

static int prepare_datagrams(const struct listen_address *address, int fd)
{
    int family = address->address.ss_family;
    bool done = set_no_fragments(fd, family) && (!address->any || set_destination(fd, family));

    return done ? 0 : errno;
}

static enum sworn_result datagrams(const struct listen_address *address, int reuse, int *fd,
                                   struct reason *reason)
{
    int error = bound(address, SOCK_DGRAM, reuse, fd);

    if (error != 0) {
        return failed(address, error, reason);
    }
    error = prepare_datagrams(address, *fd);
    if (error != 0) {
        close(*fd);
        return failed(address, error, reason);
    }
    return SWORN_OK;
}

enum sworn_result listen_udp(const struct listen_address *address, int *fd, struct reason *reason)
{
    return datagrams(address, SO_REUSEPORT, fd, reason);
}

enum sworn_result listen_datagrams(struct listen_address *address, int *fd, struct reason *reason)
{
    int error;

    SWORN_TRY(datagrams(address, 0, fd, reason));
    error = take_port(address, *fd);
    if (error != 0) {
        close(*fd);
        return failed(address, error, reason);
    }
    return SWORN_OK;
}

/* --- sockets that somebody else has bound ---------------------------------------------------- */

static bool same_address(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
    const struct sockaddr_in6 *a6 = (const struct sockaddr_in6 *)a;
    const struct sockaddr_in6 *b6 = (const struct sockaddr_in6 *)b;
    const struct sockaddr_in *a4 = (const struct sockaddr_in *)a;
    const struct sockaddr_in *b4 = (const struct sockaddr_in *)b;

    if (a->ss_family != b->ss_family) {
        return false;
    }
    if (a->ss_family == AF_INET6) {
        return a6->sin6_port == b6->sin6_port &&
               memcmp(&a6->sin6_addr, &b6->sin6_addr, sizeof(a6->sin6_addr)) == 0;
    }
    return a->ss_family == AF_INET && a4->sin_port == b4->sin_port &&
           a4->sin_addr.s_addr == b4->sin_addr.s_addr;
}

static bool fits(int fd, const struct listen_address *address, int type)
{
    struct sockaddr_storage local;
    socklen_t size = sizeof(local);
    int found;
    socklen_t found_size = sizeof(found);

    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &found, &found_size) == 0 && found == type &&
           getsockname(fd, (struct sockaddr *)&local, &size) == 0 &&
           same_address(&local, &address->address);
}

static bool prepare_inherited(int fd, const struct listen_address *address, int type)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) {
        return false;
    }
    return type == SOCK_STREAM ? listen(fd, BACKLOG) == 0 : prepare_datagrams(address, fd) == 0;
}

static enum sworn_result take_inherited(int inherited, const struct listen_address *address,
                                        int type, int *fd)
{
    *fd = fcntl(inherited, F_DUPFD_CLOEXEC, 3);
    SWORN_ENSURE(*fd >= 0, SWORN_IO);
    if (!prepare_inherited(*fd, address, type)) {
        close(*fd);
        return SWORN_IO;
    }
    return SWORN_OK;
}

enum sworn_result listen_inherited_at(const int *sockets, size_t count,
                                      const struct listen_address *address, int type, size_t index,
                                      int *fd)
{
    size_t fitting = 0;

    for (size_t i = 0; i < count; i++) {
        fitting += fits(sockets[i], address, type);
    }
    SWORN_ENSURE(fitting > 0, SWORN_ABSENT);
    index %= fitting;
    for (size_t i = 0; i < count; i++) {
        if (fits(sockets[i], address, type) && index-- == 0) {
            return take_inherited(sockets[i], address, type, fd);
        }
    }
    return SWORN_ABSENT;
}

enum sworn_result listen_inherited(const int *sockets, size_t count,
                                   const struct listen_address *address, int type, int *fd)
{
    return listen_inherited_at(sockets, count, address, type, 0, fd);
}
