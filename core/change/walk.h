/*
 * walk.h - going over the record sets of a change in canonical order, and counting what is looked
 * at. Inside core/change only.
 *
 * The walk keeps its place as a key, so sets may be put and removed behind it.
 */
#ifndef SWORN_CORE_CHANGE_WALK_H
#define SWORN_CORE_CHANGE_WALK_H

#include "core/change/zone.h"

struct walk {
    struct change *change;
    bool started;
    size_t prefix; /* octets that all keys of this walk share: the first of `at` */
    struct rrset_key at;
};

/** All sets of the zone. */
void walk_zone(struct walk *walk, struct change *change);

/** The sets of one name. */
void walk_name(struct walk *walk, struct change *change, const struct name *owner);

/** The next set's owner (lower case) and type; SWORN_ABSENT after the last. */
SWORN_CHECK enum sworn_result walk_next(struct walk *walk, struct name *owner, uint16_t *type);

/** Count one record set that a query, a removal or Clear looks at. */
SWORN_CHECK enum sworn_result change_visit(struct change *change, struct reason *reason);

/** Like change_get(), with the set's array in `region`. */
SWORN_CHECK enum sworn_result change_load(struct change *change, const struct name *owner,
                                          uint16_t type, struct region *region,
                                          struct rrset *rrset);

/** That a set with its signature fits one message; SWORN_INVALID. */
SWORN_CHECK enum sworn_result change_set_fits(const struct change *change,
                                              const struct rrset *rrset, struct reason *reason);

/** Start of every reason about a record set: "www.demo.test. A: ", cut so that a cause fits. */
#define SUBJECT_SIZE 280
void subject_write(const struct name *owner, uint16_t type, char subject[SUBJECT_SIZE]);

#endif
