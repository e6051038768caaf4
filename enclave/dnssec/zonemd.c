/*
 * zonemd.c - the digest of a whole signed zone; see zonemd.h.
 *
 *   rows of the host  ──┐
 *                       ├─ merged by key, the commit's own first ── each proven ── by owner:
 *   sets of the commit ─┘    types below RRSIG, the RRSIGs, types above ── SHA-384
 */
/* As in core/merkle/merkle.c. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "enclave/dnssec/zonemd.h"

#include <openssl/sha.h>
#include <stdlib.h>

#include "core/dns/rr.h"
#include "core/dnssec/dnssec.h"
#include "core/dnssec/nsec3.h"
#include "core/guard/guard.h"

#define SCHEME_SIMPLE 1
#define HASH_SHA384   1
#define OWNER_CAP     ((size_t)64 * 1024 * 1024) /* all of one owner, and one answer of the host */
#define RR_FIXED      10                         /* type, class, TTL, RDLENGTH */
#define RECORDS_MAX   ((size_t)2 * 1024 * 1024)

/* A record set with its signatures. */
struct item {
    struct octets key;
    struct octets value;
    struct octets_list rrsigs;
};

/* An RRSIG record in canonical form, and its RDATA, by which they are ordered: TTLs differ. */
struct signature {
    struct octets rdata; /* first: see compare_octets() */
    struct octets record;
};

struct work {
    const struct zonemd *zonemd;
    struct reason *reason;
    struct region *region;
    SHA512_CTX sha384;
    /* rows of the host */
    struct region page;
    struct reader rows;
    struct rrset_key last; /* key of the last row; the next ones are asked for from it on */
    bool begun, ended;
    struct item row;
    /* sets of the commit, sorted */
    struct item *made;
    size_t made_count, made_at;
    /* the owner at work */
    struct region owner;
    struct name_key name;
    bool has_owner;
    struct signature *signatures;
    size_t signature_count, signature_capacity;
    struct writer above; /* canonical records of types above RRSIG */
    /* what has been proven */
    struct rrset_key proven;
    size_t count;
    size_t count_before; /* rows of the host: sets of the zone as it was */
};

static uint16_t type_of(struct octets key)
{
    return (uint16_t)(key.data[key.size - 2] << 8 | key.data[key.size - 1]);
}

static bool is_denial(uint16_t type)
{
    return type == RR_NSEC || type == RR_NSEC3;
}

/* Whether a set is part of the zone that is served, its own digest left out (RFC 8976 3.3.1). */
static bool counts(const struct work *work, struct octets key)
{
    uint16_t type;

    if (nsec3_is_leaf_key(key) || key.size < 3) {
        return false;
    }
    type = type_of(key);
    return type != RR_ZONEMD && (!is_denial(type) || type == work->zonemd->denial);
}

static enum sworn_result ask_rows(struct work *work)
{
    struct message_need_value need = {
        .kind = NEED_ROWS,
        .zone_id = work->zonemd->zone_id,
        .key = octets_of(work->last.octets, work->last.size),
    };
    struct message_octets reply;

    region_clear(&work->page);
    SWORN_TRY(channel_ask_octets(work->zonemd->channel, MESSAGE_NEED_VALUE, &need, &work->page,
                                 &reply, work->reason));
    work->rows = reader_of(reply.octets);
    work->ended = reader_left(&work->rows) == 0;
    return SWORN_OK;
}

/* key ‖ value ‖ signatures, as a set in `committed` */
static enum sworn_result row_read(struct work *work, struct octets octets)
{
    struct committed_set set;

    SWORN_TRY(committed_set_read(octets, &work->page, &set));
    SWORN_ENSURE(set.key.size <= sizeof(work->last.octets) &&
                     octets_compare(set.key, octets_of(work->last.octets, work->last.size)) > 0,
                 SWORN_PROOF);
    work->last.size = (uint16_t)set.key.size;
    memcpy(work->last.octets, set.key.data, set.key.size);
    work->row = (struct item){.key = set.key, .value = set.value, .rrsigs = set.rrsigs};
    return SWORN_OK;
}

