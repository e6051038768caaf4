/*
 * state_doc_test.c - every value in the worked example of docs/state.md is what the code makes.
 *
 * Each is expected as "label: value", white space aside. What is missing is printed as it should
 * stand there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

#include "core/boundary/zone_leaf.h"
#include "core/change/policy.h"
#include "core/dns/rr.h"
#include "core/dns/rrset.h"
#include "core/merkle/checkpoint.h"
#include "core/merkle/log.h"
#include "core/merkle/proof.h"
#include "core/merkle/tree.h"

#define PAGE_MAX ((size_t)256 * 1024)

struct page {
    struct region region;
    char *squeezed; /* the page less white space */
    size_t missing;
};

static void squeeze(const char *text, char *squeezed)
{
    for (; *text != 0; text++) {
        if (strchr(" \t\r\n", *text) == NULL) {
            *squeezed++ = *text;
        }
    }
    *squeezed = 0;
}

static void page_load(struct page *page)
{
    static char text[PAGE_MAX];
    char path[4096];
    const char *source = getenv("SWORN_SOURCE");
    FILE *file;
    void *memory;

    *page = (struct page){.missing = 0};
    region_init(&page->region, SIZE_MAX / 2);
    assert_int_equal(region_alloc(&page->region, PAGE_MAX, &memory), SWORN_OK);
    page->squeezed = memory;
    (void)snprintf(path, sizeof(path), "%s/docs/state.md", source == NULL ? "." : source);
    file = fopen(path, "r");
    assert_non_null(file);
    assert_in_range(fread(text, 1, sizeof(text) - 1, file), 1, sizeof(text) - 2);
    (void)fclose(file);
    squeeze(text, page->squeezed);
}

static void shown(struct page *page, const char *label, const char *value)
{
    struct writer line = writer_in(&page->region, PAGE_MAX);
    void *squeezed;

    assert_int_equal(write_text(&line, label), SWORN_OK);
    assert_int_equal(write_text(&line, ": "), SWORN_OK);
    assert_int_equal(write_text(&line, value), SWORN_OK);
    assert_int_equal(write_u8(&line, 0), SWORN_OK);
    assert_int_equal(region_alloc(&page->region, line.used, &squeezed), SWORN_OK);
    squeeze((const char *)line.start, squeezed);
    if (strstr(page->squeezed, squeezed) == NULL) {
        (void)fprintf(stderr, "docs/state.md should say\n%s\n", (const char *)line.start);
        page->missing++;
    }
}

static void shown_octets(struct page *page, const char *label, struct octets octets)
{
    static char hex[16384];

    assert_non_null(sodium_bin2hex(hex, sizeof(hex), octets.data, octets.size));
    shown(page, label, hex);
}

static void shown_hash(struct page *page, const char *label, const struct hash *hash)
{
    shown_octets(page, label, octets_of_hash(hash));
}

static struct hash hash_of(struct octets octets)
{
    struct hash hash;

    assert_int_equal(sha256_one(octets, &hash), SWORN_OK);
    return hash;
}

/** A record set of the example: one record each. */
struct record {
    const char *owner;
    uint16_t type;
    const char *content;
    struct rrset_key key;
    struct octets value;
};

static void record_make(struct page *page, struct record *record)
{
    struct writer rdata = writer_in(&page->region, 4096);
    struct writer value = writer_in(&page->region, 4096);
    struct reason reason;
    struct octets octets;
    struct rrset rrset = {.type = record->type, .ttl = 3600, .count = 1, .rdata = &octets};

    assert_int_equal(name_from_text(octets_of_text(record->owner), NULL, &rrset.owner), SWORN_OK);
    assert_int_equal(rdata_from_text(record->type, octets_of_text(record->content), &rrset.owner,
                                     &rdata, &reason),
                     SWORN_OK);
    octets = written(&rdata);
    rrset_key(&rrset.owner, record->type, &record->key);
    assert_int_equal(rrset_write(&rrset, &value), SWORN_OK);
    record->value = written(&value);
}

static struct octets key_of(const struct record *record)
{
    return octets_of(record->key.octets, record->key.size);
}

