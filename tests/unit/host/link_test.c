/*
 * link_test.c - a conversation with an enclave, which is a thread here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/link/link.h"

#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define QUESTIONS  2000
#define VALUE_SIZE ((size_t)16 * 1024)

static const uint8_t value_octets[VALUE_SIZE] = {1, 2, 3};

static bool read_whole(int fd, uint8_t *octets, size_t size)
{
    while (size > 0) {
        ssize_t got = read(fd, octets, size);

        if (got <= 0) {
            return false;
        }
        octets += got;
        size -= (size_t)got;
    }
    return true;
}

/* One frame, without its length, which is returned; 0 at the end. */
static size_t take_frame(int fd, uint8_t *octets, size_t room)
{
    uint8_t length[4];
    size_t size;

    if (!read_whole(fd, length, sizeof(length))) {
        return 0;
    }
    size = (size_t)length[2] << 8 | length[3];
    return size <= room && read_whole(fd, octets, size) ? size : 0;
}

static bool put_message(int fd, uint16_t type, uint64_t id, const void *message, size_t size)
{
    uint8_t octets[1024];
    struct writer writer = writer_over(octets, sizeof(octets));

    return message_write(type, id, message, size, &writer) == SWORN_OK &&
           write(fd, octets, writer.used) == (ssize_t)writer.used;
}

/* Asks for a value many times, then has begun. */
static void *ask_much(void *context)
{
    static const uint8_t key[] = {1};
    const int *fd = context;
    uint8_t octets[VALUE_SIZE + 64];
    struct message_need_value need = {.kind = 1, .key = octets_of(key, sizeof(key))};
    struct message_started started = {.size = QUESTIONS};

    if (take_frame(*fd, octets, sizeof(octets)) == 0) {
        return NULL;
    }
    for (int i = 0; i < QUESTIONS; i++) {
        if (!put_message(*fd, MESSAGE_NEED_VALUE, 1, &need, sizeof(need)) ||
            take_frame(*fd, octets, sizeof(octets)) < VALUE_SIZE) {
            return NULL;
        }
    }
    (void)put_message(*fd, MESSAGE_STARTED, 1, &started, sizeof(started));
    return NULL;
}

static enum sworn_result give_value(void *context, const struct message_need_value *need,
                                    struct region *region, struct message_octets *reply)
{
    (void)context;
    (void)need;
    return region_copy(region, octets_of(value_octets, VALUE_SIZE), &reply->octets);
}

/* A guard decides how much the enclave has to ask for: thirty megabytes here, in one of memory. */
static void questions_without_end_take_no_more_memory(void **state)
{
    struct link_options options = {.enclave = "unix:nowhere"};
    struct link_answers answers = {.value = give_value};
    struct message_hello hello = {.version = BOUNDARY_VERSION};
    struct message_started started = {0};
    struct link_call call = {.type = MESSAGE_HELLO,
                             .message = &hello,
                             .size = sizeof(hello),
                             .reply_type = MESSAGE_STARTED,
                             .reply = &started,
                             .reply_size = sizeof(started),
                             .answers = &answers};
    struct reason reason = {0};
    struct region region;
    struct link link;
    pthread_t thread;
    int ends[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    link_init(&link, &options);
    link.fd = ends[0];
    assert_int_equal(pthread_create(&thread, NULL, ask_much, &ends[1]), 0);
    region_init(&region, (size_t)1024 * 1024);
    assert_int_equal(link_ask(&link, &call, &region, &reason), SWORN_OK);
    assert_int_equal(started.size, QUESTIONS);
    assert_true(region.used < (size_t)128 * 1024);
    region_clear(&region);
    link_down(&link);
    assert_int_equal(pthread_join(thread, NULL), 0);
    (void)close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_without_end_take_no_more_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
