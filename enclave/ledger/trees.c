/*
 * trees.c - the bounded cache of verified pages; see trees.h.
 */
#include "enclave/ledger/trees.h"

void trees_init(struct trees *trees, struct channel *channel)
{
    *trees = (struct trees){.channel = channel};
    for (size_t i = 0; i < TREE_SLOTS; i++) {
        region_init(&trees->slots[i].region, TREE_CAP);
    }
}

static struct tree_slot *slot_of(struct trees *trees, enum merkle_kind kind,
                                 const struct hash *zone_id)
{
    for (size_t i = 0; i < TREE_SLOTS; i++) {
        struct tree_slot *slot = &trees->slots[i];

        if (slot->used && slot->tree.kind == kind && hash_equal(&slot->source.zone_id, zone_id)) {
            return slot;
        }
    }
    return NULL;
}

static struct tree_slot *slot_longest_unused(struct trees *trees)
{
    struct tree_slot *oldest = &trees->slots[0];

    for (size_t i = 0; i < TREE_SLOTS; i++) {
        struct tree_slot *slot = &trees->slots[i];

        if (!slot->used) {
            return slot;
        }
        if (slot->last_use < oldest->last_use) {
            oldest = slot;
        }
    }
    return oldest;
}

static void slot_drop(struct tree_slot *slot)
{
    region_clear(&slot->region);
    slot->used = false;
}

enum sworn_result trees_get(struct trees *trees, enum merkle_kind kind, const struct hash *zone_id,
                            const struct hash *root, struct reason *reason, struct tree_slot **slot)
{
    struct tree_slot *found = slot_of(trees, kind, zone_id);

    if (found != NULL && !hash_equal(&found->root, root)) {
        slot_drop(found);
    }
    if (found == NULL) {
        found = slot_longest_unused(trees);
        slot_drop(found);
    }
    found->last_use = ++trees->uses;
    if (!found->used) {
        ledger_source_init(&found->source, trees->channel, kind, zone_id);
        SWORN_TRY(tree_open(&found->tree, kind, root, &found->region, &found->source.source));
        found->root = *root;
        found->used = true;
    }
    found->source.reason = reason;
    found->source.last = &trees->last;
    *slot = found;
    return SWORN_OK;
}

void trees_advance(struct tree_slot *slot, const struct tree *tree, const struct hash *root)
{
    slot->tree = *tree;
    slot->root = *root;
}

void trees_end(struct trees *trees)
{
    trees->last.any = false;
    for (size_t i = 0; i < TREE_SLOTS; i++) {
        struct tree_slot *slot = &trees->slots[i];

        slot->source.reason = NULL;
        slot->source.prefetched = (struct octets_list){0};
        ledger_source_offer(&slot->source, NULL, NULL);
        if (slot->used && slot->region.used > TREE_KEEP) {
            slot_drop(slot);
        }
    }
}
