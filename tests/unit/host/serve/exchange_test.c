/*
 * exchange_test.c - what is answered later, over sockets: order, back-pressure, clients that go
 * away, bounds for each client, and the end of the server.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/limit/limit.h"
#include "host/serve/serve.h"

#define WAIT_MS     20000
#define MESSAGE     30000
#define MESSAGES    400
#define HEADER      12
#define UPDATE      0x28 /* the opcode, where it stands */
#define TRUNCATED   0x02 /* the flag, in the same octet */
#define DATAGRAMS   200
#define SERVFAIL    2
#define NOTIMP      4
#define REFUSED     5
#define RUNNING_MAX 4 /* of one client */
#define CLIENT_MAX  (RUNNING_MAX + 64)

/* What the handler does with a message is told by its ID. */
enum task { TASK_ECHO = 1, TASK_WAIT, TASK_MANY, TASK_ENDLESS, TASK_SMALL, TASK_SILENT };

struct fixture {
    struct answer_server *server;
    struct serve *serve;
    sem_t begun;
    sem_t go; /* for TASK_WAIT */
    sem_t over;
};

static void handle(void *context, struct exchange *exchange)
{
    struct fixture *fixture = context;
    uint8_t *message = calloc(1, MESSAGE);
    size_t count = 0;

    assert_non_null(message);
    assert_true(exchange->message.size >= HEADER);
    memcpy(message, exchange->message.data, HEADER);
    message[2] |= 0x80;
    (void)sem_post(&fixture->begun);
    switch (exchange->message.data[1]) {
    case TASK_WAIT:
        (void)sem_wait(&fixture->go);
        /* fall through */
    case TASK_ECHO:
        (void)exchange->send(exchange, octets_of(message, HEADER));
        break;
    case TASK_MANY:
        while (count < MESSAGES && exchange->send(exchange, octets_of(message, MESSAGE))) {
            count++;
        }
        break;
    case TASK_ENDLESS:
        while (exchange->send(exchange, octets_of(message, MESSAGE))) {
        }
        break;
    case TASK_SMALL:
        while (exchange->send(exchange, octets_of(message, HEADER))) {
        }
        break;
    default:
        break;
    }
    free(message);
    (void)sem_post(&fixture->over);
}

static struct fixture *start_limited(bool handled, struct limit_rules *limits)
{
    static const char *const listen[] = {"127.0.0.1:0"};
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    struct serve_options options = {
        .listen = listen, .listen_count = 1, .threads = 2, .limits = limits};
    struct reason reason;

    assert_non_null(fixture);
    assert_int_equal(sem_init(&fixture->begun, 0, 0), 0);
    assert_int_equal(sem_init(&fixture->go, 0, 0), 0);
    assert_int_equal(sem_init(&fixture->over, 0, 0), 0);
    if (handled) {
        options.elsewhere = (struct exchange_handler){.context = fixture, .handle = handle};
    }
    assert_int_equal(answer_server_new(&fixture->server), SWORN_OK);
    assert_int_equal(serve_start(&options, fixture->server, &fixture->serve, &reason), SWORN_OK);
    return fixture;
}

static struct fixture *start(bool handled)
{
    return start_limited(handled, NULL);
}

static void stop(struct fixture *fixture)
{
    serve_stop(fixture->serve);
    answer_server_free(fixture->server);
    (void)sem_destroy(&fixture->begun);
    (void)sem_destroy(&fixture->go);
    (void)sem_destroy(&fixture->over);
    free(fixture);
}

/* From 127.0.0.`host`. */
static int connected(const struct fixture *fixture, int type, uint32_t host)
{
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000000 | host)};
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(serve_port(fixture->serve, 0)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof(from)), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    return fd;
}

/* A header alone: an update, which goes to the handler, or a question, which is malformed. */
static void ask(int fd, bool stream, uint8_t opcode, enum task task)
{
    uint8_t octets[2 + HEADER] = {0, HEADER, 0, (uint8_t)task, opcode};
    size_t skip = stream ? 0 : 2;

    assert_int_equal(send(fd, octets + skip, sizeof(octets) - skip, MSG_NOSIGNAL),
                     sizeof(octets) - skip);
}

static void receive(int fd, uint8_t *octets, size_t size)
{
    while (size > 0) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        ssize_t got;

        assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
        got = recv(fd, octets, size, 0);
        assert_true(got > 0);
        octets += got;
        size -= (size_t)got;
    }
}

/* The next message of a stream: its size; `id` and `rcode` of its header. */
static size_t next(int fd, unsigned *id, unsigned *rcode)
{
    uint8_t octets[65535];
    size_t size;

    receive(fd, octets, 2);
    size = (size_t)octets[0] << 8 | octets[1];
    receive(fd, octets, size);
    *id = octets[1];
    *rcode = octets[3] & 0x0fU;
    return size;
}

