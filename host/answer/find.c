/*
 * find.c - what zones have for a group of queries; see reader.h.
 *
 * Between two batches the kernel's own work pushes the index out of the processor's cache, and then
 * an answer's time is spent waiting for one pointer after another. Here the walks of all queries of
 * a group wait together, and so do the sets that they lead to.
 */
#include "host/answer/reader.h"

#define LINES       3 /* of a set that are asked for ahead */
#define NODE_LINES  2
#define PROOF_LINES 6 /* of a proof: most have so many */

static void expect_lines(const void *memory, size_t lines)
{
    for (size_t line = 0; line < lines; line++) {
        __builtin_prefetch((const uint8_t *)memory + line * 64);
    }
}

static void expect_proofs(const struct outcome *outcome, const struct proofs *proofs)
{
    for (unsigned i = 0; i < proofs->count; i++) {
        const struct keyed *item = proofs->item[i];

        if (item == &outcome->zone->apex->keyed) {
            continue; /* most denials show it: it is there */
        }
        expect_lines(zone_is_hashed(outcome->zone) ? (const void *)item
                                                   : node_set(node_of(item), RR_NSEC),
                     PROOF_LINES);
    }
}

/* What most responses are made from. */
static void expect_sets(const struct outcome *outcome)
{
    const struct fragment *ds;

    if (outcome->set != NULL) {
        expect_lines(outcome->set, LINES);
    }
    if (outcome->kind != OUTCOME_REFERRAL) {
        return;
    }
    ds = node_set(outcome->node, RR_DS);
    if (ds != NULL) {
        expect_lines(ds, LINES);
    }
    if (outcome->node->glue != NULL) {
        expect_lines(outcome->node->glue, LINES);
    }
}

/* What the steps of a group hand on. */
struct finding {
    unsigned count;
    struct passage *passage[READER_GROUP]; /* those for which there is a zone */
    struct trie_walk walk[READER_GROUP];
    struct order_search search[READER_GROUP];
};

static void find_zones(struct answer_reader *reader, unsigned count, struct finding *finding)
{
    const struct answer_server *server = reader->server;
    const struct zones zones = {
        .trie = __atomic_load_n(&server->zones, __ATOMIC_ACQUIRE),
        .longest = __atomic_load_n(&server->longest, __ATOMIC_RELAXED),
    };
    const struct zone *zone = NULL;

    finding->count = 0;
    for (unsigned i = 0; i < count; i++) {
        struct passage *passage = &reader->passage[i];

        passage->outcome.zone = NULL;
        if (!passage_asks_zones(passage)) {
            continue;
        }
        zone = question_zone(&passage->question, &zones, &server->seed, zone);
        if (zone != NULL) {
            passage->outcome.zone = zone;
            question_walk(&passage->question, zone, &finding->walk[finding->count]);
            finding->passage[finding->count++] = passage;
        }
    }
}

static void find_outcomes(const struct answer_server *server, struct finding *finding)
{
    trie_walk_all(finding->walk, finding->count);
    for (unsigned i = 0; i < finding->count; i++) {
        struct passage *passage = finding->passage[i];
        const struct question *question = &passage->question;
        const struct zone *zone = passage->outcome.zone;

        question_resolve(question, zone, &server->seed, &finding->walk[i], &passage->outcome);
        expect_sets(&passage->outcome);
        finding->search[i].page = NULL;
        finding->search[i].item = NULL;
        if (passage->query.dnssec && denial_searches(&passage->outcome)) {
            order_search_begin(&finding->search[i], &zone->order, question->key,
                               question->key_at[question->labels]);
        }
    }
}

static void find_proofs(struct finding *finding)
{
    order_search_all(finding->search, finding->count);
    for (unsigned i = 0; i < finding->count; i++) {
        struct passage *passage = finding->passage[i];

        passage->outcome.before = finding->search[i].item;
        passage->proofs.count = 0;
        if (passage->query.dnssec) {
            denial_of(&passage->question, &passage->outcome, &passage->proofs);
        }
        for (unsigned n = 0; n < passage->proofs.count; n++) {
            expect_lines(passage->proofs.item[n], NODE_LINES);
        }
    }
    for (unsigned i = 0; i < finding->count; i++) {
        expect_proofs(&finding->passage[i]->outcome, &finding->passage[i]->proofs);
    }
}

void reader_find(struct answer_reader *reader, unsigned count)
{
    struct finding finding;

    find_zones(reader, count, &finding);
    find_outcomes(reader->server, &finding);
    find_proofs(&finding);
}
