/*
 * file.c - see file.h.
 */
#include "cli/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum sworn_result text_in(struct region *region, char **text, const char *format, ...)
{
    va_list arguments, again;
    void *memory;
    int size;

    va_start(arguments, format);
    va_copy(again, arguments);
    size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    enum sworn_result result =
        size < 0 ? SWORN_MALFORMED : region_alloc(region, (size_t)size + 1, &memory);
    if (result == SWORN_OK) {
        (void)vsnprintf(memory, (size_t)size + 1, format, again);
        *text = memory;
    }
    va_end(again);
    return result;
}

static enum sworn_result read_all(int fd, const char *path, size_t limit, struct region *region,
                                  struct octets *octets, struct reason *reason)
{
    struct stat status;
    uint8_t *memory;
    void *room;
    size_t used = 0;

    SWORN_SAY(fstat(fd, &status) == 0, reason, SWORN_IO, "cannot read %s: %m", path);
    SWORN_SAY(S_ISREG(status.st_mode), reason, SWORN_IO, "%s is not a plain file", path);
    SWORN_SAY((uint64_t)status.st_size <= limit, reason, SWORN_LIMIT, "%s has more than %zu octets",
              path, limit);
    SWORN_TRY(region_alloc(region, (size_t)status.st_size, &room));
    memory = room;
    while (used < (size_t)status.st_size) {
        ssize_t got = read(fd, memory + used, (size_t)status.st_size - used);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        SWORN_SAY(got >= 0, reason, SWORN_IO, "cannot read %s: %m", path);
        if (got == 0) {
            break;
        }
        used += (size_t)got;
    }
    *octets = octets_of(memory, used);
    return SWORN_OK;
}

enum sworn_result file_read(const char *path, size_t limit, struct region *region,
                            struct octets *octets, struct reason *reason)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum sworn_result result;

    SWORN_SAY(fd >= 0, reason, errno == ENOENT || errno == ENOTDIR ? SWORN_ABSENT : SWORN_IO,
              "cannot read %s: %m", path);
    result = read_all(fd, path, limit, region, octets, reason);
    (void)close(fd);
    return result;
}

static enum sworn_result write_all(int fd, const char *path, struct octets octets,
                                   struct reason *reason)
{
    size_t used = 0;

    while (used < octets.size) {
        ssize_t put = write(fd, octets.data + used, octets.size - used);

        if (put < 0 && errno == EINTR) {
            continue;
        }
        SWORN_SAY(put > 0, reason, SWORN_IO, "cannot write %s: %m", path);
        used += (size_t)put;
    }
    SWORN_SAY(fsync(fd) == 0, reason, SWORN_IO, "cannot write %s: %m", path);
    return SWORN_OK;
}

enum sworn_result file_create(const char *path, mode_t mode, struct octets octets,
                              struct reason *reason)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    enum sworn_result result;

    SWORN_SAY(fd >= 0 || errno != EEXIST, reason, SWORN_CONFLICT,
              "%s is there already and is never overwritten", path);
    SWORN_SAY(fd >= 0, reason, SWORN_IO, "cannot make %s: %m", path);
    result = write_all(fd, path, octets, reason);
    (void)close(fd);
    if (result != SWORN_OK) {
        (void)unlink(path);
    }
    return result;
}

enum sworn_result file_replace(const char *path, mode_t mode, struct octets octets,
                               struct region *region, struct reason *reason)
{
    char *temporary;

    SWORN_TRY(text_in(region, &temporary, "%s.%ld.new", path, (long)getpid()));
    (void)unlink(temporary);
    SWORN_TRY(file_create(temporary, mode, octets, reason));
    if (rename(temporary, path) != 0) {
        enum sworn_result result = because(reason, SWORN_IO, "cannot replace %s: %m", path);

        (void)unlink(temporary);
        return result;
    }
    return SWORN_OK;
}
