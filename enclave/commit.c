/*
 * commit.c - what every commit ends with: the enclave's own records, validation, signing, leaf, log
 * entry; see commit.h.
 *
 * The beginnings are in decide.c (create, update: the guard decides) and renew.c (refresh, steps:
 * nothing to decide).
 */
#include "enclave/commit.h"

#include "core/dns/rr.h"
#include "core/dns/soa.h"
#include "core/dnssec/dnssec.h"
#include "enclave/commit_parts.h"
#include "enclave/dnssec/chain.h"
#include "enclave/dnssec/plan_parts.h"
#include "enclave/dnssec/sign.h"
#include "enclave/dnssec/zonemd.h"

#define DNSKEY_MAX 128
#define DS_MAX     128

enum sworn_result commit_blob(struct commit *commit, uint8_t role, const struct hash *hash,
                              struct octets *octets)
{
    struct message_need_blob need = {.role = role, .zone_id = commit->zone_id, .hash = *hash};
    struct message_octets reply;
    static const char *const names[] = {"blob", "guard", "environment", "guard state"};
    struct hash found;

    SWORN_TRY(channel_ask_octets(&commit->enclave->channel, MESSAGE_NEED_BLOB, &need,
                                 commit->region, &reply, commit->reason));
    SWORN_SAY(reply.present == 1, commit->reason, SWORN_PROOF, "the host does not have the %s",
              names[role]);
    SWORN_TRY(sha256_one(reply.octets, &found));
    SWORN_SAY(hash_equal(&found, hash), commit->reason, SWORN_PROOF,
              "the %s that the host sent is not the certified one", names[role]);
    *octets = reply.octets;
    return SWORN_OK;
}

uint64_t commit_time(const struct enclave *enclave, uint64_t time)
{
    /* The host can hold certified time back, never turn it back. */
    return time > enclave->ledger.time ? time : enclave->ledger.time;
}

enum sworn_result commit_open_tree(struct commit *commit)
{
    return trees_get(&commit->enclave->ledger.trees, MERKLE_ZONE, &commit->zone_id,
                     &commit->zone_before, commit->reason, &commit->slot);
}

enum sworn_result commit_load(struct commit *commit, const struct hash *zone_id)
{
    struct enclave *enclave = commit->enclave;
    enum sworn_result result;

    commit->zone_id = *zone_id;
    result = ledger_zone(&enclave->ledger, zone_id, &commit->leaf, commit->reason);
    SWORN_SAY(result != SWORN_ABSENT, commit->reason, result, "there is no zone with this id");
    SWORN_TRY(result);
    SWORN_SAY(commit->leaf.state == ZONE_LIVE, commit->reason, SWORN_ABSENT,
              "this zone has been removed");
    SWORN_TRY(name_from_text(commit->leaf.apex, NULL, &commit->apex));
    SWORN_TRY(policy_read(commit->leaf.policy, &commit->policy, commit->reason));
    commit->zonemd_before = commit->policy.zonemd != 0;
    commit->zone_before = commit->leaf.zone_root;
    SWORN_TRY(commit_open_tree(commit));
    change_begin(&commit->change, &commit->apex, &commit->slot->tree, &commit->policy.limits,
                 commit->region);
    return SWORN_OK;
}

enum sworn_result commit_key(struct commit *commit)
{
    struct enclave *enclave = commit->enclave;
    struct key_request request = {
        .channel = &enclave->channel,
        .secrets = &enclave->secrets,
        .seal_secret = enclave->seal_secret,
        .log_id = enclave->ledger.log_id,
        .zone_id = commit->zone_id,
        .role = KEY_ROLE_CSK,
        .anchor = commit->policy.anchor,
    };

    SWORN_ENSURE(commit->leaf.key_count == 1, SWORN_MALFORMED);
    request.algorithm = commit->leaf.keys[0].algorithm;
    request.public_key = commit->leaf.keys[0].public_key;
    return keyring_get(&enclave->keyring, &request, commit->region, &commit->signer,
                       commit->reason);
}

/*
 * The SOA with the serial that this commit has: the one in it when the guard has put one there that
 * is ahead, else the next (RFC 1982). What the guard left alone has the serial of the last commit.
 */
