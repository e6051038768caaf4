/*
 * proof.c - see proof.h. The checks are a table: each may use what those before it have shown.
 */
#include "cli/remote/proof.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/dns/rr.h"
#include "core/dnssec/dnssec.h"
#include "core/merkle/proof.h"

struct checking {
    const struct proof_question *question;
    const struct reply *reply;
    struct region *region;
    struct view *view;
    struct reason *reason;
    char apex[NAME_TEXT_SIZE]; /* as hashed */
    char detail[256];
};

static enum sworn_result check_checkpoint(struct checking *check)
{
    struct view *view = check->view;

    memcpy(view->log_key, check->reply->log_key, sizeof(view->log_key));
    SWORN_TRY(log_id_of(view->log_key, &view->log_id));
    SWORN_SAY(checkpoint_open(check->reply->checkpoint, view->log_key, &view->checkpoint) ==
                  SWORN_OK,
              check->reason, SWORN_PROOF, "it is malformed or not signed by the log's key");
    SWORN_SAY(hash_equal(&view->checkpoint.log_id, &view->log_id), check->reason, SWORN_PROOF,
              "it is another log's");
    (void)snprintf(check->detail, sizeof(check->detail),
                   "%" PRIu64 " entries, signed by the log's key", view->checkpoint.size);
    return SWORN_OK;
}

/* An entry is in the log at its index. */
static enum sworn_result entry_check(struct checking *check, const struct reply_entry *shown,
                                     struct log_entry *entry)
{
    const struct checkpoint *checkpoint = &check->view->checkpoint;
    struct hash leaf;

    SWORN_SAY(log_entry_read(shown->entry, entry) == SWORN_OK, check->reason, SWORN_PROOF,
              "it is malformed");
    SWORN_TRY(log_leaf_hash(shown->entry, &leaf));
    SWORN_SAY(log_verify_inclusion(&leaf, shown->index, checkpoint->size, shown->inclusion,
                                   &checkpoint->root) == SWORN_OK,
              check->reason, SWORN_PROOF, "it is not proven to be in the checkpoint's log");
    SWORN_SAY(entry->epoch == shown->index, check->reason, SWORN_PROOF,
              "its epoch %" PRIu64 " is not its index %" PRIu64, entry->epoch, shown->index);
    return SWORN_OK;
}

/*
 * The last entry of the log, whichever zone it is about: its top root is the state. With an earlier
 * one a server could show a zone as it was.
 */
static enum sworn_result check_entry(struct checking *check)
{
    struct view *view = check->view;

    SWORN_TRY(entry_check(check, &check->reply->newest, &view->entry));
    view->index = check->reply->newest.index;
    SWORN_SAY(view->index + 1 == view->checkpoint.size, check->reason, SWORN_PROOF,
              "it is number %" PRIu64 " of %" PRIu64 ": not the last of the checkpoint's log",
              view->index + 1, view->checkpoint.size);
    (void)snprintf(check->detail, sizeof(check->detail),
                   "index %" PRIu64 ", the last of the checkpoint's log", view->index);
    return SWORN_OK;
}

/* Whether the last entry is about this zone. */
static bool entry_is_the_zones(const struct view *view)
{
    return hash_equal(&view->entry.zone_id, &view->zone_id);
}

static enum sworn_result creation_entry(struct checking *check)
{
    struct view *view = check->view;

    if (entry_is_the_zones(view) && view->entry.kind == LOG_CREATE) {
        view->creation = view->entry;
        view->has_creation = true;
        return SWORN_OK;
    }
    if (!check->reply->has_creation) {
        return SWORN_OK;
    }
    SWORN_TRY(entry_check(check, &check->reply->creation, &view->creation));
    SWORN_SAY(view->creation.kind == LOG_CREATE, check->reason, SWORN_PROOF,
              "the entry shown as the zone's creation is none");
    SWORN_SAY(octets_equal(view->creation.apex, octets_of_text(check->apex)), check->reason,
              SWORN_PROOF, "the entry shown as the zone's creation is about another apex");
    view->has_creation = true;
    return SWORN_OK;
}

