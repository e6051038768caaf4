/*
 * serve_test.c - sockets: UDP and TCP, IPv4 and IPv6, ports that are taken, streams in pieces.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/dns/rr.h"
#include "host/serve/serve.h"
#include "tests/unit/host/fake_sign.h"
#include "tests/unit/host/message_lines.h"

#define WAIT_MS      5000
#define EXHAUSTED_MS 300

static atomic_bool flooded;
static atomic_bool exhausted;
static atomic_uint refused;

struct fixture {
    struct answer_server *server;
    struct serve *serve;
};

static int set_up(void **state)
{
    static const char *const listen[] = {"127.0.0.1:0", "[::1]:0"};
    static const char text[] = "@ SOA . . 1 1 1 1 1\n@ NS ns\nns A 192.0.2.1\n";
    struct serve_options options = {.listen = listen, .listen_count = 2, .threads = 2};
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    struct zone_sets sets;
    struct reason reason;

    assert_int_equal(answer_server_new(&fixture->server), SWORN_OK);
    assert_true(zone_sets_read(&sets, octets_of_text(text), "example.", &reason));
    fake_sign(&sets);
    assert_int_equal(zone_sets_load(&sets, fixture->server), SWORN_OK);
    zone_sets_free(&sets);
    if (serve_start(&options, fixture->server, &fixture->serve, &reason) != SWORN_OK) {
        fail_msg("%s", reason.text);
    }
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    serve_stop(fixture->serve);
    answer_server_free(fixture->server);
    free(fixture);
    return 0;
}

static int connected(const struct fixture *fixture, int type, bool v6)
{
    struct sockaddr_in v4_address = {.sin_family = AF_INET,
                                     .sin_port = htons(serve_port(fixture->serve, 0)),
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 v6_address = {.sin6_family = AF_INET6,
                                      .sin6_port = htons(serve_port(fixture->serve, 1)),
                                      .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(v6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(connect(fd,
                             v6 ? (struct sockaddr *)&v6_address : (struct sockaddr *)&v4_address,
                             v6 ? sizeof(v6_address) : sizeof(v4_address)),
                     0);
    return fd;
}

/* At least one octet, within the time; 0 for the end. */
static size_t receive(int fd, uint8_t *octets, size_t room)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    ssize_t size;

    assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
    size = recv(fd, octets, room, 0);
    return size > 0 ? (size_t)size : 0;
}

static void receive_all(int fd, uint8_t *octets, size_t size)
{
    while (size > 0) {
        size_t got = receive(fd, octets, size);

        assert_true(got > 0);
        octets += got;
        size -= got;
    }
}

static size_t make(uint8_t query[512])
{
    struct query_options options = {
        .name = "example.", .type = RR_NS, .edns = true, .dnssec = true, .udp_size = 1232};

    return query_make(&options, query);
}

static void assert_answer(const uint8_t *response, size_t size, unsigned id)
{
    struct region region;
    struct message_lines lines;
    struct reason reason = {.text = ""};

    region_init(&region, 1 << 20);
    if (message_lines(octets_of(response, size), &region, &lines, &reason) != SWORN_OK) {
        fail_msg("%s", reason.text);
    }
    assert_int_equal(lines.id, id);
    assert_true(lines.aa);
    assert_int_equal(lines.count[0], 2);
    assert_string_equal(lines.line[0][0], "example. 3600 NS ns.example.");
    region_clear(&region);
}

static void datagrams_are_answered_over_both_families(void **state)
{
    for (int v6 = 0; v6 < 2; v6++) {
        int fd = connected(*state, SOCK_DGRAM, v6 == 1);
        uint8_t query[512];
        uint8_t response[4096];
        size_t size = make(query);

        for (unsigned i = 0; i < 300; i++) {
            query[1] = (uint8_t)i;
            assert_int_equal(send(fd, query, size, 0), size);
            assert_answer(response, receive(fd, response, sizeof(response)), 0x1200U | (uint8_t)i);
        }
        /* What is no query gets nothing, and does no harm. */
        assert_int_equal(send(fd, "", 0, 0), 0);
        assert_int_equal(send(fd, response, 40, 0), 40);
        assert_int_equal(send(fd, query, size, 0), size);
        assert_answer(response, receive(fd, response, sizeof(response)), 0x1200U | query[1]);
        close(fd);
    }
}