/* The next row of the host that counts; `ended` behind the last. */
static enum sworn_result next_row(struct work *work)
{
    do {
        struct octets octets;

        if (reader_left(&work->rows) == 0) {
            SWORN_TRY(ask_rows(work));
        }
        if (work->ended) {
            return SWORN_OK;
        }
        SWORN_SAY(read_slice_u32(&work->rows, &octets) == SWORN_OK &&
                      row_read(work, octets) == SWORN_OK,
                  work->reason, SWORN_PROOF,
                  "ZONEMD: rows that the host sent are malformed or out of order");
    } while (!counts(work, work->row.key));
    work->count_before++;
    return SWORN_OK;
}

static int compare_items(const void *a, const void *b)
{
    return octets_compare(((const struct item *)a)->key, ((const struct item *)b)->key);
}

static enum sworn_result sort_made(struct work *work)
{
    const struct octets_list *sets = work->zonemd->sets;
    void *memory;

    SWORN_TRY(region_array(work->region, sets->count, sizeof(*work->made), &memory));
    work->made = memory;
    for (uint32_t i = 0; i < sets->count; i++) {
        struct committed_set set;

        SWORN_TRY(committed_set_read(sets->items[i], work->region, &set));
        if (counts(work, set.key)) {
            work->made[work->made_count++] =
                (struct item){.key = set.key, .value = set.value, .rrsigs = set.rrsigs};
        }
    }
    if (work->made_count > 1) {
        qsort(work->made, work->made_count, sizeof(*work->made), compare_items);
    }
    return SWORN_OK;
}

/* The next set of either; what the commit made stands for what the host has. */
static enum sworn_result next_item(struct work *work, struct item *item)
{
    const struct item *made = work->made_at < work->made_count ? &work->made[work->made_at] : NULL;
    int order = made == NULL ? -1 : work->ended ? 1 : octets_compare(work->row.key, made->key);

    SWORN_ENSURE(made != NULL || !work->ended, SWORN_ABSENT);
    if (order < 0) {
        /* It lives as long as its page, and is used up before the next is asked for. */
        *item = work->row;
        return SWORN_OK;
    }
    *item = *made;
    return SWORN_OK;
}

static enum sworn_result step_past(struct work *work, struct octets key)
{
    if (work->made_at < work->made_count && octets_equal(work->made[work->made_at].key, key)) {
        work->made_at++;
    }
    if (!work->ended && octets_equal(work->row.key, key)) {
        return next_row(work);
    }
    return SWORN_OK;
}

/* The next leaf of the tree that is a record set's; SWORN_ABSENT behind the last. */
static enum sworn_result next_leaf(const struct work *work, struct tree_leaf *leaf)
{
    struct tree *tree = work->zonemd->after->tree;

    SWORN_TRY(tree_after(tree, octets_of(work->proven.octets, work->proven.size), leaf));
    return nsec3_is_leaf_key(leaf->key) ? tree_at_or_after(tree, nsec3_leaves_end(), leaf)
                                        : SWORN_OK;
}

static enum sworn_result too_many(const struct work *work)
{
    return because(work->reason, SWORN_LIMIT,
                   "the zone has or would have more than %u record sets, and this server makes a "
                   "ZONEMD for no more: switch it off by policy first",
                   work->zonemd->most);
}

/* One more set of a zone that a guard has changed. */
static enum sworn_result count_one(struct work *work, struct octets value)
{
    const struct zonemd *zonemd = work->zonemd;
    uint64_t cost = FUEL_PER_DIGESTED + (uint64_t)value.size * FUEL_PER_OCTET_DIGESTED;

