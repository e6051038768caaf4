/*
 * zone_leaf.h - the leaf of a zone in the top tree: all that is certified about a zone besides its
 * records.
 *
 *   key 00 ‖ zone id -> value:
 *     u16 version (1 or 2) ‖ u8 state (1 live, 2 removed) ‖ u16 size ‖ apex text ‖ 32 zone root
 *     ‖ u32 serial ‖ u64 sequence
 *     ‖ 32 guard ‖ 32 environment ‖ 32 guard state (hashes) ‖ u32 size ‖ policy
 *     ‖ u8 count ‖ count × (u8 role ‖ u8 algorithm ‖ u16 size ‖ public key)
 *     ‖ u16 count ‖ count × (u8 platform ‖ 32 measurement ‖ u64 epoch)      provenance of the keys,
 *     birth first
 *     ‖ u8 work owed (0 none, 1 new TTL of the denial chain) ‖ u16 size ‖ cursor ‖ u32 old TTL of
 *     the denial chain
 *     ‖ version 2: u8 denial ‖ u8 change of denial ‖ u8 mixed ‖ u16 size ‖ its cursor
 *   key 01 ‖ key of the apex (core/dns/name.h) ‖ 00 -> value: 32 zone id
 *
 * The sequence is the number of the last request that was decided; the next one must be one more.
 *
 * Denial is the chain that is *served*; the policy says which one is wanted. Version 1 stands for
 * NSEC with no change under way, and version 2 is only written for what version 1 cannot say: a
 * leaf has one form.
 *
 *   served NSEC -> NSEC3:   1 hashes, cursor = key of a name ‖ 00: all names up to it have their
 *                             leaf 01 00 ‖ hash, if they are to own an NSEC3
 *                           2 chain, cursor = hash: the NSEC3 of all hashes up to it are signed
 *                           3 flip: all of them; the next step makes them the served ones
 *   served NSEC3 -> NSEC:   2 chain, cursor = key of a name ‖ 00: the same with NSEC; 3 flip;
 *                           4 sweep: leaves 01 00 ‖ hash go, in order, whatever they say
 *
 * An empty cursor is before everything. Mixed: the new chain has records with an older TTL.
 */
#ifndef SWORN_CORE_BOUNDARY_ZONE_LEAF_H
#define SWORN_CORE_BOUNDARY_ZONE_LEAF_H

#include "core/cursor/reader.h"
#include "core/cursor/writer.h"
#include "core/dns/name.h"
#include "core/dnssec/nsec3.h"

#define ZONE_KEYS_MAX       4
#define ZONE_PROVENANCE_MAX 16
#define ZONE_CURSOR_MAX     512
#define ZONE_LEAF_MAX       16384
#define TOP_KEY_MAX         507

enum zone_state { ZONE_LIVE = 1, ZONE_REMOVED = 2 };
enum key_role { KEY_ROLE_CSK = 1 }; /* combined signing key */
enum platform_code { PLATFORM_PROCESS = 1 };
enum work_owed { OWED_NOTHING = 0, OWED_DENIAL_TTL = 1 };
enum denial_change {
    CHANGE_NONE = 0,
    CHANGE_HASHES = 1,
    CHANGE_CHAIN = 2,
    CHANGE_FLIP = 3,
    CHANGE_SWEEP = 4,
};

struct zone_key {
    uint8_t role;
    uint8_t algorithm;
    struct octets public_key; /* as in DNSKEY RDATA */
};

struct zone_provenance {
    uint8_t platform;
    struct hash measurement; /* zero for platform=process */
    uint64_t epoch;
};

struct zone_leaf {
    uint8_t state;
    struct octets apex; /* text, as hashed */
    struct hash zone_root;
    uint32_t serial;
    uint64_t sequence;
    struct hash guard, environment, guard_state;
    struct octets policy;
    uint8_t key_count;
    struct zone_key keys[ZONE_KEYS_MAX];
    uint16_t provenance_count;
    struct zone_provenance provenance[ZONE_PROVENANCE_MAX];
    uint8_t owed;
    struct octets cursor;
    uint32_t old_denial_ttl;
    uint8_t denial;        /* enum denial: the chain that is served */
    uint8_t denial_change; /* enum denial_change */
    uint8_t denial_mixed;
    struct octets denial_cursor;
};

/** Whether steps are owed to the zone. */
static inline bool zone_leaf_owes(const struct zone_leaf *leaf)
{
    return leaf->owed != OWED_NOTHING || leaf->denial_change != CHANGE_NONE;
}

/** Whether a chain is being made that is not served yet: the other one than `denial` says. */
static inline bool zone_leaf_builds(const struct zone_leaf *leaf)
{
    return leaf->denial_change == CHANGE_CHAIN || leaf->denial_change == CHANGE_FLIP;
}

/** Decode; everything borrows from `octets`. */
SWORN_CHECK enum sworn_result zone_leaf_read(struct octets octets, struct zone_leaf *leaf);
SWORN_CHECK enum sworn_result zone_leaf_write(const struct zone_leaf *leaf, struct writer *writer);

/** Keys of the top tree; both return the size. */
size_t top_key_of_zone(const struct hash *zone_id, uint8_t key[TOP_KEY_MAX]);
size_t top_key_of_apex(const struct name *apex, uint8_t key[TOP_KEY_MAX]);

struct zone_creation {
    struct hash log_id;
    struct octets apex; /* text, as hashed */
    uint64_t epoch;
    struct hash guard, environment, policy, argument;
};

/**
 * SHA-256("sworn-zone-v1" 00 ‖ log id ‖ u16 size ‖ apex ‖ u64 epoch ‖ guard ‖ environment ‖ policy
 * ‖ argument).
 */
SWORN_CHECK enum sworn_result zone_id_of(const struct zone_creation *creation, struct hash *id);

#endif
