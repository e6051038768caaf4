/*
 * sig0.h - SIG(0): a message signed with a KEY (RFC 2931), algorithms 13 (RFC 6605) and 15 (RFC
 * 8080). Signing and verifying themselves are the caller's: a guard has its host for that.
 *
 *   SIG RDATA = u16 0 ‖ u8 algorithm ‖ u8 labels ‖ u32 TTL ‖ u32 expiration ‖ u32 inception
 *               ‖ u16 key tag ‖ signer's name ‖ signature                    (RFC 2535 4.1)
 *   signed    = SIG RDATA without the signature ‖ message without the SIG    (RFC 2931 3.1)
 *   KEY RDATA = u16 flags ‖ u8 protocol ‖ u8 algorithm ‖ public key          (RFC 2535 3.1)
 */
#ifndef SWORN_CORE_UPDATE_SIG0_H
#define SWORN_CORE_UPDATE_SIG0_H

#include "core/cursor/region.h"
#include "core/update/message.h"

enum { SIG0_P256 = 13, SIG0_ED25519 = 15 };

#define SIG0_SIGNATURE 64

struct sig0 {
    uint8_t algorithm;
    uint32_t expiration, inception; /* seconds since 1970 mod 2^32 */
    uint16_t key_tag;
    struct name signer;
    struct octets signed_rdata; /* all of it in front of the signature */
    struct octets signature;
};

/** The SIG(0) of a message; SWORN_REFUSED: REFUSED when there is none, else FORMERR. */
SWORN_CHECK enum sworn_result sig0_read(const struct update *update, struct sig0 *sig0,
                                        struct refusal *refusal);

/** The octets that it signs. */
SWORN_CHECK enum sworn_result sig0_signed(const struct update *update, const struct sig0 *sig0,
                                          struct writer *octets);

/** A public key that may sign. */
struct sig0_key {
    struct name owner;
    uint8_t algorithm;
    uint16_t tag;
    struct octets public_key; /* x ‖ y, 64 octets, for 13; 32 for 15 */
};

/**
 * The next of KEY records, each in the wire form of RFC 1035 3.2.1, not compressed.
 *
 * \return SWORN_ABSENT at the end; SWORN_INVALID, with the reason, for one that cannot sign
 */
SWORN_CHECK enum sworn_result sig0_key_read(struct reader *records, struct sig0_key *key,
                                            struct reason *reason);

/** RFC 4034 appendix B, over KEY RDATA. */
uint16_t sig0_key_tag(struct octets rdata);

#endif
