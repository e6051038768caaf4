/*
 * packet.c - datagrams; see packet.h.
 */
#include "host/serve/quic/packet.h"

#include <netinet/in.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <sys/random.h>
#include <sys/uio.h>
#include <time.h>

#define CONTROL_SIZE 64
#define RESET_LEAST  (NGTCP2_STATELESS_RESET_TOKENLEN + NGTCP2_MIN_STATELESS_RESET_RANDLEN)
#define RESET_RANDOM 32

union control {
    struct cmsghdr aligned;
    uint8_t octets[CONTROL_SIZE];
};

/* To which of our addresses it came, where the socket has many. */
static void take_local(struct msghdr *header, struct quic_datagram *datagram)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)&datagram->local;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&datagram->local;

    for (struct cmsghdr *at = CMSG_FIRSTHDR(header); at != NULL; at = CMSG_NXTHDR(header, at)) {
        if (at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;

            memcpy(&info, CMSG_DATA(at), sizeof(info));
            v4->sin_addr = info.ipi_addr;
        }
        if (at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;

            memcpy(&info, CMSG_DATA(at), sizeof(info));
            v6->sin6_addr = info.ipi6_addr;
        }
    }
}

bool quic_receive(struct quic_socket *socket, struct quic_datagram *datagram)
{
    union control control;
    struct iovec vector = {.iov_base = datagram->octets, .iov_len = sizeof(datagram->octets)};
    struct msghdr header = {.msg_name = &datagram->remote,
                            .msg_namelen = sizeof(datagram->remote),
                            .msg_iov = &vector,
                            .msg_iovlen = 1,
                            .msg_control = &control,
                            .msg_controllen = sizeof(control)};
    ssize_t size = recvmsg(socket->fd, &header, MSG_DONTWAIT);

    if (size < 0) {
        return false;
    }
    datagram->socket = socket;
    datagram->size = (size_t)size;
    datagram->remote_size = header.msg_namelen;
    datagram->local = socket->address->address;
    datagram->local_size = socket->address->size;
    take_local(&header, datagram);
    return true;
}

static void give_local(struct msghdr *header, const struct sockaddr *local)
{
    struct cmsghdr *at = header->msg_control;

    if (local->sa_family == AF_INET) {
        struct in_pktinfo info = {.ipi_spec_dst = ((const struct sockaddr_in *)local)->sin_addr};

        *at = (struct cmsghdr){
            .cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO, .cmsg_len = CMSG_LEN(sizeof(info))};
        memcpy(CMSG_DATA(at), &info, sizeof(info));
        header->msg_controllen = CMSG_SPACE(sizeof(info));
        return;
    }
    struct in6_pktinfo info = {.ipi6_addr = ((const struct sockaddr_in6 *)local)->sin6_addr};

    *at = (struct cmsghdr){
        .cmsg_level = IPPROTO_IPV6, .cmsg_type = IPV6_PKTINFO, .cmsg_len = CMSG_LEN(sizeof(info))};
    memcpy(CMSG_DATA(at), &info, sizeof(info));
    header->msg_controllen = CMSG_SPACE(sizeof(info));
}

void quic_send(const struct quic_socket *socket, const struct sockaddr *local,
               const struct sockaddr *remote, socklen_t remote_size, struct octets packet)
{
    union control control = {.octets = {0}};
    struct iovec vector = {.iov_base = (void *)(uintptr_t)packet.data, .iov_len = packet.size};
    struct msghdr header = {.msg_name = (void *)(uintptr_t)remote,
                            .msg_namelen = remote_size,
                            .msg_iov = &vector,
                            .msg_iovlen = 1};

    if (socket->address->any) {
        header.msg_control = &control;
        give_local(&header, local);
    }
    (void)!sendmsg(socket->fd, &header, MSG_DONTWAIT);
}

