/*
 * dns.h - keys of DNS tools: the pair of files that dnssec-keygen -T KEY writes and nsupdate -k
 * takes, algorithms 13 (ECDSA P-256) and 15 (Ed25519).
 *
 *   Kname.+013+12345.key      name IN KEY 512 3 13 <base64>
 *   Kname.+013+12345.private  Private-key-format: v1.3
 *                             Algorithm: 13 (ECDSAP256SHA256)
 *                             PrivateKey: <base64 of 32 octets>
 */
#ifndef SWORN_CLI_KEY_DNS_H
#define SWORN_CLI_KEY_DNS_H

#include "cli/key/key.h"

/** Whether the octets begin as a .private file does. */
bool dns_key_is_private(struct octets file);

/** The key in `file`, which was read from `path`, with the KEY record of the file beside it. */
SWORN_CHECK enum sworn_result dns_key_read(const char *path, struct octets file,
                                           struct region *region, struct owner_key *key,
                                           struct reason *reason);

/** The one KEY record of a .key file, in wire form (core/update/sig0.h). */
SWORN_CHECK enum sworn_result dns_key_record(const char *path, struct region *region,
                                             struct octets *record, struct reason *reason);

#endif