static void queries_behind_each_other_are_answered_in_order(void **state)
{
    for (int v6 = 0; v6 < 2; v6++) {
        int fd = connected(*state, SOCK_STREAM, v6 == 1);
        uint8_t stream[300 * 64];
        uint8_t query[512];
        size_t size = make(query);
        size_t used = 0;

        assert_true(size <= 62);
        for (unsigned i = 0; i < 300; i++) {
            stream[used] = 0;
            stream[used + 1] = (uint8_t)size;
            memcpy(stream + used + 2, query, size);
            stream[used + 2] = (uint8_t)(i >> 8);
            stream[used + 3] = (uint8_t)i;
            used += 2 + size;
        }
        /* In two pieces that cut a message in half. */
        assert_int_equal(send(fd, stream, used / 2 + 3, 0), used / 2 + 3);
        assert_int_equal(send(fd, stream + used / 2 + 3, used - used / 2 - 3, 0),
                         used - used / 2 - 3);
        for (unsigned i = 0; i < 300; i++) {
            uint8_t response[4096];
            uint8_t prefix[2];

            receive_all(fd, prefix, 2);
            receive_all(fd, response, (size_t)prefix[0] << 8 | prefix[1]);
            assert_answer(response, (size_t)prefix[0] << 8 | prefix[1], i);
        }
        /* The other side is done: so are we. */
        assert_int_equal(shutdown(fd, SHUT_WR), 0);
        assert_int_equal(receive(fd, query, sizeof(query)), 0);
        close(fd);
    }
}

static void stream_that_is_not_dns_is_closed(void **state)
{
    int fd = connected(*state, SOCK_STREAM, false);
    uint8_t octet;

    assert_int_equal(send(fd, "\0\3GET", 5, 0), 5);
    assert_int_equal(receive(fd, &octet, 1), 0);
    close(fd);
}

static void one_client_cannot_take_all_connections(void **state)
{
    int fd[65];
    uint8_t stream[2 + 512] = {0};
    uint8_t octet;
    size_t size = make(stream + 2);

    stream[1] = (uint8_t)size;
    for (int i = 0; i < 65; i++) {
        fd[i] = connected(*state, SOCK_STREAM, false);
    }
    /* The one that is idle for longest makes room for the last. */
    assert_int_equal(receive(fd[0], &octet, 1), 0);
    assert_int_equal(send(fd[64], stream, 2 + size, 0), 2 + size);
    assert_int_equal(receive(fd[64], &octet, 1), 1);
    for (int i = 0; i < 65; i++) {
        close(fd[i]);
    }
}

static void taken_port_is_named(void **state)
{
    struct fixture *fixture = *state;
    char address[64];
    const char *listen[] = {address};
    struct serve_options options = {.listen = listen, .listen_count = 1};
    struct serve *other;
    struct reason reason;
    char expected[128];

    snprintf(address, sizeof(address), "127.0.0.1:%u", serve_port(fixture->serve, 0));
    snprintf(expected, sizeof(expected), "%s is taken", address);
    assert_int_equal(serve_start(&options, fixture->server, &other, &reason), SWORN_CONFLICT);
    assert_string_equal(reason.text, expected);
}

static void wrong_addresses_are_refused(void **state)
{
    struct fixture *fixture = *state;
    static const char *const wrong[] = {
        "",      "127.0.0.1",   "127.0.0.1:", "localhost:53",  "::1:53",
        "[::1]", "127.0.0.1:x", "[::1:53",    "1.2.3.4:65536", "[127.0.0.1]:53"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct serve_options options = {.listen = &wrong[i], .listen_count = 1};
        struct serve *other;
        struct reason reason;

        if (serve_start(&options, fixture->server, &other, &reason) != SWORN_MALFORMED) {
            fail_msg("\"%s\" was taken for an address", wrong[i]);
        }
    }
}

