/*
 * keyring.h - the zone keys in use: opened when first needed, a bounded number kept.
 *
 * A key is used only while the current root names its public key: the caller gives the public key
 * of the verified leaf, and a sealed key that is not bound to just that does not open.
 */
#ifndef SWORN_ENCLAVE_DNSSEC_KEYRING_H
#define SWORN_ENCLAVE_DNSSEC_KEYRING_H

#include "enclave/channel.h"
#include "enclave/dnssec/signer.h"

#define KEYRING_SLOTS 64

struct keyring_slot {
    bool used;
    uint64_t last_use;
    struct hash zone_id;
    struct signer signer;
};

struct keyring {
    uint64_t uses;
    struct keyring_slot slots[KEYRING_SLOTS];
};

/** What a zone key is and how it is had from the host. */
struct key_request {
    struct channel *channel;
    struct secrets *secrets;
    const uint8_t *seal_secret;
    struct hash log_id;
    struct hash zone_id;
    uint8_t role;
    uint8_t anchor;
    uint8_t algorithm;
    struct octets public_key; /* of the verified leaf */
};

/**
 * The signer for a zone; good until the next call. SWORN_PROOF when the host's sealed key is not
 * the one.
 */
SWORN_CHECK enum sworn_result keyring_get(struct keyring *keyring,
                                          const struct key_request *request, struct region *region,
                                          const struct signer **signer, struct reason *reason);

/** Take over a signer that was made for a zone. */
void keyring_put(struct keyring *keyring, const struct hash *zone_id, const struct signer *signer);

#endif
