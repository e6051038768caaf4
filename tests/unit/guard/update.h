/*
 * update.h - DNS UPDATE messages from lines such as nsupdate takes, signed with SIG(0).
 *
 *   yxdomain NAME | nxdomain NAME | yxrrset NAME TYPE [DATA] | nxrrset NAME TYPE
 *   add NAME TTL TYPE DATA | del NAME [TYPE [DATA]]
 *   pre NAME TTL CLASS TYPE DATA | up NAME TTL CLASS TYPE DATA      as they are; DATA "-" is none
 *
 * Names are relative to demo.test.
 */
#ifndef SWORN_TESTS_UNIT_GUARD_UPDATE_H
#define SWORN_TESTS_UNIT_GUARD_UPDATE_H

#include "core/cursor/region.h"
#include "core/dns/name.h"

#include <openssl/evp.h>

#define NOW 1700000000U

/** A key pair of algorithm 13 or 15, its KEY record at k.demo.test. */
struct signer {
    uint8_t algorithm;
    EVP_PKEY *key;
    uint8_t public_key[64];
    size_t public_size;
    const char *owner; /* text */
};

void signer_new(struct signer *signer, uint8_t algorithm, const char *owner);
void signer_free(struct signer *signer);

/** Its KEY record in wire form. */
struct octets signer_record(const struct signer *signer, struct region *region);
uint16_t signer_tag(const struct signer *signer);

/** 64 octets of signature over `octets`. */
void signer_sign(const struct signer *signer, struct octets octets, uint8_t signature[64]);

/** A message for `zone`, not signed. */
struct octets update_of(const char *zone, const char *lines, struct region *region);

struct times {
    uint32_t inception, expiration;
};

/** The message with a SIG(0) behind it. */
struct octets update_signed(const struct signer *signer, struct octets message, struct times times,
                            struct region *region);

#endif
