/*
 * udp.c - a thread that answers datagrams, a batch at a time; see worker.h.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "host/limit/limit.h"
#include "host/serve/udp/datagram.h"
#include "host/serve/udp/worker.h"

#define BATCH        64
#define BATCHES      16                /* of one socket before the next one's */
#define QUERY_SIZE   2048              /* no query is longer; what is cut off is malformed */
#define QUERY_ROOM   (QUERY_SIZE + 64) /* so that they begin in different parts of a cache */
#define ANSWER_SIZE  DATAGRAM_ANSWER
#define CONTROL_SIZE 64
#define SAMPLE       64 /* of so many batches the time of one is taken */
#define EXCHANGES    1  /* the family of all that is answered later */

struct batch {
    unsigned number; /* of batches so far */
    struct mmsghdr in[BATCH];
    struct mmsghdr out[BATCH];
    struct iovec in_vector[BATCH];
    struct iovec out_vector[BATCH];
    struct sockaddr_storage client[BATCH];
    union {
        struct cmsghdr aligned;
        uint8_t octets[CONTROL_SIZE];
    } control[BATCH];
    unsigned from[BATCH]; /* which datagram a request is */
    struct answer_request request[BATCH];
    struct answer_facts facts[BATCH];
    size_t size[BATCH]; /* of the responses */
    uint8_t query[BATCH][QUERY_ROOM];
    uint8_t answer[BATCH][ANSWER_SIZE];
    struct limit *limit; /* NULL: none */
};

/* What a call changes, for the first `count`. Control data come only where they are wanted. */
static void batch_renew(struct batch *batch, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct msghdr *header = &batch->in[i].msg_hdr;

        header->msg_namelen = sizeof(batch->client[i]);
        header->msg_control = &batch->control[i];
        header->msg_controllen = sizeof(batch->control[i]);
    }
}

static void batch_prepare(struct batch *batch)
{
    for (size_t i = 0; i < BATCH; i++) {
        batch->in_vector[i] = (struct iovec){.iov_base = batch->query[i], .iov_len = QUERY_SIZE};
        batch->in[i].msg_hdr.msg_name = &batch->client[i];
        batch->in[i].msg_hdr.msg_iov = &batch->in_vector[i];
        batch->in[i].msg_hdr.msg_iovlen = 1;
        batch->out_vector[i].iov_base = batch->answer[i];
        batch->request[i] = (struct answer_request){
            .response = batch->answer[i], .room = ANSWER_SIZE, .transport = TRANSPORT_UDP};
    }
    batch_renew(batch, BATCH);
}

/* Milliseconds, good to a few of them and next to free. */
static uint64_t coarse_now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

/* The response as the rate limit lets it out; returns its size, 0 for none. */
static size_t limited(struct worker *worker, struct answer_reader *reader, struct limit *limit,
                      const struct answer_request *request, const struct answer_facts *facts,
                      size_t size, uint64_t now)
{
    enum limit_verdict verdict = limit_response(limit, &request->client, facts, now);

    if (verdict == LIMIT_SEND) {
        return size;
    }
    counts_limited(&worker->counts, verdict == LIMIT_SLIP);
    return verdict == LIMIT_SLIP ? answer_slip(reader, request) : 0;
}

/* The requests in `count` datagrams; returns how many there are. */
static unsigned batch_requests(const struct service *service, struct batch *batch, unsigned count)
{
    unsigned requests = 0;

    for (unsigned i = 0; i < count; i++) {
        struct answer_request *request = &batch->request[requests];

        request->query = octets_of(batch->query[i], batch->in[i].msg_len);
        client_of(&batch->client[i], &request->client);
        if (service->proxies != NULL &&
            !datagram_client(service->proxies, &request->query, &request->client)) {
            continue;
        }
        batch->from[requests++] = i;
    }
    return requests;
}

/* What is sent for a request after all; its size, 0 for nothing. */
static size_t batch_verdict(struct worker *worker, struct answer_reader *reader,
                            struct batch *batch, size_t index, unsigned number, uint64_t now)
{
    const struct answer_request *request = &batch->request[number];
    struct answer_facts *facts = &batch->facts[number];
    size_t size = batch->size[number];

    if (size == ANSWER_ELSEWHERE) {
        *facts = (struct answer_facts){.family = EXCHANGES};
    }
    if (size > 0 && batch->limit != NULL) {
        size = limited(worker, reader, batch->limit, request, facts, size, now);
    }
    /* It has had its token: what it is answered leaves past here. */
    if (size == ANSWER_ELSEWHERE) {
        size = datagram_later(worker->service, worker->socket[index],
                              &batch->in[batch->from[number]].msg_hdr, request);
    }
    return size;
}

