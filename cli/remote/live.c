/*
 * live.c - see live.h.
 *
 *   message = u16 id ‖ u16 flags ‖ 4 × u16 count ‖ question ‖ records      (RFC 1035 4.1)
 */
#include "cli/remote/live.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/dnssec/dnssec.h"

#define MESSAGE_SIZE  65535
#define QUERY_MAX     512
#define UDP_SIZE      1232
#define TRIES         3
#define WAIT          2000 /* milliseconds for each */
#define FLAG_RESPONSE 0x8000U
#define FLAG_TC       0x0200U
#define RCODE_MASK    0x000FU
#define EDNS_DO       0x8000U

struct question {
    const struct name *owner;
    uint16_t type;
    uint16_t id;
};

static enum sworn_result query_write(const struct question *question, struct writer *query)
{
    static const uint16_t counts[] = {1, 0, 0, 1};

    SWORN_TRY(write_u16(query, question->id));
    SWORN_TRY(write_u16(query, 0));
    for (size_t i = 0; i < 4; i++) {
        SWORN_TRY(write_u16(query, counts[i]));
    }
    SWORN_TRY(write_octets(query, name_octets(question->owner)));
    SWORN_TRY(write_u16(query, question->type));
    SWORN_TRY(write_u16(query, CLASS_IN));
    SWORN_TRY(write_u8(query, 0)); /* OPT (RFC 6891 6.1.2): root, type, size, flags, no options */
    SWORN_TRY(write_u16(query, RR_OPT));
    SWORN_TRY(write_u16(query, UDP_SIZE));
    SWORN_TRY(write_u16(query, 0));
    SWORN_TRY(write_u16(query, EDNS_DO));
    return write_u16(query, 0);
}

/* Id, flags and question must be those that were asked; what comes back is the answer count. */
static enum sworn_result header_read(struct reader *reader, const struct question *question,
                                     uint16_t *answers, bool *truncated, struct reason *reason)
{
    uint16_t id, flags, questions, others, type, class;
    struct name owner;

    SWORN_TRY(read_u16(reader, &id));
    SWORN_TRY(read_u16(reader, &flags));
    SWORN_TRY(read_u16(reader, &questions));
    SWORN_TRY(read_u16(reader, answers));
    SWORN_TRY(read_u16(reader, &others));
    SWORN_TRY(read_u16(reader, &others));
    SWORN_ENSURE(id == question->id && (flags & FLAG_RESPONSE) != 0 && questions == 1,
                 SWORN_MALFORMED);
    SWORN_TRY(name_read_compressed(reader, &owner));
    SWORN_TRY(read_u16(reader, &type));
    SWORN_TRY(read_u16(reader, &class));
    SWORN_ENSURE(name_equal(&owner, question->owner) && type == question->type && class == CLASS_IN,
                 SWORN_MALFORMED);
    SWORN_SAY((flags & RCODE_MASK) == 0, reason, SWORN_PROOF, "it answers with RCODE %u",
              flags & RCODE_MASK);
    *truncated = (flags & FLAG_TC) != 0;
    return SWORN_OK;
}

static enum sworn_result record_read(struct reader *reader, const struct question *question,
                                     struct record_set *set, struct region *region)
{
    struct writer rdata = writer_in(region, RDATA_MAX);
    struct name owner;
    uint16_t type, class, size, covered;
    uint32_t ttl;
    struct reader field;

    SWORN_TRY(name_read_compressed(reader, &owner));
    SWORN_TRY(read_u16(reader, &type));
    SWORN_TRY(read_u16(reader, &class));
    SWORN_TRY(read_u32(reader, &ttl));
    SWORN_TRY(read_u16(reader, &size));
    SWORN_TRY(rdata_from_wire(type, reader, size, &rdata));
    if (!name_equal(&owner, question->owner) || class != CLASS_IN) {
        return SWORN_OK;
    }
    if (type == question->type) {
        set->rrset.ttl = ttl;
        set->rrset.rdata[set->rrset.count++] = written(&rdata);
    }
    field = reader_of(written(&rdata));
    if (type == RR_RRSIG && read_u16(&field, &covered) == SWORN_OK && covered == question->type) {
        set->rrsig[set->rrsig_count++] = written(&rdata);
    }
    return SWORN_OK;
}

