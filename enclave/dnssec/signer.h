/*
 * signer.h - a private key in use: made here, sealed here, opened here, and what it signs.
 *
 * Algorithm 13 is OpenSSL's ECDSA over P-256 with its own hedged nonces; 15 is libsodium's Ed25519.
 * One context for each key is kept and used again.
 */
#ifndef SWORN_ENCLAVE_DNSSEC_SIGNER_H
#define SWORN_ENCLAVE_DNSSEC_SIGNER_H

#include "enclave/seal.h"
#include "enclave/secrets.h"

#define PUBLIC_KEY_MAX 64 /* as in DNSKEY RDATA: X ‖ Y (RFC 6605 4), or 32 octets (RFC 8080 3) */
#define SIGNATURE_SIZE 64 /* both */

struct evp_pkey_ctx_st;

struct signer {
    uint8_t algorithm;
    uint8_t public_key[PUBLIC_KEY_MAX];
    uint8_t public_size;
    struct evp_pkey_ctx_st *p256; /* algorithm 13 */
    uint8_t *ed25519;             /* algorithm 15: a slot of `secrets` */
    struct secrets *secrets;
};

/** Make a new key. */
SWORN_CHECK enum sworn_result signer_create(struct secrets *secrets, uint8_t algorithm,
                                            struct signer *signer);

/** Sign `data`; the signature in the form that RRSIG RDATA and checkpoints hold. */
SWORN_CHECK enum sworn_result signer_sign(const struct signer *signer, struct octets data,
                                          uint8_t signature[SIGNATURE_SIZE]);

/** Seal the private key; binding.public_key is set here. */
SWORN_CHECK enum sworn_result signer_seal(const struct signer *signer,
                                          const uint8_t secret[SEAL_SECRET_SIZE],
                                          struct seal_binding *binding, struct writer *sealed);

/** Open a sealed key; SWORN_PROOF unless it is the one of binding->public_key. */
SWORN_CHECK enum sworn_result signer_open(struct secrets *secrets, uint8_t algorithm,
                                          const uint8_t secret[SEAL_SECRET_SIZE],
                                          const struct seal_binding *binding, struct octets sealed,
                                          struct signer *signer);

void signer_close(struct signer *signer);

#endif
