/*
 * call.h - one call of a guard that is compiled for this machine.
 */
#ifndef SWORN_TESTS_FUZZ_GUARDS_POLICIES_CALL_H
#define SWORN_TESTS_FUZZ_GUARDS_POLICIES_CALL_H

#include "core/change/operation.h"

#include <setjmp.h>
#include <stdlib.h>

#define ENSURE(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/** The guard has no context that a call could be told by. */
struct call {
    const char *apex;
    struct octets environment, argument, state;
    uint64_t sequence, now;
    struct change *change; /* record operations go there; may be NULL */
    struct region *region;
    jmp_buf refused;
    size_t others; /* operations that are not about records */
    size_t records;
};
extern struct call call;

/** Run setup() or handle_update_request(); whether it accepted. */
bool call_accepts(void (*entry)(void));

/** A copy of exactly this size, so that a sanitizer sees what passes it; from the call's region. */
struct octets call_copy(struct octets octets);

#endif
