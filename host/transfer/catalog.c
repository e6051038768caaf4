/*
 * catalog.c - the list of zones as a zone; see catalog.h.
 */
#include "host/transfer/catalog.h"

#include "core/dns/rr.h"
#include "core/dns/soa.h"
#include "core/merkle/merkle.h"
#include "net/text.h"

#include <stdlib.h>
#include <time.h>

#define CATALOG_CAP ((size_t)1024 * 1024 * 1024)
#define META_KEY    "catalog "

void catalogs_init(struct catalogs *catalogs)
{
    *catalogs = (struct catalogs){0};
    (void)pthread_mutex_init(&catalogs->lock, NULL);
}

void catalog_free(struct catalog *catalog)
{
    if (catalog != NULL) {
        region_clear(&catalog->region);
        free(catalog);
    }
}

/* Under the lock. */
static void drop(struct catalog *catalog)
{
    catalog->holds--;
    if (catalog->holds == 0) {
        catalog_free(catalog);
    }
}

void catalogs_clear(struct catalogs *catalogs)
{
    while (catalogs->list != NULL) {
        struct catalog *catalog = catalogs->list;

        catalogs->list = catalog->next;
        drop(catalog);
    }
    (void)pthread_mutex_destroy(&catalogs->lock);
}

struct catalog *catalog_hold(struct catalogs *catalogs, const struct name *apex)
{
    struct catalog *catalog;

    (void)pthread_mutex_lock(&catalogs->lock);
    catalog = catalogs->list;
    while (catalog != NULL && !name_equal(&catalog->apex, apex)) {
        catalog = catalog->next;
    }
    if (catalog != NULL) {
        catalog->holds++;
    }
    (void)pthread_mutex_unlock(&catalogs->lock);
    return catalog;
}

void catalog_let_go(struct catalogs *catalogs, struct catalog *catalog)
{
    (void)pthread_mutex_lock(&catalogs->lock);
    drop(catalog);
    (void)pthread_mutex_unlock(&catalogs->lock);
}

bool catalog_of(const struct config_template *settings, struct name *apex)
{
    struct name root;

    name_root(&root);
    if (settings->catalog == NULL ||
        name_from_text(octets_of_text(settings->catalog), &root, apex) != SWORN_OK) {
        return false;
    }
    name_lower(apex);
    return true;
}

enum sworn_result catalog_new(const struct name *apex, size_t count, struct catalog **made)
{
    struct catalog *catalog = calloc(1, sizeof(*catalog));
    enum sworn_result result;
    void *memory;

    SWORN_ENSURE(catalog != NULL, SWORN_NO_MEMORY);
    region_init(&catalog->region, CATALOG_CAP);
    catalog->apex = *apex;
    catalog->holds = 1;
    result = region_array(&catalog->region, count, sizeof(struct catalog_member), &memory);
    if (result != SWORN_OK) {
        catalog_free(catalog);
        return result;
    }
    catalog->member = memory;
    *made = catalog;
    return SWORN_OK;
}

enum sworn_result catalog_add(struct catalog *catalog, const struct hash *zone_id,
                              const struct name *zone, const char *group)
{
    struct catalog_member *member = &catalog->member[catalog->count];
    struct writer label = writer_over(member->label, CATALOG_LABEL);
    char *copy;

    SWORN_TRY(hex_write(&label, octets_of(zone_id->octets, CATALOG_LABEL / 2)));
    member->zone = *zone;
    if (group != NULL) {
        SWORN_TRY(region_text(&catalog->region, octets_of_text(group), &copy));
        member->group = copy;
    }
    catalog->count++;
    return SWORN_OK;
}

static int by_label(const void *left, const void *right)
{
    const struct catalog_member *a = left;
    const struct catalog_member *b = right;

    return memcmp(a->label, b->label, CATALOG_LABEL);
}

