/*
 * generator.h - zones made up at random: the same seed makes the same ones.
 *
 * What makes answering hard is there often: wildcards at every depth, aliases over aliases, cuts
 * below wildcards and above names, empty non-terminals, names that others hide, odd octets, names
 * of all lengths, sets that are too large for UDP.
 */
#ifndef SWORN_TESTS_CONFORMANCE_GENERATOR_H
#define SWORN_TESTS_CONFORMANCE_GENERATOR_H

#include "tests/unit/host/load_zone.h"

#define CASE_ZONES_MAX 2

/** A zone, and sometimes the zone of one of its cuts. */
struct zone_case {
    size_t count;
    struct zone_sets zone[CASE_ZONES_MAX]; /* signed */
};

/**
 * Make the zones of a seed. Apexes are unique to seed and kind of denial.
 *
 * \param hashed  with NSEC3
 */
void case_make(struct zone_case *made, uint64_t seed, bool hashed);
void case_free(struct zone_case *made);

/** The same around a zone that is there already, signed. */
void case_of_file(struct zone_case *made, const char *path, const char *apex);

/**
 * Whether a set lies below a DNAME. Others refuse to load it: they are given the zone without,
 * which has to make no difference (RFC 6672 2.4).
 */
bool case_is_hidden(const struct zone_sets *sets, const struct rrset *rrset);

#endif