static void wait_for(sem_t *event)
{
    struct timespec limit;

    (void)clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += WAIT_MS / 1000;
    assert_int_equal(sem_timedwait(event, &limit), 0);
}

static void exchange_is_overtaken_by_what_is_answered_at_once(void **state)
{
    struct fixture *fixture = start(true);
    int fd = connected(fixture, SOCK_STREAM, 1);
    unsigned id;
    unsigned rcode;

    (void)state;
    ask(fd, true, UPDATE, TASK_WAIT);
    ask(fd, true, 0, TASK_SILENT);
    (void)next(fd, &id, &rcode);
    assert_int_equal(id, TASK_SILENT);
    (void)sem_post(&fixture->go);
    assert_int_equal(next(fd, &id, &rcode), HEADER);
    assert_int_equal(id, TASK_WAIT);
    close(fd);
    stop(fixture);
}

static void exchange_sends_more_than_any_buffer_holds(void **state)
{
    struct fixture *fixture = start(true);
    int fd = connected(fixture, SOCK_STREAM, 1);
    unsigned id;
    unsigned rcode;

    (void)state;
    ask(fd, true, UPDATE, TASK_MANY);
    ask(fd, true, UPDATE, TASK_MANY);
    for (unsigned i = 0; i < 2 * MESSAGES; i++) {
        assert_int_equal(next(fd, &id, &rcode), MESSAGE);
        assert_int_equal(id, TASK_MANY);
    }
    wait_for(&fixture->over);
    wait_for(&fixture->over);
    close(fd);
    stop(fixture);
}

static void exchange_ends_when_its_client_goes_away(void **state)
{
    struct fixture *fixture = start(true);
    int fd = connected(fixture, SOCK_STREAM, 1);

    (void)state;
    ask(fd, true, UPDATE, TASK_ENDLESS);
    wait_for(&fixture->begun);
    close(fd);
    wait_for(&fixture->over);
    stop(fixture);
}

static void server_ends_although_a_client_never_reads(void **state)
{
    struct fixture *fixture = start(true);
    int fd = connected(fixture, SOCK_STREAM, 1);
    struct timespec begin;
    struct timespec end;

    (void)state;
    ask(fd, true, UPDATE, TASK_ENDLESS);
    wait_for(&fixture->begun);
    (void)clock_gettime(CLOCK_MONOTONIC, &begin);
    stop(fixture);
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    /* Sooner than send() gives a client up. */
    assert_true(end.tv_sec - begin.tv_sec < 8);
    close(fd);
}

static void one_client_cannot_hold_all_threads(void **state)
{
    struct fixture *fixture = start(true);
    int fd = connected(fixture, SOCK_STREAM, 1);
    int other = connected(fixture, SOCK_STREAM, 2);
    unsigned id;
    unsigned rcode;

    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        ask(fd, true, UPDATE, TASK_WAIT);
    }
    for (unsigned i = 0; i < RUNNING_MAX; i++) {
        wait_for(&fixture->begun);
    }
    ask(other, true, UPDATE, TASK_ECHO);
    assert_int_equal(next(other, &id, &rcode), HEADER);
    for (unsigned i = 0; i < 10; i++) {
        (void)sem_post(&fixture->go);
        (void)next(fd, &id, &rcode);
        assert_int_equal(id, TASK_WAIT);
    }
    close(fd);
    close(other);
    stop(fixture);
}

static void what_finds_no_place_is_refused(void **state)
{
    struct fixture *fixture = start(true);
    int fd = connected(fixture, SOCK_DGRAM, 1);
    uint8_t octets[512];

    (void)state;
    for (unsigned i = 0; i < RUNNING_MAX; i++) {
        ask(fd, false, UPDATE, TASK_WAIT);
        wait_for(&fixture->begun);
    }
    for (unsigned i = RUNNING_MAX; i < CLIENT_MAX + 1; i++) {
        ask(fd, false, UPDATE, TASK_WAIT);
    }
    receive(fd, octets, HEADER);
    assert_int_equal(octets[1], TASK_WAIT);
    assert_int_equal(octets[3] & 0x0f, SERVFAIL);
    for (unsigned i = 0; i < CLIENT_MAX; i++) {
        (void)sem_post(&fixture->go);
    }
    for (unsigned i = 0; i < CLIENT_MAX; i++) {
        receive(fd, octets, HEADER);
        assert_int_equal(octets[3] & 0x0f, 0);
    }
    close(fd);
    stop(fixture);
}

/* One after the other; how many of them were told to come over TCP. */
static unsigned ask_datagrams(int fd, unsigned count)
{
    unsigned truncated = 0;
    uint8_t octets[512];

    for (unsigned i = 0; i < count; i++) {
        ask(fd, false, UPDATE, TASK_ECHO);
        receive(fd, octets, HEADER);
        assert_int_equal(octets[1], TASK_ECHO);
        truncated += (octets[2] & TRUNCATED) != 0;
    }
    return truncated;
}