static enum sworn_result check_zone_id(struct checking *check)
{
    struct view *view = check->view;
    const struct memory *kept = check->question->kept;

    view->zone_id = check->reply->zone_id;
    SWORN_TRY(creation_entry(check));
    SWORN_SAY(view->has_creation || kept->known, check->reason, SWORN_PROOF,
              "the entry that created the zone is not shown");
    if (view->has_creation) {
        const struct log_entry *entry = &view->creation;
        const struct zone_creation creation = {
            .log_id = view->log_id,
            .apex = entry->apex,
            .epoch = entry->epoch,
            .guard = entry->guard,
            .environment = entry->environment,
            .policy = entry->policy,
            .argument = entry->argument,
        };
        struct hash id;

        SWORN_TRY(zone_id_of(&creation, &id));
        SWORN_SAY(hash_equal(&id, &view->zone_id) && hash_equal(&id, &entry->zone_id),
                  check->reason, SWORN_PROOF,
                  "it does not follow from log, apex, epoch, guard, environment, policy and "
                  "argument of the creation");
    }
    (void)snprintf(check->detail, sizeof(check->detail), "%s",
                   view->has_creation ? "recomputed from the creation entry" : "as kept");
    return SWORN_OK;
}

/* Whether that the zone ends is what was asked for. */
static bool is_removal(const struct checking *check)
{
    return check->question->sent != NULL && check->question->sent->kind == LOG_REMOVE;
}

/* What an entry says of its zone is what the leaf says. */
static enum sworn_result check_leaf_and_entry(struct checking *check)
{
    const struct log_entry *entry = &check->view->entry;
    const struct zone_leaf *leaf = &check->view->leaf;

    SWORN_SAY((entry->kind == LOG_REMOVE) == is_removal(check), check->reason, SWORN_PROOF,
              "the zone was%s removed", is_removal(check) ? " not" : "");
    SWORN_SAY(octets_equal(leaf->apex, entry->apex), check->reason, SWORN_PROOF,
              "its apex is not the entry's");
    SWORN_SAY(hash_equal(&leaf->zone_root, &entry->zone_after), check->reason, SWORN_PROOF,
              "its zone root is not the entry's");
    SWORN_SAY(leaf->serial == entry->serial, check->reason, SWORN_PROOF,
              "its serial is not the entry's");
    SWORN_SAY(hash_equal(&leaf->guard, &entry->guard), check->reason, SWORN_PROOF,
              "its guard is not the entry's");
    SWORN_SAY(hash_equal(&leaf->environment, &entry->environment), check->reason, SWORN_PROOF,
              "its environment is not the entry's");
    SWORN_SAY(hash_equal(&leaf->guard_state, &entry->state), check->reason, SWORN_PROOF,
              "its guard state is not the entry's");
    SWORN_SAY(hash_equal(&check->view->policy_hash, &entry->policy), check->reason, SWORN_PROOF,
              "its policy is not the entry's");
    return SWORN_OK;
}

static enum sworn_result check_leaf_contents(struct checking *check)
{
    struct view *view = check->view;

    SWORN_TRY(sha256_one(view->leaf.policy, &view->policy_hash));
    SWORN_SAY(view->leaf.state == (is_removal(check) ? ZONE_REMOVED : ZONE_LIVE), check->reason,
              SWORN_PROOF, "the zone was%s removed", is_removal(check) ? " not" : "");
    SWORN_SAY(octets_equal(view->leaf.apex, octets_of_text(check->apex)), check->reason,
              SWORN_PROOF, "it is about another apex");
    return entry_is_the_zones(view) ? check_leaf_and_entry(check) : SWORN_OK;
}

