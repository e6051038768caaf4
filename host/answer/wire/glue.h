/*
 * glue.h - the addresses that go with a referral, rendered per cut, and which cuts an address is
 * for.
 *
 *   glue = header ‖ u16 positions of owners that are pointers ‖ addresses of name servers below the
 *          cut ‖ other addresses of this zone ‖ RRSIG of those others that are authoritative
 *
 * The apex has the addresses of its name servers too, all of the second kind: no referral needs
 * them.
 * The owner of each record is a pointer like those of a fragment, relative to the cut's NS
 * fragment, or a whole name where that is too far off.
 */
#ifndef SWORN_HOST_ANSWER_GLUE_H
#define SWORN_HOST_ANSWER_GLUE_H

#include "host/answer/node.h"

struct glue_part {
    uint16_t count;
    uint16_t size;
    uint16_t pointers; /* owners that are pointers */
};

enum glue_kind { GLUE_IN_DOMAIN, GLUE_OTHER, GLUE_RRSIG, GLUE_KINDS };

struct glue {
    struct glue_part part[GLUE_KINDS];
    uint16_t octets_at;
    uint16_t positions[]; /* then the octets */
};

static inline const uint8_t *glue_octets(const struct glue *glue)
{
    return (const uint8_t *)glue + glue->octets_at;
}

/** Size of the owner of a record of glue: labels, then a pointer or 00. */
static inline size_t glue_owner_size(const uint8_t *owner)
{
    size_t at = 0;

    while (owner[at] != 0 && owner[at] < 0x40) {
        at += owner[at] + 1U;
    }
    return owner[at] == 0 ? at + 1 : at + 2;
}

/** Size of a record of glue. */
static inline size_t glue_record_size(const uint8_t *record)
{
    size_t owner = glue_owner_size(record);

    return owner + 10 + get_u16(record + owner + 8);
}

struct glue_context {
    struct renderer *renderer;
    const struct hash_seed *seed;
    struct zone *zone;
};

/**
 * Render the glue of a cut; NULL when there is none. What does not fit a message is left out.
 *
 * \param loose  whether a name server in the zone has no addresses of its own: then it has those of
 *               a wildcard or none, and which depends on more than the sets at its name
 */
SWORN_CHECK enum sworn_result glue_render(const struct glue_context *context, struct txn *txn,
                                          const struct node *cut, struct glue **glue, bool *loose);

/**
 * Which cuts a name is name server for: pairs of hashes (of the server's name, of the cut), so that
 * a changed address finds the glue that holds it. A pair too many costs a rendering, no more.
 */
SWORN_CHECK enum sworn_result glue_uses_new(struct glue_uses **uses);
void glue_uses_free(struct glue_uses *uses);
SWORN_CHECK enum sworn_result glue_uses_add(struct glue_uses *uses, uint64_t server, uint64_t cut);
void glue_uses_remove(struct glue_uses *uses, uint64_t server, uint64_t cut);
/** Call `each` with every cut that `server` is for, until it fails. */
SWORN_CHECK enum sworn_result glue_uses_of(const struct glue_uses *uses, uint64_t server,
                                           void *context,
                                           enum sworn_result (*each)(void *context, uint64_t cut));

/** Call `each` with the hash of each name server of the set that lies in the zone. */
SWORN_CHECK enum sworn_result
glue_servers(const struct glue_context *context, const struct fragment *ns,
             const struct name *owner, void *argument,
             enum sworn_result (*each)(void *argument, uint64_t server));

#endif
