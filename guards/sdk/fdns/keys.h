/*
 * keys.h - keys of several types, and what they have signed.
 *
 *   key       = u8 type ‖ octets    1 Ed25519 ‖ 32
 *                                   2 P-256 ‖ 65, uncompressed: 04 first
 *                                   3 secp256k1 ‖ 20, an Ethereum address
 *   key set   = u8 n ‖ n × key      at the beginning of an environment
 *   argument  = u8 count ‖ count × (u8 index of the key ‖ signature) ‖ message
 *               indexes strictly increasing
 *   signature = 1: 64 octets over the message
 *               2: r ‖ s over the message's SHA-256
 *               3: u8 scheme ‖ r ‖ s ‖ v over what the scheme makes of the message: see eth.h
 *
 * Reading needs no imports; checking signatures does, so it is there in WebAssembly alone.
 */
#ifndef FDNS_KEYS_H
#define FDNS_KEYS_H

#include "eth.h"

enum fdns_key_type { FDNS_ED25519 = 1, FDNS_P256 = 2, FDNS_SECP256K1 = 3 };

enum { FDNS_KEYS_MAX = 255 };

struct fdns_key {
    uint8_t type;
    struct fdns_octets octets;
};

struct fdns_key_set {
    size_t count;
    struct fdns_key keys[FDNS_KEYS_MAX];
};

struct fdns_signature {
    uint8_t key; /* its index */
    struct fdns_octets octets;
};

struct fdns_signatures {
    size_t count;
    struct fdns_signature items[FDNS_KEYS_MAX];
};

/** 0 when there is no such type. */
static inline size_t fdns_key_size(unsigned type)
{
    return type == FDNS_ED25519     ? 32
           : type == FDNS_P256      ? 65
           : type == FDNS_SECP256K1 ? FDNS_ADDRESS_SIZE
                                    : 0;
}

static inline size_t fdns_signature_size(unsigned type)
{
    return type == FDNS_SECP256K1 ? 66 : 64;
}

static inline bool fdns_key_parse(struct fdns_octets *reader, struct fdns_key *key,
                                  const char **error)
{
    uint64_t type;

    *error = "a key is cut short";
    if (!fdns_read_number(reader, 1, &type)) {
        return false;
    }
    key->type = (uint8_t)type;
    if (fdns_key_size(key->type) == 0) {
        *error = "a key is of a type that is not known";
        return false;
    }
    if (!fdns_read_octets(reader, fdns_key_size(key->type), &key->octets)) {
        return false;
    }
    *error = "a P-256 key is not uncompressed: its first octet is not 04";
    return key->type != FDNS_P256 || key->octets.data[0] == 4;
}

static inline bool fdns_key_equal(const struct fdns_key *a, const struct fdns_key *b)
{
    return a->type == b->type && fdns_equal(a->octets, b->octets);
}

/** At least one key, none of them twice. */
static inline bool fdns_key_set_parse(struct fdns_octets *reader, struct fdns_key_set *set,
                                      const char **error)
{
    uint64_t count;

    set->count = 0;
    *error = "there is no key set";
    if (!fdns_read_number(reader, 1, &count)) {
        return false;
    }
    *error = "the key set is empty";
    if (count == 0) {
        return false;
    }
    while (set->count < count) {
        struct fdns_key *key = &set->keys[set->count];

        if (!fdns_key_parse(reader, key, error)) {
            return false;
        }
        for (size_t i = 0; i < set->count; i++) {
            if (fdns_key_equal(key, &set->keys[i])) {
                *error = "a key is there twice";
                return false;
            }
        }
        set->count++;
    }
    return true;
}

/** The signatures before a message; what is left in `reader` is the message. */
static inline bool fdns_signatures_parse(struct fdns_octets *reader, const struct fdns_key_set *set,
                                         struct fdns_signatures *signatures, const char **error)
{
    uint64_t count, index;

    signatures->count = 0;
    *error = "argument is empty, must be signatures and a message";
    if (!fdns_read_number(reader, 1, &count)) {
        return false;
    }
    while (signatures->count < count) {
        struct fdns_signature *signature = &signatures->items[signatures->count];

        *error = "a signature is cut short";
        if (!fdns_read_number(reader, 1, &index)) {
            return false;
        }
        if (index >= set->count) {
            *error = "a signature is by a key that is not in the set";
            return false;
        }
        if (signatures->count > 0 && index <= signature[-1].key) {
            *error = "signatures are not in the order of their keys, each once";
            return false;
        }
        signature->key = (uint8_t)index;
        if (!fdns_read_octets(reader, fdns_signature_size(set->keys[index].type),
                              &signature->octets)) {
            return false;
        }
        signatures->count++;
    }
    return true;
}

