/*
 * fake_sign.h - for tests: what a signer makes of a zone, with octets that only look like
 * signatures.
 */
#ifndef SWORN_TESTS_UNIT_HOST_FAKE_SIGN_H
#define SWORN_TESTS_UNIT_HOST_FAKE_SIGN_H

#include "tests/unit/host/load_zone.h"

/**
 * Give each authoritative set an RRSIG and each authoritative name an NSEC. `sets` is sorted before
 * and after; signatures depend on what they cover.
 */
void fake_sign(struct zone_sets *sets);

/** The same with NSEC3 and NSEC3PARAM instead; the apex takes 222 octets at most. */
void fake_sign_nsec3(struct zone_sets *sets);

#endif