/** The leaf that a name with an NSEC3 has besides, in a zone of that kind. */
static void hashed_shown(struct page *page, const char *text)
{
    struct nsec3_leaf_key memory;
    struct nsec3_hash hashed;
    struct hash value_hash, leaf;
    struct octets key;
    struct name name;

    assert_int_equal(name_from_text(octets_of_text(text), NULL, &name), SWORN_OK);
    assert_int_equal(nsec3_hash_of(&name, &hashed), SWORN_OK);
    key = nsec3_leaf_key_of(&hashed, &memory);
    value_hash = hash_of(name_octets(&name));
    assert_int_equal(merkle_leaf_hash(MERKLE_ZONE, key, &value_hash, &leaf), SWORN_OK);
    shown_octets(page, "key of the hash of ns1.example.", key);
    shown_octets(page, "value of the hash of ns1.example.", name_octets(&name));
    shown_hash(page, "leaf of the hash of ns1.example.", &leaf);
}

static void records_shown(struct page *page, struct record records[3])
{
    struct record escaped = {"a\\000b.example.", RR_A, "192.0.2.1", {0}, {0}};

    for (size_t i = 0; i < 3; i++) {
        const char *names[] = {"NS", "TXT", "A"};
        char label[64];
        struct hash value_hash, leaf;

        record_make(page, &records[i]);
        (void)snprintf(label, sizeof(label), "key of %s %s", records[i].owner, names[i]);
        shown_octets(page, label, key_of(&records[i]));
        (void)snprintf(label, sizeof(label), "value of %s %s", records[i].owner, names[i]);
        shown_octets(page, label, records[i].value);
        value_hash = hash_of(records[i].value);
        (void)snprintf(label, sizeof(label), "value hash of %s %s", records[i].owner, names[i]);
        shown_hash(page, label, &value_hash);
        assert_int_equal(merkle_leaf_hash(MERKLE_ZONE, key_of(&records[i]), &value_hash, &leaf),
                         SWORN_OK);
        (void)snprintf(label, sizeof(label), "leaf of %s %s", records[i].owner, names[i]);
        shown_hash(page, label, &leaf);
    }
    hashed_shown(page, "ns1.example.");
    record_make(page, &escaped);
    shown_octets(page, "key of a\\000b.example. A", key_of(&escaped));
}

/** The tree of the three records, with its inner node and both proofs. */
static struct hash zone_shown(struct page *page, struct record records[3])
{
    struct record absent = {"www.example.", RR_A, "192.0.2.1", {0}, {0}};
    const struct hash nothing = {{0}};
    struct writer proof = writer_in(&page->region, 4096);
    struct tree tree;
    struct hash root, inner, value_hash;

    assert_int_equal(tree_open(&tree, MERKLE_ZONE, &nothing, &page->region, NULL), SWORN_OK);
    assert_int_equal(tree_root(&tree, &root), SWORN_OK);
    shown_hash(page, "root of the empty tree", &root);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(tree_put(&tree, key_of(&records[i]), records[i].value), SWORN_OK);
    }
    assert_int_equal(tree_root(&tree, &inner), SWORN_OK);
    shown_hash(page, "node over example. NS and *.example. TXT", &inner);
    assert_int_equal(tree_put(&tree, key_of(&records[2]), records[2].value), SWORN_OK);
    assert_int_equal(tree_root(&tree, &root), SWORN_OK);
    shown_hash(page, "root of the zone", &root);

    assert_int_equal(tree_prove(&tree, key_of(&records[0]), &proof), SWORN_OK);
    shown_octets(page, "proof that example. NS is there", written(&proof));
    value_hash = hash_of(records[0].value);
    assert_int_equal(merkle_verify_present(MERKLE_ZONE, written(&proof), key_of(&records[0]),
                                           &value_hash, &root),
                     SWORN_OK);
    record_make(page, &absent);
    proof = writer_in(&page->region, 4096);
    assert_int_equal(tree_prove(&tree, key_of(&absent), &proof), SWORN_OK);
    shown_octets(page, "key of www.example. A", key_of(&absent));
    shown_octets(page, "proof that www.example. A is not there", written(&proof));
    assert_int_equal(merkle_verify_absent(MERKLE_ZONE, written(&proof), key_of(&absent), &root),
                     SWORN_OK);
    return root;
}