static enum sworn_result answer_read(struct reader *reader, const struct question *question,
                                     struct record_list *answer, bool *truncated,
                                     struct record_set *set, struct reason *reason)
{
    uint16_t answers;
    void *memory;

    SWORN_TRY(header_read(reader, question, &answers, truncated, reason));
    if (*truncated) {
        return SWORN_OK;
    }
    set->rrset.owner = *question->owner;
    set->rrset.type = question->type;
    SWORN_TRY(region_array(answer->region, answers, sizeof(struct octets), &memory));
    set->rrset.rdata = memory;
    SWORN_TRY(region_array(answer->region, answers, sizeof(struct octets), &memory));
    set->rrsig = memory;
    for (uint16_t i = 0; i < answers; i++) {
        SWORN_TRY(record_read(reader, question, set, answer->region));
    }
    return SWORN_OK;
}

enum sworn_result live_read(struct octets message, uint16_t id, const struct name *owner,
                            uint16_t type, struct record_list *answer, struct record_set **set,
                            bool *truncated, struct reason *reason)
{
    const struct question question = {.owner = owner, .type = type, .id = id};
    struct reader reader = reader_of(message);
    struct record_set read = {0};
    enum sworn_result result = answer_read(&reader, &question, answer, truncated, &read, reason);

    SWORN_ENSURE(result != SWORN_PROOF, result);
    SWORN_SAY(result == SWORN_OK, reason, SWORN_PROOF, "its answer is malformed");
    if (*truncated) {
        return SWORN_OK;
    }
    SWORN_SAY(read.rrset.count > 0, reason, SWORN_PROOF, "its answer does not hold the record set");
    SWORN_SAY(records_add(answer, &read) == SWORN_OK, reason, SWORN_PROOF,
              "its answer is malformed");
    *set = &answer->sets[answer->count - 1];
    return SWORN_OK;
}

/* "HOST:PORT", "[HOST]:PORT" or "HOST" as an address. */
static enum sworn_result address_of(const char *server, int kind, struct addrinfo **address,
                                    struct reason *reason)
{
    const struct addrinfo hints = {.ai_socktype = kind, .ai_flags = AI_NUMERICSERV};
    const char *colon = strrchr(server, ':'), *port = "53", *start = server;
    size_t size = strlen(server);
    char host[256];
    int failed;

    if (server[0] == '[') {
        const char *end = strchr(server, ']');

        SWORN_SAY(end != NULL && (end[1] == ':' || end[1] == '\0'), reason, SWORN_INVALID,
                  "--dns: '%s' is not ADDRESS:PORT", server);
        start = server + 1;
        size = (size_t)(end - start);
        port = end[1] == ':' ? end + 2 : port;
    } else if (colon != NULL && strchr(server, ':') == colon) {
        size = (size_t)(colon - server);
        port = colon + 1;
    }
    SWORN_SAY(size > 0 && size < sizeof(host), reason, SWORN_INVALID,
              "--dns: '%s' is not ADDRESS:PORT", server);
    memcpy(host, start, size);
    host[size] = '\0';
    failed = getaddrinfo(host, port, &hints, address);
    SWORN_SAY(failed == 0, reason, SWORN_INVALID, "--dns: '%s': %s", server, gai_strerror(failed));
    return SWORN_OK;
}

static enum sworn_result connected(const char *server, int kind, int *fd, struct reason *reason)
{
    const struct timeval limit = {.tv_sec = WAIT / 1000};
    struct addrinfo *address;
    int failed;

