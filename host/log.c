/*
 * log.c - lines to standard error; see log.h.
 */
#include "host/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE 1024
#define HEAD_SIZE 64

/* Name, and priority as syslog(3) and the journal count. */
static const struct {
    const char *name;
    unsigned priority;
} levels[] = {
    [LEVEL_ERROR] = {"error", 3},
    [LEVEL_WARNING] = {"warning", 4},
    [LEVEL_INFO] = {"info", 6},
    [LEVEL_DEBUG] = {"debug", 7},
};

/* JOURNAL_STREAM=DEVICE:INODE, of the socket that leads to the journal. */
static bool is_journal(int fd)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long device, inode;
    struct stat status;

    return stream != NULL && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
           fstat(fd, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

void log_init(struct log *log, enum config_level level)
{
    log->fd = STDERR_FILENO;
    log->journal = is_journal(log->fd);
    atomic_init(&log->level, level);
}

void log_level(struct log *log, enum config_level level)
{
    atomic_store(&log->level, level);
}

bool log_wants(const struct log *log, enum config_level level)
{
    return log != NULL && level <= atomic_load(&log->level);
}

static size_t head_write(const struct log *log, enum config_level level, char head[HEAD_SIZE])
{
    char clock[32] = "";
    time_t now = time(NULL);
    struct tm parts;
    int size;

    if (log->journal) {
        size = snprintf(head, HEAD_SIZE, "<%u>", levels[level].priority);
        return size > 0 ? (size_t)size : 0;
    }
    if (gmtime_r(&now, &parts) != NULL) {
        (void)strftime(clock, sizeof(clock), "%Y-%m-%dT%H:%M:%SZ", &parts);
    }
    size = snprintf(head, HEAD_SIZE, "%s %s: ", clock, levels[level].name);
    return size > 0 ? (size_t)size : 0;
}

/* Printable, on one line: what does not fit is cut off. */
static size_t clean(const char *text, char *line, size_t room)
{
    size_t used = 0;

    for (; *text != 0 && used + 4 <= room; text++) {
        unsigned char octet = (unsigned char)*text;

        if (octet >= 0x20 && octet < 0x7f) {
            line[used++] = (char)octet;
            continue;
        }
        used += (size_t)snprintf(line + used, room - used, "\\%02x", octet);
    }
    return used;
}

__attribute__((format(printf, 3, 0))) static void log_line(struct log *log, enum config_level level,
                                                           const char *format, va_list arguments)
{
    char text[LINE_SIZE], line[HEAD_SIZE + LINE_SIZE + 1];
    size_t used;

    if (!log_wants(log, level)) {
        return;
    }
    (void)vsnprintf(text, sizeof(text), format, arguments);
    used = head_write(log, level, line);
    used += clean(text, line + used, sizeof(line) - used - 1);
    line[used++] = '\n';
    /* One call a line, so that lines of several threads do not mix. */
    (void)!write(log->fd, line, used);
}

#define LOG_FUNCTION(name, level)                                                                  \
    void name(struct log *log, const char *format, ...)                                            \
    {                                                                                              \
        va_list arguments;                                                                         \
                                                                                                   \
        va_start(arguments, format);                                                               \
        log_line(log, level, format, arguments);                                                   \
        va_end(arguments);                                                                         \
    }

LOG_FUNCTION(log_error, LEVEL_ERROR)
LOG_FUNCTION(log_warning, LEVEL_WARNING)
LOG_FUNCTION(log_info, LEVEL_INFO)
LOG_FUNCTION(log_debug, LEVEL_DEBUG)
