/*
 * proof.h - whether what a response denies is denied by the NSEC or NSEC3 in it, judged from the
 * response alone.
 */
#ifndef SWORN_TESTS_CONFORMANCE_PROOF_H
#define SWORN_TESTS_CONFORMANCE_PROOF_H

#include "tests/conformance/parsed.h"

/**
 * Names that are said not to be there (RFC 4035 5.4, RFC 5155 8.4), types that a name has not (8.5
 * to 8.7), closer names than the wildcards that were expanded (RFC 4035 5.3.4, RFC 5155 8.8).
 */
bool proof_holds(const struct parsed *response, const struct name *asked, uint16_t type);

#endif
