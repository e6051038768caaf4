/*
 * renew.c - signatures that are due, and steps that are owed; see renew.h.
 *
 * What is due is found by one scan over the zone's rows when the earliest can be due: no second
 * index to keep in step.
 */
#include "host/commit/renew.h"

#include "core/dns/rr.h"
#include "core/dns/soa.h"
#include "host/commit/clean.h"
#include "host/commit/publish.h"
#include "host/commit/run.h"

#include <time.h>

#define STEPS_FOR     200 /* milliseconds in which steps are begun, once a second */
#define REFRESH_PAUSE 60  /* seconds: one serial a minute at most */
#define BATCH_OCTETS  ((size_t)16 * 1024 * 1024)

struct scan {
    struct region *region;
    unsigned denial; /* chains whose records are kept current, 1 << enum denial of each */
    uint64_t now;
    uint64_t threshold; /* seconds left at which a signature is due */
    uint32_t limit;
    struct octets *keys;
    struct octets *values;
    uint32_t count;
    size_t octets;
    uint64_t next;    /* when the first of those not taken is due */
    uint64_t expires; /* earliest expiration seen */
    bool more;        /* due ones did not fit */
};

/* Expiration of an RRSIG as seconds since 1970: the one nearest to now (RFC 4034 3.1.5). */
static enum sworn_result expiration(struct octets rdata, uint64_t now, uint64_t *seconds)
{
    struct reader reader = reader_of(rdata);
    struct octets passed;
    uint32_t wire;

    SWORN_TRY(read_slice(&reader, 8, &passed)); /* type, algorithm, labels, original TTL */
    SWORN_TRY(read_u32(&reader, &wire));
    *seconds = now + (uint64_t)(int64_t)(int32_t)(wire - (uint32_t)now);
    return SWORN_OK;
}

static uint64_t milliseconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static uint16_t key_type(struct octets key)
{
    return key.size < 2 ? 0 : (uint16_t)(key.data[key.size - 2] << 8 | key.data[key.size - 1]);
}

/*
 * Not those that a chain has left that was given up: the enclave knows nothing of them. Nor the
 * digest of the zone, which every commit makes.
 */
static bool is_kept(const struct scan *scan, struct octets key)
{
    uint16_t type = key_type(key);

    return type != RR_ZONEMD && (type != RR_NSEC || (scan->denial & 1U << DENIAL_NSEC) != 0) &&
           (type != RR_NSEC3 || (scan->denial & 1U << DENIAL_NSEC3) != 0);
}

static enum sworn_result scan_take(struct scan *scan, struct octets key, struct octets value)
{
    uint16_t type = key_type(key);
    /* The chain is in no tree: the enclave makes it, no value helps. */
    bool derived = type == RR_NSEC || type == RR_NSEC3;

    if (scan->count == scan->limit || scan->octets > BATCH_OCTETS) {
        scan->more = true;
        return SWORN_OK;
    }
    SWORN_TRY(region_copy(scan->region, key, &scan->keys[scan->count]));
    SWORN_TRY(region_copy(scan->region, derived ? octets_of(NULL, 0) : value,
                          &scan->values[scan->count]));
    scan->octets += key.size + value.size;
    scan->count++;
    return SWORN_OK;
}

static enum sworn_result scan_row(void *context, struct octets key, struct octets row)
{
    struct scan *scan = context;
    struct reader reader = reader_of(row);
    struct octets value, rrsig;
    uint64_t expires;
    uint16_t count;

    SWORN_TRY(read_slice_u32(&reader, &value));
    SWORN_TRY(read_u16(&reader, &count));
    if (count == 0 || !is_kept(scan, key)) {
        return SWORN_OK;
    }
    SWORN_TRY(read_slice_u16(&reader, &rrsig));
    SWORN_TRY(expiration(rrsig, scan->now, &expires));
    if (expires < scan->expires) {
        scan->expires = expires;
    }
    if (expires <= scan->now + scan->threshold) {
        return scan_take(scan, key, value);
    }
    if (expires - scan->threshold < scan->next) {
        scan->next = expires - scan->threshold;
    }
    return SWORN_OK;
}

/* Collect up to a batch of what has `threshold` seconds left or less. */
static enum sworn_result scan_zone(struct commit_server *server, const struct hosted_zone *zone,
                                   struct scan *scan)
{
    struct store_view *view;
    enum sworn_result result;
    void *memory;

    /* Room for the SOA, which every commit signs. */
    scan->limit = zone->limit > 2 ? zone->limit - 2 : 1;
    scan->next = UINT64_MAX;
    scan->expires = UINT64_MAX;
    scan->denial = 1U << zone->denial;
    if (zone->builds && !zone->cleaning) {
        scan->denial = 1U << DENIAL_NSEC | 1U << DENIAL_NSEC3;
    }
    SWORN_TRY(region_array(scan->region, scan->limit, sizeof(struct octets), &memory));
    scan->keys = memory;
    SWORN_TRY(region_array(scan->region, scan->limit, sizeof(struct octets), &memory));
    scan->values = memory;
    SWORN_TRY(store_read(server->store, &view));
    result = set_each(view, zone->number, scan, scan_row);
    store_end(view);
    return result;
}

