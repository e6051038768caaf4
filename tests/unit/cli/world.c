/*
 * world.c - see world.h.
 */
#include "tests/unit/cli/world.h"

#include <sodium.h>

#include "core/dnssec/dnssec.h"
#include "core/merkle/tree.h"

struct name world_name(const char *text)
{
    struct name name;

    assert_int_equal(name_from_text(octets_of_text(text), NULL, &name), SWORN_OK);
    return name;
}

struct record_set *world_add(struct record_list *list, const char *owner, uint16_t type,
                             uint32_t ttl, ...)
{
    struct record_set set = {.rrset = {.owner = world_name(owner), .type = type, .ttl = ttl}};
    struct reason reason = {{0}};
    const char *text;
    va_list texts;
    void *memory;

    name_lower(&set.rrset.owner);
    assert_int_equal(region_array(list->region, 16, sizeof(struct octets), &memory), SWORN_OK);
    set.rrset.rdata = memory;
    va_start(texts, ttl);
    while ((text = va_arg(texts, const char *)) != NULL) {
        struct writer rdata = writer_in(list->region, RDATA_MAX);

        assert_int_equal(
            rdata_from_text(type, octets_of_text(text), &set.rrset.owner, &rdata, &reason),
            SWORN_OK);
        set.rrset.rdata[set.rrset.count++] = written(&rdata);
    }
    va_end(texts);
    assert_int_equal(records_add(list, &set), SWORN_OK);
    return &list->sets[list->count - 1];
}

struct hash *world_hash(struct world *world, struct octets octets)
{
    void *memory;

    assert_int_equal(region_alloc(&world->region, sizeof(struct hash), &memory), SWORN_OK);
    assert_int_equal(sha256_one(octets, memory), SWORN_OK);
    return memory;
}

/* The zone's records, and the tree over them. */
static void zone_make(struct world *world, const struct twist *twist, struct tree *tree)
{
    const struct hash empty = {0};
    struct writer dnskey = writer_in(&world->region, 512);
    struct record_set set = {.rrset = {.owner = world->apex, .type = RR_DNSKEY, .ttl = 3600}};
    struct octets rdata;

    records_init(&world->records, &world->region);
    world_add(&world->records, "demo.test.", RR_SOA, 3600,
              "ns.example. hostmaster.demo.test. 5 3600 900 1209600 300", NULL);
    world_add(&world->records, "demo.test.", RR_NS, 3600, "ns.example.", "ns2.example.", NULL);
    world_add(&world->records, "www.demo.test.", RR_A, 300, "192.0.2.1", NULL);
    assert_int_equal(dnskey_write(ALGORITHM_ED25519, octets_of(world->zone_public, 32), &dnskey),
                     SWORN_OK);
    rdata = written(&dnskey);
    set.rrset.count = 1;
    set.rrset.rdata = &rdata;
    assert_int_equal(records_add(&world->records, &set), SWORN_OK);
    if (twist->records != NULL) {
        twist->records(world);
    }
    assert_int_equal(records_order(&world->records), SWORN_OK);
    assert_int_equal(tree_open(tree, MERKLE_ZONE, &empty, &world->region, NULL), SWORN_OK);
    for (size_t i = 0; i < world->records.count; i++) {
        assert_int_equal(tree_put(tree, world->records.sets[i].key, world->records.sets[i].value),
                         SWORN_OK);
    }
}

static void dnskey_show(struct world *world, struct tree *tree)
{
    struct writer proof = writer_in(&world->region, 65536);
    struct rrset_key key;

    rrset_key(&world->apex, RR_DNSKEY, &key);
    assert_int_equal(tree_get(tree, octets_of(key.octets, key.size), &world->reply.dnskey_value),
                     SWORN_OK);
    assert_int_equal(tree_prove(tree, octets_of(key.octets, key.size), &proof), SWORN_OK);
    world->reply.dnskey_proof = written(&proof);
}

static void leaf_make(struct world *world, const struct twist *twist, const struct hash *zone_root)
{
    struct zone_leaf *leaf = &world->leaf;

    *leaf = (struct zone_leaf){
        .state = ZONE_LIVE,
        .apex = octets_of_text("demo.test."),
        .zone_root = *zone_root,
        .serial = 5,
        .sequence = twist->only_created ? 0 : 1,
        .guard = *world_hash(world, world->guard),
        .environment = *world_hash(world, world->environment),
        .guard_state = *world_hash(world, octets_of(NULL, 0)),
        .policy = world->policy,
        .key_count = 1,
        .keys = {{.role = KEY_ROLE_CSK,
                  .algorithm = ALGORITHM_ED25519,
                  .public_key = octets_of(world->zone_public, 32)}},
        .provenance_count = 1,
        .provenance = {{.platform = PLATFORM_PROCESS, .epoch = 1}},
    };
    if (twist->leaf != NULL) {
        twist->leaf(leaf);
    }
}

