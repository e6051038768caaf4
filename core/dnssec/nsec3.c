/*
 * nsec3.c - hashed denial of existence as octets; see nsec3.h.
 */
/* As in core/merkle/merkle.c: no look-up of the algorithm, no allocation, for each name. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "core/dnssec/nsec3.h"

#include <openssl/sha.h>

#include "core/dns/rr.h"
#include "core/dnssec/dnssec.h"

#define HASH_SHA1   1 /* RFC 5155 11 */
#define DIGIT_BITS  5
#define DIGIT_MASK  31
#define OCTET_BITS  8
#define LABEL_START 1 /* behind its length */

static const uint8_t parameters[] = {HASH_SHA1, 0, 0, 0, 0};

uint16_t denial_type(enum denial denial)
{
    return denial == DENIAL_NSEC3 ? RR_NSEC3 : RR_NSEC;
}

enum sworn_result nsec3_hash_of(const struct name *name, struct nsec3_hash *hash)
{
    struct name lower = *name;
    SHA_CTX context;

    name_lower(&lower);
    SWORN_ENSURE(SHA1_Init(&context) == 1, SWORN_CRYPTO);
    SWORN_ENSURE(SHA1_Update(&context, lower.wire, lower.size) == 1, SWORN_CRYPTO);
    SWORN_ENSURE(SHA1_Final(hash->octets, &context) == 1, SWORN_CRYPTO);
    return SWORN_OK;
}

/* 20 octets are 32 digits with no bit left over (RFC 4648 7, in lower case). */
static void label_of(const struct nsec3_hash *hash, uint8_t label[NSEC3_LABEL_SIZE])
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
    uint32_t bits = 0;
    unsigned have = 0;
    size_t at = 0;

    for (size_t i = 0; i < NSEC3_HASH_SIZE; i++) {
        bits = (bits << OCTET_BITS | hash->octets[i]) & 0xffff;
        for (have += OCTET_BITS; have >= DIGIT_BITS; have -= DIGIT_BITS) {
            label[at++] = (uint8_t)digits[bits >> (have - DIGIT_BITS) & DIGIT_MASK];
        }
    }
}

static int digit_of(uint8_t character)
{
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    character |= 0x20;
    return character >= 'a' && character <= 'v' ? character - 'a' + 10 : -1;
}

enum sworn_result nsec3_owner(const struct nsec3_hash *hash, const struct name *apex,
                              struct name *owner)
{
    uint8_t label[NSEC3_LABEL_SIZE];

    label_of(hash, label);
    return name_prepend(octets_of(label, sizeof(label)), apex, owner);
}

enum sworn_result nsec3_owner_read(const struct name *owner, const struct name *apex,
                                   struct nsec3_hash *hash)
{
    uint32_t bits = 0;
    unsigned have = 0;
    size_t at = 0;

    SWORN_ENSURE(owner->size == apex->size + NSEC3_LABEL_SIZE + 1 &&
                     owner->wire[0] == NSEC3_LABEL_SIZE && name_within(owner, apex),
                 SWORN_MALFORMED);
    for (size_t i = 0; i < NSEC3_LABEL_SIZE; i++) {
        int digit = digit_of(owner->wire[LABEL_START + i]);

        SWORN_ENSURE(digit >= 0, SWORN_MALFORMED);
        bits = (bits << DIGIT_BITS | (uint32_t)digit) & 0xfff;
        have += DIGIT_BITS;
        if (have >= OCTET_BITS) {
            have -= OCTET_BITS;
            hash->octets[at++] = (uint8_t)(bits >> have);
        }
    }
    return SWORN_OK;
}

enum sworn_result nsec3_write(const struct nsec3_hash *next, const uint16_t *types, size_t count,
                              struct writer *rdata)
{
    SWORN_TRY(write_octets(rdata, octets_of(parameters, sizeof(parameters))));
    SWORN_TRY(write_slice_u8(rdata, octets_of(next->octets, sizeof(next->octets))));
    return type_bitmap_write(types, count, rdata);
}

struct octets nsec3param_rdata(void)
{
    return octets_of(parameters, sizeof(parameters));
}

struct octets nsec3_leaf_key_of(const struct nsec3_hash *hash, struct nsec3_leaf_key *key)
{
    key->octets[0] = 1;
    key->octets[1] = 0;
    memcpy(key->octets + 2, hash->octets, sizeof(hash->octets));
    return octets_of(key->octets, sizeof(key->octets));
}

bool nsec3_is_leaf_key(struct octets key)
{
    return key.size >= 2 && key.data[0] == 1 && key.data[1] == 0;
}

struct octets nsec3_leaves_begin(void)
{
    static const uint8_t begin[] = {1, 0};

    return octets_of(begin, sizeof(begin));
}

struct octets nsec3_leaves_end(void)
{
    static const uint8_t end[] = {1, 1};

    return octets_of(end, sizeof(end));
}
