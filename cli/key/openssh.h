/*
 * openssh.h - Ed25519 keys of ssh-keygen, not encrypted.
 *
 *   -----BEGIN OPENSSH PRIVATE KEY-----, lines of base64, -----END OPENSSH PRIVATE KEY-----
 *   octets  = "openssh-key-v1" 00 ‖ cipher ‖ kdf ‖ kdf options ‖ u32 1 ‖ public ‖ private
 *   public  = "ssh-ed25519" ‖ 32 octets
 *   private = u32 check ‖ u32 check ‖ "ssh-ed25519" ‖ 32 octets ‖ seed and the same 32 octets
 *             ‖ comment ‖ 1, 2, 3, ... up to a multiple of 8 octets
 *   each name, public, private and run of octets has a u32 length in front
 */
#ifndef SWORN_CLI_KEY_OPENSSH_H
#define SWORN_CLI_KEY_OPENSSH_H

#include "cli/key/key.h"

/** Whether it has the first line of such a file. */
bool openssh_is_private(struct octets file);

SWORN_CHECK enum sworn_result openssh_read(const char *path, struct octets file,
                                           struct owner_key *key, struct reason *reason);

/** The second word of "ssh-ed25519 <base64>"; false: it is not such a key. */
bool openssh_public(struct octets base64, struct public_key *key);

#endif
