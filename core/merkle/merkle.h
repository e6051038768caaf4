/*
 * merkle.h - the hashing rules of every tree (design section 5); prefixes keep leaves, nodes and
 * trees apart.
 *
 *   log leaf   = SHA-256(00 ‖ entry)                    log node   = SHA-256(01 ‖ left ‖ right)
 *    (RFC 6962 2.1)
 *   zone leaf  = SHA-256(02 ‖ u16 size ‖ key ‖ SHA-256(value))
 *   zone node  = SHA-256(03 ‖ u16 crit bit ‖ left ‖ right)
 *   top leaf, top node: the same with 04 and 05
 *   empty tree = 32 zero octets
 */
#ifndef SWORN_CORE_MERKLE_MERKLE_H
#define SWORN_CORE_MERKLE_MERKLE_H

#include "core/cursor/octets.h"
#include "core/cursor/result.h"

#define MERKLE_KEY_MAX  507
#define MERKLE_BITS_MAX (MERKLE_KEY_MAX * 8)

/** Which of the two crit-bit trees: the prefix of a leaf; a node's is one more. */
enum merkle_kind { MERKLE_ZONE = 2, MERKLE_TOP = 4 };

/** SHA-256 of a few runs of octets one after the other (OpenSSL). */
SWORN_CHECK enum sworn_result sha256(const struct octets *parts, size_t count, struct hash *hash);

/** SHA-256 of one run. */
SWORN_CHECK enum sworn_result sha256_one(struct octets octets, struct hash *hash);

SWORN_CHECK enum sworn_result merkle_leaf_hash(enum merkle_kind kind, struct octets key,
                                               const struct hash *value_hash, struct hash *hash);
SWORN_CHECK enum sworn_result merkle_node_hash(enum merkle_kind kind, uint16_t crit_bit,
                                               const struct hash *left, const struct hash *right,
                                               struct hash *hash);

/** Bit `index` of a key, bit 0 the high bit of octet 0; past the end 0. */
static inline unsigned merkle_bit(struct octets key, size_t index)
{
    return index / 8 >= key.size ? 0U : (unsigned)(key.data[index / 8] >> (7 - index % 8)) & 1U;
}

#endif