static enum sworn_result refresh(struct commit_server *server, struct hosted_zone *zone,
                                 const struct scan *scan, bool more, struct reason *reason)
{
    struct message_refresh message = {
        .zone_id = zone->id,
        .keys = {.count = scan->count, .items = scan->keys},
        .values = {.count = scan->count, .items = scan->values},
    };
    struct run run = {.type = MESSAGE_REFRESH,
                      .message = &message,
                      .size = sizeof(message),
                      .zone = zone,
                      .more = more};

    SWORN_TRY(run_time(server, &message.time, reason));
    SWORN_TRY(run_request(server, &run, scan->region, reason));
    zone->refreshed = commit_now();
    return SWORN_OK;
}

/* Whether a signature has less than a seventh of its life left, as far as is known. */
static bool is_urgent(const struct hosted_zone *zone, uint64_t now)
{
    return zone->expires != 0 && zone->expires < now + zone->lifetime / 7;
}

/*
 * One batch; `again` when more of the same is waiting. Where it turns out only now that it is
 * urgent, a batch alone would be published alone: then nothing is done but to know it.
 */
static enum sworn_result refresh_batch(struct commit_server *server, struct hosted_zone *zone,
                                       uint64_t threshold, bool urgent, bool *again,
                                       struct reason *reason)
{
    struct region region;
    struct scan scan = {.region = &region, .now = commit_now(), .threshold = threshold};
    enum sworn_result result;

    *again = false;
    region_init(&region, COMMIT_CAP);
    result = scan_zone(server, zone, &scan);
    if (result == SWORN_OK) {
        zone->expires = scan.expires;
        zone->due = scan.next == UINT64_MAX ? scan.now + REFRESH_PAUSE : scan.next;
        *again = scan.more;
    }
    if (result == SWORN_OK && !urgent && is_urgent(zone, scan.now)) {
        zone->due = 0;
        scan.count = 0;
    }
    if (result == SWORN_OK && scan.count > 0) {
        result = refresh(server, zone, &scan, urgent && scan.more, reason);
        zone->due = 0; /* others may be due by now, and the new ones are not known: look again */
    }
    region_clear(&region);
    return result;
}

/* Less than a seventh left: all of it at once, published together. */
static enum sworn_result refresh_urgent(struct commit_server *server, struct hosted_zone *zone,
                                        struct reason *reason)
{
    bool again = true;

    while (again) {
        SWORN_TRY(refresh_batch(server, zone, zone->lifetime / 7, true, &again, reason));
    }
    return SWORN_OK;
}

static enum sworn_result step(struct commit_server *server, struct hosted_zone *zone,
                              struct reason *reason)
{
    struct message_step message = {.zone_id = zone->id};
    struct run run = {
        .type = MESSAGE_STEP, .message = &message, .size = sizeof(message), .zone = zone};
    struct region region;
    enum sworn_result result;

    SWORN_TRY(run_time(server, &message.time, reason));
    region_init(&region, COMMIT_CAP);
    result = run_request(server, &run, &region, reason);
    region_clear(&region);
    return result;
}

/* One part of what a chain has left that was given up; steps towards a new one wait for it. */
static enum sworn_result clean(struct commit_server *server, struct hosted_zone *zone,
                               struct reason *reason)
{
    struct store_view *view;
    enum sworn_result result = store_write(server->store, &view);
    bool left = false;

    if (result == SWORN_OK) {
        result = clean_rows(view, &zone->id, &left);
        if (result == SWORN_OK) {
            result = store_commit(view);
        } else {
            store_end(view);
        }
    }
    SWORN_SAY(result == SWORN_OK, reason, result, "the store does not let go of old rows");
    zone->cleaning = left;
    return SWORN_OK;
}

/*
 * One step, as each is a version that is seen; of those that nobody sees as many as fit into a
 * while: a zone of a million names owes some hundreds to a change of its chain.
 */
static enum sworn_result steps(struct commit_server *server, struct hosted_zone *zone,
                               struct reason *reason)
{
    uint64_t end = milliseconds() + STEPS_FOR;

    do {
        SWORN_TRY(step(server, zone, reason));
    } while (zone->turns && milliseconds() < end);
    return SWORN_OK;
}

enum sworn_result renew_zone(struct commit_server *server, struct hosted_zone *zone,
                             struct reason *reason)
{
    uint64_t now = commit_now();
    bool again;

    if (zone->waiting && now - zone->waiting_since < PUBLISH_AFTER) {
        return SWORN_OK; /* the owner's batches are not cut short by a refresh */
    }
    if (zone->cleaning) {
        return clean(server, zone, reason);
    }
    if (zone->due <= now && is_urgent(zone, now)) {
        return refresh_urgent(server, zone, reason);
    }
    if (zone->owed) {
        return steps(server, zone, reason);
    }
    if (zone->due > now) {
        return SWORN_OK;
    }
    if (now - zone->refreshed < REFRESH_PAUSE) {
        return SWORN_OK;
    }
    return refresh_batch(server, zone, zone->lifetime / 2, false, &again, reason);
}
