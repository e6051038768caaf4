/*
 * pem.h - keys as OpenSSL writes them: PKCS#8 (RFC 5958), ECPrivateKey (RFC 5915) and
 * SubjectPublicKeyInfo (RFC 5280 4.1) in PEM, of the three types that there are.
 */
#ifndef SWORN_CLI_KEY_PEM_H
#define SWORN_CLI_KEY_PEM_H

#include "cli/key/key.h"

/** Whether it looks like PEM at all. */
bool pem_is(struct octets file);

/** A private key that is not encrypted; `path` is for the reason. */
SWORN_CHECK enum sworn_result pem_read_private(const char *path, struct octets file,
                                               struct owner_key *key, struct reason *reason);

SWORN_CHECK enum sworn_result pem_read_public(const char *path, struct octets file,
                                              struct public_key *key, struct reason *reason);

#endif