/* The top tree with this zone's leaf and another's; its root. */
static struct hash top_make(struct world *world)
{
    const struct hash empty = {0}, other = {{9}};
    struct writer value = writer_in(&world->region, ZONE_LEAF_MAX);
    struct writer proof = writer_in(&world->region, 65536);
    uint8_t key[TOP_KEY_MAX];
    struct tree tree;
    struct hash root;
    size_t size;

    assert_int_equal(zone_leaf_write(&world->leaf, &value), SWORN_OK);
    world->reply.leaf_value = written(&value);
    assert_int_equal(tree_open(&tree, MERKLE_TOP, &empty, &world->region, NULL), SWORN_OK);
    size = top_key_of_zone(&other, key);
    assert_int_equal(tree_put(&tree, octets_of(key, size), octets_of_text("x")), SWORN_OK);
    size = top_key_of_zone(&world->reply.zone_id, key);
    assert_int_equal(tree_put(&tree, octets_of(key, size), world->reply.leaf_value), SWORN_OK);
    assert_int_equal(tree_root(&tree, &root), SWORN_OK);
    assert_int_equal(tree_prove(&tree, octets_of(key, size), &proof), SWORN_OK);
    world->reply.leaf_proof = written(&proof);
    return root;
}

static struct log_entry entry_make(struct world *world, enum log_kind kind, uint64_t epoch,
                                   struct octets argument)
{
    return (struct log_entry){
        .kind = kind,
        .epoch = epoch,
        .apex = world->leaf.apex,
        .zone_after = world->leaf.zone_root,
        .guard = world->leaf.guard,
        .environment = world->leaf.environment,
        .policy = *world_hash(world, world->policy),
        .state = world->leaf.guard_state,
        .argument = *world_hash(world, argument),
        .serial = world->leaf.serial,
        .time = 1700000000,
    };
}

static void zone_id_make(struct world *world, const struct log_entry *entry)
{
    struct zone_creation creation = {
        .apex = entry->apex,
        .epoch = entry->epoch,
        .guard = entry->guard,
        .environment = entry->environment,
        .policy = entry->policy,
        .argument = entry->argument,
    };

    assert_int_equal(log_id_of(world->log_public, &creation.log_id), SWORN_OK);
    assert_int_equal(zone_id_of(&creation, &world->reply.zone_id), SWORN_OK);
}

static struct octets entry_octets(struct world *world, const struct log_entry *entry)
{
    struct writer writer = writer_in(&world->region, LOG_ENTRY_MAX);

    assert_int_equal(log_entry_write(entry, &writer), SWORN_OK);
    return written(&writer);
}

/* Hashes of complete subtrees. */
static enum sworn_result subtree(void *context, unsigned level, uint64_t index, struct hash *hash)
{
    const struct hash *leaves = context;
    const uint8_t prefix = 1;
    struct hash below[2];
    const struct octets parts[] = {octets_of(&prefix, 1), octets_of_hash(&below[0]),
                                   octets_of_hash(&below[1])};

    if (level == 0) {
        *hash = leaves[index];
        return SWORN_OK;
    }
    assert_int_equal(subtree(context, level - 1, 2 * index, &below[0]), SWORN_OK);
    assert_int_equal(subtree(context, level - 1, 2 * index + 1, &below[1]), SWORN_OK);
    return sha256(parts, 3, hash);
}

static struct octets inclusion(struct world *world, struct hash *leaves, uint64_t index,
                               uint64_t size)
{
    const struct log_source source = {.context = leaves, .subtree = subtree};
    struct writer path = writer_in(&world->region, 4096);

    assert_int_equal(log_prove_inclusion(&source, index, size, &path), SWORN_OK);
    return written(&path);
}

static void checkpoint_make(struct world *world, struct hash *leaves, uint64_t size)
{
    struct writer note = writer_in(&world->region, CHECKPOINT_MAX);
    struct checkpoint checkpoint = {.size = size};
    struct log_peaks peaks = {0};
    uint8_t signature[64];

    for (uint64_t i = 0; i < size; i++) {
        assert_int_equal(log_append(&peaks, &leaves[i]), SWORN_OK);
    }
    assert_int_equal(log_root(&peaks, &checkpoint.root), SWORN_OK);
    assert_int_equal(log_id_of(world->log_public, &checkpoint.log_id), SWORN_OK);
    assert_int_equal(checkpoint_text(&checkpoint, &note), SWORN_OK);
    assert_int_equal(
        crypto_sign_detached(signature, NULL, note.start, note.used, world->log_secret), 0);
    assert_int_equal(checkpoint_seal(&note, &checkpoint, world->log_public, signature), SWORN_OK);
    world->reply.checkpoint = written(&note);
}

