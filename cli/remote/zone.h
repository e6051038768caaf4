/*
 * zone.h - a zone at a server: asked about, changed, and verified each time; what is kept about it
 * is brought forward only by what has been verified.
 */
#ifndef SWORN_CLI_REMOTE_ZONE_H
#define SWORN_CLI_REMOTE_ZONE_H

#include "cli/command.h"
#include "cli/remote/proof.h"

struct zone {
    struct context *context;
    struct name apex; /* lower case */
    char apex_text[NAME_TEXT_SIZE];
    const char *path;        /* "/v1/zones/..." */
    const char *memory_path; /* NULL: no key file, nothing is kept */
    struct memory memory;
    struct view view; /* as last verified */
};

/** The apex of a command line, in lower case. */
SWORN_CHECK enum sworn_result apex_from_text(const char *text, struct name *apex,
                                             struct reason *reason);

/** A zone by its apex, with what is kept beside --keep or --key; nothing is asked yet. */
SWORN_CHECK enum sworn_result zone_open(struct context *context, const char *apex,
                                        struct zone *zone);

/** Ask, verify, keep. `passed` as in proof.h, or NULL. */
SWORN_CHECK enum sworn_result
zone_show(struct zone *zone, void (*passed)(void *context, const char *check, const char *detail));

/**
 * The same with all records, whose root must be the certified one; with `with_signatures` also
 * RRSIGs and NSEC sets, which are not verified here.
 */
SWORN_CHECK enum sworn_result zone_records(struct zone *zone, bool with_signatures,
                                           struct record_list *records);

/** What a verified zone's leaf commits to by its hash: "guard", "environment" or "state". */
SWORN_CHECK enum sworn_result zone_octets(const struct zone *zone, const char *what,
                                          const struct hash *hash, struct octets *octets);

/** Check what a POST was answered with, and keep it. */
SWORN_CHECK enum sworn_result zone_accept(struct zone *zone, struct octets body,
                                          const struct sent *sent);

/**
 * Send an argument to the guard of a verified zone and verify what came of it. `sent` has all but
 * argument and sequence filled in.
 */
SWORN_CHECK enum sworn_result zone_send(struct zone *zone, struct octets argument, bool more,
                                        struct sent *sent);

#endif
