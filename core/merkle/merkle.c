/*
 * merkle.c - the hashing rules; see merkle.h.
 */
/*
 * The one-shot functions of OpenSSL 3 look their algorithm up on every call, and an EVP_MD fetched
 * once would have to be kept in a static object or carried to every caller. The functions for
 * SHA-256 alone do neither, and allocate nothing: a leaf costs its two blocks. OpenSSL marks them
 * deprecated without a date for their end.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "core/merkle/merkle.h"

#include <openssl/sha.h>

enum sworn_result sha256(const struct octets *parts, size_t count, struct hash *hash)
{
    SHA256_CTX context;

    SWORN_ENSURE(SHA256_Init(&context) == 1, SWORN_CRYPTO);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size > 0) {
            SWORN_ENSURE(SHA256_Update(&context, parts[i].data, parts[i].size) == 1, SWORN_CRYPTO);
        }
    }
    SWORN_ENSURE(SHA256_Final(hash->octets, &context) == 1, SWORN_CRYPTO);
    return SWORN_OK;
}

enum sworn_result sha256_one(struct octets octets, struct hash *hash)
{
    return sha256(&octets, 1, hash);
}

enum sworn_result merkle_leaf_hash(enum merkle_kind kind, struct octets key,
                                   const struct hash *value_hash, struct hash *hash)
{
    const uint8_t head[3] = {(uint8_t)kind, (uint8_t)(key.size >> 8), (uint8_t)key.size};

    SWORN_ENSURE(key.size <= MERKLE_KEY_MAX, SWORN_LIMIT);
    return sha256((struct octets[]){octets_of(head, sizeof(head)), key, octets_of_hash(value_hash)},
                  3, hash);
}

enum sworn_result merkle_node_hash(enum merkle_kind kind, uint16_t crit_bit,
                                   const struct hash *left, const struct hash *right,
                                   struct hash *hash)
{
    const uint8_t head[3] = {(uint8_t)(kind + 1), (uint8_t)(crit_bit >> 8), (uint8_t)crit_bit};

    return sha256((struct octets[]){octets_of(head, sizeof(head)), octets_of_hash(left),
                                    octets_of_hash(right)},
                  3, hash);
}