    SWORN_TRY(address_of(server, kind, &address, reason));
    *fd = socket(address->ai_family, kind | SOCK_CLOEXEC, 0);
    if (*fd >= 0) {
        (void)setsockopt(*fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
        (void)setsockopt(*fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    }
    failed = *fd < 0 ? -1 : connect(*fd, address->ai_addr, address->ai_addrlen);
    freeaddrinfo(address);
    if (failed == 0) {
        return SWORN_OK;
    }
    (void)because(reason, SWORN_UNAVAILABLE, "no connection to %s: %m", server);
    if (*fd >= 0) {
        (void)close(*fd);
    }
    return SWORN_UNAVAILABLE;
}

/* One datagram there and back; answers to other questions are waited past. */
static size_t datagram(int fd, struct octets query, uint8_t message[MESSAGE_SIZE])
{
    for (int i = 0; i < TRIES; i++) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};

        if (send(fd, query.data, query.size, MSG_NOSIGNAL) < 0) {
            continue;
        }
        while (poll(&wait, 1, WAIT) > 0) {
            ssize_t size = recv(fd, message, MESSAGE_SIZE, 0);

            if (size < 0) {
                break;
            }
            if (size >= 12 && memcmp(message, query.data, 2) == 0) {
                return (size_t)size;
            }
        }
    }
    return 0;
}

static bool stream_read(int fd, uint8_t *octets, size_t size)
{
    while (size > 0) {
        ssize_t got = recv(fd, octets, size, 0);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        octets += got;
        size -= (size_t)got;
    }
    return true;
}

/* RFC 7766 8: length and message in one write. */
static size_t stream(int fd, struct octets query, uint8_t message[MESSAGE_SIZE])
{
    uint8_t room[QUERY_MAX + 2], size[2];
    struct writer framed = writer_over(room, sizeof(room));
    size_t length;

    if (write_slice_u16(&framed, query) != SWORN_OK ||
        send(fd, room, framed.used, MSG_NOSIGNAL) != (ssize_t)framed.used ||
        !stream_read(fd, size, sizeof(size))) {
        return 0;
    }
    length = (size_t)size[0] << 8 | size[1];
    return stream_read(fd, message, length) ? length : 0;
}

static enum sworn_result exchange(const char *server, int kind, struct octets query,
                                  struct region *region, struct octets *message,
                                  struct reason *reason)
{
    void *memory;
    size_t size;
    int fd;

    SWORN_TRY(region_alloc(region, MESSAGE_SIZE, &memory));
    SWORN_TRY(connected(server, kind, &fd, reason));
    size = kind == SOCK_DGRAM ? datagram(fd, query, memory) : stream(fd, query, memory);
    (void)close(fd);
    SWORN_SAY(size > 0, reason, SWORN_UNAVAILABLE,
              "no answer from %s: --dns ADDRESS:PORT names the server to ask", server);
    *message = octets_of(memory, size);
    return SWORN_OK;
}

enum sworn_result live_ask(const char *server, const struct name *owner, uint16_t type,
                           struct record_list *answer, struct record_set **set,
                           struct reason *reason)
{
    static const int kinds[] = {SOCK_DGRAM, SOCK_STREAM};
    struct question question = {.owner = owner, .type = type};
    uint8_t room[QUERY_MAX];
    struct writer query = writer_over(room, sizeof(room));
    bool truncated = true;

    SWORN_ENSURE(sodium_init() >= 0, SWORN_CRYPTO);
    question.id = (uint16_t)randombytes_uniform(65536);
    SWORN_TRY(query_write(&question, &query));
    for (size_t i = 0; i < 2 && truncated; i++) {
        struct octets message;

        SWORN_TRY(exchange(server, kinds[i], written(&query), answer->region, &message, reason));
        SWORN_TRY(live_read(message, question.id, owner, type, answer, set, &truncated, reason));
    }
    SWORN_SAY(!truncated, reason, SWORN_PROOF, "its answer over TCP is truncated");
    return SWORN_OK;
}
