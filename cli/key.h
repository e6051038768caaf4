/*
 * key.h - the owner's key, as files.
 *
 *   FILE      sworn-key-v1 ed25519 <base64 of the 32 octet seed>\n   (0600, never overwritten)
 *   FILE.pub  sworn-public-key-v1 ed25519 <base64 of the 32 octet key>\n
 *
 * or as dnssec-keygen -T KEY makes them, for zones that DNS UPDATE changes: see dns_key.h.
 */
#ifndef SWORN_CLI_KEY_H
#define SWORN_CLI_KEY_H

#include "core/cursor/region.h"

#define KEY_PUBLIC_SIZE    32
#define KEY_SECRET_SIZE    64
#define KEY_SIGNATURE_SIZE 64

struct owner_key {
    uint8_t algorithm;                   /* 13 or 15, as in DNSSEC */
    uint8_t public_key[KEY_PUBLIC_SIZE]; /* of an Ed25519 key */
    uint8_t secret_key[KEY_SECRET_SIZE]; /* as libsodium has it: seed ‖ public key; or a scalar */
    struct octets record;                /* its KEY record in wire form; empty for a sworn key */
};

/** Make a key and write both files. */
SWORN_CHECK enum sworn_result key_make(const char *path, struct region *region,
                                       struct owner_key *key, struct reason *reason);

SWORN_CHECK enum sworn_result key_load(const char *path, struct region *region,
                                       struct owner_key *key, struct reason *reason);

void key_wipe(struct owner_key *key);

/** A public key: base64 of it, or the path of a file that key_make() wrote beside a key. */
SWORN_CHECK enum sworn_result key_public_from_text(const char *text, struct region *region,
                                                   uint8_t public_key[KEY_PUBLIC_SIZE],
                                                   struct reason *reason);

SWORN_CHECK enum sworn_result key_sign(const struct owner_key *key, struct octets message,
                                       uint8_t signature[KEY_SIGNATURE_SIZE]);

#endif
