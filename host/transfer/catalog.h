/*
 * catalog.h - the list of zones as a zone (RFC 9432), so that secondaries serve what is created
 * here without being told by hand.
 *
 *   $CATALOG.                     SOA invalid. invalid. serial 3600 600 2147483646 0
 *   $CATALOG.                     NS  invalid.
 *   version.$CATALOG.             TXT "2"
 *   <label>.zones.$CATALOG.       PTR member
 *   group.<label>.zones.$CATALOG. TXT "group"        where the template has one
 *
 * The label is made of the zone id: it stays for a zone's life, and an apex that is created again
 * gets another, which tells consumers to forget what they had. Made by the host and not signed, so
 * given out only under TSIG. The serial is kept in the store beside a hash of the content:
 *
 *   meta   "catalog " ‖ name -> u32 serial ‖ 32 hash
 */
#ifndef SWORN_HOST_TRANSFER_CATALOG_H
#define SWORN_HOST_TRANSFER_CATALOG_H

#include "host/config/config.h"
#include "host/store/rows.h"
#include "host/transfer/out/stream.h"

#include <pthread.h>

#define CATALOG_LABEL 40 /* hex of the first 20 octets of a zone id */

struct catalog_member {
    uint8_t label[CATALOG_LABEL];
    struct name zone;
    const char *group; /* NULL: none */
};

/** One state of a catalog; does not change. */
struct catalog {
    struct catalog *next;
    struct region region; /* all that it points to */
    unsigned holds;
    struct name apex;
    uint32_t serial;
    struct hash content;
    struct catalog_member *member; /* sorted by label */
    size_t count;
};

struct catalogs {
    pthread_mutex_t lock;
    struct catalog *list;
};

void catalogs_init(struct catalogs *catalogs);
void catalogs_clear(struct catalogs *catalogs);

/** The catalog of that name, held until it is let go; NULL for none. */
struct catalog *catalog_hold(struct catalogs *catalogs, const struct name *apex);
void catalog_let_go(struct catalogs *catalogs, struct catalog *catalog);

/** The catalog of a template's zones; false for none. */
bool catalog_of(const struct config_template *settings, struct name *apex);

/** A catalog with room for `count` members, to be filled in and put. */
SWORN_CHECK enum sworn_result catalog_new(const struct name *apex, size_t count,
                                          struct catalog **catalog);
void catalog_free(struct catalog *catalog);

/** The next member: its label, and a copy of `group`. */
SWORN_CHECK enum sworn_result catalog_add(struct catalog *catalog, const struct hash *zone_id,
                                          const struct name *zone, const char *group);

/**
 * Give it a serial, the stored one if nothing changed since, else a later one, which is stored; and
 * serve it from now on. Takes the catalog over, whatever comes back.
 */
SWORN_CHECK enum sworn_result catalog_put(struct catalogs *catalogs, struct store *store,
                                          struct catalog *catalog, uint32_t *serial);

/** Serve only those of the names that the configuration has. */
void catalogs_keep(struct catalogs *catalogs, const struct config *config);

SWORN_CHECK enum sworn_result catalog_send(const struct catalog *catalog, struct stream *stream);
SWORN_CHECK enum sworn_result catalog_send_soa(const struct catalog *catalog,
                                               struct stream *stream);

#endif
