/*
 * crypto.c - hashes and signature checks for guards: the same results as pure WASM, faster.
 *
 * All inputs are public: no care for timing is needed. Inputs are copied before anything is
 * written, so they may overlap the output.
 */
#include "core/guard/abi.h"

#include <sodium.h>

#include "core/merkle/merkle.h"

enum {
    ED25519_KEY = 32,
    ED25519_SIGNATURE = 64,
    SECP256K1_SIGNATURE = 65,
    SECP256K1_KEY = 65,
};

/* sha256(dest, offset, size) */
enum sworn_result crypto_sha256(struct abi_session *session)
{
    struct octets input;
    uint8_t *output;
    struct hash hash;

    SWORN_TRY(abi_input(session, abi_u32(session, 1), abi_u32(session, 2), &input));
    SWORN_TRY(abi_output(session, abi_u32(session, 0), HASH_SIZE, &output));
    SWORN_TRY(abi_charge_octets(session, input.size));
    SWORN_TRY(sha256_one(input, &hash));
    memcpy(output, hash.octets, HASH_SIZE);
    return SWORN_OK;
}

/* keccak256(dest, offset, size) */
enum sworn_result crypto_keccak256(struct abi_session *session)
{
    struct octets input;
    uint8_t *output;
    struct hash hash;

    SWORN_TRY(abi_input(session, abi_u32(session, 1), abi_u32(session, 2), &input));
    SWORN_TRY(abi_output(session, abi_u32(session, 0), HASH_SIZE, &output));
    SWORN_TRY(abi_charge_octets(session, input.size));
    engine_keccak256(input.data, input.size, hash.octets);
    memcpy(output, hash.octets, HASH_SIZE);
    return SWORN_OK;
}

/* ed25519_verify(key32, sig64, offset, size): RFC 8032, small-order keys and S >= L refused */
enum sworn_result crypto_ed25519_verify(struct abi_session *session)
{
    struct octets key, signature, message;
    int valid;

    SWORN_TRY(abi_input(session, abi_u32(session, 0), ED25519_KEY, &key));
    SWORN_TRY(abi_input(session, abi_u32(session, 1), ED25519_SIGNATURE, &signature));
    SWORN_TRY(abi_input(session, abi_u32(session, 2), abi_u32(session, 3), &message));
    SWORN_TRY(abi_charge_octets(session, message.size));
    valid = crypto_sign_verify_detached(signature.data, message.data, message.size, key.data) == 0;
    abi_return(session, valid ? 1 : 0);
    return SWORN_OK;
}

/* secp256k1_recover(dest65, sig65, hash32): signature r ‖ s ‖ v, v 0..3, or 27, 28 as wallets do */
enum sworn_result crypto_secp256k1_recover(struct abi_session *session)
{
    const secp256k1_context *context = session->cache->secp256k1;
    struct octets octets, hash;
    uint8_t *output;
    uint8_t encoded[SECP256K1_KEY];
    size_t size = sizeof(encoded);
    int v;
    secp256k1_ecdsa_recoverable_signature signature;
    secp256k1_pubkey key;

    SWORN_TRY(abi_output(session, abi_u32(session, 0), SECP256K1_KEY, &output));
    SWORN_TRY(abi_input(session, abi_u32(session, 1), SECP256K1_SIGNATURE, &octets));
    SWORN_TRY(abi_input(session, abi_u32(session, 2), HASH_SIZE, &hash));
    abi_return(session, 0);
    v = octets.data[64] >= 27 && octets.data[64] <= 28 ? octets.data[64] - 27 : octets.data[64];
    SWORN_ENSURE(v <= 3, SWORN_OK);
    SWORN_ENSURE(secp256k1_ecdsa_recoverable_signature_parse_compact(context, &signature,
                                                                     octets.data, v) == 1,
                 SWORN_OK);
    SWORN_ENSURE(secp256k1_ecdsa_recover(context, &key, &signature, hash.data) == 1, SWORN_OK);
    SWORN_ENSURE(secp256k1_ec_pubkey_serialize(context, encoded, &size, &key,
                                               SECP256K1_EC_UNCOMPRESSED) == 1,
                 SWORN_OK);
    memcpy(output, encoded, SECP256K1_KEY);
    abi_return(session, 1);
    return SWORN_OK;
}