/** What the rest of the example needs of the log's key. */
struct log_key {
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    struct hash id;
};

static void log_key_shown(struct page *page, struct log_key *key)
{
    uint8_t seed[crypto_sign_SEEDBYTES];

    for (size_t i = 0; i < sizeof(seed); i++) {
        seed[i] = (uint8_t)i;
    }
    assert_int_equal(crypto_sign_seed_keypair(key->public_key, key->secret_key, seed), 0);
    assert_int_equal(log_id_of(key->public_key, &key->id), SWORN_OK);
    shown_octets(page, "log public key", octets_of(key->public_key, sizeof(key->public_key)));
    shown_hash(page, "log id", &key->id);
}

struct zone {
    struct hash id;
    struct octets policy;
    struct zone_creation creation;
    struct zone_leaf leaf;
};

static void zone_id_shown(struct page *page, const struct log_key *key, struct zone *zone)
{
    struct writer writer = writer_in(&page->region, POLICY_MAX);
    /* Not the defaults, which may change: the page's own numbers. */
    struct policy policy = {
        .lifetime = 604800,
        .algorithm = 15,
        .limits = {.code = 1048576,
                   .memory = 64,
                   .stack = 262144,
                   .recursion = 1000,
                   .table = 10000,
                   .fuel = 500000000,
                   .operations = 30000,
                   .changed = 4096,
                   .visited = 16384,
                   .environment = 65536,
                   .argument = 1048576,
                   .state = 65536},
    };

    assert_int_equal(policy_write(&policy, &writer), SWORN_OK);
    zone->policy = written(&writer);
    zone->creation = (struct zone_creation){
        .log_id = key->id,
        .apex = octets_of_text("example."),
        .epoch = 0,
        .guard = hash_of(octets_of_text("guard")),
        .environment = hash_of(octets_of_text("environment")),
        .policy = hash_of(zone->policy),
        .argument = hash_of(octets_of_text("argument")),
    };
    assert_int_equal(zone_id_of(&zone->creation, &zone->id), SWORN_OK);
    shown_octets(page, "policy", zone->policy);
    shown_hash(page, "policy hash", &zone->creation.policy);
    shown_hash(page, "guard hash", &zone->creation.guard);
    shown_hash(page, "environment hash", &zone->creation.environment);
    shown_hash(page, "argument hash", &zone->creation.argument);
    shown_hash(page, "zone id", &zone->id);
}

static struct hash top_shown(struct page *page, struct zone *zone, const struct hash *zone_root)
{
    const struct hash nothing = {{0}};
    struct writer value = writer_in(&page->region, ZONE_LEAF_MAX);
    uint8_t key[TOP_KEY_MAX];
    uint8_t public_key[32];
    struct name apex;
    struct tree tree;
    struct hash root;
    size_t size;

    memset(public_key, 0x11, sizeof(public_key));
    zone->leaf = (struct zone_leaf){
        .state = ZONE_LIVE,
        .apex = zone->creation.apex,
        .zone_root = *zone_root,
        .serial = 1,
        .sequence = 0,
        .guard = zone->creation.guard,
        .environment = zone->creation.environment,
        .guard_state = hash_of(octets_of(NULL, 0)),
        .policy = zone->policy,
        .key_count = 1,
        /* not a real one */
        .keys = {{KEY_ROLE_CSK, 15, octets_of(public_key, sizeof(public_key))}},
        .provenance_count = 1,
        .provenance = {{.platform = PLATFORM_PROCESS, .epoch = 0}},
    };
    assert_int_equal(zone_leaf_write(&zone->leaf, &value), SWORN_OK);
    assert_int_equal(tree_open(&tree, MERKLE_TOP, &nothing, &page->region, NULL), SWORN_OK);
    size = top_key_of_zone(&zone->id, key);
    shown_octets(page, "top key of the zone", octets_of(key, size));
    shown_octets(page, "top value of the zone", written(&value));
    assert_int_equal(tree_put(&tree, octets_of(key, size), written(&value)), SWORN_OK);
    assert_int_equal(name_from_text(zone->creation.apex, NULL, &apex), SWORN_OK);
    size = top_key_of_apex(&apex, key);
    shown_octets(page, "top key of the apex", octets_of(key, size));
    assert_int_equal(tree_put(&tree, octets_of(key, size), octets_of_hash(&zone->id)), SWORN_OK);
    assert_int_equal(tree_root(&tree, &root), SWORN_OK);
    shown_hash(page, "top root", &root);
    return root;
}