static enum sworn_result soa_finish(struct commit *commit)
{
    struct change *change = &commit->change;
    uint32_t serial = commit->leaf.serial + 1;
    struct rrset soa;
    struct octets rdata;
    uint8_t *number;
    enum sworn_result result = change_get(change, &commit->apex, RR_SOA, &soa);

    SWORN_SAY(result != SWORN_ABSENT, commit->reason, SWORN_INVALID, "the zone would have no SOA");
    SWORN_TRY(result);
    SWORN_SAY(soa.count == 1, commit->reason, SWORN_INVALID, "the zone would have %u SOA records",
              soa.count);
    SWORN_TRY(region_copy(commit->region, soa.rdata[0], &rdata));
    if (commit->kind == LOG_CREATE || serial_ahead(soa_serial(rdata), commit->leaf.serial)) {
        serial = soa_serial(rdata);
    }
    number = (uint8_t *)(uintptr_t)rdata.data + rdata.size - SOA_NUMBERS;
    for (int i = 0; i < 4; i++) {
        number[i] = (uint8_t)(serial >> (24 - 8 * i));
    }
    soa.rdata[0] = rdata;
    commit->leaf.serial = serial;
    return change_put(change, &soa);
}

static enum sworn_result put_one(struct commit *commit, uint16_t type, uint32_t ttl,
                                 struct octets *rdata, uint16_t count)
{
    struct rrset rrset = {
        .owner = commit->apex, .type = type, .ttl = ttl, .count = count, .rdata = rdata};

    SWORN_TRY(rrset_sort(&rrset, commit->region));
    return change_put(&commit->change, &rrset);
}

static enum sworn_result remove_if_there(struct commit *commit, uint16_t type)
{
    enum sworn_result result = change_remove(&commit->change, &commit->apex, type);

    return result == SWORN_ABSENT ? SWORN_OK : result;
}

/*
 * CDS and CDNSKEY as the policy says: the key's, the order to delete the DS (RFC 8078 4), or none.
 */
static enum sworn_result child_records(struct commit *commit, struct octets dnskey)
{
    static const uint8_t delete_cds[] = {0, 0, 0, 0, 0};
    static const uint8_t delete_cdnskey[] = {0, 0, 3, 0, 0};
    struct writer sha256 = writer_in(commit->region, DS_MAX);
    struct writer sha384 = writer_in(commit->region, DS_MAX);
    struct octets cds[2], cdnskey = dnskey;
    uint16_t count = 2;

    if (commit->policy.cds == 0) {
        SWORN_TRY(remove_if_there(commit, RR_CDS));
        return remove_if_there(commit, RR_CDNSKEY);
    }
    SWORN_TRY(ds_write(&commit->apex, dnskey, DIGEST_SHA256, &sha256));
    SWORN_TRY(ds_write(&commit->apex, dnskey, DIGEST_SHA384, &sha384));
    cds[0] = written(&sha256);
    cds[1] = written(&sha384);
    if (commit->policy.cds == 2) {
        cds[0] = octets_of(delete_cds, sizeof(delete_cds));
        cdnskey = octets_of(delete_cdnskey, sizeof(delete_cdnskey));
        count = 1;
    }
    SWORN_TRY(put_one(commit, RR_CDS, DEFAULT_TTL, cds, count));
    return put_one(commit, RR_CDNSKEY, DEFAULT_TTL, &cdnskey, 1);
}

/* NSEC3PARAM comes and goes with the chain that is served (RFC 5155 4). */
static enum sworn_result parameters(struct commit *commit)
{
    struct octets rdata = nsec3param_rdata();

    if (commit->leaf.denial != DENIAL_NSEC3) {
        return remove_if_there(commit, RR_NSEC3PARAM);
    }
    return put_one(commit, RR_NSEC3PARAM, NSEC3PARAM_TTL, &rdata, 1);
}

static enum sworn_result own_records(struct commit *commit, struct octets *dnskey)
{
    struct writer writer = writer_in(commit->region, DNSKEY_MAX);

    SWORN_TRY(dnskey_write(commit->signer->algorithm,
                           octets_of(commit->signer->public_key, commit->signer->public_size),
                           &writer));
    *dnskey = written(&writer);
    SWORN_TRY(put_one(commit, RR_DNSKEY, DEFAULT_TTL, dnskey, 1));
    SWORN_TRY(parameters(commit));
    return child_records(commit, *dnskey);
}

