/*
 * compare.h - all questions about some zones, to us and to the others, and the verdict on each.
 *
 * Of response code, AA, TC and answer section ours must equal both others'; authority and
 * additional section one of the two. What differs has to be explained (differences.h) or is a
 * failure.
 */
#ifndef SWORN_TESTS_CONFORMANCE_COMPARE_H
#define SWORN_TESTS_CONFORMANCE_COMPARE_H

#include "tests/conformance/differences.h"
#include "tests/conformance/generator.h"
#include "tests/conformance/party.h"

struct comparison {
    struct party *party[PARTIES]; /* NULL for one that does not take part */
    uint64_t every;               /* of the names only the first of so many is asked for */
    uint64_t zones;
    uint64_t asked;
    uint64_t failed;
    uint32_t shown[DIFFERS_ALL + 1][DIFFERS_ALL + 1]; /* failures of a kind */
    uint64_t explained[DIFFERENCES_MAX][PARTIES];
};

/** Ask everything about the zones. */
void compare_case(struct comparison *comparison, const struct zone_case *zones);

#endif