#ifdef __wasm__

/** A message, and what the key types make of it once one of them asks. */
struct fdns_signed {
    struct fdns_octets octets;
    bool hashed, worded, has[3]; /* has: of each scheme, its digest */
    uint8_t sha256[32], digest[3][32];
    struct fdns_message message;
    struct fdns_octets text;
};

static inline struct fdns_signed fdns_signed_of(struct fdns_octets message)
{
    return (struct fdns_signed){.octets = message};
}

_Noreturn static inline void fdns_refuse_unreadable_(const char *error)
{
    FDNS_TEXT(text, 256);

    fdns_put(&text, "a wallet cannot show this message: ");
    fdns_put(&text, error);
    fdns_refuse_with(&text);
}

/** The readable text of a message; refuses one that has none. */
static inline struct fdns_octets fdns_load_readable(const struct fdns_message *message)
{
    struct fdns_text text = {NULL, 0, 0};
    const char *error;

    if (!fdns_readable(message, fdns_sha256, &text, &error)) {
        fdns_refuse_unreadable_(error);
    }
    text = fdns_text_alloc(text.used + 1);
    if (!fdns_readable(message, fdns_sha256, &text, &error)) {
        fdns_refuse_unreadable_(error);
    }
    return fdns_text_octets(&text);
}

/* What a wallet has signed by this scheme. */
FDNS_ONCE const uint8_t *fdns_signed_digest_(struct fdns_signed *what, unsigned scheme)
{
    uint8_t *digest = what->digest[scheme];

    if (!what->worded) {
        what->message = fdns_message_read(what->octets);
        what->text = fdns_load_readable(&what->message);
        what->worded = true;
    }
    if (!what->has[scheme]) {
        void *room = fdns_alloc(fdns_eth_room(what->text));

        if (scheme == FDNS_PERSONAL) {
            fdns_eth_personal(digest, what->text, fdns_keccak256, room);
        } else {
            fdns_eth_typed(digest, &what->message, what->text, fdns_keccak256, room);
        }
        what->has[scheme] = true;
    }
    return digest;
}

/** Whose wallet has signed; false when nobody can have made this signature. */
FDNS_ONCE bool fdns_signer(struct fdns_signed *what, struct fdns_octets signature,
                           uint8_t address[FDNS_ADDRESS_SIZE])
{
    unsigned scheme = signature.data[0];
    uint8_t key[65];
    FDNS_TEXT(text, 96);

    if (scheme != FDNS_PERSONAL && scheme != FDNS_TYPED) {
        fdns_put(&text, "no signature scheme has number ");
        fdns_put_number(&text, scheme);
        fdns_put(&text, ": 1 is personal_sign, 2 typed data");
        fdns_refuse_with(&text);
    }
    if (fdns_secp256k1_recover(key, signature.data + 1, fdns_signed_digest_(what, scheme)) != 1) {
        return false;
    }
    fdns_eth_address(address, key, fdns_keccak256);
    return true;
}

/**
 * Whether this key made this signature (fdns_signature_size() octets) of the message. Refuses a
 * scheme of wallets that does not exist, and with one that does, a message that has no text.
 */
FDNS_EACH bool fdns_signed_by(struct fdns_signed *what, const struct fdns_key *key,
                              struct fdns_octets signature)
{
    uint8_t address[FDNS_ADDRESS_SIZE];

    switch (key->type) {
    case FDNS_ED25519:
        return fdns_ed25519_verify(key->octets.data, signature.data, what->octets.data,
                                   what->octets.size) == 1;
    case FDNS_P256:
        if (!what->hashed) {
            fdns_sha256(what->sha256, what->octets.data, what->octets.size);
            what->hashed = true;
        }
        return fdns_p256_verify(key->octets.data, signature.data, what->sha256) == 1;
    case FDNS_SECP256K1:
        return fdns_signer(what, signature, address) &&
               fdns_equal(fdns_octets_of(address, sizeof(address)), key->octets);
    default:
        return false;
    }
}

