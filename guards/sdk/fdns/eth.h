/*
 * eth.h - what Ethereum wallets sign, given a message and its readable text. No imports.
 *
 *   scheme 1, personal_sign (EIP-191):
 *     keccak256(19 "Ethereum Signed Message:" 0A ‖ decimal size of the text ‖ text)
 *   scheme 2, typed data (EIP-712):
 *     keccak256(19 01 ‖ domain ‖ update)
 *     domain = hash of EIP712Domain{name: "sworn", version: "1"}
 *     update = hash of Update(string zone,bytes32 zoneId,uint64 sequence,string[] changes), the
 *              changes being the lines of the text behind the empty one
 *
 * The two begin with 19 45 and 19 01, a transaction with neither: no signature serves for another.
 */
#ifndef FDNS_ETH_H
#define FDNS_ETH_H

#include "readable.h"

enum fdns_scheme { FDNS_PERSONAL = 1, FDNS_TYPED = 2 };

enum { FDNS_ADDRESS_SIZE = 20 };

/* `hash` is Keccak-256 in what follows. */

/** Octets of memory that the two functions below want for this text. */
static inline size_t fdns_eth_room(struct fdns_octets text)
{
    size_t lines = 1;

    for (size_t i = 0; i < text.size; i++) {
        lines += text.data[i] == '\n';
    }
    return 64 + text.size + 32 * lines;
}

static inline void fdns_eth_personal(uint8_t digest[32], struct fdns_octets text, fdns_hash *hash,
                                     void *room)
{
    struct fdns_text whole = {(char *)room, 0, fdns_eth_room(text)};

    fdns_put(&whole, "\x19"
                     "Ethereum Signed Message:\n");
    fdns_put_number(&whole, text.size);
    fdns_put_octets(&whole, text);
    hash(digest, whole.start, whole.used);
}

/* encodeData of an array of strings: the hash of the hashes of its members. */
static inline void fdns_eth_lines_(uint8_t digest[32], struct fdns_octets lines, fdns_hash *hash,
                                   uint8_t *room)
{
    struct fdns_octets line;
    size_t count = 0;

    while (fdns_read_word(&lines, '\n', &line)) {
        hash(room + 32 * count, line.data, line.size);
        count++;
    }
    hash(digest, room, 32 * count);
}

static inline void fdns_eth_text_(uint8_t digest[32], const char *text, fdns_hash *hash)
{
    hash(digest, text, strlen(text));
}

static inline void fdns_eth_typed(uint8_t digest[32], const struct fdns_message *message,
                                  struct fdns_octets text, fdns_hash *hash, void *room)
{
    uint8_t domain[3 * 32], update[5 * 32] = {0}, whole[2 + 2 * 32] = {0x19, 0x01};

    fdns_eth_text_(domain, "EIP712Domain(string name,string version)", hash);
    fdns_eth_text_(domain + 32, "sworn", hash);
    fdns_eth_text_(domain + 64, "1", hash);
    hash(whole + 2, domain, sizeof(domain));

    fdns_eth_text_(update, "Update(string zone,bytes32 zoneId,uint64 sequence,string[] changes)",
                   hash);
    hash(update + 32, message->apex.data, message->apex.size);
    memcpy(update + 64, message->zone_id.data, 32);
    for (size_t i = 0; i < 8; i++) {
        update[127 - i] = (uint8_t)(message->sequence >> 8 * i);
    }
    fdns_eth_lines_(update + 128, fdns_readable_changes(text), hash, (uint8_t *)room);
    hash(whole + 34, update, sizeof(update));
    hash(digest, whole, sizeof(whole));
}

/** The address of an uncompressed public key. */
static inline void fdns_eth_address(uint8_t address[FDNS_ADDRESS_SIZE], const uint8_t key[65],
                                    fdns_hash *hash)
{
    uint8_t digest[32];

    hash(digest, key + 1, 64);
    memcpy(address, digest + 12, FDNS_ADDRESS_SIZE);
}

#endif
