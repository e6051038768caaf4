/*
 * request.h - an argument in the making: a message, the owners who may sign it, and the signatures
 * there are so far. As a file it goes from owner to owner:
 *
 *   request   = "sworn-request-v1" 00 ‖ u8-sized format ‖ u32-sized environment ‖ u32-sized message
 *               ‖ u8 count ‖ count × (u8 key ‖ u8-sized signature), keys increasing
 *               ‖ u16-sized proof, of LAYOUT_PROVEN only
 *   signature = 64 octets; of secp256k1: u8 scheme ‖ r ‖ s ‖ v
 *
 * Nothing in such a file is believed but what its signatures show: environment and message are
 * checked by the guard again.
 */
#ifndef SWORN_CLI_ARGUMENT_REQUEST_H
#define SWORN_CLI_ARGUMENT_REQUEST_H

#include "cli/argument/format.h"
#include "cli/argument/readable.h"

#define SIGNATURE_MAX 66
#define PROOF_SIZE    256

struct request_signature {
    uint8_t key; /* index of the owner */
    uint8_t size;
    uint8_t octets[SIGNATURE_MAX];
};

struct request {
    struct region *region;
    const struct argument_format *format;
    struct octets environment; /* empty, with owners.count 0: not known */
    struct owners owners;
    struct octets message;
    struct octets text;  /* once it is wanted; empty before */
    struct octets proof; /* LAYOUT_PROVEN; empty until it is taken */
    size_t count;
    struct request_signature signatures[OWNERS_MAX];
};

/** A request without signatures; `environment` empty: whose signatures are right is not known. */
SWORN_CHECK enum sworn_result request_begin(struct request *request,
                                            const struct argument_format *format,
                                            struct octets environment, struct octets message,
                                            struct region *region, struct reason *reason);

/** Whether a file is one of these. */
bool request_is(struct octets file);

/** Decode, and verify each signature that is in it. */
SWORN_CHECK enum sworn_result request_read(struct octets file, struct region *region,
                                           struct request *request, struct reason *reason);

SWORN_CHECK enum sworn_result request_write(const struct request *request, struct writer *octets);

/** The readable text of the message. */
SWORN_CHECK enum sworn_result request_text(struct request *request, struct octets *text,
                                           struct reason *reason);

/** Sign with a key; SWORN_INVALID when it is no owner's. */
SWORN_CHECK enum sworn_result request_sign(struct request *request, const struct owner_key *key,
                                           struct reason *reason);

/**
 * Take a signature that somebody else made: 64 octets, 65 with v, or DER. Whose it is and of what
 * (octets, text, typed data) is found by trying.
 *
 * \param owner  whose it was; NULL for a proof, which does not say
 */
SWORN_CHECK enum sworn_result request_take(struct request *request, struct octets signature,
                                           const struct public_key **owner, struct reason *reason);

/** The guard's argument; SWORN_CONFLICT when no signature is there and one is needed. */
SWORN_CHECK enum sworn_result request_argument(const struct request *request,
                                               struct octets *argument, struct reason *reason);

/** An argument of the library's formats, taken apart as far as that goes without its owners. */
struct argument_parts {
    struct octets before; /* of a set of keys: signatures */
    struct octets message;
    struct octets behind; /* else: the signature */
};

/** SWORN_MALFORMED when there is no message in it. */
SWORN_CHECK enum sworn_result argument_split(struct octets argument, struct argument_parts *parts);

#endif
