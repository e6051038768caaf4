/*
 * edit.h - a zone while it is loaded or changed, before readers see it.
 */
#ifndef SWORN_HOST_ANSWER_EDIT_EDIT_H
#define SWORN_HOST_ANSWER_EDIT_EDIT_H

#include "host/answer/server.h"
#include "host/answer/wire/glue.h"

struct use {
    uint64_t server;
    uint64_t cut;
};

struct edit {
    struct answer_server *server;
    struct txn txn;
    struct zone *zone;
    struct use *dropped; /* uses that may be gone */
    size_t dropped_count, dropped_room;
    uint64_t *cut; /* hashes of cuts whose glue is to be rendered again */
    size_t cut_count, cut_room;
    bool structure; /* names, cuts or wildcards came or went */
    bool hides;     /* a DNAME did, with names below it */
};

/** An empty zone, for a private change. */
SWORN_CHECK enum sworn_result zone_new(struct answer_server *server, const struct name *apex,
                                       uint32_t txn, struct zone **zone);

/** A zone that no reader sees, whole. */
void zone_free(struct zone *zone);

/** Begin to change a copy of `zone`. */
SWORN_CHECK enum sworn_result edit_begin(struct edit *edit, struct answer_server *server,
                                         const struct zone *zone);

/** Put a set in, or take it out when its count is 0. */
SWORN_CHECK enum sworn_result edit_set(struct edit *edit, const struct signed_set *set);

/** After the last set: make what most denials begin with. */
SWORN_CHECK enum sworn_result edit_denial(struct edit *edit);

/** After the last set: render the glue of all cuts that are concerned. */
SWORN_CHECK enum sworn_result edit_glue(struct edit *edit);

/** After readers see it: forget uses that are no more. */
void edit_uses(struct edit *edit);

/** Free what belongs to the edit itself, not what it made. */
void edit_free(struct edit *edit);

#endif
