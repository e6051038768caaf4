/*
 * signing_enclave.c - what the enclave does to sign a whole zone, alone: from the tree to signed
 * sets, timed.
 *
 *   signing_enclave ZONEFILE [APEX [ALGORITHM]]     prints: RRSIGs ‖ CPU seconds
 *
 * Timed is the path of a refresh: standing of each name, NSEC from its neighbours, value out of the
 * tree, canonical form, signature, encoding of what leaves the enclave. Not timed: reading the file
 * and building the tree.
 */
#include "core/dns/master.h"
#include "core/dns/rr.h"
#include "enclave/dnssec/chain.h"
#include "enclave/dnssec/sign.h"
#include "enclave/memory.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define CAP      ((size_t)4 * 1024 * 1024 * 1024)
#define BATCH    4000
#define SETS_MAX 4000000
#define LIFETIME 604800
#define PASSES   10

struct loading {
    struct tree *tree;
    struct region *region;
    struct rrset current;
    struct octets rdata[65535];
};

static enum sworn_result flush(struct loading *loading)
{
    struct writer value = writer_in(loading->region, 1024 * 1024);
    struct rrset_key key;

    if (loading->current.count == 0) {
        return SWORN_OK;
    }
    SWORN_TRY(rrset_sort(&loading->current, loading->region));
    SWORN_TRY(rrset_write(&loading->current, &value));
    rrset_key(&loading->current.owner, loading->current.type, &key);
    loading->current.count = 0;
    return tree_put(loading->tree, octets_of(key.octets, key.size), written(&value));
}

/* Records of one set stand together in the file. */
static enum sworn_result load_record(void *context, const struct master_record *record,
                                     struct reason *reason)
{
    struct loading *loading = context;
    struct rrset *current = &loading->current;

    (void)reason;
    if (current->count > 0 &&
        (current->type != record->type || !name_equal(&current->owner, &record->owner))) {
        SWORN_TRY(flush(loading));
    }
    current->owner = record->owner;
    name_lower(&current->owner);
    current->type = record->type;
    current->ttl = record->ttl;
    current->rdata = loading->rdata;
    return region_copy(loading->region, record->rdata, &loading->rdata[current->count++]);
}

static enum sworn_result read_file(const char *path, struct region *region, struct octets *text)
{
    FILE *file = fopen(path, "rb");
    struct writer writer = writer_in(region, CAP);
    char part[65536];
    size_t got;

    SWORN_ENSURE(file != NULL, SWORN_IO);
    while ((got = fread(part, 1, sizeof(part), file)) > 0) {
        SWORN_TRY(write_octets(&writer, octets_of(part, got)));
    }
    (void)fclose(file);
    *text = written(&writer);
    return SWORN_OK;
}

static double cpu_seconds(void)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
           ((double)usage.ru_utime.tv_usec + (double)usage.ru_stime.tv_usec) / 1e6;
}

/*
 * Keys of the sets that a host would ask to sign again, in its order: NSEC after the sets that sort
 * before it.
 */
struct due {
    struct octets *keys;
    size_t count;
};

static enum sworn_result due_add(struct due *due, struct view *view, struct octets key,
                                 struct region *region)
{
    struct plan plan = {.region = region, .limit = 1};
    struct reason reason;

    /*
     * What the zone does not sign (glue, NS at a cut) the enclave refuses; so the host does not
     * ask.
     */
    if (plan_again(&plan, view, key, 0, &reason) != SWORN_OK) {
        return SWORN_OK;
    }
    return region_copy(region, key, &due->keys[due->count++]);
}

static enum sworn_result due_find(struct view *view, struct region *region, struct due *due)
{
    struct name_key last = {.size = 0xffff};
    struct tree_leaf leaf;
    enum sworn_result result = tree_at_or_after(view->tree, octets_of(NULL, 0), &leaf);
    void *memory;

