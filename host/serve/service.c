/*
 * service.c - answering for a connection, now or later; see service.h.
 */
#include "host/serve/service.h"

#include <time.h>

#include "core/dns/rcode.h"

#define MESSAGE_ROOM   65535
#define OPCODE_MASK    0x78
#define HALF           128 /* of all places, in 1/256 */
#define IDLE_LEAST     500 /* milliseconds */
#define MS_IN_A_SECOND 1000

unsigned service_refusal(struct octets query, enum sworn_result why)
{
    bool question = query.size > 2 && (query.data[2] & OPCODE_MASK) == 0;

    if (why != SWORN_UNAVAILABLE) {
        return RCODE_SERVFAIL;
    }
    return question ? RCODE_REFUSED : RCODE_NOTIMP;
}

size_t desk_answer(struct desk *desk, const struct desk_question *question,
                   struct desk_outcome *outcome)
{
    struct answer_request request = {.query = question->query,
                                     .response = question->response,
                                     .room = MESSAGE_ROOM,
                                     .transport = question->transport,
                                     .client = *question->client};
    struct reply_request exchange = {.transport = question->transport,
                                     .client = *question->client,
                                     .message = question->query,
                                     .owner = question->owner,
                                     .stream = question->stream};
    enum sworn_result result;
    size_t size;

    *outcome = (struct desk_outcome){.later = NULL};
    size = answer_query(desk->reader, &request, &outcome->facts);
    if (question->transport == TRANSPORT_TCP) {
        count_more(&desk->counters->tcp_queries, 1);
    }
    if (size != ANSWER_ELSEWHERE) {
        if (size > 0) {
            counts_add(desk->counts, question->transport, &outcome->facts, 0);
        }
        return size;
    }
    result = reply_begin(&desk->replies, desk->service->pool, &exchange, &outcome->later);
    if (result == SWORN_OK) {
        return 0;
    }
    return answer_refusal(&request, service_refusal(question->query, result));
}

int64_t service_idle(const struct service *service)
{
    int64_t idle = (int64_t)service->idle_seconds * MS_IN_A_SECOND;
    unsigned pressure = census_pressure(service->census);

    if (pressure <= HALF) {
        return idle;
    }
    idle -= idle * 9 / 10 * (pressure - HALF) / HALF;
    return idle > IDLE_LEAST ? idle : IDLE_LEAST;
}

int64_t service_now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * MS_IN_A_SECOND + time.tv_nsec / 1000000;
}
