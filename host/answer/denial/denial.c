/*
 * denial.c - choosing NSEC and NSEC3; see denial.h.
 *
 * A name that is there has its hashes in its node, so one SHA-1 is all that a query costs: that of
 * the next closer name.
 */
#include "host/answer/denial/denial.h"

#include "core/dns/rr.h"
#include "host/answer/denial/hash.h"

static void add(struct proofs *proofs, const struct keyed *item)
{
    for (unsigned i = 0; i < proofs->count; i++) {
        if (proofs->item[i] == item) {
            return;
        }
    }
    if (item != NULL) {
        proofs->item[proofs->count++] = item;
    }
}

/* --- NSEC ------------------------------------------------------------------------------------ */

static void add_before_name(const struct question *question, const struct outcome *outcome,
                            struct proofs *proofs)
{
    const struct keyed *before = outcome->before;

    if (before == NULL) {
        before =
            order_find(&outcome->zone->order, question->key, question->key_at[question->labels]);
    }
    add(proofs, before);
}

static bool has_nsec(const struct node *node)
{
    return node_set(node, RR_NSEC) != NULL;
}

/* What comes before the wildcard below the closest encloser: nearly always that itself. */
static void add_before_wildcard(const struct question *question, const struct outcome *outcome,
                                struct proofs *proofs)
{
    const struct zone *zone = outcome->zone;
    const struct node *encloser = outcome->encloser;
    uint8_t key[NAME_KEY_MAX + 2];
    size_t size = question->key_at[outcome->depth];

    if ((encloser->flags & NODE_EARLY_BELOW) == 0 && has_nsec(encloser)) {
        add(proofs, &encloser->keyed);
        return;
    }
    memcpy(key, question->key, size);
    key[size] = '*';
    key[size + 1] = 0;
    add(proofs, order_find(&zone->order, key, size + 2));
}

static void nsec_of(const struct question *question, const struct outcome *outcome,
                    struct proofs *proofs)
{
    switch (outcome->kind) {
    case OUTCOME_NXDOMAIN:
        add_before_name(question, outcome, proofs);
        add_before_wildcard(question, outcome, proofs);
        return;
    case OUTCOME_REFERRAL:
        add(proofs, has_nsec(outcome->node) ? &outcome->node->keyed : NULL);
        return;
    default:
        break;
    }
    /* An empty non-terminal has no NSEC: the one before it says that names are below. */
    if (outcome->wildcard || !has_nsec(outcome->node)) {
        add_before_name(question, outcome, proofs);
    }
    if (outcome->kind != OUTCOME_NODATA) {
        return;
    }
    if (has_nsec(outcome->node)) {
        add(proofs, &outcome->node->keyed);
        return;
    }
    if (outcome->wildcard) {
        add_before_wildcard(question, outcome, proofs);
    }
}

/* --- NSEC3 ----------------------------------------------------------------------------------- */

static void add_match(const struct zone *zone, const uint8_t *hash, struct proofs *proofs)
{
    const struct keyed *item = order_find(&zone->hashes, hash, DENIAL_HASH_SIZE);

    if (item != NULL && keyed_is(item, hash, DENIAL_HASH_SIZE)) {
        add(proofs, item);
    }
}

static void add_cover(const struct zone *zone, const uint8_t *hash, struct proofs *proofs)
{
    const struct keyed *item = order_find(&zone->hashes, hash, DENIAL_HASH_SIZE);

    /* What is below the first hash is covered by the last one (RFC 5155 3.1.7). */
    add(proofs, item != NULL ? item : order_last(&zone->hashes));
}

static void hash_node(const struct node *node, uint8_t hash[DENIAL_HASH_SIZE])
{
    struct name name;

    if (name_from_key(octets_of(keyed_key(&node->keyed), node->keyed.key_size), &name) !=
        SWORN_OK) {
        name_root(&name); /* no node has such a key */
    }
    denial_hash(name.wire, name.size, hash);
}

static void add_node(const struct zone *zone, const struct node *node, struct proofs *proofs)
{
    uint8_t hash[DENIAL_HASH_SIZE];

    if ((node->flags & NODE_HASHED) != 0) {
        add_match(zone, node_hash(node), proofs);
        return;
    }
    hash_node(node, hash);
    add_match(zone, hash, proofs);
}

static void add_next_closer(const struct question *question, const struct outcome *outcome,
                            struct proofs *proofs)
{
    unsigned at = question->at[outcome->depth + 1];
    uint8_t hash[DENIAL_HASH_SIZE];

    denial_hash(question->wire + at, question->size - at, hash);
    add_cover(outcome->zone, hash, proofs);
}

static void add_no_wildcard(const struct question *question, const struct outcome *outcome,
                            struct proofs *proofs)
{
    unsigned at = question->at[outcome->depth];
    uint8_t wildcard[NAME_MAX_SIZE + 2] = {1, '*'};
    uint8_t hash[DENIAL_HASH_SIZE];

    if ((outcome->encloser->flags & NODE_HASHED) != 0) {
        add_cover(outcome->zone, node_wildcard_hash(outcome->encloser), proofs);
        return;
    }
    memcpy(wildcard + 2, question->wire + at, question->size - at);
    denial_hash(wildcard, question->size - at + 2U, hash);
    add_cover(outcome->zone, hash, proofs);
}

static void nsec3_of(const struct question *question, const struct outcome *outcome,
                     struct proofs *proofs)
{
    const struct zone *zone = outcome->zone;

    if (outcome->kind == OUTCOME_NXDOMAIN) {
        add_node(zone, outcome->encloser, proofs);
        add_next_closer(question, outcome, proofs);
        add_no_wildcard(question, outcome, proofs);
        return;
    }
    if (!outcome->wildcard) {
        add_node(zone, outcome->node, proofs);
        return;
    }
    if (outcome->kind == OUTCOME_NODATA) {
        add_node(zone, outcome->encloser, proofs);
        add_node(zone, outcome->node, proofs);
    }
    add_next_closer(question, outcome, proofs);
}

/* Whether there is anything that has to be shown not to be there. */
static bool denies(const struct outcome *outcome)
{
    switch (outcome->kind) {
    case OUTCOME_NODATA:
    case OUTCOME_NXDOMAIN:
        return true;
    case OUTCOME_REFERRAL:
        return node_set(outcome->node, RR_DS) == NULL;
    case OUTCOME_ANSWER:
    case OUTCOME_CNAME:
        return outcome->wildcard;
    case OUTCOME_DNAME:
        break;
    }
    return false;
}

void denial_of(const struct question *question, const struct outcome *outcome,
               struct proofs *proofs)
{
    proofs->count = 0;
    if (!denies(outcome)) {
        return;
    }
    if (zone_is_hashed(outcome->zone)) {
        nsec3_of(question, outcome, proofs);
        return;
    }
    nsec_of(question, outcome, proofs);
}
