/*
 * log.h - what the operator reads: one line for each thing worth knowing, to standard error.
 *
 *   2026-11-22T21:46:57Z info: zone demo.test.: created       for a person or a file
 *   <6>zone demo.test.: created                               where the journal reads
 *
 * The object is main()'s, handed down in options; NULL anywhere is a log that nobody reads. Any
 * thread may write. Octets that are no printable ASCII come as \xx: a line says what it says,
 * whatever a guard or a name put into it.
 */
#ifndef SWORN_HOST_LOG_H
#define SWORN_HOST_LOG_H

#include <stdatomic.h>

#include "host/config/config.h"

struct log {
    int fd;
    bool journal; /* levels as <N>, no time: the journal has its own */
    _Atomic(enum config_level) level;
};

/** To standard error; as the journal wants it where that is what JOURNAL_STREAM says. */
void log_init(struct log *log, enum config_level level);

/** What is less important than this is dropped from now on. */
void log_level(struct log *log, enum config_level level);

/** Whether a line of this level would be written: for what costs something to say. */
bool log_wants(const struct log *log, enum config_level level);

void log_error(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_warning(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_info(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_debug(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