static void datagrams_to_the_handler_are_limited(void **state)
{
    static const char *const loopback = "127.0.0.0/8";
    struct limit_settings settings = {.responses = 1, .slip = 1, .exempt = &loopback};
    struct limit_rules *rules;
    struct fixture *fixture;
    struct reason reason;
    unsigned truncated;
    int fd;

    (void)state;
    assert_int_equal(limit_rules_new(&rules), SWORN_OK);
    assert_int_equal(limit_configure(rules, &settings, &reason), SWORN_OK);
    fixture = start_limited(true, rules);
    fd = connected(fixture, SOCK_DGRAM, 1);
    assert_int_equal(ask_datagrams(fd, 1), 0);
    wait_for(&fixture->over);
    /* One a second is let through: not nearly all, however long it takes. */
    truncated = ask_datagrams(fd, DATAGRAMS);
    assert_in_range(truncated, 1, DATAGRAMS);
    /* Who is held back takes no place in the pool. */
    for (unsigned i = truncated; i < DATAGRAMS; i++) {
        wait_for(&fixture->over);
    }
    assert_int_equal(sem_trywait(&fixture->over), -1);
    settings.exempt_count = 1;
    assert_int_equal(limit_configure(rules, &settings, &reason), SWORN_OK);
    assert_int_equal(ask_datagrams(fd, DATAGRAMS), 0);
    close(fd);
    stop(fixture);
    limit_rules_free(rules);
}

static void without_a_handler_it_is_not_implemented(void **state)
{
    struct fixture *fixture = start(false);
    int stream = connected(fixture, SOCK_STREAM, 1);
    int datagram = connected(fixture, SOCK_DGRAM, 1);
    uint8_t octets[512];
    unsigned id;
    unsigned rcode;

    (void)state;
    ask(stream, true, UPDATE, TASK_ECHO);
    (void)next(stream, &id, &rcode);
    assert_int_equal(rcode, NOTIMP);
    ask(datagram, false, UPDATE, TASK_ECHO);
    receive(datagram, octets, HEADER);
    assert_int_equal(octets[3] & 0x0f, NOTIMP);
    close(stream);
    close(datagram);
    stop(fixture);
}

static void stream_ends_behind_its_last_exchange(void **state)
{
    struct fixture *fixture = start(true);
    int fd = connected(fixture, SOCK_STREAM, 1);
    uint8_t octet;
    unsigned id;
    unsigned rcode;

    (void)state;
    ask(fd, true, UPDATE, TASK_WAIT);
    wait_for(&fixture->begun);
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    (void)sem_post(&fixture->go);
    assert_int_equal(next(fd, &id, &rcode), HEADER);
    assert_int_equal(recv(fd, &octet, 1, 0), 0);
    close(fd);
    stop(fixture);
}

/* Read as fast as it comes, until the end. */
static void *read_all(void *argument)
{
    const int *fd = argument;
    char octets[65536];

    while (recv(*fd, octets, sizeof(octets), 0) > 0) {
    }
    return NULL;
}

static void client_that_takes_much_leaves_time_for_another(void **state)
{
    struct fixture *fixture = start(true);
    int fd = connected(fixture, SOCK_STREAM, 1);
    int other = connected(fixture, SOCK_STREAM, 2);
    struct pollfd wait = {.fd = other, .events = POLLIN};
    uint8_t octets[2 + HEADER];
    int answered = 1;
    pthread_t reader;

    (void)state;
    assert_int_equal(pthread_create(&reader, NULL, read_all, &fd), 0);
    for (unsigned i = 0; i < RUNNING_MAX; i++) {
        ask(fd, true, UPDATE, TASK_SMALL);
    }
    wait_for(&fixture->begun);
    for (unsigned i = 0; i < 200 && answered == 1; i++) {
        ask(other, true, i % 2 == 0 ? 0 : UPDATE, TASK_ECHO);
        answered = poll(&wait, 1, WAIT_MS / 4);
        (void)recv(other, octets, sizeof(octets), MSG_DONTWAIT);
    }
    (void)shutdown(fd, SHUT_RDWR);
    (void)pthread_join(reader, NULL);
    close(fd);
    close(other);
    stop(fixture);
    assert_int_equal(answered, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exchange_is_overtaken_by_what_is_answered_at_once),
        cmocka_unit_test(exchange_sends_more_than_any_buffer_holds),
        cmocka_unit_test(exchange_ends_when_its_client_goes_away),
        cmocka_unit_test(server_ends_although_a_client_never_reads),
        cmocka_unit_test(one_client_cannot_hold_all_threads),
        cmocka_unit_test(what_finds_no_place_is_refused),
        cmocka_unit_test(datagrams_to_the_handler_are_limited),
        cmocka_unit_test(without_a_handler_it_is_not_implemented),
        cmocka_unit_test(stream_ends_behind_its_last_exchange),
        cmocka_unit_test(client_that_takes_much_leaves_time_for_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