static enum sworn_result check_leaf(struct checking *check)
{
    struct view *view = check->view;
    uint8_t key[TOP_KEY_MAX];
    size_t size = top_key_of_zone(&view->zone_id, key);
    struct reason why;
    struct hash value;

    SWORN_TRY(sha256_one(check->reply->leaf_value, &value));
    SWORN_SAY(merkle_verify_present(MERKLE_TOP, check->reply->leaf_proof, octets_of(key, size),
                                    &value, &view->entry.top_after) == SWORN_OK,
              check->reason, SWORN_PROOF, "it is not proven under the entry's top root");
    SWORN_SAY(zone_leaf_read(check->reply->leaf_value, &view->leaf) == SWORN_OK, check->reason,
              SWORN_PROOF, "it is malformed");
    SWORN_TRY(check_leaf_contents(check));
    SWORN_SAY(policy_read(view->leaf.policy, &view->policy, &why) == SWORN_OK, check->reason,
              SWORN_PROOF, "its policy cannot be read: %s", why.text);
    (void)snprintf(check->detail, sizeof(check->detail),
                   "serial %" PRIu32 ", sequence %" PRIu64 ", proven under the entry's top root",
                   view->leaf.serial, view->leaf.sequence);
    return SWORN_OK;
}

/* The leaf's keys are the DNSKEY set, no more and no less. */
static enum sworn_result dnskeys_equal(struct checking *check)
{
    const struct view *view = check->view;

    SWORN_SAY(view->leaf.key_count > 0 && view->dnskey.count == view->leaf.key_count, check->reason,
              SWORN_PROOF, "the set has %u keys, the leaf names %u", view->dnskey.count,
              view->leaf.key_count);
    for (uint8_t i = 0; i < view->leaf.key_count; i++) {
        struct writer rdata = writer_in(check->region, 4096);
        bool found = false;

        SWORN_TRY(
            dnskey_write(view->leaf.keys[i].algorithm, view->leaf.keys[i].public_key, &rdata));
        for (uint16_t j = 0; j < view->dnskey.count; j++) {
            found = found || octets_equal(view->dnskey.rdata[j], written(&rdata));
        }
        SWORN_SAY(found, check->reason, SWORN_PROOF, "a key of the leaf is not in the set");
    }
    return SWORN_OK;
}

static enum sworn_result check_dnskey(struct checking *check)
{
    struct view *view = check->view;
    struct rrset_key key;
    struct hash value;

    rrset_key(check->question->apex, RR_DNSKEY, &key);
    SWORN_TRY(sha256_one(check->reply->dnskey_value, &value));
    SWORN_SAY(merkle_verify_present(MERKLE_ZONE, check->reply->dnskey_proof,
                                    octets_of(key.octets, key.size), &value,
                                    &view->leaf.zone_root) == SWORN_OK,
              check->reason, SWORN_PROOF, "it is not proven under the zone root");
    view->dnskey_value = check->reply->dnskey_value;
    SWORN_SAY(rrset_read(view->dnskey_value, check->question->apex, RR_DNSKEY, check->region,
                         &view->dnskey) == SWORN_OK,
              check->reason, SWORN_PROOF, "it is malformed");
    SWORN_TRY(dnskeys_equal(check));
    (void)snprintf(check->detail, sizeof(check->detail),
                   "key tag %u, proven under the zone root, the same as in the leaf",
                   key_tag(view_dnskey(view)));
    return SWORN_OK;
}

static enum sworn_result check_request(struct checking *check)
{
    const struct log_entry *entry = &check->view->entry;
    const struct sent *sent = check->question->sent;

