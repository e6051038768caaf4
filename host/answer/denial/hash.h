/*
 * hash.h - the hash of RFC 5155 5 as all zones here use it: SHA-1 of the name in lower case, no
 * salt, no further iteration (RFC 9276 3.1).
 */
#ifndef SWORN_HOST_ANSWER_DENIAL_HASH_H
#define SWORN_HOST_ANSWER_DENIAL_HASH_H

#include "core/dns/name.h"

#define DENIAL_HASH_SIZE  20
#define DENIAL_LABEL_SIZE 32 /* the hash in base32hex */

/** \param wire  an uncompressed name of at most NAME_MAX_SIZE + 2 octets, in either case */
void denial_hash(const uint8_t *wire, size_t size, uint8_t hash[DENIAL_HASH_SIZE]);

/** The label of an NSEC3 (RFC 5155 3), in lower case, less its length. */
void denial_label(const uint8_t hash[DENIAL_HASH_SIZE], uint8_t label[DENIAL_LABEL_SIZE]);

/** The hash that a label with its length stands for; false when it is none. */
bool denial_hash_from_label(const uint8_t *label, uint8_t hash[DENIAL_HASH_SIZE]);

#endif
