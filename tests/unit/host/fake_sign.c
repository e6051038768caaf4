/*
 * fake_sign.c - a zone as if it were signed; see fake_sign.h.
 */
#include "tests/unit/host/fake_sign.h"

#include <stdlib.h>

#include "core/dns/rr.h"
#include "core/dnssec/dnssec.h"
#include "core/dnssec/nsec3.h"

#define SIGNATURE_SIZE 64

static void must(enum sworn_result result)
{
    if (result != SWORN_OK) {
        abort();
    }
}

static uint32_t sum(uint32_t seed, struct octets octets)
{
    for (size_t i = 0; i < octets.size; i++) {
        seed = (seed ^ octets.data[i]) * UINT32_C(16777619);
    }
    return seed;
}

static void sign(struct zone_sets *sets, struct signed_set *set)
{
    uint8_t rdata[512];
    struct writer writer = writer_over(rdata, sizeof(rdata));
    const struct rrset *rrset = &set->rrset;
    uint32_t seed = sum(sum(2166136261, name_octets(&rrset->owner)), octets_of(&rrset->ttl, 4));
    void *memory;

    for (unsigned i = 0; i < rrset->count; i++) {
        seed = sum(seed, rrset->rdata[i]);
    }
    must(write_u16(&writer, rrset->type));
    must(write_u8(&writer, 13));
    must(
        write_u8(&writer, (uint8_t)(name_labels(&rrset->owner) - name_is_wildcard(&rrset->owner))));
    must(write_u32(&writer, rrset->ttl));
    must(write_u32(&writer, 1800000000));
    must(write_u32(&writer, 1700000000));
    must(write_u16(&writer, 4711));
    must(write_octets(&writer, name_octets(&sets->apex)));
    for (unsigned i = 0; i < SIGNATURE_SIZE; i++) {
        seed = seed * 1664525 + 1013904223;
        must(write_u8(&writer, (uint8_t)(seed >> 24)));
    }
    must(region_alloc(&sets->region, sizeof(struct octets), &memory));
    set->rrsig = memory;
    set->rrsig_count = 1;
    must(region_copy(&sets->region, written(&writer), &set->rrsig[0]));
}

/* Sets of one owner, all of which are or are not authoritative. */
struct owner {
    size_t from, to;
    bool authoritative;
    bool cut;
};

static bool has(const struct zone_sets *sets, const struct owner *owner, uint16_t type)
{
    for (size_t i = owner->from; i < owner->to; i++) {
        if (sets->set[i].rrset.type == type) {
            return true;
        }
    }
    return false;
}

static size_t owners_of(const struct zone_sets *sets, struct owner *owners)
{
    struct name hidden_by;
    bool hidden = false;
    size_t count = 0;

    for (size_t from = 0, to; from < sets->count; from = to) {
        const struct name *name = &sets->set[from].rrset.owner;
        struct owner *owner = &owners[count++];

        for (to = from; to < sets->count && name_equal(&sets->set[to].rrset.owner, name); to++) {
        }
        *owner = (struct owner){.from = from, .to = to};
        if (hidden && name_within(name, &hidden_by)) {
            continue;
        }
        owner->authoritative = true;
        owner->cut = !name_equal(name, &sets->apex) && has(sets, owner, RR_NS);
        if (owner->cut || has(sets, owner, RR_DNAME)) {
            hidden_by = *name;
            hidden = true;
        }
    }
    return count;
}

/* Types of an authoritative name that a signer would show, with `more` among them. */
static size_t types_of(const struct zone_sets *sets, const struct owner *owner,
                       const uint16_t *more, size_t more_count, uint16_t *types)
{
    size_t count = 0;

    for (size_t i = owner->from; i < owner->to; i++) {
        uint16_t type = sets->set[i].rrset.type;

        for (; more_count > 0 && *more < type; more++, more_count--) {
            types[count++] = *more;
        }
        if (!owner->cut || type == RR_NS || type == RR_DS) {
            types[count++] = type;
        }
    }
    for (; more_count > 0; more++, more_count--) {
        types[count++] = *more;
    }
    return count;
}

/* A signed set with one record. */
static void put_single(struct zone_sets *sets, const struct name *owner, uint16_t type,
                       uint32_t ttl, struct octets rdata, struct signed_set *set)
{
    void *memory;

    *set = (struct signed_set){.rrset = {.owner = *owner, .type = type, .ttl = ttl, .count = 1}};
    must(region_alloc(&sets->region, sizeof(struct octets), &memory));
    set->rrset.rdata = memory;
    must(region_copy(&sets->region, rdata, &set->rrset.rdata[0]));
    sign(sets, set);
}

static int by_place(const void *a, const void *b)
{
    const struct signed_set *left = a;
    const struct signed_set *right = b;
    int order = name_compare(&left->rrset.owner, &right->rrset.owner);

    return order != 0
               ? order
               : (left->rrset.type > right->rrset.type) - (left->rrset.type < right->rrset.type);
}