/* Guards of one key: the environment is its octets, the argument message ‖ signature. */

/** The whole environment as a key of this type; refuses what is none. */
FDNS_EACH struct fdns_key fdns_load_key(enum fdns_key_type type)
{
    struct fdns_key key = {.type = (uint8_t)type, .octets = fdns_load_env()};
    FDNS_TEXT(text, 96);

    if (key.octets.size != fdns_key_size(type)) {
        fdns_put(&text, "environment has ");
        fdns_put_number(&text, key.octets.size);
        fdns_put(&text, " octets, must have ");
        fdns_put_number(&text, fdns_key_size(type));
        fdns_put(&text,
                 type == FDNS_SECP256K1 ? ": the owner's address" : ": the owner's public key");
        fdns_refuse_with(&text);
    }
    if (type == FDNS_P256 && key.octets.data[0] != 4) {
        fdns_refuse("environment is not an uncompressed key: its first octet is not 04");
    }
    return key;
}

/* Wallets hold many keys: say which of them it was. */
_Noreturn FDNS_EACH void fdns_refuse_signature_(struct fdns_signed *what,
                                                const struct fdns_key *key,
                                                struct fdns_octets signature)
{
    uint8_t address[FDNS_ADDRESS_SIZE];
    FDNS_TEXT(text, 160);

    if (key->type != FDNS_SECP256K1 || !fdns_signer(what, signature, address)) {
        fdns_refuse("signature does not match the owner's key");
    }
    fdns_put(&text, "signature is by 0x");
    fdns_put_hex(&text, fdns_octets_of(address, sizeof(address)));
    fdns_put(&text, ", the owner is 0x");
    fdns_put_hex(&text, key->octets);
    fdns_refuse_with(&text);
}

/** The message of the argument, signed by this key; refuses any other. */
FDNS_EACH struct fdns_message fdns_load_signed_message(const struct fdns_key *key)
{
    struct fdns_octets argument = fdns_load_arg();
    size_t size = fdns_signature_size(key->type);
    struct fdns_octets signature;
    struct fdns_signed what;

    if (argument.size == 0) {
        fdns_refuse("argument is empty, must be a signed message");
    }
    if (argument.size < size) {
        fdns_refuse("argument is shorter than a signature");
    }
    what = fdns_signed_of(fdns_octets_of(argument.data, argument.size - size));
    signature = fdns_octets_of(argument.data + what.octets.size, size);
    if (!fdns_signed_by(&what, key, signature)) {
        fdns_refuse_signature_(&what, key, signature);
    }
    return fdns_message_read(what.octets);
}

/* Guards of several keys: the environment begins with a key set. */

/** The key set at the beginning of the environment; refuses what is none. */
static inline void fdns_load_key_set(struct fdns_octets *environment, struct fdns_key_set *set)
{
    const char *error;
    FDNS_TEXT(text, 128);

    if (!fdns_key_set_parse(environment, set, &error)) {
        fdns_put(&text, "environment: ");
        fdns_put(&text, error);
        fdns_refuse_with(&text);
    }
}

/** The argument's signatures, not yet checked; returns the message. Refuses another form. */
static inline struct fdns_octets fdns_load_signatures(const struct fdns_key_set *set,
                                                      struct fdns_signatures *signatures)
{
    struct fdns_octets argument = fdns_load_arg();
    const char *error;

    if (!fdns_signatures_parse(&argument, set, signatures, &error)) {
        fdns_refuse(error);
    }
    return argument;
}

/** Refuses unless each of these signatures is one of the message by its key. */
static inline void fdns_verify_signatures(const struct fdns_key_set *set,
                                          const struct fdns_signatures *signatures,
                                          struct fdns_octets message)
{
    struct fdns_signed what = fdns_signed_of(message);
    FDNS_TEXT(text, 96);

    for (size_t i = 0; i < signatures->count; i++) {
        const struct fdns_signature *signature = &signatures->items[i];

        if (!fdns_signed_by(&what, &set->keys[signature->key], signature->octets)) {
            fdns_put(&text, "signature does not match key ");
            fdns_put_number(&text, signature->key);
            fdns_put(&text, " of the set");
            fdns_refuse_with(&text);
        }
    }
}

#endif

#endif
