/*
 * seal.h - private keys at rest: encrypted to this enclave and bound to what they are for.
 *
 *   sealed = u16 version (1) ‖ 32 salt ‖ ciphertext ‖ 16 tag          AES-256-GCM, key =
 *   HMAC-SHA-256(secret, label ‖ salt)
 *   bound  = 32 log id ‖ 32 zone id (zero for the log's key) ‖ u8 role ‖ u8 minimum anchor ‖ u16
 *   size ‖ public key
 *
 * Each object has a salt and so a key of its own, used once: the nonce is zero.
 */
#ifndef SWORN_ENCLAVE_SEAL_H
#define SWORN_ENCLAVE_SEAL_H

#include "core/cursor/reader.h"
#include "core/cursor/writer.h"

#define SEAL_SECRET_SIZE 32
#define SEAL_OVERHEAD    (2 + 32 + 16)
#define SEAL_PLAIN_MAX   64

/** What a sealed key is authenticated with. */
struct seal_binding {
    struct hash log_id;
    struct hash zone_id;
    uint8_t role; /* enum key_role, 0 for the log's key */
    uint8_t anchor;
    struct octets public_key;
};

/** Seal a private key of at most SEAL_PLAIN_MAX octets. */
SWORN_CHECK enum sworn_result seal(const uint8_t secret[SEAL_SECRET_SIZE],
                                   const struct seal_binding *binding, struct octets plain,
                                   struct writer *sealed);

/** Open it again; SWORN_PROOF when octets, binding or secret are not those it was sealed with. */
SWORN_CHECK enum sworn_result unseal(const uint8_t secret[SEAL_SECRET_SIZE],
                                     const struct seal_binding *binding, struct octets sealed,
                                     uint8_t *plain, size_t size);

#endif
