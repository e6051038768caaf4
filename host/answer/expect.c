/*
 * expect.c - a batch of queries walks ahead of its answers; see zone.h.
 *
 * Between two batches the kernel's own work pushes the index out of the processor's cache, and then
 * most of an answer's time is spent waiting for one pointer after another. Here the walks of all
 * queries of a batch wait together. All of it is a hint: a query that leads elsewhere in the end is
 * answered just the same.
 */
#include "host/answer/grace.h"
#include "host/answer/message/query.h"
#include "host/answer/reader.h"

#define FEW       4 /* queries for which it is not worth while */
#define SETS_SEEN 3 /* of a node: their heads are looked at one after another */

/* The zone that the last query went to, if it holds this one as well; else a search. */
static const struct zone *zone_of(const struct answer_server *server,
                                  const struct question *question, const struct zone *last)
{
    if (last != NULL && question->labels >= last->labels &&
        keyed_is(&last->keyed, question->key, question->key_at[last->labels])) {
        return last;
    }
    return question_zone(question, __atomic_load_n(&server->zones, __ATOMIC_ACQUIRE), &server->seed,
                         __atomic_load_n(&server->longest, __ATOMIC_RELAXED));
}

/* To the name below the apex, which most walks go through or end at. */
static const struct zone *begin(struct answer_reader *reader, struct octets query,
                                const struct zone *last, struct trie_walk *walk)
{
    struct question *question = &reader->chained;
    const struct zone *zone;

    *walk = (struct trie_walk){.trie = NULL};
    if (query.size <= MESSAGE_HEADER ||
        question_name(question, &reader->server->seed,
                      octets_of(query.data + MESSAGE_HEADER, query.size - MESSAGE_HEADER)) !=
            SWORN_OK) {
        return last;
    }
    question->type = 0;
    zone = zone_of(reader->server, question, last);
    if (zone == NULL) {
        return last;
    }
    walk->trie = zone->trie;
    walk->hash = question->hash[zone->labels + (question->labels > zone->labels)];
    return zone;
}

static void expect_sets(const struct node *node)
{
    for (unsigned i = 0; i < SETS_SEEN && i < node->set_count; i++) {
        __builtin_prefetch(node->set[i]);
    }
}

void answer_expect(struct answer_reader *reader, const struct octets *queries, unsigned count)
{
    struct trie_walk walks[ANSWER_EXPECT_MAX];
    const struct zone *zone = NULL;

    if (count < FEW || count > ANSWER_EXPECT_MAX) {
        return;
    }
    grace_enter();
    for (unsigned i = 0; i < count; i++) {
        zone = begin(reader, queries[i], zone, &walks[i]);
    }
    trie_walk_all(walks, count);
    for (unsigned i = 0; i < count; i++) {
        if (walks[i].item != NULL) {
            expect_sets(node_of(walks[i].item));
        }
    }
    grace_leave(reader->server);
}
