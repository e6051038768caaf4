/*
 * checkpoint.h - the log's head as a C2SP tlog checkpoint: a signed note (c2sp.org/tlog-checkpoint,
 * c2sp.org/signed-note).
 *
 *   sworn/<hex log id>\n
 *   <size in decimal>\n
 *   <base64 root>\n
 *   \n
 *   — sworn/<hex log id> <base64(u32 key id ‖ 64 octets Ed25519 signature)>\n
 *
 * log id = SHA-256(log public key); key id = first four octets of SHA-256(name ‖ 0A ‖ 01 ‖ public
 * key); the signature covers the text up to and including the newline before the empty line.
 * Nothing else is accepted: no extension lines, further signatures (witnesses) may follow and are
 * not looked at here.
 */
#ifndef SWORN_CORE_MERKLE_CHECKPOINT_H
#define SWORN_CORE_MERKLE_CHECKPOINT_H

#include "core/cursor/writer.h"
#include "core/merkle/merkle.h"

#define CHECKPOINT_MAX         1024
#define ED25519_PUBLIC_SIZE    32
#define ED25519_SIGNATURE_SIZE 64

struct checkpoint {
    struct hash log_id;
    uint64_t size;
    struct hash root;
};

/** SHA-256(public key). */
SWORN_CHECK enum sworn_result log_id_of(const uint8_t public_key[ED25519_PUBLIC_SIZE],
                                        struct hash *log_id);

/** The signed text, without signature: what is to be signed. */
SWORN_CHECK enum sworn_result checkpoint_text(const struct checkpoint *checkpoint,
                                              struct writer *text);

/** Append the empty line and the signature line to what checkpoint_text() wrote. */
SWORN_CHECK enum sworn_result checkpoint_seal(struct writer *text,
                                              const struct checkpoint *checkpoint,
                                              const uint8_t public_key[ED25519_PUBLIC_SIZE],
                                              const uint8_t signature[ED25519_SIGNATURE_SIZE]);

/**
 * Parse and verify (libsodium) against the log's public key; SWORN_PROOF when origin or signature
 * is not that key's.
 */
SWORN_CHECK enum sworn_result checkpoint_open(struct octets note,
                                              const uint8_t public_key[ED25519_PUBLIC_SIZE],
                                              struct checkpoint *checkpoint);

#endif