static void log_make(struct world *world, const struct twist *twist, struct log_entry *creation,
                     struct log_entry *newest)
{
    uint64_t shown = twist->only_created ? 1 : 2;
    uint64_t size = shown + (twist->longer_log ? 2 : 1);
    struct hash leaves[WORLD_ENTRIES] = {{{0}}};
    struct octets octets[2] = {entry_octets(world, creation), entry_octets(world, newest)};

    assert_int_equal(log_leaf_hash(octets_of_text("another"), &leaves[0]), SWORN_OK);
    assert_int_equal(log_leaf_hash(octets[0], &leaves[1]), SWORN_OK);
    assert_int_equal(log_leaf_hash(octets[1], &leaves[2]), SWORN_OK);
    assert_int_equal(log_leaf_hash(octets_of_text("newer"), &leaves[3]), SWORN_OK);
    world->reply.newest = (struct reply_entry){.entry = octets[twist->only_created ? 0 : 1],
                                               .index = shown,
                                               .inclusion = inclusion(world, leaves, shown, size)};
    world->reply.has_creation = true;
    world->reply.creation = (struct reply_entry){
        .entry = octets[0], .index = 1, .inclusion = inclusion(world, leaves, 1, size)};
    checkpoint_make(world, leaves, size);
}

static void keys_make(struct world *world, const struct twist *twist)
{
    uint8_t seed[32] = {(uint8_t)(1 + twist->log_seed)};

    assert_true(sodium_init() >= 0);
    crypto_sign_seed_keypair(world->log_public, world->log_secret, seed);
    seed[1] = 7;
    crypto_sign_seed_keypair(world->zone_public, world->zone_secret, seed);
    memcpy(world->reply.log_key, world->log_public, 32);
}

void world_make(struct world *world, const struct twist *twist)
{
    struct writer policy_octets;
    struct log_entry creation, newest;
    struct policy policy;
    struct tree tree;
    struct hash root;

    *world = (struct world){0};
    region_init(&world->region, (size_t)64 << 20);
    keys_make(world, twist);
    world->apex = world_name("demo.test.");
    world->guard = octets_of_text("code");
    world->environment = octets_of_text("environment");
    world->argument = octets_of_text("argument");
    world->update = octets_of_text("update");
    policy_default(&policy);
    policy.algorithm = ALGORITHM_ED25519;
    policy_octets = writer_in(&world->region, POLICY_MAX);
    assert_int_equal(policy_write(&policy, &policy_octets), SWORN_OK);
    world->policy = written(&policy_octets);
    zone_make(world, twist, &tree);
    assert_int_equal(tree_root(&tree, &root), SWORN_OK);
    dnskey_show(world, &tree);
    leaf_make(world, twist, &root);
    creation = entry_make(world, LOG_CREATE, 1, world->argument);
    newest = entry_make(world, LOG_UPDATE, 2, world->update);
    if (twist->creation != NULL) {
        twist->creation(&creation);
    }
    zone_id_make(world, &creation);
    creation.zone_id = newest.zone_id = world->reply.zone_id;
    creation.top_after = newest.top_after = top_make(world);
    if (twist->entry != NULL) {
        twist->entry(&newest);
    }
    world->reply.published = true;
    log_make(world, twist, &creation, &newest);
}

void world_free(struct world *world)
{
    region_clear(&world->region);
}

struct sent world_sent_creation(struct world *world)
{
    return (struct sent){
        .kind = LOG_CREATE,
        .guard = world_hash(world, world->guard),
        .environment = world_hash(world, world->environment),
        .policy = world_hash(world, world->policy),
        .argument = *world_hash(world, world->argument),
        .sequence = 0,
    };
}

struct sent world_sent_update(struct world *world)
{
    struct sent sent = world_sent_creation(world);

    sent.kind = LOG_UPDATE;
    sent.argument = *world_hash(world, world->update);
    sent.sequence = 1;
    return sent;
}

enum sworn_result world_check(struct world *world, const struct memory *kept,
                              const struct sent *sent, struct view *view, struct reason *reason)
{
    const struct proof_question question = {.apex = &world->apex,
                                            .reply = &world->reply,
                                            .kept = kept == NULL ? &world->nothing : kept,
                                            .sent = sent};

    return proof_check(&question, &world->region, view, reason);
}
