/*
 * guard.h - running the owner's code: the fdns ABI (design section 6) over engine/, through a table
 * of callbacks.
 *
 * Nothing here knows the ledger, keys or the boundary: what a guard may see and do is what `struct
 * guard_call` holds, and what it decided is in there afterwards.
 */
#ifndef SWORN_CORE_GUARD_GUARD_H
#define SWORN_CORE_GUARD_GUARD_H

#include "core/change/operation.h"

/**
 * What a change costs besides the guard's own work, in the same measure: each RRSIG that it causes,
 * each record set listed at a name that it touches, each that a ZONEMD is made over and its octets.
 */
#define FUEL_PER_SIGNATURE      20000
#define FUEL_PER_LISTED         300
#define FUEL_PER_DIGESTED       3000
#define FUEL_PER_OCTET_DIGESTED 16

struct engine_host_call; /* engine/engine.h */

enum guard_entry { GUARD_SETUP, GUARD_UPDATE };

/** One call: inputs, the change it works on, and what it asked for. */
struct guard_call {
    /* in */
    enum guard_entry entry;
    struct octets code, environment, argument, state, policy;
    struct octets apex_text; /* as hashed */
    struct hash zone_id;     /* zero at creation */
    uint64_t sequence;
    uint64_t now;
    struct guard_limits limits;
    struct change *change;
    struct region *region;
    /** Told of each import that has been called and done: for tools that show a run. NULL */
    void (*observe)(void *observer, const char *import, const struct engine_host_call *host);
    void *observer;
    /* out, meaningful only when guard_run() succeeds, but for message, rcode and fuel */
    struct octets new_state;
    bool state_changed;
    bool owner_given;      /* update_owner: */
    bool owner_keeps_code; /*   n = 0 */
    struct octets owner_code, owner_environment;
    bool policy_given;
    struct octets new_policy;
    bool remove;
    uint64_t fuel; /* spent */
    int rcode;     /* of fail_code, else -1 */
};

struct engine_cache;

/**
 * A cache of compiled modules with a fixed bound, keyed by SHA-256 of the code and limits; one per
 * process.
 */
SWORN_CHECK enum sworn_result guard_cache_new(struct engine_cache **cache);
void guard_cache_free(struct engine_cache *cache);

/**
 * Run the guard. SWORN_REFUSED with the guard's own message (fail), or with the engine's ("trap:
 * unreachable", "out of fuel", ...);
 * SWORN_MALFORMED for code that is not acceptable WASM (bad import, missing export, floats, too
 * large); other results when the change itself failed (SWORN_PROOF, SWORN_UNAVAILABLE: the host's
 * fault, not the guard's).
 */
SWORN_CHECK enum sworn_result guard_run(struct engine_cache *cache, struct guard_call *call,
                                        struct reason *reason);

/** The interpreter and its version, as evidence names it: "wasmi 1.1.0". */
const char *guard_engine_version(void);

/** SHA-256 over the signatures and prices of all imports and the other prices; see fuel.c. */
SWORN_CHECK enum sworn_result guard_fuel_table(struct hash *hash);

#endif
