/*
 * node.h - what is served: zones, their names, and what each name holds.
 *
 *   node = header ‖ fragments, by type ‖ their types ‖ key ‖ in a zone with NSEC3 also its hash and
 *          that of the wildcard below it
 *   zone = header ‖ key of the apex
 *
 * A node is there for each owner name and for each empty non-terminal between one and the apex, so
 * that the way down from the apex ends at the closest encloser (RFC 4592 3.3.1).
 * Nodes with NSEC are in the zone's order as well: what comes before an absent name there is what
 * denies it. NSEC3 belong to no node; they have an order of their own (denial/hashed.h).
 */
#ifndef SWORN_HOST_ANSWER_NODE_H
#define SWORN_HOST_ANSWER_NODE_H

#include "host/answer/denial/hash.h"
#include "host/answer/index/order.h"
#include "host/answer/index/trie.h"
#include "host/answer/wire/fragment.h"

enum node_flags {
    NODE_CUT = 1, /* NS, and not the apex */
    NODE_DNAME = 2,
    NODE_CNAME = 4,
    NODE_WILDCARD_BELOW = 8, /* a child "*" */
    NODE_HASHED = 16,        /* hashes follow the key */
    NODE_EARLY_BELOW = 32,   /* a child that comes before "*" in canonical order, now or once */
    NODE_PLAIN_LABEL = 64,   /* the first label is in the key as it is in the name */
};

struct glue;

struct node {
    struct keyed keyed;
    uint32_t txn;
    uint32_t children;
    uint8_t flags;
    uint8_t labels;
    uint16_t set_count;
    struct glue *glue; /* of a cut or the apex; NULL for none */
    struct fragment *set[];
};

struct glue_uses;

struct zone {
    struct keyed keyed;
    uint32_t names;      /* for nobody but people */
    uint16_t labels;     /* of the apex */
    uint16_t apex_size;  /* of its wire form */
    struct trie *trie;   /* key -> node */
    struct order order;  /* nodes with NSEC */
    struct order hashes; /* NSEC3 */
    bool keeps_hashes;   /* nodes have their hashes: once it is known that NSEC3 will come */
    const struct node *apex;
    struct fragment *soa_denial; /* SOA with the TTL of negative answers (RFC 2308 3) */
    struct fragment *soa_nsec;   /* that and the apex's NSEC, which most denials show; or NULL */
    struct glue_uses *uses;      /* the writer's */
    uint8_t key[];
};

/** Of its fragments, so that none but the right one has to be looked at. */
static inline const uint16_t *node_types(const struct node *node)
{
    return (const uint16_t *)(node->set + node->set_count);
}

/** The fragment of a type, or NULL. */
static inline const struct fragment *node_set(const struct node *node, uint16_t type)
{
    const uint16_t *types = node_types(node);

    for (unsigned i = 0; i < node->set_count; i++) {
        if (types[i] == type) {
            return node->set[i];
        }
    }
    return NULL;
}

/** With NODE_HASHED: the hash of the name. */
static inline const uint8_t *node_hash(const struct node *node)
{
    return keyed_key(&node->keyed) + node->keyed.key_size;
}

/** With NODE_HASHED: the hash of the wildcard below it. */
static inline const uint8_t *node_wildcard_hash(const struct node *node)
{
    return node_hash(node) + DENIAL_HASH_SIZE;
}

static inline const struct node *node_of(const struct keyed *keyed)
{
    return (const struct node *)keyed;
}

#endif
