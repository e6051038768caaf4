/*
 * tsig.h - messages signed with a secret that both ends share (RFC 8945).
 *
 *   TSIG = key name ‖ u16 250 ‖ u16 ANY ‖ u32 0 ‖ u16 size ‖ algorithm name ‖ u48 time ‖ u16 fudge
 *          ‖ u16 size ‖ MAC ‖ u16 original id ‖ u16 error ‖ u16 size ‖ other data
 *
 *   MAC of a request          message without TSIG ‖ variables
 *   MAC of a response         u16 size ‖ request's MAC ‖ message without TSIG ‖ variables
 *   MAC of those that follow  u16 size ‖ previous MAC ‖ message without TSIG ‖ u48 time ‖ u16 fudge
 *   variables                 key name ‖ ANY ‖ u32 0 ‖ algorithm name ‖ u48 time ‖ u16 fudge
 *                             ‖ u16 error ‖ u16 size ‖ other data, names lower-case and whole
 *
 * Authenticates one hop. What a zone holds is decided by its guard, whoever brought it.
 */
#ifndef SWORN_NET_TSIG_H
#define SWORN_NET_TSIG_H

#include "core/cursor/writer.h"
#include "core/dns/name.h"

#define TSIG_FUDGE   300
#define TSIG_MAC_MAX 64
/** No TSIG record made here is larger: two names, a MAC, six octets of other data. */
#define TSIG_SIZE_MAX (2 * NAME_MAX_SIZE + 10 + 16 + TSIG_MAC_MAX + 6)

enum tsig_error {
    TSIG_NOERROR = 0,
    TSIG_BADSIG = 16,
    TSIG_BADKEY = 17,
    TSIG_BADTIME = 18,
    TSIG_BADTRUNC = 22,
};

struct tsig_key {
    struct name name;
    const char *algorithm; /* "hmac-sha256", "hmac-sha384", "hmac-sha512" */
    struct octets secret;
};

/** A TSIG record as it was read. */
struct tsig {
    struct name key;
    struct name algorithm;
    uint64_t time;
    uint16_t fudge;
    struct octets mac;
    uint16_t original_id;
    uint16_t error;
    struct octets other;
    size_t at; /* where the record begins in the message */
};

/** What each message of an exchange hands to the next: the key and the MAC before. */
struct tsig_chain {
    const struct tsig_key *key;
    uint8_t mac[TSIG_MAC_MAX];
    uint16_t mac_size; /* 0: nothing before, this is the request */
    bool later;        /* the first response has been */
};

/** Whether there is such an algorithm here. */
bool tsig_algorithm_known(const char *algorithm);

/** Size of the record that tsig_sign() appends. */
size_t tsig_size(const struct tsig_key *key);

/**
 * The TSIG record of a message.
 *
 * \return SWORN_OK; SWORN_ABSENT when it has none; SWORN_MALFORMED when the message is, or its TSIG
 *         is not the last record, one of two, or not of the form above (RFC 8945 5.1: FORMERR)
 */
SWORN_CHECK enum sworn_result tsig_find(struct octets message, struct tsig *tsig);

/**
 * Check a message against the key of `chain`, in the order of RFC 8945 5.2: key, MAC, time,
 * truncation. No truncated MAC is accepted.
 *
 * \param chain  with what came before; advanced when the MAC is right
 * \param error  out
 * \return SWORN_OK when `error` is known; SWORN_MALFORMED for a MAC of a size that none can have;
 *         SWORN_CRYPTO
 */
SWORN_CHECK enum sworn_result tsig_verify(struct octets message, const struct tsig *tsig,
                                          struct tsig_chain *chain, uint64_t now,
                                          enum tsig_error *error);

/**
 * The message without its TSIG, in place: what is left of it.
 */
struct octets tsig_strip(uint8_t *message, const struct tsig *tsig);

/** Append a TSIG record to a whole message and count it; advances `chain`. */
SWORN_CHECK enum sworn_result tsig_sign(struct tsig_chain *chain, uint64_t now,
                                        struct writer *message);

/**
 * Append the TSIG record that tells a client what was wrong with its own: signed for BADTIME and
 * BADTRUNC, with an empty MAC for BADKEY and BADSIG (RFC 8945 5.2, 5.3.2).
 *
 * \param chain  as tsig_verify() left it; unused for BADKEY
 */
SWORN_CHECK enum sworn_result tsig_put_error(struct tsig_chain *chain, const struct tsig *request,
                                             enum tsig_error error, uint64_t now,
                                             struct writer *message);

#endif
