/*
 * nodes.h - the names of a zone while it is changed.
 */
#ifndef SWORN_HOST_ANSWER_EDIT_NODES_H
#define SWORN_HOST_ANSWER_EDIT_NODES_H

#include "host/answer/edit/edit.h"

/** Where a name is, or would be. */
struct place {
    const uint8_t *key;
    size_t size;
    uint64_t hash;
};

struct place place_of(const struct edit *edit, const uint8_t *key, size_t size);

/** The node at a place, or NULL. */
struct node *node_at(const struct edit *edit, const struct place *place);

/** The apex of a zone that has no node yet. */
SWORN_CHECK enum sworn_result node_first(struct edit *edit, const struct place *place);

/** A node that this change may edit, in place of `old`. */
SWORN_CHECK enum sworn_result node_own(struct edit *edit, const struct place *place,
                                       struct node *old, struct node **owned);

/** `fragment` (NULL: none) is the set of that type at that place from now on. */
SWORN_CHECK enum sworn_result node_change(struct edit *edit, const struct place *place,
                                          uint16_t type, struct fragment *fragment);

/** Before a set is changed: take note of the glue that will have to be rendered again. */
SWORN_CHECK enum sworn_result edit_concerns(struct edit *edit, const struct place *place,
                                            const struct name *owner, uint16_t type,
                                            const struct fragment *fragment);

#endif
