/*
 * question.c - from name to node; see question.h.
 */
#include "host/answer/question.h"

#include "core/dns/rr.h"

/* One label into the key: lower case, 00 and 01 escaped (core/dns/name.h). Returns its end. */
static uint8_t *key_label(uint8_t *key, const uint8_t *label)
{
    for (unsigned i = 1; i <= label[0]; i++) {
        uint8_t octet = label[i];

        octet = (uint8_t)(octet + ((uint8_t)(octet - 'A') < 26) * ('a' - 'A'));
        if (octet <= 1) {
            *key++ = 1;
            octet++;
        }
        *key++ = octet;
    }
    return key;
}

enum sworn_result question_name(struct question *question, const struct hash_seed *seed,
                                struct octets octets)
{
    uint8_t forward[QUESTION_LABELS];
    unsigned labels = 0;
    size_t at = 0;
    uint8_t *key = question->key;

    for (;;) {
        SWORN_ENSURE(at < octets.size && at < NAME_MAX_SIZE, SWORN_MALFORMED);
        if (octets.data[at] == 0) {
            break;
        }
        SWORN_ENSURE(octets.data[at] < 0x40, SWORN_MALFORMED);
        forward[labels++] = (uint8_t)at;
        at += octets.data[at] + 1U;
    }
    question->wire = octets.data;
    question->size = (uint8_t)(at + 1);
    question->labels = (uint8_t)labels;
    question->at[0] = (uint8_t)at;
    question->key_at[0] = 0;
    question->hash[0] = seed->start;
    for (unsigned depth = 1; depth <= labels; depth++) {
        const uint8_t *label = question->wire + forward[labels - depth];
        uint8_t *end = key_label(key, label);

        question->at[depth] = forward[labels - depth];
        question->hash[depth] =
            hash_label(seed, question->hash[depth - 1], key, (size_t)(end - key));
        *end++ = 0;
        question->key_at[depth] = (uint16_t)(end - question->key);
        key = end;
    }
    return SWORN_OK;
}

static const struct zone *longest_zone(const struct question *question, const struct trie *zones,
                                       const struct hash_seed *seed, unsigned longest)
{
    for (unsigned depth = longest + 1; depth-- > 0;) {
        const struct keyed *zone =
            trie_find(zones, seed, question->key, question->key_at[depth], question->hash[depth]);

        if (zone != NULL) {
            return (const struct zone *)zone;
        }
    }
    return NULL;
}

const struct zone *question_zone(const struct question *question, const struct trie *zones,
                                 const struct hash_seed *seed, unsigned longest)
{
    unsigned deepest = question->labels < longest ? question->labels : longest;
    const struct zone *zone = longest_zone(question, zones, seed, deepest);
    const struct zone *parent;

    /* RFC 4035 3.1.4.1: DS is the parent's, if that is served here. */
    if (zone == NULL || question->type != RR_DS || zone->labels != question->labels ||
        zone->labels == 0) {
        return zone;
    }
    parent = longest_zone(question, zones, seed, zone->labels - 1U);
    return parent != NULL ? parent : zone;
}

static const struct node *node_below(const struct question *question, const struct zone *zone,
                                     const struct hash_seed *seed, unsigned depth)
{
    return node_of(
        trie_find(zone->trie, seed, question->key, question->key_at[depth], question->hash[depth]));
}

static const struct node *wildcard_below(const struct question *question, const struct zone *zone,
                                         const struct hash_seed *seed, unsigned depth)
{
    static const uint8_t star[] = {'*', 0};
    uint8_t key[NAME_KEY_MAX + 2];
    size_t size = question->key_at[depth];

    memcpy(key, question->key, size);
    memcpy(key + size, star, 2);
    return node_of(trie_find(zone->trie, seed, key, size + 2,
                             hash_label(seed, question->hash[depth], star, 1)));
}

/* For ANY one set (RFC 8482 4.1): SOA if it is there, else the first that is not NSEC. */
static const struct fragment *any_set(const struct node *node)
{
    const struct fragment *soa = node_set(node, RR_SOA);

    if (soa != NULL) {
        return soa;
    }
    for (unsigned i = 0; i < node->set_count; i++) {
        if (node->set[i]->type != RR_NSEC) {
            return node->set[i];
        }
    }
    return node->set_count > 0 ? node->set[0] : NULL;
}

static bool has_rrsig(const struct node *node)
{
    for (unsigned i = 0; i < node->set_count; i++) {
        if (node->set[i]->rrsig_count > 0) {
            return true;
        }
    }
    return false;
}

static void outcome_set(struct outcome *outcome, enum outcome_kind kind, uint16_t type)
{
    outcome->kind = kind;
    outcome->set = node_set(outcome->node, type);
}

/* The node stands for the question's name: what it has of that type. */
static void at_node(const struct question *question, struct outcome *outcome)
{
    const struct node *node = outcome->node;

    outcome->kind = OUTCOME_ANSWER;
    outcome->set = NULL;
    if (question->type == RR_RRSIG) {
        outcome->kind = has_rrsig(node) ? OUTCOME_ANSWER : OUTCOME_NODATA;
        return;
    }
    outcome->set = question->type == RR_ANY ? any_set(node) : node_set(node, question->type);
    if (outcome->set != NULL) {
        return;
    }
    if ((node->flags & NODE_CNAME) != 0) {
        outcome_set(outcome, OUTCOME_CNAME, RR_CNAME);
        return;
    }
    outcome->kind = OUTCOME_NODATA;
}

void question_resolve(const struct question *question, const struct zone *zone,
                      const struct hash_seed *seed, struct outcome *outcome)
{
    const struct node *below = zone->apex;

    *outcome = (struct outcome){.zone = zone, .node = below, .depth = zone->labels};
    while (outcome->depth < question->labels) {
        if ((outcome->node->flags & (NODE_CUT | NODE_DNAME)) != 0) {
            break;
        }
        below = node_below(question, zone, seed, outcome->depth + 1);
        if (below == NULL) {
            break;
        }
        outcome->node = below;
        outcome->depth++;
    }
    outcome->encloser = outcome->node;
    if ((outcome->node->flags & NODE_CUT) != 0 &&
        (outcome->depth < question->labels || question->type != RR_DS)) {
        outcome_set(outcome, OUTCOME_REFERRAL, RR_NS);
        return;
    }
    if (outcome->depth == question->labels) {
        at_node(question, outcome);
        return;
    }
    if ((outcome->node->flags & NODE_DNAME) != 0) {
        outcome_set(outcome, OUTCOME_DNAME, RR_DNAME);
        return;
    }
    if ((outcome->node->flags & NODE_WILDCARD_BELOW) == 0) {
        outcome->kind = OUTCOME_NXDOMAIN;
        return;
    }
    outcome->node = wildcard_below(question, zone, seed, outcome->depth);
    outcome->wildcard = true;
    at_node(question, outcome);
}
