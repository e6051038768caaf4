/*
 * curve.h - the two curves of ECDSA: P-256 through OpenSSL, secp256k1 as Ethereum uses it through
 * libsecp256k1. Points are uncompressed, 04 ‖ x ‖ y; scalars 32 octets, big-endian.
 */
#ifndef SWORN_CLI_KEY_CURVE_H
#define SWORN_CLI_KEY_CURVE_H

#include "core/cursor/octets.h"
#include "core/cursor/result.h"

#define POINT_SIZE   65
#define ADDRESS_SIZE 20

bool p256_has_point(const uint8_t point[POINT_SIZE]);

/** SWORN_INVALID for a scalar that is zero or not below the order. */
SWORN_CHECK enum sworn_result p256_point(const uint8_t scalar[32], uint8_t point[POINT_SIZE]);

/** r ‖ s over SHA-256(message). */
SWORN_CHECK enum sworn_result p256_sign(const uint8_t scalar[32], struct octets message,
                                        uint8_t signature[64]);

bool p256_verifies(const uint8_t point[POINT_SIZE], struct octets message,
                   const uint8_t signature[64]);

/** r ‖ s of a signature in DER, as OpenSSL writes them; false: it is none. */
bool ecdsa_of_der(struct octets der, uint8_t signature[64]);

bool koblitz_has_point(const uint8_t point[POINT_SIZE]);

/** The point of a scalar on secp256k1; SWORN_INVALID as above. */
SWORN_CHECK enum sworn_result koblitz_point(const uint8_t scalar[32], uint8_t point[POINT_SIZE]);

/** r ‖ s ‖ v, v 27 or 28, over a hash. */
SWORN_CHECK enum sworn_result koblitz_sign(const uint8_t scalar[32], const uint8_t hash[32],
                                           uint8_t signature[65]);

/** Whose signature over a hash this is, v 0, 1, 27 or 28; false: nobody's. */
bool koblitz_signer(const uint8_t signature[65], const uint8_t hash[32],
                    uint8_t address[ADDRESS_SIZE]);

/** The last 20 octets of keccak-256(x ‖ y). */
void koblitz_address(const uint8_t point[POINT_SIZE], uint8_t address[ADDRESS_SIZE]);

/** "0x" and 40 digits, letters in the case that EIP-55 gives them; terminated. */
void address_to_text(const uint8_t address[ADDRESS_SIZE], char text[43]);

#endif
