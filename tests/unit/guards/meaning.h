/*
 * meaning.h - reading a message's text back, by another hand: what it says against what the message
 * does when it gets to the enclave, which reads JSON with jansson.
 */
#ifndef SWORN_TESTS_UNIT_GUARDS_MEANING_H
#define SWORN_TESTS_UNIT_GUARDS_MEANING_H

#include "guards/sdk/fdns/keys.h"

/** NULL when `text` says exactly what `message` does; else where they part. */
const char *meaning_differs(struct fdns_octets text, const struct fdns_message *message);

/** Both as the imports of these names compute them. */
fdns_hash hash_sha256, hash_keccak256;

#endif
