/*
 * walk.c - going over the record sets of a change; see walk.h.
 */
#include "core/change/walk.h"

#include "core/dns/rr.h"

#include <stdio.h>

void walk_zone(struct walk *walk, struct change *change)
{
    *walk = (struct walk){.change = change};
    walk->prefix = name_to_key(&change->apex, walk->at.octets);
    walk->at.size = (uint16_t)walk->prefix;
}

void walk_name(struct walk *walk, struct change *change, const struct name *owner)
{
    *walk = (struct walk){.change = change};
    walk->prefix = name_to_key(owner, walk->at.octets);
    /* Only this name's own sets have 00 after the name's key: no label is empty. */
    walk->at.octets[walk->prefix++] = 0;
    walk->at.size = (uint16_t)walk->prefix;
}

static enum sworn_result next_leaf(struct walk *walk, struct tree_leaf *leaf)
{
    static const uint8_t after_hashed[] = {1, 1};
    struct tree *tree = &walk->change->after;
    struct octets at = octets_of(walk->at.octets, walk->at.size);

    if (walk->started) {
        SWORN_TRY(tree_after(tree, at, leaf));
    } else {
        SWORN_TRY(tree_at_or_after(tree, at, leaf));
    }
    walk->started = true;
    /* Leaves 01 00 ‖ hash are no names: in a root zone they lie among them. */
    if (leaf->key.size >= 2 && leaf->key.data[0] == 1 && leaf->key.data[1] == 0) {
        return tree_at_or_after(tree, octets_of(after_hashed, sizeof(after_hashed)), leaf);
    }
    return SWORN_OK;
}

enum sworn_result walk_next(struct walk *walk, struct name *owner, uint16_t *type)
{
    struct tree_leaf leaf;

    SWORN_TRY(next_leaf(walk, &leaf));
    SWORN_ENSURE(leaf.key.size <= RRSET_KEY_MAX, SWORN_MALFORMED);
    SWORN_ENSURE(leaf.key.size >= walk->prefix &&
                     memcmp(leaf.key.data, walk->at.octets, walk->prefix) == 0,
                 SWORN_ABSENT);
    memcpy(walk->at.octets, leaf.key.data, leaf.key.size);
    walk->at.size = (uint16_t)leaf.key.size;
    return rrset_key_read(leaf.key, owner, type);
}

enum sworn_result change_visit(struct change *change, struct reason *reason)
{
    SWORN_SAY(change->visited < change->limits.visited, reason, SWORN_LIMIT,
              "%u record sets visited, at most %u", change->visited + 1, change->limits.visited);
    change->visited++;
    return SWORN_OK;
}

void subject_write(const struct name *owner, uint16_t type, char subject[SUBJECT_SIZE])
{
    char name[NAME_TEXT_SIZE];
    char code[16];

    name_to_text(owner, name);
    rr_code_to_text(type, code);
    (void)snprintf(subject, SUBJECT_SIZE, "%.250s %s: ", name, code);
}
