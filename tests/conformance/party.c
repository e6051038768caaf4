/*
 * party.c - see party.h.
 */
#include "tests/conformance/party.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define WAIT_MS   1000
#define TRIES_MAX 30
#define BUFFER    (1 << 22)

struct party {
    const char *name;
    struct sockaddr_in address;
    int udp;
    int tcp;
    uint8_t round; /* upper octet of the ids: answers of an earlier batch are none of this one */
    uint8_t query[BATCH][600];
    uint8_t octets[BATCH][PARTY_UDP_MAX];
};

static void die(const struct party *party, const char *what)
{
    fprintf(stderr, "%s: ", party->name);
    perror(what);
    exit(2);
}

static int connected(const struct party *party, int type)
{
    struct timeval limit = {.tv_sec = 20};
    int size = BUFFER;
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) != 0 ||
        connect(fd, (const struct sockaddr *)&party->address, sizeof(party->address)) != 0) {
        die(party, "connect");
    }
    return fd;
}

struct party *party_new(const char *name, int port)
{
    struct party *party = calloc(1, sizeof(*party));

    party->name = name;
    party->address = (struct sockaddr_in){.sin_family = AF_INET,
                                          .sin_port = htons((uint16_t)port),
                                          .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    party->udp = connected(party, SOCK_DGRAM);
    party->tcp = -1;
    return party;
}

void party_free(struct party *party)
{
    close(party->udp);
    if (party->tcp >= 0) {
        close(party->tcp);
    }
    free(party);
}

const char *party_name(const struct party *party)
{
    return party->name;
}

static void send_missing(struct party *party, const struct question_sent *questions, size_t count,
                         const struct answer_got *answers)
{
    struct mmsghdr messages[BATCH];
    struct iovec vectors[BATCH];
    unsigned used = 0;
    unsigned sent = 0;

    for (size_t i = 0; i < count; i++) {
        if (!questions[i].wanted || (answers != NULL && answers[i].size > 0)) {
            continue;
        }
        memcpy(party->query[i], questions[i].query.data, questions[i].query.size);
        party->query[i][0] = party->round;
        vectors[used] =
            (struct iovec){.iov_base = party->query[i], .iov_len = questions[i].query.size};
        messages[used] = (struct mmsghdr){.msg_hdr = {.msg_iov = &vectors[used], .msg_iovlen = 1}};
        used++;
    }
    while (sent < used) {
        int done = sendmmsg(party->udp, messages + sent, used - sent, 0);

        if (done <= 0) {
            die(party, "sendmmsg");
        }
        sent += (unsigned)done;
    }
}

void party_send(struct party *party, const struct question_sent *questions, size_t count)
{
    party->round++;
    send_missing(party, questions, count, NULL);
}

/* Take what is there; returns how many answers were new. */
static size_t receive_some(struct party *party, size_t count, struct answer_got *answers)
{
    struct mmsghdr messages[BATCH];
    struct iovec vectors[BATCH];
    size_t fresh = 0;
    int got;

    for (size_t i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){.iov_base = party->octets[i], .iov_len = PARTY_UDP_MAX};
        messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &vectors[i], .msg_iovlen = 1}};
    }
    got = recvmmsg(party->udp, messages, BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < got; i++) {
        const uint8_t *octets = party->octets[i];
        size_t number = octets[1];

        if (messages[i].msg_len < 12 || octets[0] != party->round || number >= count ||
            answers[number].size > 0) {
            continue;
        }
        answers[number].size = messages[i].msg_len;
        memcpy(answers[number].octets, octets, messages[i].msg_len);
        fresh++;
    }
    return fresh;
}

void party_collect(struct party *party, const struct question_sent *questions, size_t count,
                   struct answer_got *answers)
{
    struct pollfd ready = {.fd = party->udp, .events = POLLIN};
    size_t missing = 0;
    int tries = 0;

    for (size_t i = 0; i < count; i++) {
        missing += questions[i].wanted;
        answers[i].size = 0;
    }
    while (missing > 0) {
        if (poll(&ready, 1, WAIT_MS) > 0) {
            missing -= receive_some(party, count, answers);
            continue;
        }
        if (++tries == TRIES_MAX) {
            die(party, "no answer");
        }
        send_missing(party, questions, count, answers);
    }
}

static bool receive(int fd, uint8_t *octets, size_t size)
{
    while (size > 0) {
        ssize_t got = recv(fd, octets, size, 0);

        if (got <= 0) {
            return false;
        }
        octets += got;
        size -= (size_t)got;
    }
    return true;
}

static bool ask_over(int fd, struct octets query, struct answer_got *answer)
{
    uint8_t stream[2 + 600];
    uint8_t prefix[2];

    stream[0] = (uint8_t)(query.size >> 8);
    stream[1] = (uint8_t)query.size;
    memcpy(stream + 2, query.data, query.size);
    if (send(fd, stream, query.size + 2, MSG_NOSIGNAL) != (ssize_t)query.size + 2 ||
        !receive(fd, prefix, 2)) {
        return false;
    }
    answer->size = (size_t)prefix[0] << 8 | prefix[1];
    return receive(fd, answer->octets, answer->size);
}

void party_ask_tcp(struct party *party, struct octets query, struct answer_got *answer)
{
    if (party->tcp >= 0 && ask_over(party->tcp, query, answer)) {
        return;
    }
    /* It may end a connection whenever it likes. */
    if (party->tcp >= 0) {
        close(party->tcp);
    }
    party->tcp = connected(party, SOCK_STREAM);
    if (!ask_over(party->tcp, query, answer)) {
        die(party, "no answer over TCP");
    }
}
