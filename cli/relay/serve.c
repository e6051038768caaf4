/*
 * serve.c - the relay's sockets: UDP, and a few connections over TCP, in one thread.
 *
 * It is one owner's tool on one owner's machine: requests are done one after the other. A
 * connection that says nothing for a while is closed; one too many closes the oldest.
 */
#include "cli/relay/relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "net/client.h"

#define CONNECTIONS  32
#define IDLE_SECONDS 30
#define SEND_SECONDS 10

struct connection {
    int fd;    /* -1: free */
    bool gone; /* it does not take what it asked for */
    time_t used;
    size_t have;
    uint8_t octets[2 + DNS_MESSAGE_MAX];
};

struct sockets {
    struct relay *relay;
    int udp, tcp, signals;
    struct connection *connections; /* CONNECTIONS of them */
    uint8_t *room;                  /* of one datagram */
};

struct datagram {
    int fd;
    struct sockaddr_storage peer;
    socklen_t peer_size;
};

static bool send_datagram(void *client, struct octets response)
{
    struct datagram *datagram = client;

    return sendto(datagram->fd, response.data, response.size, 0,
                  (const struct sockaddr *)&datagram->peer, datagram->peer_size) >= 0;
}

/* All of it, or the time for it was over. */
static bool send_all(int fd, const uint8_t *octets, size_t size)
{
    return send(fd, octets, size, MSG_NOSIGNAL) == (ssize_t)size;
}

static bool send_stream(void *client, struct octets response)
{
    struct connection *connection = client;
    uint8_t size[2] = {(uint8_t)(response.size >> 8), (uint8_t)response.size};

    connection->gone = connection->gone || !send_all(connection->fd, size, sizeof(size)) ||
                       !send_all(connection->fd, response.data, response.size);
    return !connection->gone;
}

static void take_datagram(struct sockets *sockets)
{
    struct datagram datagram = {.fd = sockets->udp, .peer_size = sizeof(datagram.peer)};
    ssize_t size = recvfrom(sockets->udp, sockets->room, DNS_MESSAGE_MAX, 0,
                            (struct sockaddr *)&datagram.peer, &datagram.peer_size);
    struct relay_work work = {.relay = sockets->relay, .client = &datagram, .send = send_datagram};

    if (size > 0) {
        relay_handle(&work, sockets->room, (size_t)size);
    }
}

static void connection_close(struct connection *connection)
{
    (void)close(connection->fd);
    connection->fd = -1;
}

static struct connection *connection_room(struct sockets *sockets)
{
    struct connection *oldest = &sockets->connections[0];

    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct connection *connection = &sockets->connections[i];

        if (connection->fd < 0) {
            return connection;
        }
        oldest = connection->used < oldest->used ? connection : oldest;
    }
    connection_close(oldest);
    return oldest;
}

static void take_connection(struct sockets *sockets)
{
    struct timeval patience = {.tv_sec = SEND_SECONDS};
    int fd = accept4(sockets->tcp, NULL, NULL, SOCK_CLOEXEC);
    struct connection *connection;

    if (fd < 0) {
        return;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    connection = connection_room(sockets);
    connection->fd = fd;
    connection->gone = false;
    connection->have = 0;
    connection->used = time(NULL);
}

/* One message, when all of it is there; what follows it moves to the front. */
static bool handle_message(struct sockets *sockets, struct connection *connection)
{
    size_t size = (size_t)connection->octets[0] << 8 | connection->octets[1];
    struct relay_work work = {
        .relay = sockets->relay, .stream = true, .client = connection, .send = send_stream};

    if (connection->have < 2 || connection->have - 2 < size) {
        return false;
    }
    relay_handle(&work, connection->octets + 2, size);
    connection->have -= 2 + size;
    memmove(connection->octets, connection->octets + 2 + size, connection->have);
    return true;
}

static void take_octets(struct sockets *sockets, struct connection *connection)
{
    ssize_t size = recv(connection->fd, connection->octets + connection->have,
                        sizeof(connection->octets) - connection->have, MSG_DONTWAIT);

    if (size <= 0) {
        if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
            connection_close(connection);
        }
        return;
    }
    connection->have += (size_t)size;
    connection->used = time(NULL);
    while (!connection->gone && handle_message(sockets, connection)) {
    }
    if (connection->gone) {
        connection_close(connection);
    }
}

/* One round; false when a signal asks for the end. */
static bool serve_once(struct sockets *sockets)
{
    struct pollfd polled[3 + CONNECTIONS] = {
        {.fd = sockets->signals, .events = POLLIN},
        {.fd = sockets->udp, .events = POLLIN},
        {.fd = sockets->tcp, .events = POLLIN},
    };
    time_t now;

    for (size_t i = 0; i < CONNECTIONS; i++) {
        polled[3 + i] = (struct pollfd){.fd = sockets->connections[i].fd, .events = POLLIN};
    }
    (void)poll(polled, 3 + CONNECTIONS, IDLE_SECONDS * 1000);
    if ((polled[0].revents & POLLIN) != 0) {
        return false;
    }
    if ((polled[1].revents & POLLIN) != 0) {
        take_datagram(sockets);
    }
    now = time(NULL);
    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct connection *connection = &sockets->connections[i];

        if (connection->fd >= 0 && polled[3 + i].revents != 0) {
            take_octets(sockets, connection);
        } else if (connection->fd >= 0 && now - connection->used > IDLE_SECONDS) {
            connection_close(connection);
        }
    }
    if ((polled[2].revents & POLLIN) != 0) {
        take_connection(sockets);
    }
    return true;
}

static enum sworn_result bind_both(struct sockets *sockets, const char *address,
                                   struct reason *reason)
{
    struct endpoint endpoint;
    const int on = 1;

    SWORN_SAY(endpoint_read(address, &endpoint) == SWORN_OK, reason, SWORN_INVALID,
              "--listen: '%s' is not ADDRESS:PORT", address);
    sockets->udp = socket(endpoint.address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockets->tcp = socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)setsockopt(sockets->tcp, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    SWORN_SAY(bind(sockets->udp, (const struct sockaddr *)&endpoint.address, endpoint.size) == 0 &&
                  bind(sockets->tcp, (const struct sockaddr *)&endpoint.address, endpoint.size) ==
                      0 &&
                  listen(sockets->tcp, CONNECTIONS) == 0,
              reason, SWORN_IO, "%s: %s", address, strerror(errno));
    return SWORN_OK;
}

static enum sworn_result open_signals(struct sockets *sockets)
{
    sigset_t signals;

    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    sockets->signals = signalfd(-1, &signals, SFD_CLOEXEC);
    return sockets->signals < 0 ? SWORN_IO : SWORN_OK;
}

enum sworn_result relay_serve(struct relay *relay, const char *address)
{
    struct sockets sockets = {.relay = relay, .udp = -1, .tcp = -1};
    struct region *region = relay->context->region;
    void *memory;

    SWORN_TRY(region_array(region, CONNECTIONS, sizeof(struct connection), &memory));
    sockets.connections = memory;
    SWORN_TRY(region_alloc(region, DNS_MESSAGE_MAX, &memory));
    sockets.room = memory;
    for (size_t i = 0; i < CONNECTIONS; i++) {
        sockets.connections[i].fd = -1;
    }
    SWORN_TRY(open_signals(&sockets));
    SWORN_TRY(bind_both(&sockets, address, relay->context->reason));
    notice("relay: ready at %s, for %zu zone%s", address, relay->zone_count,
           relay->zone_count == 1 ? "" : "s");
    while (serve_once(&sockets)) {
    }
    return SWORN_OK;
}