/* A chain whose TTL changed is owed to the zone, by steps: see docs/state.md. */
static enum sworn_result note_owed(struct commit *commit)
{
    struct view after;
    uint32_t ttl;

    view_of(&commit->change.after, &commit->apex, &after);
    SWORN_TRY(chain_ttl(&after, &ttl));
    if (commit->kind == LOG_CREATE || ttl == commit->denial_ttl_before) {
        return SWORN_OK;
    }
    if (commit->leaf.owed == OWED_NOTHING) {
        commit->leaf.old_denial_ttl = commit->denial_ttl_before;
    }
    commit->leaf.owed = OWED_DENIAL_TTL;
    if (zone_leaf_builds(&commit->leaf)) {
        commit->leaf.denial_mixed = 1;
    }
    if (commit->leaf.denial == DENIAL_NSEC3) {
        commit->leaf.cursor = octets_of(NULL, 0);
        return SWORN_OK;
    }
    return region_copy(commit->region, name_key_octets(&after.apex), &commit->leaf.cursor);
}

static enum sworn_result ledger_finish(struct commit *commit)
{
    struct ledger *ledger = &commit->enclave->ledger;
    struct writer writer = writer_in(commit->region, ZONE_LEAF_MAX);
    struct log_entry entry = {
        .kind = commit->kind,
        .zone_id = commit->zone_id,
        .apex = commit->leaf.apex,
        .zone_before = commit->zone_before,
        .zone_after = commit->zone_after,
        .guard = commit->leaf.guard,
        .environment = commit->leaf.environment,
        .state = commit->leaf.guard_state,
        .argument = commit->argument,
        .serial = commit->leaf.serial,
        .time = commit->time,
    };
    uint8_t key[TOP_KEY_MAX];

    /*
     * Signatures tell time mod 2^32 (RFC 4034 3.1.5, RFC 2931 3.1), and so do guards that read
     * them: a turn ahead is the past once more, with what was accepted then forgotten.
     */
    SWORN_SAY(commit->time <= UINT32_MAX, commit->reason, SWORN_INVALID,
              "time %llu is more than signatures can tell, %lu at most",
              (unsigned long long)commit->time, (unsigned long)UINT32_MAX);
    commit->leaf.zone_root = commit->zone_after;
    SWORN_TRY(sha256_one(commit->leaf.policy, &entry.policy));
    SWORN_TRY(zone_leaf_write(&commit->leaf, &writer));
    SWORN_TRY(ledger_put(ledger, &commit->next,
                         octets_of(key, top_key_of_zone(&commit->zone_id, key)), written(&writer),
                         commit->region, commit->reason));
    if (commit->kind == LOG_CREATE) {
        SWORN_TRY(ledger_put(ledger, &commit->next,
                             octets_of(key, top_key_of_apex(&commit->apex, key)),
                             octets_of_hash(&commit->zone_id), commit->region, commit->reason));
    }
    if (commit->kind == LOG_REMOVE) {
        SWORN_TRY(ledger_put(ledger, &commit->next,
                             octets_of(key, top_key_of_apex(&commit->apex, key)),
                             octets_of(NULL, 0), commit->region, commit->reason));
    }
    SWORN_TRY(ledger_append(ledger, &commit->next, &entry, commit->region));
    commit->reply.fuel = commit->fuel - commit->fuel_left;
    commit->reply.entry = commit->next.entry;
    commit->reply.checkpoint = commit->next.checkpoint;
    commit->reply.top = commit->next.changes;
    return SWORN_OK;
}

static bool is_decided(const struct commit *commit)
{
    return commit->kind == LOG_CREATE || commit->kind == LOG_UPDATE;
}

struct plan commit_plan(struct commit *commit)
{
    return (struct plan){
        .region = commit->region,
        .limit = commit->policy.limits.changed,
        .visit_limit = commit->policy.limits.visited,
        .fuel = is_decided(commit) ? &commit->fuel_left : NULL,
        .chains = chains_of(&commit->leaf),
        .zonemd_before = commit->zonemd_before,
        .zonemd = commit->policy.zonemd != 0,
    };
}

