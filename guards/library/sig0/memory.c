/*
 * memory.c - signatures that were accepted, so that a copy of a message changes nothing.
 *
 *   state = repeated (u32 expiration ‖ 16 octets of SHA-256 over what was signed)
 *
 * One is forgotten when certified time is past its expiration. That time never goes back, so the
 * message is refused for its age from then on; a host that holds time back makes the guard remember
 * longer. What is hashed is what was signed, not the signature: an ECDSA signature can be turned
 * into another of the same message without the key.
 */
#include "fdns.h"

#include "guards/library/sig0/sig0.h"

#define HASH_KEPT   16
#define ENTRY       (4 + HASH_KEPT)
#define ENTRIES_MAX 3000 /* 60,000 octets: fits the policy's standard limit of 65,536 */

static uint32_t expiration_of(const uint8_t *entry)
{
    return (uint32_t)entry[0] << 24 | (uint32_t)entry[1] << 16 | (uint32_t)entry[2] << 8 | entry[3];
}

void signature_use(struct octets signed_octets, uint32_t expiration)
{
    struct fdns_octets state = fdns_load_state();
    struct writer kept = writer_over(fdns_alloc(state.size + ENTRY), state.size + ENTRY);
    uint32_t now = (uint32_t)fdns_now();
    uint8_t hash[32];

    fdns_sha256(hash, signed_octets.data, signed_octets.size);
    for (size_t at = 0; state.size - at >= ENTRY; at += ENTRY) {
        const uint8_t *entry = state.data + at;

        if ((int32_t)(expiration_of(entry) - now) < 0) {
            continue;
        }
        if (memcmp(entry + 4, hash, HASH_KEPT) == 0) {
            refuse(RCODE_REFUSED, "this message was accepted before");
        }
        must(write_octets(&kept, octets_of(entry, ENTRY)), NULL);
    }
    if (kept.used >= (size_t)ENTRIES_MAX * ENTRY) {
        refuse(RCODE_SERVFAIL, "%d signatures are remembered until they expire: try again later",
               ENTRIES_MAX);
    }
    must(write_u32(&kept, expiration), NULL);
    must(write_octets(&kept, octets_of(hash, HASH_KEPT)), NULL);
    fdns_state_set(kept.start, kept.used);
}
