/*
 * system_test.c - what swornd says to the operator's system: lines of the log, datagrams to
 * systemd, sockets that are handed over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/inherit.h"
#include "host/log.h"
#include "host/notify.h"

/* A log whose lines come out of `ends[0]`. */
static void log_to_pipe(struct log *log, int ends[2])
{
    assert_int_equal(pipe(ends), 0);
    log_init(log, LEVEL_INFO);
    log->fd = ends[1];
}

static void read_line(int fd, char *line, size_t room)
{
    ssize_t size = read(fd, line, room - 1);

    line[size < 0 ? 0 : size] = 0;
}

static void a_line_of_the_log_cannot_be_made_to_look_like_two(void **state)
{
    struct log log;
    char line[256];
    int ends[2];

    (void)state;
    log_to_pipe(&log, ends);
    log.journal = true;
    log_info(&log, "zone %s: refused: %s", "demo.test.", "no\n<3>root: all is well\x1b[0m");
    read_line(ends[0], line, sizeof(line));
    assert_string_equal(line, "<6>zone demo.test.: refused: no\\0a<3>root: all is well\\1b[0m\n");
    close(ends[0]);
    close(ends[1]);
}

static void what_is_less_important_than_the_level_is_dropped(void **state)
{
    struct log log;
    char line[256];
    int ends[2];

    (void)state;
    log_to_pipe(&log, ends);
    log_debug(&log, "not wanted");
    log_level(&log, LEVEL_ERROR);
    log_warning(&log, "not wanted");
    log_error(&log, "wanted");
    log_error(NULL, "by nobody");
    read_line(ends[0], line, sizeof(line));
    assert_null(strstr(line, "not wanted"));
    assert_non_null(strstr(line, "Z error: wanted\n"));
    close(ends[0]);
    close(ends[1]);
}

static void the_journal_is_known_by_its_socket(void **state)
{
    struct stat status;
    char text[64];
    struct log log;

    (void)state;
    assert_int_equal(fstat(STDERR_FILENO, &status), 0);
    (void)snprintf(text, sizeof(text), "%llu:%llu", (unsigned long long)status.st_dev,
                   (unsigned long long)status.st_ino);
    (void)setenv("JOURNAL_STREAM", text, 1);
    log_init(&log, LEVEL_INFO);
    assert_true(log.journal);
    (void)setenv("JOURNAL_STREAM", "1:1", 1);
    log_init(&log, LEVEL_INFO);
    assert_false(log.journal);
    (void)unsetenv("JOURNAL_STREAM");
}

static void systemd_is_told_and_its_variables_go(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct notify notify;
    char message[256], name[64];
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

    (void)state;
    (void)snprintf(name, sizeof(name), "sworn-test-%d", (int)getpid());
    memcpy(address.sun_path + 1, name, strlen(name));
    assert_int_equal(bind(fd, (const struct sockaddr *)&address,
                          (socklen_t)(sizeof(address.sun_family) + 1 + strlen(name))),
                     0);
    (void)snprintf(message, sizeof(message), "@%s", name);
    (void)setenv("NOTIFY_SOCKET", message, 1);
    (void)setenv("WATCHDOG_USEC", "30000000", 1);
    notify_open(&notify);
    assert_null(getenv("NOTIFY_SOCKET"));
    assert_int_equal(notify.watchdog, 30000000);
    notify_send(&notify, "READY=1\nSTATUS=%s", "well");
    read_line(fd, message, sizeof(message));
    assert_string_equal(message, "READY=1\nSTATUS=well");
    notify_reloading(&notify);
    read_line(fd, message, sizeof(message));
    assert_int_equal(strncmp(message, "RELOADING=1\nMONOTONIC_USEC=", 27), 0);
    notify_close(&notify);
    close(fd);
}

static void nobody_listening_is_no_trouble(void **state)
{
    struct notify notify;

    (void)state;
    (void)unsetenv("NOTIFY_SOCKET");
    notify_open(&notify);
    notify_send(&notify, "READY=1");
    assert_int_equal(notify.fd, -1);
    (void)setenv("NOTIFY_SOCKET", "relative", 1);
    notify_open(&notify);
    assert_int_equal(notify.fd, -1);
    notify_close(&notify);
}

static void sockets_of_another_process_are_left_alone(void **state)
{
    struct inherited inherited;

    (void)state;
    (void)setenv("LISTEN_PID", "1", 1);
    (void)setenv("LISTEN_FDS", "5", 1);
    inherited_find(&inherited);
    assert_int_equal(inherited.count, 0);
    assert_null(getenv("LISTEN_FDS"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_the_log_cannot_be_made_to_look_like_two),
        cmocka_unit_test(what_is_less_important_than_the_level_is_dropped),
        cmocka_unit_test(the_journal_is_known_by_its_socket),
        cmocka_unit_test(systemd_is_told_and_its_variables_go),
        cmocka_unit_test(nobody_listening_is_no_trouble),
        cmocka_unit_test(sockets_of_another_process_are_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
