/*
 * signed_set.h - a record set with its signatures, as the store holds it and as it is served.
 *
 *   row = u32 size ‖ value (core/dns/rrset.h) ‖ u16 count ‖ count × (u16 size ‖ RRSIG RDATA)
 *
 * NSEC sets are rows like others; they are in no tree.
 */
#ifndef SWORN_HOST_STORE_SIGNED_SET_H
#define SWORN_HOST_STORE_SIGNED_SET_H

#include "core/dns/rrset.h"

struct signed_set {
    struct rrset rrset; /* count 0 in a difference: the set is gone */
    uint16_t rrsig_count;
    struct octets *rrsig;
};

/** Decode a row; everything borrows from it but the arrays, which are the region's. */
SWORN_CHECK enum sworn_result signed_set_read(struct octets row, const struct name *owner,
                                              uint16_t type, struct region *region,
                                              struct signed_set *set);
SWORN_CHECK enum sworn_result signed_set_write(const struct signed_set *set, struct writer *row);

#endif
