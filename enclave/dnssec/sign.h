/*
 * sign.h - following a plan: an RRSIG for each set that needs one, all in the form in which they
 * leave the enclave.
 */
#ifndef SWORN_ENCLAVE_DNSSEC_SIGN_H
#define SWORN_ENCLAVE_DNSSEC_SIGN_H

#include "core/boundary/message.h"
#include "enclave/dnssec/plan.h"
#include "enclave/dnssec/signer.h"

#define INCEPTION_SLACK 3600 /* inception lies this long before certified time */
#define JITTER_PART     10   /* an expiration is brought forward by less than a tenth of the life */

struct signing {
    const struct signer *signer;
    struct name apex;
    uint64_t time; /* certified */
    uint32_t lifetime;
    uint16_t key_tag;
};

/** Sign what the plan says; each of `sets` is a committed_set (core/boundary/message.h). */
SWORN_CHECK enum sworn_result sign_plan(const struct signing *signing, const struct plan *plan,
                                        struct region *region, struct octets_list *sets);

#endif
