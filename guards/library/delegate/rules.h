/*
 * rules.h - which keys may write what: the environment of this guard.
 *
 *   environment = key set ‖ u8 owners ‖ rules
 *   rules       = repeated (u8 key ‖ u8 reach ‖ begin ‖ end ‖ u8 count ‖ count × u16 type)
 *   begin, end  = a name's labels and 00 (RFC 1035 3.1), lower case, relative to the apex
 *
 * The first `owners` keys, at least one, may do everything. A rule is for one of the others. Reach
 * 0: the name `end`, and `begin` is empty. Reach 1: every name that begins with `begin` and ends
 * with `end`, whatever is between them, so with an empty `begin` it is `end` and all below it.
 * Types are strictly increasing; none of them means all that are ordinary (type.h).
 */
#ifndef GUARDS_DELEGATE_RULES_H
#define GUARDS_DELEGATE_RULES_H

#include "guards/library/delegate/name.h"

struct rules {
    struct fdns_key_set keys;
    size_t owners;
    struct fdns_octets octets; /* well-formed */
};

/** The environment of this call; refuses what is none. */
void rules_load(struct rules *rules);

/** Whether a rule of one of the keys that signed is for this name and type. */
bool rules_allow(const struct rules *rules, const struct fdns_signatures *signatures,
                 const struct labels *labels, uint16_t type);

#endif
