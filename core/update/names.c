/*
 * names.c - see names.h.
 */
#include "core/update/names.h"

#include "core/dns/rr.h"

#define HASH_START 2166136261U /* FNV-1a: nothing depends on it but the work of finding names */
#define HASH_PRIME 16777619U

void names_init(struct names *names, const struct names_source *source, struct region *region)
{
    *names = (struct names){.region = region, .source = source};
}

static uint32_t hash_of(struct octets octets)
{
    uint32_t hash = HASH_START;

    for (size_t i = 0; i < octets.size; i++) {
        hash = (hash ^ octets.data[i]) * HASH_PRIME;
    }
    return hash;
}

enum sworn_result names_get(struct names *names, const struct name *name, struct name_entry **entry)
{
    struct name lower = *name;
    struct name_entry **bucket;
    void *memory;

    name_lower(&lower);
    bucket = &names->buckets[hash_of(name_octets(&lower)) % NAMES_BUCKETS];
    for (*entry = *bucket; *entry != NULL; *entry = (*entry)->next) {
        if (name_equal(&(*entry)->name, &lower)) {
            return SWORN_OK;
        }
    }
    SWORN_TRY(region_alloc(names->region, sizeof(struct name_entry), &memory));
    *entry = memory;
    (*entry)->name = lower;
    (*entry)->next = *bucket;
    *bucket = *entry;
    if (names->last == NULL) {
        names->first = *entry;
    } else {
        names->last->after = *entry;
    }
    names->last = *entry;
    return names->source == NULL ? SWORN_OK
                                 : names->source->load(names->source->context, names, *entry);
}

struct name_set *names_set(const struct name_entry *entry, uint16_t type)
{
    for (struct name_set *set = entry->sets; set != NULL; set = set->next) {
        if (set->type == type) {
            return set->count > 0 ? set : NULL;
        }
    }
    return NULL;
}

bool names_has_any(const struct name_entry *entry, uint16_t besides)
{
    for (const struct name_set *set = entry->sets; set != NULL; set = set->next) {
        if (set->count > 0 && set->type != besides) {
            return true;
        }
    }
    return false;
}

static enum sworn_result canonical_of(struct names *names, uint16_t type, struct octets rdata,
                                      struct octets *canonical)
{
    struct writer writer = writer_in(names->region, RDATA_MAX);

    *canonical = rdata;
    if (!rdata_has_canonical_names(type)) {
        return SWORN_OK;
    }
    SWORN_TRY(rdata_canonical(type, rdata, &writer));
    *canonical = written(&writer);
    return SWORN_OK;
}

/* The set of that type, with records or without; made now if need be. */
static enum sworn_result set_of(struct names *names, struct name_entry *entry, uint16_t type,
                                struct name_set **found)
{
    void *memory;

    for (*found = entry->sets; *found != NULL; *found = (*found)->next) {
        if ((*found)->type == type) {
            return SWORN_OK;
        }
    }
    SWORN_TRY(region_alloc(names->region, sizeof(struct name_set), &memory));
    *found = memory;
    (*found)->type = type;
    (*found)->next = entry->sets;
    entry->sets = *found;
    return SWORN_OK;
}

static enum sworn_result set_append(struct names *names, struct name_set *set,
                                    const struct name_record *record)
{
    size_t capacity = set->capacity == 0 ? 2 : set->capacity * 2;
    void *memory;

    if (set->count == set->capacity) {
        SWORN_TRY(region_array(names->region, capacity, sizeof(struct name_record), &memory));
        if (set->count > 0) {
            memcpy(memory, set->records, set->count * sizeof(struct name_record));
        }
        set->records = memory;
        set->capacity = capacity;
    }
    set->records[set->count++] = *record;
    return SWORN_OK;
}

enum sworn_result names_load(struct names *names, struct name_entry *entry, uint16_t type,
                             uint32_t ttl, struct octets rdata)
{
    struct name_record record = {.rdata = rdata};
    struct name_set *set;

    SWORN_TRY(set_of(names, entry, type, &set));
    SWORN_TRY(canonical_of(names, type, rdata, &record.canonical));
    record.hash = hash_of(record.canonical);
    set->ttl = ttl;
    return set_append(names, set, &record);
}

static struct name_record *find(const struct name_set *set, const struct name_record *like)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->records[i].hash == like->hash &&
            octets_equal(set->records[i].canonical, like->canonical)) {
            return &set->records[i];
        }
    }
    return NULL;
}

enum sworn_result names_find(struct names *names, const struct name_set *set, struct octets rdata,
                             struct name_record **record)
{
    struct name_record like = {.rdata = rdata};

    SWORN_TRY(canonical_of(names, set->type, rdata, &like.canonical));
    like.hash = hash_of(like.canonical);
    *record = find(set, &like);
    return SWORN_OK;
}

enum sworn_result names_add(struct names *names, struct name_entry *entry, uint16_t type,
                            uint32_t ttl, struct octets rdata)
{
    struct name_record record = {.rdata = rdata, .is_new = true};
    struct name_record *there;
    struct name_set *set;

    SWORN_TRY(set_of(names, entry, type, &set));
    SWORN_TRY(canonical_of(names, type, rdata, &record.canonical));
    record.hash = hash_of(record.canonical);
    there = find(set, &record);
    if (set->count > 0 && set->ttl != ttl) {
        set->changed = true;
        set->rewritten = true;
    }
    set->ttl = ttl;
    if (there != NULL && octets_equal(there->rdata, rdata)) {
        return SWORN_OK;
    }
    set->changed = true;
    if (there == NULL) {
        return set_append(names, set, &record);
    }
    /* RFC 2136 3.4.2.2: the record is replaced, its letter case with it. */
    set->rewritten = true;
    *there = record;
    return SWORN_OK;
}

void names_remove(struct name_set *set, struct name_record *record)
{
    set->changed = true;
    set->rewritten = set->rewritten || !record->is_new;
    *record = set->records[--set->count];
}

void names_clear(struct name_set *set)
{
    set->changed = true;
    set->rewritten = true;
    set->count = 0;
}

enum sworn_result names_same(struct names *names, const struct name_set *a,
                             const struct name_set *b, bool *same)
{
    struct name_record *record;

    /* Neither holds duplicates. */
    *same = a->count == b->count && a->type == b->type;
    for (size_t i = 0; *same && i < a->count; i++) {
        SWORN_TRY(names_find(names, b, a->records[i].rdata, &record));
        *same = record != NULL;
    }
    return SWORN_OK;
}
