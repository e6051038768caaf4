/*
 * holders.h - key sets with all their private keys, and the arguments that their holders make:
 *
 *   key set  = u8 n ‖ n × (u8 type ‖ octets)
 *   argument = u8 count ‖ count × (u8 index ‖ signature) ‖ message
 */
#ifndef SWORN_TESTS_UNIT_GUARDS_HOLDERS_H
#define SWORN_TESTS_UNIT_GUARDS_HOLDERS_H

#include "tests/unit/guard/fixture.h"

#include <openssl/evp.h>

#define HOLDERS_MAX 8

enum kind {
    KIND_RECORD = 1,
    KIND_OWNER = 2,
    KIND_POLICY = 3,
    KIND_REMOVE = 4,
    KIND_ANNOUNCE = 16,
    KIND_EXECUTE = 17,
    KIND_CANCEL = 18,
};

/** Even holders have Ed25519 keys, odd ones P-256. */
struct holders {
    size_t count;
    EVP_PKEY *keys[HOLDERS_MAX];
};

void holders_begin(struct holders *holders, size_t count);
void holders_end(struct holders *holders);

/** The key set, to which a guard's own octets are added. */
struct writer holders_set(const struct holders *holders, struct region *region);

/** Operations, one after the other. */
struct writer operations(struct fixture *fixture);
void add(struct writer *operations, enum kind kind, struct octets octets);
void add_record(struct writer *operations, const char *json);

/** A message for the fixture's call. */
struct octets message_of(struct fixture *fixture, struct octets operations);

/** The argument of this message, signed by the holders whose bits are set. */
struct octets signed_by(struct fixture *fixture, const struct holders *holders, unsigned who,
                        struct octets message);

#endif
