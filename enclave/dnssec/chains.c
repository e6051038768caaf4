/*
 * chains.c - which denial chains a zone has; see chains.h.
 */
#include "enclave/dnssec/chains.h"

static const struct span whole = {.kept = true, .whole = true};
static const struct span none;

/* A cursor names the root's key, which is empty, by the 00 behind it. */
static struct span up_to_name(struct octets cursor)
{
    return cursor.size == 0
               ? none
               : (struct span){.kept = true, .end = octets_of(cursor.data, cursor.size - 1)};
}

static struct span up_to_hash(struct octets cursor)
{
    return cursor.size == 0 ? none : (struct span){.kept = true, .end = cursor};
}

struct chains chains_of(const struct zone_leaf *leaf)
{
    struct chains chains = {.nsec = whole};
    bool is_chain = leaf->denial_change == CHANGE_CHAIN;

    if (leaf->denial == DENIAL_NSEC3) {
        chains = (struct chains){.nsec3 = whole, .hashes = whole};
        if (zone_leaf_builds(leaf)) {
            chains.nsec = is_chain ? up_to_name(leaf->denial_cursor) : whole;
        }
        return chains;
    }
    if (leaf->denial_change == CHANGE_HASHES) {
        chains.hashes = up_to_name(leaf->denial_cursor);
    }
    if (zone_leaf_builds(leaf)) {
        chains.hashes = whole;
        chains.nsec3 = is_chain ? up_to_hash(leaf->denial_cursor) : whole;
    }
    return chains;
}

bool span_has(const struct span *span, struct octets place)
{
    return span->kept && (span->whole || octets_compare(place, span->end) <= 0);
}

enum sworn_result cursor_of_name(const struct name_key *name, struct region *region,
                                 struct octets *cursor)
{
    uint8_t octets[NAME_KEY_MAX + 1];
    struct writer writer = writer_over(octets, sizeof(octets));

    SWORN_TRY(write_octets(&writer, name_key_octets(name)));
    SWORN_TRY(write_u8(&writer, 0));
    return region_copy(region, written(&writer), cursor);
}

enum sworn_result cursor_name(struct octets cursor, struct name_key *name)
{
    SWORN_ENSURE(cursor.size > 0, SWORN_ABSENT);
    SWORN_ENSURE(cursor.size <= NAME_KEY_MAX + 1, SWORN_MALFORMED);
    name->size = (uint16_t)(cursor.size - 1);
    if (name->size > 0) {
        memcpy(name->octets, cursor.data, name->size);
    }
    return SWORN_OK;
}