    work->count++;
    if (zonemd->fuel == NULL) {
        return SWORN_OK;
    }
    if (work->count > zonemd->most && !zonemd->was) {
        return too_many(work);
    }
    SWORN_SAY(
        *zonemd->fuel >= cost, work->reason, SWORN_REFUSED,
        "out of fuel: a ZONEMD costs %d for each record set of the zone and %d for each octet "
        "of it, and what the guard left was enough for %zu sets",
        FUEL_PER_DIGESTED, FUEL_PER_OCTET_DIGESTED, work->count - 1);
    *zonemd->fuel -= cost;
    return SWORN_OK;
}

/* A set is what the tree has next, no set of the tree being left out. */
static enum sworn_result prove(struct work *work, const struct item *item)
{
    struct tree_leaf leaf;
    struct hash hash;
    enum sworn_result result;

    SWORN_TRY(count_one(work, item->value));
    if (is_denial(type_of(item->key))) {
        return SWORN_OK;
    }
    result = next_leaf(work, &leaf);
    SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    SWORN_TRY(sha256_one(item->value, &hash));
    SWORN_SAY(result == SWORN_OK && octets_equal(leaf.key, item->key) &&
                  hash_equal(&leaf.value_hash, &hash),
              work->reason, SWORN_PROOF,
              "ZONEMD: a record set that the host sent is not what the zone tree has there");
    work->proven.size = (uint16_t)leaf.key.size;
    memcpy(work->proven.octets, leaf.key.data, leaf.key.size);
    return SWORN_OK;
}

static enum sworn_result digest(struct work *work, struct octets octets)
{
    SWORN_ENSURE(octets.size == 0 || SHA384_Update(&work->sha384, octets.data, octets.size) == 1,
                 SWORN_CRYPTO);
    return SWORN_OK;
}

static int compare_octets(const void *a, const void *b)
{
    return octets_compare(*(const struct octets *)a, *(const struct octets *)b);
}

/* All of a name is there: its RRSIGs in order (they differ in their RDATA alone), then the rest. */
static enum sworn_result end_owner(struct work *work)
{
    if (!work->has_owner) {
        return SWORN_OK;
    }
    if (work->signature_count > 1) {
        qsort(work->signatures, work->signature_count, sizeof(*work->signatures), compare_octets);
    }
    for (size_t i = 0; i < work->signature_count; i++) {
        SWORN_TRY(digest(work, work->signatures[i].record));
    }
    SWORN_TRY(digest(work, written(&work->above)));
    region_clear(&work->owner);
    work->signatures = NULL;
    work->signature_count = work->signature_capacity = 0;
    work->has_owner = false;
    return SWORN_OK;
}

static enum sworn_result begin_owner(struct work *work, struct octets key)
{
    struct name_key name;

    name_key_of_set(key, &name);
    if (work->has_owner && octets_equal(name_key_octets(&name), name_key_octets(&work->name))) {
        return SWORN_OK;
    }
    SWORN_TRY(end_owner(work));
    work->name = name;
    work->has_owner = true;
    work->above = writer_in(&work->owner, OWNER_CAP / 2);
    return SWORN_OK;
}

static enum sworn_result add_signature(struct work *work, const struct rrset *covered,
                                       struct octets rdata)
{
    struct rrset rrset = {.owner = covered->owner,
                          .type = RR_RRSIG,
                          .ttl = covered->ttl,
                          .count = 1,
                          .rdata = &rdata};
    struct writer writer = writer_in(&work->owner, RECORDS_MAX);

    SWORN_TRY(region_grow(&work->owner, &work->signatures, work->signature_count,
                          &work->signature_capacity, sizeof(*work->signatures)));
    SWORN_SAY(canonical_records_write(&rrset, &rrset.owner, rrset.ttl, &writer) == SWORN_OK,
              work->reason, SWORN_PROOF, "ZONEMD: an RRSIG that the host sent is malformed");
    work->signatures[work->signature_count++] =
        (struct signature){.rdata = octets_of(writer.start + rrset.owner.size + RR_FIXED,
                                              writer.used - rrset.owner.size - RR_FIXED),
                           .record = written(&writer)};
    return SWORN_OK;
}

