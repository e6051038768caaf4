/*
 * hashed.h - names by their hashes: which of them own an NSEC3, and who is whose neighbour in the
 * order of hashes (RFC 5155 7.1; core/dnssec/nsec3.h).
 *
 * Neighbours are found among the leaves 01 00 ‖ hash of the tree: as good as those are kept.
 */
#ifndef SWORN_ENCLAVE_DNSSEC_HASHED_H
#define SWORN_ENCLAVE_DNSSEC_HASHED_H

#include "core/dnssec/nsec3.h"
#include "enclave/dnssec/view.h"

/** Whether a name of this standing owns an NSEC3: empty non-terminals do, too. */
static inline bool owns_hashed_denial(enum standing standing)
{
    return owns_denial(standing) || standing == STANDING_EMPTY;
}

/** Where a name stands, STANDING_EMPTY told from STANDING_NONE. */
SWORN_CHECK enum sworn_result hashed_standing(const struct view *view, const struct name_key *name,
                                              enum standing *standing);

/**
 * The next name after `name`, whatever that is now, that is to own an NSEC3, in the order of names;
 * SWORN_ABSENT after the last.
 */
SWORN_CHECK enum sworn_result hashed_next_name(const struct view *view, const struct name_key *name,
                                               struct name_key *next);

/** The hash of a name. */
SWORN_CHECK enum sworn_result hashed_of(struct octets name, struct nsec3_hash *hash);

/** The name of a hash's leaf; SWORN_ABSENT. */
SWORN_CHECK enum sworn_result hashed_name(const struct view *view, const struct nsec3_hash *hash,
                                          struct name_key *name);

/** The first hash that has a leaf and is not before this one, or the next; SWORN_ABSENT. */
SWORN_CHECK enum sworn_result hashed_from(const struct view *view, const struct nsec3_hash *hash,
                                          bool after, struct nsec3_hash *found);

/** The next hash, after the last the first; and the one before, before the first the last. */
SWORN_CHECK enum sworn_result hashed_next(const struct view *view, const struct nsec3_hash *hash,
                                          struct nsec3_hash *next);
SWORN_CHECK enum sworn_result hashed_previous(const struct view *view,
                                              const struct nsec3_hash *hash,
                                              struct nsec3_hash *previous);

#endif
