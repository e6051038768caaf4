/*
 * view.h - a zone tree read as DNS reads it: which names are authoritative, which are hidden, who
 * is whose neighbour.
 *
 * Works on keys (core/dns/name.h), where an ancestor is a prefix that ends with 00 and order is
 * canonical order.
 */
#ifndef SWORN_ENCLAVE_DNSSEC_VIEW_H
#define SWORN_ENCLAVE_DNSSEC_VIEW_H

#include "core/dns/rrset.h"
#include "core/merkle/tree.h"

struct name_key {
    uint16_t size;
    uint8_t octets[NAME_KEY_MAX];
};

struct view {
    struct tree *tree;
    struct name_key apex;
    bool zonemd; /* the apex has a ZONEMD, which is in no tree */
};

/** What a name is to the zone (RFC 9499: zone cut, delegation, glue, occluded). */
enum standing {
    STANDING_NONE,   /* owns no record; where NSEC is meant, perhaps an empty non-terminal */
    STANDING_EMPTY,  /* an empty non-terminal above a name that is shown */
    STANDING_HIDDEN, /* below a zone cut or a DNAME: glue or occluded */
    STANDING_CUT,    /* NS, and not the apex: authoritative for DS only */
    STANDING_AUTHORITATIVE,
};

void view_of(struct tree *tree, const struct name *apex, struct view *view);

void name_key_of(const struct name *name, struct name_key *key);

/** The name part of a record set's key. */
void name_key_of_set(struct octets set_key, struct name_key *key);

/** The key of a set from that of its owner's name: name ‖ 00 ‖ type. */
struct octets set_key_of(struct octets name, uint16_t type, struct rrset_key *key);

static inline struct octets name_key_octets(const struct name_key *key)
{
    return octets_of(key->octets, key->size);
}

/** Where a name stands. */
SWORN_CHECK enum sworn_result view_standing(const struct view *view, const struct name_key *name,
                                            enum standing *standing);

/** The same as if nothing above the name hid it; empty non-terminals are told from nothing. */
SWORN_CHECK enum sworn_result view_standing_here(const struct view *view, struct octets name,
                                                 enum standing *standing);

/** The highest name above this one that hides it; SWORN_ABSENT when none does. */
SWORN_CHECK enum sworn_result view_hidden_by(const struct view *view, struct octets name,
                                             struct name_key *ancestor);

/** Whether names below this one are hidden by what it owns: NS (not at the apex) or DNAME. */
SWORN_CHECK enum sworn_result view_hides(const struct view *view, const struct name_key *name,
                                         bool *hides);

/** Whether a set of this type at a name of this standing is signed (RFC 4035 2.2). */
bool is_signed(enum standing standing, uint16_t type);

/** Whether a name of this standing owns an NSEC (RFC 4035 2.3). */
static inline bool owns_denial(enum standing standing)
{
    return standing == STANDING_CUT || standing == STANDING_AUTHORITATIVE;
}

/** The owner of the next NSEC after `name`, itself an owner; the apex after the last. */
SWORN_CHECK enum sworn_result view_next_owner(const struct view *view, const struct name_key *name,
                                              struct name_key *next);

/**
 * The next name after `name`, whatever that is now, which is authoritative or a zone cut;
 * SWORN_ABSENT after the last.
 */
SWORN_CHECK enum sworn_result view_next_shown(const struct view *view, const struct name_key *name,
                                              struct name_key *next);

/**
 * The owner of the last NSEC before `name`, which need not exist but is not hidden; the last one
 * before the apex.
 */
SWORN_CHECK enum sworn_result view_previous_owner(const struct view *view,
                                                  const struct name_key *name,
                                                  struct name_key *previous);

/** Types of a name's sets in increasing order, in `region`. */
struct type_list {
    uint16_t *types;
    size_t count;
};
SWORN_CHECK enum sworn_result view_types(const struct view *view, const struct name_key *name,
                                         struct region *region, struct type_list *list);

/**
 * The next name that owns anything after `name`, still below `top` (begin with `top` itself);
 * SWORN_ABSENT.
 */
SWORN_CHECK enum sworn_result view_next_below(const struct view *view, const struct name_key *top,
                                              const struct name_key *name, struct name_key *next);

#endif
