/*
 * records.h - all record sets of a zone, in canonical order of (owner, type), and the root of the
 * zone tree that they make.
 */
#ifndef SWORN_CLI_ZONE_RECORDS_H
#define SWORN_CLI_ZONE_RECORDS_H

#include "core/cursor/region.h"
#include "core/dns/rr.h"
#include "core/dns/rrset.h"

struct record_set {
    struct octets key;   /* in the zone tree (core/dns/rrset.h) */
    struct octets value; /* there */
    struct rrset rrset;  /* owner in lower case */
    uint16_t rrsig_count;
    struct octets *rrsig;
};

struct record_list {
    struct region *region;
    struct record_set *sets;
    size_t count, capacity;
    struct octets *hashed; /* names, wire, that have a leaf 01 00 ‖ hash besides; any order */
    size_t hashed_count;
};

void records_init(struct record_list *list, struct region *region);

/**
 * Add a set: its RDATA is sorted and checked, key and value are made. Arrays and octets that `set`
 * points to must live as long as the list's region.
 */
SWORN_CHECK enum sworn_result records_add(struct record_list *list, const struct record_set *set);

/** Sort by key; SWORN_CONFLICT when two sets have the same. */
SWORN_CHECK enum sworn_result records_order(struct record_list *list);

/** The set at (owner, type) in an ordered list, or NULL. */
struct record_set *records_find(const struct record_list *list, const struct name *owner,
                                uint16_t type);

/** Whether sets of this type have no leaf in the zone tree: RRSIG, NSEC, NSEC3, ZONEMD. */
bool type_is_outside_tree(uint16_t type);

/** How many sets have one. */
size_t records_in_tree(const struct record_list *list);

/** The root of the zone tree over all sets that belong in it, and the leaves of hashes. */
SWORN_CHECK enum sworn_result records_root(const struct record_list *list, struct hash *root);

/** The owner's part of a set's key. */
static inline struct octets record_name_key(const struct record_set *set)
{
    return octets_of(set->key.data, set->key.size - 3);
}

/** Whether the name with key `key` is the one with key `ancestor` or below it. */
static inline bool key_within(struct octets key, struct octets ancestor)
{
    return key.size >= ancestor.size &&
           (ancestor.size == 0 || memcmp(key.data, ancestor.data, ancestor.size) == 0);
}

/** An SOA set with another serial. */
SWORN_CHECK enum sworn_result soa_with_serial(const struct record_set *soa, uint32_t serial,
                                              struct region *region, struct record_set *changed);

#endif
