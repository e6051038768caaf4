/*
 * hash.c - SHA-1 of names, block by block; see hash.h.
 *
 * A query for a name that is not there costs one of these, so blocks are made here, with the name
 * lower-cased on its way, and only the compression function is called: what is around it in
 * OpenSSL costs more than the hash of a name.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "host/answer/denial/hash.h"

#include <openssl/sha.h>

#define BLOCK      64
#define BLOCKS_MAX 5 /* of a name with its padding */

static void lower_copy(uint8_t *to, const uint8_t *from, size_t size)
{
    /* Lengths of labels are below 'A'. */
    for (size_t i = 0; i < size; i++) {
        to[i] = (uint8_t)(from[i] + ((uint8_t)(from[i] - 'A') < 26) * ('a' - 'A'));
    }
}

static void put_word(uint8_t *octets, SHA_LONG word)
{
    octets[0] = (uint8_t)(word >> 24);
    octets[1] = (uint8_t)(word >> 16);
    octets[2] = (uint8_t)(word >> 8);
    octets[3] = (uint8_t)word;
}

void denial_hash(const uint8_t *wire, size_t size, uint8_t hash[DENIAL_HASH_SIZE])
{
    uint8_t block[BLOCK * BLOCKS_MAX];
    size_t padded = (size + 1 + 8 + BLOCK - 1) / BLOCK * BLOCK;
    SHA_CTX context;

    lower_copy(block, wire, size);
    block[size] = 0x80;
    memset(block + size + 1, 0, padded - size - 1);
    put_word(block + padded - 4, (SHA_LONG)size * 8);
    (void)SHA1_Init(&context);
    for (size_t at = 0; at < padded; at += BLOCK) {
        SHA1_Transform(&context, block + at);
    }
    put_word(hash, context.h0);
    put_word(hash + 4, context.h1);
    put_word(hash + 8, context.h2);
    put_word(hash + 12, context.h3);
    put_word(hash + 16, context.h4);
}
