/*
 * hash.h - the hash of RFC 5155 5 as all zones here use it: SHA-1 of the name in lower case, no
 * salt, no further iteration (RFC 9276 3.1).
 */
#ifndef SWORN_HOST_ANSWER_DENIAL_HASH_H
#define SWORN_HOST_ANSWER_DENIAL_HASH_H

#include "core/dnssec/nsec3.h"

#define DENIAL_HASH_SIZE NSEC3_HASH_SIZE

/** \param wire  an uncompressed name of at most NAME_MAX_SIZE + 2 octets, in either case */
void denial_hash(const uint8_t *wire, size_t size, uint8_t hash[DENIAL_HASH_SIZE]);

#endif
