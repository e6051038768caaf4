/*
 * commit.h - takes one change from request to answers: enclave, store, served zones, in that order.
 * One at a time.
 */
#ifndef SWORN_HOST_COMMIT_COMMIT_H
#define SWORN_HOST_COMMIT_COMMIT_H

#include "core/change/policy.h"
#include "core/cursor/region.h"
#include "core/dns/name.h"

struct commit_server;
struct answer_server;
struct store;
struct log;

/** A state of a zone that is served from now on. */
struct commit_publication {
    const struct name *apex;
    const struct hash *zone_id;
    uint32_t number; /* of the zone in the store */
    uint32_t serial;
    uint64_t index;          /* no later log entry is part of it */
    uint8_t denial;          /* which chain is served (host/store/rows.h) */
    bool delegation_changed; /* CDS or CDNSKEY */
};

/** Who wants to know; called under the lock, after answers changed: must not block. */
struct commit_events {
    void *context;
    void (*published)(void *context, const struct commit_publication *publication);
    void (*removed)(void *context, const struct name *apex);
    /** How many commits of a zone are kept for incremental transfers. */
    unsigned (*journal)(void *context, const struct name *apex);
};

/** Counted since the start. */
#define COMMIT_TIMES 12 /* buckets; bounds in commit_time_bound() */
struct commit_counters {
    uint64_t created, updated, refreshed, stepped, removed; /* commits */
    uint64_t refused;                                       /* by a guard */
    uint64_t failed;                                        /* for any other reason */
    uint64_t fuel;                                          /* of guards, used */
    uint64_t sets_signed;
    uint64_t enclave_starts;
    uint64_t times[COMMIT_TIMES];
    uint64_t microseconds; /* of all commits */
};

/** Upper bound of a bucket in microseconds; UINT64_MAX for the last. */
uint64_t commit_time_bound(unsigned bucket);

struct commit_options {
    const char *enclave; /* as link_options (host/link/link.h) */
    const char *secret_file;
    unsigned patience;          /* seconds */
    bool accept_time;           /* give the enclave the clock's time however far ahead it is */
    struct guard_limits limits; /* that new policies may allow guards here */
    unsigned zonemd_most;       /* record sets of a zone that gets a ZONEMD */
    struct commit_events events;
    struct log *log; /* NULL: nobody reads it */
};

/**
 * Bring enclave and store together, load all zones into `answers`. Store and answers stay the
 * caller's.
 *
 * \return SWORN_OK; SWORN_PROOF and others when the enclave refuses what the store has: there is no
 * going on
 */
SWORN_CHECK enum sworn_result commit_server_new(const struct commit_options *options,
                                                struct store *store, struct answer_server *answers,
                                                struct commit_server **server,
                                                struct reason *reason);
void commit_server_free(struct commit_server *server);

/**
 * What is due: restart the enclave, publish batches that wait too long, refresh signatures, take
 * steps. Once a second.
 */
void commit_tick(struct commit_server *server);

/** What the owner is told and can verify; octets are the region's. */
struct commit_proof {
    struct hash zone_id;
    uint8_t log_public_key[32];
    struct octets entry; /* core/merkle/log.h */
    uint64_t index;
    struct octets inclusion;      /* path of the entry in the checkpoint's tree, n × 32 */
    struct octets checkpoint;     /* note */
    struct octets leaf_value;     /* top-tree leaf of the zone (core/boundary/zone_leaf.h) */
    struct octets leaf_proof;     /* under the entry's top root */
    struct octets dnskey_value;   /* of the leaf (apex, DNSKEY) */
    struct octets dnskey_proof;   /* under the leaf's zone root */
    struct octets creation_entry; /* only from commit_show: the zone's first entry, */
    uint64_t creation_index;      /*   its index and inclusion in the same checkpoint */
    struct octets creation_inclusion;
    bool published;
    bool served; /* not stopped by the operator */
    bool again;  /* from commit_create: an earlier zone of this apex ended here */
    uint64_t fuel;
    uint16_t rcode; /* DNS response code that the guard refused with, 0 for none; also on failure */
};

struct commit_creation {
    struct name apex;
    struct octets guard, environment, policy, argument;
};

/**
 * Create a zone. SWORN_CONFLICT when one is there; SWORN_REFUSED with the guard's words;
 * SWORN_MALFORMED, SWORN_INVALID,
 * SWORN_LIMIT: the request's fault; SWORN_UNAVAILABLE: the enclave was restarted; SWORN_IO: the
 * store failed.
 */
