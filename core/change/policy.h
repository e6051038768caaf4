/*
 * policy.h - what the owner chose for a zone at creation: hashed into zone id and state, changed
 * only through the guard.
 *
 *   policy = u16 version (1) ‖ fields (u16 tag ‖ u32 length ‖ value), tags strictly increasing, all
 *   of them there
 *
 *   1 anchor         u8   0 none
 *   2 lifetime       u32  of signatures, seconds: 1 to 14 days
 *   3 algorithm      u8   13 or 15
 *   4 denial         u8   0 NSEC, 1 NSEC3 (RFC 9276: no iterations, no salt, no opt-out)
 *   5 CDS            u8   0 off, 1 on, 2 delete (RFC 8078 4)
 *   6 ZONEMD         u8   0 off, 1 on (RFC 8976: SIMPLE, SHA-384)
 *   7 ACME           u8   0 off
 *   8 guard limits   see struct guard_limits, each u32 but fuel u64, in its order
 *   9 measurements   u16 count ‖ count × 32: accepted ones; none for platform=process
 */
#ifndef SWORN_CORE_CHANGE_POLICY_H
#define SWORN_CORE_CHANGE_POLICY_H

#include "core/cursor/reader.h"
#include "core/cursor/writer.h"

/** What a guard may use; every one a bound that is checked. */
struct guard_limits {
    uint32_t code;      /* octets of WASM */
    uint32_t memory;    /* pages of 64 KiB */
    uint32_t stack;     /* octets of value stack */
    uint32_t recursion; /* call depth */
    uint32_t table;     /* elements of all tables */
    uint64_t fuel;      /* for one call of setup or handle_update_request, instantiation included */
    uint32_t operations; /* record operations of one request */
    uint32_t changed;    /* record sets different or signed between old and new zone, 4 to 4096 */
    uint32_t visited;    /* record sets visited for queries, removals and Clear, at most 16384 */
    uint32_t environment, argument, state; /* octets */
};

struct policy {
    uint8_t anchor;
    uint32_t lifetime;
    uint8_t algorithm;
    uint8_t denial;
    uint8_t cds;
    uint8_t zonemd;
    uint8_t acme;
    struct guard_limits limits;
};

#define POLICY_MAX        4096
#define GUARD_LIMITS_SIZE 52 /* octets of guard limits as they are in a policy */

/** The defaults that tools start from. */
void policy_default(struct policy *policy);

/** The most that any policy may allow a guard. */
void guard_limits_most(struct guard_limits *limits);

/** Guard limits in the form that they have in a policy. */
SWORN_CHECK enum sworn_result guard_limits_read(struct octets octets, struct guard_limits *limits);
SWORN_CHECK enum sworn_result guard_limits_write(const struct guard_limits *limits,
                                                 struct writer *writer);

/**
 * Whether none of the limits passes a server's; one that is no higher than what the zone has
 * already (`held`, NULL for none) is no matter for the server.
 *
 * \return SWORN_OK; SWORN_LIMIT, `reason` names the limit, what was asked for and the most
 */
SWORN_CHECK enum sworn_result guard_limits_within(const struct guard_limits *asked,
                                                  const struct guard_limits *most,
                                                  const struct guard_limits *held,
                                                  struct reason *reason);

/** Decode and check; `reason` names the field. */
SWORN_CHECK enum sworn_result policy_read(struct octets octets, struct policy *policy,
                                          struct reason *reason);
SWORN_CHECK enum sworn_result policy_write(const struct policy *policy, struct writer *writer);

#endif
