/*
 * take.c - signatures of a request: made, verified, and told whose they are.
 */
#include "cli/argument/take.h"

#include <sodium.h>

#include "cli/key/curve.h"

/*
 * Put in the order of keys; another signature of the same key takes the place of the first, and
 * where there is room for one only, any other does.
 */
static void signature_add(struct request *request, const struct request_signature *added)
{
    size_t at = 0;

    if (request->format->layout == LAYOUT_SIGNED) {
        request->count = 0;
    }
    while (at < request->count && request->signatures[at].key < added->key) {
        at++;
    }
    if (at == request->count || request->signatures[at].key != added->key) {
        memmove(&request->signatures[at + 1], &request->signatures[at],
                (request->count - at) * sizeof(*added));
        request->count++;
    }
    request->signatures[at] = *added;
}

/* The scheme's digest, false when the message has no text or there is no such scheme. */
static bool digest_of(struct request *request, uint8_t scheme, uint8_t digest[32],
                      struct reason *reason)
{
    struct octets text;

    return (scheme == WALLET_TEXT || scheme == WALLET_TYPED) &&
           request_text(request, &text, reason) == SWORN_OK &&
           message_digest(request->message, text, (enum wallet_scheme)scheme, request->region,
                          digest) == SWORN_OK;
}

static bool wallet_signed(struct request *request, const struct public_key *key,
                          const uint8_t signature[SIGNATURE_MAX])
{
    uint8_t digest[32], address[ADDRESS_SIZE];

    return digest_of(request, signature[0], digest, NULL) &&
           koblitz_signer(signature + 1, digest, address) &&
           memcmp(address, key->octets, ADDRESS_SIZE) == 0;
}

static bool is_signed_by(struct request *request, const struct public_key *key,
                         const struct request_signature *signature)
{
    if (signature->size != (key->type == KEY_SECP256K1 ? SIGNATURE_MAX : KEY_SIGNATURE_SIZE)) {
        return false;
    }
    if (key->type == KEY_ED25519) {
        return crypto_sign_verify_detached(signature->octets, request->message.data,
                                           request->message.size, key->octets) == 0;
    }
    return key->type == KEY_P256 ? p256_verifies(key->octets, request->message, signature->octets)
                                 : wallet_signed(request, key, signature->octets);
}

bool request_is_signed(struct request *request, const struct request_signature *signature)
{
    return signature->key < request->owners.count &&
           is_signed_by(request, &request->owners.keys[signature->key], signature);
}

/* The owner that this key is; without known owners it is the first. */
static enum sworn_result index_of(const struct request *request, const struct public_key *key,
                                  uint8_t *index, struct reason *reason)
{
    const struct argument_format *format = request->format;
    char text[KEY_TEXT_SIZE];

    *index = 0;
    SWORN_SAY(format->layout != LAYOUT_PLAIN, reason, SWORN_INVALID,
              "nobody signs for this guard: no key decides about its zone");
    SWORN_SAY(format->layout != LAYOUT_PROVEN, reason, SWORN_INVALID,
              "this guard wants a proof, which no key makes: --sign-with octets shows of what");
    SWORN_SAY(format->type == 0 || format->type == key->type, reason, SWORN_INVALID,
              "this zone's guard wants a signature by a key of type %s, and --key has one of %s",
              key_type_name(format->type), key_type_name(key->type));
    if (request->owners.count == 0) {
        return SWORN_OK;
    }
    for (size_t i = 0; i < request->owners.count; i++) {
        if (key_equal(&request->owners.keys[i], key)) {
            *index = (uint8_t)i;
            return SWORN_OK;
        }
    }
    key_public_to_text(key, text);
    return because(reason, SWORN_INVALID, "the key %s is none of the zone's owners (%zu)", text,
                   request->owners.count);
}

enum sworn_result request_sign(struct request *request, const struct owner_key *key,
                               struct reason *reason)
{
    struct request_signature signature = {.size = KEY_SIGNATURE_SIZE};
    uint8_t digest[32];

    SWORN_TRY(index_of(request, &key->public, &signature.key, reason));
    if (key->public.type == KEY_SECP256K1) {
        signature.size = SIGNATURE_MAX;
        signature.octets[0] = WALLET_TEXT;
        SWORN_ENSURE(digest_of(request, WALLET_TEXT, digest, reason), SWORN_INVALID);
        SWORN_TRY(koblitz_sign(key->secret, digest, signature.octets + 1));
    } else {
        SWORN_TRY(key_sign(key, request->message, signature.octets));
    }
    signature_add(request, &signature);
    return SWORN_OK;
}

/*
 * The forms that a signature by an owner of this type may have come in: which one it is may take
 * tries. False when `variant` is past the last.
 */
static bool variant_of(enum key_type type, struct octets given, unsigned variant,
                       struct request_signature *signature)
{
    uint8_t pair[65];
    size_t size = given.size;

    memcpy(pair, given.data, size <= sizeof(pair) ? size : 0);
    if (type != KEY_ED25519 && ecdsa_of_der(given, pair)) {
        size = 64;
    }
    if (type != KEY_SECP256K1) {
        signature->size = 64;
        memcpy(signature->octets, pair, 64);
        return size == 64 && variant == 0;
    }
    /* Each scheme; without v, each v. */
    signature->size = SIGNATURE_MAX;
    signature->octets[0] = variant % 2 == 0 ? WALLET_TEXT : WALLET_TYPED;
    if (size == 64) {
        pair[64] = (uint8_t)(27 + variant / 2);
    }
    memcpy(signature->octets + 1, pair, 65);
    return (size == 65 && variant < 2) || (size == 64 && variant < 4);
}

/* Who made it, if not one of the owners: a wallet tells. */
static enum sworn_result nobodys(struct request *request, struct octets given,
                                 struct reason *reason)
{
    uint8_t digest[32], address[ADDRESS_SIZE];
    char text[43];

    if (given.size == 65 && digest_of(request, WALLET_TEXT, digest, NULL) &&
        koblitz_signer(given.data, digest, address)) {
        address_to_text(address, text);
        return because(reason, SWORN_INVALID,
                       "this is no owner's signature of this request; as one of its text it would "
                       "be by %s",
                       text);
    }
    return because(reason, SWORN_INVALID,
                   "this is no owner's signature of this request (%zu octets, %zu %s): it is by "
                   "another key, or over something else",
                   given.size, request->owners.count,
                   request->owners.count == 1 ? "owner" : "owners");
}

enum sworn_result request_take(struct request *request, struct octets given,
                               const struct public_key **owner, struct reason *reason)
{
    if (request->format->layout == LAYOUT_PROVEN) {
        SWORN_SAY(given.size == PROOF_SIZE, reason, SWORN_MALFORMED,
                  "%zu octets are no proof, which has %d", given.size, PROOF_SIZE);
        *owner = NULL;
        return region_copy(request->region, given, &request->proof);
    }
    SWORN_SAY(given.size >= 8 && given.size <= 80, reason, SWORN_MALFORMED,
              "%zu octets are no signature", given.size);
    for (size_t i = 0; i < request->owners.count; i++) {
        const struct public_key *key = &request->owners.keys[i];
        struct request_signature signature = {.key = (uint8_t)i};

        for (unsigned variant = 0; variant_of(key->type, given, variant, &signature); variant++) {
            if (is_signed_by(request, key, &signature)) {
                signature_add(request, &signature);
                *owner = key;
                return SWORN_OK;
            }
        }
    }
    return nobodys(request, given, reason);
}