SWORN_CHECK enum sworn_result commit_create(struct commit_server *server,
                                            const struct commit_creation *creation, bool more,
                                            struct region *region, struct commit_proof *proof,
                                            struct reason *reason);

/** Run the guard on `argument`; SWORN_ABSENT when there is no such zone; else as above. */
SWORN_CHECK enum sworn_result commit_update(struct commit_server *server, const struct name *apex,
                                            struct octets argument, bool more,
                                            struct region *region, struct commit_proof *proof,
                                            struct reason *reason);

/**
 * The log's newest entry, which certifies the zone's leaf, with all proofs, and the zone's
 * creation; SWORN_ABSENT.
 */
SWORN_CHECK enum sworn_result commit_show(struct commit_server *server, const struct name *apex,
                                          struct region *region, struct commit_proof *proof,
                                          struct reason *reason);

/** What of a zone's rule is no record: the code, what it was given, what it keeps. */
enum commit_part { COMMIT_GUARD, COMMIT_ENVIRONMENT, COMMIT_STATE };

/** One of them as it is at the log's head; its hash is in the zone's leaf. SWORN_ABSENT. */
SWORN_CHECK enum sworn_result commit_show_part(struct commit_server *server,
                                               const struct name *apex, enum commit_part part,
                                               struct region *region, struct octets *octets,
                                               struct reason *reason);

/**
 * Every zone: apex, id, serial, in order of apex. A result other than SWORN_OK from `each` ends the
 * walk.
 */
struct commit_zone {
    struct name apex;
    struct hash zone_id;
    uint32_t serial;
    uint64_t expires; /* when the first signature does; 0: not known yet */
    uint64_t sets;    /* signed record sets, NSEC and NSEC3 among them */
    bool published;   /* no batches wait */
    bool served;      /* not stopped by the operator */
};
SWORN_CHECK enum sworn_result
commit_zones(struct commit_server *server, void *context,
             enum sworn_result (*each)(void *context, const struct commit_zone *zone));

/**
 * The whole head of a zone from one snapshot (a read transaction): first `proof` is filled as by
 * commit_show, then each signed set comes in canonical order, the served denial chain included,
 * while the cursor is advanced. The snapshot stays until commit_records_end().
 */
struct signed_set;
struct commit_records;
SWORN_CHECK enum sworn_result commit_records_begin(struct commit_server *server,
                                                   const struct name *apex, struct region *region,
                                                   struct commit_proof *proof,
                                                   struct commit_records **records,
                                                   struct reason *reason);
/** SWORN_ABSENT after the last; the set borrows from `scratch` and the snapshot. */
SWORN_CHECK enum sworn_result commit_records_next(struct commit_records *records,
                                                  struct region *scratch, struct signed_set *set);
/** The next name that has a leaf by its hash in the zone tree, in any order; SWORN_ABSENT. */
SWORN_CHECK enum sworn_result commit_records_hashed(struct commit_records *records,
                                                    struct name *name);
void commit_records_end(struct commit_records *records);

/** The log's head: note (copied into region) and public key. */
SWORN_CHECK enum sworn_result commit_checkpoint(struct commit_server *server, struct region *region,
                                                struct octets *note, uint8_t public_key[32]);

/**
 * What the enclave says of itself, over a nonce of at most 64 octets: statement (docs/boundary.md)
 * and signature. Waits for a commit that is under way. SWORN_LIMIT, SWORN_UNAVAILABLE.
 */
SWORN_CHECK enum sworn_result commit_evidence(struct commit_server *server, struct octets nonce,
                                              struct region *region, struct octets *statement,
                                              struct octets *signature, struct reason *reason);

/**
 * Stop serving a zone, or begin again; survives restarts. Nothing else changes: updates, refreshes
 * and exports go on. SWORN_ABSENT, SWORN_IO.
 */
SWORN_CHECK enum sworn_result commit_serve(struct commit_server *server, const struct name *apex,
                                           bool serve, struct reason *reason);

/** What was counted, as of the last commit that is over. Waits for none. */
void commit_count(struct commit_server *server, struct commit_counters *counters);

/**
 * For /healthz: false, with the reason, when the enclave is away or signatures are about to expire
 * (less than 1/7 left).
 */
bool commit_healthy(struct commit_server *server, struct reason *reason);

#endif
