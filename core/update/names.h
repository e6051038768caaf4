/*
 * names.h - the names of a zone that an update looks at, with all their record sets: loaded on
 * first use, changed in memory, and read out as what is different afterwards.
 *
 * Without a source a name begins empty: so value-dependent prerequisites are gathered into sets.
 */
#ifndef SWORN_CORE_UPDATE_NAMES_H
#define SWORN_CORE_UPDATE_NAMES_H

#include "core/cursor/region.h"
#include "core/dns/name.h"

struct name_record {
    struct octets rdata;
    struct octets canonical; /* RDATA are equal when these are (RFC 4034 6.2) */
    uint32_t hash;           /* of the canonical form */
    bool is_new;             /* not there when the name was loaded */
};

struct name_set {
    struct name_set *next;
    uint16_t type;
    uint32_t ttl;
    struct name_record *records;
    size_t count, capacity;
    bool changed;   /* something is different from when the name was loaded: */
    bool rewritten; /*   not only new records beside the old ones */
};

struct name_entry {
    struct name_entry *next;  /* in the bucket */
    struct name_entry *after; /* in order of first use */
    struct name name;
    struct name_set *sets; /* those without records stay in the list */
};

struct names;

struct names_source {
    void *context;
    /** Hand each record of `entry->name` to names_load(); none is fine. */
    enum sworn_result (*load)(void *context, struct names *names, struct name_entry *entry);
};

#define NAMES_BUCKETS 256

struct names {
    struct region *region;
    const struct names_source *source; /* NULL: none */
    struct name_entry *buckets[NAMES_BUCKETS];
    struct name_entry *first, *last;
};

void names_init(struct names *names, const struct names_source *source, struct region *region);

/** The name, loaded now if need be. Failures are the source's. */
SWORN_CHECK enum sworn_result names_get(struct names *names, const struct name *name,
                                        struct name_entry **entry);

/** The set, or NULL when the name has no records of that type. */
struct name_set *names_set(const struct name_entry *entry, uint16_t type);

/** Whether the name has a record at all, or (`besides` not 0) one of another type. */
bool names_has_any(const struct name_entry *entry, uint16_t besides);

/** From the source: a record as the zone has it. `rdata` must live as long as the region. */
SWORN_CHECK enum sworn_result names_load(struct names *names, struct name_entry *entry,
                                         uint16_t type, uint32_t ttl, struct octets rdata);

/** The record of the set with this RDATA, or NULL. */
SWORN_CHECK enum sworn_result names_find(struct names *names, const struct name_set *set,
                                         struct octets rdata, struct name_record **record);

/**
 * Add a record; one that is there already stays once. The whole set gets the TTL (RFC 2181 5.2).
 */
SWORN_CHECK enum sworn_result names_add(struct names *names, struct name_entry *entry,
                                        uint16_t type, uint32_t ttl, struct octets rdata);

/** Take one record, or all, out of a set of this zone. */
void names_remove(struct name_set *set, struct name_record *record);
void names_clear(struct name_set *set);

/** Whether both hold the same records, whatever their TTL (RFC 2136 2.4.2). */
SWORN_CHECK enum sworn_result names_same(struct names *names, const struct name_set *a,
                                         const struct name_set *b, bool *same);

#endif
