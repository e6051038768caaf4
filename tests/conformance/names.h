/*
 * names.h - the names of interest of a zone: those that are there, and those where an answer might
 * go wrong.
 */
#ifndef SWORN_TESTS_CONFORMANCE_NAMES_H
#define SWORN_TESTS_CONFORMANCE_NAMES_H

#include "tests/conformance/generator.h"

struct names {
    struct name apex; /* that they all lie in */
    size_t count, room;
    struct name *name; /* each once, regardless of case */
    uint32_t *slot;    /* hash table of indexes + 1 */
};

/**
 * Every owner and empty non-terminal (in the zones of a case, hidden ones too) with: itself in
 * other case, one and two labels in front, the wildcard, names before and after it in the order;
 * and owners of NSEC3 with a name below.
 */
void names_of_interest(const struct zone_case *zones, struct names *names);
void names_free(struct names *names);

#endif
