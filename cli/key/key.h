/*
 * key.h - keys of owners: of three types, as files and as text.
 *
 *   FILE      sworn-key-v1 TYPE <base64 of the 32 octet seed or scalar>   (0600, never overwritten)
 *   FILE.pub  sworn-public-key-v1 TYPE <base64 of the public key, 32 or 65 octets>
 *             for secp256k1 the address 0x... besides
 *
 * Also read: PEM of OpenSSL (pem.h), keys of ssh-keygen (openssh.h), those of dnssec-keygen -T KEY
 * for zones that DNS UPDATE changes (dns.h).
 */
#ifndef SWORN_CLI_KEY_KEY_H
#define SWORN_CLI_KEY_KEY_H

#include "core/cursor/region.h"
#include "core/cursor/writer.h"

/* As the key sets of guards number them (docs/guard-abi.md). */
enum key_type { KEY_ED25519 = 1, KEY_P256 = 2, KEY_SECP256K1 = 3 };

#define KEY_TYPE_LAST      KEY_SECP256K1
#define KEY_PUBLIC_MAX     65
#define KEY_SECRET_SIZE    32 /* a seed or a scalar */
#define KEY_SIGNATURE_SIZE 64 /* of those that sign octets */
#define KEY_TEXT_SIZE      96 /* any public key as text */
#define KEY_FILE_MAX       ((size_t)16 * 1024)

/** What guards know an owner by: 32 octets; a point, 04 first; an Ethereum address of 20 octets. */
struct public_key {
    enum key_type type;
    uint8_t octets[KEY_PUBLIC_MAX];
};

struct owner_key {
    struct public_key public;
    uint8_t secret[KEY_SECRET_SIZE];
    struct octets record; /* its KEY record in wire form, when it is one of DNS tools */
};

/** "ed25519", "p256", "secp256k1". */
const char *key_type_name(enum key_type type);

/** The type of that name; false: there is none. */
bool key_type_of(const char *name, enum key_type *type);

/** Octets of a public key of this type. */
size_t key_public_size(enum key_type type);

static inline struct octets octets_of_key(const struct public_key *key)
{
    return octets_of(key->octets, key_public_size(key->type));
}

static inline bool key_equal(const struct public_key *a, const struct public_key *b)
{
    return a->type == b->type && octets_equal(octets_of_key(a), octets_of_key(b));
}

/** The key with this seed or scalar; SWORN_INVALID for a scalar outside the curve's order. */
SWORN_CHECK enum sworn_result
key_of_secret(enum key_type type, const uint8_t secret[KEY_SECRET_SIZE], struct owner_key *key);

/** Make a key and write both files; what FILE.pub says goes to `line`. */
SWORN_CHECK enum sworn_result key_make(const char *path, enum key_type type, struct region *region,
                                       struct writer *line, struct reason *reason);

SWORN_CHECK enum sworn_result key_load(const char *path, struct region *region,
                                       struct owner_key *key, struct reason *reason);

void key_wipe(struct owner_key *key);

/** A signature over octets, by an Ed25519 or P-256 key. */
SWORN_CHECK enum sworn_result key_sign(const struct owner_key *key, struct octets message,
                                       uint8_t signature[KEY_SIGNATURE_SIZE]);

/**
 * A public key: as text (base64, an address 0x..., "ssh-ed25519 ..."), or the path of a file that
 * has one (FILE.pub, PEM, ssh-keygen's).
 */
SWORN_CHECK enum sworn_result key_public_from_text(const char *text, struct region *region,
                                                   struct public_key *key, struct reason *reason);

/** Base64, or an address with the letters' case of EIP-55. */
void key_public_to_text(const struct public_key *key, char text[KEY_TEXT_SIZE]);

#endif
