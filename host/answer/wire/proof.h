/*
 * proof.h - NSEC and NSEC3 in a response: records whose owner may be anything in the zone.
 */
#ifndef SWORN_HOST_ANSWER_PROOF_H
#define SWORN_HOST_ANSWER_PROOF_H

#include "host/answer/denial/denial.h"
#include "host/answer/wire/response.h"

/** An item of `zone`'s proofs with its signatures; false when there is no room. */
bool response_proof(struct response *response, const struct zone *zone, const struct keyed *item);

#endif
