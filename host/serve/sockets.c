/*
 * sockets.c - binding what the configuration names; see sockets.h.
 */
#include "host/serve/sockets.h"

#include <fcntl.h>
#include <unistd.h>

#include "host/serve/https/https.h"
#include "host/serve/stream/dns.h"

/* A socket that was handed in, or SWORN_ABSENT. */
static enum sworn_result inherited(const struct serve_options *options,
                                   const struct listen_address *address, int type, int *fd)
{
    return listen_inherited(options->inherited, options->inherited_count, address, type, fd);
}

static enum sworn_result bind_stream(const struct serve_options *options,
                                     struct listen_address *address, int *fd, struct reason *reason)
{
    enum sworn_result result = inherited(options, address, SOCK_STREAM, fd);

    return result == SWORN_ABSENT ? listen_stream(address, fd, reason) : result;
}

/* Plain DNS: one TCP socket, and a UDP socket for each worker. */
static enum sworn_result bind_plain(struct sockets *sockets, const struct serve_options *options,
                                    size_t index, struct worker *workers, size_t worker_count,
                                    struct reason *reason)
{
    struct listen_address *address = &sockets->address[TRANSPORT_TCP][index];
    int udp = -1;
    int tcp = -1;
    enum sworn_result result = inherited(options, address, SOCK_DGRAM, &udp);

    SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    result = inherited(options, address, SOCK_STREAM, &tcp);
    if (result == SWORN_ABSENT) {
        result = udp < 0 ? listen_tcp(address, &tcp, reason) : listen_stream(address, &tcp, reason);
    }
    if (result == SWORN_OK) {
        sockets->plain[sockets->plain_count++] = (struct listener){
            .source = {.kind = SOURCE_LISTENER, .fd = tcp}, .protocol = &dns_over_tcp};
    }
    for (size_t w = 0; result == SWORN_OK && w < worker_count; w++) {
        int *fd = &workers[w].socket[index];

        result = udp >= 0 ? listen_inherited_at(options->inherited, options->inherited_count,
                                                address, SOCK_DGRAM, w, fd)
                          : listen_udp(address, fd, reason);
        workers[w].socket_count = result == SWORN_OK ? index + 1 : index;
    }
    if (udp >= 0) {
        close(udp);
    }
    return result;
}

static enum sworn_result bind_secure(struct sockets *sockets, const struct serve_options *options,
                                     const struct protocol *protocol,
                                     struct listen_address *address, struct reason *reason)
{
    int fd;

    SWORN_TRY(bind_stream(options, address, &fd, reason));
    sockets->secure[sockets->secure_count++] =
        (struct listener){.source = {.kind = SOURCE_LISTENER, .fd = fd}, .protocol = protocol};
    return SWORN_OK;
}

static enum sworn_result bind_quic(struct sockets *sockets, const struct serve_options *options,
                                   struct listen_address *address, struct reason *reason)
{
    int *fd = &sockets->quic[sockets->quic_count];
    enum sworn_result result = inherited(options, address, SOCK_DGRAM, fd);

    if (result == SWORN_ABSENT) {
        result = listen_datagrams(address, fd, reason);
    }
    sockets->quic_count += result == SWORN_OK;
    return result;
}

static enum sworn_result read_addresses(struct sockets *sockets, enum transport transport,
                                        const char *const *texts, size_t count,
                                        struct reason *reason)
{
    SWORN_SAY(count <= SERVE_LISTEN_MAX, reason, SWORN_LIMIT,
              "at most %d addresses to listen at for each transport", SERVE_LISTEN_MAX);
    for (size_t i = 0; i < count; i++) {
        SWORN_TRY(listen_address_read(texts[i], &sockets->address[transport][i], reason));
    }
    sockets->count[transport] = count;
    return SWORN_OK;
}

static enum sworn_result read_all(struct sockets *sockets, const struct serve_options *options,
                                  struct reason *reason)
{
    SWORN_TRY(
        read_addresses(sockets, TRANSPORT_TCP, options->listen, options->listen_count, reason));
    SWORN_TRY(read_addresses(sockets, TRANSPORT_TLS, options->listen_tls, options->listen_tls_count,
                             reason));
    SWORN_TRY(read_addresses(sockets, TRANSPORT_HTTPS, options->listen_https,
                             options->listen_https_count, reason));
    return read_addresses(sockets, TRANSPORT_QUIC, options->listen_quic, options->listen_quic_count,
                          reason);
}

enum sworn_result sockets_bind(struct sockets *sockets, const struct serve_options *options,
                               struct worker *workers, size_t worker_count, struct reason *reason)
{
    SWORN_TRY(read_all(sockets, options, reason));
    for (size_t i = 0; i < options->listen_count; i++) {
        SWORN_TRY(bind_plain(sockets, options, i, workers, worker_count, reason));
    }
    for (size_t i = 0; i < options->listen_tls_count; i++) {
        SWORN_TRY(bind_secure(sockets, options, &dns_over_tls, &sockets->address[TRANSPORT_TLS][i],
                              reason));
    }
    for (size_t i = 0; i < options->listen_https_count; i++) {
        SWORN_TRY(bind_secure(sockets, options, &dns_over_https,
                              &sockets->address[TRANSPORT_HTTPS][i], reason));
    }
    for (size_t i = 0; i < options->listen_quic_count; i++) {
        SWORN_TRY(bind_quic(sockets, options, &sockets->address[TRANSPORT_QUIC][i], reason));
    }
    return SWORN_OK;
}

void sockets_close(struct sockets *sockets)
{
    for (size_t i = 0; i < sockets->plain_count; i++) {
        close(sockets->plain[i].source.fd);
    }
    for (size_t i = 0; i < sockets->secure_count; i++) {
        close(sockets->secure[i].source.fd);
    }
    for (size_t i = 0; i < sockets->quic_count; i++) {
        close(sockets->quic[i]);
    }
}