/* SHA-256 of all members: label ‖ name ‖ group ‖ 00 each. */
static enum sworn_result content_of(struct catalog *catalog)
{
    struct writer writer = writer_in(&catalog->region, CATALOG_CAP);

    if (catalog->count > 1) {
        qsort(catalog->member, catalog->count, sizeof(catalog->member[0]), by_label);
    }
    for (size_t i = 0; i < catalog->count; i++) {
        const struct catalog_member *member = &catalog->member[i];

        SWORN_TRY(write_octets(&writer, octets_of(member->label, CATALOG_LABEL)));
        SWORN_TRY(write_octets(&writer, name_octets(&member->zone)));
        SWORN_TRY(write_text(&writer, member->group == NULL ? "" : member->group));
        SWORN_TRY(write_u8(&writer, 0));
    }
    return sha256_one(written(&writer), &catalog->content);
}

static enum sworn_result meta_key(const struct catalog *catalog, struct row_key *key)
{
    struct writer writer = writer_over(key->octets, sizeof(key->octets));

    SWORN_TRY(write_text(&writer, META_KEY));
    SWORN_TRY(write_octets(&writer, name_octets(&catalog->apex)));
    key->size = writer.used;
    return SWORN_OK;
}

/* What was given out last; serial 0 for never. */
static enum sworn_result last_get(struct store_view *view, const struct row_key *key,
                                  uint32_t *serial, struct hash *content)
{
    struct octets value;
    struct reader reader;
    enum sworn_result result = store_get(view, STORE_META, row_octets(key), &value);

    *serial = 0;
    if (result == SWORN_ABSENT) {
        return SWORN_OK;
    }
    SWORN_TRY(result);
    reader = reader_of(value);
    SWORN_TRY(read_u32(&reader, serial));
    SWORN_TRY(read_hash(&reader, content));
    return read_end(&reader);
}

static enum sworn_result last_put(struct store *store, const struct row_key *key,
                                  const struct catalog *catalog)
{
    uint8_t memory[4 + HASH_SIZE];
    struct writer writer = writer_over(memory, sizeof(memory));
    struct store_view *view;
    enum sworn_result result;

    SWORN_TRY(write_u32(&writer, catalog->serial));
    SWORN_TRY(write_hash(&writer, &catalog->content));
    SWORN_TRY(store_write(store, &view));
    result = store_put(view, STORE_META, row_octets(key), written(&writer));
    if (result != SWORN_OK) {
        store_end(view);
        return result;
    }
    return store_commit(view);
}

/* The clock, unless that would not be ahead of what consumers have seen. */
static uint32_t serial_after(uint32_t last)
{
    uint32_t now = (uint32_t)time(NULL);

    return last == 0 || serial_ahead(now, last) ? now : last + 1;
}

static enum sworn_result serial_take(struct store *store, struct catalog *catalog)
{
    struct store_view *view;
    struct hash content = {0};
    struct row_key key;
    uint32_t last;
    enum sworn_result result;

    SWORN_TRY(meta_key(catalog, &key));
    SWORN_TRY(store_read(store, &view));
    result = last_get(view, &key, &last, &content);
    store_end(view);
    SWORN_TRY(result);
    catalog->serial = last;
    if (last != 0 && hash_equal(&content, &catalog->content)) {
        return SWORN_OK;
    }
    catalog->serial = serial_after(last);
    return last_put(store, &key, catalog);
}

enum sworn_result catalog_put(struct catalogs *catalogs, struct store *store,
                              struct catalog *catalog, uint32_t *serial)
{
    struct catalog **place = &catalogs->list;
    enum sworn_result result = content_of(catalog);

    if (result == SWORN_OK) {
        result = serial_take(store, catalog);
    }
    if (result != SWORN_OK) {
        catalog_free(catalog);
        return result;
    }
    *serial = catalog->serial;
    (void)pthread_mutex_lock(&catalogs->lock);
    while (*place != NULL && !name_equal(&(*place)->apex, &catalog->apex)) {
        place = &(*place)->next;
    }
    if (*place != NULL) {
        struct catalog *old = *place;

        *place = old->next;
        drop(old);
    }
    catalog->next = catalogs->list;
    catalogs->list = catalog;
    (void)pthread_mutex_unlock(&catalogs->lock);
    return SWORN_OK;
}

