/*
 * ledger.c - the certified state; see ledger.h.
 */
#include "enclave/ledger/ledger.h"

#include "core/dnssec/dnssec.h"

#define TOP_CHANGES_MAX 4

static const struct hash no_zone;

void ledger_init(struct ledger *ledger, struct channel *channel)
{
    *ledger = (struct ledger){0};
    trees_init(&ledger->trees, channel);
}

static enum sworn_result checkpoint_of(const struct ledger *ledger, const struct log_peaks *peaks,
                                       struct region *region, struct octets *note)
{
    struct checkpoint checkpoint = {.log_id = ledger->log_id, .size = peaks->size};
    struct writer text = writer_in(region, CHECKPOINT_MAX);
    uint8_t signature[SIGNATURE_SIZE];

    SWORN_TRY(log_root(peaks, &checkpoint.root));
    SWORN_TRY(checkpoint_text(&checkpoint, &text));
    SWORN_TRY(signer_sign(&ledger->log_key, written(&text), signature));
    SWORN_TRY(checkpoint_seal(&text, &checkpoint, ledger->log_key.public_key, signature));
    *note = written(&text);
    return SWORN_OK;
}

enum sworn_result ledger_genesis(struct ledger *ledger, struct secrets *secrets,
                                 const uint8_t secret[SEAL_SECRET_SIZE], struct region *region,
                                 struct message_genesis_reply *reply, struct reason *reason)
{
    struct writer sealed = writer_in(region, SEAL_PLAIN_MAX + SEAL_OVERHEAD);
    struct seal_binding binding = {0};
    struct octets public_key;

    SWORN_SAY(!ledger->started, reason, SWORN_CONFLICT, "this enclave has a log already");
    SWORN_TRY(signer_create(secrets, ALGORITHM_ED25519, &ledger->log_key));
    SWORN_TRY(log_id_of(ledger->log_key.public_key, &ledger->log_id));
    binding.log_id = ledger->log_id;
    SWORN_TRY(signer_seal(&ledger->log_key, secret, &binding, &sealed));
    public_key = octets_of(ledger->log_key.public_key, ED25519_PUBLIC_SIZE);
    SWORN_TRY(region_copy(region, public_key, &reply->log_public_key));
    SWORN_TRY(checkpoint_of(ledger, &ledger->peaks, region, &reply->checkpoint));
    reply->sealed_log_key = written(&sealed);
    ledger->started = true;
    return SWORN_OK;
}

/* The log's peaks must make the root that the checkpoint certifies. */
static enum sworn_result peaks_read(struct octets octets, const struct checkpoint *checkpoint,
                                    struct log_peaks *peaks, struct reason *reason)
{
    struct reader reader = reader_of(octets);
    struct hash root;

    peaks->size = checkpoint->size;
    for (size_t i = 0; i < log_peak_count(checkpoint->size); i++) {
        SWORN_SAY(read_hash(&reader, &peaks->peaks[i]) == SWORN_OK, reason, SWORN_MALFORMED,
                  "start: the log's peaks are too few");
    }
    SWORN_SAY(read_end(&reader) == SWORN_OK, reason, SWORN_MALFORMED,
              "start: the log's peaks are too many");
    SWORN_TRY(log_root(peaks, &root));
    SWORN_SAY(hash_equal(&root, &checkpoint->root), reason, SWORN_PROOF,
              "start: the log's peaks do not make the checkpoint's root");
    return SWORN_OK;
}

/* The last entry, proven to be the last. */
static enum sworn_result last_entry(const struct message_start *start,
                                    const struct checkpoint *checkpoint, struct log_entry *entry,
                                    struct reason *reason)
{
    struct hash leaf;
    enum sworn_result result;

    SWORN_TRY(log_leaf_hash(start->entry, &leaf));
    result = log_verify_inclusion(&leaf, checkpoint->size - 1, checkpoint->size, start->inclusion,
                                  &checkpoint->root);
    SWORN_SAY(result == SWORN_OK, reason, result,
              "start: the last log entry is not the one that the checkpoint certifies");
    result = log_entry_read(start->entry, entry);
    SWORN_SAY(result == SWORN_OK, reason, result, "start: the last log entry is malformed");
    return SWORN_OK;
}

static enum sworn_result log_key_open(struct ledger *ledger, struct secrets *secrets,
                                      const uint8_t secret[SEAL_SECRET_SIZE],
                                      const struct message_start *start, const struct hash *log_id,
                                      struct reason *reason)
{
    struct seal_binding binding = {.log_id = *log_id, .public_key = start->log_public_key};
    enum sworn_result result;

    result = signer_open(secrets, ALGORITHM_ED25519, secret, &binding, start->sealed_log_key,
                         &ledger->log_key);
    SWORN_SAY(result == SWORN_OK, reason, result,
              "start: the sealed log key does not open: it was changed, or sealed by another "
              "enclave");
    return SWORN_OK;
}

