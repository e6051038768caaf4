/*
 * question.h - what is asked, and the way to it: the key of the name, with the hash of each of its
 * ancestors.
 */
#ifndef SWORN_HOST_ANSWER_QUESTION_H
#define SWORN_HOST_ANSWER_QUESTION_H

#include "host/answer/node.h"

#define QUESTION_LABELS 128 /* a name has at most 127 */

struct question {
    const uint8_t *wire; /* the name, as it was asked */
    uint8_t size;
    uint8_t labels;
    uint16_t type;
    uint16_t class;
    uint8_t at[QUESTION_LABELS];      /* offset of the ancestor with so many labels */
    uint16_t key_at[QUESTION_LABELS]; /* size of its key */
    uint64_t hash[QUESTION_LABELS];
    uint8_t key[NAME_KEY_MAX + 8];
};

/** Fill in all that follows from the name; SWORN_MALFORMED when `octets` do not begin with one. */
SWORN_CHECK enum sworn_result question_name(struct question *question, const struct hash_seed *seed,
                                            struct octets octets);

enum outcome_kind {
    OUTCOME_ANSWER,
    OUTCOME_CNAME,
    OUTCOME_DNAME,
    OUTCOME_REFERRAL,
    OUTCOME_NODATA,
    OUTCOME_NXDOMAIN,
};

/** What a zone has for a question. */
struct outcome {
    enum outcome_kind kind;
    const struct zone *zone;
    const struct node *node; /* the name, the wildcard in its place, the cut, the DNAME's owner */
    const struct node *encloser; /* where the way down ended: closest encloser, cut or the name */
    const struct fragment *set;  /* of an answer to one type; CNAME; DNAME; NS of the cut */
    unsigned depth;              /* labels of the node; with `wildcard`, of the closest encloser */
    bool wildcard;
    const struct keyed *before; /* the name in the zone's order; NULL: not searched for yet */
};

/** The zones, and how many labels the longest of their apexes has. */
struct zones {
    const struct trie *trie;
    unsigned longest;
};

/**
 * The zone that answers the question; NULL for none.
 *
 * \param last  one of the zones, which the question before this one went to, or NULL
 */
const struct zone *question_zone(const struct question *question, const struct zones *zones,
                                 const struct hash_seed *seed, const struct zone *last);

/** Begin to walk to the name below the apex, which most ways go through or end at. */
void question_walk(const struct question *question, const struct zone *zone,
                   struct trie_walk *walk);

/**
 * Go down from the apex (RFC 1034 4.3.2, RFC 4592 3.3.1).
 *
 * \param walk  question_walk(), walked; NULL for none
 */
void question_resolve(const struct question *question, const struct zone *zone,
                      const struct hash_seed *seed, const struct trie_walk *walk,
                      struct outcome *outcome);

#endif
