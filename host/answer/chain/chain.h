/*
 * chain.h - an answer over several names, while it is put together.
 *
 * Owners are not in the question from the second name on, so fragments are taken apart and written
 * record by record with all names compressed.
 */
#ifndef SWORN_HOST_ANSWER_CHAIN_CHAIN_H
#define SWORN_HOST_ANSWER_CHAIN_CHAIN_H

#include "host/answer/denial/denial.h"
#include "host/answer/reader.h"

#define CHAIN_STEPS_MAX  32
#define CHAIN_PROOFS_MAX (CHAIN_STEPS_MAX + PROOFS_MAX)

struct chain {
    struct answer_reader *reader;
    struct response *response;
    const struct zone *zone;
    const struct question *at;         /* the name that the chain has come to */
    struct name target;                /* its wire form, and the next one's */
    struct name been[CHAIN_STEPS_MAX]; /* names that were aliases */
    unsigned steps;
    const struct node *dname[CHAIN_STEPS_MAX]; /* whose DNAME are in the answer */
    unsigned dnames;
    const struct keyed *proof[CHAIN_PROOFS_MAX]; /* to be shown */
    unsigned proofs;
};

/* records.c: each is false when there is no room. */

/** The name that the chain has come to, as a name. */
void chain_name_at(const struct chain *chain, struct name *name);
void chain_node_name(const struct node *node, struct name *name);

/** One record; `head` is type, class and TTL. */
bool chain_record(struct chain *chain, enum section section, const struct name *owner,
                  const uint8_t *head, struct octets rdata);

/**
 * All records of a set: `owner` is their owner here, `name` the one the set is stored under.
 */
bool chain_set(struct chain *chain, enum section section, const struct fragment *set,
               const struct name *owner, const struct name *name);

/* end.c */

/** What the outcome denies will be shown. */
void chain_show(struct chain *chain, const struct outcome *outcome);

/** All that is to be shown, into the authority section. */
bool chain_proofs(struct chain *chain);

/** The set that answers the name the chain has come to. */
bool chain_answer(struct chain *chain, const struct outcome *outcome);

/** The sections of a chain's last name. */
bool chain_end(struct chain *chain, const struct outcome *outcome);

#endif
