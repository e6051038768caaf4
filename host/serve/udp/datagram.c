/*
 * datagram.c - proxied datagrams and exchanges by datagram; see datagram.h.
 */
#include "host/serve/udp/datagram.h"

#include <stdlib.h>

#define CONTROL_MAX 64

struct datagram {
    struct pool_job job; /* first */
    int fd;
    struct sockaddr_storage client;
    socklen_t client_size;
    size_t control_size;
    _Alignas(struct cmsghdr)
        uint8_t control[CONTROL_MAX]; /* from which of our addresses it is answered */
    uint8_t message[];
};

bool datagram_client(const struct proxies *proxies, struct octets *query,
                     struct client_address *client)
{
    struct reader reader = reader_of(*query);

    if (query->size < PROXY_FIXED || !proxy_begins(*query) || !proxies_have(proxies, client)) {
        return true;
    }
    if (proxy_read(&reader, client) != SWORN_OK) {
        return false;
    }
    *query = read_rest(&reader);
    return true;
}

static bool datagram_send(struct exchange *exchange, struct octets message)
{
    struct datagram *datagram = (struct datagram *)exchange;
    struct iovec vector = {.iov_base = (void *)(uintptr_t)message.data, .iov_len = message.size};
    struct msghdr header = {
        .msg_name = &datagram->client,
        .msg_namelen = datagram->client_size,
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = datagram->control_size > 0 ? datagram->control : NULL,
        .msg_controllen = datagram->control_size,
    };

    return message.size <= DATAGRAM_ANSWER && sendmsg(datagram->fd, &header, 0) >= 0;
}

static void datagram_over(struct pool_job *job)
{
    free(job);
}

size_t datagram_later(const struct service *service, int fd, const struct msghdr *from,
                      const struct answer_request *request)
{
    struct datagram *datagram = calloc(1, sizeof(*datagram) + request->query.size);
    enum sworn_result result = SWORN_NO_MEMORY;

    if (datagram != NULL) {
        memcpy(datagram->message, request->query.data, request->query.size);
        memcpy(&datagram->client, from->msg_name, from->msg_namelen);
        datagram->fd = fd;
        datagram->client_size = from->msg_namelen;
        if (from->msg_controllen <= CONTROL_MAX) {
            datagram->control_size = from->msg_controllen;
            memcpy(datagram->control, from->msg_control, from->msg_controllen);
        }
        datagram->job.over = datagram_over;
        datagram->job.exchange =
            (struct exchange){.transport = TRANSPORT_UDP,
                              .client = request->client,
                              .message = octets_of(datagram->message, request->query.size),
                              .send = datagram_send};
        result = pool_take(service->pool, &datagram->job);
    }
    if (result == SWORN_OK) {
        return 0;
    }
    free(datagram);
    return answer_refusal(request, service_refusal(request->query, result));
}
