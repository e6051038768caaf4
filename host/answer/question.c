/*
 * question.c - from name to node; see question.h.
 */
#include "host/answer/question.h"

#include "core/dns/rr.h"

#define ALL_OCTETS(octet) (UINT64_C(0x0101010101010101) * (octet))

/* ASCII letters of eight octets in lower case. */
static uint64_t lower_word(uint64_t word)
{
    uint64_t low = word & ALL_OCTETS(0x7f);
    uint64_t from_a = low + ALL_OCTETS(0x80 - 'A');
    uint64_t past_z = low + ALL_OCTETS(0x80 - 'Z' - 1);

    return word | ((from_a ^ past_z) & ~word & ALL_OCTETS(0x80)) >> 2;
}

/* Whether one of eight octets is 00 or 01. */
static bool has_escaped(uint64_t word)
{
    word &= ALL_OCTETS(0xfe);
    return ((word - ALL_OCTETS(1)) & ~word & ALL_OCTETS(0x80)) != 0;
}

/* One label into the key, octet by octet: 00 and 01 escaped (core/dns/name.h). Returns its size. */
static size_t key_escaped(uint8_t *key, const uint8_t *label)
{
    size_t size = 0;

    for (unsigned i = 1; i <= label[0]; i++) {
        uint8_t octet = label[i];

        octet = (uint8_t)(octet + ((uint8_t)(octet - 'A') < 26) * ('a' - 'A'));
        if (octet <= 1) {
            key[size++] = 1;
            octet++;
        }
        key[size++] = octet;
    }
    return size;
}

/*
 * The label into the key, and its hash, which has its parent's before. Eight octets at a time where
 * so many can be read, as they can in nearly all queries; the key has room for them.
 */
static uint8_t *key_label(uint8_t *key, const struct hash_seed *seed, const uint8_t *label,
                          const uint8_t *end, uint64_t *hash)
{
    size_t size = label[0];
    uint64_t made = *hash ^ size;
    size_t at = 0;

    while (at < size && label + 1 + at + 8 <= end) {
        uint64_t mask = size - at >= 8 ? UINT64_MAX : ~(UINT64_MAX << (size - at) * 8);
        uint64_t word;

        memcpy(&word, label + 1 + at, 8);
        word = lower_word(le64toh(word)) & mask;
        if (has_escaped(word | ~mask)) {
            break;
        }
        made = hash_word(seed, made, word);
        word = htole64(word);
        memcpy(key + at, &word, 8);
        at += 8;
    }
    if (at >= size) {
        *hash = made;
        return key + size;
    }
    size = key_escaped(key, label);
    *hash = hash_label(seed, *hash, key, size);
    return key + size;
}

enum sworn_result question_name(struct question *question, const struct hash_seed *seed,
                                struct octets octets)
{
    uint8_t forward[QUESTION_LABELS];
    uint64_t hash = seed->start;
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
    question->hash[0] = hash;
    for (unsigned depth = 1; depth <= labels; depth++) {
        uint8_t from = forward[labels - depth];

        key = key_label(key, seed, octets.data + from, octets.data + octets.size, &hash);
        *key++ = 0;
        question->at[depth] = from;
        question->key_at[depth] = (uint16_t)(key - question->key);
        question->hash[depth] = hash;
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

const struct zone *question_zone(const struct question *question, const struct zones *zones,
                                 const struct hash_seed *seed, const struct zone *last)
{
    unsigned deepest = question->labels < zones->longest ? question->labels : zones->longest;
    const struct zone *zone = last;
    const struct zone *parent;

    /* No zone is nearer than one with as many labels as there can be. */
    if (zone == NULL || zone->labels != deepest ||
        !keyed_is(&zone->keyed, question->key, question->key_at[deepest])) {
        zone = longest_zone(question, zones->trie, seed, deepest);
    }
    /* RFC 4035 3.1.4.1: DS is the parent's, if that is served here. */
    if (zone == NULL || question->type != RR_DS || zone->labels != question->labels ||
        zone->labels == 0) {
        return zone;
    }
    parent = longest_zone(question, zones->trie, seed, zone->labels - 1U);
    return parent != NULL ? parent : zone;
}

void question_walk(const struct question *question, const struct zone *zone, struct trie_walk *walk)
{
    *walk = (struct trie_walk){
        .from = zone->trie,
        .trie = question->labels > zone->labels ? zone->trie : NULL,
        .hash = question->hash[zone->labels + (question->labels > zone->labels)],
    };
}

static const struct node *node_below(const struct question *question, const struct zone *zone,
                                     const struct hash_seed *seed, unsigned depth)
{
    return node_of(
        trie_find(zone->trie, seed, question->key, question->key_at[depth], question->hash[depth]));
}

/* The same for the name below the apex, if it was walked to. */
static const struct node *node_below_apex(const struct question *question, const struct zone *zone,
                                          const struct hash_seed *seed,
                                          const struct trie_walk *walk)
{
    unsigned depth = zone->labels + 1U;

    if (walk == NULL) {
        return node_below(question, zone, seed, depth);
    }
    return node_of(trie_walked(walk, seed, question->key, question->key_at[depth]));
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

/* As far down as there are names, and no further than a cut or DNAME. */
static void go_down(const struct question *question, const struct zone *zone,
                    const struct hash_seed *seed, const struct trie_walk *walk,
                    struct outcome *outcome)
{
    while (outcome->depth < question->labels &&
           (outcome->node->flags & (NODE_CUT | NODE_DNAME)) == 0) {
        const struct node *below = outcome->depth == zone->labels
                                       ? node_below_apex(question, zone, seed, walk)
                                       : node_below(question, zone, seed, outcome->depth + 1);

        if (below == NULL) {
            break;
        }
        outcome->node = below;
        outcome->depth++;
    }
    outcome->encloser = outcome->node;
}

void question_resolve(const struct question *question, const struct zone *zone,
                      const struct hash_seed *seed, const struct trie_walk *walk,
                      struct outcome *outcome)
{
    *outcome = (struct outcome){.zone = zone, .node = zone->apex, .depth = zone->labels};
    go_down(question, zone, seed, walk, outcome);
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
