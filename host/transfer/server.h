/*
 * server.h - what the parts of host/transfer share: which zones are published, who is to be told
 * of them, and how that went. Everything in here is touched under `lock` only, unless it says
 * otherwise.
 */
#ifndef SWORN_HOST_TRANSFER_SERVER_H
#define SWORN_HOST_TRANSFER_SERVER_H

#include "host/transfer/catalog.h"
#include "host/transfer/out/snapshot.h"
#include "host/transfer/transfer.h"

#include <pthread.h>

#define ID_SIZE      256 /* of a remote, as the configuration names it */
#define REMOTES_MAX  256 /* of one zone */
#define ZONE_BUCKETS 4096

struct notifier;
struct informer;

/* A secondary of one zone, or of one catalog. */
struct target {
    struct target *next;
    struct target *next_queued;
    struct transfer_zone *zone;
    char id[ID_SIZE];
    bool queued; /* to be notified when `due` */
    bool flying; /* a notification is under way */
    bool again;  /* and not the last one */
    unsigned tries;
    uint64_t due; /* milliseconds of the monotonic clock */
    struct transfer_state state;
};

/* A zone as secondaries are told of it. */
struct transfer_zone {
    struct transfer_zone *next;
    struct published published;
    bool is_catalog;
    struct target *targets;
};

struct transfer_server {
    pthread_mutex_t lock;
    struct config_current *config; /* has a lock of its own, as have store and catalogs */
    struct store *store;
    struct log *log;
    struct catalogs catalogs;
    struct transfer_zone *zones[ZONE_BUCKETS];
    bool members_changed; /* of some catalog */
    struct target *queue;
    struct target **queue_end;
    struct notifier *notifier;
    struct informer *informer;
    struct transfer_counters counters;
};

/** The zone at an apex, NULL for none. */
struct transfer_zone *transfer_zone_at(struct transfer_server *server, const struct name *apex);

/** The same, made when it is not there; NULL without memory. */
struct transfer_zone *transfer_zone_make(struct transfer_server *server, const struct name *apex);

/** Who is told of a zone: the template's, or those of all templates with this catalog. */
size_t transfer_remotes(const struct config *config, const struct transfer_zone *zone,
                        const struct config_remote *remotes[REMOTES_MAX]);

/** Announce a zone to all its secondaries. */
void transfer_announce(struct transfer_server *server, const struct config *config,
                       struct transfer_zone *zone);

/** Put a target into the queue, to be notified at `due`. */
void transfer_queue(struct transfer_server *server, struct target *target, uint64_t due);

/** Make all catalogs anew; takes the lock. */
void transfer_catalogs(struct transfer_server *server);

/** What is published of a zone; false for none. Takes the lock. */
bool transfer_published(struct transfer_server *server, const struct name *apex,
                        struct published *published);

/** Remember that a zone's secondary has got this serial. Takes the lock. */
void transfer_note(struct transfer_server *server, const struct transfer_request *request,
                   const struct name *apex, uint32_t serial);

/** Milliseconds of the monotonic clock. */
uint64_t transfer_clock(void);

#endif
