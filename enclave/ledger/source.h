/*
 * source.h - where the enclave's trees come from: the host, page by page, none of it believed.
 */
#ifndef SWORN_ENCLAVE_LEDGER_SOURCE_H
#define SWORN_ENCLAVE_LEDGER_SOURCE_H

#include "core/merkle/tree.h"
#include "enclave/channel.h"

#define PREFETCHED_MAX 64

/** What was fetched last, to be named when it turns out not to be what the root certifies. */
struct ledger_fetched {
    bool any;
    bool value; /* else a page, on the way to `key` */
    enum merkle_kind kind;
    size_t size;
    uint8_t key[MERKLE_KEY_MAX];
};

/*
 * What one tree is fetched with. Pages that came along with one that was asked for wait here until
 * the walk gets to them.
 */
struct ledger_source {
    struct tree_source source;
    struct channel *channel;
    enum merkle_kind kind;
    struct hash zone_id;
    struct reason *reason;         /* of the request at work */
    struct ledger_fetched *last;   /* of all trees */
    struct octets_list prefetched; /* each 32 hash ‖ page; until the next question */
    const struct octets_list
        *offered_keys; /* values that the request brought along, in its order */
    const struct octets_list *offered_values;
    uint32_t offered_next;
};

void ledger_source_init(struct ledger_source *source, struct channel *channel,
                        enum merkle_kind kind, const struct hash *zone_id);

/** Say what was fetched last and is not what is certified. Nothing when nothing was. */
void ledger_source_blame(const struct ledger_fetched *last, struct reason *reason);

/**
 * Values that came with the request, one for each key; they are verified like any. Until
 * trees_end().
 */
void ledger_source_offer(struct ledger_source *source, const struct octets_list *keys,
                         const struct octets_list *values);

#endif