static bool is_wanted(const struct catalog *catalog, const struct config *config)
{
    struct name apex;

    for (unsigned i = 0; i < config->template_count; i++) {
        if (catalog_of(&config->template[i], &apex) && name_equal(&apex, &catalog->apex)) {
            return true;
        }
    }
    return false;
}

void catalogs_keep(struct catalogs *catalogs, const struct config *config)
{
    struct catalog **place = &catalogs->list;

    (void)pthread_mutex_lock(&catalogs->lock);
    while (*place != NULL) {
        struct catalog *catalog = *place;

        if (is_wanted(catalog, config)) {
            place = &catalog->next;
            continue;
        }
        *place = catalog->next;
        drop(catalog);
    }
    (void)pthread_mutex_unlock(&catalogs->lock);
}

static enum sworn_result put(struct stream *stream, const struct name *owner, uint16_t type,
                             struct octets rdata)
{
    const struct stream_record record = {.owner = owner, .type = type, .rdata = rdata};

    return stream_put(stream, &record);
}

enum sworn_result catalog_send_soa(const struct catalog *catalog, struct stream *stream)
{
    static const uint8_t invalid[] = {7, 'i', 'n', 'v', 'a', 'l', 'i', 'd', 0};
    static const uint32_t numbers[] = {3600, 600, 2147483646, 0}; /* RFC 9432 4.2.1 */
    uint8_t memory[64];
    struct writer rdata = writer_over(memory, sizeof(memory));

    SWORN_TRY(write_octets(&rdata, octets_of(invalid, sizeof(invalid))));
    SWORN_TRY(write_octets(&rdata, octets_of(invalid, sizeof(invalid))));
    SWORN_TRY(write_u32(&rdata, catalog->serial));
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        SWORN_TRY(write_u32(&rdata, numbers[i]));
    }
    return put(stream, &catalog->apex, RR_SOA, written(&rdata));
}

static enum sworn_result put_text(struct stream *stream, const struct name *owner, const char *text)
{
    uint8_t memory[256];
    struct writer rdata = writer_over(memory, sizeof(memory));

    SWORN_TRY(write_slice_u8(&rdata, octets_of_text(text)));
    return put(stream, owner, RR_TXT, written(&rdata));
}

static enum sworn_result put_member(struct stream *stream, const struct name *zones,
                                    const struct catalog_member *member)
{
    struct name owner, group;

    SWORN_TRY(name_prepend(octets_of(member->label, CATALOG_LABEL), zones, &owner));
    SWORN_TRY(put(stream, &owner, RR_PTR, name_octets(&member->zone)));
    if (member->group == NULL) {
        return SWORN_OK;
    }
    SWORN_TRY(name_prepend(octets_of_text("group"), &owner, &group));
    return put_text(stream, &group, member->group);
}

enum sworn_result catalog_send(const struct catalog *catalog, struct stream *stream)
{
    static const uint8_t invalid[] = {7, 'i', 'n', 'v', 'a', 'l', 'i', 'd', 0};
    struct name version, zones;

    SWORN_TRY(name_prepend(octets_of_text("version"), &catalog->apex, &version));
    SWORN_TRY(name_prepend(octets_of_text("zones"), &catalog->apex, &zones));
    SWORN_TRY(catalog_send_soa(catalog, stream));
    SWORN_TRY(put(stream, &catalog->apex, RR_NS, octets_of(invalid, sizeof(invalid))));
    SWORN_TRY(put_text(stream, &version, "2"));
    for (size_t i = 0; i < catalog->count; i++) {
        SWORN_TRY(put_member(stream, &zones, &catalog->member[i]));
    }
    return catalog_send_soa(catalog, stream);
}