/* Answer `count` queries that came in at one socket; returns how many answers there are. */
static unsigned batch_answer(struct worker *worker, struct answer_reader *reader,
                             struct batch *batch, size_t index, unsigned count)
{
    uint64_t now = batch->limit == NULL ? 0 : coarse_now();
    unsigned requests = batch_requests(worker->service, batch, count);
    unsigned answers = 0;

    answer_batch(reader, batch->request, requests, batch->facts, batch->size);
    for (unsigned i = 0; i < requests; i++) {
        size_t size = batch_verdict(worker, reader, batch, index, i, now);

        if (size == 0) {
            continue;
        }
        counts_add(&worker->counts, TRANSPORT_UDP, &batch->facts[i], 0);
        batch->out_vector[i].iov_len = size;
        batch->out[answers].msg_hdr = batch->in[batch->from[i]].msg_hdr;
        batch->out[answers].msg_hdr.msg_iov = &batch->out_vector[i];
        batch->out[answers].msg_hdr.msg_flags = 0;
        answers++;
    }
    return answers;
}

/* What the kernel does not take is lost, as datagrams are; the rest goes on behind it. */
static unsigned batch_send(int fd, struct batch *batch, unsigned count)
{
    unsigned sent = 0;

    for (unsigned at = 0; at < count;) {
        int taken = sendmmsg(fd, batch->out + at, count - at, 0);

        sent += taken > 0 ? (unsigned)taken : 0;
        at += taken > 0 ? (unsigned)taken : 1;
    }
    return sent;
}

static uint64_t now_ns(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* The same, and of one batch in SAMPLE its time. */
static unsigned batch_answer_timed(struct worker *worker, struct answer_reader *reader,
                                   struct batch *batch, size_t index, unsigned count)
{
    uint64_t begin;
    unsigned answers;

    if (++batch->number % SAMPLE != 0) {
        return batch_answer(worker, reader, batch, index, count);
    }
    begin = now_ns();
    answers = batch_answer(worker, reader, batch, index, count);
    counts_time(&worker->counts, TRANSPORT_UDP, now_ns() - begin, answers);
    return answers;
}

/* Answer what waits at one socket, as far as others, and the end, can wait for it. */
static void drain(struct worker *worker, struct answer_reader *reader, struct batch *batch,
                  size_t index)
{
    int count = BATCH;

    for (unsigned i = 0; i < BATCHES && count == BATCH; i++) {
        unsigned answers;

        count = recvmmsg(worker->socket[index], batch->in, BATCH, MSG_DONTWAIT, NULL);
        if (count <= 0) {
            return;
        }
        answers = batch_answer_timed(worker, reader, batch, index, (unsigned)count);
        worker_count(&worker->counters.udp_queries, (uint64_t)count);
        worker_count(&worker->counters.udp_responses,
                     batch_send(worker->socket[index], batch, answers));
        batch_renew(batch, (unsigned)count);
    }
}

/* All sockets and, as number SERVE_LISTEN_MAX, the end. */
static bool watch(const struct worker *worker, int epoll)
{
    struct epoll_event stop = {.events = EPOLLIN, .data.u64 = SERVE_LISTEN_MAX};
    bool done = epoll_ctl(epoll, EPOLL_CTL_ADD, worker->stop, &stop) == 0;

    for (size_t i = 0; done && i < worker->socket_count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = i};

        done = epoll_ctl(epoll, EPOLL_CTL_ADD, worker->socket[i], &event) == 0;
    }
    return done;
}

static void udp_loop(struct worker *worker, struct answer_reader *reader, struct batch *batch,
                     int epoll)
{
    batch_prepare(batch);
    for (;;) {
        struct epoll_event events[SERVE_LISTEN_MAX + 1];
        int count = epoll_wait(epoll, events, SERVE_LISTEN_MAX + 1, -1);

        for (int i = 0; i < count; i++) {
            if (events[i].data.u64 == SERVE_LISTEN_MAX) {
                return;
            }
            drain(worker, reader, batch, events[i].data.u64);
        }
    }
}

static bool limit_open(const struct worker *worker, struct batch *batch)
{
    return worker->limits == NULL || limit_new(worker->limits, &batch->limit) == SWORN_OK;
}

void *udp_worker(void *argument)
{
    struct worker *worker = argument;
    struct answer_reader *reader;
    struct batch *batch = calloc(1, sizeof(*batch));
    int epoll = epoll_create1(EPOLL_CLOEXEC);

    if (answer_reader_new(worker->server, &reader) == SWORN_OK) {
        if (batch != NULL && limit_open(worker, batch) && epoll >= 0 && watch(worker, epoll)) {
            udp_loop(worker, reader, batch, epoll);
        }
        answer_reader_free(reader);
    }
    if (epoll >= 0) {
        close(epoll);
    }
    if (batch != NULL) {
        limit_free(batch->limit);
    }
    free(batch);
    return NULL;
}
