/*
 * proof.h - showing that a key is, or is not, in a tree whose root one knows.
 *
 *   proof  = u16 count ‖ count × (u16 crit bit ‖ 32 octets sibling), root first ‖ ending
 *   ending = 00                                     the path ends at the key itself (its value hash
 *   is the verifier's to give),
 *                                                   or the tree is empty (count 0, absence only)
 *          | 01 ‖ u16 size ‖ key ‖ 32 value hash    the path ends at another leaf: absence
 *
 * Directions are never read from a proof: they follow from the key that is asked for, so a proof
 * cannot lead to another leaf than the one a lookup would reach. Crit bits increase strictly; depth
 * is bounded by the longest key; nothing recurses.
 */
#ifndef SWORN_CORE_MERKLE_PROOF_H
#define SWORN_CORE_MERKLE_PROOF_H

#include "core/merkle/merkle.h"

/**
 * Check that `key` holds a value with `value_hash` in the tree with `root`.
 *
 * \return SWORN_OK; SWORN_PROOF if the hashes do not lead to `root`; SWORN_MALFORMED
 */
SWORN_CHECK enum sworn_result merkle_verify_present(enum merkle_kind kind, struct octets proof,
                                                    struct octets key,
                                                    const struct hash *value_hash,
                                                    const struct hash *root);

/** Check that `key` is not in the tree with `root`. Results as above. */
SWORN_CHECK enum sworn_result merkle_verify_absent(enum merkle_kind kind, struct octets proof,
                                                   struct octets key, const struct hash *root);

#endif