enum sworn_result ledger_start(struct ledger *ledger, struct secrets *secrets,
                               const uint8_t secret[SEAL_SECRET_SIZE],
                               const struct message_start *start, struct reason *reason)
{
    struct checkpoint checkpoint;
    struct log_entry entry = {0};
    struct log_peaks peaks = {0};
    enum sworn_result result;

    SWORN_SAY(!ledger->started, reason, SWORN_CONFLICT, "this enclave has been started already");
    SWORN_SAY(start->log_public_key.size == ED25519_PUBLIC_SIZE, reason, SWORN_MALFORMED,
              "start: the log's public key has a wrong size");
    result = checkpoint_open(start->checkpoint, start->log_public_key.data, &checkpoint);
    SWORN_SAY(result == SWORN_OK, reason, result,
              "start: the checkpoint is not signed by the log's key");
    SWORN_TRY(peaks_read(start->peaks, &checkpoint, &peaks, reason));
    if (checkpoint.size > 0) {
        SWORN_TRY(last_entry(start, &checkpoint, &entry, reason));
    }
    /* The key comes last: nothing is taken over before everything has been verified. */
    SWORN_TRY(log_key_open(ledger, secrets, secret, start, &checkpoint.log_id, reason));
    ledger->log_id = checkpoint.log_id;
    ledger->peaks = peaks;
    ledger->top_root = entry.top_after;
    ledger->time = entry.time;
    ledger->started = true;
    return SWORN_OK;
}

static enum sworn_result top_tree(struct ledger *ledger, struct reason *reason,
                                  struct tree_slot **slot)
{
    SWORN_SAY(ledger->started, reason, SWORN_CONFLICT, "this enclave has not been started");
    return trees_get(&ledger->trees, MERKLE_TOP, &no_zone, &ledger->top_root, reason, slot);
}

static enum sworn_result top_get(struct ledger *ledger, struct octets key, struct octets *value,
                                 struct reason *reason)
{
    struct tree_slot *slot;

    SWORN_TRY(top_tree(ledger, reason, &slot));
    return tree_get(&slot->tree, key, value);
}

enum sworn_result ledger_zone_at(struct ledger *ledger, const struct name *apex,
                                 struct hash *zone_id, struct reason *reason)
{
    uint8_t key[TOP_KEY_MAX];
    struct octets value;
    struct reader reader;

    SWORN_TRY(top_get(ledger, octets_of(key, top_key_of_apex(apex, key)), &value, reason));
    reader = reader_of(value);
    SWORN_TRY(read_hash(&reader, zone_id));
    return read_end(&reader);
}

enum sworn_result ledger_zone(struct ledger *ledger, const struct hash *zone_id,
                              struct zone_leaf *leaf, struct reason *reason)
{
    uint8_t key[TOP_KEY_MAX];
    struct octets value;

    SWORN_TRY(top_get(ledger, octets_of(key, top_key_of_zone(zone_id, key)), &value, reason));
    return zone_leaf_read(value, leaf);
}

static enum sworn_result next_begin(struct ledger *ledger, struct ledger_next *next,
                                    struct region *region, struct reason *reason)
{
    void *items;

    SWORN_TRY(top_tree(ledger, reason, &next->top_slot));
    SWORN_TRY(region_array(region, TOP_CHANGES_MAX, sizeof(struct octets), &items));
    next->top = next->top_slot->tree;
    next->changes.items = items;
    return SWORN_OK;
}

enum sworn_result ledger_put(struct ledger *ledger, struct ledger_next *next, struct octets key,
                             struct octets value, struct region *region, struct reason *reason)
{
    struct committed_leaf leaf = {.key = key, .value = value};
    struct writer writer = writer_in(region, ZONE_LEAF_MAX + TOP_KEY_MAX + 16);

    if (next->top_slot == NULL) {
        SWORN_TRY(next_begin(ledger, next, region, reason));
    }
    SWORN_ENSURE(next->changes.count < TOP_CHANGES_MAX, SWORN_LIMIT);
    if (value.size > 0) {
        SWORN_TRY(tree_put(&next->top, key, value));
    }
    if (value.size == 0) {
        SWORN_TRY(tree_remove(&next->top, key));
    }
    SWORN_TRY(committed_leaf_write(&leaf, &writer));
    next->changes.items[next->changes.count++] = written(&writer);
    return SWORN_OK;
}

enum sworn_result ledger_append(struct ledger *ledger, struct ledger_next *next,
                                struct log_entry *entry, struct region *region)
{
    struct writer writer = writer_in(region, LOG_ENTRY_MAX);
    struct hash leaf;

    SWORN_TRY(tree_root(&next->top, &next->top_root));
    entry->epoch = ledger->peaks.size;
    entry->top_after = next->top_root;
    next->time = entry->time;
    next->peaks = ledger->peaks;
    SWORN_TRY(log_entry_write(entry, &writer));
    next->entry = written(&writer);
    SWORN_TRY(log_leaf_hash(next->entry, &leaf));
    SWORN_TRY(log_append(&next->peaks, &leaf));
    return checkpoint_of(ledger, &next->peaks, region, &next->checkpoint);
}

void ledger_advance(struct ledger *ledger, const struct ledger_next *next)
{
    trees_advance(next->top_slot, &next->top, &next->top_root);
    ledger->peaks = next->peaks;
    ledger->top_root = next->top_root;
    ledger->time = next->time;
}
