/*
 * names.c - see names.h.
 */
#include "tests/conformance/names.h"

#include <stdlib.h>

#include "core/dns/rr.h"

#define ROOM_FIRST 1024

static uint32_t hash_of(const struct name *name)
{
    struct name lower = *name;
    uint32_t hash = 2166136261;

    name_lower(&lower);
    for (size_t i = 0; i < lower.size; i++) {
        hash = (hash ^ lower.wire[i]) * UINT32_C(16777619);
    }
    return hash;
}

static void place(struct names *names, uint32_t index)
{
    size_t mask = names->room * 2 - 1;
    size_t at = hash_of(&names->name[index]) & mask;

    while (names->slot[at] != 0) {
        at = (at + 1) & mask;
    }
    names->slot[at] = index + 1;
}

static void grow(struct names *names)
{
    names->room = names->room == 0 ? ROOM_FIRST : names->room * 2;
    names->name = realloc(names->name, names->room * sizeof(struct name));
    free(names->slot);
    names->slot = calloc(names->room * 2, sizeof(uint32_t));
    for (uint32_t i = 0; i < names->count; i++) {
        place(names, i);
    }
}

static bool is_there(const struct names *names, const struct name *name)
{
    size_t mask = names->room * 2 - 1;

    for (size_t at = hash_of(name) & mask; names->slot[at] != 0; at = (at + 1) & mask) {
        if (name_equal(&names->name[names->slot[at] - 1], name)) {
            return true;
        }
    }
    return false;
}

/* Beside the zone there may be another case's. */
static void add(struct names *names, const struct name *name)
{
    if (!name_within(name, &names->apex)) {
        return;
    }
    if (names->count == names->room) {
        grow(names);
    }
    if (!is_there(names, name)) {
        names->name[names->count++] = *name;
        place(names, (uint32_t)names->count - 1);
    }
}

static void add_below(struct names *names, const char *labels, const struct name *name)
{
    struct name below;

    if (name_from_text(octets_of_text(labels), name, &below) == SWORN_OK) {
        add(names, &below);
    }
}

/* Right behind the name's first label in the order, and not far before it. */
static void add_beside(struct names *names, const struct name *name)
{
    struct name beside = *name;
    uint8_t size = name->wire[0];

    if (name->size == 1) {
        return;
    }
    beside.wire[size]--;
    add(names, &beside);
    if (size == 63 || name->size == NAME_MAX_SIZE) {
        beside.wire[size] = (uint8_t)(beside.wire[size] + 2);
        add(names, &beside);
        return;
    }
    beside.wire[0] = (uint8_t)(size + 1);
    beside.size = (uint8_t)(name->size + 1);
    memcpy(beside.wire + 1, name->wire + 1, size);
    beside.wire[size + 1] = 0;
    memcpy(beside.wire + size + 2, name->wire + size + 1, name->size - size - 1U);
    add(names, &beside);
}

/* Letters in the other case: the first of all that the name is asked as. */
static struct name other_case(const struct name *name)
{
    struct name other = *name;

    for (size_t i = 0; i < other.size; i++) {
        uint8_t octet = other.wire[i];

        if ((octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z')) {
            other.wire[i] ^= i % 2 == 0 ? 0x20 : 0;
        }
    }
    return other;
}

static void add_around(struct names *names, struct names *centres, const struct name *name)
{
    struct name mixed = other_case(name);

    if (is_there(centres, name)) {
        return;
    }
    add(centres, name);
    add(names, &mixed);
    add_below(names, "x", name);
    add_below(names, "*", name);
    add_below(names, "Y.x", name);
    add_below(names, "*.x", name);
    add_below(names, "\\000", name);
    add_beside(names, name);
}

static void add_zone(struct names *names, struct names *centres, const struct zone_sets *sets)
{
    struct name above;

    for (size_t i = 0; i < sets->count; i++) {
        const struct rrset *rrset = &sets->set[i].rrset;

        above = rrset->owner;
        if (rrset->type == RR_NSEC3) {
            /* A few say as much as all of them. */
            if (i % 4 == 0) {
                add(names, &above);
                add_below(names, "x", &above);
                add_below(names, "*", &above);
            }
            continue;
        }
        do {
            add_around(names, centres, &above);
        } while (above.size > sets->apex.size && name_parent(&above, &above) == SWORN_OK);
    }
}

void names_of_interest(const struct zone_case *zones, struct names *names)
{
    struct names centres = {.count = 0};

    *names = (struct names){.count = 0};
    names->apex = centres.apex = zones->zone[0].apex;
    grow(names);
    grow(&centres);
    for (size_t i = 0; i < zones->count; i++) {
        add_zone(names, &centres, &zones->zone[i]);
    }
    names_free(&centres);
}

void names_free(struct names *names)
{
    free(names->name);
    free(names->slot);
}