static void log_shown(struct page *page, const struct log_key *key, const struct zone *zone,
                      const struct hash *top_root)
{
    struct log_entry entry = {
        .kind = LOG_CREATE,
        .epoch = 0,
        .zone_id = zone->id,
        .apex = zone->creation.apex,
        .zone_after = zone->leaf.zone_root,
        .top_after = *top_root,
        .guard = zone->creation.guard,
        .environment = zone->creation.environment,
        .policy = zone->creation.policy,
        .state = zone->leaf.guard_state,
        .argument = zone->creation.argument,
        .serial = 1,
        .time = 1700000000,
    };
    struct writer octets = writer_in(&page->region, LOG_ENTRY_MAX);
    struct writer note = writer_in(&page->region, CHECKPOINT_MAX);
    struct log_peaks peaks = {.size = 0};
    struct checkpoint checkpoint = {.log_id = key->id};
    uint8_t signature[ED25519_SIGNATURE_SIZE];
    struct hash leaf;

    assert_int_equal(log_root(&peaks, &checkpoint.root), SWORN_OK);
    shown_hash(page, "root of the empty log", &checkpoint.root);
    assert_int_equal(log_entry_write(&entry, &octets), SWORN_OK);
    shown_octets(page, "log entry 0", written(&octets));
    assert_int_equal(log_leaf_hash(written(&octets), &leaf), SWORN_OK);
    shown_hash(page, "log leaf 0", &leaf);
    assert_int_equal(log_append(&peaks, &leaf), SWORN_OK);

    entry.kind = LOG_REFRESH;
    entry.epoch = 1;
    entry.zone_before = entry.zone_after;
    entry.serial = 2;
    entry.argument = hash_of(octets_of(NULL, 0));
    entry.time += 302400;
    octets = writer_in(&page->region, LOG_ENTRY_MAX);
    assert_int_equal(log_entry_write(&entry, &octets), SWORN_OK);
    assert_int_equal(log_leaf_hash(written(&octets), &leaf), SWORN_OK);
    shown_octets(page, "log entry 1", written(&octets));
    shown_hash(page, "log leaf 1", &leaf);
    assert_int_equal(log_append(&peaks, &leaf), SWORN_OK);
    assert_int_equal(log_root(&peaks, &checkpoint.root), SWORN_OK);
    shown_hash(page, "log root of size 2", &checkpoint.root);

    checkpoint.size = peaks.size;
    assert_int_equal(checkpoint_text(&checkpoint, &note), SWORN_OK);
    assert_int_equal(crypto_sign_detached(signature, NULL, note.start, note.used, key->secret_key),
                     0);
    assert_int_equal(checkpoint_seal(&note, &checkpoint, key->public_key, signature), SWORN_OK);
    assert_int_equal(checkpoint_open(written(&note), key->public_key, &checkpoint), SWORN_OK);
    assert_int_equal(write_u8(&note, 0), SWORN_OK);
    shown(page, "checkpoint", (const char *)note.start);
}

static void the_worked_example_is_what_the_code_makes(void **state)
{
    struct record records[3] = {{"example.", RR_NS, "ns1.example.", {0}, {0}},
                                {"*.example.", RR_TXT, "\"hello\"", {0}, {0}},
                                {"ns1.example.", RR_A, "192.0.2.1", {0}, {0}}};
    struct page page;
    struct log_key key;
    struct zone zone;
    struct hash zone_root, top_root;

    (void)state;
    page_load(&page);
    records_shown(&page, records);
    zone_root = zone_shown(&page, records);
    log_key_shown(&page, &key);
    zone_id_shown(&page, &key, &zone);
    top_root = top_shown(&page, &zone, &zone_root);
    log_shown(&page, &key, &zone, &top_root);
    region_clear(&page.region);
    if (page.missing > 0) {
        fail_msg("%zu values are not in docs/state.md", page.missing);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worked_example_is_what_the_code_makes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