static void what_is_answered_is_counted(void **state)
{
    struct fixture *fixture = *state;
    struct serve_counters counters;

    datagrams_are_answered_over_both_families(state);
    serve_stop(fixture->serve);
    fixture->serve = NULL;
    assert_int_equal(set_up(state), 0);
    serve_counters(((struct fixture *)*state)->serve, &counters);
    assert_int_equal(counters.udp_queries, 0);
    datagrams_are_answered_over_both_families(state);
    queries_behind_each_other_are_answered_in_order(state);
    /* The last answer may be here before it is counted. */
    for (int tries = 0; tries < 1000000 && counters.udp_responses < 602; tries++) {
        serve_counters(((struct fixture *)*state)->serve, &counters);
        sched_yield();
    }
    assert_int_equal(counters.udp_queries, 606);
    assert_int_equal(counters.udp_responses, 602);
    assert_int_equal(counters.tcp_connections, 2);
    assert_int_equal(counters.tcp_queries, 600);
    answer_server_free(fixture->server);
    free(fixture);
}

/* In place of the C library's: under flood there is always another batch, of nothing here. */
int recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout)
{
    if (!atomic_load(&flooded)) {
        return (int)syscall(SYS_recvmmsg, fd, messages, count, flags, timeout);
    }
    for (unsigned i = 0; i < count; i++) {
        messages[i].msg_len = 0;
    }
    return (int)count;
}

/* The same: there are no descriptors for a while. */
int accept4(int fd, struct sockaddr *address, socklen_t *size, int flags)
{
    if (!atomic_load(&exhausted)) {
        return (int)syscall(SYS_accept4, fd, address, size, flags);
    }
    atomic_fetch_add(&refused, 1);
    errno = EMFILE;
    return -1;
}

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void without_descriptors_accepting_rests(void **state)
{
    int64_t begin = now_ms();
    unsigned tries;
    int64_t took;
    int fd;

    atomic_store(&refused, 0);
    atomic_store(&exhausted, true);
    fd = connected(*state, SOCK_STREAM, false);
    while (atomic_load(&refused) == 0 && now_ms() - begin < WAIT_MS) {
        sched_yield();
    }
    assert_int_equal(poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, EXHAUSTED_MS), 0);
    tries = atomic_load(&refused);
    took = now_ms() - begin;
    atomic_store(&exhausted, false);
    /* A tenth of a second each, of the one thread that accepts here; twice that, to be generous. */
    assert_in_range(tries, 1, 2 + 2 * took / 100);
    /* Who waited meanwhile is let in, and so are others. */
    for (int i = 0; i < 2; i++) {
        uint8_t octets[2 + 512] = {0};
        uint8_t response[4096];
        size_t size = make(octets + 2);

        octets[1] = (uint8_t)size;
        assert_int_equal(send(fd, octets, size + 2, 0), size + 2);
        receive_all(fd, response, 2);
        size = (size_t)response[0] << 8 | response[1];
        receive_all(fd, response, size);
        assert_answer(response, size, 0x1200U | octets[3]);
        close(fd);
        fd = connected(*state, SOCK_STREAM, true);
    }
    close(fd);
}

static void *stop(void *serve)
{
    serve_stop(serve);
    return NULL;
}

static void server_ends_under_flood(void **state)
{
    struct fixture *fixture = *state;
    struct timespec limit;
    pthread_t thread;
    int fd;
    bool ended;

    atomic_store(&flooded, true);
    for (int i = 0; i < 32; i++) {
        fd = connected(fixture, SOCK_DGRAM, i % 2 == 1);
        assert_int_equal(send(fd, "", 1, 0), 1);
        close(fd);
    }
    assert_int_equal(pthread_create(&thread, NULL, stop, fixture->serve), 0);
    fixture->serve = NULL;
    (void)clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += WAIT_MS / 1000;
    ended = pthread_timedjoin_np(thread, NULL, &limit) == 0;
    atomic_store(&flooded, false);
    if (!ended) {
        (void)pthread_join(thread, NULL);
    }
    assert_true(ended);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(datagrams_are_answered_over_both_families),
        TEST(queries_behind_each_other_are_answered_in_order),
        TEST(stream_that_is_not_dns_is_closed),
        TEST(one_client_cannot_take_all_connections),
        TEST(taken_port_is_named),
        TEST(wrong_addresses_are_refused),
        TEST(what_is_answered_is_counted),
        TEST(without_descriptors_accepting_rests),
        TEST(server_ends_under_flood),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