ngtcp2_path quic_path(struct quic_datagram *datagram)
{
    return (ngtcp2_path){
        .local = {.addr = (struct sockaddr *)&datagram->local, .addrlen = datagram->local_size},
        .remote = {.addr = (struct sockaddr *)&datagram->remote, .addrlen = datagram->remote_size},
    };
}

static void reply(const struct quic_datagram *datagram, const uint8_t *packet, ngtcp2_ssize size)
{
    if (size > 0) {
        quic_send(datagram->socket, (const struct sockaddr *)&datagram->local,
                  (const struct sockaddr *)&datagram->remote, datagram->remote_size,
                  octets_of(packet, (size_t)size));
    }
}

void quic_send_versions(const struct quic_datagram *datagram, const ngtcp2_version_cid *header)
{
    static const uint32_t versions[] = {NGTCP2_PROTO_VER_V1};
    uint8_t packet[QUIC_PACKET_SIZE];
    uint8_t random;

    /* A small one may come from a forger who wants more to go to the victim (RFC 9000 5.2.2). */
    if (datagram->size < QUIC_INITIAL_MIN) {
        return;
    }
    (void)!getrandom(&random, sizeof(random), 0);
    reply(datagram, packet,
          ngtcp2_pkt_write_version_negotiation(packet, sizeof(packet), random, header->scid,
                                               header->scidlen, header->dcid, header->dcidlen,
                                               versions, 1));
}

/* Always smaller than what it answers, so that two servers do not reset each other for ever. */
void quic_send_reset(const struct quic_datagram *datagram, const ngtcp2_version_cid *header,
                     const uint8_t secret[QUIC_SECRET])
{
    uint8_t packet[NGTCP2_STATELESS_RESET_TOKENLEN + RESET_RANDOM];
    uint8_t token[NGTCP2_STATELESS_RESET_TOKENLEN];
    uint8_t random[RESET_RANDOM];
    size_t size = sizeof(random);
    ngtcp2_cid cid;

    if (datagram->size <= RESET_LEAST + 1) {
        return;
    }
    if (datagram->size - 1 - sizeof(token) < size) {
        size = datagram->size - 1 - sizeof(token);
    }
    ngtcp2_cid_init(&cid, header->dcid, header->dcidlen);
    (void)!getrandom(random, sizeof(random), 0);
    if (ngtcp2_crypto_generate_stateless_reset_token(token, secret, QUIC_SECRET, &cid) != 0) {
        return;
    }
    reply(datagram, packet,
          ngtcp2_pkt_write_stateless_reset(packet, sizeof(packet), token, random, size));
}

void quic_send_retry(const struct quic_datagram *datagram, const ngtcp2_pkt_hd *header,
                     const uint8_t secret[QUIC_SECRET], ngtcp2_tstamp now)
{
    uint8_t packet[QUIC_PACKET_SIZE];
    uint8_t token[NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN];
    ngtcp2_cid cid = {.datalen = QUIC_CID_SIZE};
    ngtcp2_ssize size;

    (void)!getrandom(cid.data, QUIC_CID_SIZE, 0);
    size = ngtcp2_crypto_generate_retry_token(token, secret, QUIC_SECRET, header->version,
                                              (const struct sockaddr *)&datagram->remote,
                                              datagram->remote_size, &cid, &header->dcid, now);
    if (size < 0) {
        return;
    }
    reply(datagram, packet,
          ngtcp2_crypto_write_retry(packet, sizeof(packet), header->version, &header->scid, &cid,
                                    &header->dcid, token, (size_t)size));
}

void quic_send_refusal(const struct quic_datagram *datagram, const ngtcp2_pkt_hd *header,
                       uint64_t error)
{
    uint8_t packet[QUIC_PACKET_SIZE];

    reply(datagram, packet,
          ngtcp2_crypto_write_connection_close(packet, sizeof(packet), header->version,
                                               &header->scid, &header->dcid, error, NULL, 0));
}

ngtcp2_tstamp quic_now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (ngtcp2_tstamp)time.tv_sec * NGTCP2_SECONDS + (ngtcp2_tstamp)time.tv_nsec;
}
