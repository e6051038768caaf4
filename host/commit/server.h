/*
 * server.h - what the parts of host/commit share. Everything in here but `store` is touched under
 * `lock` only, which is held as long as a commit takes. What others want to know meanwhile (is all
 * well? which zones are there?) is copied for them, and read under `brief`, which is held for
 * moments.
 */
#ifndef SWORN_HOST_COMMIT_SERVER_H
#define SWORN_HOST_COMMIT_SERVER_H

#include "host/answer/zone.h"
#include "host/commit/commit.h"
#include "host/link/link.h"
#include "host/log.h"
#include "host/store/rows.h"

#include <pthread.h>

#define COMMIT_CAP      ((size_t)1024 * 1024 * 1024) /* memory of one request on this side */
#define PUBLISH_AFTER   60                           /* seconds without a further batch */
#define JOURNAL_DEFAULT 1024                         /* commits, where nobody says */

/* A key of a set that has changed but is not served yet. */
struct unpublished {
    struct unpublished *next;
    struct rrset_key key;
};

/* What is told of a zone while the rest of it is being worked on. */
struct shown_zone {
    uint32_t serial;
    uint32_t lifetime;
    uint64_t expires;
    uint64_t sets;
    bool waiting;
    bool stopped;
};

/* A zone as the host works on it. */
struct hosted_zone {
    struct hosted_zone *next; /* changed under `lock` and `brief` */
    struct shown_zone shown;  /* under `brief` */
    uint64_t round;           /* of the last look at what is due */
    uint64_t told;            /* when the log was last told that a refresh failed */
    uint64_t sets;            /* rows in the store */
    bool stopped;             /* by the operator: not served */
    struct hash id;
    struct name apex;
    uint32_t number;
    uint32_t lifetime;  /* of its signatures, from the policy */
    uint32_t limit;     /* sets that one request may change or sign */
    bool owed;          /* the enclave owes it steps */
    uint8_t denial;     /* of zone_leaf: the chain that is served */
    bool turns;         /* of the steps that are owed some lead to another chain: many, unseen */
    bool builds;        /* rows of the other chain are there, and kept current */
    bool cleaning;      /* rows are left of a chain that was given up */
    uint32_t serial;    /* of the head */
    uint64_t index;     /* of the log entry that made the head, or a later one */
    uint64_t published; /* the same of what is served */
    bool for_parent;    /* CDS or CDNSKEY changed since */
    bool whole;         /* to be loaded whole at its next publication, as at its first */
    uint64_t due;       /* when the first signature has half its life left; 0: not known, look */
    uint64_t expires;   /* the earliest expiration, when known */
    uint64_t refreshed; /* when the last refresh was committed */
    /* batches that wait for the last one */
    bool waiting;
    uint64_t waiting_since;
    struct unpublished *unpublished;
    struct region unpublished_region;
};

/* A zone that has ended, and whose rows are still there. */
struct ended_zone {
    struct ended_zone *next;
    struct hash id;
    struct name apex;
};

/* What is told of the whole. */
struct shown_server {
    bool up; /* the enclave */
    bool red;
    struct reason why; /* not up, or red */
    struct commit_counters counters;
};

struct commit_server {
    pthread_mutex_t turn; /* who waits for `lock` next: so the one that ticks does not always win */
    pthread_mutex_t lock;
    pthread_mutex_t brief;
    struct shown_server shown; /* under `brief` */
    struct commit_counters counters;
    struct ended_zone *ended;
    uint64_t round;
    struct store *store;
    struct link link;
    struct answer_server *answers;
    struct hosted_zone *zones;
    bool accept_time;
    struct guard_limits limits;
    unsigned zonemd_most;
    struct commit_events events;
    struct log *log;
    bool red; /* the enclave refused to start from the store */
    struct reason red_reason;
};

/** Hold the lock; let it go, after which others know what there is to know. */
void server_lock(struct commit_server *server);
void server_unlock(struct commit_server *server);

/** Others may know what has become of the zone. */
void hosted_zone_show(struct commit_server *server, struct hosted_zone *zone);

/** Seconds since 1970. */
uint64_t commit_now(void);

struct hosted_zone *hosted_zone_at(struct commit_server *server, const struct name *apex);
SWORN_CHECK enum sworn_result hosted_zone_add(struct commit_server *server, const struct hash *id,
                                              const struct zone_leaf *leaf, uint32_t number,
                                              struct hosted_zone **state);
/** Bring lifetime, limit, work owed and chains up to date with the leaf. */
SWORN_CHECK enum sworn_result hosted_zone_update(struct hosted_zone *state,
                                                 const struct zone_leaf *leaf);
void hosted_zone_remove(struct commit_server *server, struct hosted_zone *state);

#endif