static enum sworn_result add_item(struct work *work, const struct item *item)
{
    struct writer writer = writer_in(&work->owner, RECORDS_MAX);
    struct rrset rrset;
    struct name owner;
    uint16_t type;

    SWORN_SAY(rrset_key_read(item->key, &owner, &type) == SWORN_OK &&
                  rrset_read(item->value, &owner, type, &work->owner, &rrset) == SWORN_OK,
              work->reason, SWORN_PROOF, "ZONEMD: a row that the host sent is no record set");
    for (uint32_t i = 0; i < item->rrsigs.count; i++) {
        SWORN_TRY(add_signature(work, &rrset, item->rrsigs.items[i]));
    }
    if (type < RR_RRSIG) {
        SWORN_TRY(canonical_records_write(&rrset, &owner, rrset.ttl, &writer));
        return digest(work, written(&writer));
    }
    return canonical_records_write(&rrset, &owner, rrset.ttl, &work->above);
}

static enum sworn_result all_items(struct work *work)
{
    const struct zonemd *zonemd = work->zonemd;
    struct tree_leaf leaf;
    struct item item;
    enum sworn_result result;

    while ((result = next_item(work, &item)) == SWORN_OK) {
        struct rrset_key key = {.size = (uint16_t)item.key.size};

        memcpy(key.octets, item.key.data, item.key.size);
        if (item.value.size > 0) { /* else it goes with this commit */
            SWORN_TRY(prove(work, &item));
            SWORN_TRY(begin_owner(work, item.key));
            SWORN_TRY(add_item(work, &item));
        }
        SWORN_TRY(step_past(work, octets_of(key.octets, key.size)));
    }
    SWORN_ENSURE(result == SWORN_ABSENT, result);
    SWORN_TRY(end_owner(work));
    result = next_leaf(work, &leaf);
    SWORN_SAY(result != SWORN_OK, work->reason, SWORN_PROOF,
              "ZONEMD: the host did not send all record sets of the zone");
    SWORN_ENSURE(result == SWORN_ABSENT, result);
    /* A zone that was this large when the server allowed more goes on, but does not grow. */
    if (zonemd->fuel != NULL && work->count > zonemd->most && work->count > work->count_before) {
        return too_many(work);
    }
    return SWORN_OK;
}

static enum sworn_result make(struct work *work, struct octets *rdata)
{
    struct writer writer = writer_in(work->region, 64);
    uint8_t hash[SHA384_DIGEST_LENGTH];

    SWORN_ENSURE(SHA384_Init(&work->sha384) == 1, SWORN_CRYPTO);
    SWORN_TRY(sort_made(work));
    work->ended = work->zonemd->creation;
    if (!work->ended) {
        SWORN_TRY(next_row(work));
    }
    SWORN_TRY(all_items(work));
    SWORN_ENSURE(SHA384_Final(hash, &work->sha384) == 1, SWORN_CRYPTO);
    SWORN_TRY(write_u32(&writer, work->zonemd->serial));
    SWORN_TRY(write_u8(&writer, SCHEME_SIMPLE));
    SWORN_TRY(write_u8(&writer, HASH_SHA384));
    SWORN_TRY(write_octets(&writer, octets_of(hash, sizeof(hash))));
    *rdata = written(&writer);
    return SWORN_OK;
}

enum sworn_result zonemd_make(const struct zonemd *zonemd, struct region *region,
                              struct octets *rdata, struct reason *reason)
{
    struct work work = {.zonemd = zonemd, .reason = reason, .region = region};
    enum sworn_result result;

    region_init(&work.page, OWNER_CAP);
    region_init(&work.owner, OWNER_CAP);
    result = make(&work, rdata);
    region_clear(&work.page);
    region_clear(&work.owner);
    return result;
}
