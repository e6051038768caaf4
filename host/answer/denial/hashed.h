/*
 * hashed.h - an NSEC3 with its signatures as it goes into a response. It is no name of the zone
 * (RFC 5155 7.2.8) but an item of the order by hash.
 *
 *   hashed = header ‖ hash ‖ records
 *   records = owner ‖ NSEC3 from type to RDATA, then for each RRSIG: pointer to owner ‖ the same
 *   owner   = 20 ‖ 32 octets of base32hex ‖ pointer to the apex (of the root: 00)
 *
 * Pointers are left open: a place fills them in, one for each record.
 */
#ifndef SWORN_HOST_ANSWER_DENIAL_HASHED_H
#define SWORN_HOST_ANSWER_DENIAL_HASHED_H

#include "host/answer/denial/hash.h"
#include "host/answer/index/keyed.h"
#include "host/answer/index/txn.h"
#include "host/store/signed_set.h"

#define HASHED_LABEL (1 + NSEC3_LABEL_SIZE)

struct hashed {
    struct keyed keyed; /* by `hash` */
    uint16_t count;     /* of records, NSEC3 first */
    uint16_t size;      /* of the records */
    uint8_t owner_size; /* of the first: the label, then 2 or, under the root, 1 */
    uint8_t hash[DENIAL_HASH_SIZE];
    uint8_t octets[];
};

/** Render the set; its owner has to be a hash below `apex` (SWORN_INVALID). */
SWORN_CHECK enum sworn_result hashed_render(struct txn *txn, const struct signed_set *set,
                                            const struct name *apex, struct hashed **hashed);

#endif
