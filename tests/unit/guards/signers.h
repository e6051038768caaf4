/*
 * signers.h - keys of each type, what they sign, and messages for the zone of a fixture.
 */
#ifndef SWORN_TESTS_UNIT_GUARDS_SIGNERS_H
#define SWORN_TESTS_UNIT_GUARDS_SIGNERS_H

#include "tests/unit/guard/fixture.h"

#define SET_A                                                                                      \
    "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"www\",\"content\":"           \
    "\"192.0.2.1\",\"ttl\":\"300\"}}"

enum { RECORD = 1, OWNER = 2, POLICY = 3, REMOVE = 4 };
enum { ED25519 = 1, P256 = 2, SECP256K1 = 3 };

/** A key; `scheme` is what a key of type 3 signs by. */
struct signer {
    uint8_t type, scheme, number;
};

/** What stands for the key in an environment: 32, 65 or 20 octets. */
struct octets signer_key(struct fixture *fixture, const struct signer *signer);

/** 64 octets, or 66 with the scheme. */
struct octets signer_sign(struct fixture *fixture, const struct signer *signer,
                          struct octets message);

/** For the fixture's zone and sequence: one operation, or none when `octets` has no data. */
struct octets message_with(struct fixture *fixture, uint8_t kind, struct octets octets);

/** The two together. */
struct octets joined(struct fixture *fixture, struct octets a, struct octets b);

bool has_www(struct fixture *fixture);

/** That the row of docs/guards.md says what a call has cost: no less, and a tenth more at most. */
void assert_page_says(struct fixture *fixture, const char *row, size_t code);

/** A creation: setup(), sequence 0, no zone id yet. */
void fixture_creates(struct fixture *fixture);

#endif
