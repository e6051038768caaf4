/*
 * fake_sign.c - a zone as if it were signed; see fake_sign.h.
 */
#include "tests/unit/host/fake_sign.h"

#include <stdlib.h>

#include "core/dns/rr.h"

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

/* Types of sets[from, to), NSEC and RRSIG as a bitmap (RFC 4034 4.1.2); window 0 and 1 only. */
static void put_bitmap(struct writer *writer, const struct signed_set *set, size_t count)
{
    uint8_t bits[512] = {0};

    for (size_t i = 0; i < count; i++) {
        if (set[i].rrset.type < 512) {
            bits[set[i].rrset.type] = 1;
        }
    }
    bits[RR_NSEC] = bits[RR_RRSIG] = 1;
    for (unsigned window = 0; window < 2; window++) {
        uint8_t map[32] = {0};
        uint8_t size = 0;

        for (unsigned bit = 0; bit < 256; bit++) {
            if (bits[window * 256 + bit]) {
                map[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
                size = (uint8_t)(bit / 8 + 1);
            }
        }
        if (size > 0) {
            must(write_u8(writer, (uint8_t)window));
            must(write_u8(writer, size));
            must(write_octets(writer, octets_of(map, size)));
        }
    }
}

static void make_nsec(struct zone_sets *sets, const struct signed_set *set, size_t count,
                      const struct name *next, uint32_t ttl, struct signed_set *nsec)
{
    uint8_t rdata[512];
    struct writer writer = writer_over(rdata, sizeof(rdata));
    void *memory;

    *nsec = (struct signed_set){
        .rrset = {.owner = set->rrset.owner, .type = RR_NSEC, .ttl = ttl, .count = 1}};
    must(write_octets(&writer, name_octets(next)));
    put_bitmap(&writer, set, count);
    must(region_alloc(&sets->region, sizeof(struct octets), &memory));
    nsec->rrset.rdata = memory;
    must(region_copy(&sets->region, written(&writer), &nsec->rrset.rdata[0]));
    sign(sets, nsec);
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

static int by_type(const void *a, const void *b)
{
    const struct signed_set *left = a;
    const struct signed_set *right = b;

    return (left->rrset.type > right->rrset.type) - (left->rrset.type < right->rrset.type);
}

void fake_sign(struct zone_sets *sets)
{
    struct owner *owners = calloc(sets->count + 1, sizeof(*owners));
    size_t count = owners_of(sets, owners);
    struct signed_set *signed_sets;
    size_t used = 0;
    void *memory;

    must(region_array(&sets->region, sets->count + count, sizeof(struct signed_set), &memory));
    signed_sets = memory;
    for (size_t i = 0; i < count; i++) {
        const struct owner *owner = &owners[i];
        size_t next = (i + 1) % count;
        size_t first = used;

        for (size_t at = owner->from; at < owner->to; at++) {
            struct signed_set *set = &signed_sets[used++];

            *set = sets->set[at];
            set->rrsig_count = 0;
            if (owner->authoritative && (!owner->cut || set->rrset.type == RR_DS)) {
                sign(sets, set);
            }
        }
        while (!owners[next].authoritative) {
            next = (next + 1) % count;
        }
        if (owner->authoritative) {
            make_nsec(sets, &signed_sets[first], used - first,
                      &sets->set[owners[next].from].rrset.owner, 300, &signed_sets[used]);
            used++;
        }
        qsort(&signed_sets[first], used - first, sizeof(struct signed_set), by_type);
    }
    free(owners);
    sets->set = signed_sets;
    sets->count = used;
}
