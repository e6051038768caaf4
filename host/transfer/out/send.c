/*
 * send.c - a zone as the records of a transfer; see send.h.
 */
#include "host/transfer/out/send.h"

#include "core/dns/rr.h"

#define SCRATCH_CAP    ((size_t)4 * 1024 * 1024)  /* one set */
#define DIFFERENCE_CAP ((size_t)64 * 1024 * 1024) /* what points to the sets of a difference */

static enum sworn_result put(struct stream *stream, const struct rrset *rrset, uint16_t type,
                             struct octets rdata)
{
    const struct stream_record record = {
        .owner = &rrset->owner, .type = type, .ttl = rrset->ttl, .rdata = rdata};

    return stream_put(stream, &record);
}

static enum sworn_result put_set(struct stream *stream, const struct signed_set *set, bool plain)
{
    for (uint16_t i = 0; plain && i < set->rrset.count; i++) {
        SWORN_TRY(put(stream, &set->rrset, set->rrset.type, set->rrset.rdata[i]));
    }
    for (uint16_t i = 0; i < set->rrsig_count; i++) {
        SWORN_TRY(put(stream, &set->rrset, RR_RRSIG, set->rrsig[i]));
    }
    return SWORN_OK;
}

static enum sworn_result put_soa(struct stream *stream, const struct signed_set *soa)
{
    SWORN_ENSURE(soa->rrset.count == 1, SWORN_PROOF);
    return put(stream, &soa->rrset, RR_SOA, soa->rrset.rdata[0]);
}

enum sworn_result send_soa(struct snapshot *snapshot, struct stream *stream)
{
    struct signed_set soa;

    SWORN_TRY(snapshot_apex(snapshot, RR_SOA, &snapshot->region, &soa));
    return put_soa(stream, &soa);
}

enum sworn_result send_whole(struct snapshot *snapshot, struct stream *stream)
{
    struct region scratch;
    enum sworn_result result = send_soa(snapshot, stream);

    SWORN_TRY(result);
    region_init(&scratch, SCRATCH_CAP);
    while (result == SWORN_OK) {
        struct signed_set set;

        result = snapshot_next(snapshot, &scratch, &set);
        if (result == SWORN_OK) {
            result = put_set(stream, &set, set.rrset.type != RR_SOA);
        }
        region_clear(&scratch);
    }
    SWORN_ENSURE(result == SWORN_ABSENT, result);
    return send_soa(snapshot, stream);
}

/* Both states of a set; count 0 for none. */
struct pair {
    struct signed_set before, after;
};

static enum sworn_result pair_read(const struct snapshot *snapshot,
                                   const struct journal_change *change, struct region *region,
                                   struct pair *pair)
{
    enum sworn_result result;

    *pair = (struct pair){0};
    result = snapshot_set(snapshot, change->key, change->before, region, &pair->before);
    SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    result = snapshot_set(snapshot, change->key, change->after, region, &pair->after);
    return result == SWORN_ABSENT ? SWORN_OK : result;
}

static bool has(const struct octets *items, uint16_t count, struct octets item)
{
    for (uint16_t i = 0; i < count; i++) {
        if (octets_equal(items[i], item)) {
            return true;
        }
    }
    return false;
}

/* The records of `set` that `other` has not; another TTL makes all of them others. */
static enum sworn_result put_missing(struct stream *stream, const struct signed_set *set,
                                     const struct signed_set *other)
{
    bool same = set->rrset.ttl == other->rrset.ttl;

    for (uint16_t i = 0; i < set->rrset.count; i++) {
        bool there = same && has(other->rrset.rdata, other->rrset.count, set->rrset.rdata[i]);

        if (!there && set->rrset.type != RR_SOA) {
            SWORN_TRY(put(stream, &set->rrset, set->rrset.type, set->rrset.rdata[i]));
        }
    }
    for (uint16_t i = 0; i < set->rrsig_count; i++) {
        if (!same || !has(other->rrsig, other->rrsig_count, set->rrsig[i])) {
            SWORN_TRY(put(stream, &set->rrset, RR_RRSIG, set->rrsig[i]));
        }
    }
    return SWORN_OK;
}

static enum sworn_result put_side(const struct snapshot *snapshot, const struct journal_span *span,
                                  bool removed, struct stream *stream)
{
    struct region scratch;
    enum sworn_result result = SWORN_OK;

    region_init(&scratch, SCRATCH_CAP);
    for (size_t i = 0; i < span->count && result == SWORN_OK; i++) {
        struct pair pair;

        result = pair_read(snapshot, &span->change[i], &scratch, &pair);
        if (result == SWORN_OK) {
            result = removed ? put_missing(stream, &pair.before, &pair.after)
                             : put_missing(stream, &pair.after, &pair.before);
        }
        region_clear(&scratch);
    }
    return result;
}

static enum sworn_result find_soas(const struct snapshot *snapshot, const struct journal_span *span,
                                   struct region *region, struct pair *soa)
{
    struct rrset_key key;

    rrset_key(&snapshot->zone.apex, RR_SOA, &key);
    for (size_t i = 0; i < span->count; i++) {
        if (octets_equal(span->change[i].key, octets_of(key.octets, key.size))) {
            SWORN_TRY(pair_read(snapshot, &span->change[i], region, soa));
            SWORN_ENSURE(soa->before.rrset.count == 1 && soa->after.rrset.count == 1, SWORN_ABSENT);
            return SWORN_OK;
        }
    }
    return SWORN_ABSENT;
}

static enum sworn_result difference(struct snapshot *snapshot, uint32_t serial,
                                    struct region *region, struct journal_span *span)
{
    const struct published *zone = &snapshot->zone;
    uint64_t first, size;

    SWORN_TRY(journal_find(snapshot->view, zone->number, serial, zone->index, &first));
    SWORN_TRY(journal_collect(snapshot->view, zone->number, first, zone->index, serial,
                              zone->serial, region, span));
    SWORN_TRY(journal_zone_size(snapshot->view, zone->number, &size));
    return span->size <= size ? SWORN_OK : SWORN_ABSENT;
}

static enum sworn_result put_difference(const struct snapshot *snapshot,
                                        const struct journal_span *span, const struct pair *soa,
                                        struct stream *stream)
{
    SWORN_TRY(put_soa(stream, &soa->after));
    SWORN_TRY(put_soa(stream, &soa->before));
    SWORN_TRY(put_side(snapshot, span, true, stream));
    SWORN_TRY(put_soa(stream, &soa->after));
    SWORN_TRY(put_side(snapshot, span, false, stream));
    return put_soa(stream, &soa->after);
}

enum sworn_result send_difference(struct snapshot *snapshot, uint32_t serial, struct stream *stream)
{
    struct journal_span span;
    struct region region;
    struct pair soa;
    enum sworn_result result;

    region_init(&region, DIFFERENCE_CAP);
    result = difference(snapshot, serial, &region, &span);
    if (result == SWORN_OK) {
        result = find_soas(snapshot, &span, &region, &soa);
    }
    if (result != SWORN_OK && result != SWORN_IO) {
        result = SWORN_ABSENT; /* also what is damaged, or more than is worth collecting */
    }
    if (result == SWORN_OK) {
        result = put_difference(snapshot, &span, &soa, stream);
    }
    region_clear(&region);
    return result;
}
