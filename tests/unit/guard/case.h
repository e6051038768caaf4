/*
 * case.h - one recorded call of a guard, from files, for tests and measurements alike.
 *
 *   FOLDER/call         lines "name value": guard (of the library, or FILE.wasm beside it), entry
 *                       (setup or update), apex, zone-id (hex), sequence, now
 *   FOLDER/environment, argument, state, policy: octets; one that is not there is empty
 *   FOLDER/records      record operations that made the zone, one a line
 */
#ifndef SWORN_TESTS_UNIT_GUARD_CASE_H
#define SWORN_TESTS_UNIT_GUARD_CASE_H

#include <stdio.h>

#include "core/guard/guard.h"

struct guard_case {
    char folder[512];
    char guard[64];
    struct region files; /* what was read, and the zone before the call */
    struct region work;  /* of one call */
    struct octets records;
    struct tree tree;
    struct change change;
    struct guard_call call;
    struct reason reason;
};

/** Read a case; `guards` is the folder of the library's modules. Says what is wrong on stderr. */
bool case_load(struct guard_case *recorded, const char *folder, const char *guards);
void case_free(struct guard_case *recorded);

/** Run it on the zone as recorded, any number of times. */
SWORN_CHECK enum sworn_result case_run(struct guard_case *recorded, struct engine_cache *cache);

/** The same in two steps, for those who time the second. */
void case_prepare(struct guard_case *recorded);
SWORN_CHECK enum sworn_result case_call(struct guard_case *recorded, struct engine_cache *cache);

#endif
