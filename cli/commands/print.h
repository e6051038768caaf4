/*
 * print.h - what several commands print.
 */
#ifndef SWORN_CLI_COMMANDS_PRINT_H
#define SWORN_CLI_COMMANDS_PRINT_H

#include "cli/remote/zone.h"

#define HASH_TEXT_SIZE 65

/** A hash as 64 hex digits. */
void hash_text(const struct hash *hash, char text[HASH_TEXT_SIZE]);

#define TIME_TEXT_SIZE 32

/** Seconds since 1970 as 2026-11-23T01:02:03Z. */
void time_text(uint64_t seconds, char text[TIME_TEXT_SIZE]);

/** What a verified zone with the guard timelock waits for, a line each. */
SWORN_CHECK enum sworn_result print_waiting(const struct zone *zone);

/** The DS records of a verified zone, SHA-256 and SHA-384, one a line. */
SWORN_CHECK enum sworn_result print_ds(const struct view *view, const struct name *apex);

/** RDATA of the DS with this digest, as text. */
SWORN_CHECK enum sworn_result ds_text(const struct view *view, const struct name *apex,
                                      uint8_t digest, struct writer *text);

/** "serial 3, sequence 2" and whether it is published. */
void print_state(const struct zone *zone, const char *what);

#endif