    if (sent == NULL) {
        return SWORN_OK;
    }
    SWORN_SAY(entry_is_the_zones(check->view), check->reason, SWORN_PROOF,
              "the entry is another zone's");
    SWORN_SAY(entry->kind == sent->kind, check->reason, SWORN_PROOF,
              "the entry is of kind %d, not %d", (int)entry->kind, (int)sent->kind);
    SWORN_SAY(hash_equal(&entry->argument, &sent->argument), check->reason, SWORN_PROOF,
              "the entry's argument is not the one that was sent");
    SWORN_SAY(sent->guard == NULL || hash_equal(&entry->guard, sent->guard), check->reason,
              SWORN_PROOF, "the entry's guard is not the one that was asked for");
    SWORN_SAY(sent->environment == NULL || hash_equal(&entry->environment, sent->environment),
              check->reason, SWORN_PROOF,
              "the entry's environment is not the one that was asked for");
    SWORN_SAY(sent->policy == NULL || hash_equal(&entry->policy, sent->policy), check->reason,
              SWORN_PROOF, "the entry's policy is not the one that was asked for");
    SWORN_SAY(check->view->leaf.sequence == sent->sequence ||
                  (sent->may_be_late && check->view->leaf.sequence > sent->sequence),
              check->reason, SWORN_PROOF, "the sequence is %" PRIu64 ", not %" PRIu64,
              check->view->leaf.sequence, sent->sequence);
    (void)snprintf(check->detail, sizeof(check->detail), "the entry is the request's");
    return SWORN_OK;
}

static enum sworn_result check_memory(struct checking *check)
{
    struct memory shown;

    memory_of_view(check->view, &shown);
    SWORN_TRY(memory_check(check->question->kept, &shown, check->reason));
    (void)snprintf(check->detail, sizeof(check->detail), "%s",
                   check->question->kept->known
                       ? "same log key and zone id as kept, nothing older than before"
                       : "");
    return SWORN_OK;
}

struct check_row {
    const char *name;
    enum sworn_result (*run)(struct checking *check);
};

static const struct check_row rows[] = {
    {"checkpoint", check_checkpoint}, {"log entry", check_entry}, {"zone id", check_zone_id},
    {"zone leaf", check_leaf},        {"DNSKEY", check_dnskey},   {"request", check_request},
    {"kept state", check_memory},
};

/* Put the check's name before its reason; whatever failed on the way, it is a proof that failed. */
static enum sworn_result check_failed(const char *name, enum sworn_result result,
                                      struct reason *reason)
{
    struct reason why = *reason;

    if (result == SWORN_NO_MEMORY || result == SWORN_CRYPTO) {
        return because(reason, result, "%s: cannot be checked", name);
    }
    if (result != SWORN_PROOF) {
        return because(reason, SWORN_PROOF, "%s: malformed", name);
    }
    return because(reason, SWORN_PROOF, "%s: %.400s", name, why.text);
}

enum sworn_result proof_check(const struct proof_question *question, struct region *region,
                              struct view *view, struct reason *reason)
{
    struct checking check = {.question = question,
                             .reply = question->reply,
                             .region = region,
                             .view = view,
                             .reason = reason};

    *view = (struct view){.published = question->reply->published, .fuel = question->reply->fuel};
    name_to_hash_text(question->apex, check.apex);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum sworn_result result;

        check.detail[0] = '\0';
        result = rows[i].run(&check);
        if (result != SWORN_OK) {
            return check_failed(rows[i].name, result, reason);
        }
        if (question->passed != NULL && check.detail[0] != '\0') {
            question->passed(question->context, rows[i].name, check.detail);
        }
    }
    return SWORN_OK;
}

void memory_of_view(const struct view *view, struct memory *memory)
{
    *memory = (struct memory){
        .known = true,
        .zone_id = view->zone_id,
        .checkpoint_size = view->checkpoint.size,
        .checkpoint_root = view->checkpoint.root,
        .index = view->index,
        .sequence = view->leaf.sequence,
    };
    memcpy(memory->log_key, view->log_key, sizeof(memory->log_key));
}

struct octets view_dnskey(const struct view *view)
{
    return view->dnskey.rdata[0];
}