    SWORN_TRY(region_array(region, SETS_MAX, sizeof(struct octets), &memory));
    *due = (struct due){.keys = memory};
    while (result == SWORN_OK && due->count + 2 < SETS_MAX) {
        struct name_key name;
        struct rrset_key nsec;

        name_key_of_set(leaf.key, &name);
        SWORN_TRY(due_add(due, view, leaf.key, region));
        if (last.size != name.size || memcmp(last.octets, name.octets, name.size) != 0) {
            SWORN_TRY(
                due_add(due, view, set_key_of(name_key_octets(&name), RR_NSEC, &nsec), region));
            last = name;
        }
        result = tree_after(view->tree, leaf.key, &leaf);
    }
    return result == SWORN_ABSENT ? SWORN_OK : result;
}

static enum sworn_result sign_batch(struct view *view, const struct signing *signing,
                                    const struct octets *keys, size_t count, size_t *signatures)
{
    struct region region;
    struct plan plan = {.region = &region, .limit = BATCH};
    struct octets_list sets = {0};
    struct reason reason;
    uint32_t ttl;
    enum sworn_result result;

    region_init(&region, CAP);
    result = chain_ttl(view, &ttl);
    for (size_t i = 0; i < count && result == SWORN_OK; i++) {
        result = plan_again(&plan, view, keys[i], ttl, &reason);
    }
    if (result == SWORN_OK) {
        result = sign_plan(signing, &plan, &region, &sets);
    }
    *signatures += sets.count;
    region_clear(&region);
    return result;
}

static enum sworn_result sign_zone(struct view *view, const struct signing *signing,
                                   const struct due *due, size_t *signatures)
{
    for (size_t at = 0; at < due->count; at += BATCH) {
        size_t count = due->count - at < BATCH ? due->count - at : BATCH;

        SWORN_TRY(sign_batch(view, signing, due->keys + at, count, signatures));
    }
    return SWORN_OK;
}

static enum sworn_result bench(const char *path, const struct name *apex, uint8_t algorithm)
{
    struct loading *loading = calloc(1, sizeof(*loading));
    struct master_options options = {.origin = *apex, .default_ttl = 3600, .record = load_record};
    struct region region;
    struct secrets secrets;
    struct signer signer;
    struct tree tree;
    struct view view;
    struct due due;
    struct octets text;
    struct reason reason = {0};
    const struct hash empty = {0};
    struct signing signing = {.apex = *apex, .time = 1503360000, .lifetime = LIFETIME};
    size_t signatures = 0;
    double start;

    SWORN_ENSURE(loading != NULL, SWORN_NO_MEMORY);
    region_init(&region, CAP);
    SWORN_TRY(tree_open(&tree, MERKLE_ZONE, &empty, &region, NULL));
    loading->tree = &tree;
    loading->region = &region;
    options.context = loading;
    SWORN_TRY(read_file(path, &region, &text));
    if (master_parse(text, &options, &reason) != SWORN_OK) {
        (void)fprintf(stderr, "%s\n", reason.text);
        return SWORN_MALFORMED;
    }
    SWORN_TRY(flush(loading));
    SWORN_TRY(secrets_open(&secrets));
    SWORN_TRY(signer_create(&secrets, algorithm, &signer));
    signing.signer = &signer;
    view_of(&tree, apex, &view);
    SWORN_TRY(due_find(&view, &region, &due));
    SWORN_TRY(sign_zone(&view, &signing, &due, &signatures)); /* warm, as a server is */
    signatures = 0;
    start = cpu_seconds();
    for (int pass = 0; pass < PASSES; pass++) {
        SWORN_TRY(sign_zone(&view, &signing, &due, &signatures));
    }
    (void)printf("%zu %.3f\n", signatures, cpu_seconds() - start);
    signer_close(&signer);
    region_clear(&region);
    free(loading);
    return SWORN_OK;
}

int main(int count, char **arguments)
{
    struct name apex;
    uint8_t algorithm = count > 3 ? (uint8_t)atoi(arguments[3]) : 13;

    if (count < 2 || sodium_init() < 0 ||
        name_from_text(octets_of_text(count > 2 ? arguments[2] : "."), NULL, &apex) != SWORN_OK) {
        (void)fprintf(stderr, "usage: signing_enclave ZONEFILE [APEX [ALGORITHM]]\n");
        return 2;
    }
    memory_keep(); /* as sworn-enclave's main does */
    return bench(arguments[1], &apex, algorithm) == SWORN_OK ? 0 : 1;
}