/* The digest of the zone as it is with all that this commit has signed. */
static enum sworn_result zonemd_value(struct commit *commit, struct octets *value)
{
    struct rrset soa;
    struct view after;
    struct zonemd zonemd = {
        .channel = &commit->enclave->channel,
        .zone_id = commit->zone_id,
        .after = &after,
        .sets = &commit->reply.sets,
        .denial = denial_type(commit->leaf.denial),
        .serial = commit->leaf.serial,
        .creation = commit->kind == LOG_CREATE,
        .was = commit->zonemd_before,
        .most = commit->enclave->zonemd_most,
        .fuel = is_decided(commit) ? &commit->fuel_left : NULL,
    };
    struct octets rdata;

    view_of(&commit->change.after, &commit->apex, &after);
    SWORN_TRY(change_get(&commit->change, &commit->apex, RR_SOA, &soa));
    SWORN_TRY(zonemd_make(&zonemd, commit->region, &rdata, commit->reason));
    return one_record(soa.ttl, rdata, commit->region, value);
}

/* ZONEMD is made last: it is over signatures, and its own are not in it (RFC 8976 3.3.1). */
static enum sworn_result zonemd_finish(struct commit *commit, const struct signing *signing)
{
    struct plan plan = {.region = commit->region};
    struct octets_list *sets = &commit->reply.sets;
    struct planned item = {.sign = commit->policy.zonemd != 0};
    struct rrset_key key;
    struct octets_list one;
    void *items;

    if (commit->policy.zonemd == 0 && !commit->zonemd_before) {
        return SWORN_OK;
    }
    if (item.sign) {
        SWORN_TRY(zonemd_value(commit, &item.value));
    }
    rrset_key(&commit->apex, RR_ZONEMD, &key);
    item.key = octets_of(key.octets, key.size);
    SWORN_TRY(plan_add(&plan, &item));
    SWORN_TRY(sign_plan(signing, &plan, commit->region, &one));
    SWORN_TRY(region_array(commit->region, sets->count + 1, sizeof(struct octets), &items));
    memcpy(items, sets->items, sets->count * sizeof(struct octets));
    sets->items = items;
    sets->items[sets->count++] = one.items[0];
    return SWORN_OK;
}

static enum sworn_result commit_sign(struct commit *commit, struct octets dnskey,
                                     const struct plan *plan)
{
    struct signing signing = {
        .signer = commit->signer,
        .apex = commit->apex,
        .time = commit->time,
        .lifetime = commit->policy.lifetime,
        .key_tag = key_tag(dnskey),
    };

    SWORN_TRY(sign_plan(&signing, plan, commit->region, &commit->reply.sets));
    SWORN_TRY(zonemd_finish(commit, &signing));
    return ledger_finish(commit);
}

enum sworn_result commit_finish(struct commit *commit, struct plan *plan)
{
    struct octets dnskey;

    SWORN_TRY(soa_finish(commit));
    SWORN_TRY(own_records(commit, &dnskey));
    SWORN_TRY(change_validate(&commit->change, commit->reason));
    SWORN_TRY(note_owed(commit));
    plan->chains = chains_of(&commit->leaf);
    SWORN_TRY(plan_change(plan, &commit->change, commit->reason));
    SWORN_TRY(tree_root(&commit->change.after, &commit->zone_after));
    return commit_sign(commit, dnskey, plan);
}

enum sworn_result commit_end_zone(struct commit *commit)
{
    /* A tombstone: the leaf stays, with the state that the zone ended in. */
    commit->kind = LOG_REMOVE;
    commit->leaf.state = ZONE_REMOVED;
    commit->zone_after = commit->zone_before;
    commit->change.after = commit->change.before;
    commit->reply.removed = 1;
    return ledger_finish(commit);
}

void commit_advance(struct commit *commit)
{
    trees_advance(commit->slot, &commit->change.after, &commit->zone_after);
    ledger_advance(&commit->enclave->ledger, &commit->next);
    if (commit->made.algorithm != 0) {
        keyring_put(&commit->enclave->keyring, &commit->zone_id, &commit->made);
    }
}

void commit_abandon(struct commit *commit)
{
    if (commit->made.algorithm != 0) {
        signer_close(&commit->made);
    }
}