static void sign_sets(struct zone_sets *sets, const struct owner *owner)
{
    for (size_t at = owner->from; owner->authoritative && at < owner->to; at++) {
        if (!owner->cut || sets->set[at].rrset.type == RR_DS) {
            sign(sets, &sets->set[at]);
        }
    }
}

/* Room for as many sets more. */
static void make_room(struct zone_sets *sets, size_t more)
{
    struct signed_set *old = sets->set;
    void *memory;

    must(region_array(&sets->region, sets->count + more, sizeof(struct signed_set), &memory));
    sets->set = memory;
    memcpy(sets->set, old, sets->count * sizeof(struct signed_set));
}

static void finish(struct zone_sets *sets, size_t count)
{
    sets->count = count;
    qsort(sets->set, sets->count, sizeof(struct signed_set), by_place);
}

void fake_sign(struct zone_sets *sets)
{
    static const uint16_t more[] = {RR_RRSIG, RR_NSEC};
    struct owner *owners = calloc(sets->count + 1, sizeof(*owners));
    size_t count = owners_of(sets, owners);
    size_t used = sets->count;

    make_room(sets, count);
    for (size_t i = 0; i < count; i++) {
        uint8_t rdata[4096];
        struct writer writer = writer_over(rdata, sizeof(rdata));
        uint16_t types[256];
        size_t next = (i + 1) % count;

        sign_sets(sets, &owners[i]);
        if (!owners[i].authoritative) {
            continue;
        }
        while (!owners[next].authoritative) {
            next = (next + 1) % count;
        }
        must(nsec_write(&sets->set[owners[next].from].rrset.owner, types,
                        types_of(sets, &owners[i], more, 2, types), &writer));
        put_single(sets, &sets->set[owners[i].from].rrset.owner, RR_NSEC, 300, written(&writer),
                   &sets->set[used++]);
    }
    free(owners);
    finish(sets, used);
}

/* --- NSEC3 ----------------------------------------------------------------------------------- */

/* A name that owns an NSEC3: of these sets, or an empty non-terminal. */
struct hashed_name {
    struct nsec3_hash hash;
    struct owner owner;
};

static int by_hash(const void *a, const void *b)
{
    return memcmp(a, b, NSEC3_HASH_SIZE);
}

static void add_hashed(const struct name *name, const struct owner *owner,
                       struct hashed_name *hashed, size_t *count)
{
    must(nsec3_hash_of(name, &hashed[*count].hash));
    hashed[(*count)++].owner = *owner;
}

/* The authoritative names and the empty non-terminals above them. */
static size_t hashed_names(const struct zone_sets *sets, const struct owner *owners, size_t count,
                           struct hashed_name *hashed)
{
    struct name before = sets->apex;
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        const struct name *name = &sets->set[owners[i].from].rrset.owner;
        struct name above = *name;

        if (!owners[i].authoritative) {
            continue;
        }
        add_hashed(name, &owners[i], hashed, &used);
        while (above.size > sets->apex.size && name_parent(&above, &above) == SWORN_OK &&
               !name_within(&before, &above)) {
            add_hashed(&above, &(struct owner){.authoritative = true}, hashed, &used);
        }
        before = *name;
    }
    qsort(hashed, used, sizeof(*hashed), by_hash);
    return used;
}

static size_t nsec3_types(const struct zone_sets *sets, const struct owner *owner, uint16_t *types)
{
    static const uint16_t more[] = {RR_RRSIG};
    bool has_rrsig = owner->to > owner->from && (!owner->cut || has(sets, owner, RR_DS));

    return types_of(sets, owner, more, has_rrsig, types);
}

void fake_sign_nsec3(struct zone_sets *sets)
{
    struct owner *owners;
    struct hashed_name *hashed;
    size_t count;
    size_t used;

    make_room(sets, 1);
    put_single(sets, &sets->apex, RR_NSEC3PARAM, 0, nsec3param_rdata(), &sets->set[sets->count]);
    finish(sets, sets->count + 1);
    owners = calloc(sets->count + 1, sizeof(*owners));
    hashed = calloc((sets->count + 1) * 128, sizeof(*hashed));
    count = owners_of(sets, owners);
    for (size_t i = 0; i < count; i++) {
        sign_sets(sets, &owners[i]);
    }
    count = hashed_names(sets, owners, count, hashed);
    used = sets->count;
    make_room(sets, count);
    for (size_t i = 0; i < count; i++) {
        uint8_t rdata[4096];
        struct writer writer = writer_over(rdata, sizeof(rdata));
        uint16_t types[256];
        struct name owner;

        must(nsec3_owner(&hashed[i].hash, &sets->apex, &owner));
        must(nsec3_write(&hashed[(i + 1) % count].hash, types,
                         nsec3_types(sets, &hashed[i].owner, types), &writer));
        put_single(sets, &owner, RR_NSEC3, 300, written(&writer), &sets->set[used++]);
    }
    free(owners);
    free(hashed);
    finish(sets, used);
}
